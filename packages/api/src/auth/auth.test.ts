import { randomInt, randomUUID } from 'node:crypto';
import bcrypt from 'bcrypt';
import jwt from 'jsonwebtoken';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp, requestContext } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, password, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { User } from '../db/entities/index.ts';
import { appRouter } from '../router.ts';
import { PasswordHasher } from './password.ts';
import type { Claims } from './tokens.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

const anonymous = (app = running.app) => callerOf(app).auth;
const anEmail = () => `${randomUUID()}@example.com`;
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
/** What a token is good for at this moment: `ok`, or the refusal. */
const fate = (token: string) =>
  callerOf(running.app, { token })
    .auth.me()
    .then(
      () => 'ok',
      (error: { cause: { code: string } }) => error.cause.code,
    );
const login = async (email: string, secret = password) =>
  (await anonymous().login({ email, password: secret })).accessToken;

/** How many wait for a lock in this database. */
async function waitingIn({ app }: TestApp): Promise<number> {
  const waiting = `select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  return (await app.pool.query<{ count: number }>(waiting)).rows[0]?.count ?? 0;
}

describe('register', () => {
  test('creates an account with the role user and signs it in', async () => {
    const email = anEmail();
    const { user, accessToken, ...rest } = await anonymous().register({
      email: `  ${email}\t`,
      password,
      firstName: ' Ada ',
    });
    expect(rest).toEqual({
      tokenType: 'bearer',
      expiresIn: 3_600,
      refreshToken: expect.any(String) as unknown,
      refreshExpiresIn: 2_592_000,
    });
    expect(user).toEqual({
      id: expect.any(String) as unknown,
      email,
      firstName: 'Ada',
      lastName: null,
      emailVerifiedAt: null,
      secondFactorAt: null,
      locale: null,
      role: 'user',
      disabledAt: null,
      createdAt: expect.any(Date) as unknown,
    });
    expect(await callerOf(running.app, { token: accessToken }).auth.me()).toEqual(user);
  });

  test.each([
    ['7 characters', 'x1y2z3w', 'VALIDATION_ERROR'],
    ['8 characters', 'x1y2z3w4', 'ok'],
    ['4 characters in 8 units', '😀😁😂🤣', 'VALIDATION_ERROR'],
    ['128 characters in 384 bytes', '€₤₪₫'.repeat(32), 'ok'],
    ['129 characters', `${'€₤₪₫'.repeat(32)}x`, 'VALIDATION_ERROR'],
    ['NUL inside', 'pass\0word and so on', 'ok'],
    ['spaces around, which count', '   12   ', 'ok'],
    ['half a character', 'ill-formed\ud800xx', 'VALIDATION_ERROR'],
    ['those that everyone has', 'password', 'VALIDATION_ERROR'],
    ['those that everyone has, in capitals', 'PASSWORD123', 'VALIDATION_ERROR'],
    ['digits in a row', '12345678', 'VALIDATION_ERROR'],
    ['one letter', 'aaaaaaaa', 'VALIDATION_ERROR'],
    ['eight spaces', ' '.repeat(8), 'VALIDATION_ERROR'],
    ['the product', 'Matinee 2026!', 'VALIDATION_ERROR'],
    ['the demo accounts', 'matinee-demo-1', 'VALIDATION_ERROR'],
    ['the product, twice', 'cinema-cinema', 'VALIDATION_ERROR'],
    ['words of the product', 'Matinee-Tickets', 'VALIDATION_ERROR'],
    ['the product in other signs', 'M@t1nee!', 'VALIDATION_ERROR'],
    ['the product with a sign for its end', 'Cinem@2026', 'VALIDATION_ERROR'],
    ['a word like those of the product', 'matineers-united', 'ok'],
    ['letters in a row', 'abcdefgh', 'VALIDATION_ERROR'],
    ['keys in a row, backwards', 'lkjhgfdsa', 'VALIDATION_ERROR'],
    ['many digits in a row', '123456789012345', 'VALIDATION_ERROR'],
    ['a few letters again and again', 'abcabcabc', 'VALIDATION_ERROR'],
    ['a few letters and others', 'abcabcabd', 'ok'],
  ])('a password of %s', async (_name, secret, outcome) => {
    const email = anEmail();
    const call = anonymous().register({ email, password: secret });
    expect(
      await call.then(
        () => 'ok',
        () => codeOf(call),
      ),
    ).toBe(outcome);
    const again = anonymous().login({ email, password: secret });
    const expected = outcome === 'ok' ? 'ok' : 'INVALID_CREDENTIALS';
    expect(
      await again.then(
        () => 'ok',
        () => codeOf(again),
      ),
    ).toBe(expected);
  });

  test('does not take longer for names that overlap in many ways', async () => {
    const secret = `${'abc'.repeat(42)}x`;
    const names = { firstName: 'abc', lastName: 'abcabc' };
    const began = performance.now();
    await anonymous().register({ email: anEmail(), password: secret, ...names });
    // Two to the power of twenty ways would take minutes.
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test.each([
    ['ada.lovelace@example.com', 'ada.lovelace@example.com'],
    ['ada.lovelace@example.com', 'Ada.Lovelace1815'],
    ['somebody@example.com', 'AdaLovelace'],
    ['somebody@example.com', 'lovelace-ada'],
    ['somebody@example.com', 'Lovelace1815'],
    ['ada.king@example.com', 'king-king-1815'],
    ['ada.king@example.com', 'king@example-Ada'],
  ])('refuses the own address or name of %s: %s', async (email, secret) => {
    const names = { firstName: 'Ada', lastName: 'Lovelace' };
    const call = anonymous().register({ email, password: secret, ...names });
    expect(await refusalOf(call)).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { issues: [{ path: ['password'] }] },
    });
    const { call: own } = await aUser(running.app);
    await own.auth.updateMe(names);
    const change = own.auth.changePassword({
      currentPassword: password,
      newPassword: 'AdaLovelace',
    });
    expect(await refusalOf(change)).toMatchObject({
      details: { issues: [{ path: ['newPassword'] }] },
    });
  });

  test.each([
    ['not-an-address'],
    ['a@b'],
    ['a b@example.com'],
    [`${'x'.repeat(244)}@example.com`],
    ['a\0@example.com'],
  ])('refuses the address %j', async (email) => {
    expect(await codeOf(anonymous().register({ email, password }))).toBe('VALIDATION_ERROR');
  });

  test('takes an address of 255 characters', async () => {
    const email = `${randomUUID()}${'x'.repeat(207)}@example.com`;
    expect((await anonymous().register({ email, password })).user.email).toHaveLength(255);
  });

  test('refuses a role, and every other key it does not know', async () => {
    const input = { email: anEmail(), password, role: 'admin' };
    expect(await refusalOf(anonymous().register(input))).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { issues: [{ path: ['role'] }] },
    });
  });

  test.each([
    ['ASCII', 'ada', 'ADA'],
    ['accented', 'zoë-ärzte', 'ZOË-ÄRZTE'],
    ['Cyrillic', 'анна', 'АННА'],
  ])('compares %s addresses without case', async (_name, lower, upper) => {
    const id = randomUUID();
    await anonymous().register({ email: `${lower}-${id}@example.com`, password });
    const email = `${upper}-${id.toUpperCase()}@EXAMPLE.com`;
    expect(await codeOf(anonymous().register({ email, password }))).toBe('EMAIL_TAKEN');
    expect(await fate(await login(` ${email} `))).toBe('ok');
  });

  test('gives an address to one of those who want it at once', async () => {
    const email = anEmail();
    const calls = Array.from({ length: 8 }, (_, index) =>
      anonymous().register({ email: index % 2 ? email : email.toUpperCase(), password }),
    );
    const settled = await Promise.allSettled(calls);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = calls.filter((_, index) => settled[index]?.status === 'rejected');
    expect(new Set(await Promise.all(lost.map(codeOf)))).toEqual(new Set(['EMAIL_TAKEN']));
  });
});

describe('login', () => {
  test('tells nobody why it refuses', async () => {
    const admin = await anAdmin(running.app);
    const [known, disabled] = [await aUser(running.app), await aUser(running.app)];
    await admin.call.admin.users.disable({ userId: disabled.id });
    const attempts: [string, string][] = [
      [known.email, 'wrong-password'],
      [known.email, `${password} `],
      [anEmail(), password],
      [disabled.email, password],
      ['no address at all', password],
      [known.email, `${password}\0`],
    ];
    for (const [email, secret] of attempts) {
      const refusal = await refusalOf(anonymous().login({ email, password: secret }));
      expect([email, refusal]).toEqual([email, { code: 'INVALID_CREDENTIALS', details: {} }]);
    }
  });

  test('refuses an address that cannot be stored, and does not break at it', async () => {
    const code = await codeOf(anonymous().login({ email: 'nul\0@example.com', password }));
    expect(['VALIDATION_ERROR', 'INVALID_CREDENTIALS']).toContain(code);
  });

  test('takes a password in either form of its letters', async () => {
    const email = anEmail();
    await anonymous().register({ email, password: 'cafe\u0301-table-12' });
    expect(await fate(await login(email, 'caf\u00e9-table-12'))).toBe('ok');
    expect(await codeOf(login(email, 'cafe-table-12'))).toBe('INVALID_CREDENTIALS');
  });

  test('takes a hash of before, and renews it', async () => {
    const { id, email } = await aUser(running.app);
    const hashOf = async () =>
      (await running.app.orm.em.fork().findOneOrFail(User, { id })).passwordHash;
    const before = await bcrypt.hash(password, 4);
    await running.app.pool.query('update users set password_hash = $2 where id = $1', [id, before]);
    expect(await codeOf(login(email, 'wrong-password'))).toBe('INVALID_CREDENTIALS');
    expect(await hashOf()).toBe(before);
    expect(await fate(await login(email))).toBe('ok');
    expect(await hashOf()).toMatch(/^v2:/);
    expect(await fate(await login(email))).toBe('ok');
  });

  test('renews a hash of another cost', async () => {
    const { id, email } = await aUser(running.app);
    const rounds = async () => {
      const user = await running.app.orm.em.fork().findOneOrFail(User, { id });
      return bcrypt.getRounds(user.passwordHash.replace('v2:', ''));
    };
    const dearer = await createTestApp({ bcryptCost: 5 }, running.databaseUrl);
    expect(await rounds()).toBe(4);
    await callerOf(dearer.app).auth.login({ email, password });
    expect(await rounds()).toBe(5);
    expect(await fate(await login(email))).toBe('ok');
    expect(await rounds()).toBe(4);
    await dearer.close();
  });

  test('reads a password to its last byte, also with a hash of before', async () => {
    const [email, longest] = [anEmail(), 'xyz'.repeat(24)];
    const { accessToken: token, user } = await anonymous().register({ email, password: longest });
    const before = await bcrypt.hash(longest, 4);
    expect(await codeOf(login(email, `${longest}x`))).toBe('INVALID_CREDENTIALS');
    await running.app.pool.query('update users set password_hash = $2 where id = $1', [
      user.id,
      before,
    ]);
    expect(await codeOf(login(email, `${longest}x`))).toBe('INVALID_CREDENTIALS');
    const { changePassword } = callerOf(running.app, { token }).auth;
    for (const currentPassword of [`${longest}x`, `${longest}\0`]) {
      const refusal = await refusalOf(changePassword({ currentPassword, newPassword: password }));
      expect(refusal).toMatchObject({ details: { issues: [{ path: ['currentPassword'] }] } });
    }
  });
});

describe('updateMe', () => {
  test('keeps what is left out and clears with null', async () => {
    const { call } = await aUser(running.app);
    await call.auth.updateMe({ firstName: 'Ada', lastName: 'Lovelace' });
    expect(await call.auth.updateMe({ firstName: null })).toMatchObject({
      firstName: null,
      lastName: 'Lovelace',
    });
    expect(await call.auth.updateMe({})).toEqual(await call.auth.me());
  });

  test.each([
    [{ role: 'admin' }],
    [{ email: 'a@b.org' }],
    [{ firstName: ' ' }],
    [{ lastName: 'x'.repeat(101) }],
    [{ firstName: '\0' }],
  ])('refuses %j', async (input) => {
    const { call } = await aUser(running.app);
    expect(await codeOf(call.auth.updateMe(input as object))).toBe('VALIDATION_ERROR');
  });
});

describe('a session', () => {
  test('ends with logout, the others go on', async () => {
    const { email, token, call } = await aUser(running.app);
    const other = await login(email);
    expect(await call.auth.logout()).toEqual({ loggedOut: true });
    expect([await fate(token), await fate(other)]).toEqual(['TOKEN_INVALID', 'ok']);
  });

  test('ends with logout everywhere, of this user alone', async () => {
    const [user, stranger] = [await aUser(running.app), await aUser(running.app)];
    const other = await login(user.email);
    await user.call.auth.logout({ everywhere: true });
    const fates = [await fate(user.token), await fate(other), await fate(stranger.token)];
    expect(fates).toEqual(['TOKEN_INVALID', 'TOKEN_INVALID', 'ok']);
    expect(await fate(await login(user.email))).toBe('ok');
  });

  test('ends when the password is changed in another one', async () => {
    const { email, token, call } = await aUser(running.app);
    const other = await login(email);
    const newPassword = 'a-new-password';
    const wrong = call.auth.changePassword({ currentPassword: newPassword, newPassword });
    expect(await refusalOf(wrong)).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { issues: [{ path: ['currentPassword'] }] },
    });
    expect(await fate(other)).toBe('ok');
    const changed = await call.auth.changePassword({ currentPassword: password, newPassword });
    expect(changed).toMatchObject({ changed: true, tokenType: 'bearer', expiresIn: 3_600 });
    const fates = [await fate(token), await fate(other), await fate(changed.accessToken)];
    expect(fates).toEqual(['TOKEN_INVALID', 'TOKEN_INVALID', 'ok']);
    expect(await codeOf(login(email))).toBe('INVALID_CREDENTIALS');
    expect(await fate(await login(email, newPassword))).toBe('ok');
  });

  test('wins or loses when two change the password in the same instant', async () => {
    const { id, email, call } = await aUser(running.app);
    const second = callerOf(running.app, { token: await login(email) });
    // Both have compared the old password and wait for the row; then both go on.
    const gate = new Client({ connectionString: running.databaseUrl });
    await gate.connect();
    await gate.query('begin');
    await gate.query('select 1 from users where id = $1 for update', [id]);
    const change = (caller: typeof call, newPassword: string) =>
      caller.auth.changePassword({ currentPassword: password, newPassword });
    const settled = Promise.allSettled([change(call, 'password-1'), change(second, 'password-2')]);
    await expect.poll(() => waitingIn(running), { timeout: 4_000 }).toBe(2);
    await gate.query('commit');
    await gate.end();
    const results = await settled;
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const winner = results[0]?.status === 'fulfilled' ? 'password-1' : 'password-2';
    expect(await fate(await login(email, winner))).toBe('ok');
  });

  test('follows what administrators do at the next request', async () => {
    const admin = await anAdmin(running.app);
    const { id: userId, token, email, call } = await aUser(running.app);
    await admin.call.admin.users.promote({ userId });
    await expect(call.admin.users.list({})).resolves.toBeDefined();
    await admin.call.admin.users.demote({ userId });
    expect(await codeOf(call.admin.users.list({}))).toBe('FORBIDDEN');
    await admin.call.admin.users.disable({ userId });
    expect(await fate(token)).toBe('TOKEN_INVALID');
    await admin.call.admin.users.enable({ userId });
    expect(await fate(token)).toBe('TOKEN_INVALID');
    expect(await fate(await login(email))).toBe('ok');
  });

  test('is not believed when the token was not made here', async () => {
    const { token } = await aUser(running.app);
    const { secret } = running.app.config.jwt;
    const { header } = jwt.decode(token, { complete: true }) as jwt.Jwt;
    const payload = jwt.decode(token) as Claims;
    const { sid, iat } = payload;
    // As text, because the library refuses to sign some of them as an object.
    const sign = (claims: object) =>
      fate(jwt.sign(JSON.stringify({ ...payload, ...claims }), secret, { header }));
    const fates = {
      good: await sign({}),
      elsewhere: await fate(jwt.sign(payload, `${secret}x`, { header })),
      withoutSession: await sign({ sid: undefined }),
      oddSession: await sign({ sid: `${sid}' or true --` }),
      oddUser: await sign({ user_id: 7 }),
      endless: await sign({ exp: undefined }),
      past: await sign({ iat: iat - 120, exp: iat - 60 }),
    };
    expect(fates).toEqual({
      good: 'ok',
      elsewhere: 'TOKEN_INVALID',
      withoutSession: 'TOKEN_INVALID',
      oddSession: 'TOKEN_INVALID',
      oddUser: 'TOKEN_INVALID',
      endless: 'TOKEN_INVALID',
      past: 'TOKEN_EXPIRED',
    });
  });

  test.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', ''])(
    'is none by the header %j',
    async (authorization) => {
      const context = { ...requestContext(running.app), authorization };
      expect(await codeOf(appRouter.createCaller(context).movies.list({}))).toBe('TOKEN_INVALID');
    },
  );

  test('ends at its time by the database’s clock', async () => {
    const { id, token } = await aUser(running.app);
    const past = `update sessions set expires_at = date_trunc('milliseconds', clock_timestamp()) where user_id = $1`;
    await running.app.pool.query(past, [id]);
    expect(await fate(token)).toBe('TOKEN_EXPIRED');
  });
});

