import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser } from '../../test/builders.ts';
import type { ShowtimeOptions } from '../../test/builders.ts';
import { serviceContext } from '../service-context.ts';
import type { SeatRow } from '../theaters/schema.ts';
import { drawShowtimeSeats, drawTheaterSeats } from './seat-pictures.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

const context = () =>
  serviceContext(running.app, {
    requestId: randomUUID(),
    remoteAddress: '127.0.0.1',
    notes: { idempotencyReplayed: false },
  });

const titlesOf = (picture: string) =>
  [...picture.matchAll(/<title>([^<]+)<\/title>/g)].map(([, title]) => title);

const broken: SeatRow[] = [
  { label: 'A', seats: 5, overrides: [{ position: 5, outOfOrder: true }] },
];

/** A show with one seat sold, one locked and one blocked, and one out of order. */
async function aSale(options: ShowtimeOptions = {}) {
  const scene = await aShowtime(running.app, { rows: broken, ...options });
  const { admin, seatIds } = scene;
  const showtimeId = scene.showtime.id;
  const [sold, locked, blocked] = seatIds.map((id) => [id]);
  const user = await aUser(running.app);
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: sold ?? [] });
  await user.call.reservations.create({ showtimeId, seatIds: sold ?? [] });
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: locked ?? [] });
  await admin.call.showtimes.blockSeats({ showtimeId, seatIds: blocked ?? [], kind: 'house' });
  return { ...scene, showtimeId };
}

test('a picture of a show has what anyone may see of its seats, under the version of its map', async () => {
  const { admin, showtimeId } = await aSale();
  const picture = await drawShowtimeSeats(context(), showtimeId);
  expect(titlesOf(picture.text)).toEqual([
    'Row A, seat 1, regular, sold',
    'Row A, seat 2, regular, locked by a customer',
    'Row A, seat 3, regular, not for sale',
    'Row A, seat 4, regular, free',
    'Row A, seat 5, regular, not for sale',
  ]);
  expect(picture.text).toContain('aria-label="Seats of the show: 1 of 5 free"');
  expect(picture.version).toBe((await admin.call.showtimes.seats({ showtimeId })).version);
});

test('a picture is drawn once for as long as the seats stay the same', async () => {
  const { showtime, seatIds } = await aShowtime(running.app, { seats: 2 });
  const read = async () => {
    // A reading of its own: the one that is shared may be 250 ms old.
    await running.app.seatMaps.read(showtime.id);
    return drawShowtimeSeats(context(), showtime.id);
  };
  const first = await read();
  expect(await read()).toBe(first);
  const user = await aUser(running.app);
  await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) });
  await expect.poll(async () => (await read()).version).not.toBe(first.version);
});

test('every seat of a cancelled show is not for sale', async () => {
  const { admin, showtimeId } = await aSale();
  await admin.call.showtimes.cancel({ showtimeId, reason: 'Broken' });
  const { text } = await drawShowtimeSeats(context(), showtimeId);
  expect(titlesOf(text).filter((title) => !title?.endsWith(', not for sale'))).toEqual([]);
});

test('a show that has ended keeps the hall that it had', async () => {
  const { admin, showtimeId, theater } = await aSale();
  const ended = `update showtimes set start_time = now() - interval '3 hours',
      end_time = now() - interval '1 hour', blocked_until = now() - interval '1 hour'
    where id = $1`;
  await running.app.pool.query(ended, [showtimeId]);
  for (const [table, column] of [
    ['reservations', 'created_at'],
    ['reservation_events', 'created_at'],
    ['seat_claims', 'locked_at'],
  ]) {
    const earlier = `update ${table} set ${column} = ${column} - interval '4 hours' where showtime_id = $1`;
    await running.app.pool.query(earlier, [showtimeId]);
  }
  const rows: SeatRow[] = [{ label: 'Z', seats: 2 }];
  await admin.call.theaters.update({ theaterId: theater.id, rows });

  const { text } = await drawShowtimeSeats(context(), showtimeId);
  expect(titlesOf(text)).toHaveLength(5);
  expect(titlesOf(text)[0]).toBe('Row A, seat 1, regular, sold');
  const layout = await drawTheaterSeats(context(), theater.id);
  expect(titlesOf(layout.text)).toEqual(['Row Z, seat 1, regular', 'Row Z, seat 2, regular']);
});

describe('a picture of a theater', () => {
  test('has its seats without a show', async () => {
    const { theater } = await aShowtime(running.app, { rows: broken });
    const { text } = await drawTheaterSeats(context(), theater.id);
    expect(text).toContain(`aria-label="Seats of ${theater.name}"`);
    expect(titlesOf(text)).toEqual([
      ...[1, 2, 3, 4].map((seat) => `Row A, seat ${seat}, regular`),
      'Row A, seat 5, regular, out of order',
    ]);
  });

  test('is another when its name or its layout is, and the same until then', async () => {
    const { admin, theater } = await aShowtime(running.app, { seats: 2 });
    const theaterId = theater.id;
    const first = await drawTheaterSeats(context(), theaterId);
    expect(await drawTheaterSeats(context(), theaterId)).toBe(first);
    await admin.call.theaters.update({ theaterId, name: 'Renamed' });
    const second = await drawTheaterSeats(context(), theaterId);
    await admin.call.theaters.update({ theaterId, rows: [{ label: 'A', seats: 1 }] });
    const third = await drawTheaterSeats(context(), theaterId);
    expect(new Set([first, second, third].map(({ version }) => version)).size).toBe(3);
    expect([second, third].map(({ text }) => text.includes('Seats of Renamed'))).toEqual([
      true,
      true,
    ]);
    expect(titlesOf(third.text)).toHaveLength(1);
  });

  test('has the name and the layout of one moment, also while they are edited', async () => {
    const { admin, theater } = await aShowtime(running.app, { seats: 1 });
    const { seatMaps } = running.app;
    const layoutOf = seatMaps.layoutOf.bind(seatMaps);
    vi.spyOn(seatMaps, 'layoutOf').mockImplementationOnce(async (db, theaterId) => {
      const { revision } = await admin.call.theaters.update({ theaterId, name: 'Renamed' });
      return layoutOf(db, theaterId, revision);
    });
    const { text } = await drawTheaterSeats(context(), theater.id);
    expect(text).toContain('aria-label="Seats of Renamed"');
  });
});
