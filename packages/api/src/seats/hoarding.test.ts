import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { proofTokenOf } from '../../test/links.ts';
import { clientNumber } from '../address.ts';
import { sweep } from '../housekeeping.ts';

/* One customer, or one address with many accounts, cannot keep a house's seats from the others. */

let running: TestApp;
let unlimited: TestApp;
beforeAll(async () => {
  running = await createTestApp({ rateLimit: true });
  unlimited = await createTestApp({}, running.databaseUrl);
});
afterAll(async () => {
  await unlimited.close();
  await running.close();
});

const sql = (text: string, values: unknown[] = []) => running.app.pool.query(text, values);
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;

const twoRows = (seats: number) => [
  { label: 'A', seats },
  { label: 'B', seats },
];

/** Locks what it gets, ten seats at a time, until it is refused. @returns the number of seats */
async function hoard({ call }: Person, showtimeId: string, seatIds: string[]): Promise<number> {
  let locked = 0;
  for (let at = 0; at < seatIds.length; at += 10) {
    const wanted = seatIds.slice(at, at + 10);
    const isLocked = await call.showtimes.lockSeats({ showtimeId, seatIds: wanted }).then(
      () => true,
      () => false,
    );
    locked += isLocked ? wanted.length : 0;
  }
  return locked;
}

/** What a customer does who sees the map: locks a free seat, or another one if it has gone meanwhile, and buys it. */
async function buyFreeSeat({ call }: Person, showtimeId: string): Promise<void> {
  const { seats } = await call.showtimes.seats({ showtimeId });
  const free = seats.filter(({ status }) => status === 'available').map(({ id }) => id);
  for (const seatId of free) {
    const input = { showtimeId, seatIds: [seatId] };
    const refusal = await call.showtimes.lockSeats(input).then(
      () => undefined,
      (error: { cause: { code: string } }) => error.cause.code,
    );
    if (refusal === undefined) {
      await expect(call.reservations.create(input)).resolves.toMatchObject({ status: 'confirmed' });
      return;
    }
    expect(refusal).toBe('SEATS_UNAVAILABLE');
  }
  throw new Error('No seat was free.');
}

const isOld = (ids: string[]) =>
  sql(`update users set created_at = created_at - interval '25 hours' where id = any($1)`, [ids]);

describe('fifty accounts at as many addresses', () => {
  /** Half of the crowd has locked what it gets when the honest customer comes, and the rest goes on. */
  async function besieged({ app }: TestApp) {
    const { showtime, seatIds } = await aShowtime(app, { rows: twoRows(60) });
    const crowd = await Promise.all(
      Array.from({ length: 50 }, (_, index) => aUser(app, `203.0.113.${index + 1}`)),
    );
    const honest = await aUser(app, '203.0.113.200');
    const attack = (people: Person[]) =>
      Promise.all(
        people.map(async ({ call }, index) => {
          for (let seat = 0; seat < 10; seat += 1) {
            const seatId = seatIds[(index * 10 + seat) % seatIds.length] ?? '';
            const input = { showtimeId: showtime.id, seatIds: [seatId] };
            await call.showtimes.lockSeats(input).catch(() => {});
          }
        }),
      );
    await attack(crowd.slice(0, 25));
    return { honest, showtimeId: showtime.id, rest: attack(crowd.slice(25)) };
  }

  test('lock two seats each where addresses are proven, and an honest customer buys meanwhile', async () => {
    const strict = await createTestApp({ rateLimit: true, emailProof: true });
    const { honest, showtimeId, rest } = await besieged(strict);
    await honest.call.auth.verifyEmail({ token: await proofTokenOf(strict.app, honest.id) });
    await buyFreeSeat(honest, showtimeId);
    await rest;
    const { counts } = await honest.call.showtimes.seats({ showtimeId });
    expect(counts).toMatchObject({ reserved: 1 });
    expect(counts.locked).toBeLessThanOrEqual(100);
    await strict.close();
  });

  test('lock a whole house where they are not (control)', async () => {
    const { honest, showtimeId, rest } = await besieged(running);
    await rest;
    const { counts } = await honest.call.showtimes.seats({ showtimeId });
    expect(counts).toMatchObject({ available: 0, locked: 120 });
  });
});

