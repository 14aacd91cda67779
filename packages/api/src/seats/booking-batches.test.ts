import type { PoolClient } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

/** A show with a seat for each of so many customers. */
async function aSale({ app }: TestApp, people: number) {
  const { showtime, seatIds } = await aShowtime(app, { seats: people });
  const customers = await Promise.all(Array.from({ length: people }, () => aUser(app)));
  const showtimeId = showtime.id;
  const seatOf = (person: Person) => seatIds[customers.indexOf(person)] ?? '';
  const lock = (person: Person) =>
    person.call.showtimes.lockSeats({ showtimeId, seatIds: [seatOf(person)] });
  const confirm = (person: Person) =>
    person.call.reservations.create({ showtimeId, seatIds: [seatOf(person)] });
  return { showtimeId, customers, seatOf, lock, confirm };
}

/** The figures since the start. */
const figuresOf = ({ app }: TestApp) => structuredClone(app.bookings.figures);

test('requests that wait share round trips, and each gets its own answer', async () => {
  const { customers, seatOf, lock, confirm } = await aSale(running, 30);
  const before = figuresOf(running);
  const locks = await Promise.all(customers.map(lock));
  const sales = await Promise.all(customers.map(confirm));

  expect(locks.map(({ seats }) => seats.map(({ seatId }) => seatId))).toEqual(
    customers.map((each) => [seatOf(each)]),
  );
  expect(sales.map(({ seats }) => seats.map(({ id }) => id))).toEqual(
    customers.map((each) => [seatOf(each)]),
  );
  const after = figuresOf(running);
  for (const kind of ['lock', 'confirm'] as const) {
    expect(after[kind].calls - before[kind].calls).toBe(30);
    expect(after[kind].batches - before[kind].batches).toBeLessThan(15);
    expect(after[kind].waiting).toBe(0);
  }
});

test('with BATCHING=off each request goes by itself', async () => {
  const without = await createTestApp({ batching: false });
  onTestFinished(() => without.close());
  const { customers, lock, confirm } = await aSale(without, 8);
  await Promise.all(customers.map(lock));
  const sales = await Promise.all(customers.map(confirm));

  expect(new Set(sales.map(({ id }) => id)).size).toBe(8);
  const none = { batches: 0, calls: 0, alone: 0, waiting: 0 };
  expect(figuresOf(without)).toEqual({ lock: none, confirm: none });
  expect(without.app.sessions.figures).toEqual(none);
});

test('a request that waits for a row lock keeps no other one waiting', async () => {
  const { customers, showtimeId, seatOf, lock } = await aSale(running, 12);
  const [waiting, ...others] = customers;
  if (!waiting) {
    throw new Error('nobody there');
  }
  await lock(waiting);
  await running.app.pool.query(
    `update seat_claims set locked_at = locked_at - interval '1 hour',
       expires_at = clock_timestamp() - interval '1 second' where showtime_id = $1`,
    [showtimeId],
  );
  const holder = await running.app.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from seat_claims where seat_id = $1 for update', [seatOf(waiting)]);
  let isAnswered = false;
  const blocked = lock(waiting).finally(() => (isAnswered = true));
  await Promise.all(others.map(lock));

  expect(isAnswered).toBe(false);
  await holder.query('rollback');
  holder.release();
  expect((await blocked).seats).toHaveLength(1);
});

test('a request that fails in a batch fails alone', async () => {
  const poisoned = await createTestApp();
  onTestFinished(() => poisoned.close());
  const { customers, seatOf, lock } = await aSale(poisoned, 10);
  const poison = customers[5];
  if (!poison) {
    throw new Error('nobody there');
  }
  await poisoned.asOwner(
    `create function poison() returns trigger language plpgsql as $$
     begin raise exception 'poison' using errcode = 'XX001'; end $$;
     create trigger poison before insert on seat_claims for each row
       when (new.seat_id = '${seatOf(poison)}') execute function poison()`,
  );
  const answers = await Promise.allSettled(customers.map(lock));

  const refused = answers.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
  expect(refused).toEqual([5]);
  expect(poisoned.errors).toHaveLength(1);
  expect(figuresOf(poisoned).lock.alone).toBeGreaterThan(0);
});

test('a purchase that was committed before its batch lost the connection is answered', async () => {
  const { customers, showtimeId, seatOf, lock, confirm } = await aSale(running, 6);
  await Promise.all(customers.map(lock));
  const { pool } = running.app;
  const connect = pool.connect.bind(pool) as (...args: unknown[]) => Promise<PoolClient>;
  let lost = 0;
  const spy = vi.spyOn(pool, 'connect').mockImplementation((async (...args: unknown[]) => {
    const client = await connect(...args);
    // The pool's own query passes a callback; a batch does not.
    if (args.length === 0) {
      const query = client.query.bind(client) as (...values: unknown[]) => Promise<unknown>;
      vi.spyOn(client, 'query').mockImplementationOnce((async (...values: unknown[]) => {
        await query(...values);
        lost += 1;
        throw new Error('Connection terminated unexpectedly');
      }) as never);
    }
    return client;
  }) as never);
  onTestFinished(() => spy.mockRestore());
  const sales = await Promise.all(customers.map(confirm));

  expect(lost).toBeGreaterThan(0);
  expect(sales.map(({ seats }) => seats.map(({ id }) => id))).toEqual(
    customers.map((each) => [seatOf(each)]),
  );
  const { rows } = await pool.query<{ id: string }>(
    'select id from reservations where showtime_id = $1',
    [showtimeId],
  );
  expect(rows.map(({ id }) => id).toSorted()).toEqual(sales.map(({ id }) => id).toSorted());
});

test('a second request with a key is refused while the first one waits', async () => {
  const { customers, showtimeId, seatOf } = await aSale(running, 1);
  const [person] = customers;
  if (!person) {
    throw new Error('nobody there');
  }
  const holder = await running.app.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from users where id = $1 for update', [person.id]);
  const keyed = callerOf(running.app, { token: person.token, key: 'one-key' });
  const input = { showtimeId, seatIds: [seatOf(person)] };
  const both = [keyed.showtimes.lockSeats(input), keyed.showtimes.lockSeats(input)];
  const refused = await Promise.race(both.map(refusalOf));
  await holder.query('rollback');
  holder.release();

  expect(refused.code).toBe('IDEMPOTENCY_CONFLICT');
  expect(await Promise.any(both)).toEqual(await keyed.showtimes.lockSeats(input));
});
