import { Pool, TypeOverrides } from 'pg';
import type { PoolClient } from 'pg';
import type { DatabaseConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { destroy } from './destroy.ts';
import { forgetNames, startupLimits } from './orm.ts';
import { statement } from './query.ts';
import type { Statement } from './query.ts';
import type { ReplicationLag } from './replication-lag.ts';

/** PostgreSQL's id of the type `date`, which stays text: a day is not an instant. */
const dateType = 1082;

/** A connection's lag is measured again after this long: a proxy may have led each to another node. */
const measuredForMs = 1_000;
/** A replica that does not answer the question about its lag for so long does not respond. */
const patienceMs = 2_000;
/** A replica that does not respond is left alone for this long. */
const downForMs = 5_000;

/** How a replica is. */
export type ReplicaState = 'ok' | 'behind' | 'unavailable';

/** The figures of a replica, for `/metrics`. */
export interface ReplicaFigures {
  /** Its address, without a secret. */
  address: string;
  state: ReplicaState;
  /** As it was measured last. */
  lagSeconds: number;
  /** Reads since the start, and those that went to the primary instead. */
  reads: number;
  passedOver: number;
  connections: { open: number; idle: number; waiting: number };
}

/** Where a replica has come; also of a primary that a proxy has put in a replica's place. */
const replayed = statement(
  `select (case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
       else pg_current_wal_lsn() end - '0/0'::pg_lsn)::float8 as position,
     extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8
       as "sinceTransaction"`,
  { position: 'float?', sinceTransaction: 'float?' },
);

/** One streaming replica, or a proxy in front of several. */
export class Replica {
  readonly #pool: Pool;
  readonly #address: string;
  readonly #lag: ReplicationLag;
  readonly #maxLagSeconds: number;
  readonly #log: Log;
  readonly #measured = new WeakMap<PoolClient, { at: number; seconds: number }>();
  readonly #clients = new Set<PoolClient>();
  #isMeasuring = false;
  #state: ReplicaState = 'ok';
  #lagSeconds = 0;
  #downUntil = 0;
  #reads = 0;
  #passedOver = 0;

  constructor(
    connectionString: string,
    database: DatabaseConfig,
    { lag, log }: { lag: ReplicationLag; log: Log },
  ) {
    this.#lag = lag;
    this.#log = log;
    this.#address = new URL(connectionString).host;
    this.#maxLagSeconds = database.replicaMaxLagSeconds;
    const { statement_timeout } = startupLimits(database);
    this.#pool = new Pool({
      connectionString,
      application_name: 'matinee-replica',
      max: database.poolSize,
      connectionTimeoutMillis: 2_000,
      ...(statement_timeout === undefined ? {} : { statement_timeout }),
      query_timeout: 20_000,
      keepAlive: true,
      types: dayAsText(),
    });
    // The read that meets the lost connection says so. The pool's listener does not hear of clients
    // that are lent, and an error without a listener ends the process.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => {
      this.#clients.add(client);
      client.on('error', () => {});
      client.once('end', () => this.#clients.delete(client));
    });
    if (database.pooler === 'transaction') {
      forgetNames(this.#pool);
    }
  }

  /**
   * Runs a read.
   *
   * @returns nothing when the replica lags too far behind, or does not respond
   */
  async query<Row>(
    { name, text }: Statement<Row>,
    values: readonly unknown[],
  ): Promise<Row[] | undefined> {
    if (performance.now() < this.#downUntil) {
      this.#passedOver += 1;
      return undefined;
    }
    const client = await this.#connect();
    let failure: unknown;
    try {
      if (client === undefined || !(await this.#isFresh(client))) {
        this.#passedOver += 1;
        return undefined;
      }
      const { rows } = await client.query<Row & object>({ name, text, values: [...values] });
      this.#reads += 1;
      return rows;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client?.release(failure !== undefined);
    }
  }

  /** Looks how far the replica has come, unless all connections are busy with reads. */
  async measure(): Promise<void> {
    if (this.#isMeasuring || this.#isFull()) {
      return;
    }
    this.#isMeasuring = true;
    const client = await this.#connect();
    try {
      if (client) {
        await this.#isFresh(client);
      }
      client?.release();
    } catch (error) {
      client?.release(true);
      this.#become('unavailable', error);
    }
    this.#isMeasuring = false;
  }

  get figures(): ReplicaFigures {
    const { totalCount: open, idleCount: idle, waitingCount: waiting } = this.#pool;
    return {
      address: this.#address,
      state: this.#state,
      lagSeconds: this.#lagSeconds,
      reads: this.#reads,
      passedOver: this.#passedOver,
      connections: { open, idle, waiting },
    };
  }

  /** Notes that a read failed because the replica did not respond. */
  fail(error: unknown): void {
    this.#passedOver += 1;
    this.#become('unavailable', error);
  }

  async close(): Promise<void> {
    // The pool waits for connections that are lent.
    this.#cut();
    await this.#pool.end();
  }

  #isFull(): boolean {
    return this.#pool.totalCount >= this.#pool.options.max && this.#pool.idleCount === 0;
  }

  /** Reads under way fail, and go to the primary. */
  #cut(): void {
    for (const client of this.#clients) {
      destroy(client);
    }
  }

  async #connect(): Promise<PoolClient | undefined> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      // Busy with reads, and not away.
      if (!this.#isFull()) {
        this.#become('unavailable', error);
      }
      return undefined;
    }
  }

  async #isFresh(client: PoolClient): Promise<boolean> {
    const now = performance.now();
    const known = this.#measured.get(client);
    if (known && now - known.at < measuredForMs) {
      return known.seconds <= this.#maxLagSeconds;
    }
    const { name, text } = replayed;
    const question = { name, text, query_timeout: patienceMs };
    const { rows } = await client.query<{ position: number; sinceTransaction: number | null }>(
      question,
    );
    const [position] = rows;
    const seconds = position ? this.#lag.secondsOf(position, performance.now()) : 0;
    this.#measured.set(client, { at: now, seconds });
    this.#lagSeconds = seconds;
    this.#become(seconds <= this.#maxLagSeconds ? 'ok' : 'behind');
    return seconds <= this.#maxLagSeconds;
  }

  /** One line of the log at the beginning and one at the end of a problem. */
  #become(state: ReplicaState, err?: unknown): void {
    this.#downUntil = state === 'unavailable' ? performance.now() + downForMs : 0;
    if (state === this.#state) {
      return;
    }
    this.#state = state;
    const fields = { replica: this.#address, lagSeconds: this.#lagSeconds };
    if (state === 'ok') {
      this.#log.info(fields, 'The replica is read again');
    } else if (state === 'behind') {
      this.#log.warn(fields, 'The replica lags behind: reads go to the primary');
    } else {
      this.#cut();
      this.#log.warn({ ...fields, err }, 'The replica does not respond: reads go to the primary');
    }
  }
}

function dayAsText(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(dateType, String);
  return overrides;
}
