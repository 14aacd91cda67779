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
 * account. A client from which the account has been signed in to has its own limit alone, so that
 * strangers, from however many addresses, do not keep the owner out where the owner usually is.
 */
const failures = { ofClient: 10, ofAccount: 100, seconds: 15 * 60 };
/** How long a client counts as one of the owner's after a sign-in. */
const knownDays = 90;
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

/** An account, or what an address that belongs to none is counted under. */
export interface CountedAccount {
  /** The address as the database compares it. */
  account: string;
  /** The user's; null: nobody has the address. */
  id: string | null;
}

/** Attempts under a key, and how many there may be. */
interface AttemptLimit {
  key: string;
  most: number;
}

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
   * @throws RateLimitedError when the client, or all clients together, failed too often of late; what all
   * together did counts only where the account has not been signed in to
   */
  async countAttempt(
    { account, id: userId }: CountedAccount,
    remoteAddress: string,
  ): Promise<() => Promise<void>> {
    if (!this.#enabled) {
      return async () => {};
    }
    const id = randomUUID();
    const [all, ofClient] = attemptLimits(account, remoteAddress);
    let wait = await this.#attempt(id, [all, ofClient]);
    if (wait !== null && userId !== null && (await this.#isKnown(userId, remoteAddress))) {
      wait = await this.#attempt(id, [ofClient]);
    }
    if (wait !== null) {
      throw new RateLimitedError(Math.max(1, Math.ceil(wait)));
    }
    return async () => void (await this.#pool.query({ ...forgive, values: [id] }));
  }

  /** Counts an attempt under all of the keys, or none. @returns seconds to wait; null: go ahead */
  async #attempt(id: string, limited: readonly AttemptLimit[]): Promise<number | null> {
    const keys = limited.map(({ key }) => key);
    const most = limited.map((limit) => limit.most);
    const values = [id, keys, most, failures.seconds];
    const { rows } = await this.#pool.query<{ wait: number | null }>({ ...attempt, values });
    return rows[0]?.wait ?? null;
  }

  /** Whether the account has been signed in to from this client of late: the audit log knows. */
  async #isKnown(userId: string, remoteAddress: string): Promise<boolean> {
    const values = [userId, knownDays];
    const { rows } = await this.#pool.query<{ address: string }>({ ...signedInFrom, values });
    const client = clientOf(remoteAddress);
    return rows.some(({ address }) => clientOf(address) === client);
  }

  /** Forgets what failed at an account: its owner has set a new password. */
  async forgiveAll({ account }: CountedAccount, remoteAddress: string): Promise<void> {
    const keys = attemptLimits(account, remoteAddress).map(({ key }) => key);
    await this.#pool.query({ ...forgiveKeys, values: [keys] });
  }
}

const attempt = statement('select sign_in_attempt($1, $2, $3, $4) as wait', { wait: 'float?' });
const forgive = statement('delete from sign_in_attempts where id = $1');
const forgiveKeys = statement('delete from sign_in_attempts where key = any($1)');

/** The sign-ins among the latest entries of a user; those of refused ones have a code. */
const signedInFrom = statement(
  `select distinct remote_address as address from (
     select action, data, remote_address from audit_events
     where actor_id = $1 and at > clock_timestamp() - make_interval(days => $2)
     order by at desc limit 5000) latest
   where action in ('auth.login', 'auth.register', 'auth.link') and not data ? 'code'`,
  { address: 'text' },
);

/** Of the account, and of the account and the client. Addresses that nobody has are counted too. */
function attemptLimits(
  account: string,
  remoteAddress: string,
): [ofAccount: AttemptLimit, ofClient: AttemptLimit] {
  const client = clientOf(remoteAddress);
  return [
    { key: digestOf(account), most: failures.ofAccount },
    { key: digestOf(`${account} ${client}`), most: failures.ofClient },
  ];
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
