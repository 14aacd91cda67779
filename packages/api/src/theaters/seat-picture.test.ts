import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { seatPlaces } from './layout.ts';
import { definitions, style } from './picture-style.ts';
import type { SeatState } from './picture-words.ts';
import type { SeatRow } from './schema.ts';
import { drawSeats } from './seat-picture.ts';
import type { PicturedSeat } from './seat-picture.ts';

function seatsOf(rows: SeatRow[], stateOf: (index: number) => SeatState = () => 'available') {
  return seatPlaces(rows).map((place, index): PicturedSeat => ({
    ...place,
    id: randomUUID(),
    state: stateOf(index),
  }));
}

const draw = (seats: PicturedSeat[], label = 'Seats') => drawSeats({ label, seats });

/** The seats of a picture as it has them: where they are, and what is said of them. */
function drawn(picture: string) {
  const rows = picture.split('<g role="row" transform="translate(0 ').slice(1);
  const seat =
    /<g role="cell" class="([\w-]+)" data-seat-id="([\w-]+)" transform="translate\((\d+)\)"><title>([^<]*)<\/title>/g;
  return rows.flatMap((row) =>
    [...row.matchAll(seat)].map(([, looks, id, x, title]) => {
      return { looks, id, title, x: Number(x), y: Number.parseInt(row, 10) };
    }),
  );
}

test('every seat is where the layout has it, under its number', () => {
  const seats = seatsOf([
    { label: 'A', seats: 3, numbering: 'right' },
    {
      label: 'B',
      seats: 5,
      overrides: [
        { position: 3, gap: true },
        { position: 5, number: 99 },
      ],
    },
  ]);
  const found = drawn(draw(seats));
  expect(found.map(({ id }) => id)).toEqual(seats.map(({ id }) => id));
  const [{ x: left, y: front } = { x: 0, y: 0 }] = found;
  expect(found.map(({ x, y, title }) => [(x - left) / 32, (y - front) / 32, title])).toEqual([
    [0, 0, 'Row A, seat 3, regular, free'],
    [1, 0, 'Row A, seat 2, regular, free'],
    [2, 0, 'Row A, seat 1, regular, free'],
    [0, 1, 'Row B, seat 1, regular, free'],
    [1, 1, 'Row B, seat 2, regular, free'],
    [3, 1, 'Row B, seat 3, regular, free'],
    [4, 1, 'Row B, seat 99, regular, free'],
  ]);
});

test('a seat says its row, number, type, features and state', () => {
  const features = ['wheelchair', 'noSteps'] as const;
  const seats = seatsOf(
    [
      {
        label: 'A',
        seats: 1,
        seatType: 'vip',
        overrides: [{ position: 1, features: [...features] }],
      },
    ],
    () => 'reserved',
  );
  const picture = draw(seats);
  const [seat] = drawn(picture);
  expect(seat?.title).toBe('Row A, seat 1, VIP, wheelchair place, no steps, sold');
  expect(seat?.looks).toBe('m-reserved');
  // What it is stays to be seen when it is sold.
  expect(picture).toContain('<use href="#m-reserved"/><use class="m-badge" href="#m-wheelchair"');
});

describe('the shapes', () => {
  const shapes = new Map(
    [...definitions.matchAll(/<g id="m-(\w+)">(.*?)<\/g>/g)].map(([, name = '', shape = '']) => [
      name,
      shape,
    ]),
  );

  test('of states, types and features are different, and have no colours', () => {
    expect([...shapes.keys()]).toEqual([
      ...['regular', 'premium', 'vip', 'locked', 'reserved', 'blocked', 'outOfOrder'],
      ...['wheelchair', 'companion', 'pair', 'restrictedView'],
    ]);
    expect(new Set(shapes.values()).size).toBe(shapes.size);
    for (const shape of shapes.values()) {
      const paints = [...shape.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, paint]) => paint);
      expect(paints.filter((paint) => paint !== 'none' && paint !== 'currentColor')).toEqual([]);
    }
  });

  test('are there for every state, and a picture has no other', () => {
    const states = ['place', 'available', 'locked', 'reserved', 'blocked', 'outOfOrder'] as const;
    const types = ['regular', 'premium', 'vip'] as const;
    for (const seatType of types) {
      const picture = draw(
        seatsOf(
          [{ label: 'A', seats: states.length, seatType }],
          (index) => states[index] ?? 'place',
        ),
      );
      const used = [...picture.matchAll(/href="#m-(\w+)"/g)].map(([, name = '']) => name);
      expect(used.filter((name) => !shapes.has(name))).toEqual([]);
      expect(new Set(used)).toEqual(
        new Set([seatType, 'locked', 'reserved', 'blocked', 'outOfOrder']),
      );
    }
  });
});

