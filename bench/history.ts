import type { Pool, PoolClient } from 'pg';

/** How much there is of everything. */
export interface HistoryAmounts {
  /** Sold seats of showtimes that are over; a multiple of 200. */
  soldSeats: number;
  /** Showtimes on sale, 200 free seats each. */
  onSale: number;
  users: number;
}

const halls = 20;
const seatsPerHall = 200;
/** Showtimes in one transaction: half a million seats. */
const batchSize = 2_500;

/**
 * Fills an empty database with years of sales, quickly: triggers and foreign keys are not checked
 * meanwhile, which takes a superuser. The rows are those of `fill.ts` and break no invariant. Works
 * on the schema of every migration since the first.
 *
 * @param onBatch is told how many seats have been sold so far
 */
export async function fillHistory(
  pool: Pool,
  amounts: HistoryAmounts,
  onBatch: (seats: number) => void = () => {},
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await client.query('set synchronous_commit = off');
    await client.query(newId);
    const added = await addedColumns(client);
    await client.query(layout);
    await client.query(movies);
    await client.query(users, [amounts.users]);
    await client.query(sessions);
    const past = Math.ceil(amounts.soldSeats / seatsPerHall);
    for (let first = -past; first < 0; first += batchSize) {
      const last = Math.min(first + batchSize, 0) - 1;
      await fillBatch(client, { first, last, buyers: amounts.users, added });
      onBatch((past + last + 1) * seatsPerHall);
    }
    await client.query(showtimes(added), [8 * halls, 8 * halls + amounts.onSale - 1]);
    await client.query('drop function new_id');
    await client.query('reset session_replication_role');
    await client.query('reset synchronous_commit');
    await client.query('vacuum analyze');
  } finally {
    client.release();
  }
}

/** Columns that a migration added and a trigger fills, by table. */
type Added = ReadonlySet<string>;

async function addedColumns(client: PoolClient): Promise<Added> {
  const { rows } = await client.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public'`,
  );
  return new Set(rows.map(({ name }) => name));
}

interface Batch {
  first: number;
  last: number;
  buyers: number;
  added: Added;
}

/** Showtimes of the slots `first` to `last`, sold out, two neighbours to a reservation. */
async function fillBatch(client: PoolClient, { first, last, buyers, added }: Batch): Promise<void> {
  await client.query('begin');
  await client.query(showtimes(added), [first, last]);
  await client.query(bookings, [first, last, buyers]);
  await client.query(sold);
  for (const statement of [reservations(added), reservationSeats, claims, events(added)]) {
    await client.query(statement);
  }
  await client.query('drop table history_bookings, history_sold');
  await client.query('commit');
}

/** UUID v7 of an instant; PostgreSQL before 18 has no function for it. */
const newId = /* sql */ `
  create or replace function new_id(p_at timestamptz) returns uuid language sql volatile as $$
    select (lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') || '7'
      || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
  $$`;

const layout = /* sql */ `
  with hall as (
    insert into theaters (id, name, timezone, turnaround_minutes, total_seats)
    select new_id(now()), 'Hall ' || lpad(n::text, 2, '0'), 'UTC', 15, ${seatsPerHall}
    from generate_series(1, ${halls}) n returning id)
  insert into seats (id, theater_id, row_label, seat_number, row_index, position, seat_type)
  select new_id(now()), hall.id, chr(64 + r), n, r, n,
    case r when 9 then 'premium' when 10 then 'vip' else 'regular' end
  from hall, generate_series(1, 10) r, generate_series(1, 20) n`;

const movies = /* sql */ `
  insert into movies (id, title, genre, duration_minutes, release_date)
  select new_id(now()), 'Movie number ' || n, 'Drama', 90 + n % 30, date '2026-01-01' + n
  from generate_series(1, 200) n`;

const users = /* sql */ `
  insert into users (id, email, password_hash, created_at)
  select new_id(now()), 'user' || n || '@example.org', 'none', now() - interval '2 years'
  from generate_series(1, $1::int) n`;

