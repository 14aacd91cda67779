import { createHash, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp, requestContext } from '../test/app.ts';
import type { Caller, TestApp } from '../test/app.ts';
import { anAdmin, aShowtime, aUser, hours, password, refusalOf } from '../test/builders.ts';
import type { Person } from '../test/builders.ts';
import { sweep } from './housekeeping.ts';
import { appRouter } from './router.ts';

let running: TestApp;
let admin: Person;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

const unknownId = '00000000-0000-7000-8000-000000000000';
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const aKey = () => randomUUID();

/** A call with a key, and whether its answer was a stored one. */
async function keyed<Value>(
  { token }: Person,
  key: string,
  work: (call: Caller) => Promise<Value>,
) {
  const context = requestContext(running.app, { token, key });
  const value = await work(appRouter.createCaller(context));
  return { value, replayed: context.notes.idempotencyReplayed };
}
const movieInput = () => ({ title: randomUUID(), genre: 'Drama', durationMinutes: 90 });
const moviesCalled = async (search: string) =>
  (await admin.call.movies.list({ search })).items.length;
/** A showtime with one seat locked by a user. */
async function aSale() {
  const { showtime, seatIds } = await aShowtime(running.app);
  const user = await aUser(running.app);
  const at = (place: number) => ({ showtimeId: showtime.id, seatIds: [seatIds[place] ?? ''] });
  await user.call.showtimes.lockSeats(at(0));
  const sooner = `update seat_claims set expires_at = expires_at - interval '1 minute' where showtime_id = $1`;
  await running.app.pool.query(sooner, [showtime.id]);
  return { showtime, user, at };
}
type Sale = Awaited<ReturnType<typeof aSale>>;

test('an account uses 5,000 keys in a day at most, however many of its requests come together', async () => {
  const limited = await createTestApp({ rateLimit: true }, running.databaseUrl);
  const user = await aUser(limited.app);
  const keys = async () => {
    const counted = 'select count(*)::int as keys from idempotency_keys where user_id = $1';
    const { rows } = await running.app.pool.query<{ keys: number }>(counted, [user.id]);
    return rows[0]?.keys;
  };
  const update = () => {
    const context = requestContext(limited.app, { token: user.token, key: aKey() });
    return appRouter.createCaller(context).auth.updateMe({ firstName: 'Ada' });
  };
  // As many as pass before the first look.
  await Promise.all(Array.from({ length: 100 }, update));
  await running.app.pool.query(
    `insert into idempotency_keys (user_id, key, procedure, fingerprint, answer)
     select $1, 'earlier ' || number, 'auth.updateMe', 'x', '{}' from generate_series(1, 4870) as number`,
    [user.id],
  );
  expect(await keys()).toBe(4_970);
  await Promise.allSettled(Array.from({ length: 60 }, update));
  const together = (await keys()) ?? 0;
  // Those that were about to end counted twice, perhaps.
  expect(together).toBeGreaterThan(4_980);
  for (let count = together; count < 5_000; count += 1) {
    await update();
  }
  expect(await keys()).toBe(5_000);
  expect(await codeOf(update())).toBe('RATE_LIMITED');
  await running.app.pool.query('delete from idempotency_keys where user_id = $1', [user.id]);
  await limited.close();
});