test('a number of four digits is no wider than its seat', () => {
  const overrides = [{ position: 1, number: 9_999 }];
  const picture = draw(seatsOf([{ label: 'A', seats: 2, overrides }]));
  expect(picture).toMatch(/<text textLength="21"[^>]*>9999<\/text>/);
  expect(picture).toContain('<text>2</text>');
});

test('the legend has what is in the picture, and nothing else', () => {
  const legendOf = (seats: PicturedSeat[]) => {
    const [, legend = ''] = draw(seats).split('aria-label="Legend"');
    return [...legend.matchAll(/<text[^>]*>([^<]+)</g)].map(([, meaning]) => meaning);
  };
  expect(legendOf(seatsOf([{ label: 'A', seats: 1 }]))).toEqual(['Regular, free']);
  expect(legendOf(seatsOf([{ label: 'A', seats: 1 }], () => 'place'))).toEqual(['Regular']);
  const pair = [1, 2].map((position) => ({ position, features: ['pair' as const] }));
  const seats = seatsOf([{ label: 'A', seats: 3, seatType: 'premium', overrides: pair }], (index) =>
    index === 2 ? 'locked' : 'available',
  );
  expect(legendOf(seats)).toEqual(['Premium, free', 'Locked by a customer', 'Love seat']);
});

test('the floor shows where a row has no seat between two of its seats', () => {
  const strips = (row: Omit<SeatRow, 'label'>) => {
    const [, floor = ''] =
      /class="m-aisle" d="([^"]+)"/.exec(draw(seatsOf([{ label: 'A', ...row }]))) ?? [];
    return [...floor.matchAll(/h(\d+)v/g)].map(([, width]) => Number(width) / 32);
  };
  const gaps = (...positions: number[]) => ({
    overrides: positions.map((position) => ({ position, gap: true as const })),
  });
  expect(strips({ seats: 8 })).toEqual([]);
  expect(strips({ seats: 8, ...gaps(3, 4, 6) })).toEqual([2, 1]);
  expect(strips({ seats: 8, ...gaps(1, 8) })).toEqual([]);
});

describe('texts of others', () => {
  test('are text and nothing else', () => {
    const label = '<&">\u202E';
    const picture = draw(seatsOf([{ label, seats: 1 }]), `Seats of "O'Hara" <script>\u0007`);
    expect(picture).toContain(`aria-label="Seats of &quot;O'Hara&quot; &lt;script&gt;"`);
    expect(picture).toContain('<title>Row &lt;&amp;&quot;&gt;, seat 1, regular, free</title>');
    expect(picture).toContain('role="rowheader" x="');
    expect(picture).not.toMatch(/<script|[^\P{Cc}\n]|\u202E/u);
  });

  test.each(['שורה', 'صف', 'แถว', '列'])('%s does not reorder what is beside it', (label) => {
    const picture = draw(seatsOf([{ label, seats: 1 }]));
    expect(picture).toContain(`<title>Row \u2068${label}\u2069, seat 1, regular, free</title>`);
    expect(picture).toContain(`>${label}</text>`);
  });

  test('have room at both sides of the hall', () => {
    const label = '列'.repeat(10);
    const [, width = ''] = /viewBox="0 0 (\d+)/.exec(draw(seatsOf([{ label, seats: 10 }]))) ?? [];
    expect(Number(width)).toBeGreaterThanOrEqual(10 * 32 + 2 * 130);
  });
});

test('460 seats are less than 100 kB, and the largest theater is drawn in a moment', () => {
  const aisles = { overrides: [{ position: 7, gap: true as const }] };
  const letters = Array.from({ length: 20 }, (_, index) => String.fromCharCode(65 + index));
  const hall = seatsOf(letters.map((label) => ({ label, seats: 24, ...aisles })));
  expect(hall).toHaveLength(460);
  expect(Buffer.byteLength(draw(hall))).toBeLessThan(100_000);

  const largest = Array.from({ length: 40 }, (_, index) => ({ label: `${index}`, seats: 50 }));
  const picture = draw(seatsOf(largest));
  expect(drawn(picture)).toHaveLength(2_000);
});

test('the rules of a picture reach nothing beside it', () => {
  const css = style.replace(/<\/?style>/g, '').replace(/@media\([^)]*\)\{(.*)\}$/, '$1');
  const heads = css.split('}').flatMap((rule) => (rule.split('{')[0] ?? '').split(','));
  const reaching = heads.filter((head) => head !== '' && !head.startsWith('.matinee-seats'));
  expect(heads.length).toBeGreaterThan(10);
  expect(reaching).toEqual([]);
});
