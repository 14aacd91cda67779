import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Matinee } from '@matinee/sdk';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

const config = useOwnConfig();
afterEach(() => vi.useRealTimers());

const idOf = (ending: string) => `00000000-0000-7000-8000-${ending.padStart(12, '0')}`;
const siteId = idOf('51');
const site = { id: siteId, timezone: 'Europe/Vienna', businessDayStartsAt: '06:00' };

const show = (ending: string, localTime: string, changes: object = {}) => ({
  id: idOf(ending),
  startTime: new Date(`2026-12-04T${localTime}:00Z`),
  localTime,
  theater: { id: idOf('7e'), name: 'Gartenbau', timezone: 'Europe/Vienna' },
  availability: { total: 120, available: 118 },
  priceFrom: '9.50',
  currency: 'EUR',
  ...changes,
});
const movie = {
  id: idOf('30'),
  title: 'Heat',
  genre: 'Crime',
  durationMinutes: 170,
  contentRating: 'R',
};
const programme = [
  { movie, showtimes: [show('aa0001', '17:00'), show('aa0002', '20:45')] },
  {
    movie: { ...movie, id: idOf('31'), title: 'The Third Man', contentRating: null },
    showtimes: [show('aa0003', '18:15', { availability: { total: 40, available: 0 } })],
  },
];

async function against(
  line: string,
  { columns, items = programme }: { columns?: number; items?: object[] } = {},
) {
  const { matinee, calls } = fakeMatinee({
    'showtimes.programme': () => items,
    'sites.get': () => site,
    'sites.list': () => ({ items: [site], nextCursor: null }),
    'showtimes.picture': () => new Blob(['<svg>show</svg>\n']),
    'theaters.picture': () => new Blob(['<svg>theater</svg>\n']),
  });
  fake.matinee = matinee;
  const options = columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } };
  return { ...(await runFake(line, options)), calls };
}

describe('programme', () => {
  const line = 'programme --date 2026-12-04';

  test('has the shows of each movie below its title', async () => {
    const { data, said } = await against(line, { columns: 80 });
    expect(data).toBe(
      [
        'ID      START  THEATER        FREE      FROM',
        'Heat (Crime, 170 min, R)',
        'aa0001  17:00  Gartenbau   118/120  9.50 EUR',
        'aa0002  20:45  Gartenbau   118/120  9.50 EUR',
        '',
        'The Third Man (Crime, 170 min)',
        'aa0003  18:15  Gartenbau  sold out  9.50 EUR',
        '',
      ].join('\n'),
    );
    expect(said).toContain('3 shows.');
    expect((await against(line, { columns: 80, items: [] })).said).toContain('No shows.');
  });

  test('names the zones of theaters if there are several', async () => {
    const elsewhere = { id: idOf('7f'), name: 'Savoy', timezone: 'Asia/Tokyo' };
    const items = [
      { movie, showtimes: [show('a1', '17:00'), show('a2', '20:00', { theater: elsewhere })] },
    ];
    const { data } = await against(line, { columns: 80, items });
    expect(data).toMatch(/17:00 CET .*\n.*20:00 GMT\+9/);
  });

  test('is tab-separated in a pipe, with titles and instants', async () => {
    const { data } = await against(line);
    expect(data.split('\n')[0]).toBe(
      `${idOf('aa0001')}\tHeat\t2026-12-04T17:00:00.000Z\tGartenbau\t118/120\t9.50 EUR`,
    );
    expect((await against(`${line} --csv`)).data.split('\n')[0]).toContain('movieTitle');
    expect(JSON.parse((await against(`${line} --json`)).data)).toHaveLength(2);
  });

  test.each([
    // Half past five in Vienna: the business day of yesterday.
    ['2026-12-04T04:30:00Z', '2026-12-03'],
    ['2026-12-04T05:00:00Z', '2026-12-04'],
    ['2026-12-04T23:30:00Z', '2026-12-04'],
  ])('at %s is that of %s', async (now, date) => {
    vi.useFakeTimers({ now: new Date(now), toFake: ['Date'] });
    for (const [typed, input] of [
      ['programme', { date }],
      [`programme --site ${siteId}`, { date, siteId }],
    ] as const) {
      const { calls } = await against(typed);
      const asked = calls.find(({ path }) => path === 'showtimes.programme');
      expect(asked?.input).toEqual(input);
    }
  });
});

describe('--svg', () => {
  const showtimeId = idOf('c1');

  test('saves a picture and prints nothing', async () => {
    for (const [line, picture] of [
      [`showtimes seats ${showtimeId}`, '<svg>show</svg>\n'],
      [`theaters get ${showtimeId}`, '<svg>theater</svg>\n'],
    ] as const) {
      const file = join(config.folder, 'seats.svg');
      const { data, said } = await against(`${line} --svg ${file}`);
      expect([data, readFileSync(file, 'utf8')]).toEqual(['', picture]);
      expect(said).toContain(`Written to ${file}.`);
      expect((await against(`${line} --svg -`)).data).toBe(picture);
    }
  });

  test('says why a file cannot be written, and excludes other output', async () => {
    const line = `showtimes seats ${showtimeId} --svg`;
    expect((await against(`${line} /no/such/folder/a.svg`)).said).toContain(
      'there is no such folder',
    );
    expect((await against(`${line} - --json`)).said).toContain('cannot be used with');
  });
});
