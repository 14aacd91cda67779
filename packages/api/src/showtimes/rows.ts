import { LockMode } from '@mikro-orm/core';
import { Showtime } from '../db/entities/index.ts';
import { query, statement } from '../db/query.ts';
import { noSuch } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';

/**
 * The showtime's row, FOR UPDATE: waits for all customers who are buying in it, and they wait for
 * the edit.
 *
 * @throws NotFoundError
 */
export async function getShowtimeForUpdate({ em }: ServiceContext, id: string): Promise<Showtime> {
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true };
  const showtime = await em.findOne(Showtime, { id, archivedAt: null }, options);
  if (!showtime) {
    throw noSuch('showtime');
  }
  return showtime;
}

/** All showtimes of a theater, FOR UPDATE, in the order of their ids. */
export function showtimesOfTheaterForUpdate(
  { em }: ServiceContext,
  theaterId: string,
): Promise<Showtime[]> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } } as const;
  return em.find(Showtime, { theater: theaterId, archivedAt: null }, lock);
}

const release = statement('select release_seat_locks(null, $1, $2)::text as released', {
  released: 'text?',
});

/** Ends the seat locks and blocks in showtimes, or on seats. Sold seats stay. */
export async function releaseSeatLocks(
  tx: ServiceContext,
  { showtimeIds, seatIds }: { showtimeIds?: string[]; seatIds?: string[] },
): Promise<void> {
  await query(tx, release, [showtimeIds ?? null, seatIds ?? null]);
}
