import type { ClaimantContext } from '../service-context.ts';
import { bookingCall, checkedAnswerOf, noteSeats } from './booking.ts';
import type { LockSeats, SeatLock } from './schema.ts';
import { toSeatLock } from './seat-lock.ts';

/**
 * Locks seats for the caller for the configured minutes: all of them or none. Seats that the caller
 * has locked already keep their clock and their price.
 *
 * @throws NotFoundError with the seats that are not in the showtime's theater
 * @throws StateError `SHOWTIME_CANCELLED`, `SHOWTIME_STARTED`, `SEAT_LIMIT_EXCEEDED`, `SEAT_RULE`
 * @throws ConflictError `SEATS_UNAVAILABLE` with every seat that is taken
 */
export async function lockSeats(ctx: ClaimantContext, input: LockSeats): Promise<SeatLock> {
  const result = await ctx.app.bookings.lock(bookingCall(ctx, input));
  const seatLock = toSeatLock(checkedAnswerOf(ctx, result));
  noteSeats(ctx, result, { event: 'locked', seats: seatLock.seats.length });
  return seatLock;
}
