import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { clientOf, siteOf } from '../address.ts';
import { statement } from '../db/query.ts';
import { RateLimitedError } from '../errors.ts';

/**
 * Passwords that do not fit, in 15 minutes: of one client for one account, and of all clients for one
 * account. So nobody can keep the owner out with ten guesses.
 */
const failures = { ofClient: 10, ofAccount: 100, seconds: 15 * 60 };
/** Of one client: calls that open sessions, and new accounts and guests. Durations in seconds. */
const limits = {
  'auth-call': { points: 300, duration: 60 },
  'account-hour': { points: 30, duration: 3_600 },
  'account-day': { points: 100, duration: 86_400 },
} as const;
/** A site of IPv6 has many clients. */
const siteFactor = 10;

/** Mails about an account to one address, which anybody may ask for. */
const mails = { points: 5, duration: 3_600 };

/** Text messages with codes, which cost money: to one number, and of one account. */
const texts = {
  ofNumber: { points: 3, duration: 3_600 },
  ofAccount: { points: 5, duration: 86_400 },
};

type Limit = keyof typeof limits;

/** Counters in the database, so that all servers count together. */
export class RateLimits {
  readonly #pool: Pool;
  readonly #ofClients: Readonly<Record<Limit, RateLimiterPostgres>>;
  readonly #ofSites: Readonly<Record<Limit, RateLimiterPostgres>>;
  readonly #mails: RateLimiterPostgres;
  readonly #textsToNumber: RateLimiterPostgres;
  readonly #textsOfAccount: RateLimiterPostgres;
  readonly #enabled: boolean;

  constructor(pool: Pool, enabled: boolean) {
    const store = { storeClient: pool, tableName: 'rate_limits', tableCreated: true };
    // Old counters are removed by the sweep job: a timer per server would do it N times over.
    const options = { ...store, clearExpiredByTimeout: false };
    const limiters = (factor: number) =>
      Object.fromEntries(
        Object.entries(limits).map(([keyPrefix, { points, duration }]) => [
          keyPrefix,
          new RateLimiterPostgres({ ...options, keyPrefix, points: points * factor, duration }),
        ]),
      ) as Record<Limit, RateLimiterPostgres>;
    this.#pool = pool;
    this.#ofClients = limiters(1);
    this.#ofSites = limiters(siteFactor);
    this.#mails = new RateLimiterPostgres({ ...options, keyPrefix: 'mail-hour', ...mails });
    this.#textsToNumber = new RateLimiterPostgres({
      ...options,
      keyPrefix: 'text-number',
      ...texts.ofNumber,
    });
    this.#textsOfAccount = new RateLimiterPostgres({
      ...options,
      keyPrefix: 'text-account',
      ...texts.ofAccount,
    });
    this.#enabled = enabled;
  }

  /** Counts one call of a procedure that opens a session. @throws RateLimitedError */
  async countCall(remoteAddress: string): Promise<void> {
    await this.#count('auth-call', remoteAddress);
  }

  /** Counts an account or a guest that is about to be made. @throws RateLimitedError */
  async countAccount(remoteAddress: string): Promise<void> {
    await this.#count('account-hour', remoteAddress);
    await this.#count('account-day', remoteAddress);
  }

  /** Counts a mail that anybody may ask for. @returns false after too many to that address */
  async mayMail(address: string): Promise<boolean> {
    if (!this.#enabled) {
      return true;
    }
    const asked = this.#mails.consume(digestOf(address.toLowerCase()));
    return asked.then(
      () => true,
      (rejection: unknown) => {
        if (rejection instanceof RateLimiterRes) {
          return false;
        }
        throw rejection;
      },
    );
  }

  /** Counts a text message that an account asks for. @throws RateLimitedError */
  async countText(phone: string, userId: string): Promise<void> {
    if (this.#enabled) {
      await this.#textsOfAccount.consume(userId).catch(refuse);
      await this.#textsToNumber.consume(digestOf(phone)).catch(refuse);
    }
  }

  async #count(limit: Limit, remoteAddress: string): Promise<void> {
    if (!this.#enabled) {
      return;
    }
    await this.#ofClients[limit].consume(clientOf(remoteAddress)).catch(refuse);
    const site = siteOf(remoteAddress);
    if (site !== undefined) {
      await this.#ofSites[limit].consume(site).catch(refuse);
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
    const most = [failures.ofAccount, failures.ofClient];
    const values = [id, keysOf(account, remoteAddress), most, failures.seconds];
    const { rows } = await this.#pool.query<{ wait: number | null }>({ ...attempt, values });
    const wait = rows[0]?.wait ?? null;
    if (wait !== null) {
      throw new RateLimitedError(Math.max(1, Math.ceil(wait)));
    }
    return async () => void (await this.#pool.query({ ...forgive, values: [id] }));
  }

  /** Forgets what failed at an account: its owner has set a new password. */
  async forgiveAll(account: string, remoteAddress: string): Promise<void> {
    await this.#pool.query({ ...forgiveKeys, values: [keysOf(account, remoteAddress)] });
  }
}

const attempt = statement('select sign_in_attempt($1, $2, $3, $4) as wait', { wait: 'float?' });
const forgive = statement('delete from sign_in_attempts where id = $1');
const forgiveKeys = statement('delete from sign_in_attempts where key = any($1)');

/** Of the account, and of the account and the client. Addresses that nobody has are counted too. */
function keysOf(account: string, remoteAddress: string): string[] {
  return [account, `${account} ${clientOf(remoteAddress)}`].map(digestOf);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function refuse(rejection: unknown): never {
  if (rejection instanceof RateLimiterRes) {
    throw new RateLimitedError(Math.max(1, Math.ceil(rejection.msBeforeNext / 1000)));
  }
  throw rejection;
}
