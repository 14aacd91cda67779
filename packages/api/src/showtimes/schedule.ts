import { LockMode } from '@mikro-orm/core';
import { Movie, Showtime as ShowtimeEntity } from '../db/entities/index.ts';
import type { Theater } from '../db/entities/index.ts';
import { inTransaction, query, statement } from '../db/query.ts';
import { ConflictError, noSuch, StateError } from '../errors.ts';
import { noteFacts } from '../outbox/enqueue.ts';
import { assertRevision } from '../patch.ts';
import type { ServiceContext } from '../service-context.ts';
import { getTheaterForUpdate } from '../theaters/service.ts';
import { getShowtime } from './list.ts';
import { keepLocalTime } from './local-times.ts';
import { needsPrices, readPrices } from './prices.ts';
import type { Prices } from './prices.ts';
import { getShowtimeForUpdate, releaseSeatLocks } from './rows.ts';
import type { CreateShowtime, Showtime, UpdateShowtime } from './schema.ts';
import { slotOf } from './slot.ts';
import type { Slot } from './slot.ts';
import { countUse, refuseInUse } from './use.ts';

/**
 * Schedules a showtime. It ends after the movie's length, and occupies the theater until it has been
 * cleaned.
 *
 * @throws ValidationError unless either a price or a price list is given
 * @throws ConflictError `SHOWTIME_OVERLAP` with the showtimes in the way
 */
export async function createShowtime(
  ctx: ServiceContext,
  input: CreateShowtime,
): Promise<Showtime> {
  return inTransaction(ctx, async (tx) => {
    const movie = await getMovieForShare(tx, input.movieId);
    const theater = await getTheaterForUpdate(tx, input.theaterId, 'theaterId');
    const { currency } = ctx.app.config;
    const prices = await readPrices(tx, input, { siteId: theater.site.id, currency });
    if (prices.price === undefined) {
      throw needsPrices();
    }
    const slot = slotOf(input.startTime, movie, theater);
    await assertNoOverlap(tx, theater.id, slot);
    const { price } = prices;
    const showtime = newShowtime(tx, { movie, theater, ...slot, ...prices, price, currency });
    await tx.em.flush();
    await noteShowtimes(tx, 'showtime.created', [showtime]);
    return getShowtime(tx, showtime.id);
  });
}

/**
 * Changes a showtime. Prices always; locked and sold seats keep theirs. Time and movie only while
 * nothing is locked or booked, the theater only if there never was a reservation. Blocked seats stay
 * blocked, and are free in another theater.
 *
 * @throws ConflictError `IN_USE`, `EDIT_CONFLICT`, `SHOWTIME_OVERLAP`
 * @throws StateError `SHOWTIME_CANCELLED`
 */
export async function updateShowtime(
  ctx: ServiceContext,
  input: UpdateShowtime,
): Promise<Showtime> {
  return inTransaction(ctx, async (tx) => {
    const { movie, theater, showtime, prices } = await lockRows(tx, input);
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
      if (rehoused) {
        // Expired locks and blocks name the old theater's seats.
        await releaseSeatLocks(tx, { showtimeIds: [showtime.id] });
      }
      tx.em.assign(showtime, { movie, theater, ...slot, totalSeats: theater.totalSeats });
      await tx.em.flush();
      await keepLocalTime(tx, { id: showtime.id, ...slot });
    }
    tx.em.assign(showtime, { ...prices, revision: showtime.revision + 1 });
    await tx.em.flush();
    await noteShowtimes(tx, 'showtime.updated', [showtime]);
    return getShowtime(tx, showtime.id);
  });
}

/** What a show is made of. */
export interface NewShowtime extends Slot, Prices {
  movie: Movie;
  theater: Theater;
  price: string;
  currency: string;
  seriesId?: string;
}

/** A show that the next flush writes. The caller holds its theater FOR UPDATE. */
export function newShowtime({ em }: ServiceContext, show: NewShowtime): ShowtimeEntity {
  return em.create(ShowtimeEntity, { ...show, totalSeats: show.theater.totalSeats });
}

/** Writes the facts of shows that were created or changed. */
export function noteShowtimes(
  tx: ServiceContext,
  kind: 'showtime.created' | 'showtime.updated',
  showtimes: readonly ShowtimeEntity[],
): Promise<void> {
  const facts = showtimes.map(({ id: showtimeId, revision }) => {
    return { kind, subject: `${showtimeId}:${revision}`, payload: { showtimeId } };
  });
  return noteFacts(tx, facts);
}

/** Movie, theater and price list are locked before the showtime: all transactions do so. */
async function lockRows(
  tx: ServiceContext,
  input: UpdateShowtime,
): Promise<{ movie: Movie; theater: Theater; showtime: ShowtimeEntity; prices: Prices }> {
  const { showtimeId, movieId, theaterId } = input;
  const present = await tx.em.findOne(ShowtimeEntity, { id: showtimeId, archivedAt: null });
  if (!present) {
    throw noSuch('showtime');
  }
  const movie = await getMovieForShare(tx, movieId ?? present.movie.id);
  const theater = await getTheaterForUpdate(tx, theaterId ?? present.theater.id, 'theaterId');
  const { currency } = present;
  // A list of another site does not follow the show there.
  const isRehoused = theater.id !== present.theater.id && isWithoutPrices(input);
  const priceListId = isRehoused ? (present.priceListId ?? undefined) : input.priceListId;
  const prices = await readPrices(
    tx,
    { ...input, priceListId },
    { siteId: theater.site.id, currency },
  );
  return { movie, theater, prices, showtime: await getShowtimeForUpdate(tx, showtimeId) };
}

function isWithoutPrices({ price, seatTypePrices, priceListId }: UpdateShowtime): boolean {
  return [price, seatTypePrices, priceListId].every((each) => each === undefined);
}

/** Held FOR SHARE, so that the movie is not archived before the showtime exists. */
export async function getMovieForShare(
  { em }: ServiceContext,
  id: string,
  lockMode: LockMode = LockMode.PESSIMISTIC_READ,
): Promise<Movie> {
  const movie = await em.findOne(Movie, { id, archivedAt: null }, { lockMode });
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
