import { describe, expect, test } from 'vitest';
import { findSeats, seatName } from './seat-names.ts';

const row = (rowLabel: string, seats: number) =>
  Array.from({ length: seats }, (_, index) => ({
    id: `${rowLabel}/${index + 1}`,
    rowLabel,
    seatNumber: index + 1,
  }));

const seats = [...row('A', 12), ...row('AA', 2), ...row('1', 12), ...row('11', 2)];

const names = (text: string) => {
  const found = findSeats(text, seats);
  return 'seats' in found ? found.seats.map(({ id }) => id) : found.fault;
};

describe('seats that a person names', () => {
  test('come one by one or in a range', () => {
    expect(names('A5')).toEqual(['A/5']);
    expect(names(' a5, aa1 ;A6')).toEqual(['A/5', 'AA/1', 'A/6']);
    expect(names('A5-A8')).toEqual(['A/5', 'A/6', 'A/7', 'A/8']);
    expect(names('A5-7')).toEqual(['A/5', 'A/6', 'A/7']);
    expect(names('A5 A5 A5-6')).toEqual(['A/5', 'A/6']);
  });

  test('need a colon if the row ends in a digit', () => {
    expect(seatName({ rowLabel: '1', seatNumber: 12 })).toBe('1:12');
    expect(names('1:12 11:2')).toEqual(['1/12', '11/2']);
    expect(names('1:5-1:6')).toEqual(['1/5', '1/6']);
    expect(names('112')).toBe('There is no seat 112.');
  });

  test('are refused by name', () => {
    expect(names('A13')).toBe('There is no seat A13.');
    expect(names('A11-A14')).toBe('A11-A14 is not a range of seats.');
    expect(names('A8-A5')).toBe('A8-A5 is not a range of seats.');
    expect(names('A5-AA2')).toBe('A5-AA2 is not a range of seats.');
    expect(names(' , ')).toBe('Enter a row and a number, such as C5.');
  });
});
