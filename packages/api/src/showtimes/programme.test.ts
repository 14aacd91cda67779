import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, days, hours, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { noObserver } from '../observer.ts';
import { serviceContext } from '../service-context.ts';
import type { SeatRow } from '../theaters/schema.ts';
import { selectProgramme } from './programme.ts';
import { Programmes } from './programmes.ts';
import type { Programme } from './schema.ts';

let running: TestApp;
let admin: Person;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

/** The programme as the database has it now; the one that is shared may be a second old. */
function freshProgramme(siteId: string, date: string) {
  const request = {
    requestId: randomUUID(),
    remoteAddress: '127.0.0.1',
    notes: { idempotencyReplayed: false },
  };
  return selectProgramme(serviceContext(running.app, request), { siteId, date });
}

interface Scheduled {
  title?: string;
  startTime: string;
  rows?: SeatRow[];
  timezone?: string;
  price?: string;
  seatTypePrices?: { premium?: string; vip?: string };
}

async function aSite(input: { businessDayStartsAt?: string } = {}): Promise<string> {
  const { id } = await admin.call.sites.create({
    name: `Site ${randomUUID()}`,
    timezone: 'UTC',
    ...input,
  });
  return id;
}

/** A show in a theater of its own. */
async function schedule(siteId: string, { title, startTime, rows, ...show }: Scheduled) {
  const { timezone = 'UTC', price = '10.00', seatTypePrices } = show;
  const theater = await admin.call.theaters.create({
    name: `Theater ${randomUUID()}`,
    timezone,
    siteId,
    rows: rows ?? [{ label: 'A', seats: 4 }],
  });
  const movie = await admin.call.movies.create({
    title: title ?? `Movie ${randomUUID()}`,
    genre: 'Drama',
    durationMinutes: 90,
    minimumAge: 12,
  });
  return admin.call.showtimes.create({
    movieId: movie.id,
    theaterId: theater.id,
    startTime,
    price,
    ...(seatTypePrices ? { seatTypePrices } : {}),
  });
}

test('has the movies by title as people sort, and their shows by start', async () => {
  const siteId = await aSite();
  const late = await schedule(siteId, { title: 'éclair', startTime: '2036-05-01T21:00:00Z' });
  await schedule(siteId, { title: 'Zoo', startTime: '2036-05-01T10:00:00Z' });
  await schedule(siteId, { title: 'Fargo', startTime: '2036-05-01T12:00:00Z' });
  const { call } = admin;
  const early = await call.showtimes.create({
    movieId: late.movie.id,
    theaterId: late.theater.id,
    startTime: '2036-05-01T09:05:00Z',
    price: '8.00',
  });

  const programme = await freshProgramme(siteId, '2036-05-01');
  expect(programme.map(({ movie }) => movie.title)).toEqual(['éclair', 'Fargo', 'Zoo']);
  expect(programme[0]).toEqual({
    movie: {
      id: late.movie.id,
      title: 'éclair',
      posterUrl: null,
      genre: 'Drama',
      durationMinutes: 90,
      contentRating: null,
      minimumAge: 12,
      ageRule: 'advisory',
    },
    showtimes: [
      {
        id: early.id,
        startTime: new Date('2036-05-01T09:05:00Z'),
        localTime: '09:05',
        theater: late.theater,
        availability: { total: 4, available: 4 },
        priceFrom: '8.00',
        currency: 'USD',
      },
      expect.objectContaining({ id: late.id, localTime: '21:00', priceFrom: '10.00' }),
    ],
  });
});

test('a day is the business day of the site, on the clock of each theater', async () => {
  const siteId = await aSite({ businessDayStartsAt: '06:00' });
  const timezone = 'Asia/Tokyo';
  // In Tokyo, on 2 May: 05:59, which is still 1 May; 06:00; and 00:30 of the night after.
  const before = await schedule(siteId, { timezone, startTime: '2036-05-01T20:59:00Z' });
  const first = await schedule(siteId, { timezone, startTime: '2036-05-01T21:00:00Z' });
  const last = await schedule(siteId, { timezone, startTime: '2036-05-02T15:30:00Z' });
  const elsewhere = await schedule(siteId, { startTime: '2036-05-03T05:30:00Z' });

  const shown = async (date: string) => {
    const programme = await freshProgramme(siteId, date);
    const shows = programme.flatMap(({ showtimes }) => showtimes);
    return shows.map(({ id, localTime }) => `${localTime} ${id}`).toSorted();
  };
  expect(await shown('2036-05-01')).toEqual([`05:59 ${before.id}`]);
  expect(await shown('2036-05-02')).toEqual(
    [`00:30 ${last.id}`, `05:30 ${elsewhere.id}`, `06:00 ${first.id}`].toSorted(),
  );
  const listed = await admin.call.showtimes.list({ siteId, date: '2036-05-02' });
  expect(listed.items).toHaveLength(3);
});

