import type { Showtime } from '@matinee/sdk';
import { expect, test } from 'vitest';
import { noPaint } from '../output/paint.ts';
import { weekHtml } from './week-html.ts';
import { drawWeek } from './week-text.ts';
import { mondayOf, weekOf } from './week.ts';

interface Given {
  title?: string;
  theater?: string;
  theaterId?: string;
  start: string;
  minutes?: number;
  available?: number;
  cancelled?: boolean;
}

function show(given: Given): Showtime {
  const startTime = new Date(given.start);
  return {
    movie: { title: given.title ?? 'Heat' },
    theater: {
      id: given.theaterId ?? given.theater ?? '1',
      name: given.theater ?? 'Screen 1',
      timezone: 'Europe/Paris',
    },
    startTime,
    endTime: new Date(startTime.getTime() + (given.minutes ?? 120) * 60_000),
    availability: { total: 10, available: given.available ?? 5 },
    cancelledAt: given.cancelled ? startTime : null,
  } as unknown as Showtime;
}

const monday = '2026-12-07';

test.for([
  ['2026-12-07', '2026-12-07'],
  ['2026-12-13', '2026-12-07'],
  ['2027-01-01', '2026-12-28'],
] as const)('the week of %s begins on %s', ([date, expected]) => {
  expect(mondayOf(date)).toBe(expected);
});

test('a show after midnight belongs to the evening before, one in the morning does not', () => {
  const { days, opens, closes } = weekOf(monday, [
    show({ start: '2026-12-08T00:30+01:00' }),
    show({ start: '2026-12-08T06:00+01:00' }),
    // The night after Sunday.
    show({ start: '2026-12-14T01:00+01:00' }),
    // Of the week after.
    show({ start: '2026-12-14T18:00+01:00' }),
  ]);
  const times = days.map(({ lines }) =>
    lines.flatMap(({ shows }) => shows.map(({ time }) => time)),
  );
  expect(times).toEqual([['00:30'], ['06:00'], [], [], [], [], ['01:00']]);
  expect([opens, closes]).toEqual([6, 27]);
});

test('theaters of the same name have lines of their own', () => {
  const start = '2026-12-07T20:00+01:00';
  const { days } = weekOf(monday, [
    show({ start, theaterId: 'here' }),
    show({ start, theaterId: 'there' }),
  ]);
  expect(days[0]?.lines.map(({ theater, shows }) => [theater, shows.length])).toEqual([
    ['Screen 1', 1],
    ['Screen 1', 1],
  ]);
});

const week = weekOf(monday, [
  show({ start: '2026-12-07T12:00+01:00' }),
  show({ start: '2026-12-07T20:00+01:00', title: 'A <b>very</b> long title & more', available: 0 }),
  show({ start: '2026-12-07T14:00+01:00', theater: 'Screen 10', title: '千と千尋の神隠し' }),
  show({ start: '2026-12-07T14:00+01:00', theater: 'Screen 2' }),
  show({ start: '2026-12-07T17:00+01:00', theater: 'Screen 2', cancelled: true }),
]);

test('is drawn with a line for each theater and a box for each show', () => {
  const drawn = drawWeek(week, { paint: noPaint, width: 80 }).split('\n');
  expect(drawn.slice(0, 5)).toEqual([
    'Mon 2026-12-07',
    '             10        12       14        16       18        20       22',
    'Screen 1               [Heat   ]                             [A <b>…×]',
    'Screen 2                        [Heat    ]',
    'Screen 10                       [千と千… ]',
  ]);
  expect(drawn).toContain('No shows.');
  expect(drawn.every((line) => line.length <= 80)).toBe(true);
});

test('is a page of HTML that nothing in a title can break', () => {
  const html = weekHtml(week, { house: '<Lux>', server: 'http://localhost', madeAt: 'today' });
  expect(html).toContain('A &#60;b&#62;very&#60;/b&#62; long title &#38; more');
  expect(html).toContain('&#60;Lux&#62;');
  expect(html).not.toContain('<b>very');
  expect(html).toContain('<span>14:00</span> <span>50% taken</span>');
  expect(html).toContain('<span>20:00</span> <span>sold out</span>');
  expect(html).not.toContain('17:00');
  expect(html).not.toContain('<script');
});
