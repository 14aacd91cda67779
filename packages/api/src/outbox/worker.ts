import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import pLimit from 'p-limit';
import type { App } from '../app.ts';
import type { Database } from '../db/query.ts';
import { LastingProblem } from '../lasting-problem.ts';
import { databaseOf, serviceContext } from '../service-context.ts';
import type { ServiceContext } from '../service-context.ts';
import { inSpan } from '../tracing.ts';
import { expandFacts, giveBack, leaseDeliveries, markDone, markFailed } from './deliveries.ts';
import type { LeasedDelivery, Lessee } from './deliveries.ts';
import type { Fact, FactKind } from './facts.ts';
import { delayAfter, PermanentFailure } from './retries.ts';

/**
 * A service that follows from a fact. It may run twice and has one effect.
 *
 * @returns a note for the log of deliveries when there was nothing to do
 */
export type Consequence<Kind extends FactKind> = (
  ctx: ServiceContext,
  fact: Fact<Kind>,
) => Promise<string | undefined>;

/** What follows from each kind of fact, by the name that its deliveries carry. */
export type Consequences = {
  readonly [Kind in FactKind]: Readonly<Record<string, Consequence<Kind>>>;
};

/** How an attempt ended. */
export type DeliveryOutcome = 'done' | 'failed' | 'dead';

/** Counts attempts, for `/metrics`. */
export type Observer = (consequence: string, outcome: DeliveryOutcome) => void;

/** Money is returned in an even stream: a cancelled show has hundreds of refunds. */
const refundsPerSecond = 10;

/** Deliveries of one server in a second, however often it is woken; and facts of one round. */
const perSecond = 20;
const secondMs = 1_000;

/** The consequence that asks a provider to return money. */
const refundName = 'sendRefund';

/**
 * A lease outlives its deliveries: twenty in fives, each cut after twelve seconds, take 48 seconds
 * at most.
 */
const leaseSeconds = 60;
const atOnce = 5;
const longestAttemptMs = 12_000;

/** How long a stop waits for attempts that are under way. */
const graceMs = 5_000;

/**
 * Delivers what follows from facts: one per server. It expands facts into deliveries, leases some,
 * commits, does the work without a transaction, and marks each while the lease is still its own.
 * Woken after a commit, and every second.
 */
export class OutboxWorker {
  readonly #app: App;
  readonly #consequences: Consequences;
  readonly #observe: Observer;
  readonly #lessee: Lessee;
  readonly #unreadable: LastingProblem;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  /** The present second, and what may still be delivered in it. */
  #window = { began: Number.NEGATIVE_INFINITY, left: perSecond, refunds: refundsPerSecond };

