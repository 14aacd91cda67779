import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, days, hours, minutes, refusalOf } from '../../test/builders.ts';
import type { Scene, ShowtimeOptions } from '../../test/builders.ts';
import { brokenInvariants } from '../../test/invariants.ts';
import { retireClaims, sweep } from '../housekeeping.ts';
import { noObserver } from '../observer.ts';
import type { Observer } from '../observer.ts';
import type { SeatMap } from './schema.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp({ rateLimit: true });
});
afterAll(() => running.close());

const unknownId = '00000000-0000-7000-8000-000000000000';

/** A show, and what its staff and customers do with the seats of these places. */
async function aHouse(options: ShowtimeOptions = {}) {
  const scene = await aShowtime(running.app, options);
  const { admin, showtime } = scene;
  const at = (...places: number[]) => ({
    showtimeId: showtime.id,
    seatIds: places.map((place) => scene.seatIds[place] ?? ''),
  });
  const block = (...places: number[]) =>
    admin.call.showtimes.blockSeats({ ...at(...places), kind: 'house' });
  return { ...scene, at, block };
}

/** The places of the seats with this status. */
function placesOf({ seats }: SeatMap, wanted: string): number[] {
  return seats.flatMap(({ status }, place) => (status === wanted ? [place] : []));
}

/** Lets the release of every block of a show pass. */
async function passRelease({ showtime }: Scene): Promise<void> {
  for (const [table, column] of [
    ['seat_claims', 'expires_at'],
    ['seat_blocks', 'release_at'],
  ]) {
    await running.app.pool.query(
      `update ${table} set ${column} = date_trunc('milliseconds', now()) - interval '1 hour'
       where showtime_id = $1 and ${column} is not null`,
      [showtime.id],
    );
  }
  await running.app.pool.query(
    `update seat_claims set locked_at = expires_at - interval '1 hour'
     where showtime_id = $1 and kind = 'block' and expires_at is not null`,
    [showtime.id],
  );
}

/** Takes seats out of order as an edit of the layout does, in shows that are over too. */
async function putOutOfOrder(
  { theater }: Scene,
  { seatIds }: { seatIds: string[] },
): Promise<void> {
  const { pool } = running.app;
  await pool.query('update seats set out_of_order = true where id = any($1)', [seatIds]);
  await pool.query('update theaters set revision = revision + 1 where id = $1', [theater.id]);
}

async function rows<Row>(sql: string, values: unknown[]): Promise<Row[]> {
  return (await running.app.pool.query(sql, values)).rows as Row[];
}

const blocksOf = ({ showtime }: Scene) =>
  rows<{ kind: string; reason: string | null; release_at: Date | null; actor_id: string }>(
    `select distinct b.kind, b.reason, b.release_at, b.actor_id
     from seat_blocks b join seat_claims c on c.block_id = b.id where b.showtime_id = $1`,
    [showtime.id],
  );

