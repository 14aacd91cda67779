import { LockMode } from '@mikro-orm/core';
import { asPeopleSort } from '../db/collation.ts';
import { given, selection } from '../db/conditions.ts';
import { Seat, Site, Theater as TheaterEntity } from '../db/entities/index.ts';
import { defaultSite } from '../db/entities/theater.ts';
import { inTransaction, query, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import { noSuch, ValidationError } from '../errors.ts';
import { readTextCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ServiceContext } from '../service-context.ts';
import { assertSite, holdSite } from '../staff/site.ts';
import { seatPlaces } from './layout.ts';
import type {
  CreateTheater,
  ListTheaters,
  SeatFeature,
  SeatType,
  Theater,
  TheaterWithSeats,
} from './schema.ts';

const theaterColumns = `id, name, timezone, turnaround_minutes as "turnaroundMinutes",
  site_id as "siteId", total_seats as "totalSeats", revision, created_at as "createdAt"`;

const theaterRow = {
  id: 'uuid',
  name: 'text',
  timezone: 'text',
  turnaroundMinutes: 'int',
  siteId: 'uuid',
  totalSeats: 'int',
  revision: 'int',
  createdAt: 'instant',
} as const;

const theaters = selection({
  columns: theaterRow,
  fixed: 1,
  text: (conditions) => `
    select ${theaterColumns} from theaters
    where archived_at is null and ${conditions} order by name ${asPeopleSort}, id limit $1`,
  conditions: {
    siteId: 'site_id = $1',
    idEndsWith: `id::text like '%' || $1`,
    after: `(name ${asPeopleSort}, id) > ($1::text, $2::uuid)`,
  },
});

/** Theaters by name. @throws NotFoundError for a site that there is not */
export async function listTheaters(
  ctx: ServiceContext,
  input: ListTheaters,
): Promise<Page<Theater>> {
  const after = readTextCursor(input.cursor);
  await assertSite(ctx, input.siteId);
  const bound = theaters.where([input.limit + 1], {
    siteId: given(input.siteId),
    idEndsWith: given(input.idEndsWith),
    after,
  });
  return toPage(await ctx.app.replicas.list(ctx, ...bound), input.limit, {
    keyOf: ({ name, id }) => [name, id],
    toItem: (row) => row,
  });
}

const theaterById = statement(
  `select ${theaterColumns} from theaters where id = $1 and archived_at is null`,
  theaterRow,
);

const seatsOfTheater = statement(
  `select id, row_label as "rowLabel", seat_number as "seatNumber", row_index as "rowIndex",
     position, seat_type as "seatType", out_of_order as "outOfOrder", to_json(features) as features
   from seats where theater_id = $1 and archived_at is null order by row_index, position`,
  {
    id: 'uuid',
    rowLabel: 'text',
    seatNumber: 'int',
    rowIndex: 'int',
    position: 'int',
    seatType: textOf<SeatType>(),
    outOfOrder: 'bool',
    features: jsonOf<SeatFeature[]>(),
  },
);

/** One theater with its seats, row by row. @throws NotFoundError */
export async function getTheater(
  ctx: ServiceContext,
  theaterId: string,
): Promise<TheaterWithSeats> {
  const [theater] = await query(ctx, theaterById, [theaterId]);
  if (!theater) {
    throw noSuch('theater');
  }
  return { ...theater, seats: await query(ctx, seatsOfTheater, [theaterId]) };
}

/** Builds a theater and its seats from a compact layout. @throws NotFoundError for its site */
export async function createTheater(
  ctx: ServiceContext,
  input: CreateTheater,
): Promise<TheaterWithSeats> {
  const { rows, siteId = defaultSite, ...theaterInput } = input;
  const places = seatPlaces(rows);
  return inTransaction(ctx, async (tx) => {
    await assertTimeZone(tx, input.timezone);
    await holdSite(tx, siteId);
    const theater = tx.em.create(TheaterEntity, {
      ...theaterInput,
      site: tx.em.getReference(Site, siteId),
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
 * The theater's row, FOR UPDATE: transactions that schedule in one theater queue here.
 *
 * @param field where the id stands when it is inside a body
 * @throws NotFoundError
 */
export function getTheaterForUpdate(
  ctx: ServiceContext,
  id: string,
  field?: string,
): Promise<TheaterEntity> {
  return findTheater(ctx, id, { field, lockMode: LockMode.PESSIMISTIC_WRITE });
}

/** The theater's row, without a lock unless one is named. @throws NotFoundError */
export async function findTheater(
  { em }: ServiceContext,
  id: string,
  { field, lockMode = LockMode.NONE }: { field?: string | undefined; lockMode?: LockMode } = {},
): Promise<TheaterEntity> {
  const theater = await em.findOne(TheaterEntity, { id, archivedAt: null }, { lockMode });
  if (!theater) {
    throw noSuch('theater', field);
  }
  return theater;
}

const timeZoneByName = statement('select name from pg_timezone_names where name = $1', {
  name: 'text?',
});

/** Names that the database of a product has: it reads a file for each zone to list them, which takes 10 ms. */
const knownZones = new WeakMap<ServiceContext['app'], Set<string>>();

/** The runtime knows the zone already; the database's list has the one spelling of each name. */
export async function assertTimeZone(tx: ServiceContext, name: string): Promise<void> {
  const known = knownZones.get(tx.app) ?? new Set();
  if (known.has(name)) {
    return;
  }
  if ((await query(tx, timeZoneByName, [name])).length === 0) {
    const message = 'must be an IANA time zone, such as "Europe/Paris"';
    throw new ValidationError([{ path: ['timezone'], message }]);
  }
  knownZones.set(tx.app, known.add(name));
}
