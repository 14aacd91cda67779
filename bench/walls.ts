/*
 * The third yardstick: one statement per step, which writes everything that the domain demands:
 * the claims, the reservation, its seats and its event. Primary keys, unique keys and foreign keys
 * are on, in tables of its own. No session, no idempotency, no validation; a lock that finds one of
 * its seats taken keeps the others.
 */
import { newReference, openPool, serve } from './reference-http.ts';
import type { Handler } from './reference-http.ts';

// One plan for all arrays of seats: to plan these statements takes longer than to run them.
const pool = openPool({ options: '-c plan_cache_mode=force_generic_plan' });

const lockStatement = {
  name: 'lock',
  text: `
    insert into walls.claims as c
      (showtime_id, seat_id, theater_id, user_id, price, expires_at)
    select s.id, seat.id, s.theater_id, $2,
        case seat.seat_type
          when 'premium' then coalesce(s.premium_price, s.price)
          when 'vip' then coalesce(s.vip_price, s.price)
          else s.price end,
        clock_timestamp() + interval '10 minutes'
      from showtimes s join seats seat on seat.theater_id = s.theater_id
      where s.id = $1 and seat.id = any($3::uuid[]) order by seat.id
    on conflict (showtime_id, seat_id) do update
      set user_id = excluded.user_id, price = excluded.price, expires_at = excluded.expires_at
      where c.reservation_id is null and c.expires_at <= clock_timestamp()
    returning seat_id`,
};

const confirmStatement = {
  name: 'confirm',
  text: `
    with mine as (
        select seat_id, theater_id, price from walls.claims
        where showtime_id = $1 and user_id = $2 and seat_id = any($3::uuid[])
          and reservation_id is null and expires_at > clock_timestamp()
        order by seat_id for update),
      sale as (
        insert into walls.reservations
          (id, reference, user_id, showtime_id, total_price, created_at)
        select uuidv7(), $4, $2, $1, sum(price), clock_timestamp() from mine
        having count(*) = cardinality($3::uuid[])
        returning id, created_at),
      places as (
        insert into walls.reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
        select sale.id, mine.seat_id, $1, mine.theater_id, mine.price from sale, mine),
      event as (
        insert into walls.reservation_events (reservation_id, step, actor_id, created_at)
        select id, 'confirmed', $2, created_at from sale)
    update walls.claims c set reservation_id = sale.id, expires_at = null
    from sale, mine where c.showtime_id = $1 and c.seat_id = mine.seat_id
    returning c.seat_id`,
};

interface Booking {
  userId: string;
  showtimeId: string;
  seatIds: string[];
}

const book =
  (statement: { name: string; text: string }, extra: () => unknown[]): Handler =>
  async (_req, body) => {
    const { userId, showtimeId, seatIds } = JSON.parse(body) as Booking;
    const values = [showtimeId, userId, seatIds, ...extra()];
    const { rows } = await pool.query<{ seat_id: string }>({ ...statement, values });
    const status = rows.length === seatIds.length ? 201 : 409;
    return { status, body: { seats: rows } };
  };

serve({
  'POST /lock': book(lockStatement, () => []),
  'POST /confirm': book(confirmStatement, () => [newReference()]),
});
