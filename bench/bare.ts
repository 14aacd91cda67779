/*
 * The second yardstick: one minimal statement per step, on a table of its own that has the same
 * history and nothing but its key. No session, no idempotency, no audit, no foreign keys.
 */
import { openPool, serve } from './reference-http.ts';
import type { Handler } from './reference-http.ts';

const pool = openPool();

const lockStatement = {
  name: 'lock',
  text: `
    insert into bench.claims as c (showtime_id, seat_id, user_id, expires_at)
    select $1, seat, $2, clock_timestamp() + interval '10 minutes'
      from unnest($3::uuid[]) seat order by seat
    on conflict (showtime_id, seat_id) do update
      set user_id = excluded.user_id, expires_at = excluded.expires_at
      where c.sold_at is null and c.expires_at <= clock_timestamp()
    returning seat_id`,
};

const confirmStatement = {
  name: 'confirm',
  text: `
    update bench.claims set sold_at = clock_timestamp(), expires_at = null
    where showtime_id = $1 and user_id = $2 and seat_id = any($3::uuid[])
      and sold_at is null and expires_at > clock_timestamp()
    returning seat_id`,
};

interface Booking {
  userId: string;
  showtimeId: string;
  seatIds: string[];
}

const book =
  (statement: { name: string; text: string }): Handler =>
  async (_req, body) => {
    const { userId, showtimeId, seatIds } = JSON.parse(body) as Booking;
    const values = [showtimeId, userId, seatIds];
    const { rows } = await pool.query<{ seat_id: string }>({ ...statement, values });
    const status = rows.length === seatIds.length ? 201 : 409;
    return { status, body: { seats: rows } };
  };

serve({ 'POST /lock': book(lockStatement), 'POST /confirm': book(confirmStatement) });
