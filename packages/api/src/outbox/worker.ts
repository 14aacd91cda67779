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
import {
  expandFacts,
  giveBack,
  leaseDeliveries,
  leaseEndpointDeliveries,
  markDone,
  markFailed,
} from './deliveries.ts';
import type { EndpointRoom, Known, LeasedDelivery, Lessee } from './deliveries.ts';
import { EndpointLane } from './endpoint-lane.ts';
import type { Fact, FactKind } from './facts.ts';
import { delayAfter, LaterFailure, PermanentFailure } from './retries.ts';

/**
 * A service that follows from a fact. It may run twice and has one effect.
 *
 * @returns a note for the log of deliveries when there was nothing to do
 */
export type Consequence<Kind extends FactKind> = (
  ctx: ServiceContext,
  fact: Fact<Kind>,
) => Promise<string | undefined>;

/**
 * A consequence with one delivery for each webhook endpoint that wants the fact, or for the one that
 * the fact names.
 */
export interface AtEndpoints<Kind extends FactKind> {
  readonly atEndpoints: (
    ctx: ServiceContext,
    fact: Fact<Kind>,
    delivery: Pick<LeasedDelivery, 'id' | 'target'>,
  ) => Promise<string | undefined>;
}

/** What follows from each kind of fact, by the name that its deliveries carry. */
export type Consequences = {
  readonly [Kind in FactKind]: Readonly<Record<string, Consequence<Kind> | AtEndpoints<Kind>>>;
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

/**
 * At an endpoint an attempt takes fifteen seconds at most, and the statements around it a moment. It
 * begins with its lease, so the lease need not outlive others.
 */
const longestEndpointAttemptMs = 20_000;
const endpointLeaseSeconds = 30;

/** How long a stop waits for attempts that are under way. */
const graceMs = 5_000;

/**
 * Delivers what follows from facts: one per server. It expands facts into deliveries, leases some,
 * commits, does the work without a transaction, and marks each while the lease is still its own.
 * Woken after a commit, and every second. Deliveries to webhook endpoints have a lane of their own.
 */
export class OutboxWorker {
  readonly #app: App;
  readonly #consequences: Consequences;
  readonly #observe: Observer;
  readonly #lessee: Lessee;
  readonly #unreadable: LastingProblem;
  readonly #stopping = new AbortController();
  readonly #endpoints: EndpointLane;
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
    const db = databaseOf(app);
    this.#endpoints = new EndpointLane({
      lease: (room) => this.#leaseAtEndpoints(room),
      attempt: (delivery) => this.#attempt(db, delivery),
      failed: (error) => this.#unreadable.failed(error),
    });
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Ends the loop. Attempts under way get five seconds; others are given back to the fleet. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#app.outbox.wake();
    const late = new AbortController();
    const ended = Promise.all([this.#loop, this.#endpoints.close()]);
    await Promise.race([ended, delay(graceMs, undefined, { signal: late.signal })]).catch(() => {});
    late.abort();
  }

  /** Resolves when no attempt at an endpoint is under way or due. */
  idle(): Promise<void> {
    return this.#endpoints.idle();
  }

  /**
   * Does what is due now. Attempts at endpoints begin, and are not waited for.
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
    const expanded = await expandFacts(db, this.#known(), perSecond);
    void this.#endpoints.fill();
    const leased = await this.#lease(db, left);
    this.#window.left -= leased.length;
    const turns = pLimit(atOnce);
    await Promise.all(leased.map((delivery) => turns(() => this.#attempt(db, delivery))));
    return expanded === perSecond || leased.length === left;
  }

  /** Leases what is due, `most` at most, and of these a few refunds. */
  async #lease(db: Database, most: number): Promise<LeasedDelivery[]> {
    const names = this.#names({ areForEndpoints: false });
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

  async #leaseAtEndpoints(room: EndpointRoom): Promise<LeasedDelivery[]> {
    const names = this.#names({ areForEndpoints: true });
    if (names.length === 0) {
      return [];
    }
    const lessee = { ...this.#lessee, leaseSeconds: endpointLeaseSeconds };
    return leaseEndpointDeliveries(databaseOf(this.#app), lessee, { names, room });
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
      const retryAfter = secondsAfter(err, delivery);
      const reason = err instanceof Error ? err.message : String(err);
      await markFailed(db, this.#lessee, { delivery, reason, retryAfter });
      this.#observe(consequence, retryAfter === undefined ? 'dead' : 'failed');
      const fields = { err, delivery: delivery.id, consequence, fact: fact.key, attempts };
      const next =
        retryAfter === undefined
          ? 'it has failed for good'
          : `again in ${Math.round(retryAfter)} s`;
      this.#app.log.warn(fields, `A delivery failed; ${next}`);
    }
  }

  async #deliver(delivery: LeasedDelivery): Promise<string | undefined> {
    const { id, consequence, fact } = delivery;
    const work = this.#find(fact.kind, consequence);
    const [begin, longestMs] =
      'atEndpoints' in work
        ? ([work.atEndpoints, longestEndpointAttemptMs] as const)
        : ([work, longestAttemptMs] as const);
    const ctx = serviceContext(this.#app, {
      requestId: `delivery ${id}`,
      remoteAddress: 'outbox',
      notes: { idempotencyReplayed: false },
    });
    const finished = new AbortController();
    const late = delay(longestMs, undefined, { signal: finished.signal }).then(() => {
      throw new Error(`No result after ${longestMs / 1_000} s.`);
    });
    try {
      return await Promise.race([begin(ctx, fact, delivery), late]);
    } finally {
      finished.abort();
      late.catch(() => {});
    }
  }

  #find(kind: FactKind, name: string): Consequence<FactKind> | AtEndpoints<FactKind> {
    const following: Readonly<Record<string, unknown>> = this.#consequences[kind];
    const consequence = following[name];
    if (consequence === undefined) {
      throw new TypeError(`${name} does not follow from ${kind} any more.`);
    }
    return consequence as Consequence<FactKind> | AtEndpoints<FactKind>;
  }

  /** Every consequence that this version knows; others are another version's. */
  #known(): Known {
    const all = Object.entries(this.#consequences).flatMap(([kind, following]) =>
      Object.entries(following).map(([name, work]) => ({ kind, name, work })),
    );
    return {
      kinds: all.map(({ kind }) => kind),
      names: all.map(({ name }) => name),
      areForEndpoints: all.map(({ work }) => 'atEndpoints' in work),
    };
  }

  #names(wanted: { areForEndpoints: boolean }): string[] {
    const { names, areForEndpoints } = this.#known();
    return names.filter((_name, place) => areForEndpoints[place] === wanted.areForEndpoints);
  }
}

/** Seconds until the next attempt after a failure; undefined when there is none. */
function secondsAfter(err: unknown, delivery: LeasedDelivery): number | undefined {
  const seconds = delayAfter(delivery.consequence, delivery.attempts);
  if (seconds === undefined || err instanceof PermanentFailure) {
    return undefined;
  }
  return err instanceof LaterFailure ? Math.max(seconds, err.seconds) : seconds;
}
