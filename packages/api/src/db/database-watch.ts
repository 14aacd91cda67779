import { Client } from 'pg';
import type { Pool, PoolClient } from 'pg';
import type { Log } from '../log.ts';
import { sqlStateOf } from './constraints.ts';
import { DatabaseAway } from './database-away.ts';
import { destroy } from './destroy.ts';

/*
 * During a failover the database is away for some seconds. Requests that arrive meanwhile are refused
 * immediately instead of waiting for a connection, so that clients repeat them soon and nothing piles
 * up. A database that is busy is not away: it is asked only when nothing at all has been heard of it.
 * A server that starts serves nobody yet: it waits, as long as its connections do.
 */

/** Times in milliseconds. */
export interface WatchTimes {
  /** Nothing was heard for so long although something is waited for: the database is asked. */
  quiet: number;
  /** No response for so long: the database is away. */
  response: number;
  /** Away for so long: connections that still wait for a response are cut. */
  cut: number;
  /** How often the watch looks, and asks a database that is away. */
  every: number;
}

const usual: WatchTimes = { quiet: 300, response: 500, cut: 1_500, every: 100 };
/** A timer that is so late shows that this process is short of time, not the database. */
const lateMs = 100;

/** Where the database is asked. */
export interface WatchedAddresses {
  url: string;
  /** Past a connection pooler, which may keep a question waiting although the database is there. */
  directUrl?: string | undefined;
}

type Done = Parameters<Pool['connect']>[0];

/** Watches over the connections to the primary, and refuses new work while it is away. */
export class DatabaseWatch {
  readonly #addresses: WatchedAddresses;
  readonly #log: Log;
  readonly #times: WatchTimes;
  readonly #clients = new Set<PoolClient>();
  /** Callbacks of those who wait for a connection. */
  readonly #waiting = new Set<{ done: Done }>();
  readonly #pool: Pool;
  #timer: NodeJS.Timeout | undefined;
  #heardAt = performance.now();
  #away: { since: number; isCut: boolean; isSilent: boolean } | undefined;
  #isAsking = false;
  #isWatching = false;

  constructor(
    pool: Pool,
    addresses: WatchedAddresses,
    surroundings: { log: Log; times?: WatchTimes },
  ) {
    this.#pool = pool;
    this.#addresses = addresses;
    this.#log = surroundings.log;
    this.#times = surroundings.times ?? usual;
    pool.on('connect', (client) => this.#listenTo(client));
    this.#guard(pool);
  }

  /** Before, nothing is refused. */
  begin(): void {
    this.#hear();
    this.#isWatching = true;
    this.#timer = setInterval(() => this.#look(), this.#times.every);
    this.#timer.unref();
  }

  /** Whether the database is away: it does not respond, or responds as a standby. */
  get isAway(): boolean {
    return this.#away !== undefined;
  }

  close(): void {
    this.#isWatching = false;
    clearInterval(this.#timer);
  }

  #listenTo(client: PoolClient): void {
    this.#clients.add(client);
    client.connection.on('commandComplete', () => this.#hearWork());
    // A pooler that has lost the database still lets clients in, and responds with errors of its own.
    client.connection.on('errorMessage', (error) => {
      if (isAlive(error)) {
        this.#hearWork();
      }
    });
    client.once('end', () => this.#clients.delete(client));
  }

  #hear(): void {
    this.#heardAt = performance.now();
  }

  /** A connection has its response: a database that was too busy to let anyone in is not away. */
  #hearWork(): void {
    if (this.#away?.isSilent) {
      this.#welcome();
    } else {
      this.#hear();
    }
  }

  /** Lets no one wait for a connection while the database is away. */
  #guard(pool: Pool): void {
    const connect = pool.connect.bind(pool);
    const admit = (done: Done): void => {
      if (this.#away) {
        queueMicrotask(() => done(new DatabaseAway(), undefined, () => {}));
        return;
      }
      const waiting = { done };
      this.#waiting.add(waiting);
      connect((error, client, release) => {
        if (!this.#waiting.delete(waiting)) {
          // Refused while it waited. On a timeout, the pool passes no function.
          release?.();
          return;
        }
        if (error) {
          void this.#ask();
        }
        done(error, client, release);
      });
    };
    const promised = () =>
      new Promise<PoolClient>((resolve, reject) => {
        admit((error, client) => (client ? resolve(client) : reject(error ?? new DatabaseAway())));
      });
    pool.connect = ((done?: Done) => (done ? admit(done) : promised())) as Pool['connect'];
  }

