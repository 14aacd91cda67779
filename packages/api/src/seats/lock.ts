import type { ClaimantContext } from '../service-context.ts';
import { bookingCall, checkedAnswerOf } from './booking.ts';
import type { LockSeats, SeatLock } from './schema.ts';
import { toSeatLock } from './seat-lock.ts';

/**
 * Locks seats for the caller for the configured minutes: all of them or none. Seats that the caller
 * has locked already keep their clock and their price.
 *
 * @throws NotFoundError with the seats that are not in the showtime's theater
 * @throws StateError `SHOWTIME_CANCELLED`, `SHOWTIME_STARTED`, `SEAT_LIMIT_EXCEEDED`
 * @throws ConflictError `SEATS_UNAVAILABLE` with every seat that is taken
 */
export async function lockSeats(ctx: ClaimantContext, input: LockSeats): Promise<SeatLock> {
  return toSeatLock(checkedAnswerOf(ctx, await ctx.app.bookings.lock(bookingCall(ctx, input))));
}
