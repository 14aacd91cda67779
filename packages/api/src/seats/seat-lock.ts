import type { SeatLock } from './schema.ts';

type Json<Value> = { [Key in keyof Value]: Value[Key] extends Date ? string : Value[Key] };

/** A seat lock from the JSON that the database made of it. */
export function toSeatLock(answer: unknown): SeatLock {
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
