import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser, days, hours, refusalOf } from '../../test/builders.ts';
import type { Person, Scene, ShowtimeOptions } from '../../test/builders.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import { sweep } from '../housekeeping.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

/** Purchases that wait for another transaction. */
const waiting = `select count(*)::int as count from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query like '%confirm_seats%'`;
const lockingToo = waiting.replace('confirm_seats', 'lock_seats');
const unknownId = '00000000-0000-7000-8000-000000000000';
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const sql = (text: string, values: unknown[]) => running.app.pool.query(text, values);
const startNow = (showtimeId: string) =>
  sql(
    `update showtimes set start_time = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
    [showtimeId],
  );
const expireLocks = (showtimeId: string) =>
  sql(
    `update seat_claims set locked_at = locked_at - interval '1 hour',
    expires_at = date_trunc('milliseconds', clock_timestamp()) where showtime_id = $1 and reservation_id is null`,
    [showtimeId],
  );

interface Sale extends Scene {
  user: Person;
  showtimeId: string;
  /** The input that names the seats at these places. */
  at(...places: number[]): { showtimeId: string; seatIds: string[] };
  buy(...places: number[]): ReturnType<Person['call']['reservations']['create']>;
}

/** A showtime, and somebody who wants seats in it. */
async function aSale(options: ShowtimeOptions = {}, user?: Person): Promise<Sale> {
  const scene = await aShowtime(running.app, options);
  const showtimeId = scene.showtime.id;
  const buyer = user ?? (await aUser(running.app));
  const at = (...places: number[]) => ({
    showtimeId,
    seatIds: places.map((place) => scene.seatIds[place] ?? ''),
  });
  const buy = async (...places: number[]) => {
    await buyer.call.showtimes.lockSeats(at(...places));
    return buyer.call.reservations.create(at(...places));
  };
  return { ...scene, user: buyer, showtimeId, at, buy };
}

describe('create', () => {
  test('sells seats that one has locked, some of them too, at the prices of that moment', async () => {
    const rows = [
      { label: 'A', seats: 2 },
      { label: 'B', seats: 2, seatType: 'vip' as const },
    ];
    const { user, at, admin, showtimeId, showtime, movieId, theater } = await aSale({
      rows,
      price: '10.10',
      seatTypePrices: { vip: '20.25' },
    });
    await user.call.showtimes.lockSeats(at(3, 0, 1));
    await admin.call.showtimes.update({ showtimeId, price: '99.00', seatTypePrices: null });
    const reservation = await user.call.reservations.create(at(3, 0));
    const standard = {
      ticketType: { id: standardTicketType, code: 'standard', name: 'Standard' },
      discount: '0.00',
      tax: '0.00',
      cancelledAt: null,
    };
    const seat = (place: number, price: string) => {
      const { outOfOrder, features, ...rest } = theater.seats[place] as (typeof theater.seats)[0];
      expect([outOfOrder, features]).toEqual([false, []]);
      return { ...rest, price, ...standard };
    };
    expect(reservation).toEqual({
      id: expect.any(String) as unknown,
      reference: expect.stringMatching(/^[2-9A-HJ-NP-Z]{8}$/) as unknown,
      status: 'confirmed',
      showtime: {
        id: showtimeId,
        startTime: showtime.startTime,
        endTime: showtime.endTime,
        movie: { id: movieId, title: showtime.movie.title },
        theater: { id: theater.id, name: theater.name },
      },
      seats: [seat(0, '10.10'), seat(3, '20.25')],
      totalPrice: '30.35',
      currency: 'USD',
      createdAt: expect.any(Date) as unknown,
      cancelledAt: null,
      showCancelReason: null,
      channel: 'web',
      contactEmail: null,
      customerName: null,
      cancelReason: null,
      fees: '0.00',
      discount: '0.00',
      tax: '0.00',
      total: '30.35',
      refunded: '0.00',
      payment: null,
      refunds: [],
    });
    expect(await user.call.reservations.get({ reservationId: reservation.id })).toEqual(
      reservation,
    );
    const left = await user.call.reservations.listLocks();
    expect(left.map(({ seats }) => seats.map(({ id }) => id))).toEqual([at(1).seatIds]);
    const { rows: audit } = await sql(
      'select step, actor_id from reservation_events where reservation_id = $1',
      [reservation.id],
    );
    expect(audit).toEqual([{ step: 'confirmed', actor_id: user.id }]);
  });

  test('names every seat without a live lock of one’s own, and sells none', async () => {
    const { user, at, showtimeId } = await aSale();
    await user.call.showtimes.lockSeats(at(0, 1));
    await user.call.reservations.create(at(0));
    await expireLocks(showtimeId);
    await (await aUser(running.app)).call.showtimes.lockSeats(at(2));
    await user.call.showtimes.lockSeats(at(3));
    const [sold, expired, others, free] = at(0, 1, 2, 4).seatIds;
    const missing = [
      { seatId: sold, reason: 'not_locked' },
      { seatId: expired, reason: 'expired' },
      { seatId: others, reason: 'not_locked' },
      { seatId: free, reason: 'not_locked' },
    ];
    expect(await refusalOf(user.call.reservations.create(at(0, 1, 2, 3, 4)))).toEqual({
      code: 'LOCK_EXPIRED',
      details: { seats: missing },
    });
    await sweep(running.app);
    const swept = {
      code: 'LOCK_EXPIRED',
      details: { seats: [{ seatId: expired, reason: 'not_locked' }] },
    };
    expect(await refusalOf(user.call.reservations.create(at(1)))).toEqual(swept);
    await expect(user.call.reservations.create(at(3))).resolves.toBeDefined();
  });

  test('names what does not exist: the showtime by its field, the seats by their ids', async () => {
    const { user, at } = await aSale();
    const nowhere = user.call.reservations.create({ ...at(0), showtimeId: unknownId });
    expect(await refusalOf(nowhere)).toEqual({
      code: 'NOT_FOUND',
      details: { field: 'showtimeId' },
    });
    const [seat = ''] = at(0).seatIds;
    const input = { ...at(0), seatIds: [unknownId, seat, (await aSale()).seatIds[0] ?? ''] };
    const details = { seatIds: [unknownId, input.seatIds[2]] };
    expect(await refusalOf(user.call.reservations.create(input))).toEqual({
      code: 'NOT_FOUND',
      details,
    });
  });

  test.each<[string, (seats: string[]) => unknown]>([
    ['none', () => []],
    ['one twice', ([a]) => [a, a]],
    ['one twice in another case', ([a = '']) => [a, a.toUpperCase()]],
    ['51', () => Array.from({ length: 51 }, () => randomUUID())],
    ['no list', ([a]) => a],
    ['no ids', () => ['A1']],
  ])('refuses %s', async (_name, seats) => {
    const { user, seatIds, showtimeId } = await aSale();
    const input = { showtimeId, seatIds: seats(seatIds) as string[] };
    expect(await codeOf(user.call.reservations.create(input))).toBe('VALIDATION_ERROR');
  });

  test('ends at the start of the show, whatever is locked', async () => {
    const { user, at, showtimeId } = await aSale();
    await user.call.showtimes.lockSeats(at(0));
    await startNow(showtimeId);
    const { code, details } = await refusalOf(user.call.reservations.create(at(0)));
    const { startTime } = await user.call.showtimes.get({ showtimeId });
    expect({ code, details }).toEqual({
      code: 'SHOWTIME_STARTED',
      details: { startTime: startTime.toISOString() },
    });
  });

  test('is exact for the highest prices there are, and does not break at their sum', async () => {
    const { buy } = await aSale({ price: '99999999.99' });
    expect((await buy(0)).totalPrice).toBe('99999999.99');
    const two = buy(1, 2);
    const outcome = await two.then(
      ({ totalPrice }) => totalPrice,
      () => codeOf(two),
    );
    expect(['199999999.98', 'VALIDATION_ERROR']).toContain(outcome);
  });

  test('charges in the currency the showtime was created with', async () => {
    const { user, at } = await aSale();
    const europe = await createTestApp({ currency: 'EUR' }, running.databaseUrl);
    const { showtimes, reservations } = callerOf(europe.app, { token: user.token });
    expect((await showtimes.lockSeats(at(0))).currency).toBe('USD');
    expect((await reservations.create(at(0))).currency).toBe('USD');
    await europe.close();
  });

  test.each([
    ['reservations', 'insert'],
    ['seat_claims', 'insert'],
  ])('is unavailable, and not half done, when the database keeps no row in %s', async (table) => {
    const { user, at } = await aSale();
    const locked = await user.call.showtimes.lockSeats(at(0));
    await running.asOwner(`
        create or replace function skip() returns trigger language plpgsql as $$ begin return null; end $$;
        create trigger skip before insert on ${table}
          for each row when (new.user_id = '${user.id}') execute function skip();`);
    const { call } = user;
    const refused =
      table === 'reservations' ? call.reservations.create(at(0)) : call.showtimes.lockSeats(at(1));
    expect(await codeOf(refused)).toBe('UNAVAILABLE');
    await running.asOwner(`drop trigger skip on ${table}`);
    expect((await user.call.reservations.create(at(0))).totalPrice).toBe(locked.totalPrice);
  });

  test('finds another reference when one is taken', async () => {
    const { user, at } = await aSale();
    await user.call.showtimes.lockSeats(at(0));
    await running.asOwner(`
      create table taken as select 1;
      grant select, delete on taken to public;
      create function skip_once() returns trigger language plpgsql as
        $$ begin delete from taken; if found then return null; end if; return new; end $$;
      create trigger skip_once before insert on reservations
        for each row when (new.user_id = '${user.id}') execute function skip_once();`);
    await expect(user.call.reservations.create(at(0))).resolves.toMatchObject({
      status: 'confirmed',
    });
  });

  test('names the missing seats although the same user locks them in the same moment', async () => {
    const { user, at } = await aSale();
    const { rows } = await sql(
      `select pg_get_functiondef('booking_refusal(uuid, uuid[], timestamptz)'::regprocedure) as def`,
      [],
    );
    const gate = new Client({ connectionString: running.databaseUrl });
    await gate.connect();
    await gate.query('select pg_advisory_lock(7)');
    await gate.query(
      `create or replace function booking_refusal(p_showtime uuid, p_seats uuid[], p_now timestamptz)
         returns json language plpgsql as
         $$ begin perform pg_advisory_xact_lock(7); return null; end $$`,
    );
    const refusal = refusalOf(user.call.reservations.create(at(0)));
    await expect.poll(async () => (await sql(waiting, [])).rows[0]).toEqual({ count: 1 });
    const lock = user.call.showtimes.lockSeats(at(0));
    await expect.poll(async () => (await sql(lockingToo, [])).rows[0]).toEqual({ count: 1 });
    await gate.query('select pg_advisory_unlock(7)');

    expect(await refusal).toEqual({
      code: 'LOCK_EXPIRED',
      details: { seats: [{ seatId: at(0).seatIds[0], reason: 'not_locked' }] },
    });
    await expect(lock).resolves.toMatchObject({ seats: [{ seatId: at(0).seatIds[0] }] });
    await gate.query((rows[0] as { def: string }).def);
    await gate.end();
  });

  test('lets nobody through who is disabled while waiting for the showtime’s row', async () => {
    const { user, at, showtimeId } = await aSale();
    await user.call.showtimes.lockSeats(at(0));
    const editor = new Client({ connectionString: running.databaseUrl });
    await editor.connect();
    await editor.query('begin');
    await editor.query('select 1 from showtimes where id = $1 for update', [showtimeId]);
    const refused = codeOf(user.call.reservations.create(at(0)));
    await expect
      .poll(async () => (await sql(waiting, [])).rows[0], { timeout: 4_000 })
      .toEqual({ count: 1 });
    await sql('update users set disabled_at = clock_timestamp() where id = $1', [user.id]);
    await editor.query('commit');
    await editor.end();
    expect(await refused).toBe('TOKEN_INVALID');
    await sql('update users set disabled_at = null where id = $1', [user.id]);
  });
});

describe('list', () => {
  test('has one’s own, newest first, upcoming or past by the start of the show', async () => {
    const user = await aUser(running.app);
    const first = await aSale({}, user);
    const old = await first.buy(0);
    await startNow(first.showtimeId);
    const next = await (await aSale({ startsIn: hours(2) }, user)).buy(0);
    const last = await (await aSale({ startsIn: days(3) }, user)).buy(0);
    await user.call.reservations.cancel({ reservationId: last.id });
    const foreign = await (await aSale()).buy(0);
    const ids = async (input: object) =>
      (await user.call.reservations.list(input)).items.map(({ id }) => id);
    expect(await ids({})).toEqual([last.id, next.id, old.id]);
    expect(await ids({ when: 'all' })).toEqual([last.id, next.id, old.id]);
    expect(await ids({ when: 'upcoming' })).toEqual([last.id, next.id]);
    expect(await ids({ when: 'past' })).toEqual([old.id]);
    expect(await ids({ reference: next.reference.toLowerCase() })).toEqual([next.id]);
    expect(await ids({ reference: next.reference, when: 'past' })).toEqual([]);
    expect(await ids({ reference: next.reference.slice(1) })).toEqual([]);
    expect(await ids({ reference: foreign.reference })).toEqual([]);
    const { items } = await user.call.reservations.list({ limit: 1 });
    expect(items).toEqual([await user.call.reservations.get({ reservationId: last.id })]);
  });

  test('pages through everything once, while more is bought', async () => {
    const { user, buy } = await aSale({ seats: 20 });
    const bought: string[] = [];
    for (let place = 0; place < 5; place += 1) {
      bought.unshift((await buy(place)).id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await user.call.reservations.list({ limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      await buy(10 + seen.length);
    } while (cursor !== undefined);
    expect(seen).toEqual(bought);
  });

  test.each([
    { when: 'soon' },
    { limit: 0 },
    { limit: 101 },
    { cursor: 'x' },
    { userId: randomUUID() },
  ])('refuses %j', async (input) => {
    const { call } = await aUser(running.app);
    expect(await codeOf(call.reservations.list(input as object))).toBe('VALIDATION_ERROR');
  });
});

test('listLocks has one’s live locks by showtime, at the price and until the time of the lock', async () => {
  const user = await aUser(running.app);
  const later = await aSale({ startsIn: days(2), price: '12.00' }, user);
  const sooner = await aSale({ startsIn: hours(3), price: '8.00' }, user);
  const expired = await aSale({}, user);
  await user.call.showtimes.lockSeats(expired.at(0));
  await expireLocks(expired.showtimeId);
  const lock = await user.call.showtimes.lockSeats(later.at(2, 0));
  await user.call.showtimes.lockSeats(sooner.at(0, 1));
  await user.call.reservations.create(sooner.at(1));
  await later.admin.call.showtimes.update({ showtimeId: later.showtimeId, price: '1.00' });
  const held = await user.call.reservations.listLocks();
  expect(held).toEqual([
    {
      showtime: await user.call.showtimes.get({ showtimeId: sooner.showtimeId }),
      seats: [
        {
          id: sooner.seatIds[0],
          rowLabel: 'A',
          seatNumber: 1,
          price: '8.00',
          expiresAt: expect.any(Date) as unknown,
          reservationId: null,
        },
      ],
    },
    {
      showtime: await user.call.showtimes.get({ showtimeId: later.showtimeId }),
      seats: [1, 3].map((seatNumber, index) => ({
        id: later.seatIds[seatNumber - 1],
        rowLabel: 'A',
        seatNumber,
        price: '12.00',
        expiresAt: lock.seats[index]?.expiresAt,
        reservationId: null,
      })),
    },
  ]);
  expect(await (await aUser(running.app)).call.reservations.listLocks()).toEqual([]);
});

describe('cancel', () => {
  test('frees the seats for the very next call, keeps the record and one audit row', async () => {
    const { user, at, buy } = await aSale();
    const bought = await buy(0, 1);
    const cancelled = await user.call.reservations.cancel({ reservationId: bought.id });
    expect(cancelled).toEqual({
      ...bought,
      status: 'cancelled',
      cancelReason: 'customer',
      cancelledAt: expect.any(Date) as unknown,
      seats: bought.seats.map((seat) => ({ ...seat, cancelledAt: cancelled.cancelledAt })),
    });
    await expect(
      (await aUser(running.app)).call.showtimes.lockSeats(at(0, 1)),
    ).resolves.toBeDefined();
    const again = user.call.reservations.cancel({ reservationId: bought.id });
    expect(await refusalOf(again)).toEqual({ code: 'ALREADY_CANCELLED', details: {} });
    const { rows } = await sql(
      'select step, actor_id from reservation_events where reservation_id = $1 order by created_at',
      [bought.id],
    );
    expect(rows).toEqual(['confirmed', 'cancelled'].map((step) => ({ step, actor_id: user.id })));
  });

  test('is one’s own or an admin’s; for others there is no such reservation', async () => {
    const { buy, admin } = await aSale();
    const { id: reservationId } = await buy(0);
    const other = await aUser(running.app);
    const none = { code: 'NOT_FOUND', details: {} };
    expect(await refusalOf(other.call.reservations.get({ reservationId }))).toEqual(none);
    expect(await refusalOf(other.call.reservations.cancel({ reservationId }))).toEqual(none);
    expect(await refusalOf(other.call.reservations.cancel({ reservationId: unknownId }))).toEqual(
      none,
    );
    expect(await admin.call.reservations.get({ reservationId })).toMatchObject({
      status: 'confirmed',
    });
    expect(await admin.call.reservations.cancel({ reservationId })).toMatchObject({
      status: 'cancelled',
    });
  });

  test('ends at the start of the show, for admins too; ALREADY_CANCELLED is told before', async () => {
    const { user, admin, buy, showtimeId } = await aSale();
    const [kept, given] = [await buy(0), await buy(1)];
    await user.call.reservations.cancel({ reservationId: given.id });
    await startNow(showtimeId);
    const { startTime } = await user.call.showtimes.get({ showtimeId });
    for (const { call } of [user, admin]) {
      expect(await refusalOf(call.reservations.cancel({ reservationId: kept.id }))).toEqual({
        code: 'SHOWTIME_STARTED',
        details: { startTime: startTime.toISOString() },
      });
      expect(await codeOf(call.reservations.cancel({ reservationId: given.id }))).toBe(
        'ALREADY_CANCELLED',
      );
    }
  });

  test('has one effect when ten come at once, and never takes a seat from the next buyer', async () => {
    const { user, at, buy } = await aSale();
    const { id: reservationId } = await buy(0);
    const calls = Array.from({ length: 10 }, () =>
      user.call.reservations.cancel({ reservationId }),
    );
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const next = await aUser(running.app);
    await next.call.showtimes.lockSeats(at(0));
    await next.call.reservations.create(at(0));
    expect(await codeOf(user.call.reservations.cancel({ reservationId }))).toBe(
      'ALREADY_CANCELLED',
    );
    const { seats } = await next.call.showtimes.seats({ showtimeId: at().showtimeId });
    expect(seats[0]?.status).toBe('reserved');
  });
});

test('a cancelled show is not on sale anywhere, and says why', async () => {
  const { user, at, buy, admin, showtimeId, theater } = await aSale({ seats: 5 });
  const { id: reservationId, showCancelReason } = await buy(0);
  expect(showCancelReason).toBeNull();
  await user.call.showtimes.lockSeats(at(1));
  const before = await user.call.showtimes.get({ showtimeId });
  expect(before).toMatchObject({ cancelReason: null, availability: { total: 5, available: 3 } });
  await admin.call.showtimes.cancel({ showtimeId, reason: 'The projector is broken.' });

  const cancelled = {
    id: showtimeId,
    cancelReason: 'The projector is broken.',
    availability: { total: 5, available: 0 },
  };
  expect(await user.call.showtimes.get({ showtimeId })).toMatchObject(cancelled);
  const { items } = await user.call.showtimes.list({ theaterId: theater.id });
  expect(items).toMatchObject([cancelled]);
  for (const call of [user.call, callerOf(running.app)]) {
    const map = await call.showtimes.seats({ showtimeId });
    expect(map.counts).toEqual({ total: 5, available: 0, locked: 0, reserved: 0, blocked: 5 });
    expect(map.seats.every(({ status }) => status === 'blocked')).toBe(true);
  }
  const told = { status: 'cancelled', showCancelReason: 'The projector is broken.' };
  expect(await user.call.reservations.get({ reservationId })).toMatchObject(told);
  expect((await user.call.reservations.list({ when: 'all' })).items).toMatchObject([told]);
});
