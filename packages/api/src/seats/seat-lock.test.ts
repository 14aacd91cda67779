import { expect, test } from 'vitest';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import { toSeatLock } from './seat-lock.ts';

test('an answer that a release before has kept has the one price', () => {
  const at = '2026-11-29T12:00:00.000Z';
  const seat = { seatId: 'a', price: '9.00', expiresAt: at, maxExpiresAt: at };
  const kept = {
    showtimeId: 's',
    now: at,
    seats: [seat],
    totalPrice: '9.00',
    currency: 'USD',
    expiresAt: at,
    maxExpiresAt: at,
  };
  expect(toSeatLock(kept).seats[0]?.prices).toEqual([
    { ticketTypeId: standardTicketType, price: '9.00' },
  ]);
});
