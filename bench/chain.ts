import type { Pool } from 'pg';

/** The year whose shows the chain sold; days are those of each theater. */
export const chainYear = 2025;

/** One show every 105 minutes, day and night: 5,006 a year and theater. */
const slotMinutes = 105;

/** What a chain of cinemas sold in a year. */
export interface Chain {
  theaters: number;
  users: number;
}

/**
 * Fills a migrated, empty database with a year of a chain, through plain SQL. Foreign keys are
 * taken out meanwhile and put back at the end: PostgreSQL then checks all rows at once and not one
 * by one.
 */
export async function fillChain(pool: Pool, chain: Chain): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`set work_mem = '256MB'; set maintenance_work_mem = '512MB'`);
    const { rows: keys } = await client.query<{ out: string; back: string }>(foreignKeys);
    await client.query(keys.map(({ out }) => out).join(';'));
    await client.query(theaters, [chain.theaters]);
    await client.query(seats);
    await client.query(movies);
    await client.query(users, [chain.users]);
    await client.query(sessions);
    await client.query(showtimes);
    await client.query(bookings, [chain.users]);
    for (const statement of [blocks, sold, reservations, reservationSeats, events, claims]) {
      await client.query(statement);
    }
    for (const { back } of keys) {
      await client.query(back);
    }
    await client.query('vacuum analyze');
  } finally {
    // Not back into the pool: its settings are not everyone's.
    client.release(true);
  }
}

const foreignKeys = /* sql */ `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as out,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname,
      pg_get_constraintdef(oid)) as back
  from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
  order by conname`;

/** A hash of a text as a number from 0 to 1, the same on every run. */
const chance = (text: string) => `((hashtextextended(${text}, 0) & 1048575) / 1048576.0)`;

/** Halls of 80 to 216 seats in three zones, two of them with summer time, on both hemispheres. */
const theaters = /* sql */ `
  insert into theaters (id, name, timezone, turnaround_minutes, total_seats)
  select uuidv7(), 'Screen ' || to_char(n, 'FM00'),
    (array['America/New_York', 'Europe/Berlin', 'Australia/Sydney'])[1 + n % 3], 10,
    (8 + n % 5) * (10 + n % 9)
  from generate_series(1, $1::int) n`;

/** Numbered from the last row to the first, as they are sold. */
const seats = /* sql */ `
  insert into seats (id, theater_id, row_label, seat_number, row_index, position, seat_type)
  select uuidv7(), t.id, chr(64 + r), p, r, p,
    case when r <= 1 then 'vip' when r <= 3 then 'premium' else 'regular' end
  from (select id, substr(name, 8)::int as n from theaters) t,
    generate_series(1, 8 + t.n % 5) r, generate_series(1, 10 + t.n % 9) p
  order by t.n, r, p`;

/** Some titles come twice. */
const movies = /* sql */ `
  insert into movies (id, title, genre, duration_minutes, release_date)
  select uuidv7(), 'Movie number ' || n % 290,
    (array['Drama', 'Comedy', 'Thriller', 'Animation', 'Documentary'])[1 + n % 5],
    70 + n % 25, date '${chainYear}-01-01' + n
  from generate_series(1, 300) n`;

/** The first one is an administrator. */
const users = /* sql */ `
  insert into users (id, email, password_hash, role)
  select uuidv7(), 'customer' || n || '@example.org', 'none',
    case n when 1 then 'admin' else 'user' end
  from generate_series(1, $1::int) n`;

const sessions = /* sql */ `
  insert into sessions (id, user_id, expires_at)
  select uuidv7(), id, now() + interval '1 day' from users where role = 'admin'`;

/**
 * From noon of the last day before the year to noon of the first after it, by UTC, so that some are
 * in the year of one zone and not of another. One in a hundred is cancelled.
 */
const showtimes = /* sql */ `
  with film as (select id, duration_minutes, row_number() over (order by id) - 1 as n from movies),
    slot as (
      select t.id as theater_id, t.total_seats, start_time,
        ${chance(`t.name || start_time`)} as chance, ${chance(`start_time || t.name`)} as dice
      from theaters t, generate_series(timestamptz '${chainYear - 1}-12-31 12:00Z',
        timestamptz '${chainYear + 1}-01-01 12:00Z', interval '${slotMinutes} minutes') start_time)
  insert into showtimes (id, movie_id, theater_id, start_time, end_time, blocked_until,
    price, premium_price, vip_price, currency, total_seats, cancelled_at, cancel_reason, created_at)
  select uuidv7(), film.id, theater_id, start_time,
    start_time + film.duration_minutes * interval '1 minute',
    start_time + (film.duration_minutes + 10) * interval '1 minute',
    9.49 + floor(6 * chance), 12.99 + floor(6 * chance), 17.25 + floor(6 * chance), 'USD',
    total_seats, case when dice < 0.01 then start_time - interval '1 hour' end,
    case when dice < 0.01 then 'The projector broke' end, start_time - interval '30 days'
  from slot join film on film.n = floor(300 * chance * chance)::int
  order by start_time, theater_id`;

