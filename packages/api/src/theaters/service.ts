import { LockMode } from '@mikro-orm/core';
import { Seat, Showtime, Theater as TheaterEntity } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query } from '../db/query.ts';
import { NotFoundError, ValidationError } from '../errors.ts';
import { readCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { assertRevision, defined } from '../patch.ts';
import type { Deleted } from '../schema.ts';
import { assertNotInUse, countUse, refuseInUse, removeShowtimes } from '../showtimes/remove.ts';
import type { ServiceContext } from '../trpc.ts';
import { seatLabel, seatPlaces } from './layout.ts';
import type { SeatPlace } from './layout.ts';
import type {
  CreateTheater,
  ListTheaters,
  Theater,
  TheaterWithSeats,
  UpdateTheater,
} from './schema.ts';

/** Theaters by name. */
export async function listTheaters(
  ctx: ServiceContext,
  input: ListTheaters,
): Promise<Page<Theater>> {
  const after = readCursor(input.cursor, 'text');
  const rows = await ctx.app.replicas.query<Theater & { sortKey: string }>(
    ctx,
    `select ${theaterColumns}, lower(name) as "sortKey" from theaters
     where archived_at is null ${after ? 'and (lower(name), id) > ($2::text, $3::uuid)' : ''}
     order by lower(name), id limit $1`,
    [input.limit + 1, ...(after ?? [])],
  );
  const keyOf = (row: { sortKey: string; id: string }) => [row.sortKey, row.id] as const;
  return toPage(rows, input.limit, { keyOf, toItem: (row) => row });
}

/** One theater with its seats, row by row. @throws NotFoundError */
export async function getTheater(
  ctx: ServiceContext,
  theaterId: string,
): Promise<TheaterWithSeats> {
  const [theater] = await query<Theater>(
    ctx,
    `select ${theaterColumns} from theaters where id = $1 and archived_at is null`,
    [theaterId],
  );
  if (!theater) {
    throw new NotFoundError();
  }
  const seats = await query<TheaterWithSeats['seats'][number]>(
    ctx,
    `select id, row_label as "rowLabel", seat_number as "seatNumber", row_index as "rowIndex",
            position, seat_type as "seatType", out_of_order as "outOfOrder"
     from seats where theater_id = $1 and archived_at is null order by row_index, position`,
    [theaterId],
  );
  return { ...theater, seats };
}

/** Builds a theater and its seats from a compact layout. */
export async function createTheater(
  ctx: ServiceContext,
  input: CreateTheater,
): Promise<TheaterWithSeats> {
  const { rows, ...theaterInput } = input;
  const places = seatPlaces(rows);
  return inTransaction(ctx, async (tx) => {
    await assertTimeZone(tx, input.timezone);
    const theater = tx.em.create(TheaterEntity, {
      ...theaterInput,
      turnaroundMinutes: input.turnaroundMinutes ?? 0,
      totalSeats: places.length,
    });
    for (const place of places) {
      tx.em.create(Seat, { theater, ...place });
    }
    await tx.em.flush();
    return getTheater(tx, theater.id);
  });
}

/**
 * Changes a theater. With `rows` the layout is replaced as a whole: a seat with the same label and
 * number keeps its id.
 *
 * @throws ConflictError `IN_USE` when seats would be added or removed while a showtime that has not
 * ended has a locked or booked seat; `EDIT_CONFLICT`
 */
export async function updateTheater(
  ctx: ServiceContext,
  input: UpdateTheater,
): Promise<TheaterWithSeats> {
  const { theaterId, revision, rows, ...changes } = input;
  return inTransaction(ctx, async (tx) => {
    const theater = await getTheaterForUpdate(tx, theaterId);
    assertRevision(theater.revision, revision);
    if (input.timezone !== undefined) {
      await assertTimeZone(tx, input.timezone);
    }
    tx.em.assign(theater, { ...defined(changes), revision: theater.revision + 1 });
    if (rows !== undefined) {
      await replaceLayout(tx, theater, seatPlaces(rows));
    }
    await tx.em.flush();
    return getTheater(tx, theaterId);
  });
}

/**
 * Takes a theater away, with its past showtimes. Erased only if no reservation ever named it,
 * otherwise archived.
 *
 * @throws ConflictError `IN_USE` while a showtime of it has not ended
 */
export async function deleteTheater(ctx: ServiceContext, theaterId: string): Promise<Deleted> {
  return inTransaction(ctx, async (tx) => {
    const theater = await getTheaterForUpdate(tx, theaterId);
    const showtimes = await showtimesForUpdate(tx, theaterId);
    const now = await databaseNow(tx);
    const coming = showtimes.filter((each) => each.endTime > now && !each.cancelledAt);
    if (coming.length > 0) {
      refuseInUse({ ...(await countUse(tx, ids(coming))), showtimes: coming.length });
    }
    await removeShowtimes(tx, ids(showtimes));
    const sold = 'select 1 from showtimes where theater_id = $1 limit 1';
    const archived = (await query(tx, sold, [theaterId])).length > 0;
    if (archived) {
      tx.em.assign(theater, { archivedAt: now });
    } else {
      await query(tx, 'delete from seats where theater_id = $1', [theaterId]);
      tx.em.remove(theater);
    }
    await tx.em.flush();
    return { id: theaterId, archived };
  });
}

const theaterColumns = `id, name, timezone, turnaround_minutes as "turnaroundMinutes",
  total_seats as "totalSeats", revision, created_at as "createdAt"`;

/** Schedulers of one theater queue up at its row. */
export async function getTheaterForUpdate(
  { em }: ServiceContext,
  id: string,
  notFound?: { field: string },
): Promise<TheaterEntity> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  const theater = await em.findOne(TheaterEntity, { id, archivedAt: null }, lock);
  if (!theater) {
    throw new NotFoundError(notFound);
  }
  return theater;
}

