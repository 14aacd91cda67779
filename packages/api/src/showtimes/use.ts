import { queryOne, statement } from '../db/query.ts';
import { ConflictError } from '../errors.ts';
import type { DetailsOf } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';

/** How many showtimes, locked seats and booked seats stand in the way. */
export type Use = DetailsOf<'IN_USE'>;

const use = statement(
  `select count(distinct showtime_id)::int as showtimes,
     count(*) filter (where reservation_id is null)::int as "lockedSeats",
     count(*) filter (where reservation_id is not null)::int as "reservedSeats"
   from seat_claims
   where showtime_id = any($1) and (reservation_id is not null or expires_at > clock_timestamp())`,
  { showtimes: 'int', lockedSeats: 'int', reservedSeats: 'int' },
);

/**
 * How many of the showtimes have a locked or booked seat, and the seats. The caller holds the
 * showtimes FOR UPDATE, so no customer locks or buys meanwhile.
 */
export function countUse(ctx: ServiceContext, showtimeIds: string[]): Promise<Use> {
  return queryOne(ctx, use, [showtimeIds]);
}

/** @throws ConflictError `IN_USE` when a seat of the showtimes is locked or booked */
export async function assertNotInUse(ctx: ServiceContext, showtimeIds: string[]): Promise<void> {
  const found = await countUse(ctx, showtimeIds);
  if (found.showtimes > 0) {
    refuseInUse(found);
  }
}

/** @throws ConflictError `IN_USE` always */
export function refuseInUse(found: Use): never {
  throw new ConflictError('IN_USE', found);
}
