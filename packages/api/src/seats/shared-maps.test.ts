import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser } from '../../test/builders.ts';
import type { Scene, ShowtimeOptions } from '../../test/builders.ts';
import { MemoryStore } from '../../test/memory-store.ts';
import type { SeatMap, SeatsEvent } from './schema.ts';

/* Two servers that share anonymous maps in a store, and one that reads all for itself. */

const store = new MemoryStore();
let one: TestApp;
let other: TestApp;
let alone: TestApp;
beforeAll(async () => {
  one = await createTestApp({}, undefined, { snapshots: store });
  other = await createTestApp({}, one.databaseUrl, { snapshots: store });
  alone = await createTestApp({}, one.databaseUrl);
});
afterAll(async () => {
  await other.close();
  await alone.close();
  await one.close();
});
beforeEach(() => store.values.clear());

const mapAt = ({ app }: TestApp, showtimeId: string): Promise<SeatMap> =>
  callerOf(app).showtimes.seats({ showtimeId });

/** How often a server reads claims while `work` runs. */
async function readingsOf<Result>({ app }: TestApp, work: () => Promise<Result>) {
  const spy = vi.spyOn(app.pool, 'query');
  const result = await work();
  const texts = spy.mock.calls.map(([sent]) => (sent as unknown as { text: string }).text);
  spy.mockRestore();
  return { result, readings: texts.filter((text) => text.includes('from seat_claims c')).length };
}

/** The map that the second server takes from the first, and the one that it has to equal. */
async function sharedMap(showtimeId: string) {
  await mapAt(one, showtimeId);
  const { result: map, readings } = await readingsOf(other, () => mapAt(other, showtimeId));
  const expected = await mapAt(alone, showtimeId);
  return { map, readings, expected: { ...expected, now: map.now } };
}

/** A show of six seats: locked, sold, blocked, out of order, and free ones of two prices. */
async function aMixedShow(options: ShowtimeOptions = {}) {
  const overrides = [
    { position: 5, seatType: 'vip' as const },
    { position: 6, outOfOrder: true as const },
  ];
  const scene = await aShowtime(one.app, {
    rows: [{ label: 'Ä', seats: 6, overrides }],
    ...options,
  });
  const user = await aUser(one.app);
  const showtimeId = scene.showtime.id;
  const [locked = '', sold = '', blocked = ''] = scene.seatIds;
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: [sold] });
  await user.call.reservations.create({ showtimeId, seatIds: [sold] });
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: [locked] });
  await scene.admin.call.showtimes.blockSeats({ showtimeId, seatIds: [blocked], kind: 'house' });
  return { ...scene, user };
}

async function end({ showtime }: Scene): Promise<void> {
  const { pool } = one.app;
  const ended = `update showtimes set start_time = now() - interval '3 hours',
      end_time = now() - interval '1 hour', blocked_until = now() - interval '1 hour'
    where id = $1`;
  await pool.query(ended, [showtime.id]);
  const bought = [
    ['reservations', 'created_at'],
    ['reservation_events', 'created_at'],
    ['seat_claims', 'locked_at'],
  ] as const;
  for (const [table, column] of bought) {
    const earlier = `update ${table} set ${column} = ${column} - interval '4 hours' where showtime_id = $1`;
    await pool.query(earlier, [showtime.id]);
  }
}

describe('a map that another server has read', () => {
  test('is the same map, and costs the database nothing', async () => {
    const { showtime } = await aMixedShow();
    const { map, readings, expected } = await sharedMap(showtime.id);

    expect(readings).toBe(0);
    expect(map).toEqual(expected);
    expect(map.counts).toEqual({ total: 6, available: 2, locked: 1, reserved: 1, blocked: 2 });
  });

  test('has the clock of the reading', async () => {
    const { showtime } = await aMixedShow();
    const first = await mapAt(one, showtime.id);
    expect((await mapAt(other, showtime.id)).now).toEqual(first.now);
  });

  test('is the same when the show has been cancelled', async () => {
    const { admin, showtime } = await aMixedShow();
    await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason: 'other' });
    const { map, readings, expected } = await sharedMap(showtime.id);

    expect([readings, map.counts.blocked]).toEqual([0, 6]);
    expect(map).toEqual(expected);
  });

  test('is the same when the show has ended, in a hall that was edited since', async () => {
    const scene = await aMixedShow();
    await end(scene);
    const input = { theaterId: scene.theater.id, rows: [{ label: 'B', seats: 2 }] };
    await scene.admin.call.theaters.update(input);
    const { map, readings, expected } = await sharedMap(scene.showtime.id);

    expect([readings, map.seats.length]).toEqual([0, 6]);
    expect(map).toEqual(expected);
  });

  test('shares what has not changed with the one before, but for the clock', async () => {
    const { showtime, user, seatIds } = await aMixedShow();
    const { app } = other;
    await mapAt(one, showtime.id);
    const first = await app.seatMaps.recent(showtime.id);
    const later = async (seconds: number) => {
      const clock = performance.now() + seconds * 1_000;
      const spy = vi.spyOn(performance, 'now').mockReturnValue(clock);
      store.clock += 1_000;
      await mapAt(one, showtime.id);
      const reading = await app.seatMaps.recent(showtime.id);
      spy.mockRestore();
      return reading;
    };
    const second = await later(1);
    await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: seatIds.slice(3, 4) });
    const third = await later(2);

    expect(second.map.seats).toBe(first.map.seats);
    expect(second.map.now.getTime()).toBeGreaterThanOrEqual(first.map.now.getTime());
    expect(third.map.seats.map(({ status }) => status)[3]).toBe('locked');
  });
});

