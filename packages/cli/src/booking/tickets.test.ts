import type { Seat } from '@matinee/sdk';
import { describe, expect, test } from 'vitest';
import { addTicket, assignTickets, nameTickets, totalOf } from './tickets.ts';

const types = [
  { id: 't1', code: 'adult', name: 'Adult', prices: { regular: '12.00', vip: '20.00' } },
  { id: 't2', code: 'child', name: 'Child', prices: { regular: '8.00' } },
  { id: 't3', code: 'senior', name: 'Senior', prices: { regular: '9.00' } },
];
const seatOf = (seatNumber: number, seatType: Seat['seatType'] = 'regular'): Seat => ({
  id: `s${seatNumber}`,
  rowLabel: 'B',
  seatNumber,
  rowIndex: 2,
  position: seatNumber,
  seatType,
  price: '12.00',
  status: 'available',
  features: [],
});
const seats = [seatOf(7), seatOf(8), seatOf(9, 'vip')];

function namesFor(...flags: string[]): string {
  const read = flags.flatMap((flag) => addTicket(flag));
  const assigned = assignTickets(seats, types, read);
  return 'fault' in assigned ? assigned.fault : nameTickets(assigned.tickets);
}

describe('tickets', () => {
  test.each([
    [[], 'B7 Adult, B8 Adult, B9 Adult'],
    [['child=1'], 'B7 Adult, B8 Adult, B9 Child'],
    [['c=1', 'Senior=1'], 'B7 Adult, B8 Child, B9 Senior'],
    [['child=3'], 'B7 Child, B8 Child, B9 Child'],
    [['adult=2', 'child=1'], 'B7 Adult, B8 Adult, B9 Child'],
    [['adult=1'], 'The tickets are 1, and the seats are 3.'],
    [['child=4'], 'The tickets are 4, and the seats are 3.'],
    [['student=1'], 'The show has no ticket type "student". It has adult, child, senior.'],
  ])('for %j are %s', (flags, expected) => {
    expect(namesFor(...flags)).toBe(expected);
  });

  test('cost what their types cost on their seats', () => {
    const assigned = assignTickets(seats, types, addTicket('child=1'));
    expect('tickets' in assigned && totalOf(assigned.tickets)).toBe('32.00');
    const adults = assignTickets(seats, types, []);
    expect('tickets' in adults && totalOf(adults.tickets)).toBe('44.00');
  });

  test.each(['child', 'child=', '=1', 'child=x'])('are not read from "%s"', (text) => {
    expect(() => addTicket(text)).toThrow('It must be TYPE=NUMBER');
  });
});
