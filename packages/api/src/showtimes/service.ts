import { LockMode } from '@mikro-orm/core';
import { Movie, Showtime as ShowtimeEntity } from '../db/entities/index.ts';
import type { Theater } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query } from '../db/query.ts';
import { ConflictError, NotFoundError, StateError, ValidationError } from '../errors.ts';
import type { ListMovieShowtimes } from '../movies/schema.ts';
import { getMovie } from '../movies/service.ts';
import { readCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { assertRevision } from '../patch.ts';
import type { Deleted } from '../schema.ts';
import { getTheaterForUpdate } from '../theaters/service.ts';
import type { ServiceContext } from '../trpc.ts';
import { assertNotInUse, countUse, refuseInUse, removeShowtimes } from './remove.ts';
import type { CreateShowtime, ListShowtimes, Showtime, UpdateShowtime } from './schema.ts';

/** Showtimes by start; without `date`, `from` and `to` those that have not ended. */
export async function listShowtimes(
  ctx: ServiceContext,
  input: ListShowtimes,
): Promise<Page<Showtime>> {
  const { conditions, values } = filters(input);
  const after = readCursor(input.cursor, 'instant');
  if (after) {
    values.push(new Date(after[0]), after[1]);
    conditions.push(
      `(s.start_time, s.id) > ($${values.length - 1}::timestamptz, $${values.length}::uuid)`,
    );
  }
  values.push(input.limit + 1);
  const rows = await ctx.app.replicas.query<ShowtimeRow>(
    ctx,
    `select ${showtimeColumns} ${showtimeTables} where ${conditions.join(' and ')}
     order by s.start_time, s.id limit $${values.length}`,
    values,
  );
  const keyOf = (row: ShowtimeRow) => [row.start_time.getTime(), row.id] as const;
  return toPage(rows, input.limit, { keyOf, toItem: toShowtime });
}

/** The showtimes of one movie. @throws NotFoundError */
export async function listShowtimesOfMovie(
  ctx: ServiceContext,
  input: ListMovieShowtimes,
): Promise<Page<Showtime>> {
  // What is wrong with the input is told before what is missing.
  assertDays(input);
  readCursor(input.cursor, 'instant');
  await getMovie(ctx, input.movieId);
  return listShowtimes(ctx, input);
}

/** One showtime; a cancelled one can still be read. @throws NotFoundError */
export async function getShowtime(ctx: ServiceContext, showtimeId: string): Promise<Showtime> {
  const [row] = await query<ShowtimeRow>(
    ctx,
    `select ${showtimeColumns} ${showtimeTables} where s.id = $1 and s.archived_at is null`,
    [showtimeId],
  );
  if (!row) {
    throw new NotFoundError();
  }
  return toShowtime(row);
}

/**
 * Schedules a showtime. It ends after the movie's length, and the theater is occupied until it has
 * been cleaned.
 *
 * @throws ConflictError `SHOWTIME_OVERLAP` with the showtimes in the way
 */
export async function createShowtime(
  ctx: ServiceContext,
  input: CreateShowtime,
): Promise<Showtime> {
  return inTransaction(ctx, async (tx) => {
    const movie = await getMovieForShare(tx, input.movieId);
    const theater = await getTheaterForUpdate(tx, input.theaterId, { field: 'theaterId' });
    const slot = slotOf(input.startTime, movie, theater);
    await assertNoOverlap(tx, theater.id, slot);
    const showtime = tx.em.create(ShowtimeEntity, {
      movie,
      theater,
      ...slot,
      price: input.price,
      premiumPrice: input.seatTypePrices?.premium ?? null,
      vipPrice: input.seatTypePrices?.vip ?? null,
      currency: ctx.app.config.currency,
      totalSeats: theater.totalSeats,
    });
    await tx.em.flush();
    return getShowtime(tx, showtime.id);
  });
}

/**
 * Changes a showtime. Prices always, and what is locked or sold keeps its price; time and movie
 * only while nothing is locked or booked; the theater only if there never was a reservation.
 *
 * @throws ConflictError `IN_USE`, `EDIT_CONFLICT`, `SHOWTIME_OVERLAP`
 * @throws StateError `SHOWTIME_CANCELLED`
 */
export async function updateShowtime(
  ctx: ServiceContext,
  input: UpdateShowtime,
): Promise<Showtime> {
  return inTransaction(ctx, async (tx) => {
    const present = await getPresent(tx, input.showtimeId);
    const movie = await getMovieForShare(tx, input.movieId ?? present.movie.id);
    const theaterId = input.theaterId ?? present.theater.id;
    const theater = await getTheaterForUpdate(tx, theaterId, { field: 'theaterId' });
    const showtime = await getShowtimeForUpdate(tx, input.showtimeId);
    if (showtime.cancelledAt) {
      throw new StateError('SHOWTIME_CANCELLED');
    }
    assertRevision(showtime.revision, input.revision);
    const startTime = input.startTime ?? showtime.startTime;
    const moved =
      startTime.getTime() !== showtime.startTime.getTime() || movie.id !== showtime.movie.id;
    const rehoused = theater.id !== showtime.theater.id;
    if (moved || rehoused) {
      await assertMovable(tx, showtime, rehoused);
      const slot = slotOf(startTime, movie, theater);
      await assertNoOverlap(tx, theater.id, { ...slot, except: showtime.id });
      // Expired locks name the old theater's seats.
      const expired = 'delete from seat_claims where showtime_id = $1 and reservation_id is null';
      await query(tx, expired, [showtime.id]);
      tx.em.assign(showtime, { movie, theater, ...slot, totalSeats: theater.totalSeats });
    }
    assignPrices(tx, showtime, input);
    tx.em.assign(showtime, { revision: showtime.revision + 1 });
    await tx.em.flush();
    return getShowtime(tx, showtime.id);
  });
}

/**
 * Takes a showtime away: erased if no reservation ever named it, otherwise archived.
 *
 * @throws ConflictError `IN_USE` while a seat of an upcoming one is locked or booked
 */
export async function deleteShowtime(ctx: ServiceContext, showtimeId: string): Promise<Deleted> {
  return inTransaction(ctx, async (tx) => {
    const showtime = await getShowtimeForUpdate(tx, showtimeId);
    if (showtime.startTime > (await databaseNow(tx))) {
      await assertNotInUse(tx, [showtimeId]);
    }
    const archived = (await removeShowtimes(tx, [showtimeId])) > 0;
    return { id: showtimeId, archived };
  });
}

/** The showtime's row, FOR UPDATE: waits for everyone who is buying in it, and they for us. */
export async function getShowtimeForUpdate(
  { em }: ServiceContext,
  id: string,
): Promise<ShowtimeEntity> {
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true };
  const showtime = await em.findOne(ShowtimeEntity, { id, archivedAt: null }, options);
  if (!showtime) {
    throw new NotFoundError();
  }
  return showtime;
}