describe('blockSeats', () => {
  test('keeps seats from being sold, and answers with the map', async () => {
    const house = await aHouse({ seats: 5 });
    const user = await aUser(running.app);

    const map = await house.admin.call.showtimes.blockSeats({
      ...house.at(1, 3),
      kind: 'broken',
      reason: 'Spring',
    });

    expect(placesOf(map, 'blocked')).toEqual([1, 3]);
    expect(map.counts).toEqual({ total: 5, available: 3, locked: 0, reserved: 0, blocked: 2 });
    expect(map.seats.some((seat) => 'yours' in seat)).toBe(false);
    expect(await blocksOf(house)).toEqual([
      { kind: 'broken', reason: 'Spring', release_at: null, actor_id: house.admin.id },
    ]);
    expect(await refusalOf(user.call.showtimes.lockSeats(house.at(0, 1, 3)))).toEqual({
      code: 'SEATS_UNAVAILABLE',
      details: {
        seats: house.at(1, 3).seatIds.map((seatId) => ({ seatId, reason: 'blocked' })),
      },
    });
    expect(
      await callerOf(running.app).showtimes.get({ showtimeId: house.showtime.id }),
    ).toMatchObject({ availability: { total: 5, available: 3 } });
  });

  test('counts a seat once that is out of order as well', async () => {
    const house = await aHouse({ seats: 4 });
    await putOutOfOrder(house, house.at(0, 1));

    const { counts } = await house.block(1, 2);

    const { showtimeId } = house.at();
    const { availability } = await house.admin.call.showtimes.get({ showtimeId });
    expect(counts).toMatchObject({ available: 1, blocked: 3 });
    expect(availability.available).toBe(1);
  });

  test('names every reservation that has one of the seats, and blocks none', async () => {
    const house = await aHouse({ seats: 6 });
    const [one, other] = [await aUser(running.app), await aUser(running.app)];
    await one.call.showtimes.lockSeats(house.at(0, 1, 4));
    const first = await one.call.reservations.create(house.at(0, 1));
    const second = await one.call.reservations.create(house.at(4));
    await other.call.showtimes.lockSeats(house.at(2));
    const third = await other.call.reservations.create(house.at(2));
    await other.call.showtimes.lockSeats(house.at(3));

    const refusal = await refusalOf(house.block(5, 4, 3, 2, 1));

    expect(refusal).toEqual({
      code: 'SEATS_SOLD',
      details: {
        reservations: [
          { id: first.id, reference: first.reference, seatIds: house.at(1).seatIds },
          { id: second.id, reference: second.reference, seatIds: house.at(4).seatIds },
          { id: third.id, reference: third.reference, seatIds: house.at(2).seatIds },
        ],
      },
    });
    const map = await house.admin.call.showtimes.seats({ showtimeId: house.showtime.id });
    expect(map.counts).toMatchObject({ available: 1, locked: 1, reserved: 4, blocked: 0 });
    expect(
      await rows('select 1 from seat_blocks where showtime_id = $1', [house.showtime.id]),
    ).toEqual([]);
  });

  test('breaks no lock of a customer, not even of the administrator', async () => {
    const house = await aHouse();
    const user = await aUser(running.app);
    await user.call.showtimes.lockSeats(house.at(1));
    await house.admin.call.showtimes.lockSeats(house.at(2));

    expect(await refusalOf(house.block(0, 1, 2))).toEqual({
      code: 'SEATS_UNAVAILABLE',
      details: { seats: house.at(1, 2).seatIds.map((seatId) => ({ seatId, reason: 'locked' })) },
    });

    await expect(user.call.reservations.create(house.at(1))).resolves.toMatchObject({
      status: 'confirmed',
    });
  });

  test('takes a seat whose lock has expired', async () => {
    const house = await aHouse();
    const user = await aUser(running.app);
    await user.call.showtimes.lockSeats(house.at(0));
    await running.app.pool.query(
      `update seat_claims set locked_at = now() - interval '1 hour',
         expires_at = now() - interval '1 second' where showtime_id = $1`,
      [house.showtime.id],
    );

    expect(placesOf(await house.block(0), 'blocked')).toEqual([0]);

    expect(await refusalOf(user.call.reservations.create(house.at(0)))).toMatchObject({
      code: 'LOCK_EXPIRED',
    });
    const extending = user.call.showtimes.extendLock(house.at(0));
    expect(await refusalOf(extending)).toMatchObject({ code: 'LOCK_EXPIRED' });
  });

  test('replaces the block of a seat that is blocked', async () => {
    const house = await aHouse();
    await house.block(0, 1);
    const releaseAt = new Date(Date.now() + hours(2));

    await house.admin.call.showtimes.blockSeats({ ...house.at(1), kind: 'hold', releaseAt });

    expect((await blocksOf(house)).toSorted((a, b) => a.kind.localeCompare(b.kind))).toMatchObject([
      { kind: 'hold', release_at: releaseAt },
      { kind: 'house', release_at: null },
    ]);
  });

  test('releases the seats at the time given', async () => {
    const house = await aHouse({ seats: 3 });
    const [user, other] = [await aUser(running.app), await aUser(running.app)];
    const releaseAt = new Date(Date.now() + hours(1));
    await house.admin.call.showtimes.blockSeats({ ...house.at(0, 1), kind: 'house', releaseAt });
    expect(await refusalOf(user.call.showtimes.lockSeats(house.at(0)))).toMatchObject({
      code: 'SEATS_UNAVAILABLE',
    });

    await passRelease(house);

    const map = await user.call.showtimes.seats({ showtimeId: house.showtime.id });
    expect(map.counts).toMatchObject({ available: 3, blocked: 0 });
    await user.call.showtimes.lockSeats(house.at(0));
    await expect(user.call.reservations.create(house.at(0))).resolves.toMatchObject({
      status: 'confirmed',
    });
    // The one who blocked it keeps no clock of the block.
    const lock = await house.admin.call.showtimes.lockSeats(house.at(1));
    expect(lock.maxExpiresAt.getTime() - lock.now.getTime()).toBeGreaterThan(minutes(29));
    expect(await refusalOf(other.call.showtimes.lockSeats(house.at(1)))).toMatchObject({
      details: { seats: [{ reason: 'locked' }] },
    });
  });

  test('wants a release in the future', async () => {
    const house = await aHouse();
    const releaseAt = new Date(Date.now() - 1_000);
    const input = { ...house.at(0), kind: 'house' as const, releaseAt };

    expect(await refusalOf(house.admin.call.showtimes.blockSeats(input))).toEqual({
      code: 'VALIDATION_ERROR',
      details: { issues: [{ path: ['releaseAt'], message: 'must be in the future' }] },
    });
  });

  test('is possible until the end of the show, and not once it is cancelled', async () => {
    const [begun, over, cancelled] = [
      await aHouse({ startsIn: -minutes(5) }),
      await aHouse({ startsIn: -hours(3) }),
      await aHouse(),
    ];
    const { showtimeId } = cancelled.at();
    await cancelled.admin.call.showtimes.cancel({ showtimeId, reason: 'Test' });

    expect(placesOf(await begun.block(0), 'blocked')).toEqual([0]);
    expect(await refusalOf(over.block(0))).toMatchObject({ code: 'SHOWTIME_STARTED' });
    expect(await refusalOf(cancelled.block(0))).toMatchObject({ code: 'SHOWTIME_CANCELLED' });
  });

  test('names seats that are not in the theater, and a showtime that is not there', async () => {
    const house = await aHouse();
    const { blockSeats, unblockSeats } = house.admin.call.showtimes;
    const kind = 'house' as const;

    const foreign = { ...house.at(0), seatIds: [unknownId], kind };
    expect(await refusalOf(blockSeats(foreign))).toEqual({
      code: 'NOT_FOUND',
      details: { seatIds: [unknownId] },
    });
    const nowhere = { ...house.at(0), showtimeId: unknownId };
    expect(await refusalOf(blockSeats({ ...nowhere, kind }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf(unblockSeats(nowhere))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is written into the audit log, and refused to customers', async () => {
    const house = await aHouse();
    const user = await aUser(running.app);
    const { showtimeId, seatIds } = house.at(0);
    await house.admin.call.showtimes.blockSeats({
      showtimeId,
      seatIds,
      kind: 'hold',
      reason: 'Press',
    });
    await house.admin.call.showtimes.unblockSeats({ showtimeId });

    const { items } = await house.admin.call.admin.audit.list({ subject: showtimeId });

    expect(items.slice(0, 2)).toMatchObject([
      { action: 'showtimes.unblockSeats', data: {} },
      { action: 'showtimes.blockSeats', data: { seatIds, kind: 'hold', reason: 'Press' } },
    ]);
    expect(
      await refusalOf(user.call.showtimes.blockSeats({ ...house.at(0), kind: 'house' })),
    ).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusalOf(user.call.showtimes.unblockSeats({ showtimeId }))).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('unblockSeats', () => {
  test('frees the seats given, and ignores those that are not blocked', async () => {
    const house = await aHouse({ seats: 5 });
    const user = await aUser(running.app);
    await house.block(0, 1, 2);
    await user.call.showtimes.lockSeats(house.at(4));

    const map = await house.admin.call.showtimes.unblockSeats(house.at(1, 3, 4));

    expect(placesOf(map, 'blocked')).toEqual([0, 2]);
    expect(placesOf(map, 'locked')).toEqual([4]);
    await expect(user.call.showtimes.lockSeats(house.at(1))).resolves.toBeDefined();
  });

  test('frees all blocked seats of the show by default', async () => {
    const house = await aHouse();
    await house.block(0);
    await house.block(5);
    const { showtimeId } = house.at();

    const map = await house.admin.call.showtimes.unblockSeats({ showtimeId });

    expect(map.counts).toMatchObject({ available: 10, blocked: 0 });
    expect((await sweep(running.app)).seatBlocks).toBeGreaterThanOrEqual(2);
    expect(await rows('select 1 from seat_blocks where showtime_id = $1', [showtimeId])).toEqual(
      [],
    );
  });
});

describe('a block is not a lock of the one who set it', () => {
  const releaseAt = new Date(Date.now() + hours(1));
  const kind = 'house' as const;

  test('so it is neither listed, extended, given back, confirmed nor priced as one', async () => {
    const house = await aHouse({ price: '10.00' });
    const { reservations, showtimes } = house.admin.call;
    await showtimes.blockSeats({ ...house.at(0, 1), kind, releaseAt });
    await showtimes.blockSeats({ ...house.at(2), kind });
    const { showtimeId } = house.at();

    expect(await reservations.listLocks()).toEqual([]);
    expect(await refusalOf(showtimes.extendLock({ showtimeId }))).toMatchObject({
      code: 'LOCK_EXPIRED',
      details: { seats: [] },
    });
    expect(await refusalOf(showtimes.extendLock(house.at(0)))).toMatchObject({
      code: 'LOCK_EXPIRED',
      details: { seats: [{ reason: 'not_locked' }] },
    });
    expect(await showtimes.unlockSeats({ showtimeId })).toEqual({ seatIds: [] });
    expect(await showtimes.unlockSeats(house.at(0, 2))).toEqual({ seatIds: [] });
    expect(await refusalOf(reservations.create(house.at(0)))).toMatchObject({
      code: 'LOCK_EXPIRED',
      details: { seats: [{ reason: 'not_locked' }] },
    });
    expect(await refusalOf(showtimes.lockSeats(house.at(0, 2)))).toMatchObject({
      details: { seats: [{ reason: 'blocked' }, { reason: 'blocked' }] },
    });
    expect(await reservations.quote(house.at(0))).toMatchObject({ total: '10.00' });
    expect(placesOf(await showtimes.seats({ showtimeId }), 'blocked')).toEqual([0, 1, 2]);
  });

  test('so it does not count towards the limits of locked seats', async () => {
    const house = await aHouse({ seats: 40 });
    const { showtimes } = house.admin.call;
    const places = Array.from({ length: 32 }, (_, place) => place);
    await showtimes.blockSeats({ ...house.at(...places), kind, releaseAt });

    await expect(showtimes.lockSeats(house.at(33, 34, 35, 36))).resolves.toBeDefined();
  });

  test('so extending locks leaves it alone', async () => {
    const house = await aHouse();
    const { showtimes } = house.admin.call;
    await showtimes.blockSeats({ ...house.at(0), kind, releaseAt });
    await showtimes.lockSeats(house.at(1));
    await running.app.pool.query(
      `update seat_claims set expires_at = expires_at - interval '2 minutes',
         locked_at = locked_at - interval '2 minutes'
       where showtime_id = $1 and kind = 'lock'`,
      [house.showtime.id],
    );
    const { showtimeId } = house.at();

    const lock = await showtimes.extendLock({ showtimeId });

    expect(lock.seats.map(({ seatId }) => seatId)).toEqual(house.at(1).seatIds);
    expect(await blocksOf(house)).toMatchObject([{ release_at: releaseAt }]);
  });

  test('so it outlives the account', async () => {
    const house = await aHouse();
    const other = await anAdmin(running.app);
    await other.call.showtimes.blockSeats({ ...house.at(0), kind, releaseAt });
    await other.call.showtimes.blockSeats({ ...house.at(1), kind });
    await other.call.showtimes.lockSeats(house.at(2));

    await house.admin.call.admin.users.disable({ userId: other.id });

    const map = await house.admin.call.showtimes.seats({ showtimeId: house.showtime.id });
    expect(placesOf(map, 'blocked')).toEqual([0, 1]);
    expect(placesOf(map, 'available')).toHaveLength(8);
    expect(await brokenInvariants(running.app.pool)).toEqual({});
  });
});

describe('a blocked seat', () => {
  test('does not stop an edit of the show, and stays blocked', async () => {
    const house = await aHouse();
    await house.block(0, 1);
    const { showtimeId } = house.at();
    const startTime = new Date(Date.now() + days(2));

    await house.admin.call.showtimes.update({ showtimeId, startTime });

    const map = await house.admin.call.showtimes.seats({ showtimeId });
    expect(placesOf(map, 'blocked')).toEqual([0, 1]);
  });

  test('is free when the show moves to another theater', async () => {
    const house = await aHouse();
    const elsewhere = await aHouse({ seats: 4 });
    await house.block(0, 1);
    const { showtimeId } = house.at();

    const theaterId = elsewhere.theater.id;
    await house.admin.call.showtimes.update({
      showtimeId,
      theaterId,
      startTime: new Date(Date.now() + days(3)),
    });

    const { counts } = await house.admin.call.showtimes.seats({ showtimeId });
    expect(counts).toMatchObject({ total: 4, available: 4 });
    await expect(
      house.admin.call.theaters.delete({ theaterId: house.theater.id }),
    ).resolves.toMatchObject({ archived: false });
  });

  test('goes with the seat, with the show, and with its cancellation', async () => {
    const [edited, deleted, cancelled] = [await aHouse(), await aHouse(), await aHouse()];
    await edited.block(0, 9);
    await deleted.block(0);
    await cancelled.block(0);
    const { theaters, showtimes } = edited.admin.call;

    await theaters.update({
      theaterId: edited.theater.id,
      rows: [{ label: 'A', seats: 9 }],
    });
    await showtimes.delete({ showtimeId: deleted.showtime.id });
    await showtimes.cancel({ showtimeId: cancelled.showtime.id, reason: 'Test' });

    const map = await showtimes.seats({ showtimeId: edited.showtime.id });
    expect(map.counts).toMatchObject({ total: 9, blocked: 1 });
    await sweep(running.app);
    const left = [deleted, cancelled].map(({ showtime }) => showtime.id);
    expect(await rows('select 1 from seat_blocks where showtime_id = any($1)', [left])).toEqual([]);
    expect(await rows('select 1 from seat_claims where showtime_id = any($1)', [left])).toEqual([]);
  });

  test('is not an expired lock when it is swept after its release', async () => {
    const expired: number[] = [];
    const observer: Observer = {
      ...noObserver,
      seatsChanged: ({ event, seats }) => event === 'expired' && expired.push(seats),
    };
    const counted = await createTestApp({}, undefined, { observer });
    onTestFinished(() => counted.close());
    const scene = await aShowtime(counted.app);
    const input = { showtimeId: scene.showtime.id, seatIds: scene.seatIds.slice(0, 2) };
    const releaseAt = new Date(Date.now() + hours(1));
    await scene.admin.call.showtimes.blockSeats({ ...input, kind: 'house', releaseAt });
    expect(await sweep(counted.app)).toMatchObject({ seatLocks: 0, seatBlocks: 0 });
    await counted.app.pool.query(
      `update seat_claims set expires_at = now() - interval '1 minute',
         locked_at = now() - interval '1 hour'`,
    );
    await counted.app.pool.query('update seat_blocks set release_at = now()');

    expect(await sweep(counted.app)).toMatchObject({ seatLocks: 2, seatBlocks: 1 });

    expect(expired.reduce((sum, seats) => sum + seats, 0)).toBe(0);
  });

  test('is shown until the end of the show, and forgotten some days later', async () => {
    const house = await aHouse({ seats: 4 });
    await house.block(0, 1);
    await putOutOfOrder(house, house.at(1, 2));
    await running.app.pool.query(
      `update showtimes set start_time = now() - interval '5 days',
         end_time = now() - interval '4 days', blocked_until = now() - interval '4 days'
       where id = $1`,
      [house.showtime.id],
    );
    const { showtimeId } = house.at();
    const read = async () => {
      const { counts } = await house.admin.call.showtimes.seats({ showtimeId });
      const { availability } = await house.admin.call.showtimes.get({ showtimeId });
      return [counts.available, availability.available];
    };

    expect(await read()).toEqual([2, 2]);
    expect(await retireClaims(running.app)).toBe(2);
    expect(await read()).toEqual([2, 2]);
  });
});

describe('an invariant notices', () => {
  test.each([
    ['a block of another show', `update seat_claims set block_id = gen_random_uuid()`],
    ['a release that is not that of its block', `update seat_claims set expires_at = now()`],
    ['a block that is gone', 'delete from seat_blocks'],
  ])('%s', async (_what, damage) => {
    const broken = await brokenAfter(damage);
    expect(broken).toContain(
      'I34 a blocked seat is blocked by a block of its show, until its release',
    );
  });

  test('a claim on a seat that is no more', async () => {
    expect(
      await brokenAfter(
        `update seats set archived_at = now() where out_of_order;
         update theaters set total_seats = 2; update showtimes set total_seats = 2`,
      ),
    ).toContain(
      'I34 seats offered, sold, locked, blocked and free are the seats of a show to come',
    );
  });
});

/** The names of the invariants that are broken after this, in a database of its own. */
async function brokenAfter(damage: string): Promise<string[]> {
  const damaged = await createTestApp();
  const { admin, showtime, seatIds } = await aShowtime(damaged.app, { seats: 3 });
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1), kind: 'house' as const };
  await admin.call.showtimes.blockSeats(input);
  await damaged.app.pool.query('update seats set out_of_order = true where id = any($1)', [
    input.seatIds,
  ]);
  expect(await brokenInvariants(damaged.app.pool)).toEqual({});
  await damaged.app.pool.query(damage);
  const broken = Object.keys(await brokenInvariants(damaged.app.pool));
  await damaged.asOwner('truncate seat_claims, seat_blocks, showtimes, theaters cascade');
  await damaged.close();
  return broken;
}
