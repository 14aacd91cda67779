import { mayBook, unprovenSeats } from '../auth/proof.ts';
import { StateError } from '../errors.ts';
import type { ClaimantContext } from '../service-context.ts';
import { bookingCall, checkedAnswerOf, noteSeats } from './booking.ts';
import type { Outcome } from './outcome.ts';
import type { LockSeats, SeatLock } from './schema.ts';
import { toSeatLock } from './seat-lock.ts';

/**
 * Locks seats for the caller for the configured minutes: all of them or none. Seats that the caller
 * has locked already keep their clock and their price.
 *
 * @throws NotFoundError with the seats that are not in the showtime's theater
 * @throws StateError `SHOWTIME_CANCELLED`, `SHOWTIME_STARTED`, `SEAT_LIMIT_EXCEEDED`,
 * `EMAIL_NOT_VERIFIED`, `SEAT_RULE`
 * @throws ConflictError `SEATS_UNAVAILABLE` with every seat that is taken
 */
export async function lockSeats(ctx: ClaimantContext, input: LockSeats): Promise<SeatLock> {
  const isFree = await mayBook(ctx);
  const call = bookingCall(ctx, input);
  const { bookings } = ctx.app;
  const result = await (isFree ? bookings.lock(call) : bookings.lockFew(call, unprovenSeats));
  const seatLock = toSeatLock(answer(ctx, result, isFree));
  noteSeats(ctx, result, { event: 'locked', seats: seatLock.seats.length });
  return seatLock;
}

/** What is refused because the address is not proven says so. */
function answer(ctx: ClaimantContext, result: Outcome, isFree: boolean): unknown {
  if (!isFree && result.outcome === 'seat_limit' && result.scope === undefined) {
    ctx.session.isChecked = true;
    throw new StateError('EMAIL_NOT_VERIFIED', { limit: unprovenSeats });
  }
  return checkedAnswerOf(ctx, result);
}
