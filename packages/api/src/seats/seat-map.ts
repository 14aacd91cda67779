import type { ServiceContext, ActorContext } from '../service-context.ts';
import type { SeatMapReading } from './read-seat-map.ts';
import type { SeatMap } from './schema.ts';

/**
 * The seat map of a showtime. A signed-in caller gets a fresh one with their own locks marked; an
 * anonymous caller one that is at most 250 ms old.
 *
 * @throws NotFoundError
 */
export async function getSeatMap(ctx: ServiceContext, showtimeId: string): Promise<SeatMap> {
  const { caller, app } = ctx;
  const reading = await (caller ? app.seatMaps.read(showtimeId) : app.seatMaps.recent(showtimeId));
  return caller ? viewOf(reading, caller.id) : reading.map;
}

/** The same, as the transaction of the context has left it. @throws NotFoundError */
export async function getSeatMapIn(tx: ActorContext, showtimeId: string): Promise<SeatMap> {
  return viewOf(await tx.app.seatMaps.readIn(tx, showtimeId), tx.caller.id);
}

/** The map as one user sees it: own locks with their end and the price that will be charged. */
function viewOf({ map, locks }: SeatMapReading, userId: string): SeatMap {
  if (![...locks.values()].some((lock) => lock.userId === userId)) {
    return map;
  }
  const seats = map.seats.map((seat) => {
    const lock = locks.get(seat.id);
    return lock?.userId === userId
      ? { ...seat, price: lock.price, yours: true as const, lockedUntil: lock.expiresAt }
      : seat;
  });
  return { ...map, seats };
}
