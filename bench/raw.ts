/*
 * The first yardstick: `node:http` and `pg`, prepared statements, and the product's own statements:
 * the session, the booking functions with idempotency key and audit, the seat map, the movies. No
 * validation, no log, no metrics, no headers, no error handling worth the name.
 */
import { hash } from 'node:crypto';
import { newReference, openPool, serve } from './reference-http.ts';
import type { Handler, Reply } from './reference-http.ts';
import { sessionOf } from './token.ts';

const pool = openPool();

const sessionStatement = {
  name: 'session',
  text: `
    select u.id, u.email, u.role, u.disabled_at is not null as disabled,
      s.expires_at as "expiresAt", clock_timestamp() as now
    from sessions s join users u on u.id = s.user_id where s.id = $1`,
};

const lockStatement = {
  name: 'lock',
  text: 'select lock_seats($1, $2, $3, 600, 1800, 10, $4, $5) as result',
};

const confirmStatement = {
  name: 'confirm',
  text: 'select confirm_seats($1, $2, $3, uuidv7(), $4, $5, $6) as result',
};

/** What `getSeatMap` of the product reads, as it stood when the bench was written. */
const seatMapStatement = {
  name: 'seats',
  text: `
    select x.now, s.cancelled_at is not null or s.start_time <= x.now as closed, s.currency,
      seat.id, seat.row_label, seat.seat_number, seat.row_index, seat.position, seat.seat_type,
      case seat.seat_type
        when 'premium' then coalesce(s.premium_price, s.price)
        when 'vip' then coalesce(s.vip_price, s.price)
        else s.price end as price,
      case
        when c.reservation_id is not null then 'reserved'
        when c.seat_id is not null then 'locked'
        when seat.out_of_order then 'blocked'
        else 'available' end as status,
      case when c.reservation_id is null then c.user_id end as user_id,
      case when c.reservation_id is null then c.price end as locked_price,
      c.expires_at
    from (select date_trunc('milliseconds', clock_timestamp()) as now) x
    cross join showtimes s
    join seats seat on seat.theater_id = s.theater_id
    left join seat_claims c on c.showtime_id = s.id and c.seat_id = seat.id
      and (c.reservation_id is not null or c.expires_at > x.now)
    where s.id = $1 and s.archived_at is null
      and (seat.archived_at is null or c.reservation_id is not null)
    order by seat.row_index, seat.position, seat.id`,
};

/** The cheapest way to know that nothing changed: a counter that whoever changes a seat keeps. */
const versionStatement = {
  name: 'version',
  text: 'select version from bench.versions where showtime_id = $1',
};

const moviesStatement = {
  name: 'movies',
  text: `
    select m.* from movies m
    where m.archived_at is null and lower(m.genre) = lower($2)
    order by m.title collate "und-x-icu", m.id limit $1`,
};

/** The shows of a day with their free seats and prices, in one statement. */
const programmeStatement = {
  name: 'programme',
  text: `
    select s.id, s.start_time, to_char(s.local_start, 'HH24:MI') as local_time, s.currency,
      least(s.price, s.premium_price, s.vip_price) as price_from, s.total_seats,
      s.total_seats - coalesce(c.taken, 0) as available,
      m.id as movie_id, m.title, m.poster_url, m.genre, m.duration_minutes, m.content_rating,
      t.id as theater_id, t.name as theater_name, t.timezone
    from showtimes s
    join movies m on m.id = s.movie_id
    join theaters t on t.id = s.theater_id
    left join (
      select c.showtime_id, count(*)::int as taken from seat_claims c
      join showtimes d on d.id = c.showtime_id
      where d.local_start >= $1::date and d.local_start < $1::date + 1
        and (c.expires_at is null or c.expires_at > clock_timestamp())
      group by 1) c on c.showtime_id = s.id
    where s.local_start >= $1::date and s.local_start < $1::date + 1
      and s.archived_at is null and s.cancelled_at is null
    order by m.title collate "und-x-icu", m.id, s.start_time, s.id`,
};

interface Outcome {
  outcome: string;
  answer?: unknown;
}

interface SessionRow {
  id: string;
  disabled: boolean;
  expiresAt: Date;
  now: Date;
}

async function callerOf(authorization: string | undefined): Promise<string | undefined> {
  const { rows } = await pool.query<SessionRow>({
    ...sessionStatement,
    values: [sessionOf(authorization)],
  });
  const [user] = rows;
  return user && !user.disabled && user.expiresAt > user.now ? user.id : undefined;
}

interface Booking {
  showtimeId: string;
  seatIds: string[];
}