  constructor(app: App, consequences: Consequences, observe: Observer = () => {}) {
    this.#app = app;
    this.#consequences = consequences;
    this.#observe = observe;
    this.#unreadable = new LastingProblem(app.log, {
      begins: 'The outbox cannot be read; nothing is delivered meanwhile',
      ends: 'The outbox can be read again',
    });
    this.#lessee = { id: randomUUID(), leaseSeconds };
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Ends the loop. Attempts under way get five seconds; others are given back to the fleet. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#app.outbox.wake();
    const late = new AbortController();
    await Promise.race([this.#loop, delay(graceMs, undefined, { signal: late.signal })]).catch(
      () => {},
    );
    late.abort();
  }

  /**
   * Does what is due now.
   *
   * @returns whether there may be more
   */
  async round(): Promise<boolean> {
    const db = databaseOf(this.#app);
    const now = performance.now();
    if (now - this.#window.began >= secondMs) {
      this.#window = { began: now, left: perSecond, refunds: refundsPerSecond };
    }
    const { left } = this.#window;
    const expanded = await expandFacts(db, this.#names(), perSecond);
    const leased = await this.#lease(db, left);
    this.#window.left -= leased.length;
    const turns = pLimit(atOnce);
    await Promise.all(leased.map((delivery) => turns(() => this.#attempt(db, delivery))));
    return expanded === perSecond || leased.length === left;
  }

  /** Leases what is due, `most` at most, and of these a few refunds. */
  async #lease(db: Database, most: number): Promise<LeasedDelivery[]> {
    const { names } = this.#names();
    if (!this.#app.payments.isOn) {
      return leaseDeliveries(db, this.#lessee, { names, most });
    }
    const others = names.filter((name) => name !== refundName);
    const refunds = await leaseDeliveries(db, this.#lessee, {
      names: [refundName],
      most: Math.min(most, this.#window.refunds),
    });
    this.#window.refunds -= refunds.length;
    const left = most - refunds.length;
    const leased = await leaseDeliveries(db, this.#lessee, { names: others, most: left });
    return [...refunds, ...leased];
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (await this.#tryRound()) {
        const rest = this.#window.began + secondMs - performance.now();
        await delay(Math.max(0, rest), undefined, { signal }).catch(() => {});
      } else {
        await this.#app.outbox.wait(secondMs, signal);
      }
    }
  }

  async #tryRound(): Promise<boolean> {
    try {
      const more = await this.round();
      this.#unreadable.worked();
      return more;
    } catch (error) {
      this.#unreadable.failed(error);
      return false;
    }
  }

  async #attempt(db: Database, delivery: LeasedDelivery): Promise<void> {
    if (this.#stopping.signal.aborted) {
      await giveBack(db, this.#lessee, delivery);
      return;
    }
    const { consequence, fact, attempts } = delivery;
    try {
      const attributes = { 'matinee.consequence': consequence, 'matinee.fact.kind': fact.kind };
      const options = { kind: SpanKind.CONSUMER, attributes };
      const note = await inSpan(`deliver ${consequence}`, options, () => this.#deliver(delivery));
      await markDone(db, this.#lessee, { delivery, note });
      this.#observe(consequence, 'done');
    } catch (err) {
      const retryAfter =
        err instanceof PermanentFailure ? undefined : delayAfter(consequence, attempts);
      const reason = err instanceof Error ? err.message : String(err);
      await markFailed(db, this.#lessee, { delivery, reason, retryAfter });
      this.#observe(consequence, retryAfter === undefined ? 'dead' : 'failed');
      const fields = { err, delivery: delivery.id, consequence, fact: fact.key, attempts };
      const next = retryAfter === undefined ? 'it has failed for good' : `again in ${retryAfter} s`;
      this.#app.log.warn(fields, `A delivery failed; ${next}`);
    }
  }

  async #deliver({ id, consequence, fact }: LeasedDelivery): Promise<string | undefined> {
    const work = this.#find(fact.kind, consequence);
    const ctx = serviceContext(this.#app, {
      requestId: `delivery ${id}`,
      remoteAddress: 'outbox',
      notes: { idempotencyReplayed: false },
    });
    const finished = new AbortController();
    const late = delay(longestAttemptMs, undefined, { signal: finished.signal }).then(() => {
      throw new Error(`No result after ${longestAttemptMs / 1_000} s.`);
    });
    try {
      return await Promise.race([work(ctx, fact), late]);
    } finally {
      finished.abort();
      late.catch(() => {});
    }
  }

  #find(kind: FactKind, name: string): Consequence<FactKind> {
    const consequence: unknown = this.#consequences[kind][name];
    if (typeof consequence !== 'function') {
      throw new TypeError(`${name} does not follow from ${kind} any more.`);
    }
    return consequence as Consequence<FactKind>;
  }

  /** Kind and name of every consequence that this version knows; others are another version's. */
  #names(): { kinds: string[]; names: string[] } {
    const pairs = Object.entries(this.#consequences).flatMap(([kind, following]) =>
      Object.keys(following).map((name) => [kind, name] as const),
    );
    return { kinds: pairs.map(([kind]) => kind), names: pairs.map(([, name]) => name) };
  }
}
