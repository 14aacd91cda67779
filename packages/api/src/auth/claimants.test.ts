import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { Caller, TestApp } from '../../test/app.ts';
import { aShowtime, aUser, refusalOf } from '../../test/builders.ts';

/*
 * Locking and confirming check the session in their own statement. What a token is told does not
 * depend on that, or on the input, or on batches.
 */

const running: Record<string, TestApp> = {};
beforeAll(async () => {
  running['batches'] = await createTestApp();
  running['no batches'] = await createTestApp({ batching: false });
});
afterAll(async () => {
  await Promise.all(Object.values(running).map((each) => each.close()));
});

/** Tokens that are not believed, and what each is told. */
const badTokens: Record<string, { code: string; make: (app: TestApp) => Promise<string> }> = {
  'of a session that has ended': {
    code: 'TOKEN_INVALID',
    make: async ({ app }) => {
      const { call, token } = await aUser(app);
      await call.auth.logout();
      return token;
    },
  },
  'of a session that has run out': {
    code: 'TOKEN_EXPIRED',
    make: async ({ app }) => {
      const { id, token } = await aUser(app);
      await app.pool.query('update sessions set expires_at = now() where user_id = $1', [id]);
      return token;
    },
  },
  'that has run out before its session': {
    code: 'TOKEN_EXPIRED',
    make: (each) => {
      const exp = Math.floor(Date.now() / 1000) - 1;
      return signed(each, { iat: exp - 60, exp });
    },
  },
  'of a disabled account': {
    code: 'TOKEN_INVALID',
    make: async ({ app }) => {
      const { id, token } = await aUser(app);
      await app.pool.query('update users set disabled_at = now() where id = $1', [id]);
      // Disabling ends the sessions as well; here the account alone has to decide.
      return token;
    },
  },
  'of another’s session': {
    code: 'TOKEN_INVALID',
    make: async (each) => signed(each, { user_id: (await aUser(each.app)).id }),
  },
  'of a user that is no id': {
    code: 'TOKEN_INVALID',
    make: (each) => signed(each, { user_id: 'x' }),
  },
  'of a session that is no id': {
    code: 'TOKEN_INVALID',
    make: (each) => signed(each, { sid: '7' }),
  },
};

/** A token of ours with other claims than it should have. */
async function signed({ app }: TestApp, claims: object): Promise<string> {
  const { token } = await aUser(app);
  const own = jwt.decode(token, { complete: true, json: true }) as jwt.Jwt;
  const payload = { ...(own.payload as object), ...claims };
  return jwt.sign(payload, app.config.jwt.secret, { header: own.header });
}

/** Good input, bad input, and input about what is not there. */
async function callsOf(
  app: TestApp['app'],
): Promise<Record<string, (call: Caller) => Promise<unknown>>> {
  const { showtime, seatIds } = await aShowtime(app);
  const good = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
  const missing = { ...good, showtimeId: '00000000-0000-7000-8000-000000000000' };
  const bad = { showtimeId: 'no id', seatIds: [] };
  return {
    'auth.me': (call) => call.auth.me(),
    'lockSeats, good': (call) => call.showtimes.lockSeats(good),
    'lockSeats, bad': (call) => call.showtimes.lockSeats(bad),
    'lockSeats, missing': (call) => call.showtimes.lockSeats(missing),
    'create, good': (call) => call.reservations.create(good),
    'create, bad': (call) => call.reservations.create(bad),
    'create, missing': (call) => call.reservations.create(missing),
  };
}

describe.for(['batches', 'no batches'])('with %s', (how) => {
  test.for(Object.entries(badTokens))('a token %s', async ([, { code, make }]) => {
    const each = running[how] as TestApp;
    const token = await make(each);
    const calls = await callsOf(each.app);
    const told = await Promise.all(
      Object.entries(calls).map(async ([name, call]) => [
        name,
        (await refusalOf(call(callerOf(each.app, { token })))).code,
      ]),
    );

    await each.app.pool.query('update users set disabled_at = null');
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(Object.keys(calls).map((name) => [name, code])),
    );
  });

  test('a key that cannot be is refused after the session', async () => {
    const { app } = running[how] as TestApp;
    const { showtime, seatIds } = await aShowtime(app);
    const { token, call } = await aUser(app);
    const input = { showtimeId: showtime.id, seatIds };
    const oddKey = callerOf(app, { token, key: 'ü' });

    expect((await refusalOf(oddKey.showtimes.lockSeats(input))).code).toBe('VALIDATION_ERROR');
    await call.auth.logout();
    expect((await refusalOf(oddKey.showtimes.lockSeats(input))).code).toBe('TOKEN_INVALID');
  });

  test('one statement locks, and no other reads the session', async () => {
    const { app } = running[how] as TestApp;
    const { showtime, seatIds } = await aShowtime(app);
    const { call } = await aUser(app);
    const before = app.sessions.figures.calls;
    await call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds });
    await call.reservations.create({ showtimeId: showtime.id, seatIds });

    expect(app.sessions.figures.calls).toBe(before);
  });
});
