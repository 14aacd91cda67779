import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';

let running: TestApp;
let admin: Person;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

/** A theater of a site of its own, and a movie of a minute that nobody else shows. */
async function aHouse(timezone: string, businessDayStartsAt: string | null) {
  const name = randomUUID();
  const site = await admin.call.sites.create({ name, timezone, businessDayStartsAt });
  const rows = [{ label: 'A', seats: 1 }];
  const theater = await admin.call.theaters.create({ name, timezone, rows, siteId: site.id });
  const film = { title: name, genre: 'Drama', durationMinutes: 1 };
  const movie = await admin.call.movies.create(film);
  return { siteId: site.id, theaterId: theater.id, movieId: movie.id };
}
type House = Awaited<ReturnType<typeof aHouse>>;

async function aShow({ theaterId, movieId }: House, startTime: string): Promise<string> {
  const show = { movieId, theaterId, startTime, price: '1.00' };
  return (await admin.call.showtimes.create(show)).id;
}

const day = (date: string, later: number) =>
  new Date(Date.parse(date) + later * 86_400_000).toISOString().slice(0, 10);

/** The Sunday, and the offsets before and after the change of the clocks. */
const nights = [
  ['Europe/Paris', '2031-03-30', '+01:00', '+02:00'],
  ['Europe/Paris', '2031-10-26', '+02:00', '+01:00'],
  ['America/New_York', '2031-03-09', '-05:00', '-04:00'],
  ['America/New_York', '2031-11-02', '-04:00', '-05:00'],
] as const;

describe.each(nights)('a day from 06:00 on, in %s around %s', (zone, sunday, before, after) => {
  const saturday = day(sunday, -1);
  const monday = day(sunday, 1);
  let house: House;
  let shows: string[];
  beforeAll(async () => {
    house = await aHouse(zone, '06:00');
    shows = [];
    for (const start of [
      `${saturday}T05:59${before}`,
      `${saturday}T06:00${before}`,
      `${sunday}T00:30${before}`,
      `${sunday}T05:59${after}`,
      `${sunday}T06:00${after}`,
      `${monday}T05:59${after}`,
      `${monday}T06:00${after}`,
    ]) {
      shows.push(await aShow(house, start));
    }
  });
  const range = () => ({ siteId: house.siteId, from: day(sunday, -2), to: monday });
  const counts = (rows: readonly { showtimes: number }[]) => rows.map(({ showtimes }) => showtimes);

  test('holds the shows of the night after it', async () => {
    const byDate = await admin.call.admin.reports.capacity({ ...range(), groupBy: 'date' });
    expect(byDate.rows.map(({ date }) => date)).toEqual([
      day(sunday, -2),
      saturday,
      sunday,
      monday,
    ]);
    expect(counts(byDate.rows)).toEqual([1, 3, 2, 1]);
    const byWeekday = await admin.call.admin.reports.occupancy({ ...range(), groupBy: 'weekday' });
    expect(counts(byWeekday.rows)).toEqual([1, 0, 0, 0, 1, 3, 2]);
  });

  test('bounds a report', async () => {
    const total = async (from: string, to: string) => {
      const input = { siteId: house.siteId, groupBy: 'movie', from, to } as const;
      return (await admin.call.admin.reports.capacity(input)).totals.showtimes;
    };
    expect(await total(saturday, saturday)).toBe(3);
    expect(await total(sunday, sunday)).toBe(2);
    expect(await total(saturday, sunday)).toBe(5);
    expect(await total(day(sunday, 2), day(sunday, 9))).toBe(0);
  });

  test('leaves the hours to the clock on the wall', async () => {
    const byHour = await admin.call.admin.reports.occupancy({ ...range(), groupBy: 'hour' });
    const played = byHour.rows.filter(({ showtimes }) => showtimes > 0);
    expect(played.map(({ hour, showtimes }) => [hour, showtimes])).toEqual([
      [0, 1],
      [5, 3],
      [6, 3],
    ]);
  });

  test('filters showtimes and movies', async () => {
    const { movieId } = house;
    const idsOf = async (input: object) => {
      const { items } = await admin.call.showtimes.list({ movieId, ...input });
      return items.map(({ id }) => id);
    };
    expect(await idsOf({ date: saturday })).toEqual(shows.slice(1, 4));
    expect(await idsOf({ date: sunday })).toEqual(shows.slice(4, 6));
    expect(await idsOf({ from: sunday })).toEqual(shows.slice(4));
    expect(await idsOf({ to: saturday })).toEqual(shows.slice(0, 4));
    const ofMovie = await admin.call.movies.showtimes({ movieId, date: monday });
    expect(ofMovie.items.map(({ id }) => id)).toEqual(shows.slice(6));
    const isListed = async (date: string) => {
      const { items } = await admin.call.movies.list({ date, idEndsWith: movieId.slice(-12) });
      return items.length === 1;
    };
    expect(await isListed(day(sunday, -3))).toBe(false);
    expect(await isListed(day(sunday, -2))).toBe(true);
    expect(await isListed(day(sunday, 2))).toBe(false);
  });
});

