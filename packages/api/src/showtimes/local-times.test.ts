import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { instantsAt, localTimeOf } from '../local-time.ts';
import { applyZoneData } from './local-times.ts';

/* One clock for a day: lists, filters and reports agree with what people see. */

let running: TestApp;
let admin: Person;
let movieId: string;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
  const film = { title: 'Dune', genre: 'Drama', durationMinutes: 10 };
  movieId = (await admin.call.movies.create(film)).id;
});
afterAll(() => running.close());

const sql = (text: string, values: unknown[] = []) => running.app.pool.query(text, values);
const aHall = (timezone: string) =>
  admin.call.theaters.create({
    name: randomUUID(),
    timezone,
    rows: [{ label: 'A', seats: 1 }],
  });
const aShow = (theaterId: string, startTime: string) =>
  admin.call.showtimes.create({ theaterId, movieId, startTime, price: '10.00' });

/** The day and the hour of a theater's one show, by every way to ask for them. */
async function daysOf(theaterId: string, around: string) {
  const day = (by: number) =>
    new Date(Date.parse(around) + by * 86_400_000).toISOString().slice(0, 10);
  const nearby = [-1, 0, 1].map(day);
  const listed: string[] = [];
  const playing: string[] = [];
  for (const date of nearby) {
    const { items } = await admin.call.showtimes.list({ theaterId, date });
    listed.push(...items.map(() => date));
    const range = await admin.call.showtimes.list({ theaterId, from: date, to: date });
    expect(range.items).toHaveLength(items.length);
    const movies = await admin.call.movies.list({ date });
    playing.push(...movies.items.map(() => date));
  }
  const [from, , to] = nearby;
  const input = { theaterId, from, to };
  const byDate = await admin.call.admin.reports.capacity({ ...input, groupBy: 'date' });
  const byHour = await admin.call.admin.reports.occupancy({ ...input, groupBy: 'hour' });
  const byWeekday = await admin.call.admin.reports.occupancy({ ...input, groupBy: 'weekday' });
  return {
    listed,
    playing,
    reported: byDate.rows.filter((row) => row.showtimes > 0).map(({ date }) => date),
    hours: byHour.rows.filter((row) => row.showtimes > 0).map(({ hour }) => hour),
    weekdays: byWeekday.rows.filter((row) => row.showtimes > 0).map(({ weekday }) => weekday),
  };
}

