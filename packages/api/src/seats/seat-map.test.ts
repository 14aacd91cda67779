import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser } from '../../test/builders.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

/** How often the claims of a showtime, and layouts, are read while `work` runs. */
async function readingsDuring(work: () => Promise<unknown>) {
  const spy = vi.spyOn(running.app.pool, 'query');
  await work();
  const texts = spy.mock.calls.map(([sent]) => (sent as unknown as { text: string }).text);
  spy.mockRestore();
  const count = (part: string) => texts.filter((text) => text.includes(part)).length;
  return { claims: count('from seat_claims c'), layouts: count('seat.archived_at is not null') };
}

test('a layout is read once, and an edit of it shows immediately', async () => {
  const { admin, theater, showtime, seatIds } = await aShowtime(running.app, { seats: 3 });
  const showtimeId = showtime.id;
  const read = () => admin.call.showtimes.seats({ showtimeId });
  const statuses = async () => (await read()).seats.map(({ status }) => status);

  expect((await readingsDuring(read)).layouts).toBe(1);
  expect((await readingsDuring(read)).layouts).toBe(0);
  expect(await statuses()).toEqual(['available', 'available', 'available']);

  const broken = { position: 2, outOfOrder: true } as const;
  const rows = [{ label: 'A', seats: 3, overrides: [broken] }];
  await admin.call.theaters.update({ theaterId: theater.id, rows });
  expect(await statuses()).toEqual(['available', 'blocked', 'available']);

  await admin.call.theaters.update({ theaterId: theater.id, rows: [{ label: 'A', seats: 1 }] });
  expect((await read()).seats.map(({ id }) => id)).toEqual(seatIds.slice(0, 1));
});

test('a change of the price shows immediately, and makes a new version', async () => {
  const { admin, showtime } = await aShowtime(running.app, { seats: 1, price: '10.00' });
  const showtimeId = showtime.id;
  const before = await admin.call.showtimes.seats({ showtimeId });
  await admin.call.showtimes.update({ showtimeId, price: '12.50' });
  const after = await admin.call.showtimes.seats({ showtimeId });

  expect([before, after].map(({ seats }) => seats[0]?.price)).toEqual(['10.00', '12.50']);
  expect(after.version).not.toBe(before.version);
});

test('a change of the features makes a new version', async () => {
  const { admin, theater, showtime } = await aShowtime(running.app, { seats: 1 });
  const showtimeId = showtime.id;
  const before = await admin.call.showtimes.seats({ showtimeId });
  const withLoop = { position: 1, features: ['hearingLoop' as const] };
  const rows = [{ label: 'A', seats: 1, overrides: [withLoop] }];
  await admin.call.theaters.update({ theaterId: theater.id, rows });
  const after = await admin.call.showtimes.seats({ showtimeId });

  expect([before, after].map(({ seats }) => seats[0]?.features)).toEqual([[], ['hearingLoop']]);
  expect(after.version).not.toBe(before.version);
});

test('a map that has not changed is shared with the reading before, but for the clock', async () => {
  const { showtime, admin, seatIds } = await aShowtime(running.app, { seats: 2 });
  const first = await running.app.seatMaps.read(showtime.id);
  const second = await running.app.seatMaps.read(showtime.id);
  await admin.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) });
  const third = await running.app.seatMaps.read(showtime.id);

  expect(second.map.seats).toBe(first.map.seats);
  expect(second.map.now.getTime()).toBeGreaterThanOrEqual(first.map.now.getTime());
  expect(third.map.seats).not.toBe(first.map.seats);
  expect(third.map.seats.map(({ status }) => status)).toEqual(['locked', 'available']);
});

test('callers who come while a map is read share the next reading', async () => {
  const { showtime } = await aShowtime(running.app, { seats: 2 });
  const read = () => running.app.seatMaps.read(showtime.id);
  await read();
  const readings = readingsDuring(() => Promise.all(Array.from({ length: 50 }, read)));

  expect(await readings).toEqual({ claims: 2, layouts: 0 });
});

test('a caller who has just locked a seat gets no reading that began before', async () => {
  const { showtime, seatIds } = await aShowtime(running.app, { seats: 1 });
  const person = await aUser(running.app);
  const { pool, seatMaps } = running.app;
  const send = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
  const slow = Promise.withResolvers<void>();
  const spy = vi.spyOn(pool, 'query').mockImplementationOnce((async (...args: unknown[]) => {
    const result = await send(...args);
    await slow.promise;
    return result;
  }) as never);
  const earlier = seatMaps.read(showtime.id);
  await person.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds });
  const own = seatMaps.read(showtime.id);
  slow.resolve();
  spy.mockRestore();

  expect((await earlier).map.seats).toMatchObject([{ status: 'available' }]);
  expect((await own).map.seats).toMatchObject([{ status: 'locked' }]);
});

test('a reading that fails keeps no later one from succeeding', async () => {
  const { showtime } = await aShowtime(running.app, { seats: 1 });
  const spy = vi.spyOn(running.app.pool, 'query').mockImplementationOnce((async () => {
    throw new Error('Connection terminated unexpectedly');
  }) as never);
  const both = [showtime.id, showtime.id].map((id) => running.app.seatMaps.read(id));
  const [first, second] = await Promise.allSettled(both);
  spy.mockRestore();

  expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
});