describe('many accounts at one address', () => {
  test('26 at once lock 40 seats of a show, and an honest customer buys', async () => {
    const { showtime, seatIds } = await aShowtime(running.app, { rows: twoRows(50) });
    const showtimeId = showtime.id;
    const crowd = await Promise.all(
      Array.from({ length: 26 }, () => aUser(running.app, '198.51.100.7')),
    );
    const locked = await Promise.all(
      crowd.map((each, index) => {
        const from = (index * 10) % 100;
        return hoard(each, showtimeId, [...seatIds.slice(from), ...seatIds.slice(0, from)]);
      }),
    );
    expect(locked.reduce((sum, seats) => sum + seats, 0)).toBe(40);

    const honest = await aUser(running.app);
    const { counts } = await honest.call.showtimes.seats({ showtimeId });
    expect(counts).toMatchObject({ locked: 40, available: 60 });
    await buyFreeSeat(honest, showtimeId);
  });

  test.each([1, 4])(
    '%i at once are counted after a transaction that has not ended',
    async (count) => {
      const { showtime, seatIds } = await aShowtime(running.app, { seats: 50 });
      const address = `198.51.100.${20 + count}`;
      const [first, ...others] = await Promise.all(
        Array.from({ length: 1 + count }, () => aUser(running.app, address)),
      );
      // What another server does at this moment.
      const elsewhere = new Client({ connectionString: running.databaseUrl });
      await elsewhere.connect();
      await elsewhere.query('begin');
      await elsewhere.query(
        'select lock_seats($1, $2, $3, 600, 1800, 50, null, null, $4, 40, false, null, null)',
        [first?.id, showtime.id, seatIds.slice(0, 40), clientNumber(address).toString()],
      );
      const refusals = others.map(({ call }, index) => {
        const seatId = seatIds[40 + index] ?? '';
        return codeOf(call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [seatId] }));
      });
      const waiting = `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event = 'advisory'`;
      const look = async () => ((await sql(waiting)).rows[0] as { count: number }).count;
      await expect.poll(look).toBeGreaterThan(0);
      await elsewhere.query('commit');
      await elsewhere.end();

      expect(new Set(await Promise.all(refusals))).toEqual(new Set(['SEAT_LIMIT_EXCEEDED']));
    },
  );

  test('a refusal names the limit', async () => {
    const { showtime, seatIds } = await aShowtime(running.app, { rows: twoRows(30) });
    const showtimeId = showtime.id;
    for (const place of [0, 10, 20, 30]) {
      const { call } = await aUser(running.app, '2001:db8:9:9::1');
      await call.showtimes.lockSeats({ showtimeId, seatIds: seatIds.slice(place, place + 10) });
    }
    const neighbour = await aUser(running.app, '2001:db8:9:9::2');
    const input = { showtimeId, seatIds: seatIds.slice(40, 42) };
    const lock = neighbour.call.showtimes.lockSeats(input);
    expect(await refusalOf(lock)).toEqual({
      code: 'SEAT_LIMIT_EXCEEDED',
      details: { scope: 'address', limit: 40, locked: 40, requested: 2 },
    });
    const elsewhere = callerOf(running.app, { token: neighbour.token });
    await expect(elsewhere.showtimes.lockSeats(input)).resolves.toBeDefined();
  });

  test('accounts of more than a day, administrators, and sold seats do not count', async () => {
    const { showtime, seatIds, admin } = await aShowtime(running.app, { rows: twoRows(50) });
    const showtimeId = showtime.id;
    const at = (place: number) => ({ showtimeId, seatIds: seatIds.slice(place, place + 10) });
    const address = '198.51.100.8';
    const one = () => aUser(running.app, address);
    const first = await one();
    const [last, old] = [await one(), await one()];
    const crowd = [first, await one(), await one(), await one()];
    for (const [index, { call }] of crowd.entries()) {
      await call.showtimes.lockSeats(at(index * 10));
    }
    expect(await codeOf(last.call.showtimes.lockSeats(at(40)))).toBe('SEAT_LIMIT_EXCEEDED');
    await first.call.reservations.create(at(0));
    await expect(last.call.showtimes.lockSeats(at(40))).resolves.toBeDefined();
    expect(await codeOf(old.call.showtimes.lockSeats(at(50)))).toBe('SEAT_LIMIT_EXCEEDED');
    await isOld([old.id]);
    await expect(old.call.showtimes.lockSeats(at(50))).resolves.toBeDefined();
    const desk = callerOf(running.app, { token: admin.token, remoteAddress: address });
    await expect(desk.showtimes.lockSeats(at(60))).resolves.toBeDefined();
  });

  test('are as many as one likes, with as many seats, when limits are off', async () => {
    const { showtime, seatIds } = await aShowtime(unlimited.app, { rows: twoRows(30) });
    const crowd: Person[] = [];
    for (let index = 0; index < 31; index += 1) {
      crowd.push(await aUser(unlimited.app, '198.51.100.12'));
    }
    for (const [index, { call }] of crowd.slice(0, 5).entries()) {
      const wanted = seatIds.slice(index * 10, index * 10 + 10);
      await call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: wanted });
    }
    const { counts } = await callerOf(unlimited.app).showtimes.seats({ showtimeId: showtime.id });
    expect(counts.locked).toBe(50);
  });

  test('are thirty in an hour and a hundred in a day, on all servers, and ten times as many of a site', async () => {
    const register = (remoteAddress: string) => codeOf(aUser(running.app, remoteAddress));
    const passes = async (count: number, address: (index: number) => string) => {
      for (let index = 0; index < count; index += 1) {
        await aUser(running.app, address(index));
      }
    };
    await passes(30, () => '198.51.100.9');
    expect(await register('198.51.100.9')).toBe('RATE_LIMITED');
    await sql(`update rate_limits set expire = 0 where key like 'account-hour:%'`);
    await sql(`update rate_limits set points = 100 where key = 'account-day:198.51.100.9'`);
    expect(await register('198.51.100.9')).toBe('RATE_LIMITED');
    await passes(1, () => '198.51.100.10');

    const other = await createTestApp({ rateLimit: true }, running.databaseUrl);
    for (let index = 0; index < 30; index += 1) {
      await aUser((index % 2 ? other : running).app, '198.51.100.11');
    }
    expect(await codeOf(aUser(other.app, '198.51.100.11'))).toBe('RATE_LIMITED');
    expect(await register('198.51.100.11')).toBe('RATE_LIMITED');
    await other.close();

    await passes(3, (index) => `2001:db8:7:${index}::1`);
    await sql(`update rate_limits set points = 300 where key = 'account-hour:2001:db8:7::/48'`);
    expect(await register('2001:db8:7:9::1')).toBe('RATE_LIMITED');
    await passes(1, () => '2001:db8:8:1::1');
  });
});

