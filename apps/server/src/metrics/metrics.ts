import type { App, DeliveryOutcome, Observer } from '@matinee/api';
import type { NextFunction, Request, Response } from 'express';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Registry } from 'prom-client';
import type { RedisStore } from '../redis.ts';
import { observeBatches } from './batches.ts';
import { CallMetrics } from './calls.ts';
import { observeFleet } from './fleet.ts';
import { JobMetrics } from './jobs.ts';
import type { JobOutcome } from './jobs.ts';
import { observeMachine } from './machine.ts';
import { PaymentMetrics } from './payments.ts';
import { PoolMetrics } from './pools.ts';
import type { PoolFigures } from './pools.ts';
import { observeReplicas } from './replicas.ts';
import { RequestMetrics } from './requests.ts';
import { SnapshotMetrics } from './snapshots.ts';
import { TicketMetrics } from './tickets.ts';
import { WebhookMetrics } from './webhooks.ts';

/**
 * The figures of one server for Prometheus; `docs/metrics.md` lists them. Made before the product,
 * which reports to `observer`; `watch` then adds the figures that are read from the product when a
 * page is asked for.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests: RequestMetrics;
  readonly #calls: CallMetrics;
  readonly #pools: PoolMetrics;
  readonly #jobs: JobMetrics;
  readonly #payments: PaymentMetrics;
  readonly #tickets: TicketMetrics;
  readonly #webhooks: WebhookMetrics;
  readonly #snapshots: SnapshotMetrics;
  readonly #deliveries: Counter<'consequence' | 'outcome'>;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new RequestMetrics(registers);
    this.#calls = new CallMetrics(registers);
    // Before the figures of the fleet: their query would be counted as waiting.
    this.#pools = new PoolMetrics(registers);
    this.#jobs = new JobMetrics(registers);
    this.#payments = new PaymentMetrics(registers);
    this.#tickets = new TicketMetrics(registers);
    this.#webhooks = new WebhookMetrics(registers);
    this.#snapshots = new SnapshotMetrics(registers);
    this.#deliveries = new Counter({
      name: 'matinee_outbox_attempts_total',
      help: 'Attempts of this server to deliver, by consequence and outcome (done, failed, dead).',
      labelNames: ['consequence', 'outcome'],
      registers,
    });
  }

  /** What the product reports to. */
  get observer(): Observer {
    return {
      ...this.#calls.observer,
      paymentSettled: this.#payments.settled,
      ticketScanned: this.#tickets.scanned,
      ticketsDrawn: this.#tickets.drawn,
      webhookAttempted: this.#webhooks.attempted,
      snapshotTaken: this.#snapshots.taken,
      waited: (pool, seconds) => this.#pools.countWait(pool, seconds),
    };
  }

  /** Adds the figures of a product, and of Redis where there is one. */
  watch(app: App, redis?: Pick<RedisStore, 'isUp'>): void {
    const registers = [this.registry];
    this.watchPool('primary', app.pool);
    const { poolSize: max } = app.config.database;
    for (const { address } of app.replicas.figures) {
      this.#pools.watch(`replica ${address}`, { max, read: () => connectionsOf(app, address) });
    }
    observeReplicas(app, registers);
    observeBatches(app, registers);
    observeMachine(app, registers);
    this.#payments.watch(app.payments.names);
    observeFleet(app, registers);
    if (redis) {
      this.#snapshots.watch(redis);
    }
  }

  /** Adds the connections of a pool of the driver, by its name. */
  watchPool(name: string, pool: Pool): void {
    const read = () => {
      return { open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
    };
    this.#pools.watch(name, { max: pool.options.max, read });
  }

  /** Counts an attempt of the outbox worker. */
  readonly countDelivery = (consequence: string, outcome: DeliveryOutcome): void => {
    this.#deliveries.inc({ consequence, outcome });
  };

  /** Counts a run of a background job. */
  readonly countJob = (job: string, outcome: JobOutcome, seconds: number): void => {
    this.#jobs.count(job, outcome, seconds);
  };

  /** Counts a picture that an administrator sent. */
  readonly countUpload = (outcome: 'stored' | 'refused'): void => {
    this.#requests.countUpload(outcome);
  };

  /** Counts a rendition of a poster that was not kept yet. */
  readonly countRendition = (outcome: 'made' | 'failed' | 'skipped'): void => {
    this.#requests.countRendition(outcome);
  };

  /** Measures every request, and counts the refusals that no procedure has counted. */
  readonly observe = (req: Request, res: Response, next: NextFunction): void => {
    const end = this.#requests.begin(req, res);
    res.on('close', () => {
      end();
      const { failure, isCounted, procedure = 'none' } = req.notes;
      if (failure !== undefined && isCounted !== true) {
        this.#calls.observer.refused(procedure, failure);
      }
    });
    next();
  };

  /** `/metrics`. */
  readonly page = async (_req: Request, res: Response): Promise<void> => {
    res.set('Cache-Control', 'no-store');
    res.set('Content-Type', this.registry.contentType).send(await this.registry.metrics());
  };
}

/** The connections to a replica, whose pool stays inside the product. */
function connectionsOf({ replicas }: App, address: string): PoolFigures {
  const found = replicas.figures.find((each) => each.address === address);
  return found?.connections ?? { open: 0, idle: 0, waiting: 0 };
}