async function replaceLayout(
  tx: ServiceContext,
  theater: TheaterEntity,
  places: SeatPlace[],
): Promise<void> {
  // Buyers hold their showtime FOR KEY SHARE: from here on nobody locks a seat in one to come.
  const showtimes = await showtimesForUpdate(tx, theater.id);
  const seats = await tx.em.find(Seat, { theater: theater.id });
  const now = await databaseNow(tx);
  const byLabel = new Map(seats.map((seat) => [seatLabel(seat), seat]));
  const wanted = new Set(places.map(seatLabel));
  const removed = seats.filter((seat) => !seat.archivedAt && !wanted.has(seatLabel(seat)));
  const added = places.filter((place) => byLabel.get(seatLabel(place))?.archivedAt !== null);
  const open = showtimes.filter((showtime) => showtime.endTime > now);
  if (removed.length > 0 || added.length > 0) {
    await assertNotInUse(tx, ids(open));
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

/** A seat that was ever in a reservation stays for its record; the others go. */
async function archiveOrErase(tx: ServiceContext, removed: Seat[], now: Date): Promise<void> {
  const seatIds = removed.map((seat) => seat.id);
  const expired = 'delete from seat_claims where seat_id = any($1) and reservation_id is null';
  await query(tx, expired, [seatIds]);
  const sold = await query<{ id: string }>(
    tx,
    `select distinct seat_id as id from reservation_seats where seat_id = any($1)`,
    [seatIds],
  );
  const soldIds = new Set(sold.map(({ id }) => id));
  for (const seat of removed) {
    if (soldIds.has(seat.id)) {
      tx.em.assign(seat, { archivedAt: now });
    } else {
      tx.em.remove(seat);
    }
  }
}

function showtimesForUpdate({ em }: ServiceContext, theaterId: string): Promise<Showtime[]> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } } as const;
  return em.find(Showtime, { theater: theaterId, archivedAt: null }, lock);
}

/** The runtime and the database bring their own lists of zones; both must know it. */
async function assertTimeZone(tx: ServiceContext, name: string): Promise<void> {
  const known = 'select 1 from pg_timezone_names where name = $1';
  if ((await query(tx, known, [name])).length === 0) {
    const message = 'Must be an IANA time zone, such as "Europe/Paris"';
    throw new ValidationError([{ path: ['timezone'], message }]);
  }
}

function ids(showtimes: { id: string }[]): string[] {
  return showtimes.map(({ id }) => id);
}
