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

/**
 * Bounds the idempotency keys of an account. The count is the database's; so that it costs nothing, a
 * server looks again only when the account may have come a tenth of the way to the limit, and a few
 * servers together may let some hundreds more pass.
 */
export class IdempotencyRoom {
  readonly #pool: Pool;
  readonly #enabled: boolean;
  /** Requests of an account that may pass before the next look. */
  readonly #left = new BoundedMap<string, number>(mostAccounts);

  constructor(pool: Pool, enabled: boolean) {
    this.#pool = pool;
    this.#enabled = enabled;
  }

  /** @throws RateLimitedError when the account has used too many keys in the last 24 hours */
  async take(userId: string): Promise<void> {
    if (!this.#enabled) {
      return;
    }
    const left = this.#left.get(userId) ?? firstLook;
    if (left > 0) {
      this.#left.set(userId, left - 1);
      return;
    }
    const { rows } = await this.#pool.query<{ keys: number; seconds: number | null }>({
      ...used,
      values: [userId],
    });
    const { keys = 0, seconds = 1 } = rows[0] ?? {};
    if (keys >= mostKeys) {
      throw new RateLimitedError(seconds ?? 1);
    }
    this.#left.set(userId, Math.floor((mostKeys - keys) / 10));
  }
}
