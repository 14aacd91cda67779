import type { Pool } from 'pg';
import { BoundedMap } from './bounded-map.ts';
import { statement } from './db/query.ts';
import { RateLimitedError } from './errors.ts';

/** Keys that one account may use in a day; each is kept for 24 hours with its answer. */
const mostKeys = 5_000;
/** Keyed requests of an account that a server lets pass before it counts the first time. */
const firstLook = 100;
/** Accounts that a server remembers: those of an hour at a busy cinema. */
const mostAccounts = 10_000;

const used = statement(
  `select count(*)::int as keys,
     greatest(1, ceil(extract(epoch from
       min(created_at) + interval '24 hours' - clock_timestamp())))::int as seconds
   from idempotency_keys where user_id = $1`,
  { keys: 'int', seconds: 'int?' },
);

/** What a server knows of an account. */
interface Account {
  /** Requests that may pass before the next look. */
  left: number;
  /** Requests that have passed and are not over: their keys may not be in the database yet. */
  running: number;
  /** The look that everyone waits for. */
  look?: Promise<void> | undefined;
}

/**
 * Bounds the idempotency keys of an account. The count is the database's; so that it costs nothing, a
 * server looks again only when the account may have come a tenth of the way to the limit. One server
 * keeps to the limit; a few together may let some hundreds more pass.
 */
export class IdempotencyRoom {
  readonly #pool: Pool;
  readonly #enabled: boolean;
  readonly #accounts = new BoundedMap<string, Account>(mostAccounts);

  constructor(pool: Pool, enabled: boolean) {
    this.#pool = pool;
    this.#enabled = enabled;
  }

  /**
   * Does the work of a request that has a key.
   *
   * @throws RateLimitedError when the account has used too many keys in the last 24 hours
   */
  async keep<Result>(userId: string, work: () => Promise<Result>): Promise<Result> {
    if (!this.#enabled) {
      return work();
    }
    const account = this.#accounts.get(userId) ?? { left: firstLook, running: 0 };
    this.#accounts.set(userId, account);
    while (account.left === 0) {
      account.look ??= this.#look(userId, account).finally(() => {
        account.look = undefined;
      });
      await account.look;
    }
    account.left -= 1;
    account.running += 1;
    try {
      return await work();
    } finally {
      account.running -= 1;
    }
  }

  async #look(userId: string, account: Account): Promise<void> {
    // Before the count: whoever ends meanwhile may be missing in it.
    const { running } = account;
    const { rows } = await this.#pool.query<{ keys: number; seconds: number | null }>({
      ...used,
      values: [userId],
    });
    const { keys = 0, seconds = 1 } = rows[0] ?? {};
    const room = mostKeys - keys - running;
    if (room <= 0) {
      throw new RateLimitedError(seconds ?? 1);
    }
    account.left = Math.ceil(room / 10);
  }
}
