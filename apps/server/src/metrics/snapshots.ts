import type { Observer } from '@matinee/api';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { RedisStore } from '../redis.ts';

type Source = Parameters<Observer['snapshotTaken']>[1];

const sources: readonly Source[] = ['database', 'store', 'ignored'];

/** Snapshots for many callers, and the store that the servers share them in. */
export class SnapshotMetrics {
  readonly #taken: Counter<'snapshot' | 'source'>;
  readonly #registers: Registry[];

  constructor(registers: Registry[]) {
    this.#registers = registers;
    this.#taken = new Counter({
      name: 'matinee_snapshots_total',
      help: 'Snapshots for anonymous callers and viewers, by where this server took them from: the database, the store that the servers share, or ignored (of no use in the store: damaged, or from before an edit).',
      labelNames: ['snapshot', 'source'],
      registers,
    });
    // A rate needs the zero before the first event.
    sources.forEach((source) => this.#taken.inc({ snapshot: 'seat_map', source }, 0));
  }

  readonly taken = (snapshot: string, source: Source): void => {
    this.#taken.inc({ snapshot, source });
  };

  /** Adds the state of Redis. */
  watch(redis: Pick<RedisStore, 'isUp'>): void {
    const up: Gauge = new Gauge({
      name: 'matinee_redis_up',
      help: 'Whether Redis answers this server (1) or not (0); only with REDIS_URL.',
      registers: this.#registers,
      collect: () => up.set(redis.isUp ? 1 : 0),
    });
  }
}
