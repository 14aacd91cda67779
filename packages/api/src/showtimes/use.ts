import { query, queryOne, statement } from '../db/query.ts';
import { ConflictError } from '../errors.ts';
import type { DetailsOf } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';

/** How many showtimes, locked seats and booked seats stand in the way. */
export type Use = DetailsOf<'IN_USE'>;

/**
 * Sold seats are counted by their reservations: claims of past shows are removed after some days. Blocked
 * seats stand in the way of nothing: no customer has them.
 */
const usePerShow = `(
     select s.id, (
         select count(*) from seat_claims c
         where c.showtime_id = s.id and c.reservation_id is null and c.kind <> 'block'
           and c.expires_at > clock_timestamp()) as locked,
       (
         select coalesce(sum(r.seat_count), 0) from reservations r
         where r.showtime_id = s.id and r.status <> 'cancelled') as reserved
     from unnest($1::uuid[]) as s (id)) x`;

const use = statement(
  `select count(*) filter (where locked > 0 or reserved > 0)::int as showtimes,
     coalesce(sum(locked), 0)::int as "lockedSeats",
     coalesce(sum(reserved), 0)::int as "reservedSeats"
   from ${usePerShow}`,
  { showtimes: 'int', lockedSeats: 'int', reservedSeats: 'int' },
);

/**
 * How many of the showtimes have a locked or booked seat, and the seats. The caller holds the
 * showtimes FOR UPDATE, so no customer locks or buys meanwhile.
 */
export function countUse(ctx: ServiceContext, showtimeIds: string[]): Promise<Use> {
  return queryOne(ctx, use, [showtimeIds]);
}

const inUse = statement(`select id from ${usePerShow} where locked > 0 or reserved > 0`, {
  id: 'uuid',
});

/** Those of the showtimes that have a locked or booked seat. The caller holds them FOR UPDATE. */
export async function findInUse(ctx: ServiceContext, showtimeIds: string[]): Promise<Set<string>> {
  return new Set((await query(ctx, inUse, [showtimeIds])).map(({ id }) => id));
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
