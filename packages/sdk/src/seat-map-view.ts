import type { Seat, SeatMap } from './types.ts';

/** A seat is yours until then, and costs this. */
export interface OwnLock {
  readonly price: string;
  readonly lockedUntil: Date;
}

/** What a seat map is put together from. */
export interface SeatMapParts {
  /** The map as it was read: layout, prices, and the statuses of then. */
  readonly layout: SeatMap;
  /** The statuses that were told since. */
  readonly statuses: ReadonlyMap<string, Seat['status']>;
  readonly own: ReadonlyMap<string, OwnLock>;
  readonly version: string;
}

/** The seat map as it is now. Seats that have not changed are the same objects as before. */
export function viewSeatMap(parts: SeatMapParts, before: SeatMap | undefined): SeatMap {
  const { layout, version } = parts;
  const counts = { total: layout.seats.length, available: 0, locked: 0, reserved: 0, blocked: 0 };
  const seats = layout.seats.map((read, index) => {
    const seat = viewSeat(read, parts);
    counts[seat.status] += 1;
    const known = before?.seats[index];
    return known && isSame(known, seat) ? known : seat;
  });
  return { ...layout, version, seats, counts };
}

/** What was read of one's own lock may be over by now: `own` alone knows. */
function viewSeat(
  { yours: _yours, lockedUntil: _lockedUntil, ...read }: Seat,
  { statuses, own }: SeatMapParts,
): Seat {
  const lock = own.get(read.id);
  return lock
    ? { ...read, ...lock, status: 'locked', yours: true }
    : { ...read, status: statuses.get(read.id) ?? read.status };
}

function isSame(a: Seat, b: Seat): boolean {
  return (
    a.id === b.id &&
    a.status === b.status &&
    a.price === b.price &&
    a.yours === b.yours &&
    a.lockedUntil?.getTime() === b.lockedUntil?.getTime() &&
    a.rowLabel === b.rowLabel &&
    a.seatNumber === b.seatNumber &&
    a.rowIndex === b.rowIndex &&
    a.position === b.position &&
    a.seatType === b.seatType &&
    // A server of an earlier release answers none.
    String(a.features) === String(b.features)
  );
}
