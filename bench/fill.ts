import type { Pool } from 'pg';
import { yardstickTables } from './yardstick-tables.ts';

/** How much there is of everything. */
export interface Amounts {
  /** Sold seats of showtimes that are over. */
  history: number;
  /** Showtimes on sale, 200 free seats each. */
  onSale: number;
  users: number;
}

const halls = 20;
const seatsPerHall = 200;

/** Fills a migrated, empty database through plain SQL, all constraints and triggers on. */
export async function fill(pool: Pool, amounts: Amounts): Promise<void> {
  const pastShowtimes = Math.ceil(amounts.history / seatsPerHall);
  await pool.query(layout, [halls]);
  await pool.query(seats);
  await pool.query(movies);
  await pool.query(users, [amounts.users]);
  await pool.query(sessions);
  // Three hours apart in each hall: backwards from today, and forwards from tomorrow.
  await pool.query(showtimes, [-pastShowtimes, -1]);
  await pool.query(showtimes, [8 * halls, 8 * halls + amounts.onSale - 1]);
  await pool.query(sold, [amounts.users]);
  const past = [reservations, reservationSeats, reservationEvents, claims, keys];
  for (const statement of [...past, 'drop table bench_sold', ...yardstickTables]) {
    await pool.query(statement);
  }
  await pool.query('vacuum analyze');
}

const layout = /* sql */ `
  insert into theaters (id, name, timezone, turnaround_minutes, total_seats)
  select uuidv7(), 'Hall ' || hall, 'UTC', 15, ${seatsPerHall}
  from generate_series(1, $1::int) hall`;

const seats = /* sql */ `
  insert into seats (id, theater_id, row_label, seat_number, row_index, position, seat_type)
  select uuidv7(), t.id, chr(64 + r), n, r, n,
    case r when 9 then 'premium' when 10 then 'vip' else 'regular' end
  from theaters t, generate_series(1, 10) r, generate_series(1, 20) n order by t.id, r, n`;

const movies = /* sql */ `
  insert into movies (id, title, description, genre, duration_minutes, release_date, content_rating)
  select uuidv7(), 'Movie number ' || n, repeat('A story that is told in a sentence. ', 4),
    (array['Drama', 'Comedy', 'Thriller', 'Animation', 'Documentary'])[1 + n % 5],
    90 + n % 60, date '2026-01-01' + n, 'PG-13'
  from generate_series(1, 200) n`;

const users = /* sql */ `
  insert into users (id, email, password_hash, first_name, last_name)
  select uuidv7(), 'user' || n || '@example.org', 'none', 'First', 'Last'
  from generate_series(1, $1::int) n`;

const sessions = /* sql */ `
  insert into sessions (id, user_id, expires_at)
  select uuidv7(), id, now() + interval '1 day' from users order by email`;

/** Slot n is hall n mod 20, at its (n div 20)th three hours from midnight. */
const showtimes = /* sql */ `
  with hall as (select id, row_number() over (order by name) - 1 as number from theaters),
    film as (select id, row_number() over (order by title) - 1 as number from movies),
    slot as (
      select n, date_trunc('day', now()) + floor(n / ${halls}.0) * interval '3 hours' as start_time
      from generate_series($1::int, $2::int) n)
  insert into showtimes (id, movie_id, theater_id, start_time, end_time, blocked_until,
    price, premium_price, currency, total_seats)
  select uuidv7(), film.id, hall.id, start_time, start_time + interval '2 hours',
    start_time + interval '135 minutes', 12.50, 15.00, 'USD', ${seatsPerHall}
  from slot
  join hall on hall.number = ((n % ${halls}) + ${halls}) % ${halls}
  join film on film.number = abs(n) % 200
  order by n`;

/** One row per seat of the past; two neighbours are one reservation. */
const sold = /* sql */ `
  create unlogged table bench_sold as
  with buyer as (select id, row_number() over (order by email) - 1 as number from users),
    pair as (
      select s.id as showtime_id, s.theater_id, s.start_time, p,
        uuidv7() as reservation_id, row_number() over (order by s.start_time, s.id, p) as number
      from showtimes s, generate_series(0, ${seatsPerHall / 2 - 1}) p
      where s.start_time < now())
  select pair.*, buyer.id as user_id, seat.id as seat_id,
    case when seat.seat_type = 'premium' then 15.00 else 12.50 end::numeric(10, 2) as price
  from pair
  join buyer on buyer.number = pair.number % $1::int
  join seats seat on seat.theater_id = pair.theater_id
    and ((seat.row_index - 1) * 20 + seat.position - 1) / 2 = pair.p`;

/** Eight letters of the product's alphabet, from a number. */
const reference = Array.from(
  { length: 8 },
  (_, place) =>
    `substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', ((number >> ${5 * place}) & 31)::int + 1, 1)`,
).join(' || ');

const reservations = /* sql */ `
  insert into reservations (id, reference, user_id, showtime_id, status, total_price, seat_count,
    currency, created_at, updated_at)
  select reservation_id, ${reference}, user_id, showtime_id, 'confirmed', sum(price), count(*),
    'USD', start_time - interval '2 days', start_time - interval '2 days'
  from bench_sold group by reservation_id, number, user_id, showtime_id, start_time
  order by number`;

const reservationSeats = /* sql */ `
  insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
  select reservation_id, seat_id, showtime_id, theater_id, price from bench_sold order by number`;

const reservationEvents = /* sql */ `
  insert into reservation_events (reservation_id, step, actor_id, created_at)
  select id, 'confirmed', user_id, created_at from reservations`;

const claims = /* sql */ `
  insert into seat_claims
    (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
  select showtime_id, seat_id, theater_id, user_id, price,
    start_time - interval '2 days 2 minutes', reservation_id
  from bench_sold order by number`;

/** Answers of the last hours; on an empty table the functions would plan as if it stayed empty. */
const keys = /* sql */ `
  insert into idempotency_keys (user_id, key, procedure, fingerprint, answer, created_at)
  select id, gen_random_uuid(), 'reservations.create', repeat('f', 43),
    repeat('{"an":"answer"}', 50), now() - n * interval '20 minutes'
  from users, generate_series(1, 20) n`;