  #look(): void {
    const now = performance.now();
    if (this.#away) {
      if (!this.#away.isCut && now - this.#away.since >= this.#times.cut) {
        this.#away.isCut = true;
        this.#cut();
      }
      void this.#ask();
      return;
    }
    const isBusy = this.#waiting.size > 0 || this.#pool.totalCount > this.#pool.idleCount;
    if (isBusy && now - this.#heardAt >= this.#times.quiet) {
      void this.#ask();
    }
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || !this.#isWatching) {
      return;
    }
    this.#isAsking = true;
    const askedAt = performance.now();
    const failure = await this.#findFailure();
    this.#isAsking = false;
    if (!this.#isWatching) {
      return;
    }
    if (failure === undefined) {
      this.#welcome();
    } else if (this.#heardAt <= askedAt || this.#away) {
      this.#miss(failure);
    }
    // Else another connection has heard of it meanwhile.
  }

  /** Why the database counts as away; undefined when it does not. */
  async #findFailure(): Promise<Error | undefined> {
    const { url, directUrl } = this.#addresses;
    // To come back takes the way that the requests take.
    const isPooled = directUrl !== undefined && directUrl !== url && !this.#away;
    const [failure, directly] = await Promise.all([
      this.#askAt(url),
      isPooled ? this.#askAt(directUrl) : undefined,
    ]);
    // All connections of a pooler may be busy.
    const isBusy = isPooled && failure instanceof Silence && directly === undefined;
    return isBusy ? undefined : failure;
  }

  /** Asks on a connection of its own, as each new connection of the pool would be. */
  async #askAt(connectionString: string): Promise<Error | undefined> {
    const client = new Client({ connectionString, application_name: 'matinee-watch' });
    client.on('error', () => {});
    let isLate = false;
    const stop = afterOwnTime(this.#times.response, () => {
      isLate = true;
      destroy(client);
    });
    try {
      await client.connect();
      const { rows } = await client.query<{ standby: boolean }>(
        'select pg_is_in_recovery() as standby',
      );
      return rows[0]?.standby === false ? undefined : new Error('It is a standby.');
    } catch (error) {
      if (isLate) {
        return new Silence();
      }
      return isAlive(error) ? undefined : asError(error);
    } finally {
      stop();
      client.end().catch(() => {});
    }
  }

  #welcome(): void {
    this.#hear();
    if (this.#away) {
      const ms = Math.round(performance.now() - this.#away.since);
      this.#away = undefined;
      this.#log.info({ ms }, 'The database is back');
    }
  }

  #miss(err: Error): void {
    if (!this.#away) {
      this.#away = { since: performance.now(), isCut: false, isSilent: true };
      this.#log.warn({ err }, 'The database is away: requests are refused until it responds');
    }
    this.#away.isSilent = err instanceof Silence;
    for (const waiting of this.#waiting) {
      this.#waiting.delete(waiting);
      waiting.done(new DatabaseAway(), undefined, () => {});
    }
  }

  #cut(): void {
    for (const client of this.#clients) {
      destroy(client);
    }
  }
}

/** No response in time. */
class Silence extends Error {
  constructor() {
    super('It does not respond.');
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Too many connections, a refused role: a server that says so is there. */
function isAlive(error: unknown): boolean {
  const code = sqlStateOf(error)?.code;
  return code !== undefined && !/^(08|57P0)/.test(code);
}

/**
 * Calls back after `ms` in which this process was not held up itself.
 *
 * @returns a function that stops it
 */
function afterOwnTime(ms: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const due = performance.now() + ms;
    timer = setTimeout(() => {
      if (performance.now() - due > lateMs) {
        wait();
      } else {
        callback();
      }
    }, ms);
  };
  wait();
  return () => clearTimeout(timer);
}
