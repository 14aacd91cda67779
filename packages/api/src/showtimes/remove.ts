import { query, queryOne } from '../db/query.ts';
import { ConflictError } from '../errors.ts';
import type { ErrorDetails } from '../errors.ts';
import type { ServiceContext } from '../trpc.ts';

type Use = ErrorDetails['IN_USE'];

/**
 * What still needs the showtimes: how many of them have a locked or booked seat, and the seats.
 * The caller holds the showtimes FOR UPDATE, so that nobody locks or buys in between.
 */
export function countUse(ctx: ServiceContext, showtimeIds: string[]): Promise<Use> {
  return queryOne(
    ctx,
    `select count(distinct showtime_id)::int as showtimes,
            count(*) filter (where reservation_id is null)::int as "lockedSeats",
            count(*) filter (where reservation_id is not null)::int as "reservedSeats"
     from seat_claims
     where showtime_id = any($1)
       and (reservation_id is not null or expires_at > clock_timestamp())`,
    [showtimeIds],
  );
}

/** @throws ConflictError `IN_USE` when a seat of the showtimes is locked or booked */
export async function assertNotInUse(ctx: ServiceContext, showtimeIds: string[]): Promise<void> {
  const use = await countUse(ctx, showtimeIds);
  if (use.showtimes > 0) {
    refuseInUse(use);
  }
}

/** @throws ConflictError `IN_USE` always */
export function refuseInUse(use: Use): never {
  throw new ConflictError('IN_USE', use);
}

/**
 * Takes showtimes away: archived when a reservation ever named them, erased otherwise. Seat locks
 * in them end.
 *
 * @returns how many were archived
 */
export async function removeShowtimes(ctx: ServiceContext, showtimeIds: string[]): Promise<number> {
  const locks = 'delete from seat_claims where showtime_id = any($1) and reservation_id is null';
  await query(ctx, locks, [showtimeIds]);
  const archived = await query(
    ctx,
    `update showtimes s set archived_at = clock_timestamp(), revision = revision + 1
     where id = any($1) and exists (select from reservations r where r.showtime_id = s.id)
     returning id`,
    [showtimeIds],
  );
  const unsold = 'delete from showtimes where id = any($1) and archived_at is null';
  await query(ctx, unsold, [showtimeIds]);
  return archived.length;
}
