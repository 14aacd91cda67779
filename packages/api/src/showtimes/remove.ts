import { LockMode } from '@mikro-orm/core';
import { Showtime } from '../db/entities/index.ts';
import type { Theater } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query, statement } from '../db/query.ts';
import { getMovieForUpdate } from '../movies/service.ts';
import type { Deleted } from '../schema.ts';
import type { ServiceContext } from '../service-context.ts';
import { getTheaterForUpdate } from '../theaters/service.ts';
import { getShowtimeForUpdate, releaseSeatLocks, showtimesOfTheaterForUpdate } from './rows.ts';
import { assertNotInUse, countUse, refuseInUse } from './use.ts';

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

const anyOfMovie = statement('select id from showtimes where movie_id = $1 limit 1', {
  id: 'uuid',
});

/**
 * Takes a movie out of the catalogue, with the showtimes in which nothing is locked or booked.
 * Erased if no reservation ever named it, otherwise archived.
 *
 * @throws ConflictError `IN_USE` while a seat of an upcoming showtime is locked or booked
 */
export async function deleteMovie(ctx: ServiceContext, movieId: string): Promise<Deleted> {
  return inTransaction(ctx, async (tx) => {
    const movie = await getMovieForUpdate(tx, movieId);
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } } as const;
    const showtimes = await tx.em.find(Showtime, { movie: movieId, archivedAt: null }, lock);
    const now = await databaseNow(tx);
    await assertNotInUse(tx, idsOf(showtimes.filter(({ startTime }) => startTime > now)));
    await removeShowtimes(tx, idsOf(showtimes));
    const archived = (await query(tx, anyOfMovie, [movieId])).length > 0;
    if (archived) {
      tx.em.assign(movie, { archivedAt: now, updatedAt: now });
    } else {
      tx.em.remove(movie);
    }
    await tx.em.flush();
    return { id: movieId, archived };
  });
}

const anyOfTheater = statement('select id from showtimes where theater_id = $1 limit 1', {
  id: 'uuid',
});
const eraseSeats = statement('delete from seats where theater_id = $1');

/**
 * Takes a theater away, with its past showtimes. Erased if no reservation ever named it, otherwise
 * archived.
 *
 * @throws ConflictError `IN_USE` while one of its showtimes has not ended
 */
export async function deleteTheater(ctx: ServiceContext, theaterId: string): Promise<Deleted> {
  return inTransaction(ctx, async (tx) => {
    const theater = await getTheaterForUpdate(tx, theaterId);
    const showtimes = await showtimesOfTheaterForUpdate(tx, theaterId);
    const now = await databaseNow(tx);
    const coming = showtimes.filter((each) => each.endTime > now && !each.cancelledAt);
    if (coming.length > 0) {
      refuseInUse({ ...(await countUse(tx, idsOf(coming))), showtimes: coming.length });
    }
    await removeShowtimes(tx, idsOf(showtimes));
    const archived = (await query(tx, anyOfTheater, [theaterId])).length > 0;
    await endTheater(tx, theater, archived ? now : undefined);
    return { id: theaterId, archived };
  });
}

async function endTheater(
  tx: ServiceContext,
  theater: Theater,
  archivedAt: Date | undefined,
): Promise<void> {
  if (archivedAt) {
    tx.em.assign(theater, { archivedAt });
  } else {
    await query(tx, eraseSeats, [theater.id]);
    tx.em.remove(theater);
  }
  await tx.em.flush();
}

const archiveSold = statement(
  `update showtimes s set archived_at = clock_timestamp(), revision = revision + 1
   where id = any($1) and exists (select from reservations r where r.showtime_id = s.id)
   returning id`,
  { id: 'uuid' },
);
const eraseUnsold = statement('delete from showtimes where id = any($1) and archived_at is null');

/**
 * Takes showtimes away: archived when a reservation ever named them, erased otherwise. Seat locks
 * in them end.
 *
 * @returns how many were archived
 */
export async function removeShowtimes(tx: ServiceContext, showtimeIds: string[]): Promise<number> {
  await releaseSeatLocks(tx, { showtimeIds });
  const archived = await query(tx, archiveSold, [showtimeIds]);
  await query(tx, eraseUnsold, [showtimeIds]);
  return archived.length;
}

function idsOf(showtimes: readonly { id: string }[]): string[] {
  return showtimes.map(({ id }) => id);
}
