import { standardTicketType } from '../db/entities/ticket-type.ts';
import type { SeatLock } from './schema.ts';

/** A release before has kept answers without `prices`. */
type Kept = Json<Omit<SeatLock, 'seats'>> & {
  seats: (Json<Omit<SeatLock['seats'][number], 'prices'>> &
    Partial<Pick<SeatLock['seats'][number], 'prices'>>)[];
};

type Json<Value> = { [Key in keyof Value]: Value[Key] extends Date ? string : Value[Key] };

/** A seat lock from the JSON that the database made of it. */
export function toSeatLock(answer: unknown): SeatLock {
  const lock = answer as Kept;
  return {
    ...lock,
    now: new Date(lock.now),
    seats: lock.seats.map((seat) => ({
      ...seat,
      prices: seat.prices ?? [{ ticketTypeId: standardTicketType, price: seat.price }],
      expiresAt: new Date(seat.expiresAt),
      maxExpiresAt: new Date(seat.maxExpiresAt),
    })),
    expiresAt: new Date(lock.expiresAt),
    maxExpiresAt: new Date(lock.maxExpiresAt),
  };
}