const book =
  (statement: { name: string; text: string }, extra: () => unknown[]): Handler =>
  async ({ headers }, body) => {
    const userId = await callerOf(headers.authorization);
    if (userId === undefined) {
      return { status: 401 };
    }
    const { showtimeId, seatIds } = JSON.parse(body) as Booking;
    const fingerprint = hash('sha256', body, 'base64url');
    const key = headers['idempotency-key'];
    const values = [userId, showtimeId, seatIds, ...extra(), key, fingerprint];
    const { rows } = await pool.query<{ result: Outcome }>({ ...statement, values });
    const result = rows[0]?.result;
    return result?.outcome === 'ok'
      ? { status: 201, body: { success: true, data: result.answer } }
      : { status: 409, body: { success: false, error: result } };
  };

interface SeatRow {
  now: Date;
  currency: string;
  id: string;
  row_label: string;
  seat_number: number;
  row_index: number;
  position: number;
  seat_type: string;
  price: string;
  status: 'available' | 'locked' | 'reserved' | 'blocked';
}

async function readSeatMap(showtimeId: string | undefined): Promise<Reply> {
  const { rows } = await pool.query<SeatRow>({ ...seatMapStatement, values: [showtimeId] });
  const counts = { total: rows.length, available: 0, locked: 0, reserved: 0, blocked: 0 };
  const seats = rows.map((row) => {
    counts[row.status] += 1;
    const { id, position, price, status } = row;
    const { row_label: rowLabel, seat_number: seatNumber, row_index: rowIndex } = row;
    return { id, rowLabel, seatNumber, rowIndex, position, seatType: row.seat_type, price, status };
  });
  const { now, currency } = rows[0] ?? {};
  const data = { showtimeId, now, currency, seats, counts };
  return { status: 200, body: { success: true, data } };
}

const readSeats: Handler = ({ url }) => readSeatMap(url?.slice('/seats/'.length));

const readSeatsIfChanged: Handler = async ({ url, headers }) => {
  const showtimeId = url?.slice('/seats-if-changed/'.length);
  const { rows } = await pool.query<{ version: string }>({
    ...versionStatement,
    values: [showtimeId],
  });
  const etag = `"${rows[0]?.version}"`;
  if (headers['if-none-match'] === etag) {
    return { status: 304, headers: { ETag: etag } };
  }
  return { ...(await readSeatMap(showtimeId)), headers: { ETag: etag } };
};

interface MovieRow {
  id: string;
  title: string;
  description: string | null;
  poster_url: string | null;
  genre: string;
  duration_minutes: number;
  release_date: string | null;
  content_rating: string | null;
  revision: number;
  created_at: Date;
  updated_at: Date;
}

const readMovies: Handler = async ({ url }) => {
  const genre = new URLSearchParams(url?.slice('/movies?'.length)).get('genre');
  const { rows } = await pool.query<MovieRow>({ ...moviesStatement, values: [21, genre] });
  const items = rows.slice(0, 20).map((row) => ({
    id: row.id,
    title: row.title,
    description: row.description,
    posterUrl: row.poster_url,
    genre: row.genre,
    durationMinutes: row.duration_minutes,
    releaseDate: row.release_date,
    contentRating: row.content_rating,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));
  const nextCursor = rows.length > 20 ? items.at(-1)?.id : null;
  return { status: 200, body: { success: true, data: { items, nextCursor } } };
};

interface ProgrammeRow {
  id: string;
  start_time: Date;
  local_time: string;
  currency: string;
  price_from: string;
  total_seats: number;
  available: number;
  movie_id: string;
  title: string;
  poster_url: string | null;
  genre: string;
  duration_minutes: number;
  content_rating: string | null;
  theater_id: string;
  theater_name: string;
  timezone: string;
}

const readProgramme: Handler = async ({ url }) => {
  const date = new URLSearchParams(url?.slice('/programme?'.length)).get('date');
  const { rows } = await pool.query<ProgrammeRow>({ ...programmeStatement, values: [date] });
  const data = [...Map.groupBy(rows, (row) => row.movie_id).values()].map((shows) => ({
    movie: {
      id: shows[0]?.movie_id,
      title: shows[0]?.title,
      posterUrl: shows[0]?.poster_url,
      genre: shows[0]?.genre,
      durationMinutes: shows[0]?.duration_minutes,
      contentRating: shows[0]?.content_rating,
    },
    showtimes: shows.map((row) => ({
      id: row.id,
      startTime: row.start_time,
      localTime: row.local_time,
      theater: { id: row.theater_id, name: row.theater_name, timezone: row.timezone },
      availability: { total: row.total_seats, available: row.available },
      priceFrom: row.price_from,
      currency: row.currency,
    })),
  }));
  return { status: 200, body: { success: true, data } };
};

serve({
  'POST /lock': book(lockStatement, () => []),
  'POST /confirm': book(confirmStatement, () => [newReference()]),
  'GET /seats': readSeats,
  'GET /seats-if-changed': readSeatsIfChanged,
  'GET /movies': readMovies,
  'GET /programme': readProgramme,
});
