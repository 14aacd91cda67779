import { Seat, Site } from '../db/entities/index.ts';
import type { Theater as TheaterEntity } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query, queryOne, statement } from '../db/query.ts';
import { assertRevision, defined } from '../patch.ts';
import type { ServiceContext } from '../service-context.ts';
import { holdSite } from '../staff/site.ts';
import { seatLabel, seatPlaces } from '../theaters/layout.ts';
import type { SeatPlace } from '../theaters/layout.ts';
import type { TheaterWithSeats, UpdateTheater } from '../theaters/schema.ts';
import { assertTimeZone, getTheater, getTheaterForUpdate } from '../theaters/service.ts';
import { keepLocalTimes } from './local-times.ts';
import { releaseSeatLocks, showtimesOfTheaterForUpdate } from './rows.ts';
import { assertNotInUse, refuseInUse } from './use.ts';

/**
 * Changes a theater. With `rows` the layout is replaced as a whole: a seat with the same label and
 * number keeps its id, and showtimes that have not ended get the new number of seats.
 *
 * @throws ConflictError `IN_USE` when seats would be added or removed, or the theater moved to another
 * site, while a showtime that has not ended has a locked or booked seat; `EDIT_CONFLICT`
 * @throws NotFoundError for the theater or the site
 */
export async function updateTheater(
  ctx: ServiceContext,
  input: UpdateTheater,
): Promise<TheaterWithSeats> {
  const { theaterId, revision, rows, siteId, ...changes } = input;
  return inTransaction(ctx, async (tx) => {
    const theater = await getTheaterForUpdate(tx, theaterId);
    assertRevision(theater.revision, revision);
    if (input.timezone !== undefined) {
      await assertTimeZone(tx, input.timezone);
    }
    if (siteId !== undefined && siteId !== theater.site.id) {
      await moveToSite(tx, theater, siteId);
    }
    tx.em.assign(theater, { ...defined(changes), revision: theater.revision + 1 });
    if (rows !== undefined) {
      await replaceLayout(tx, theater, seatPlaces(rows));
    }
    await tx.em.flush();
    if (input.timezone !== undefined) {
      await keepLocalTimes(tx, theaterId);
    }
    return getTheater(tx, theaterId);
  });
}

const ofOneSite = statement(
  `select count(*)::int as showtimes
   from showtimes s join price_lists v on v.id = s.price_version_id
   where s.id = any($1) and v.site_id is not null`,
  { showtimes: 'int' },
);

/** Tax, refunds and price lists are the site's: what is sold or on its way to be keeps them. */
async function moveToSite(
  tx: ServiceContext,
  theater: TheaterEntity,
  siteId: string,
): Promise<void> {
  await holdSite(tx, siteId);
  const showtimes = await showtimesOfTheaterForUpdate(tx, theater.id);
  const now = await databaseNow(tx);
  const open = showtimes.filter(({ endTime }) => endTime > now).map(({ id }) => id);
  await assertNotInUse(tx, open);
  const listed = await queryOne(tx, ofOneSite, [open]);
  if (listed.showtimes > 0) {
    refuseInUse({ ...listed, lockedSeats: 0, reservedSeats: 0 });
  }
  tx.em.assign(theater, { site: tx.em.getReference(Site, siteId) });
}

/** The present layout, for the shows that have ended since the last edit; nothing when there are none. */
const keepLayout = statement(
  `insert into past_layouts (theater_id, until, seats)
   select $1, $2, jsonb_agg(jsonb_build_object(
       'id', id, 'rowLabel', row_label, 'seatNumber', seat_number, 'rowIndex', row_index,
       'position', position, 'seatType', seat_type, 'outOfOrder', out_of_order, 'features', features)
     order by row_index, position, id)
   from seats where theater_id = $1 and archived_at is null
     and exists (
       select from showtimes where theater_id = $1 and end_time <= $2
         and end_time > coalesce(
           (select max(until) from past_layouts where theater_id = $1), '-infinity'))
   having count(*) > 0`,
);

async function replaceLayout(
  tx: ServiceContext,
  theater: TheaterEntity,
  places: SeatPlace[],
): Promise<void> {
  // Customers hold their showtime FOR KEY SHARE: from here on none of them locks a seat.
  const showtimes = await showtimesOfTheaterForUpdate(tx, theater.id);
  const seats = await tx.em.find(Seat, { theater: theater.id });
  const now = await databaseNow(tx);
  await query(tx, keepLayout, [theater.id, now]);
  const byLabel = new Map(seats.map((seat) => [seatLabel(seat), seat]));
  const wanted = new Set(places.map(seatLabel));
  const removed = seats.filter((seat) => !seat.archivedAt && !wanted.has(seatLabel(seat)));
  const added = places.filter((place) => byLabel.get(seatLabel(place))?.archivedAt !== null);
  const open = showtimes.filter((showtime) => showtime.endTime > now);
  if (removed.length > 0 || added.length > 0) {
    await assertNotInUse(
      tx,
      open.map(({ id }) => id),
    );
  }
  for (const place of places) {
    const seat = byLabel.get(seatLabel(place));
    if (seat) {
      tx.em.assign(seat, { ...place, archivedAt: null });
    } else {
      tx.em.create(Seat, { theater, ...place });
    }
  }
  await archiveOrErase(tx, removed, now);
  tx.em.assign(theater, { totalSeats: places.length });
  for (const showtime of open) {
    tx.em.assign(showtime, { totalSeats: places.length });
  }
}

const everSold = statement(
  'select distinct seat_id as id from reservation_seats where seat_id = any($1)',
  { id: 'uuid' },
);

/** A seat that was ever in a reservation stays for its record; the others are erased. */
async function archiveOrErase(tx: ServiceContext, removed: Seat[], now: Date): Promise<void> {
  const seatIds = removed.map((seat) => seat.id);
  await releaseSeatLocks(tx, { seatIds });
  const soldIds = new Set((await query(tx, everSold, [seatIds])).map(({ id }) => id));
  for (const seat of removed) {
    if (soldIds.has(seat.id)) {
      tx.em.assign(seat, { archivedAt: now });
    } else {
      tx.em.remove(seat);
    }
  }
}
