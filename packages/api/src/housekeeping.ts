import type { App } from './app.ts';
import { query } from './db/query.ts';

/** Rows in one statement: short transactions, however much has piled up. */
const batchSize = 1_000;

/** What a sweep has removed. */
export interface Swept {
  seatLocks: number;
  sessions: number;
  idempotencyKeys: number;
  rateLimits: number;
}

/**
 * Removes what is past its time: seat locks, sessions, idempotency keys, counters. Nothing depends
 * on it, and any number of servers may do it at once: rows that another one has in hand are passed
 * over, and the clock is the database's, read again for the row as it is when it is deleted.
 */
export async function sweep(app: App): Promise<Swept> {
  const db = { em: app.orm.em.fork(), pool: app.pool };
  const deleteAll = async (table: string, key: string, expired: string) => {
    let total = 0;
    for (;;) {
      const rows = await query(
        db,
        `with old as (
           select ${key} from ${table} where ${expired} limit ${batchSize} for update skip locked)
         delete from ${table} where (${key}) in (select ${key} from old) and ${expired} returning 1`,
      );
      total += rows.length;
      if (rows.length < batchSize) {
        return total;
      }
    }
  };
  const past = (column: string) => `${column} <= clock_timestamp()`;
  return {
    seatLocks: await deleteAll(
      'seat_claims',
      'showtime_id, seat_id',
      `reservation_id is null and ${past('expires_at')}`,
    ),
    sessions: await deleteAll('sessions', 'id', past('expires_at')),
    idempotencyKeys: await deleteAll(
      'idempotency_keys',
      'user_id, key',
      past(`created_at + interval '24 hours'`),
    ),
    rateLimits: await deleteAll(
      'rate_limits',
      'key',
      'expire <= extract(epoch from clock_timestamp()) * 1000',
    ),
  };
}
