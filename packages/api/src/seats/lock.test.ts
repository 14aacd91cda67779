import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, minutes, refusalOf } from '../../test/builders.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

const unknownId = '00000000-0000-7000-8000-000000000000';

/** Lets every lock of a showtime run out. */
async function expireLocks(showtimeId: string): Promise<void> {
  await running.app.pool.query(
    `update seat_claims set locked_at = locked_at - interval '1 hour',
       expires_at = clock_timestamp() - interval '1 second'
     where showtime_id = $1 and reservation_id is null`,
    [showtimeId],
  );
}

describe('lockSeats', () => {
  test('locks seats for the configured minutes, at the price of their type', async () => {
    const { showtime, theater } = await aShowtime(running.app, {
      rows: [
        { label: 'A', seats: 2 },
        { label: 'B', seats: 2, seatType: 'premium' },
        { label: 'C', seats: 1, seatType: 'vip' },
      ],
      price: '10.00',
      seatTypePrices: { vip: '25.50' },
    });
    const user = await aUser(running.app);
    const seatIds = [
      theater.seats[4]?.id ?? '',
      theater.seats[0]?.id ?? '',
      theater.seats[2]?.id ?? '',
    ];

    const lock = await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds });

    expect(lock.seats.map((seat) => seat.price)).toEqual(['10.00', '10.00', '25.50']);
    expect(lock.totalPrice).toBe('45.50');
    const [first] = lock.seats;
    const kept = (first?.expiresAt.getTime() ?? 0) - lock.now.getTime();
    expect(kept).toBeGreaterThan(minutes(10) - 1_000);
    expect(kept).toBeLessThanOrEqual(minutes(10));
    expect((first?.maxExpiresAt.getTime() ?? 0) - (first?.expiresAt.getTime() ?? 0)).toBe(
      minutes(20),
    );
  });

  test('names every seat that is taken, with the reason, and locks none', async () => {
    const { showtime, seatIds } = await aShowtime(running.app, { seats: 4 });
    const [a = '', b = '', c = '', d = ''] = seatIds;
    const holder = await aUser(running.app);
    await holder.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [a, b] });
    await holder.call.reservations.create({ showtimeId: showtime.id, seatIds: [a] });
    const other = await aUser(running.app);

    const refusal = await refusalOf(
      other.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [d, c, b, a] }),
    );

    expect(refusal).toEqual({
      code: 'SEATS_UNAVAILABLE',
      details: {
        seats: [
          { seatId: a, reason: 'reserved' },
          { seatId: b, reason: 'locked' },
        ],
      },
    });
    const { counts } = await other.call.showtimes.seats({ showtimeId: showtime.id });
    expect(counts).toMatchObject({ available: 2, locked: 1, reserved: 1 });
  });

  test('keeps what one has already, with its clock and its price', async () => {
    const { showtime, seatIds, admin } = await aShowtime(running.app);
    const [a = '', b = ''] = seatIds;
    const user = await aUser(running.app);
    const before = await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [a] });
    await admin.call.showtimes.update({ showtimeId: showtime.id, price: '99.00' });

    const after = await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [a, b] });

    expect(after.seats[0]).toEqual(before.seats[0]);
    expect(after.seats[1]?.price).toBe('99.00');
    expect(after.expiresAt).toEqual(before.expiresAt);
  });

  test('takes over a lock that has expired and was never swept', async () => {
    const { showtime, seatIds } = await aShowtime(running.app);
    const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
    const first = await aUser(running.app);
    await first.call.showtimes.lockSeats(input);
    await expireLocks(showtime.id);
    const second = await aUser(running.app);

    await second.call.showtimes.lockSeats(input);

    expect(await refusalOf(first.call.reservations.create(input))).toMatchObject({
      code: 'LOCK_EXPIRED',
    });
    await expect(second.call.reservations.create(input)).resolves.toMatchObject({
      status: 'confirmed',
    });
  });

  test('refuses more seats than one user may have', async () => {
    const { showtime, seatIds } = await aShowtime(running.app, { seats: 12 });
    const user = await aUser(running.app);
    await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: seatIds.slice(0, 4) });

    const refusal = await refusalOf(
      user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: seatIds.slice(3, 11) }),
    );

    expect(refusal).toEqual({
      code: 'SEAT_LIMIT_EXCEEDED',
      details: { limit: 10, locked: 4, requested: 8 },
    });
  });

  test('refuses more than thirty seats in all showtimes together', async () => {
    const limited = await createTestApp({ rateLimit: true });
    onTestFinished(() => limited.close());
    const shows = await Promise.all(Array.from({ length: 4 }, () => aShowtime(limited.app)));
    const user = await aUser(limited.app);
    const lockIn = (show: number, seats: number) => {
      const showtimeId = shows[show]?.showtime.id ?? '';
      const seatIds = shows[show]?.seatIds.slice(0, seats) ?? [];
      return user.call.showtimes.lockSeats({ showtimeId, seatIds });
    };
    await Promise.all([lockIn(0, 10), lockIn(1, 10), lockIn(2, 8)]);
    const details = { scope: 'account', limit: 30, locked: 28, requested: 3 };
    expect(await refusalOf(lockIn(3, 3))).toEqual({ code: 'SEAT_LIMIT_EXCEEDED', details });
    await lockIn(3, 2);
    // What is locked already counts once.
    await lockIn(0, 10);
    expect((await refusalOf(lockIn(2, 9))).details).toMatchObject({ scope: 'account' });
  });

  test('refuses seats of another theater by name', async () => {
    const { showtime, seatIds } = await aShowtime(running.app);
    const elsewhere = await aShowtime(running.app);
    const user = await aUser(running.app);
    const foreign = elsewhere.seatIds[0] ?? '';

    const refusal = await refusalOf(
      user.call.showtimes.lockSeats({
        showtimeId: showtime.id,
        seatIds: [seatIds[0] ?? '', foreign, unknownId],
      }),
    );

    expect(refusal).toEqual({ code: 'NOT_FOUND', details: { seatIds: [foreign, unknownId] } });
  });

  test('refuses a seat named twice, also in another case', async () => {
    const { showtime, seatIds } = await aShowtime(running.app);
    const [a = ''] = seatIds;
    const user = await aUser(running.app);
    const input = { showtimeId: showtime.id, seatIds: [a, a.toUpperCase()] };
    expect(await refusalOf(user.call.showtimes.lockSeats(input))).toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });

  test('refuses a seat that is out of order', async () => {
    const { showtime, seatIds } = await aShowtime(running.app, {
      rows: [{ label: 'A', seats: 2, overrides: [{ position: 2, outOfOrder: true }] }],
    });
    const user = await aUser(running.app);
    const refusal = await refusalOf(
      user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds }),
    );
    expect(refusal).toEqual({
      code: 'SEATS_UNAVAILABLE',
      details: { seats: [{ seatId: seatIds[1], reason: 'blocked' }] },
    });
  });

  test('refuses a showtime that has started, is cancelled or does not exist', async () => {
    const user = await aUser(running.app);
    const started = await aShowtime(running.app, { startsIn: -minutes(1) });
    const call = (showtimeId: string, seatIds: string[]) =>
      refusalOf(user.call.showtimes.lockSeats({ showtimeId, seatIds }));
    expect(await call(started.showtime.id, started.seatIds)).toEqual({
      code: 'SHOWTIME_STARTED',
      details: { startTime: started.showtime.startTime.toISOString() },
    });
    const cancelled = await aShowtime(running.app);
    await cancelled.admin.call.showtimes.cancel({
      showtimeId: cancelled.showtime.id,
      reason: 'The projector is broken',
    });
    expect(await call(cancelled.showtime.id, cancelled.seatIds)).toMatchObject({
      code: 'SHOWTIME_CANCELLED',
    });
    expect(await call(unknownId, started.seatIds)).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('extendLock', () => {
  async function lockedFor(secondsLeft: number, lockedMinutesAgo: number) {
    const scene = await aShowtime(running.app);
    const user = await aUser(running.app);
    const input = { showtimeId: scene.showtime.id, seatIds: scene.seatIds.slice(0, 2) };
    await user.call.showtimes.lockSeats(input);
    await running.app.pool.query(
      `update seat_claims set expires_at = clock_timestamp() + make_interval(secs => $2),
         locked_at = clock_timestamp() - make_interval(mins => $3)
       where showtime_id = $1`,
      [scene.showtime.id, secondsLeft, lockedMinutesAgo],
    );
    return { ...scene, user, input };
  }

  test('gives all locks a fresh time', async () => {
    const { user, showtime } = await lockedFor(60, 9);
    const lock = await user.call.showtimes.extendLock({ showtimeId: showtime.id });
    expect(lock.seats).toHaveLength(2);
    expect(lock.expiresAt.getTime() - lock.now.getTime()).toBe(minutes(10));
  });

  test('goes no further than the hard cap, and says when that is reached', async () => {
    const { user, input } = await lockedFor(60, 25);
    const lock = await user.call.showtimes.extendLock(input);
    expect(lock.expiresAt).toEqual(lock.maxExpiresAt);
    expect(await refusalOf(user.call.showtimes.extendLock(input))).toEqual({
      code: 'LOCK_EXTENSION_LIMIT',
      details: { maxExpiresAt: lock.maxExpiresAt.toISOString() },
    });
  });

  test('is refused without a live lock of one’s own', async () => {
    const { user, input, showtime, seatIds } = await lockedFor(60, 9);
    const other = await aUser(running.app);
    expect(await refusalOf(other.call.showtimes.extendLock({ showtimeId: showtime.id }))).toEqual({
      code: 'LOCK_EXPIRED',
      details: { seats: [] },
    });
    await expireLocks(showtime.id);
    const wanted = [...input.seatIds, seatIds[5] ?? ''];
    const refusal = await refusalOf(
      user.call.showtimes.extendLock({ showtimeId: showtime.id, seatIds: wanted }),
    );
    expect(refusal).toEqual({
      code: 'LOCK_EXPIRED',
      details: {
        seats: [
          { seatId: wanted[0], reason: 'expired' },
          { seatId: wanted[1], reason: 'expired' },
          { seatId: wanted[2], reason: 'not_locked' },
        ],
      },
    });
  });
});

describe('unlockSeats', () => {
  test('frees the caller’s own seats and passes over the others', async () => {
    const { showtime, seatIds } = await aShowtime(running.app);
    const [a = '', b = '', c = ''] = seatIds;
    const user = await aUser(running.app);
    const other = await aUser(running.app);
    await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [a, b] });
    await other.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [c] });

    const freed = await user.call.showtimes.unlockSeats({
      showtimeId: showtime.id,
      seatIds: [a, c, unknownId],
    });

    expect(freed.seatIds).toEqual([a]);
    expect(await user.call.showtimes.unlockSeats({ showtimeId: showtime.id })).toEqual({
      seatIds: [b],
    });
    const { counts } = await other.call.showtimes.seats({ showtimeId: showtime.id });
    expect(counts).toMatchObject({ locked: 1, available: 9 });
    expect(
      await refusalOf(user.call.showtimes.unlockSeats({ showtimeId: unknownId })),
    ).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('seats', () => {
  test('marks the caller’s own locks, for nobody else', async () => {
    const { showtime, seatIds, admin } = await aShowtime(running.app);
    const [a = ''] = seatIds;
    const user = await aUser(running.app);
    const lock = await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [a] });
    await admin.call.showtimes.update({ showtimeId: showtime.id, price: '12.00' });

    const own = await user.call.showtimes.seats({ showtimeId: showtime.id });
    const others = await admin.call.showtimes.seats({ showtimeId: showtime.id });
    const anonymous = await callerOf(running.app).showtimes.seats({ showtimeId: showtime.id });

    expect(own.seats[0]).toMatchObject({
      status: 'locked',
      yours: true,
      lockedUntil: lock.expiresAt,
      price: '10.00',
    });
    expect(others.seats[0]).toMatchObject({ status: 'locked', price: '12.00' });
    expect(others.seats[0]).not.toHaveProperty('yours');
    expect(others.seats[0]).not.toHaveProperty('lockedUntil');
    expect(anonymous.version).toBe(own.version);
    expect(own.version).toBe(others.version);
  });

  test('has another version whenever a seat differs', async () => {
    const { showtime, seatIds, admin } = await aShowtime(running.app);
    const version = async () =>
      (await admin.call.showtimes.seats({ showtimeId: showtime.id })).version;
    const free = await version();
    const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
    await admin.call.showtimes.lockSeats(input);
    const locked = await version();
    await admin.call.reservations.create(input);
    const sold = await version();
    expect(new Set([free, locked, sold]).size).toBe(3);
  });
});

test('an admin without a lock cannot confirm either', async () => {
  const { showtime, seatIds } = await aShowtime(running.app);
  const admin = await anAdmin(running.app);
  const refusal = await refusalOf(
    admin.call.reservations.create({ showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) }),
  );
  expect(refusal).toMatchObject({ code: 'LOCK_EXPIRED' });
});