describe('seats given back', () => {
  /** A customer, and so many of the four seats of a show. */
  async function aCustomer(seats: number, { app } = running) {
    const { showtime, seatIds } = await aShowtime(app, { seats: 4 });
    const { call } = await aUser(app);
    return { call, input: { showtimeId: showtime.id, seatIds: seatIds.slice(0, seats) } };
  }

  test.each([
    ['the whole reservation', { some: undefined }],
    ['some seats', { some: 1 }],
  ])('keep it too when %s was bought and cancelled in between', async (_what, { some }) => {
    const { call, input } = await aCustomer(2);
    const cancel = async () => {
      const { id: reservationId } = await call.reservations.create(input);
      const given = some === undefined ? {} : { seatIds: input.seatIds.slice(0, some) };
      await call.reservations.cancel({ reservationId, ...given });
    };
    const first = await call.showtimes.lockSeats(input);
    await cancel();
    const { counts } = await call.showtimes.seats({ showtimeId: input.showtimeId });
    expect(counts).toMatchObject({ locked: 0, available: some === undefined ? 4 : 3 });
    const back = { ...input, seatIds: input.seatIds.slice(0, some ?? 2) };
    const again = await call.showtimes.lockSeats(back);
    expect(again.maxExpiresAt).toEqual(first.maxExpiresAt);

    await call.showtimes.unlockSeats(back);
    const other = await aUser(running.app);
    await expect(other.call.showtimes.lockSeats(back)).resolves.toBeDefined();
  });

  test('of a booking of long ago have a fresh clock', async () => {
    const { call, input } = await aCustomer(2);
    const first = await call.showtimes.lockSeats(input);
    const { id: reservationId } = await call.reservations.create(input);
    await sql(
      `update seat_claims set locked_at = locked_at - interval '46 minutes' where showtime_id = $1`,
      [input.showtimeId],
    );
    await call.reservations.cancel({ reservationId });
    const again = await call.showtimes.lockSeats(input);
    expect(again.maxExpiresAt.getTime()).toBeGreaterThan(first.maxExpiresAt.getTime());
  });

  test('keep the end of their extensions for a quarter of an hour', async () => {
    const { call, input } = await aCustomer(1);
    const first = await call.showtimes.lockSeats(input);
    const back = await call.showtimes.unlockSeats(input);
    expect(back.seatIds).toEqual(input.seatIds);
    const again = await call.showtimes.lockSeats(input);
    expect(again.maxExpiresAt).toEqual(first.maxExpiresAt);

    await call.showtimes.unlockSeats(input);
    await sql(`update seat_claims set hard_cap_at = clock_timestamp() where showtime_id = $1`, [
      input.showtimeId,
    ]);
    expect(await codeOf(call.showtimes.lockSeats(input))).toBe('LOCK_EXTENSION_LIMIT');
    const other = await aUser(running.app);
    await expect(other.call.showtimes.lockSeats(input)).resolves.toBeDefined();
  });

  test('are forgotten after it, by the sweep too, and have a fresh clock', async () => {
    const { call, input } = await aCustomer(1);
    await call.showtimes.lockSeats(input);
    await call.showtimes.unlockSeats(input);
    expect((await sweep(running.app)).seatLocks).toBe(0);
    const past = `update seat_claims set locked_at = locked_at - $2::interval,
        expires_at = expires_at - $2::interval where showtime_id = $1`;
    await sql(past, [input.showtimeId, '16 minutes']);
    const before = Date.now();
    const lock = await call.showtimes.lockSeats(input);
    expect(lock.maxExpiresAt.getTime() - before).toBeGreaterThan(29 * 60_000);

    await call.showtimes.unlockSeats(input);
    await sql(past, [input.showtimeId, '16 minutes']);
    expect((await sweep(running.app)).seatLocks).toBe(1);
  });

  test('have a fresh clock, and are swept, when limits are off', async () => {
    const { call, input } = await aCustomer(1, unlimited);
    await call.showtimes.lockSeats(input);
    await sql(
      `update seat_claims set locked_at = locked_at - interval '31 minutes' where showtime_id = $1`,
      [input.showtimeId],
    );
    await call.showtimes.unlockSeats(input);
    await expect(call.showtimes.lockSeats(input)).resolves.toBeDefined();
    await call.showtimes.unlockSeats(input);
    expect((await sweep(unlimited.app)).seatLocks).toBe(1);
  });
});

