import { statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { UserContext } from '../service-context.ts';
import { answerOf, callBooking, keyOf } from './booking.ts';
import type { Outcome } from './booking.ts';
import type { LockSeats, SeatLock } from './schema.ts';
import { toSeatLock } from './seat-lock.ts';

const lock = statement('select lock_seats($1, $2, $3, $4, $5, $6, $7, $8) as result', {
  result: jsonOf<Outcome>(),
});

/**
 * Locks seats for the caller for the configured minutes: all of them or none. Seats that the caller
 * has locked already keep their clock and their price.
 *
 * @throws NotFoundError with the seats that are not in the showtime's theater
 * @throws StateError `SHOWTIME_CANCELLED`, `SHOWTIME_STARTED`, `SEAT_LIMIT_EXCEEDED`
 * @throws ConflictError `SEATS_UNAVAILABLE` with every seat that is taken
 */
export async function lockSeats(ctx: UserContext, input: LockSeats): Promise<SeatLock> {
  const { ttlMinutes, maxMinutes, maxSeats } = ctx.app.config.seatLock;
  const result = await callBooking(ctx, lock, [
    ctx.caller.id,
    input.showtimeId,
    input.seatIds,
    ttlMinutes * 60,
    maxMinutes * 60,
    maxSeats,
    ...keyOf(ctx),
  ]);
  return toSeatLock(answerOf(ctx, result));
}
