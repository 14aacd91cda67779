import { expect, test } from 'vitest';
import { fakeMatinee } from '../test/fake-matinee.ts';
import { describeBookings } from './bookings.ts';

const booking = (totalPrice: string, seats: number, currency = 'USD') => ({
  totalPrice,
  currency,
  seats: Array.from({ length: seats }, (_, index) => ({ id: `a${index}` })),
});

async function described(bookings: object[]) {
  const { matinee, calls } = fakeMatinee({ 'admin.reservations.list': () => bookings });
  const text = await describeBookings(matinee, 's1');
  expect(calls).toEqual([
    { path: 'admin.reservations.list', input: { showtimeId: 's1', status: 'confirmed' } },
  ]);
  return text;
}

test('counts reservations and seats, and adds up the money', async () => {
  expect(await described([booking('12.50', 1), booking('402.55', 30)])).toBe(
    '2 reservations (31 seats, 415.05 USD)',
  );
});

test('keeps currencies apart', async () => {
  expect(await described([booking('12.50', 1), booking('10.00', 1, 'EUR')])).toBe(
    '2 reservations (2 seats, 12.50 USD and 10.00 EUR)',
  );
});

test('says that there are none', async () => {
  expect(await described([])).toBe('no reservations');
});
