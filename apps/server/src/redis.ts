import { isIP } from 'node:net';
import { LastingProblem } from '@matinee/api';
import type { Log, SnapshotStore } from '@matinee/api';
import type { Redis, RedisOptions } from 'ioredis';

/** For an answer of Redis, in milliseconds: what a request for a map loses at most to one that hangs. */
const patienceMs = 50;
const silence = `Redis did not answer within ${patienceMs} ms`;
/**
 * After a failure, Redis is left alone for so many milliseconds, then for twice as many, up to a second. One
 * question after each rest shows whether it answers again.
 */
const [firstRestMs, longestRestMs] = [100, 1_000];
/** Bytes of a value that are read. */
const mostBytes = 500_000;

/** Redis as a store for snapshots. */
export interface RedisStore extends SnapshotStore {
  /** Whether Redis answers. */
  readonly isUp: boolean;
  close(): void;
}

/** Connects in the background: a server starts and stops without Redis. Undefined without a URL. */
export async function createRedisStore(
  url: string | undefined,
  log: Log,
): Promise<RedisStore | undefined> {
  if (url === undefined) {
    return undefined;
  }
  // Loaded where it is needed alone.
  const { Redis } = await import('ioredis');
  return new RedisSnapshots(new Redis(optionsOf(url)), log);
}

/** `redis://` or `rediss://`, user, password, host, port, and the number of a database. */
function optionsOf(url: string) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: port === '' ? 6_379 : Number(port),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    db: Number(pathname.slice(1)),
    // A certificate names hosts, or an address without the server's being asked for by it.
    ...(protocol === 'rediss:' && { tls: isIP(host) === 0 ? { servername: host } : {} }),
    protocol: 2,
    disableClientInfo: true,
    // Without these two, requests would wait for a Redis that is away.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    // A value that was not sent in time is too old to be sent.
    autoResendUnfulfilledCommands: false,
    enableReadyCheck: false,
    connectTimeout: 2_000,
    // A connection that does not answer is replaced by another one.
    socketTimeout: 1_000,
    retryStrategy: (times) => Math.min(times * firstRestMs, longestRestMs),
  } satisfies RedisOptions;
}

class RedisSnapshots implements RedisStore {
  readonly #redis: Redis;
  readonly #problem: LastingProblem;
  /** Failures since the last answer. */
  #failures = 0;
  #isClosed = false;
  #restUntil = 0;

  constructor(redis: Redis, log: Log) {
    this.#redis = redis;
    this.#problem = new LastingProblem(log, {
      begins: 'Redis cannot be used: each server reads the database for itself',
      ends: 'Redis can be used again',
    });
    redis.on('ready', () => this.#problem.worked('connection'));
    redis.on('error', (error: Error) => this.#note(error, 'connection'));
    redis.on('close', () =>
      this.#note(new Trouble('The connection to Redis was closed'), 'connection'),
    );
  }

  get isUp(): boolean {
    return this.#redis.status === 'ready' && this.#failures === 0;
  }

  async find(key: string) {
    return this.#ask(async (redis) => {
      // In this order: the clock is not before the value was read. A value that is too long loses its end, and
      // with it its seal.
      const [value, time] =
        (await redis
          .pipeline()
          .getrange(key, 0, mostBytes - 1)
          .time()
          .exec()) ?? [];
      return { value: valueOf(value), storeMs: millisecondsOf(time) };
    });
  }

  async claim(key: string, ms: number): Promise<boolean> {
    const taken = await this.#ask((redis) => redis.set(key, '', 'PX', ms, 'NX'));
    return taken === 'OK';
  }

  put(key: string, value: string, ms: number): void {
    void this.#ask((redis) => redis.set(key, value, 'PX', ms));
  }

  close(): void {
    this.#isClosed = true;
    this.#redis.disconnect();
  }

  /** Undefined when Redis is away, too slow, or answers with an error. */
  async #ask<Answer>(question: (redis: Redis) => Promise<Answer>): Promise<Answer | undefined> {
    const now = performance.now();
    if (this.#redis.status !== 'ready' || now < this.#restUntil) {
      return undefined;
    }
    if (this.#failures > 0) {
      this.#rest();
    }
    try {
      const answer = await inTime(question(this.#redis));
      this.#failures = 0;
      this.#restUntil = 0;
      this.#problem.worked('question');
      return answer;
    } catch (error) {
      this.#failures += 1;
      this.#rest();
      this.#note(error, 'question');
      return undefined;
    }
  }

  #rest(): void {
    const ms = firstRestMs * 2 ** Math.min(this.#failures - 1, 10);
    this.#restUntil = performance.now() + Math.min(ms, longestRestMs);
  }

  #note(error: unknown, what: 'connection' | 'question'): void {
    if (!this.#isClosed) {
      this.#problem.failed(new Error(reasonOf(error)), what);
    }
  }
}

type Reply = [error: Error | null, result: unknown] | undefined;

/** A key of another type has nothing for us. */
function valueOf([error, result]: NonNullable<Reply> = [null, undefined]): string | undefined {
  if (error && !error.message.startsWith('WRONGTYPE')) {
    throw error;
  }
  return typeof result === 'string' && result !== '' ? result : undefined;
}

/** Seconds and microseconds. */
function millisecondsOf([error, result]: NonNullable<Reply> = [null, undefined]): number {
  const [seconds, microseconds] = Array.isArray(result) ? result.map(Number) : [];
  const ms = (seconds ?? Number.NaN) * 1_000 + (microseconds ?? Number.NaN) / 1_000;
  if (error || !Number.isFinite(ms)) {
    throw error ?? new Trouble('Redis sent no time');
  }
  return ms;
}

/** What this file itself has to say; its message may be logged. */
class Trouble extends Error {}

/** @throws Trouble when there is no answer in time */
async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  // After the answers that have arrived while this process was busy itself.
  const timer = setTimeout(() => setImmediate(() => late.reject(new Trouble(silence))), patienceMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Redis repeats in its messages what it was sent, which may be the password: only their first word is kept. */
function reasonOf(error: unknown): string {
  const { name, message, code } = error as Error & { code?: unknown };
  if (name === 'ReplyError') {
    return `Redis refused: ${/^[A-Z]+/.exec(message)?.[0] ?? 'an error'}`;
  }
  if (typeof code === 'string') {
    return code;
  }
  return error instanceof Trouble ? message : name;
}