test('a night with 25 hours shows both walls', async () => {
  const siteId = await aSite();
  const timezone = 'Europe/Vienna';
  await schedule(siteId, { timezone, startTime: '2036-10-26T00:30:00Z' });
  await schedule(siteId, { timezone, startTime: '2036-10-26T01:30:00Z' });
  const programme = await freshProgramme(siteId, '2036-10-26');
  const shows = programme.flatMap(({ showtimes }) => showtimes);
  expect(shows.map(({ localTime }) => localTime)).toEqual(['02:30', '02:30']);
});

test('leaves cancelled and deleted shows out, and keeps those that have begun', async () => {
  const { theater, showtime, movieId } = await aShowtime(running.app, { startsIn: -hours(1) });
  const start = (inDays: number) => new Date(showtime.startTime.getTime() + days(inDays));
  const input = { movieId, theaterId: theater.id, price: '10.00' };
  const cancelled = await admin.call.showtimes.create({ ...input, startTime: start(1) });
  await admin.call.showtimes.cancel({ showtimeId: cancelled.id, reason: 'Broken' });
  const deleted = await admin.call.showtimes.create({ ...input, startTime: start(2) });
  await admin.call.showtimes.delete({ showtimeId: deleted.id });
  const archived = await admin.call.showtimes.create({ ...input, startTime: start(3) });
  const archive = 'update showtimes set archived_at = now() where id = $1';
  await running.app.pool.query(archive, [archived.id]);

  const shown = async (inDays: number) => {
    const date = start(inDays).toISOString().slice(0, 10);
    const programme = await freshProgramme(theater.siteId, date);
    const item = programme.find(({ movie }) => movie.id === movieId);
    return item?.showtimes.map(({ id }) => id);
  };
  expect(await shown(0)).toEqual([showtime.id]);
  expect(await shown(1)).toBeUndefined();
  expect(await shown(2)).toBeUndefined();
  expect(await shown(3)).toBeUndefined();
});

test('counts what the list of showtimes counts, also of a show that has ended', async () => {
  const siteId = await aSite();
  const rows: SeatRow[] = [
    { label: 'A', seats: 6, overrides: [{ position: 6, outOfOrder: true }] },
  ];
  const show = await schedule(siteId, { rows, startTime: '2036-06-01T10:00:00Z' });
  const { seats } = await admin.call.showtimes.seats({ showtimeId: show.id });
  const ids = seats.map(({ id }) => id);
  const user = await aUser(running.app);
  const seatIds = ids.slice(0, 2);
  await user.call.showtimes.lockSeats({ showtimeId: show.id, seatIds });
  await user.call.reservations.create({ showtimeId: show.id, seatIds });
  await user.call.showtimes.lockSeats({ showtimeId: show.id, seatIds: ids.slice(2, 3) });
  // Out of order and blocked as well: one seat.
  const block = { seatIds: ids.slice(4), kind: 'house' } as const;
  await admin.call.showtimes.blockSeats({ showtimeId: show.id, ...block });

  const counted = async (date: string) => {
    const [item] = await freshProgramme(siteId, date);
    const { availability } = await admin.call.showtimes.get({ showtimeId: show.id });
    return [item?.showtimes[0]?.availability, availability];
  };
  expect(await counted('2036-06-01')).toEqual([
    { total: 6, available: 1 },
    { total: 6, available: 1 },
  ]);

  const ended = `update showtimes set start_time = '2026-01-02T10:00Z', end_time = '2026-01-02T12:00Z',
      local_start = '2026-01-02T10:00', blocked_until = '2026-01-02T12:00Z'
    where id = $1`;
  await running.app.pool.query(ended, [show.id]);
  for (const [table, column] of [
    ['reservations', 'created_at'],
    ['reservation_events', 'created_at'],
    ['seat_claims', 'locked_at'],
  ]) {
    const earlier = `update ${table} set ${column} = '2026-01-01' where showtime_id = $1`;
    await running.app.pool.query(earlier, [show.id]);
  }
  const layout = [{ label: 'A', seats: 6 }];
  await admin.call.theaters.update({ theaterId: show.theater.id, rows: layout });
  expect(await counted('2026-01-02')).toEqual([
    { total: 6, available: 3 },
    { total: 6, available: 3 },
  ]);
});