const sessions = /* sql */ `
  insert into sessions (id, user_id, expires_at)
  select new_id(now()), id, now() + interval '1 day' from users order by email limit 4000`;

/** Slot n is hall n mod 20, at its (n div 20)th three hours from midnight. */
const showtimes = (added: Added) => {
  const local = added.has('showtimes.local_start')
    ? [', local_start', `, start at time zone 'UTC'`]
    : ['', ''];
  return /* sql */ `
  with hall as (select id, row_number() over (order by name) - 1 as number from theaters),
    film as (select id, row_number() over (order by title) - 1 as number from movies),
    slot as (
      select n, date_trunc('day', now()) + floor(n / ${halls}.0) * interval '3 hours' as start
      from generate_series($1::int, $2::int) n)
  insert into showtimes (id, movie_id, theater_id, start_time, end_time, blocked_until,
    price, premium_price, currency, total_seats${local[0]})
  select new_id(start - interval '30 days'), film.id, hall.id, start, start + interval '2 hours',
    start + interval '135 minutes', 12.50, 15.00, 'USD', ${seatsPerHall}${local[1]}
  from slot
  join hall on hall.number = ((n % ${halls}) + ${halls}) % ${halls}
  join film on film.number = abs(n) % 200
  order by n`;
};

/** In the order of time, up to two days before each show. Numbers, and so references, never repeat. */
const bookings = /* sql */ `
  create temporary table history_bookings as
  with buyer as (select id, row_number() over (order by email) - 1 as n from users),
    hall as (select id, row_number() over (order by name) - 1 as n from theaters),
    slot as (
      select n, date_trunc('day', now()) + floor(n / ${halls}.0) * interval '3 hours' as start
      from generate_series($1::int, $2::int) n),
    pair as (
      select s.id as showtime_id, s.theater_id, p,
        -slot.n::bigint * ${seatsPerHall / 2} + p as number,
        s.start_time - interval '2 days' + p * interval '20 minutes' as made
      from slot
      join hall on hall.n = ((slot.n % ${halls}) + ${halls}) % ${halls}
      join showtimes s on s.theater_id = hall.id and s.start_time = slot.start,
        generate_series(0, ${seatsPerHall / 2 - 1}) p)
  select pair.*, new_id(made) as id, buyer.id as user_id
  from pair join buyer on buyer.n = pair.number * 7919 % $3::int
  order by made`;

const sold = /* sql */ `
  create temporary table history_sold as
  select b.*, s.id as seat_id,
    case when s.seat_type = 'premium' then 15.00 else 12.50 end::numeric(10, 2) as price
  from history_bookings b
  join seats s on s.theater_id = b.theater_id
    and ((s.row_index - 1) * 20 + s.position - 1) / 2 = b.p
  order by made, b.id`;

/** Eight letters of the product's alphabet, from a number. */
const reference = Array.from(
  { length: 8 },
  (_, place) =>
    `substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', ((number >> ${5 * place}) & 31)::int + 1, 1)`,
).join(' || ');

const reservations = (added: Added) => {
  const place = added.has('reservations.theater_id') ? ', theater_id' : '';
  return /* sql */ `
  insert into reservations (id, reference, user_id, showtime_id, status, total_price, seat_count,
    currency, created_at, updated_at${place})
  select id, ${reference}, user_id, showtime_id, 'confirmed', sum(price), count(*), 'USD', made, made
    ${place}
  from history_sold group by id, number, user_id, showtime_id, made, theater_id
  order by made, id`;
};

const reservationSeats = /* sql */ `
  insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
  select id, seat_id, showtime_id, theater_id, price from history_sold`;

const claims = /* sql */ `
  insert into seat_claims
    (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
  select showtime_id, seat_id, theater_id, user_id, price, made - interval '2 minutes', id
  from history_sold`;

const events = (added: Added) => {
  const place = added.has('reservation_events.theater_id') ? ', theater_id, showtime_id' : '';
  return /* sql */ `
  insert into reservation_events (reservation_id, step, actor_id, created_at${place})
  select id, 'confirmed', user_id, made${place} from history_bookings`;
};
