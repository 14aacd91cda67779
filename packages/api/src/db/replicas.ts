import type { Pool } from 'pg';
import { BoundedMap } from '../bounded-map.ts';
import type { DatabaseConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { inDatabaseSpan } from '../tracing.ts';
import { databaseError } from './constraints.ts';
import { query, statement } from './query.ts';
import type { Database, Statement } from './query.ts';
import { Replica } from './replica.ts';
import type { ReplicaFigures, ReplicaState } from './replica.ts';
import { ReplicationLag } from './replication-lag.ts';

const sampleMs = 1_000;
/** Users remembered as writers; the one who wrote longest ago is forgotten first. */
const mostWriters = 10_000;

const journal = statement(`select (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8 as position`, {
  position: 'float',
});

/** Who reads. */
export interface Reader extends Database {
  readonly caller?: { readonly id: string; readonly role?: string } | undefined;
}

/**
 * Streaming replicas for reports and browsing. No decision about a sale reads here. A replica that
 * lags too far behind is passed over, and users who have just changed something read their change.
 */
export class Replicas {
  readonly #replicas: Replica[];
  readonly #lag = new ReplicationLag();
  readonly #primary: Pool;
  readonly #writers = new BoundedMap<string, number>(mostWriters);
  readonly #rememberedMs: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #turn = 0;

  constructor(database: DatabaseConfig, { log, primary }: { log: Log; primary: Pool }) {
    this.#primary = primary;
    this.#rememberedMs = database.readYourWritesSeconds * 1_000;
    this.#replicas = database.replicaUrls.map(
      (url) => new Replica(url, database, { lag: this.#lag, log }),
    );
    if (this.#replicas.length > 0) {
      void this.measure();
      this.#timer = setInterval(() => void this.measure(), sampleMs);
      this.#timer.unref();
    }
  }

  /** Notes that a user has changed something: for some seconds, the user reads from the primary. */
  noteWrite(userId: string): void {
    if (this.#replicas.length > 0) {
      this.#writers.set(userId, performance.now());
    }
  }

  /**
   * Reads a list, on the next replica in turn. Administrators and staff read lists from the primary:
   * they look for what they have changed a moment ago, perhaps through another server.
   */
  async list<Row>(
    reader: Reader,
    given: Statement<Row>,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return reader.caller?.role === 'admin' || reader.caller?.role === 'staff'
      ? query(reader, given, values)
      : this.report(reader, given, values);
  }

  /** Reads a report, on the next replica in turn, or on the primary when no replica can be read. */
  async report<Row>(
    reader: Reader,
    given: Statement<Row>,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    this.#turn += 1;
    const replica = this.#replicas[this.#turn % this.#replicas.length];
    if (replica && !reader.em.isInTransaction() && !this.#hasWritten(reader)) {
      const reading = inDatabaseSpan(given.summary, () => replica.query(given, values));
      const rows = await reading.catch((error: unknown) => {
        if (databaseError(error)?.code !== 'UNAVAILABLE') {
          throw error;
        }
        replica.fail(error);
        return undefined;
      });
      if (rows) {
        return rows;
      }
    }
    return query(reader, given, values);
  }

  /** The worst state among the replicas; undefined without replicas. */
  get state(): ReplicaState | undefined {
    const states = new Set(this.figures.map(({ state }) => state));
    return (['unavailable', 'behind', 'ok'] as const).find((state) => states.has(state));
  }

  get figures(): ReplicaFigures[] {
    return this.#replicas.map((replica) => replica.figures);
  }

  /** Looks where the primary and the replicas are; each second by itself. */
  async measure(): Promise<void> {
    const [position] = await this.#primary
      .query<{ position: number }>({ name: journal.name, text: journal.text })
      .then(({ rows }) => rows)
      .catch(() => []);
    if (position) {
      this.#lag.note(position.position, performance.now());
    }
    await Promise.all(this.#replicas.map((replica) => replica.measure()));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }

  #hasWritten({ caller }: Reader): boolean {
    const at = caller && this.#writers.get(caller.id);
    return at !== undefined && performance.now() - at < this.#rememberedMs;
  }
}
