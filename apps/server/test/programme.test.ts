import { anAdmin, aShowtime } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/* The programme of a day over HTTP: one small answer for a screen, made once for all who ask. */

const date = '2036-09-01';
const screens = 20;
const showsPerScreen = 6;

let server: TestServer;
let admin: Person;
let siteId: string;
beforeAll(async () => {
  server = await startTestServer();
  admin = await anAdmin(server.app);
  siteId = await aDay();
}, 60_000);
afterAll(() => server.close());

/** A cinema with 20 screens of 20 movies, and six shows of each on the day. */
async function aDay(): Promise<string> {
  const { call } = admin;
  const site = await call.sites.create({ name: 'Twenty screens', timezone: 'Europe/Vienna' });
  for (let screen = 1; screen <= screens; screen += 1) {
    const theater = await call.theaters.create({
      name: `Screen ${screen}`,
      timezone: 'Europe/Vienna',
      siteId: site.id,
      rows: [{ label: 'A', seats: 20 }],
    });
    const movie = await call.movies.create({
      title: `The story of a title that is long, part ${screen}`,
      genre: 'Science fiction',
      durationMinutes: 100 + screen,
      contentRating: 'PG-13',
    });
    for (let show = 0; show < showsPerScreen; show += 1) {
      const startTime = new Date(Date.UTC(2036, 8, 1, 7 + 2.5 * show, screen));
      const input = { movieId: movie.id, theaterId: theater.id, startTime, price: '12.50' };
      await call.showtimes.create(input);
    }
  }
  return site.id;
}

const route = (query: string) => `${server.url}/api/v1/programme?${query}`;

test('the day of 20 screens is one answer of less than 20 kB', async () => {
  const response = await fetch(route(`siteId=${siteId}&date=${date}`));
  expect(response.headers.get('content-encoding')).toBe('gzip');
  const { data } = (await response.json()) as { data: { showtimes: object[] }[] };
  const shows = data.flatMap(({ showtimes }) => showtimes);
  expect([data.length, shows.length]).toEqual([screens, screens * showsPerScreen]);
  expect(Number(response.headers.get('content-length'))).toBeLessThan(20_000);
});

describe('an answer that a client has', () => {
  const get = (tag?: string) =>
    fetch(route(`siteId=${siteId}&date=${date}`), {
      headers: tag === undefined ? {} : { 'if-none-match': tag },
    });

  test('is not sent again until something changes', async () => {
    const first = await get();
    const tag = first.headers.get('etag') ?? '';
    const again = await get(tag);
    expect([first.status, again.status]).toEqual([200, 304]);
    expect([again.headers.get('etag'), await again.text()]).toEqual([tag, '']);
    for (const { headers } of [first, again]) {
      expect(headers.get('cache-control')).toBe('private, no-cache');
    }

    const { items } = await admin.call.showtimes.list({ siteId, date, limit: 1 });
    const showtimeId = items[0]?.id ?? '';
    await admin.call.showtimes.update({ showtimeId, price: '9.00' });
    await expect.poll(async () => (await get(tag)).status, { timeout: 3_000 }).toBe(200);
  });
});

test('a day without a show is empty on both surfaces', async () => {
  const none = { siteId, date: '2037-01-01' };
  const response = await fetch(route(new URLSearchParams(none).toString()));
  expect(await response.json()).toEqual({ success: true, data: [], message: 'OK' });
  const { showtimes } = createMatinee({ url: server.url });
  expect(await showtimes.programme(none)).toEqual([]);
});

test('the SDK has dates and amounts, as of a list', async () => {
  const { showtime } = await aShowtime(server.app, { price: '11.50' });
  const day = showtime.startTime.toISOString().slice(0, 10);
  const programme = await createMatinee({ url: server.url }).showtimes.programme({ date: day });
  const shows = programme.flatMap(({ showtimes }) => showtimes);
  expect(shows.find(({ id }) => id === showtime.id)).toMatchObject({
    startTime: showtime.startTime,
    localTime: showtime.startTime.toISOString().slice(11, 16),
    priceFrom: '11.50',
  });
});

test.each([
  ['date=2026-02-30', 400],
  ['date=0000-01-01', 400],
  ['date=2200-01-01', 400],
  ['date=', 400],
  ['', 400],
  [`date=${date}&day=1`, 400],
  [`date=${date}&siteId=1`, 400],
  [`date=${date}&siteId=00000000-0000-7000-8000-000000000000`, 404],
])('%s is refused with %i', async (query, status) => {
  expect((await fetch(route(query))).status).toBe(status);
});