test('the last minute of a day that begins late is in every list of it', async () => {
  // The furthest zones west and east, whose days are the furthest from those in UTC.
  for (const [zone, start] of [
    ['Etc/GMT+12', '2031-05-03T11:58:00Z'],
    ['Pacific/Kiritimati', '2031-05-02T09:58:00Z'],
  ] as const) {
    const house = await aHouse(zone, '23:59');
    const { siteId, movieId } = house;
    const id = await aShow(house, start);
    const lists = [
      await admin.call.showtimes.list({ movieId, date: '2031-05-01' }),
      await admin.call.movies.showtimes({ movieId, to: '2031-05-01' }),
    ];
    expect(lists.map(({ items }) => items.map((each) => each.id))).toEqual([[id], [id]]);
    const movies = await admin.call.movies.list({ siteId, date: '2031-05-01' });
    expect(movies.items.map((each) => each.id)).toEqual([movieId]);
    const { rows } = await admin.call.admin.reports.capacity({
      siteId,
      from: '2031-05-01',
      to: '2031-05-02',
      groupBy: 'date',
    });
    expect(rows.map(({ showtimes }) => showtimes)).toEqual([1, 0]);
  }
});

test('without a beginning, and from midnight on, a day is that of the wall', async () => {
  for (const startsAt of [null, '00:00']) {
    const house = await aHouse('Europe/Paris', startsAt);
    const id = await aShow(house, '2031-05-02T00:30+02:00');
    const on = async (date: string) =>
      (await admin.call.showtimes.list({ movieId: house.movieId, date })).items.map(
        (show) => show.id,
      );
    expect([await on('2031-05-01'), await on('2031-05-02')]).toEqual([[], [id]]);
  }
});

test('shows of sites whose days begin at other times count each on its own day', async () => {
  const houses = [
    await aHouse('Europe/Paris', '06:00'),
    await aHouse('Europe/Paris', null),
    await aHouse('America/New_York', '19:00'),
  ];
  const movieId = houses[0]?.movieId ?? '';
  for (const house of houses) {
    // 00:30 in Paris, 18:30 the day before in New York.
    await aShow({ ...house, movieId }, '2031-05-02T00:30+02:00');
  }
  const input = { movieId, from: '2031-04-30', to: '2031-05-02', groupBy: 'date' } as const;
  const { rows } = await admin.call.admin.reports.capacity(input);
  expect(rows.map(({ showtimes }) => showtimes)).toEqual([1, 1, 1]);
});

test('without dates a report ends on the business day of now', async () => {
  // A zone in which it is between three and four in the morning.
  const east = (3 - new Date().getUTCHours() + 24) % 24;
  const offset = east > 12 ? east - 24 : east;
  const zone = `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
  const today = new Date(Date.now() + offset * 3_600_000).toISOString().slice(0, 10);
  const early = await aHouse(zone, '02:00');
  const late = await aHouse(zone, '06:00');
  const lastDay = async (input: object) => (await admin.call.admin.reports.capacity(input)).to;
  for (const key of ['siteId', 'theaterId'] as const) {
    expect(await lastDay({ [key]: early[key] })).toBe(today);
    expect(await lastDay({ [key]: late[key] })).toBe(day(today, -1));
  }
});