test('disabling frees the seat locks and keeps the bookings', async () => {
  const { showtime, seatIds, admin } = await aShowtime(running.app);
  const user = await aUser(running.app);
  const [a = '', b = ''] = seatIds;
  await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [a, b] });
  const { id } = await user.call.reservations.create({ showtimeId: showtime.id, seatIds: [a] });
  await admin.call.admin.users.disable({ userId: user.id });
  const { counts } = await admin.call.showtimes.seats({ showtimeId: showtime.id });
  expect(counts).toMatchObject({ locked: 0, reserved: 1 });
  const kept = await admin.call.reservations.get({ reservationId: id });
  expect(kept.status).toBe('confirmed');
});

describe('rate limits', () => {
  let limited: TestApp;
  let sameDatabase: TestApp;
  beforeAll(async () => {
    limited = await createTestApp({ rateLimit: true });
    sameDatabase = await createTestApp({ rateLimit: true }, limited.databaseUrl);
  });
  afterAll(async () => {
    await sameDatabase.close();
    await limited.close();
  });

  /** From one client, unless told otherwise. */
  const attempt = (
    email: string,
    secret: string,
    { app } = limited,
    remoteAddress = '127.0.0.1',
  ) => {
    const call = callerOf(app, { remoteAddress }).auth.login({
      email,
      password: secret,
    });
    return call.then(
      () => 'ok',
      () => codeOf(call),
    );
  };
  const fail = async (email: string, times: number, { app } = limited) => {
    for (let count = 0; count < times; count += 1) {
      expect(await attempt(email, 'wrong-password', { app } as TestApp)).toBe(
        'INVALID_CREDENTIALS',
      );
    }
  };

  test('refuse an account after ten failures, counted by all servers, for 15 minutes', async () => {
    const [{ email }, other] = [await aUser(limited.app), await aUser(limited.app)];
    await fail(email, 5);
    await fail(email.toUpperCase(), 4, sameDatabase);
    expect(await attempt(email, password)).toBe('ok');
    await fail(` ${email} `, 1, sameDatabase);
    const refusal = await refusalOf(anonymous(limited.app).login({ email, password }));
    expect(refusal.code).toBe('RATE_LIMITED');
    const { retryAfterSeconds } = refusal.details as { retryAfterSeconds: number };
    expect(retryAfterSeconds).toBeGreaterThan(890);
    expect(retryAfterSeconds).toBeLessThanOrEqual(900);
    expect(await attempt(email, password, sameDatabase)).toBe('RATE_LIMITED');
    expect(await attempt(other.email, password)).toBe('ok');

    await limited.app.pool.query(`update sign_in_attempts set at = at - interval '15 minutes'`);
    expect(await attempt(email, password)).toBe('ok');
  });

  test('count addresses that nobody has, and none that succeed', async () => {
    const nobody = anEmail();
    await fail(nobody, 10);
    expect(await attempt(nobody, password)).toBe('RATE_LIMITED');
    const { email } = await aUser(limited.app);
    for (let count = 0; count < 12; count += 1) {
      expect(await attempt(email, password)).toBe('ok');
    }
  });

  test('hold when the last attempts come at once, on all servers', async () => {
    const { email } = await aUser(limited.app);
    await fail(email, 9);
    // Whoever has been let through waits for the accounts; then all of them are there together.
    const gate = new Client({ connectionString: limited.databaseUrl });
    await gate.connect();
    await gate.query('begin; lock table users in access exclusive mode');
    let settled = 0;
    const attempts = Array.from({ length: 12 }, (_, index) =>
      attempt(email, 'wrong-password', index % 2 ? limited : sameDatabase).finally(
        () => (settled += 1),
      ),
    );
    const gathered = async () => (await waitingIn(limited)) > 1 || settled === 11;
    await expect.poll(gathered, { timeout: 4_000 }).toBe(true);
    await gate.query('commit');
    await gate.end();
    const compared = (await Promise.all(attempts)).filter(
      (outcome) => outcome === 'INVALID_CREDENTIALS',
    );
    expect(compared).toHaveLength(1);
  });

  test('an address with a final sigma is one account in any case', async () => {
    const tag = randomUUID();
    const [upper, lower] = [`ΝΙΚΟΣ@${tag}.example.com`, `νικος@${tag}.example.com`];
    await anonymous(limited.app).register({ email: upper, password });
    expect(await codeOf(anonymous(limited.app).register({ email: lower, password }))).toBe(
      'EMAIL_TAKEN',
    );
    await fail(lower, 10);
    expect(await attempt(upper, password)).toBe('RATE_LIMITED');
    expect(await attempt(`νικοσ@${tag}.example.com`, password, limited, '192.0.2.77')).toBe('ok');
  });

  test('are not widened by another spelling of the same account', async () => {
    const email = `iris-${randomUUID()}@example.com`;
    await anonymous(limited.app).register({ email, password });
    await fail(email, 10);
    for (const spelling of [
      email.replace('i', 'İ'),
      email.replace('i', 'ı'),
      email.replace('s', 'ſ'),
    ]) {
      expect([spelling, await attempt(spelling, password)]).not.toEqual([spelling, 'ok']);
    }
  });

  test('refuse an address after 300 calls of login and register in a minute, and nothing else', async () => {
    const remoteAddress = randomUUID();
    const { email } = await aUser(limited.app);
    const neighbour = await aUser(limited.app);
    const { auth } = callerOf(limited.app, { remoteAddress, token: neighbour.token });
    const call = (index: number) =>
      index % 2 ? auth.login({ email, password }) : auth.register({ email: 'no', password });
    const outcomes = await Promise.all(
      Array.from({ length: 305 }, (_, index) => {
        const called = call(index);
        return called.then(
          () => 'ok',
          () => codeOf(called),
        );
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'RATE_LIMITED')).toHaveLength(5);
    const refusal = await refusalOf(auth.login({ email, password }));
    const { retryAfterSeconds } = refusal.details as { retryAfterSeconds: number };
    expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
    await expect(auth.me()).resolves.toMatchObject({ email: neighbour.email });
    const newPassword = 'wrong-password';
    const change = auth.changePassword({ currentPassword: newPassword, newPassword });
    expect(await codeOf(change)).toBe('VALIDATION_ERROR');
    expect(await attempt(email, password)).toBe('ok');
  });

  test('keep nobody out who guesses elsewhere', async () => {
    const { email } = await aUser(limited.app);
    await fail(email, 10);
    expect(await attempt(email, password)).toBe('RATE_LIMITED');
    expect(await attempt(email, password, limited, '192.0.2.1')).toBe('ok');
    // Guesses from an IPv6 network are those of one client.
    for (let count = 0; count < 10; count += 1) {
      const address = `2001:db8::${count}`;
      expect(await attempt(email, 'wrong-password', limited, address)).toBe('INVALID_CREDENTIALS');
    }
    expect(await attempt(email, password, limited, '2001:db8::99')).toBe('RATE_LIMITED');
    expect(await attempt(email, password, limited, '2001:db8:0:1::99')).toBe('ok');
  });

  test('refuse an account after a hundred failures from everywhere, but not where its owner has signed in', async () => {
    const { email } = await aUser(limited.app, '203.0.113.9');
    expect(await attempt(email, password, limited, '2001:db8:9::1')).toBe('ok');
    const outcomes = await Promise.all(
      Array.from({ length: 101 }, (_, index) =>
        attempt(email, 'wrong-password', limited, `198.51.100.${index % 20}`),
      ),
    );
    const refused = outcomes.filter((outcome) => outcome === 'RATE_LIMITED');
    expect(refused).toHaveLength(1);
    expect(await attempt(email, password, limited, '192.0.2.1')).toBe('RATE_LIMITED');
    // Of an IPv6 network the owner has another address.
    expect(await attempt(email, password, limited, '2001:db8:9::2')).toBe('ok');
    for (let count = 0; count < 10; count += 1) {
      expect(await attempt(email, 'wrong-password', limited, '203.0.113.9')).toBe(
        'INVALID_CREDENTIALS',
      );
    }
    expect(await attempt(email, password, limited, '203.0.113.9')).toBe('RATE_LIMITED');
  });

  test('know the clients of three months, and no failed sign-in as one', async () => {
    const { id, email } = await aUser(limited.app, '203.0.113.9');
    const stranger = '203.0.113.10';
    await attempt(email, 'wrong-password', limited, stranger);
    await limited.app.pool.query(
      `insert into audit_events (id, at, action, actor_id, subject, data, remote_address)
       values ($1, clock_timestamp() - interval '91 days', 'auth.login', $2, $3, '{}', '203.0.113.11')`,
      [randomUUID(), id, id],
    );
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        attempt(email, 'wrong-password', limited, `198.51.100.${index % 20}`),
      ),
    );
    expect(await attempt(email, password, limited, stranger)).toBe('RATE_LIMITED');
    expect(await attempt(email, password, limited, '203.0.113.11')).toBe('RATE_LIMITED');
    expect(await attempt(email, password, limited, '203.0.113.9')).toBe('ok');
  });

  test('slide: ten guesses are ten in any fifteen minutes', async () => {
    const { email } = await aUser(limited.app);
    const pass = (by: string) =>
      limited.app.pool.query(`update sign_in_attempts set at = at - $1::interval`, [by]);
    await fail(email, 1);
    await pass('14 minutes');
    await fail(email, 9);
    await pass('2 minutes');
    await fail(email, 1);
    expect(await attempt(email, password)).toBe('RATE_LIMITED');
  });

  test('count a wrong current password as a failed sign-in', async () => {
    const { email, call } = await aUser(limited.app, '127.0.0.1');
    const change = (currentPassword: string) =>
      refusalOf(call.auth.changePassword({ currentPassword, newPassword: 'a-new-password' }));
    for (let count = 0; count < 10; count += 1) {
      expect((await change('wrong-password')).code).toBe('VALIDATION_ERROR');
    }
    expect((await change(password)).code).toBe('RATE_LIMITED');
    expect(await attempt(email, password)).toBe('RATE_LIMITED');
    await expect(call.auth.me()).resolves.toMatchObject({ email });
  });

  test.each([
    ['deleteAccount', ({ auth }: Person['call']) => auth.deleteAccount({ password: 'wrong-one' })],
    [
      'secondFactor.start',
      ({ auth }: Person['call']) => auth.secondFactor.start({ password: 'wrong-one' }),
    ],
  ])('count a wrong password of %s as a failed sign-in', async (_name, ask) => {
    const { email, call } = await aUser(limited.app, '127.0.0.1');
    for (let count = 0; count < 10; count += 1) {
      expect(await codeOf(ask(call))).toBe('VALIDATION_ERROR');
    }
    expect(await codeOf(ask(call))).toBe('RATE_LIMITED');
    expect(await attempt(email, password)).toBe('RATE_LIMITED');
  });

  test('refuse an IPv6 network after 300 calls in a minute, whichever of its addresses calls', async () => {
    const network = `2001:db8:${randomInt(0x1_0000).toString(16)}:1`;
    const outcomes = await Promise.all(
      Array.from({ length: 305 }, (_, index) => {
        const remoteAddress = `${network}::${index.toString(16)}`;
        return codeOf(
          callerOf(limited.app, { remoteAddress }).auth.register({ email: 'no', password }),
        );
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'RATE_LIMITED')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'VALIDATION_ERROR')).toHaveLength(300);
  });

  test('end the oldest session at the twenty-first', async () => {
    const { email, token } = await aUser(limited.app);
    const tokens: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      const { accessToken } = await anonymous(limited.app).login({ email, password });
      tokens.push(accessToken);
    }
    const fateOf = (each: string) => {
      const call = callerOf(limited.app, { token: each }).auth.me();
      return call.then(
        () => 'ok',
        () => codeOf(call),
      );
    };
    expect(await fateOf(token)).toBe('TOKEN_INVALID');
    expect(await Promise.all(tokens.map(fateOf))).toEqual(tokens.map(() => 'ok'));
  });

  test.each([
    ['auth-call', 'rate_limits', `new.key like 'auth-call%'`],
    ['login-failed', 'sign_in_attempts', 'true'],
  ])('let nobody in when %s cannot be counted', async (_what, table, when) => {
    const broken = await createTestApp({ rateLimit: true });
    const { email } = await aUser(broken.app);
    await broken.asOwner(`
      create function refuse() returns trigger language plpgsql as
        $$ begin raise 'no more counting'; end $$;
      create trigger refuse before insert or update on ${table}
        for each row when (${when}) execute function refuse();`);
    expect(await attempt(email, 'wrong-password', broken)).toBe('INTERNAL_ERROR');
    await broken.close();
  });
});

