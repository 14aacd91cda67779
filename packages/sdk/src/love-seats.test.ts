import { expect, test } from 'vitest';
import { seatsLockedWith } from './love-seats.ts';
import type { Seat } from './types.ts';

/** A seat for each letter: P is half of a love seat, a space is a gap. */
function aRow(drawing: string, rowIndex: number): Seat[] {
  return [...drawing].flatMap((sign, index) => {
    const position = index + 1;
    const place = { rowLabel: 'A', seatNumber: position, rowIndex, position };
    const rest = { seatType: 'regular', price: '10.00', status: 'available' } as const;
    const features: Seat['features'] = sign === 'P' ? ['pair'] : ['aisle'];
    return sign === ' ' ? [] : [{ id: `${rowIndex}.${position}`, ...place, ...rest, features }];
  });
}

const seats = [...aRow('.PPPP PP.', 1), ...aRow('PP.......', 2)];

test.each([
  ['1.1', ['1.1']],
  ['1.2', ['1.2', '1.3']],
  ['1.3', ['1.2', '1.3']],
  ['1.4', ['1.4', '1.5']],
  ['1.5', ['1.4', '1.5']],
  ['1.8', ['1.7', '1.8']],
  ['1.9', ['1.9']],
  ['2.1', ['2.1', '2.2']],
])('seat %s is locked with %j', (id, expected) => {
  const seat = seats.find((each) => each.id === id);
  expect(seat && seatsLockedWith(seat, seats).map((each) => each.id)).toEqual(expected);
});
