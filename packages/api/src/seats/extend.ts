import { statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { UserContext } from '../service-context.ts';
import { answerOf, callBooking, keyOf, noteSeats } from './booking.ts';
import type { Outcome } from './outcome.ts';
import type { ExtendLock, SeatLock } from './schema.ts';
import { toSeatLock } from './seat-lock.ts';

const extend = statement('select extend_lock($1, $2, $3, $4, $5, $6, $7) as result', {
  result: jsonOf<Outcome>(),
});

/**
 * Gives the caller's seat locks a fresh time, up to the hard cap of each seat.
 *
 * @throws ConflictError `LOCK_EXPIRED` when one of them has expired
 * @throws StateError `LOCK_EXTENSION_LIMIT` when no seat would gain a second
 */
export async function extendLock(ctx: UserContext, input: ExtendLock): Promise<SeatLock> {
  const { ttlMinutes, maxMinutes } = ctx.app.config.seatLock;
  const result = await callBooking(ctx, extend, [
    ctx.caller.id,
    input.showtimeId,
    input.seatIds ?? null,
    ttlMinutes * 60,
    maxMinutes * 60,
    ...keyOf(ctx),
  ]);
  const seatLock = toSeatLock(answerOf(ctx, result));
  noteSeats(ctx, result, { event: 'extended', seats: seatLock.seats.length });
  return seatLock;
}