interface Slot {
  startTime: Date;
  endTime: Date;
  blockedUntil: Date;
}

interface ShowtimeRow {
  id: string;
  movie_id: string;
  title: string;
  duration_minutes: number;
  poster_url: string | null;
  theater_id: string;
  theater_name: string;
  timezone: string;
  start_time: Date;
  end_time: Date;
  price: string;
  premium_price: string | null;
  vip_price: string | null;
  currency: string;
  total_seats: number;
  taken: number;
  blocked: number;
  cancelled_at: Date | null;
  revision: number;
  created_at: Date;
}

/** `taken` and `blocked` are disjoint: a seat out of order that was sold before counts as taken. */
const showtimeColumns = `
  s.id, s.movie_id, m.title, m.duration_minutes, m.poster_url, s.theater_id, t.name as theater_name,
  t.timezone, s.start_time, s.end_time, s.price, s.premium_price, s.vip_price, s.currency,
  s.total_seats, s.cancelled_at, s.revision, s.created_at,
  (select count(*)::int from seat_claims c where c.showtime_id = s.id
    and (c.reservation_id is not null or c.expires_at > clock_timestamp())) as taken,
  (select count(*)::int from seats x where x.theater_id = s.theater_id and x.out_of_order
    and x.archived_at is null and not exists (
      select from seat_claims c where c.showtime_id = s.id and c.seat_id = x.id
        and (c.reservation_id is not null or c.expires_at > clock_timestamp()))) as blocked`;

const showtimeTables = `from showtimes s
  join movies m on m.id = s.movie_id join theaters t on t.id = s.theater_id`;

