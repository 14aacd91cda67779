import { outboxStanding } from '@matinee/api';
import type { App, DeliveryOutcome, OutboxStanding } from '@matinee/api';
import type { NextFunction, Request, Response } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Counters of one server for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'surface' | 'status'>;
  readonly #deliveries: Counter<'consequence' | 'outcome'>;

  constructor(app: App) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'matinee_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its response.',
      labelNames: ['method', 'surface', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    const { pool } = app;
    // Before the outbox: its query would be counted as waiting.
    const pools = new Gauge({
      name: 'matinee_database_connections',
      help: 'Connections of this server to the database, and requests that wait for one.',
      labelNames: ['state'],
      registers,
      collect: () => {
        pools.set({ state: 'open' }, pool.totalCount);
        pools.set({ state: 'idle' }, pool.idleCount);
        pools.set({ state: 'waiting' }, pool.waitingCount);
      },
    });
    const viewers = new Gauge({
      name: 'matinee_live_map_viewers',
      help: 'Viewers of live seat maps on this server.',
      registers,
      collect: () => {
        viewers.set(app.viewers.count);
      },
    });
    this.#deliveries = this.#observeOutbox(app);
    this.#observeBatches(app);
  }

  /** The outbox: attempts of this server, and what is open in the whole fleet. */
  #observeOutbox(app: App): Counter<'consequence' | 'outcome'> {
    const registers = [this.#registry];
    // Both gauges of a page share one reading. Without a database the last figures stay.
    let reading: Promise<OutboxStanding | undefined> | undefined;
    const read = () => {
      const db = { em: app.orm.em.fork(), pool: app.pool };
      reading ??= outboxStanding(db)
        .catch(() => undefined)
        .finally(() => (reading = undefined));
      return reading;
    };
    const oldest = new Gauge({
      name: 'matinee_outbox_oldest_seconds',
      help: 'Age of the oldest open delivery, over all servers.',
      registers,
      collect: async () => {
        const standing = await read();
        if (standing) {
          oldest.set(standing.oldestSeconds);
        }
      },
    });
    const deliveries = new Gauge({
      name: 'matinee_outbox_deliveries',
      help: 'Deliveries that are open, and those that have failed for good (dead), over all servers.',
      labelNames: ['state'],
      registers,
      collect: async () => {
        const standing = await read();
        if (standing) {
          deliveries.set({ state: 'open' }, standing.open);
          deliveries.set({ state: 'dead' }, standing.dead);
        }
      },
    });
    return new Counter({
      name: 'matinee_outbox_attempts_total',
      help: 'Attempts of this server to deliver, by consequence and outcome (done, failed, dead).',
      labelNames: ['consequence', 'outcome'],
      registers,
    });
  }

  /** Requests that shared round trips: seat locks, purchases, and the sessions of all calls. */
  #observeBatches({ bookings, sessions }: App): void {
    const registers = [this.#registry];
    const labelNames = ['kind'] as const;
    const figures = () => Object.entries({ ...bookings.figures, session: sessions.figures });
    const counted = {
      batches: 'Round trips for calls; on a quiet server each carries one.',
      calls: 'Calls in those round trips; divided by their number, the mean size of a batch.',
      alone: 'Calls that were repeated alone because their batch failed.',
    };
    for (const [name, help] of Object.entries(counted)) {
      const key = name as keyof typeof counted;
      const counter = new Counter({
        name: name === 'batches' ? 'matinee_batches_total' : `matinee_batch_${name}_total`,
        help,
        labelNames,
        registers,
        collect: () => {
          counter.reset();
          figures().forEach(([kind, each]) => counter.inc({ kind }, each[key]));
        },
      });
    }
    const waiting = new Gauge({
      name: 'matinee_batch_waiting',
      help: 'Calls that wait for the next round trip.',
      labelNames,
      registers,
      collect: () => figures().forEach(([kind, each]) => waiting.set({ kind }, each.waiting)),
    });
  }

  /** Counts an attempt of the outbox worker. */
  readonly countDelivery = (consequence: string, outcome: DeliveryOutcome): void => {
    this.#deliveries.inc({ consequence, outcome });
  };

  /** Measures every request by its surface: the first part of its path, never an id. */
  readonly observe = (req: Request, res: Response, next: NextFunction): void => {
    const stop = this.#requests.startTimer();
    const surface = /^\/(trpc|api\/v1|uploads|health|docs|redoc)(?=\/|\?|$)/.exec(req.originalUrl);
    res.once('close', () => {
      stop({ method: req.method, surface: surface?.[1] ?? 'other', status: res.statusCode });
    });
    next();
  };

  /** `/metrics`. */
  readonly page = async (_req: Request, res: Response): Promise<void> => {
    res.set('Cache-Control', 'no-store');
    res.set('Content-Type', this.#registry.contentType).send(await this.#registry.metrics());
  };
}
