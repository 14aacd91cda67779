import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { App } from '../app.ts';
import type { Database } from '../db/query.ts';
import { serviceContext } from '../service-context.ts';
import type { ServiceContext } from '../service-context.ts';
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

/** Deliveries of one server in a second, however often it is woken; and facts of one round. */
const perSecond = 20;
const secondMs = 1_000;

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
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  /** The present second, and what may still be delivered in it. */
  #window = { began: Number.NEGATIVE_INFINITY, left: perSecond };

  constructor(app: App, consequences: Consequences, observe: Observer = () => {}) {
    this.#app = app;
    this.#consequences = consequences;
    this.#observe = observe;
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
    const db: Database = { em: this.#app.orm.em.fork(), pool: this.#app.pool };
    const now = performance.now();
    if (now - this.#window.began >= secondMs) {
      this.#window = { began: now, left: perSecond };
    }
    const { left } = this.#window;
    const expanded = await expandFacts(db, this.#names(), perSecond);
    const leased = await leaseDeliveries(db, this.#lessee, { ...this.#names(), most: left });
    this.#window.left -= leased.length;
    const turns = pLimit(atOnce);
    await Promise.all(leased.map((delivery) => turns(() => this.#attempt(db, delivery))));
    return expanded === perSecond || leased.length === left;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const more = await this.round().catch((err: unknown) => {
        this.#app.log.warn({ err }, 'The outbox could not be read; the next round tries again');
        return false;
      });
      if (more) {
        const rest = this.#window.began + secondMs - performance.now();
        await delay(Math.max(0, rest), undefined, { signal }).catch(() => {});
      } else {
        await this.#app.outbox.wait(secondMs, signal);
      }
    }
  }

  async #attempt(db: Database, delivery: LeasedDelivery): Promise<void> {
    if (this.#stopping.signal.aborted) {
      await giveBack(db, this.#lessee, delivery);
      return;
    }
    const { consequence, fact, attempts } = delivery;
    try {
      const note = await this.#deliver(delivery);
      await markDone(db, this.#lessee, { delivery, note });
      this.#observe(consequence, 'done');
    } catch (err) {
      const retryAfter = err instanceof PermanentFailure ? undefined : delayAfter(attempts);
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