/** How neighbours buy: mostly two. Every ten purchases take 28 seats. */
const sizes = [2, 4, 1, 3, 2, 5, 2, 4, 2, 3];

/** The seats of each purchase in a theater, in the order in which its seats are sold. */
const blocks = /* sql */ `
  create temporary table chain_blocks as
  with taken as (
      select row_number() over () - 1 as place, block
      from unnest(array[${sizes.join(', ')}]) with ordinality purchase (size, block),
        generate_series(1, size)),
    ordered as (
      select id as seat_id, theater_id, seat_type,
        row_number() over (partition by theater_id order by row_index desc, position) - 1 as place
      from seats)
  select theater_id, seat_id, seat_type, ordered.place / 28 * 10 + block as block
  from ordered join taken on taken.place = ordered.place % 28`;

/**
 * One row per reservation: between nothing and four fifths of a hall. One in twenty is cancelled,
 * and all of a show that is. Bought up to two weeks ahead, so neighbours in the table are of
 * different shows, as they would be.
 */
const bookings = /* sql */ `
  create temporary table chain_bookings as
  with buyer as (select id, row_number() over (order by email) - 1 as n from users),
    show as (
      select s.*, t.name || s.start_time as seed
      from showtimes s join theaters t on t.id = s.theater_id),
    bought as (
      select show.*, block, ${chance(`block || seed`)} as chance
      from show, generate_series(1, floor(show.total_seats / 2.8 *
        greatest(0, 0.82 * ${chance(`seed || 'sold'`)} - 0.01))::int) block),
    placed as (
      select *, row_number() over (order by bought_at, id, block) as number
      from (select *, date_trunc('milliseconds', start_time - interval '61 minutes'
        - chance * interval '14 days') as bought_at from bought) timed)
  select number, uuidv7() as id, buyer.id as user_id, placed.id as showtime_id, theater_id, block,
    price, premium_price, vip_price, bought_at,
    coalesce(placed.cancelled_at, case when chance < 0.05 then bought_at + interval '1 minute' end)
      as cancelled_at
  from placed join buyer on buyer.n = number % $1::int
  order by number`;

/** One row per seat. */
const sold = /* sql */ `
  create temporary table chain_sold as
  select number, b.id as reservation_id, seat_id, showtime_id, b.theater_id, user_id, bought_at,
    cancelled_at,
    case seat_type when 'vip' then vip_price when 'premium' then premium_price else price end
      as price
  from chain_bookings b join chain_blocks using (theater_id, block)
  order by number`;

/** Eight letters of the product's alphabet, from a number. */
const reference = Array.from(
  { length: 8 },
  (_, place) =>
    `substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', ((number >> ${5 * place}) & 31)::int + 1, 1)`,
).join(' || ');

const reservations = /* sql */ `
  insert into reservations (id, reference, user_id, showtime_id, status, total_price, seat_count,
    currency, cancelled_at, created_at, updated_at)
  select b.id, ${reference}, user_id, showtime_id,
    case when cancelled_at is null then 'confirmed' else 'cancelled' end, total_price, seat_count,
    'USD', cancelled_at, bought_at, coalesce(cancelled_at, bought_at)
  from chain_bookings b join (
    select reservation_id as id, sum(price) as total_price, count(*) as seat_count
    from chain_sold group by reservation_id) total using (id)
  order by number`;

const reservationSeats = /* sql */ `
  insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
  select reservation_id, seat_id, showtime_id, theater_id, price from chain_sold order by number`;

const events = /* sql */ `
  insert into reservation_events (reservation_id, step, actor_id, created_at)
  select id, 'confirmed', user_id, bought_at from chain_bookings
  union all
  select id, 'cancelled', user_id, cancelled_at from chain_bookings where cancelled_at is not null`;

const claims = /* sql */ `
  insert into seat_claims
    (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
  select showtime_id, seat_id, theater_id, user_id, price, bought_at - interval '2 minutes',
    reservation_id
  from chain_sold where cancelled_at is null order by number`;