describe('a theater that is edited between', () => {
  test('has no map of old claims in a new layout', async () => {
    const { admin, theater, showtime } = await aShowtime(one.app, { seats: 3 });
    await mapAt(one, showtime.id);
    const overrides = [{ position: 2, outOfOrder: true as const }];
    const rows = [{ label: 'A', seats: 3, overrides }];
    await admin.call.theaters.update({ theaterId: theater.id, rows });
    const { result: map, readings } = await readingsOf(other, () => mapAt(other, showtime.id));

    expect(readings).toBe(1);
    expect(map.seats.map(({ status }) => status)).toEqual(['available', 'blocked', 'available']);
  });

  test('past the product has no map that does not fit either', async () => {
    const { showtime, seatIds } = await aShowtime(one.app, { seats: 2 });
    await mapAt(one, showtime.id);
    await one.app.pool.query(`update seats set row_label = 'Z' where id = any ($1)`, [seatIds]);
    const { result: map, readings } = await readingsOf(other, () => mapAt(other, showtime.id));

    expect(readings).toBe(1);
    expect(map.seats.map(({ rowLabel }) => rowLabel)).toEqual(['Z', 'Z']);
  });
});

test('what is shared has no user, no price of a lock and no end of one', async () => {
  const { showtime, user, admin, seatIds } = await aMixedShow({ price: '71.00' });
  await admin.call.showtimes.update({ showtimeId: showtime.id, price: '72.00' });
  await mapAt(one, showtime.id);
  const { rows } = await one.app.pool.query<{ end: Date }>(
    'select lock_end(expires_at, paying_id) as "end" from seat_claims where seat_id = $1',
    [seatIds[0]],
  );
  const [, value = ''] = store.snapshots.find(([key]) => key.endsWith(showtime.id)) ?? [];

  expect(value).toContain('"seats":"lrbaab"');
  expect(value).not.toContain(user.id);
  expect(value).not.toContain(admin.id);
  expect(value).not.toContain('71.00');
  expect(value).not.toContain(rows[0]?.end.toISOString().slice(0, 16) ?? '');
});

test('signed-in callers read what they have just done, whatever is shared', async () => {
  const { showtime, seatIds } = await aShowtime(one.app, { seats: 2 });
  const user = await aUser(other.app);
  const showtimeId = showtime.id;
  await mapAt(one, showtimeId);
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: seatIds.slice(0, 1) });
  const own = await user.call.showtimes.seats({ showtimeId });

  expect(own.seats.map(({ status, yours }) => [status, yours])).toEqual([
    ['locked', true],
    ['available', undefined],
  ]);
  expect(JSON.stringify(await mapAt(other, showtimeId))).not.toContain('yours');
});

test('a value that is no map of ours is read from the database, and costs no error', async () => {
  const { showtime } = await aMixedShow();
  await mapAt(one, showtime.id);
  for (const [key, value] of store.snapshots) {
    store.put(key, value.replace('lrb', 'bbb'), 250);
  }
  store.clock += 100;
  const { result: map, readings } = await readingsOf(other, () => mapAt(other, showtime.id));

  expect(readings).toBe(1);
  expect(map.counts.reserved).toBe(1);
  expect(other.errors).toEqual([]);
});

test('a show that does not exist is that, and nothing of it is shared', async () => {
  const showtimeId = '01900000-0000-7000-8000-000000000000';
  await expect(mapAt(one, showtimeId)).rejects.toThrow('No showtime');
  expect(store.snapshots).toEqual([]);
});

test('a viewer sees no change undone by a reading of another server', async () => {
  const { showtime, seatIds } = await aShowtime(one.app, { seats: 2 });
  const user = await aUser(one.app);
  const showtimeId = showtime.id;
  // The other server puts a reading from before the lock where this one finds it after the lock.
  const earlier = await mapAt(one, showtimeId);
  const [snapshot] = store.snapshots;
  await user.call.showtimes.lockSeats({ showtimeId, seatIds: seatIds.slice(0, 1) });
  store.values.clear();
  const leave = new AbortController();
  const live = other.app.seatMaps.watch(showtimeId, { signal: leave.signal });
  await live.next();
  const events: SeatsEvent[] = [];
  const watching = (async () => {
    for await (const event of live as AsyncIterable<SeatsEvent>) {
      events.push(event);
    }
  })();
  if (snapshot) {
    store.put(...snapshot, 250);
  }
  const found = vi.spyOn(store, 'find');
  await vi.waitFor(() => expect(found.mock.calls.length).toBeGreaterThan(1), 5_000);
  found.mockRestore();
  leave.abort();
  await watching;

  expect(earlier.counts.locked).toBe(0);
  expect(events).toHaveLength(1);
  expect(events[0]?.seats[0]?.status).toBe('locked');
});
