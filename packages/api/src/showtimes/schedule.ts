import { LockMode } from '@mikro-orm/core';
import { Movie, Showtime as ShowtimeEntity } from '../db/entities/index.ts';
import type { Theater } from '../db/entities/index.ts';
import { inTransaction, query, statement } from '../db/query.ts';
import { ConflictError, noSuch, StateError } from '../errors.ts';
import { localTimeOf } from '../local-time.ts';
import { assertRevision } from '../patch.ts';
import type { ServiceContext } from '../service-context.ts';
import { getTheaterForUpdate } from '../theaters/service.ts';
import { getShowtime } from './list.ts';
import { getShowtimeForUpdate, releaseSeatLocks } from './rows.ts';
import type { CreateShowtime, Showtime, UpdateShowtime } from './schema.ts';
import { countUse, refuseInUse } from './use.ts';

/**
 * Schedules a showtime. It ends after the movie's length, and occupies the theater until it has been
 * cleaned.
 *
 * @throws ConflictError `SHOWTIME_OVERLAP` with the showtimes in the way
 */
export async function createShowtime(
  ctx: ServiceContext,
  input: CreateShowtime,
): Promise<Showtime> {
  return inTransaction(ctx, async (tx) => {
    const movie = await getMovieForShare(tx, input.movieId);
    const theater = await getTheaterForUpdate(tx, input.theaterId, 'theaterId');
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
 * Changes a showtime. Prices always; locked and sold seats keep theirs. Time and movie only while
 * nothing is locked or booked, the theater only if there never was a reservation.
 *
 * @throws ConflictError `IN_USE`, `EDIT_CONFLICT`, `SHOWTIME_OVERLAP`
 * @throws StateError `SHOWTIME_CANCELLED`
 */
export async function updateShowtime(
  ctx: ServiceContext,
  input: UpdateShowtime,
): Promise<Showtime> {
  return inTransaction(ctx, async (tx) => {
    const { movie, theater, showtime } = await lockRows(tx, input);
    if (showtime.cancelledAt) {
      throw new StateError('SHOWTIME_CANCELLED');
    }
    assertRevision(showtime.revision, input.revision);
    const startTime = input.startTime ?? showtime.startTime;
    const rehoused = theater.id !== showtime.theater.id;
    const moved =
      startTime.getTime() !== showtime.startTime.getTime() || movie.id !== showtime.movie.id;
    if (moved || rehoused) {
      await assertMovable(tx, showtime, rehoused);
      const slot = slotOf(startTime, movie, theater);
      await assertNoOverlap(tx, theater.id, { ...slot, except: showtime.id });
      // Expired locks name the old theater's seats.
      await releaseSeatLocks(tx, { showtimeIds: [showtime.id] });
      tx.em.assign(showtime, { movie, theater, ...slot, totalSeats: theater.totalSeats });
    }
    assignPrices(tx, showtime, input);
    tx.em.assign(showtime, { revision: showtime.revision + 1 });
    await tx.em.flush();
    return getShowtime(tx, showtime.id);
  });
}

interface Slot {
  startTime: Date;
  localStart: string;
  endTime: Date;
  blockedUntil: Date;
}

/** Movie and theater are locked before the showtime: every transaction takes them in this order. */
async function lockRows(
  tx: ServiceContext,
  { showtimeId, movieId, theaterId }: UpdateShowtime,
): Promise<{ movie: Movie; theater: Theater; showtime: ShowtimeEntity }> {
  const present = await tx.em.findOne(ShowtimeEntity, { id: showtimeId, archivedAt: null });
  if (!present) {
    throw noSuch('showtime');
  }
  const movie = await getMovieForShare(tx, movieId ?? present.movie.id);
  const theater = await getTheaterForUpdate(tx, theaterId ?? present.theater.id, 'theaterId');
  return { movie, theater, showtime: await getShowtimeForUpdate(tx, showtimeId) };
}

function slotOf(startTime: Date, movie: Movie, theater: Theater): Slot {
  const endTime = new Date(startTime.getTime() + movie.durationMinutes * 60_000);
  const blockedUntil = new Date(endTime.getTime() + theater.turnaroundMinutes * 60_000);
  const localStart = localTimeOf(startTime, theater.timezone);
  return { startTime, localStart, endTime, blockedUntil };
}

/** Held FOR SHARE, so that the movie is not archived before the showtime exists. */
async function getMovieForShare({ em }: ServiceContext, id: string): Promise<Movie> {
  const lock = { lockMode: LockMode.PESSIMISTIC_READ };
  const movie = await em.findOne(Movie, { id, archivedAt: null }, lock);
  if (!movie) {
    throw noSuch('movie', 'movieId');
  }
  return movie;
}

const everReserved = statement('select id from reservations where showtime_id = $1 limit 1', {
  id: 'uuid',
});

async function assertMovable(
  tx: ServiceContext,
  showtime: ShowtimeEntity,
  rehoused: boolean,
): Promise<void> {
  const use = await countUse(tx, [showtime.id]);
  if (use.showtimes > 0) {
    refuseInUse(use);
  }
  if (rehoused && (await query(tx, everReserved, [showtime.id])).length > 0) {
    refuseInUse({ showtimes: 1, lockedSeats: 0, reservedSeats: 0 });
  }
}

const overlapping = statement(
  `select id from showtimes
   where theater_id = $1 and cancelled_at is null and archived_at is null
     and id is distinct from $4::uuid
     and tstzrange(start_time, blocked_until) && tstzrange($2, $3)
   order by start_time, id`,
  { id: 'uuid' },
);

/**
 * The theater's row is locked, so what is read here stays true until the commit; the exclusion
 * constraint `showtimes_no_overlap` holds even without the lock.
 */
async function assertNoOverlap(
  tx: ServiceContext,
  theaterId: string,
  {
    startTime,
    blockedUntil,
    except,
  }: Pick<Slot, 'startTime' | 'blockedUntil'> & { except?: string },
): Promise<void> {
  const values = [theaterId, startTime, blockedUntil, except ?? null];
  const conflictingShowtimeIds = (await query(tx, overlapping, values)).map(({ id }) => id);
  if (conflictingShowtimeIds.length > 0) {
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