describe('every way agrees', () => {
  test.for([
    ['CET', '2027-06-30T22:30:00Z', '2027-07-01', 0],
    ['EET', '2027-06-30T21:30:00Z', '2027-07-01', 0],
    ['MET', '2027-06-30T22:30:00Z', '2027-07-01', 0],
    ['WET', '2027-06-30T23:30:00Z', '2027-07-01', 0],
    // Where clocks are set back no more: a table of 2025 has the evening before.
    ['America/Edmonton', '2026-12-05T06:30:00Z', '2026-12-05', 0],
    ['Europe/Berlin', '2027-10-31T00:30:00Z', '2027-10-31', 2],
    ['Pacific/Auckland', '2027-01-01T11:30:00Z', '2027-01-02', 0],
    ['America/St_Johns', '2027-05-05T02:29:00Z', '2027-05-04', 23],
  ] as const)('in %s about %s', async ([zone, start, date, hour]) => {
    const { id } = await aHall(zone);
    await aShow(id, start);
    const found = await daysOf(id, start);
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
    const { playing, ...rest } = found;
    expect(rest).toEqual({ listed: [date], reported: [date], hours: [hour], weekdays: [weekday] });
    expect(playing).toContain(date);
    await sql('delete from showtimes');
  });

  /** Days of the year ahead on which the clocks of a zone are changed, one in winter and one in summer. */
  function remarkableDays(zone: string): string[] {
    const days = Array.from({ length: 366 }, (_, index) => dayAfter('2026-12-01', index));
    const changes = days.filter((day) => offsetOn(day, zone) !== offsetOn(dayAfter(day, -1), zone));
    return ['2027-01-15', '2027-07-15', ...changes];
  }
  const dayAfter = (day: string, days: number) =>
    new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
  const offsetOn = (day: string, zone: string) => {
    const noon = new Date(`${day}T12:00:00Z`);
    return Date.parse(`${localTimeOf(noon, zone)}Z`) - noon.getTime();
  };

  /** Shows at the end of a day and after it, which are not listed on that day and the next. */
  async function misplaced(theaterId: string, zone: string, meddle = async () => {}) {
    const wrong: string[] = [];
    for (const day of remarkableDays(zone)) {
      const next = dayAfter(day, 1);
      const [before] = instantsAt(`${day} 23:30`, zone);
      const [after] = instantsAt(`${next} 00:30`, zone);
      for (const start of [before, after]) {
        await aShow(theaterId, start?.toISOString() ?? '');
      }
      await meddle();
      for (const date of [day, next]) {
        const { items } = await admin.call.showtimes.list({ theaterId, date });
        if (items.length !== 1) {
          wrong.push(`${zone} ${date}`);
        }
      }
      await sql('delete from showtimes where theater_id = $1', [theaterId]);
    }
    return wrong;
  }

  test('in every zone, about midnight, on the days on which its clocks change too', async () => {
    const names = Intl.supportedValuesOf('timeZone');
    const { rows } = await sql('select name from pg_timezone_names where name = any($1)', [names]);
    const zones = (rows as { name: string }[]).map(({ name }) => name);
    expect(zones.length).toBeGreaterThan(350);
    const { id } = await aHall('UTC');
    const wrong: string[] = [];
    for (const zone of zones) {
      await sql('update theaters set timezone = $2 where id = $1', [id, zone]);
      wrong.push(...(await misplaced(id, zone)));
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  test('and days by the clock of the database would be noticed (control)', async () => {
    const { id } = await aHall('CET');
    const meddle = async () => {
      await sql(`update showtimes set local_start = start_time at time zone 'CET'`);
    };
    expect(await misplaced(id, 'CET', meddle)).toContain('CET 2027-07-16');
  });
});

test('a show that is moved, or whose theater moves, has another day; a past show keeps its own', async () => {
  const { id: theaterId } = await aHall('UTC');
  const past = await aShow(theaterId, '2026-06-05T23:30:00Z');
  const upcoming = await aShow(theaterId, '2027-06-05T23:30:00Z');
  const days = async () => {
    const { rows } = await sql(
      `select id, to_char(local_start, 'YYYY-MM-DD HH24:MI') as local from showtimes
       where theater_id = $1 order by start_time`,
      [theaterId],
    );
    return (rows as { local: string }[]).map(({ local }) => local);
  };
  expect(await days()).toEqual(['2026-06-05 23:30', '2027-06-05 23:30']);
  await admin.call.theaters.update({ theaterId, timezone: 'Europe/Paris' });
  expect(await days()).toEqual(['2026-06-05 23:30', '2027-06-06 01:30']);
  const showtimeId = upcoming.id;
  await admin.call.showtimes.update({ showtimeId, startTime: '2027-06-07T10:00:00Z' });
  expect(await days()).toEqual(['2026-06-05 23:30', '2027-06-07 12:00']);
  expect(past.id).not.toBe(upcoming.id);
  await sql('delete from showtimes');
});

test('a show that is moved to a hall in another zone where the clocks show the same keeps its day', async () => {
  const [paris, berlin] = [await aHall('Europe/Paris'), await aHall('CET')];
  // PostgreSQL reads CET as an abbreviation: an hour before in summer, which is the day before.
  const { id: showtimeId } = await aShow(paris.id, '2027-06-30T22:30:00Z');
  await admin.call.showtimes.update({ showtimeId, theaterId: berlin.id });
  const found = await admin.call.showtimes.list({ theaterId: berlin.id, date: '2027-07-01' });
  expect(found.items.map(({ id }) => id)).toEqual([showtimeId]);
  await sql('delete from showtimes');
});

describe('another table of time zones', () => {
  const version = async () =>
    (await sql('select version from zone_data order by version')).rows as unknown[];
  const localOf = async (id: string) => {
    const { rows } = await sql('select local_start::text as local from showtimes where id = $1', [
      id,
    ]);
    return (rows[0] as { local: string }).local;
  };

  test('a newer one moves upcoming shows, an older one none', async () => {
    const { id: theaterId } = await aHall('Europe/Paris');
    const { id } = await aShow(theaterId, '2027-06-05T20:00:00Z');
    const other = `update showtimes set local_start = '2027-06-05 21:00' where id = $1`;
    await sql(other, [id]);
    expect(await applyZoneData(running.app, '2026c')).toBe(1);
    expect(await localOf(id)).toBe('2027-06-05 22:00:00');
    await sql(other, [id]);
    expect(await applyZoneData(running.app, '2026b')).toBe(0);
    expect(await applyZoneData(running.app, '2026c')).toBe(1);
    expect(await applyZoneData(running.app, '2027a')).toBe(0);
    expect(await version()).toEqual([{ version: '2026c' }, { version: '2027a' }]);
    await sql('delete from showtimes');
  });

  test('a statement that knows nothing of local times leaves none that is stale', async () => {
    const { id: theaterId } = await aHall('Europe/Paris');
    const { id } = await aShow(theaterId, '2027-06-05T20:00:00Z');
    await sql(
      `update showtimes set start_time = '2027-06-06T20:00Z', end_time = '2027-06-06T21:00Z',
         blocked_until = '2027-06-06T22:00Z' where id = $1`,
      [id],
    );
    expect(await localOf(id)).toBe('2027-06-06 22:00:00');
    await sql('delete from showtimes');
  });
});