describe('the price from which there are tickets', () => {
  test('is that of the cheapest seat type in the theater', async () => {
    const siteId = await aSite();
    const priced = { price: '12.00', startTime: '2036-07-01T10:00:00Z' };
    const priceOf = async (rows: SeatRow[], seatTypePrices: Scheduled['seatTypePrices']) => {
      const show = await schedule(siteId, {
        ...priced,
        rows,
        seatTypePrices: seatTypePrices ?? {},
      });
      const programme = await freshProgramme(siteId, '2036-07-01');
      const shows = programme.flatMap(({ showtimes }) => showtimes);
      return shows.find(({ id }) => id === show.id)?.priceFrom;
    };
    const vip: SeatRow = { label: 'V', seats: 1, seatType: 'vip' };
    const regular: SeatRow = { label: 'A', seats: 1 };
    expect(await priceOf([vip], { vip: '20.00' })).toBe('20.00');
    expect(await priceOf([vip], {})).toBe('12.00');
    expect(await priceOf([vip, regular], { vip: '20.00' })).toBe('12.00');
    expect(await priceOf([vip, regular], { vip: '9.00' })).toBe('9.00');
  });

  test('is that of the cheapest ticket type, where a seat type may have no price of its own', async () => {
    const siteId = await aSite();
    const [standard] = (await admin.call.ticketTypes.list({})).items;
    const child = await admin.call.ticketTypes.create({ code: randomUUID(), name: 'Child' });
    const list = await admin.call.priceLists.create({
      name: 'Prices',
      items: [
        { ticketTypeId: standard?.id ?? '', seatType: 'regular', price: '14.00' },
        { ticketTypeId: standard?.id ?? '', seatType: 'vip', price: '18.00' },
        { ticketTypeId: child.id, seatType: 'regular', price: '7.50' },
      ],
    });
    const show = await schedule(siteId, {
      startTime: '2036-07-02T10:00:00Z',
      rows: [{ label: 'V', seats: 1, seatType: 'vip' }],
    });
    await admin.call.showtimes.delete({ showtimeId: show.id });
    await admin.call.showtimes.create({
      movieId: show.movie.id,
      theaterId: show.theater.id,
      startTime: show.startTime,
      priceListId: list.id,
    });
    const [item] = await freshProgramme(siteId, '2036-07-02');
    expect(item?.showtimes[0]?.priceFrom).toBe('7.50');
  });
});

test('refuses days that there are not, other keys, and sites that there are not', async () => {
  const { programme } = callerOf(running.app).showtimes;
  for (const date of ['2026-02-30', '0000-01-01', '9999-12-31', '2026-1-1', 'today', '']) {
    expect(await refusalOf(programme({ date }))).toMatchObject({ code: 'VALIDATION_ERROR' });
  }
  const other = { date: '2036-05-01', limit: 1 };
  expect(await refusalOf(programme(other))).toMatchObject({ code: 'VALIDATION_ERROR' });
  const siteId = '00000000-0000-7000-8000-000000000000';
  const refusal = await refusalOf(programme({ date: '2036-05-01', siteId }));
  expect(refusal).toMatchObject({ code: 'NOT_FOUND' });
});

describe('readings', () => {
  /** How often the schedule is read while `work` runs. */
  async function readingsDuring(work: () => Promise<unknown>): Promise<number> {
    const spy = vi.spyOn(running.app.pool, 'query');
    await work();
    const texts = spy.mock.calls.map(([sent]) => (sent as unknown as { text: string }).text);
    spy.mockRestore();
    return texts.filter((text) => text.includes('with shows as')).length;
  }

  test('one is shared by all who ask within a second, and then there is another', async () => {
    const siteId = await aSite();
    const show = await schedule(siteId, { startTime: '2036-08-01T10:00:00Z' });
    const { programme } = callerOf(running.app).showtimes;
    const input = { siteId, date: '2036-08-01' };
    const now = vi.spyOn(performance, 'now').mockReturnValue(10_000);
    const all = [programme(input), programme(input), admin.call.showtimes.programme(input)];
    expect(await readingsDuring(() => Promise.all(all))).toBe(1);
    const [first] = (await Promise.all(all))[0] ?? [];
    expect(first?.showtimes[0]?.priceFrom).toBe('10.00');
    await admin.call.showtimes.update({ showtimeId: show.id, price: '11.00' });

    now.mockReturnValue(10_999);
    expect((await programme(input))[0]).toBe(first);
    now.mockReturnValue(11_000);
    expect((await programme(input))[0]?.showtimes[0]?.priceFrom).toBe('11.00');
    now.mockRestore();
  });

  test('a slow database is asked once, however long it takes', async () => {
    const { promise, resolve } = Promise.withResolvers<Programme>();
    const select = vi.fn<() => Promise<Programme>>(() => promise);
    const programmes = new Programmes({ observer: noObserver });
    const now = vi.spyOn(performance, 'now').mockReturnValue(10_000);
    const first = programmes.read({ date: '2036-08-01' }, select);
    now.mockReturnValue(20_000);
    const second = programmes.read({ date: '2036-08-01' }, select);
    now.mockRestore();
    resolve([]);
    expect(await second).toBe(await first);
    expect(select).toHaveBeenCalledTimes(1);
  });

  test('one that failed is not kept', async () => {
    const programmes = new Programmes({ observer: noObserver });
    const input = { date: '2036-08-01' };
    const failing = programmes.read(input, async () => {
      throw new Error('away');
    });
    await expect(failing).rejects.toThrow('away');
    expect(await programmes.read(input, async () => [])).toEqual([]);
  });

  test('a flood of days does not fill the memory', async () => {
    const programmes = new Programmes({ observer: noObserver });
    const dates = Array.from({ length: 300 }, (_, index) =>
      new Date(Date.UTC(2040, 0, 1 + index)).toISOString().slice(0, 10),
    );
    await Promise.all(dates.map((date) => programmes.read({ date }, async () => [])));
    expect(programmes.kept).toBe(100);
    const now = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 5_000);
    await programmes.read({ date: '2036-08-01' }, async () => []);
    now.mockRestore();
    expect(programmes.kept).toBe(1);
  });
});
