import { v7 } from 'uuid';
import { answerOf, callBooking, keyOf } from '../showtimes/booking.ts';
import type { BookingContext } from '../showtimes/booking.ts';
import { newReference } from './reference.ts';
import type { CreateReservation, Reservation } from './schema.ts';
import { toReservation } from './service.ts';

/** A reference is taken once in a million reservations' time; three in a row are a defect. */
const referenceAttempts = 3;

/**
 * Turns live seat locks of the caller into a reservation, at the prices fixed when they were
 * locked: all the seats given, or nothing.
 *
 * @throws ConflictError `LOCK_EXPIRED` with every seat that the caller has no live lock on
 * @throws StateError `SHOWTIME_CANCELLED`, `SHOWTIME_STARTED`
 */
export async function createReservation(
  ctx: BookingContext,
  input: CreateReservation,
): Promise<Reservation> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await callBooking(ctx, 'confirm_seats($1, $2, $3, $4, $5, $6, $7)', [
      ctx.caller.id,
      input.showtimeId,
      input.seatIds,
      v7(),
      newReference(),
      ...keyOf(ctx),
    ]);
    if (result.outcome !== 'reference_taken' || attempt === referenceAttempts) {
      return toReservation(answerOf(ctx, result, { field: 'showtimeId' }));
    }
  }
}
