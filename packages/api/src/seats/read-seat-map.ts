import { createHash } from 'node:crypto';
import { query } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import type { ServiceContext } from '../trpc.ts';
import type { SeatMap, SeatsEvent, SeatStatus } from './schema.ts';

/** A seat map as the database has it at one moment, with who holds what. */
export interface SeatMapReading {
  readonly map: SeatMap;
  /** Nobody can lock a seat any more: started or cancelled. */
  readonly closed: boolean;
  /** Live locks: seat → holder, price fixed at the lock, end. */
  readonly locks: ReadonlyMap<string, { userId: string; price: string; expiresAt: Date }>;
}

/**
 * The seat map of a showtime. A signed-in caller gets a fresh one with their own locks marked; an
 * anonymous one that is at most 250 ms old.
 *
 * @throws NotFoundError
 */
export async function getSeatMap(ctx: ServiceContext, showtimeId: string): Promise<SeatMap> {
  const { caller, app } = ctx;
  const reading = await (caller ? app.seatMaps.read(showtimeId) : app.seatMaps.recent(showtimeId));
  return caller ? viewOf(reading, caller.id) : reading.map;
}

/** The map as one user sees it: own locks with their end and the price that will be charged. */
function viewOf({ map, locks }: SeatMapReading, userId: string): SeatMap {
  const seats = map.seats.map((seat) => {
    const lock = locks.get(seat.id);
    return lock?.userId === userId
      ? { ...seat, price: lock.price, yours: true as const, lockedUntil: lock.expiresAt }
      : seat;
  });
  return { ...map, seats };
}

interface ShowtimeRow {
  now: Date;
  closed: boolean;
  currency: string;
}

interface SeatRow {
  id: string;
  row_label: string;
  seat_number: number;
  row_index: number;
  position: number;
  seat_type: SeatMap['seats'][number]['seatType'];
  price: string;
  status: SeatStatus;
  user_id: string | null;
  locked_price: string | null;
  expires_at: Date | null;
}

/** Reads a map in one statement; undefined when there is no such showtime. */
export async function readSeatMap(
  db: Database,
  showtimeId: string,
): Promise<SeatMapReading | undefined> {
  const rows = await query<ShowtimeRow & SeatRow>(db, seatMapStatement, [showtimeId]);
  const [first] = rows;
  if (!first) {
    return undefined;
  }
  const counts = { total: rows.length, available: 0, locked: 0, reserved: 0, blocked: 0 };
  const locks = new Map<string, { userId: string; price: string; expiresAt: Date }>();
  for (const row of rows) {
    counts[row.status] += 1;
    if (row.user_id !== null && row.locked_price !== null && row.expires_at !== null) {
      const { user_id: userId, locked_price: price, expires_at: expiresAt } = row;
      locks.set(row.id, { userId, price, expiresAt });
    }
  }
  const seats = rows.map(toSeat);
  const { now, currency } = first;
  const map = { showtimeId, version: versionOf(rows), now, currency, seats, counts };
  return { map, closed: first.closed, locks };
}

/** The seats whose status differs. */
export function changesBetween(before: SeatMap, after: SeatMap): SeatsEvent['seats'] {
  const known = new Map(before.seats.map((seat) => [seat.id, seat.status]));
  return after.seats
    .filter((seat) => known.get(seat.id) !== seat.status)
    .map(({ id, status }) => ({ id, status }));
}

/**
 * Equal maps have equal versions on every server, without a counter that buyers would queue for:
 * a hash of what a seat shows to everyone.
 */
function versionOf(rows: SeatRow[]): string {
  const hash = createHash('sha1');
  for (const row of rows) {
    hash.update(`${row.id}${row.row_label}.${row.seat_number}.${row.row_index}.${row.position}`);
    hash.update(`${row.seat_type}${row.price}${row.status};`);
  }
  return hash.digest('base64url').slice(0, 20);
}

function toSeat(row: SeatRow): SeatMap['seats'][number] {
  return {
    id: row.id,
    rowLabel: row.row_label,
    seatNumber: row.seat_number,
    rowIndex: row.row_index,
    position: row.position,
    seatType: row.seat_type,
    price: row.price,
    status: row.status,
  };
}

/**
 * Claims are found by the front of their key; an expired lock is free whether it was swept or not.
 * A seat that the layout has dropped since is shown where it was sold.
 */
const seatMapStatement = `
  select x.now, s.cancelled_at is not null or s.start_time <= x.now as closed, s.currency,
    seat.id, seat.row_label, seat.seat_number, seat.row_index, seat.position, seat.seat_type,
    case seat.seat_type
      when 'premium' then coalesce(s.premium_price, s.price)
      when 'vip' then coalesce(s.vip_price, s.price)
      else s.price end as price,
    case
      when c.reservation_id is not null then 'reserved'
      when c.seat_id is not null then 'locked'
      when seat.out_of_order then 'blocked'
      else 'available' end as status,
    case when c.reservation_id is null then c.user_id end as user_id,
    case when c.reservation_id is null then c.price end as locked_price,
    c.expires_at
  from (select date_trunc('milliseconds', clock_timestamp()) as now) x
  cross join showtimes s
  join seats seat on seat.theater_id = s.theater_id
  left join seat_claims c on c.showtime_id = s.id and c.seat_id = seat.id
    and (c.reservation_id is not null or c.expires_at > x.now)
  where s.id = $1 and s.archived_at is null
    and (seat.archived_at is null or c.reservation_id is not null)
  order by seat.row_index, seat.position, seat.id`;
