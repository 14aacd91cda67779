import { describe, expect, test } from 'vitest';
import { readAisles, readLabels, rowsOf, seatsToDraw } from './rows.ts';

describe('labels', () => {
  test.each([
    ['A-D', ['A', 'B', 'C', 'D']],
    ['a - c', ['A', 'B', 'C']],
    ['9-11', ['9', '10', '11']],
    ['A', ['A']],
    ['A-B, AA', ['A', 'B', 'AA']],
    ['Balcony 1', ['Balcony 1']],
  ])('%s are rows', (text, expected) => {
    expect(readLabels(text)).toEqual(expected);
  });

  test.each(['', 'A, A', 'A,,B', 'a label that is too long', '1-61'])('"%s" is refused', (text) => {
    expect(readLabels(text)).toBeUndefined();
  });
});

describe('aisles', () => {
  test.each([
    ['', []],
    ['4', [4]],
    ['12, 4 4', [4, 12]],
  ])('"%s" are read', (text, expected) => {
    expect(readAisles(text, 20)).toEqual(expected);
  });

  test.each(['0', '20', 'x', '1.5'])('"%s" is refused', (text) => {
    expect(readAisles(text, 20)).toBeUndefined();
  });

  test('do not make a row too long', () => {
    expect(readAisles('4', 60)).toBeUndefined();
  });
});

const block = { labels: ['A', 'B'], seats: 6, aislesAfter: [2, 4], seatType: 'vip' } as const;

test('rows have their aisles as gaps', () => {
  const overrides = [
    { position: 3, gap: true },
    { position: 6, gap: true },
  ];
  expect(rowsOf(block)).toEqual([
    { label: 'A', seats: 8, seatType: 'vip', overrides },
    { label: 'B', seats: 8, seatType: 'vip', overrides },
  ]);
  expect(rowsOf({ ...block, labels: ['A'], aislesAfter: [], seatType: 'regular' })).toEqual([
    { label: 'A', seats: 6 },
  ]);
});

test('seats are numbered without the gaps', () => {
  const seats = seatsToDraw(rowsOf(block)).filter(({ rowLabel }) => rowLabel === 'B');
  expect(seats.map(({ seatNumber, position }) => [seatNumber, position])).toEqual([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 5],
    [5, 7],
    [6, 8],
  ]);
  expect(seats[0]).toMatchObject({ rowIndex: 2, seatType: 'vip', status: 'available' });
});
