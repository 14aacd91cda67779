import { createHash } from 'node:crypto';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import type { SeatMap, SeatsEvent, SeatStatus } from './schema.ts';

/** A seat map as the database has it at one moment, with who has locked what. */
export interface SeatMapReading {
  readonly map: SeatMap;
  /** No seat can be locked any more: started or cancelled. */
  readonly closed: boolean;
  /** Live locks by seat: the holder, the price fixed at the lock, the end. */
  readonly locks: ReadonlyMap<string, { userId: string; price: string; expiresAt: Date }>;
}

const seatRow = {
  now: 'instant',
  closed: 'bool',
  currency: 'text',
  id: 'uuid',
  rowLabel: 'text',
  seatNumber: 'int',
  rowIndex: 'int',
  position: 'int',
  seatType: textOf<SeatMap['seats'][number]['seatType']>(),
  price: 'numeric',
  status: textOf<SeatStatus>(),
  userId: 'uuid?',
  lockedPrice: 'numeric?',
  expiresAt: 'instant?',
} as const;

/**
 * Claims are found by the front of their key; an expired lock is free whether it was swept or not.
 * A seat that the layout has dropped since is shown where it was sold.
 */
const seatMap = statement(
  `select x.now, s.cancelled_at is not null or s.start_time <= x.now as closed, s.currency,
     seat.id, seat.row_label as "rowLabel", seat.seat_number as "seatNumber",
     seat.row_index as "rowIndex", seat.position, seat.seat_type as "seatType",
     seat_price(seat.seat_type, s.price, s.premium_price, s.vip_price) as price,
     case
       when c.reservation_id is not null then 'reserved'
       when c.seat_id is not null then 'locked'
       when seat.out_of_order then 'blocked'
       else 'available' end as status,
     case when c.reservation_id is null then c.user_id end as "userId",
     case when c.reservation_id is null then c.price end as "lockedPrice",
     c.expires_at as "expiresAt"
   from (select date_trunc('milliseconds', clock_timestamp()) as now) x
   cross join showtimes s
   join seats seat on seat.theater_id = s.theater_id
   left join seat_claims c on c.showtime_id = s.id and c.seat_id = seat.id
     and (c.reservation_id is not null or c.expires_at > x.now)
   where s.id = $1 and s.archived_at is null
     and (seat.archived_at is null or c.reservation_id is not null)
   order by seat.row_index, seat.position, seat.id`,
  seatRow,
);

/** Reads a map in one statement; undefined when the showtime does not exist. */
export async function readSeatMap(
  db: Database,
  showtimeId: string,
): Promise<SeatMapReading | undefined> {
  const rows = await query(db, seatMap, [showtimeId]);
  const [first] = rows;
  if (!first) {
    return undefined;
  }
  const counts = { total: rows.length, available: 0, locked: 0, reserved: 0, blocked: 0 };
  const locks = new Map<string, { userId: string; price: string; expiresAt: Date }>();
  for (const { id, status, userId, lockedPrice: price, expiresAt } of rows) {
    counts[status] += 1;
    if (userId !== null && price !== null && expiresAt !== null) {
      locks.set(id, { userId, price, expiresAt });
    }
  }
  const seats = rows.map(toSeat);
  const { now, currency } = first;
  const map = { showtimeId, version: versionOf(seats), now, currency, seats, counts };
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
 * Equal maps have equal versions on every server, without a counter that customers would queue for:
 * a hash of what a seat shows to every caller.
 */
function versionOf(seats: SeatMap['seats']): string {
  const hash = createHash('sha1');
  for (const seat of seats) {
    hash.update(`${seat.id}${seat.rowLabel}.${seat.seatNumber}.${seat.rowIndex}.${seat.position}`);
    hash.update(`${seat.seatType}${seat.price}${seat.status};`);
  }
  return hash.digest('base64url').slice(0, 20);
}

function toSeat(row: RowOf<typeof seatRow>): SeatMap['seats'][number] {
  const { id, rowLabel, seatNumber, rowIndex, position, seatType, price, status } = row;
  return { id, rowLabel, seatNumber, rowIndex, position, seatType, price, status };
}
