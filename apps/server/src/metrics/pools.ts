import { Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** The connections of a pool now; `idle` ones are open too, `waiting` are requests. */
export interface PoolFigures {
  open: number;
  idle: number;
  waiting: number;
}

export interface WatchedPool {
  /** The most connections that it may open. */
  max: number;
  read: () => PoolFigures;
}

/** The connections of this server, by pool. */
export class PoolMetrics {
  readonly #pools = new Map<string, () => PoolFigures>();
  readonly #most: Gauge<'pool'>;
  readonly #waits: Histogram<'pool'>;

  constructor(registers: Registry[]) {
    const connections = new Gauge({
      name: 'matinee_database_connections',
      help: 'Connections of this server to the database by pool and state (open, of which idle), and requests that wait for one (waiting).',
      labelNames: ['pool', 'state'],
      registers,
      collect: () => {
        for (const [pool, read] of this.#pools) {
          for (const [state, count] of Object.entries(read())) {
            connections.set({ pool, state }, count);
          }
        }
      },
    });
    this.#most = new Gauge({
      name: 'matinee_database_connections_max',
      help: 'The most connections that a pool of this server may open.',
      labelNames: ['pool'],
      registers,
    });
    this.#waits = new Histogram({
      name: 'matinee_database_connection_wait_seconds',
      help: 'Time that a statement or a transaction waited for its connection, by pool; opening one is included.',
      labelNames: ['pool'],
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    });
  }

  /** Adds a pool, by its name. */
  watch(pool: string, { max, read }: WatchedPool): void {
    this.#pools.set(pool, read);
    this.#most.set({ pool }, max);
  }

  countWait(pool: string, seconds: number): void {
    this.#waits.observe({ pool }, seconds);
  }
}
