import type { App } from '@matinee/api';
import type { NextFunction, Request, Response } from 'express';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Counters of one server for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'surface' | 'status'>;

  constructor(app: App) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'matinee_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer.',
      labelNames: ['method', 'surface', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    const { pool } = app;
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
  }

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
    res.set('Content-Type', this.#registry.contentType).send(await this.#registry.metrics());
  };
}