describe('the same key with the same input', () => {
  test.each<[string, (sale: Sale) => (call: Caller) => Promise<unknown>]>([
    ['auth.updateMe', () => (call) => call.auth.updateMe({ firstName: 'Ada' })],
    [
      'showtimes.lockSeats',
      ({ at }) =>
        (call) =>
          call.showtimes.lockSeats(at(1)),
    ],
    [
      'showtimes.extendLock',
      ({ at }) =>
        (call) =>
          call.showtimes.extendLock(at(0)),
    ],
    [
      'showtimes.unlockSeats',
      ({ at }) =>
        (call) =>
          call.showtimes.unlockSeats(at(0)),
    ],
    [
      'reservations.create',
      ({ at }) =>
        (call) =>
          call.reservations.create(at(0)),
    ],
  ])('%s has one effect and one answer, of a user', async (_name, make) => {
    const sale = await aSale();
    const [key, work] = [aKey(), make(sale)];
    const first = await keyed(sale.user, key, work);
    expect(first.replayed).toBe(false);
    const state = `select json_agg(c order by seat_id)::text as state from seat_claims c where showtime_id = $1`;
    const before = await running.app.pool.query(state, [sale.showtime.id]);
    for (const { value, replayed } of [
      await keyed(sale.user, key, work),
      await keyed(sale.user, key, work),
    ]) {
      expect(value).toEqual(first.value);
      expect(replayed).toBe(true);
    }
    expect((await running.app.pool.query(state, [sale.showtime.id])).rows).toEqual(before.rows);
  });

  test.each<[string, () => Promise<(call: Caller) => Promise<unknown>>]>([
    [
      'movies.create',
      async () => {
        const input = movieInput();
        return (call) => call.movies.create(input);
      },
    ],
    [
      'movies.update',
      async () => {
        const { id: movieId } = await admin.call.movies.create(movieInput());
        return (call) => call.movies.update({ movieId, releaseDate: '2026-01-01', revision: 1 });
      },
    ],
    [
      'movies.delete',
      async () => {
        const { id: movieId } = await admin.call.movies.create(movieInput());
        return (call) => call.movies.delete({ movieId });
      },
    ],
    [
      'showtimes.create',
      async () => {
        const { movieId, theater, showtime } = await aShowtime(running.app);
        const startTime = new Date(showtime.startTime.getTime() + hours(9));
        return (call) =>
          call.showtimes.create({ movieId, theaterId: theater.id, startTime, price: '1.00' });
      },
    ],
    [
      'showtimes.cancel',
      async () => {
        const { showtime } = await aShowtime(running.app);
        return (call) => call.showtimes.cancel({ showtimeId: showtime.id, reason: 'Flood' });
      },
    ],
    [
      'reservations.cancel',
      async () => {
        const { user, at } = await aSale();
        const { id: reservationId } = await user.call.reservations.create(at(0));
        return (call) => call.reservations.cancel({ reservationId });
      },
    ],
    [
      'admin.users.disable',
      async () => {
        const { id: userId } = await aUser(running.app);
        return (call) => call.admin.users.disable({ userId });
      },
    ],
  ])('%s has one effect and one answer, of an admin', async (_name, prepare) => {
    const [key, work] = [aKey(), await prepare()];
    const first = await keyed(admin, key, work);
    const second = await keyed(admin, key, work);
    expect([first.replayed, second.replayed]).toEqual([false, true]);
    expect(second.value).toEqual(first.value);
  });

  test('is the same when the keys of the input stand in another order', async () => {
    const key = aKey();
    const [title, seats] = [randomUUID(), { genre: 'Drama', durationMinutes: 90 }];
    const first = await keyed(admin, key, (call) => call.movies.create({ title, ...seats }));
    const again = await keyed(admin, key, (call) => call.movies.create({ ...seats, title }));
    expect(again).toEqual({ value: first.value, replayed: true });
    expect(await moviesCalled(title)).toBe(1);
  });

  test('answers as it did then, whatever has happened since', async () => {
    const { user, at, showtime } = await aSale();
    const key = aKey();
    const buy = (call: Caller) => call.reservations.create(at(0));
    const { value: bought } = await keyed(user, key, buy);
    await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason: 'Flood' });
    expect(await keyed(user, key, buy)).toEqual({ value: bought, replayed: true });
    expect((await user.call.reservations.get({ reservationId: bought.id })).status).toBe(
      'cancelled',
    );
  });

  test('belongs to its user', async () => {
    const [key, input, other] = [aKey(), movieInput(), await anAdmin(running.app)];
    const create = (call: Caller) => call.movies.create(input);
    const [first, second] = [await keyed(admin, key, create), await keyed(other, key, create)];
    expect(second.replayed).toBe(false);
    expect(second.value.id).not.toBe(first.value.id);
    expect(await moviesCalled(input.title)).toBe(2);
  });

  test('holds for 24 hours', async () => {
    const [key, input] = [aKey(), movieInput()];
    const create = (call: Caller) => call.movies.create(input);
    const age = (interval: string) =>
      running.app.pool.query(
        `update idempotency_keys set created_at = clock_timestamp() - $1::interval
        where key = $2`,
        [interval, key],
      );
    const first = await keyed(admin, key, create);
    await age('23 hours 59 minutes');
    await sweep(running.app);
    expect((await keyed(admin, key, create)).value).toEqual(first.value);
    await age('24 hours 1 minute');
    const fresh = await keyed(admin, key, create);
    expect(fresh.replayed).toBe(false);
    expect(fresh.value.id).not.toBe(first.value.id);
    expect(await keyed(admin, key, create)).toEqual({ value: fresh.value, replayed: true });
    await age('24 hours 1 minute');
    await sweep(running.app);
    const { rows } = await running.app.pool.query('select 1 from idempotency_keys where key = $1', [
      key,
    ]);
    expect(rows).toEqual([]);
  });
});

