import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { clientOf } from '../address.ts';
import { statement } from '../db/query.ts';
import { RateLimitedError } from '../errors.ts';

/**
 * Passwords that do not fit, in 15 minutes: of one client for one account, and of all clients for one
 * account. So nobody can keep the owner out with ten guesses.
 */
const failures = { ofClient: 10, ofAccount: 100, seconds: 15 * 60 };
/** Calls of sign-in procedures by one client. */
const callsPerAddress = { points: 300, duration: 60 };

/** Counters in the database, so that all servers count together. */
export class RateLimits {
  readonly #pool: Pool;
  readonly #calls: RateLimiterPostgres;
  readonly #enabled: boolean;

  constructor(pool: Pool, enabled: boolean) {
    const store = { storeClient: pool, tableName: 'rate_limits', tableCreated: true };
    // Old counters are removed by the sweep job: a timer per server would do it N times over.
    const options = { ...store, clearExpiredByTimeout: false };
    this.#pool = pool;
    this.#calls = new RateLimiterPostgres({
      ...options,
      ...callsPerAddress,
      keyPrefix: 'auth-call',
    });
    this.#enabled = enabled;
  }

  /** Counts one call of `auth.login` or `auth.register`. @throws RateLimitedError */
  async countCall(remoteAddress: string): Promise<void> {
    if (this.#enabled) {
      await this.#calls.consume(clientOf(remoteAddress)).catch(refuse);
    }
  }

  /**
   * Counts an attempt to give the password of an account before it is compared: of those that come at
   * once, on all servers, no more than the limit are.
   *
   * @returns a function that takes the attempt back: the password fitted
   * @throws RateLimitedError when the client, or all clients together, failed too often of late
   */
  async countAttempt(account: string, remoteAddress: string): Promise<() => Promise<void>> {
    if (!this.#enabled) {
      return async () => {};
    }
    const id = randomUUID();
    const limits = [failures.ofAccount, failures.ofClient];
    const values = [id, keysOf(account, remoteAddress), limits, failures.seconds];
    const { rows } = await this.#pool.query<{ wait: number | null }>({ ...attempt, values });
    const wait = rows[0]?.wait ?? null;
    if (wait !== null) {
      throw new RateLimitedError(Math.max(1, Math.ceil(wait)));
    }
    return async () => void (await this.#pool.query({ ...forgive, values: [id] }));
  }
}

const attempt = statement('select sign_in_attempt($1, $2, $3, $4) as wait', { wait: 'float?' });
const forgive = statement('delete from sign_in_attempts where id = $1');

/** Of the account, and of the account and the client. Addresses that nobody has are counted too. */
function keysOf(account: string, remoteAddress: string): string[] {
  return [account, `${account} ${clientOf(remoteAddress)}`].map((text) =>
    createHash('sha256').update(text).digest('base64url'),
  );
}

function refuse(rejection: unknown): never {
  if (rejection instanceof RateLimiterRes) {
    throw new RateLimitedError(Math.max(1, Math.ceil(rejection.msBeforeNext / 1000)));
  }
  throw rejection;
}
