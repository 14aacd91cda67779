import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { clientOf, siteOf } from '../address.ts';
import type { LimitNote, ResponseNotes } from '../context.ts';
import { statement } from '../db/query.ts';
import { RateLimitedError } from '../errors.ts';
import { OwnTurns } from '../own-turns.ts';

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

/** Of a request: whose calls are counted, and where its count is noted. */
interface Counted {
  readonly remoteAddress: string;
  readonly notes: ResponseNotes;
}

/** Counters in the database, so that all servers count together. */
export class RateLimits {
  readonly #pool: Pool;
  readonly #ofClients: Readonly<Record<Limit, RateLimiterPostgres>>;
  readonly #ofSites: Readonly<Record<Limit, RateLimiterPostgres>>;
  readonly #mails: RateLimiterPostgres;
  readonly #textsToNumber: RateLimiterPostgres;
  readonly #textsOfAccount: RateLimiterPostgres;
  /**
   * The counts of one client write one row. Those that wait for it would hold all connections to the
   * database, and everybody else would wait for the calls of one client.
   */
  readonly #turns = new OwnTurns(1);
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
  async countCall(request: Counted): Promise<void> {
    await this.#count('auth-call', request);
  }

  /** Counts an account or a guest that is about to be made. @throws RateLimitedError */
  async countAccount(request: Counted): Promise<void> {
    await this.#count('account-hour', request);
    await this.#count('account-day', request);
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

  /**
   * Counts a text message that an account asks for. What is left for the number is not noted: other
   * accounts may have asked for it.
   *
   * @throws RateLimitedError
   */
  async countText(
    phone: string,
    { caller, notes }: { caller: { id: string }; notes: ResponseNotes },
  ): Promise<void> {
    if (this.#enabled) {
      await consume(this.#textsOfAccount, caller.id, notes);
      await this.#textsToNumber.consume(digestOf(phone)).catch(refuse);
    }
  }

  /** What is left for the site is not noted: it would reveal how much its other clients call. */
  async #count(limit: Limit, { remoteAddress, notes }: Counted): Promise<void> {
    if (!this.#enabled) {
      return;
    }
    const client = clientOf(remoteAddress);
    await this.#turns.run(client, () => consume(this.#ofClients[limit], client, notes));
    const site = siteOf(remoteAddress);
    if (site !== undefined) {
      await this.#turns.run(site, () => this.#ofSites[limit].consume(site).catch(refuse));
    }
  }

  /**
   * Counts an attempt to give the password of an account before it is compared: of those that come at
   * once, on all servers, no more than the limit are. Nothing of it is noted: what is left would tell a
   * stranger whether others try the passwords of this account.
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

/** Counts a call, and notes what its own statement says is left. @throws RateLimitedError */
async function consume(
  limiter: RateLimiterPostgres,
  key: string,
  notes: ResponseNotes,
): Promise<void> {
  try {
    note(notes, limiter, await limiter.consume(key));
  } catch (rejection) {
    if (rejection instanceof RateLimiterRes) {
      note(notes, limiter, rejection);
    }
    refuse(rejection);
  }
}

/** A call that is repeated for the database counts again: the later count is the one that holds. */
function note(notes: ResponseNotes, limiter: RateLimiterPostgres, result: RateLimiterRes): void {
  const { keyPrefix: name, points: quota, duration: windowSeconds } = limiter;
  const left: LimitNote = {
    name,
    quota,
    windowSeconds,
    remaining: Math.max(0, result.remainingPoints),
    resetSeconds: secondsUntil(result),
  };
  const others = notes.limits?.filter((other) => other.name !== name) ?? [];
  notes.limits = [...others, left];
}

function refuse(rejection: unknown): never {
  if (rejection instanceof RateLimiterRes) {
    throw new RateLimitedError(secondsUntil(rejection));
  }
  throw rejection;
}

/** Whole seconds until points are free again, 1 at least. */
function secondsUntil({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}