function filters(input: ListShowtimes): { conditions: string[]; values: unknown[] } {
  assertDays(input);
  const conditions = ['s.archived_at is null'];
  const values: unknown[] = [];
  const add = (condition: (parameter: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (input.movieId !== undefined) {
    add((p) => `s.movie_id = ${p}`, input.movieId);
  }
  if (input.theaterId !== undefined) {
    add((p) => `s.theater_id = ${p}`, input.theaterId);
  }
  const from = input.date ?? input.from;
  const to = input.date ?? input.to;
  // The bounds in UTC let the index do its work: no zone is further than a day from it.
  if (from !== undefined) {
    add(
      (p) => `s.start_time >= ${p}::date - interval '1 day'
      and (s.start_time at time zone t.timezone)::date >= ${p}::date`,
      from,
    );
  }
  if (to !== undefined) {
    add(
      (p) => `s.start_time < ${p}::date + interval '2 days'
      and (s.start_time at time zone t.timezone)::date <= ${p}::date`,
      to,
    );
  }
  if (from === undefined && to === undefined) {
    conditions.push('s.end_time > clock_timestamp()');
  }
  return { conditions, values };
}

/** @throws ValidationError for `date` beside `from` or `to`, and for `from` after `to` */
export function assertDays(input: {
  date?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}): void {
  const { date, from, to } = input;
  if (date !== undefined && (from !== undefined || to !== undefined)) {
    const message = 'Cannot stand together with from and to';
    throw new ValidationError([{ path: ['date'], message }]);
  }
  if (from !== undefined && to !== undefined && from > to) {
    throw new ValidationError([{ path: ['from'], message: 'Must not be after to' }]);
  }
}

function slotOf(startTime: Date, movie: Movie, theater: Theater): Slot {
  const endTime = new Date(startTime.getTime() + movie.durationMinutes * 60_000);
  const blockedUntil = new Date(endTime.getTime() + theater.turnaroundMinutes * 60_000);
  return { startTime, endTime, blockedUntil };
}

/** Held FOR SHARE, so that the movie is not archived before the showtime is there. */
async function getMovieForShare({ em }: ServiceContext, id: string): Promise<Movie> {
  const lock = { lockMode: LockMode.PESSIMISTIC_READ };
  const movie = await em.findOne(Movie, { id, archivedAt: null }, lock);
  if (!movie) {
    throw new NotFoundError({ field: 'movieId' });
  }
  return movie;
}

/** Which movie and theater to lock before the showtime: everyone locks in this order. */
async function getPresent({ em }: ServiceContext, id: string): Promise<ShowtimeEntity> {
  const showtime = await em.findOne(ShowtimeEntity, { id, archivedAt: null });
  if (!showtime) {
    throw new NotFoundError();
  }
  return showtime;
}

async function assertMovable(
  tx: ServiceContext,
  showtime: ShowtimeEntity,
  rehoused: boolean,
): Promise<void> {
  const use = await countUse(tx, [showtime.id]);
  if (use.showtimes > 0) {
    refuseInUse(use);
  }
  const ever = 'select 1 from reservations where showtime_id = $1 limit 1';
  if (rehoused && (await query(tx, ever, [showtime.id])).length > 0) {
    refuseInUse({ showtimes: 1, lockedSeats: 0, reservedSeats: 0 });
  }
}

/**
 * The theater's row is locked, so what is read here stays true until the commit; the exclusion
 * constraint `showtimes_no_overlap` holds even if it were not.
 */
async function assertNoOverlap(
  tx: ServiceContext,
  theaterId: string,
  slot: Slot & { except?: string },
): Promise<void> {
  const rows = await query<{ id: string }>(
    tx,
    `select id from showtimes
     where theater_id = $1 and cancelled_at is null and archived_at is null
       and id is distinct from $4::uuid
       and tstzrange(start_time, blocked_until) && tstzrange($2, $3)
     order by start_time, id`,
    [theaterId, slot.startTime, slot.blockedUntil, slot.except ?? null],
  );
  if (rows.length > 0) {
    const conflictingShowtimeIds = rows.map(({ id }) => id);
    throw new ConflictError('SHOWTIME_OVERLAP', { conflictingShowtimeIds });
  }
}

function assignPrices(
  { em }: ServiceContext,
  showtime: ShowtimeEntity,
  { price, seatTypePrices }: UpdateShowtime,
): void {
  if (price !== undefined) {
    em.assign(showtime, { price });
  }
  if (seatTypePrices !== undefined) {
    const premiumPrice = seatTypePrices?.premium ?? null;
    em.assign(showtime, { premiumPrice, vipPrice: seatTypePrices?.vip ?? null });
  }
}

function toShowtime(row: ShowtimeRow): Showtime {
  const premium = row.premium_price === null ? {} : { premium: row.premium_price };
  const vip = row.vip_price === null ? {} : { vip: row.vip_price };
  return {
    id: row.id,
    movie: {
      id: row.movie_id,
      title: row.title,
      durationMinutes: row.duration_minutes,
      posterUrl: row.poster_url,
    },
    theater: { id: row.theater_id, name: row.theater_name, timezone: row.timezone },
    startTime: row.start_time,
    endTime: row.end_time,
    price: row.price,
    seatTypePrices: { ...premium, ...vip },
    currency: row.currency,
    availability: {
      total: row.total_seats,
      available: Math.max(0, row.total_seats - row.taken - row.blocked),
    },
    cancelledAt: row.cancelled_at,
    revision: row.revision,
    createdAt: row.created_at,
  };
}
