import { answerOf, callBooking, keyOf } from './booking.ts';
import type { BookingContext } from './booking.ts';
import type { ExtendLock, LockSeats, SeatLock, UnlockedSeats, UnlockSeats } from './schema.ts';

/**
 * Locks seats for the caller for the configured minutes: all of them or none. Seats that the caller
 * has already are kept with their clock and their price.
 *
 * @throws NotFoundError with the seats that are not in the showtime's theater
 * @throws StateError `SHOWTIME_CANCELLED`, `SHOWTIME_STARTED`, `SEAT_LIMIT_EXCEEDED`
 * @throws ConflictError `SEATS_UNAVAILABLE` with every seat that is taken
 */
export async function lockSeats(ctx: BookingContext, input: LockSeats): Promise<SeatLock> {
  const { ttlMinutes, maxMinutes, maxSeats } = ctx.app.config.seatLock;
  const result = await callBooking(ctx, 'lock_seats($1, $2, $3, $4, $5, $6, $7, $8)', [
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

/**
 * Gives the caller's seat locks a fresh time, up to the hard cap of each seat.
 *
 * @throws ConflictError `LOCK_EXPIRED` when one of them is not alive
 * @throws StateError `LOCK_EXTENSION_LIMIT` when no seat would gain a second
 */
export async function extendLock(ctx: BookingContext, input: ExtendLock): Promise<SeatLock> {
  const { ttlMinutes, maxMinutes } = ctx.app.config.seatLock;
  const result = await callBooking(ctx, 'extend_lock($1, $2, $3, $4, $5, $6, $7)', [
    ctx.caller.id,
    input.showtimeId,
    input.seatIds ?? null,
    ttlMinutes * 60,
    maxMinutes * 60,
    ...keyOf(ctx),
  ]);
  return toSeatLock(answerOf(ctx, result));
}

/** Gives seats back; ids that the caller has no lock on are passed over. */
export async function unlockSeats(ctx: BookingContext, input: UnlockSeats): Promise<UnlockedSeats> {
  const values = [ctx.caller.id, input.showtimeId, input.seatIds ?? null, ...keyOf(ctx)];
  const result = await callBooking(ctx, 'unlock_seats($1, $2, $3, $4, $5)', values);
  return answerOf(ctx, result) as UnlockedSeats;
}

type Json<Value> = { [Key in keyof Value]: Value[Key] extends Date ? string : Value[Key] };

function toSeatLock(answer: unknown): SeatLock {
  const lock = answer as Json<SeatLock>;
  return {
    ...lock,
    now: new Date(lock.now),
    seats: lock.seats.map((seat) => ({
      ...seat,
      expiresAt: new Date(seat.expiresAt),
      maxExpiresAt: new Date(seat.maxExpiresAt),
    })),
    expiresAt: new Date(lock.expiresAt),
    maxExpiresAt: new Date(lock.maxExpiresAt),
  };
}
