import { Pool, TypeOverrides } from 'pg';
import type { DatabaseConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { databaseError } from './constraints.ts';
import { query } from './query.ts';
import type { Database, Statement } from './query.ts';

/** PostgreSQL's id of the type `date`, which stays text: a day is not an instant. */
const dateType = 1082;

/** Streaming replicas for reports and browsing. No decision about a sale reads here. */
export class Replicas {
  readonly #pools: Pool[];
  readonly #log: Log;
  #turn = 0;

  constructor(database: DatabaseConfig, log: Log) {
    this.#log = log;
    this.#pools = database.replicaUrls.map((connectionString) => {
      const pool = new Pool({
        connectionString,
        application_name: 'matinee-replica',
        max: database.poolSize,
        connectionTimeoutMillis: 2_000,
        statement_timeout: 15_000,
        query_timeout: 20_000,
        keepAlive: true,
        types: dayAsText(),
      });
      pool.on('error', (err) => log.warn({ err }, 'The connection to a replica was lost'));
      return pool;
    });
  }

  /** Runs a read on the next replica in turn, or on the primary when there is none or it is down. */
  async query<Row>(
    db: Database,
    statement: Statement<Row>,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    this.#turn += 1;
    const pool = this.#pools[this.#turn % this.#pools.length];
    if (!pool || db.em.isInTransaction()) {
      return query(db, statement, values);
    }
    try {
      return await query({ em: db.em, pool }, statement, values);
    } catch (err) {
      if (databaseError(err)?.code !== 'UNAVAILABLE') {
        throw err;
      }
      this.#log.warn({ err }, 'A replica did not respond; the read went to the primary');
      return query(db, statement, values);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }
}

function dayAsText(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(dateType, String);
  return overrides;
}