test('a customer has at most fifty seats of a show in reservations', async () => {
  const { showtime, seatIds, admin } = await aShowtime(running.app, { rows: twoRows(40) });
  const showtimeId = showtime.id;
  const buy = async ({ call }: Pick<Person, 'call'>, from: number, to: number) => {
    const input = { showtimeId, seatIds: seatIds.slice(from, to) };
    await call.showtimes.lockSeats(input);
    return call.reservations.create(input);
  };
  const customer = await aUser(running.app);
  for (const place of [0, 10, 20, 30, 40]) {
    await buy(customer, place, place + 10);
  }
  expect(await refusalOf(buy(customer, 50, 51))).toEqual({
    code: 'SEAT_LIMIT_EXCEEDED',
    details: { scope: 'showtime', limit: 50, locked: 50, requested: 1 },
  });
  const { items } = await customer.call.reservations.list({});
  await customer.call.reservations.cancel({ reservationId: items[0]?.id ?? '' });
  await expect(
    customer.call.reservations.create({ showtimeId, seatIds: seatIds.slice(50, 51) }),
  ).resolves.toBeDefined();

  for (const place of [0, 1, 2]) {
    await buy(admin, 51 + place * 9, 60 + place * 9);
  }
});

describe('idempotency keys', () => {
  const fill = (userId: string, count: number) =>
    sql(
      `insert into idempotency_keys (user_id, key, procedure, fingerprint, answer, created_at)
       select $1, 'k' || n, 'auth.updateMe', '', '{}', clock_timestamp() - interval '23 hours'
       from generate_series(1, $2::int) n`,
      [userId, count],
    );
  const update = (app: TestApp, { token }: Person) =>
    callerOf(app.app, { token, key: randomUUID() }).auth.updateMe({ firstName: 'Ada' });

  test('of one account are 5,000 in a day; a server looks before it has let many more pass', async () => {
    const user = await aUser(running.app);
    await fill(user.id, 4_990);
    for (let index = 0; index < 100; index += 1) {
      await update(running, user);
    }
    const refusal = await refusalOf(update(running, user));
    expect(refusal.code).toBe('RATE_LIMITED');
    const { retryAfterSeconds } = refusal.details as { retryAfterSeconds: number };
    expect(retryAfterSeconds).toBeGreaterThan(3_000);
    expect(retryAfterSeconds).toBeLessThanOrEqual(3_600);
    await expect(user.call.auth.updateMe({ firstName: 'Ada' })).resolves.toBeDefined();
    await expect(update(unlimited, user)).resolves.toBeDefined();
  });

  test('do not trouble an account with few', async () => {
    const user = await aUser(running.app);
    for (let index = 0; index < 210; index += 1) {
      await expect(update(running, user)).resolves.toBeDefined();
    }
  });
});
