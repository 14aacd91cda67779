import type { Matinee } from '@matinee/sdk';
import { sumOf } from './output/money.ts';
import { count } from './output/text.ts';

/**
 * Counts everything that the cancellation of a show affects, on all pages of its reservations.
 *
 * @returns `12 reservations (31 seats, 402.50 USD)`, or `no reservations`
 */
export async function describeBookings(matinee: Matinee, showtimeId: string): Promise<string> {
  const amounts = new Map<string, string[]>();
  let reservations = 0;
  let seats = 0;
  const list = matinee.admin.reservations.list.all({ showtimeId, status: 'confirmed' });
  for await (const { totalPrice, currency, seats: bought } of list) {
    reservations += 1;
    seats += bought.length;
    amounts.set(currency, [...(amounts.get(currency) ?? []), totalPrice]);
  }
  if (reservations === 0) {
    return 'no reservations';
  }
  const sums = [...amounts].map(([currency, each]) => `${sumOf(each)} ${currency}`);
  const facts = [count(seats, 'seat'), sums.join(' and ')].join(', ');
  return `${count(reservations, 'reservation')} (${facts})`;
}