describe('the same key', () => {
  test('with another input or another procedure is refused, and does nothing', async () => {
    const [key, input] = [aKey(), movieInput()];
    const { value } = await keyed(admin, key, (call) => call.movies.create(input));
    const reuses: ((call: Caller) => Promise<unknown>)[] = [
      (call) => call.movies.create({ ...input, durationMinutes: 91 }),
      (call) => call.movies.create({ ...input, description: null }),
      (call) => call.movies.update({ movieId: value.id, title: 'Other' }),
      (call) => call.auth.updateMe({ firstName: 'Ada' }),
      (call) => call.showtimes.unlockSeats({ showtimeId: unknownId }),
    ];
    for (const reuse of reuses) {
      expect(await refusalOf(keyed(admin, key, reuse))).toEqual({
        code: 'IDEMPOTENCY_KEY_REUSED',
        details: {},
      });
    }
    expect(await admin.call.movies.get({ movieId: value.id })).toEqual(value);
  });

  test('is free again after a refusal', async () => {
    const { user, at } = await aSale();
    const key = aKey();
    const early = keyed(user, key, (call) => call.reservations.create(at(1)));
    expect(await codeOf(early)).toBe('LOCK_EXPIRED');
    expect(await codeOf(keyed(user, key, (call) => call.auth.updateMe({ firstName: '' })))).toBe(
      'VALIDATION_ERROR',
    );
    const missing = keyed(admin, key, (call) =>
      call.movies.update({ movieId: unknownId, title: 'x' }),
    );
    expect(await codeOf(missing)).toBe('NOT_FOUND');
    const bought = await keyed(user, key, (call) => call.reservations.create(at(0)));
    expect(bought.replayed).toBe(false);
    expect((await keyed(admin, key, (call) => call.movies.create(movieInput()))).replayed).toBe(
      false,
    );
  });

  test('twenty times at once has one effect; the others hear of it or are told to wait', async () => {
    const { user, at } = await aSale();
    const key = aKey();
    const input = movieInput();
    const buys = Array.from({ length: 20 }, () =>
      keyed(user, key, (call) => call.reservations.create(at(0))),
    );
    const creates = Array.from({ length: 20 }, () =>
      keyed(admin, key, (call) => call.movies.create(input)),
    );
    const outcome = (call: Promise<{ value: { id: string } }>) =>
      call.then(
        ({ value }) => value.id,
        () => codeOf(call),
      );
    const [bought, made] = await Promise.all([
      Promise.all(buys.map(outcome)),
      Promise.all(creates.map(outcome)),
    ]);
    for (const outcomes of [bought, made]) {
      const ids = outcomes.filter((each) => each !== 'IDEMPOTENCY_CONFLICT');
      expect(new Set(ids).size).toBe(1);
      expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(await moviesCalled(input.title)).toBe(1);
    expect((await user.call.reservations.list({})).items).toHaveLength(1);
  });

  test.each<[string, (call: Caller, id: string, seat: string) => Promise<unknown>]>([
    [
      'showtimes.lockSeats',
      (call, showtimeId, seat) => call.showtimes.lockSeats({ showtimeId, seatIds: [seat] }),
    ],
    [
      'showtimes.update',
      (call, showtimeId) => call.showtimes.update({ showtimeId, price: '1.00' }),
    ],
  ])('while the first %s is still running is refused at once', async (_name, work) => {
    const { showtime, seatIds } = await aShowtime(running.app);
    const key = aKey();
    const busy = new Client({ connectionString: running.databaseUrl });
    await busy.connect();
    await busy.query('begin');
    await busy.query('select 1 from showtimes where id = $1 for update', [showtime.id]);
    const call = () => keyed(admin, key, (caller) => work(caller, showtime.id, seatIds[0] ?? ''));
    const first = call();
    const waiting = `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    const look = async () => (await running.app.pool.query(waiting)).rows[0] as unknown;
    await expect.poll(look, { timeout: 4_000 }).toEqual({ count: 1 });
    expect(await refusalOf(call())).toEqual({ code: 'IDEMPOTENCY_CONFLICT', details: {} });
    await busy.query('commit');
    await busy.end();
    const { value } = await first;
    expect(await call()).toEqual({ value, replayed: true });
  });

  test.each([[''], ['x'.repeat(256)], ['a\tb'], ['schlüssel'], ['a\nb']])(
    'may not be %j',
    async (key) => {
      const { user, at } = await aSale();
      expect(await codeOf(keyed(admin, key, (call) => call.movies.create(movieInput())))).toBe(
        'VALIDATION_ERROR',
      );
      expect(await codeOf(keyed(user, key, (call) => call.reservations.create(at(0))))).toBe(
        'VALIDATION_ERROR',
      );
    },
  );

  test('may have 255 characters, spaces and signs', async () => {
    const [key, input] = [` ~!'"\\;--${'x'.repeat(246)}`, movieInput()];
    await keyed(admin, key, (call) => call.movies.create(input));
    expect((await keyed(admin, key, (call) => call.movies.create(input))).replayed).toBe(true);
  });

  test('means nothing to those who are not signed in, and to queries', async () => {
    const key = aKey();
    const { auth } = callerOf(running.app, { key });
    const { email } = await aUser(running.app);
    await auth.login({ email, password });
    await expect(
      auth.register({ email: `${randomUUID()}@example.com`, password }),
    ).resolves.toBeDefined();
    const list = await keyed(admin, key, (call) => call.movies.list({ limit: 1 }));
    expect((await keyed(admin, key, (call) => call.movies.genres())).replayed).toBe(false);
    expect(list.replayed).toBe(false);
  });
});

test('nothing of a password can be read from what is stored', async () => {
  const user = await aUser(running.app);
  const change = { currentPassword: password, newPassword: 'a-rather-secret-password' };
  await keyed(user, aKey(), (call) => call.auth.changePassword(change));
  const stored = 'select procedure, fingerprint, answer from idempotency_keys where user_id = $1';
  const { rows } = await running.app.pool.query<{ fingerprint: string }>(stored, [user.id]);
  expect(JSON.stringify(rows)).not.toMatch(/secret|test-password|eyJ/);
  const plain = createHash('sha256').update(JSON.stringify(change)).digest('base64url');
  expect(rows[0]?.fingerprint).not.toBe(plain);
});

/** The same person with the token that a change of the password returned. */
const withToken = (person: Person, { accessToken: token }: { accessToken: string }): Person => ({
  ...person,
  token,
});

describe('a key of a mutation that waits for anything but the database', () => {
  const newPassword = 'another-password';
  /** Occupies every turn of hashing until `open` is called. */
  function holdHashing() {
    const { promise, resolve } = Promise.withResolvers<void>();
    const held = [1, 2].map(() => running.app.passwords.inTurn('held', () => promise));
    return async () => {
      resolve();
      await Promise.all(held);
    };
  }
  const change = (person: Person, key: string, currentPassword = password) =>
    keyed(person, key, (call) => call.auth.changePassword({ currentPassword, newPassword }));
  const reserved = async (key: string) =>
    (
      await running.app.pool.query<{ answer: string | null; lease: Date | null }>(
        'select answer, leased_until as lease from idempotency_keys where key = $1',
        [key],
      )
    ).rows[0];

  test('holds no connection while it waits, and refuses a second request', async () => {
    const [user, key] = [await aUser(running.app), aKey()];
    const open = holdHashing();
    const first = change(user, key);
    await expect.poll(() => reserved(key)).toMatchObject({ answer: null });
    const { rows } = await running.app.pool.query(
      `select pid from pg_stat_activity
       where datname = current_database() and state like 'idle in transaction%'`,
    );
    expect(rows).toEqual([]);
    expect(await codeOf(change(user, key))).toBe('IDEMPOTENCY_CONFLICT');
    await open();
    const { value, replayed } = await first;
    expect([value.changed, replayed]).toEqual([true, false]);
    // The old token is dead; with the new one the repetition gets the same answer, token and all.
    expect(await codeOf(change(user, key))).toBe('TOKEN_INVALID');
    expect(await change(withToken(user, value), key)).toEqual({ value, replayed: true });
    expect((await reserved(key))?.lease).toBeNull();
  });

  test('is free after a refusal, and for other input as well', async () => {
    const [user, key] = [await aUser(running.app), aKey()];
    expect(await codeOf(change(user, key, 'wrong'))).toBe('VALIDATION_ERROR');
    expect(await reserved(key)).toBeUndefined();
    const { value, replayed } = await change(user, key);
    expect(replayed).toBe(false);
    const other = change(withToken(user, value), key, 'wrong');
    expect(await codeOf(other)).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('is free again once the reservation of a server that died has ended', async () => {
    const [user, key] = [await aUser(running.app), aKey()];
    await running.app.pool.query(
      `insert into idempotency_keys (user_id, key, procedure, fingerprint, leased_until)
       values ($1, $2, 'auth.changePassword', 'x', clock_timestamp() + interval '1 minute')`,
      [user.id, key],
    );
    expect(await codeOf(change(user, key))).toBe('IDEMPOTENCY_CONFLICT');
    await running.app.pool.query(
      `update idempotency_keys set leased_until = date_trunc('milliseconds', clock_timestamp()) where key = $1`,
      [key],
    );
    expect((await change(user, key)).replayed).toBe(false);
  });

  test('has no effect for a request that another one has overtaken', async () => {
    const [user, key] = [await aUser(running.app), aKey()];
    const open = holdHashing();
    const slow = codeOf(change(user, key));
    await expect.poll(() => reserved(key)).toBeDefined();
    await running.app.pool.query(
      `update idempotency_keys set leased_until = leased_until + interval '1 second' where key = $1`,
      [key],
    );
    await open();
    expect(await slow).toBe('IDEMPOTENCY_CONFLICT');
    const signIn = callerOf(running.app).auth.login({ email: user.email, password });
    expect((await signIn).user.id).toBe(user.id);
    await running.app.pool.query('delete from idempotency_keys where key = $1', [key]);
  });

  test('changes the password without a key as well', async () => {
    const user = await aUser(running.app);
    const changed = user.call.auth.changePassword({ currentPassword: password, newPassword });
    expect(await changed).toMatchObject({ changed: true });
  });
});
