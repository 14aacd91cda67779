import { describe, expect, test } from 'vitest';
import { ansiPaint, noPaint } from './paint.ts';
import { drawSeatMap } from './seat-map.ts';
import type { DrawnSeat } from './seat-map.ts';
import { widthOf } from './text.ts';

function row(rowLabel: string, rowIndex: number, seats: Partial<DrawnSeat>[]): DrawnSeat[] {
  return seats.map((seat, index) => ({
    rowLabel,
    rowIndex,
    seatNumber: index + 1,
    position: index + 1,
    seatType: 'regular',
    status: 'available',
    ...seat,
  }));
}

const seats = [
  ...row('B', 2, [{ seatType: 'vip' }, { status: 'blocked' }, { yours: true, status: 'locked' }]),
  ...row('A', 1, [{}, { status: 'locked', position: 3 }, { status: 'reserved', position: 4 }]),
];

describe('seat map', () => {
  test('shows rows from the screen backwards, with their gaps', () => {
    const lines = drawSeatMap(seats, { paint: noPaint }).split('\n');
    expect(lines.slice(2, 4)).toEqual(['A   1     ~  x   A', 'B   1v #  *      B']);
  });

  test('explains the signs that it has, and no others', () => {
    const legend = drawSeatMap(seats, { paint: noPaint }).split('\n').at(-1);
    expect(legend).toBe('1 regular   1v vip   * yours   ~ locked   x reserved   # not for sale');
  });

  test('marks wheelchair places, companion seats and love seats while they are free', () => {
    const accessible = row('A', 1, [
      { features: ['noSteps', 'wheelchair'] },
      { features: ['companion'] },
      { features: ['aisle'] },
      { features: ['pair'], seatType: 'vip' },
      { features: ['pair'], status: 'reserved' },
    ]);
    const lines = drawSeatMap(accessible, { paint: noPaint }).split('\n');
    expect([lines[2], lines.at(-1)]).toEqual([
      'A   1W 2C 3  4= x   A',
      '1 regular   1W wheelchair place   1C companion seat   1= love seat   x reserved',
    ]);
    const [, , small] = drawSeatMap(accessible, { paint: noPaint, width: 17 }).split('\n');
    expect(small).toBe('A  W C o = x   A');
  });

  test('keeps the columns where seats have long numbers of their own', () => {
    const own = row('A', 1, [{ seatNumber: 101, seatType: 'vip' }, {}, { seatNumber: 102 }]);
    for (const [width, expected] of [
      [30, 'A  101v  2   102    A'],
      [18, 'A  101v 2  102   A'],
      [17, 'A  v o o   A'],
    ] as const) {
      const [, , line] = drawSeatMap(own, { paint: noPaint, width }).split('\n');
      expect(line).toBe(expected);
    }
  });

  test('shows the numbers of 22 positions at 80 columns, also with letters of types', () => {
    const long = row(
      'A',
      1,
      Array.from({ length: 22 }, () => ({ seatType: 'premium' })),
    );
    const [, , line = ''] = drawSeatMap(long, { paint: noPaint, width: 80 }).split('\n');
    expect(line).toContain(' 9p10p11p');
    expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  test('draws signs where numbers do not fit, and fits the narrowest terminal', () => {
    const wide = row(
      'A',
      1,
      Array.from({ length: 30 }, () => ({})),
    );
    for (const [width, sign] of [
      [100, ' 1  2 '],
      [70, 'o o o '],
      [40, 'oooooo'],
    ] as const) {
      const lines = drawSeatMap(wide, { paint: noPaint, width }).split('\n');
      expect(lines.every((line) => widthOf(line) <= width)).toBe(true);
      expect(lines[2]).toContain(sign);
    }
  });

  test('has the same width in colour', () => {
    const plain = drawSeatMap(seats, { paint: noPaint }).split('\n').map(widthOf);
    expect(drawSeatMap(seats, { paint: ansiPaint }).split('\n').map(widthOf)).toEqual(plain);
  });

  test('draws an empty theater', () => {
    expect(drawSeatMap([], { paint: noPaint })).toBeTypeOf('string');
  });
});
