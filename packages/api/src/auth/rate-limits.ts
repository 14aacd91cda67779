import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { clientOf } from '../address.ts';
import { RateLimitedError } from '../errors.ts';

/** Limits of `docs/operators.md`: failed sign-ins per account, sign-in calls per client. */
const failuresPerAccount = { points: 10, duration: 15 * 60 };
const callsPerAddress = { points: 300, duration: 60 };

/** Counters in the database, so that all servers count together. */
export class RateLimits {
  readonly #failures: RateLimiterPostgres;
  readonly #calls: RateLimiterPostgres;
  readonly #enabled: boolean;

  constructor(pool: Pool, enabled: boolean) {
    const store = { storeClient: pool, tableName: 'rate_limits', tableCreated: true };
    // Old counters are removed by the sweep job: a timer per server would do it N times over.
    const options = { ...store, clearExpiredByTimeout: false };
    this.#failures = new RateLimiterPostgres({
      ...options,
      ...failuresPerAccount,
      keyPrefix: 'login-failed',
    });
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
   * Counts an attempt to sign in before it is made: of those that come at once, on all servers, no
   * more than the limit are compared. One that succeeds is taken back.
   *
   * @throws RateLimitedError when the account has failed too often of late
   */
  async countAttempt(account: string): Promise<void> {
    if (this.#enabled) {
      await this.#failures.consume(accountKey(account)).catch(refuse);
    }
  }

  /** Takes an attempt back that did not fail. */
  async forgiveAttempt(account: string): Promise<void> {
    if (this.#enabled) {
      await this.#failures.reward(accountKey(account));
    }
  }
}

/** Addresses that nobody has an account under are counted too; their length is anything. */
function accountKey(account: string): string {
  return createHash('sha256').update(account).digest('base64url');
}

function refuse(rejection: unknown): never {
  if (rejection instanceof RateLimiterRes) {
    throw new RateLimitedError(Math.max(1, Math.ceil(rejection.msBeforeNext / 1000)));
  }
  throw rejection;
}
