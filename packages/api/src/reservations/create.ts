import { v7 } from 'uuid';
import { bookingCall, checkedAnswerOf } from '../seats/booking.ts';
import type { ClaimantContext } from '../service-context.ts';
import { toReservation } from './read.ts';
import { newReference } from './reference.ts';
import type { CreateReservation, Reservation } from './schema.ts';

/** One reference in a million reservations collides; three in a row are a defect. */
const referenceAttempts = 3;

/**
 * Turns live seat locks of the caller into a reservation, at the prices fixed when they were
 * locked: all the seats given, or nothing. The database function writes the fact
 * `reservation.confirmed`.
 *
 * @throws ConflictError `LOCK_EXPIRED` with every seat that the caller has not locked
 * @throws StateError `SHOWTIME_CANCELLED`, `SHOWTIME_STARTED`
 */
export async function createReservation(
  ctx: ClaimantContext,
  input: CreateReservation,
): Promise<Reservation> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await ctx.app.bookings.confirm({
      ...bookingCall(ctx, input),
      reservationId: v7(),
      reference: newReference(),
    });
    if (result.outcome !== 'reference_taken' || attempt === referenceAttempts) {
      const answer = checkedAnswerOf(ctx, result, 'showtimeId');
      ctx.facts.written = result.outcome === 'ok';
      return toReservation(answer);
    }
  }
}