describe('a hash that cannot have its turn', () => {
  test('is refused at once when its source has 256 waiting; others go on', async () => {
    const hasher = new PasswordHasher(4);
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = Array.from({ length: 2 + 256 }, () => hasher.inTurn('one', () => promise));
    await expect(hasher.inTurn('one', () => promise)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    const other = hasher.inTurn('another', async () => 'done');
    resolve();
    await Promise.all(waiting);
    await expect(other).resolves.toBe('done');
    await expect(hasher.inTurn('one', async () => 'done')).resolves.toBe('done');
  });

  test('is refused at once when two thousand wait', async () => {
    const hasher = new PasswordHasher(4);
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = Array.from({ length: 2 + 2_048 }, (_, index) =>
      hasher.inTurn(`source ${index % 50}`, () => promise),
    );
    await expect(hasher.inTurn('another', () => promise)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    resolve();
    await Promise.all(waiting);
  });
});

test('a session is not opened behind a disabling that is under way', async () => {
  const person = await aUser(running.app);
  const admin = new Client({ connectionString: running.databaseUrl });
  await admin.connect();
  await admin.query('begin');
  await admin.query('select 1 from users where id = $1 for update', [person.id]);
  const outcome = codeOf(callerOf(running.app).auth.login({ email: person.email, password }));
  const waiting = `select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  const count = async () =>
    (await running.app.pool.query<{ count: number }>(waiting)).rows[0]?.count;
  await expect.poll(count).toBe(1);
  await admin.query('update users set disabled_at = now() where id = $1', [person.id]);
  await admin.query('delete from sessions where user_id = $1', [person.id]);
  await admin.query('commit');
  await admin.end();

  expect(await outcome).toBe('INVALID_CREDENTIALS');
});
