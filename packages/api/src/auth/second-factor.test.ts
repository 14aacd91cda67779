import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { ConfigOverrides, TestApp } from '../../test/app.ts';
import { appOf } from '../../test/authenticator.ts';
import { aGuest, anAdmin, aShowtime, aUser, password, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { SecretBox } from '../secret-box.ts';

/** Stands still: no step ends in the middle of a test. */
const now = new Date();
const clock = () => now;

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp({}, undefined, { clock });
});
afterAll(() => running.close());

const refused = async (call: Promise<unknown>) => (await refusalOf(call)).code;

/** An account with a second factor, at a step of its own: no code is taken twice. */
async function aProtected(person?: Person, { app } = running) {
  const user = person ?? (await aUser(app));
  const { secret, otpauthUrl } = await user.call.auth.secondFactor.start({ password });
  const code = appOf(secret, clock);
  const { recoveryCodes } = await user.call.auth.secondFactor.confirm({ code: code(-1) });
  return { ...user, code, recoveryCodes, secret, otpauthUrl };
}

const login = (email: string, code?: string, { app } = running) =>
  callerOf(app).auth.login({ email, password, ...(code === undefined ? {} : { code }) });

describe('an account with a second factor', () => {
  test('signs in with password and code, and says which is missing', async () => {
    const user = await aProtected();
    expect(await refused(login(user.email))).toBe('SECOND_FACTOR_REQUIRED');
    const { user: me } = await login(user.email, user.code());
    expect(me.secondFactorAt).toBeInstanceOf(Date);
    expect(user.otpauthUrl).toContain(user.secret);
  });

  test('takes a code typed with a space', async () => {
    const user = await aProtected();
    const code = user.code();
    const signedIn = await login(user.email, `${code.slice(0, 3)} ${code.slice(3)}`);
    expect(signedIn.user.id).toBe(user.id);
  });

  test('takes each code once, also of ten who send it at the same time', async () => {
    const user = await aProtected();
    const code = user.code();
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => login(user.email, code)),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refused(login(user.email, code))).toBe('INVALID_CREDENTIALS');
    // A code of before the last one is over as well.
    expect(await refused(login(user.email, user.code(-1)))).toBe('INVALID_CREDENTIALS');
  });

  test('takes each recovery code once', async () => {
    const user = await aProtected();
    const [first = '', second = ''] = user.recoveryCodes;
    await login(user.email, first.toLowerCase());
    expect(await refused(login(user.email, first))).toBe('INVALID_CREDENTIALS');
    const both = await Promise.allSettled([login(user.email, second), login(user.email, second)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('does not say that the password is right to one who guesses codes', async () => {
    const user = await aProtected();
    const wrong = await refusalOf(login(user.email, '000000'));
    const other = await refusalOf(
      callerOf(running.app).auth.login({ email: user.email, password: 'wrong', code: '000000' }),
    );
    expect(wrong).toEqual(other);
    expect(wrong.code).toBe('INVALID_CREDENTIALS');
  });

  test('counts wrong codes as failed sign-ins, and a missing one not', async () => {
    const limited = await createTestApp({ rateLimit: true }, running.databaseUrl, { clock });
    const user = await aProtected(undefined, limited);
    const remoteAddress = '192.0.2.7';
    const attempt = (code?: string) =>
      callerOf(limited.app, { remoteAddress }).auth.login({
        email: user.email,
        password,
        ...(code === undefined ? {} : { code }),
      });
    for (let count = 0; count < 12; count += 1) {
      expect(await refused(attempt())).toBe('SECOND_FACTOR_REQUIRED');
    }
    for (let count = 0; count < 10; count += 1) {
      expect(await refused(attempt('000000'))).toBe('INVALID_CREDENTIALS');
    }
    expect(await refused(attempt(user.code()))).toBe('RATE_LIMITED');
    await limited.close();
  });

  test('ends its other sessions when it is confirmed, and not this one', async () => {
    const user = await aUser(running.app);
    const { accessToken } = await login(user.email);
    await aProtected(user);
    const elsewhere = callerOf(running.app, { token: accessToken }).auth.me();
    expect(await refused(elsewhere)).toBe('TOKEN_INVALID');
    expect((await user.call.auth.me()).secondFactorAt).not.toBeNull();
  });

  test('keeps it when the password is set anew by a mailed link', async () => {
    const user = await aProtected();
    const { app } = running;
    const { rows } = await app.pool.query<{ hash: string }>(
      'select password_hash as hash from users where id = $1',
      [user.id],
    );
    const token = app.passwordResets.sign({
      id: user.id,
      expiresAt: new Date(now.getTime() + 60_000),
      about: rows[0]?.hash ?? '',
    });
    const newPassword = 'another-test-password';
    await callerOf(app).auth.resetPassword({ token, newPassword });
    const again = callerOf(app).auth.login({ email: user.email, password: newPassword });
    expect(await refused(again)).toBe('SECOND_FACTOR_REQUIRED');
  });

  test('removes it with password and code alone', async () => {
    const user = await aProtected();
    const { remove } = user.call.auth.secondFactor;
    const wrongs = [
      { password: 'wrong', code: user.code() },
      { password, code: '000000' },
    ];
    for (const wrong of wrongs) {
      expect(await refused(remove(wrong))).toBe('VALIDATION_ERROR');
    }
    await remove({ password, code: user.code() });
    expect((await login(user.email)).user.secondFactorAt).toBeNull();
    expect(await refused(remove({ password, code: user.code(1) }))).toBe('VALIDATION_ERROR');
  });

  test('is read after the secret of the configuration was replaced, and encrypted anew', async () => {
    const user = await aProtected();
    const sealOf = async () => {
      const { rows } = await running.app.pool.query<{ seal: string }>(
        'select second_factor_secret as seal from users where id = $1',
        [user.id],
      );
      return rows[0]?.seal ?? '';
    };
    const before = await sealOf();
    expect(before).not.toContain(user.secret);
    const secret = 'another-secret-'.repeat(3);
    const rotate = (previousSecrets: string[]): ConfigOverrides => ({
      jwt: { secret, previousSecrets, expiresInMinutes: 60 },
    });
    const previous = running.app.config.jwt.secret;
    const rotated = await createTestApp(rotate([previous]), running.databaseUrl, { clock });
    await login(user.email, user.code(), rotated);
    expect(await sealOf()).not.toBe(before);
    const later = await createTestApp(rotate([]), running.databaseUrl, { clock });
    await login(user.email, user.code(1), later);
    await rotated.close();
    await later.close();
  });
});

describe('a second factor', () => {
  test('has no effect before it is confirmed, and the last secret counts', async () => {
    const user = await aUser(running.app);
    const { start, confirm } = user.call.auth.secondFactor;
    expect(await refused(confirm({ code: '000000' }))).toBe('VALIDATION_ERROR');
    const { secret: first } = await start({ password });
    await login(user.email);
    const { secret: second } = await start({ password });
    expect(await refused(confirm({ code: appOf(first, clock)() }))).toBe('VALIDATION_ERROR');
    await confirm({ code: appOf(second, clock)() });
  });

  test('needs the password, and cannot be replaced while it is there', async () => {
    const user = await aUser(running.app);
    const { start } = user.call.auth.secondFactor;
    expect(await refused(start({ password: 'wrong' }))).toBe('VALIDATION_ERROR');
    await aProtected(user);
    expect(await refused(start({ password }))).toBe('FORBIDDEN');
  });

  test('is begun and confirmed once under one key, and the key keeps no secret', async () => {
    const user = await aUser(running.app);
    const { app } = running;
    const keyed = (key: string) => callerOf(app, { token: user.token, key }).auth.secondFactor;
    const started = await keyed('s').start({ password });
    expect(await keyed('s').start({ password })).toEqual(started);
    const code = appOf(started.secret, clock)();
    const { recoveryCodes } = await keyed('c').confirm({ code });
    expect(await keyed('c').confirm({ code })).toEqual({ recoveryCodes });
    const { rows } = await app.pool.query('select * from idempotency_keys where user_id = $1', [
      user.id,
    ]);
    expect(rows).toHaveLength(2);
    for (const text of [started.secret, recoveryCodes[0] ?? '']) {
      expect(JSON.stringify(rows)).not.toContain(text);
    }
    // The secret is not shown again once it is in use.
    expect(await refused(keyed('s').start({ password }))).toBe('FORBIDDEN');
  });

  test('is not for guests', async () => {
    const guest = await aGuest(running.app);
    expect(await refused(guest.call.auth.secondFactor.start({ password }))).toBe('FORBIDDEN');
  });

  test('that is lost is removed by an administrator: sessions end, the owner is told', async () => {
    const admin = await anAdmin(running.app);
    const user = await aProtected();
    const after = await admin.call.admin.users.resetSecondFactor({ userId: user.id });
    expect(after).toMatchObject({ id: user.id, secondFactorAt: null });
    expect(await refused(user.call.auth.me())).toBe('TOKEN_INVALID');
    await login(user.email);
    const { rows } = await running.app.pool.query<{ change: string }>(
      `select payload ->> 'change' as change from outbox
       where kind = 'second_factor.changed' and payload ->> 'userId' = $1 order by id`,
      [user.id],
    );
    expect(rows.map(({ change }) => change)).toEqual(['added', 'removed']);
    const guest = await aGuest(running.app);
    expect(await refused(admin.call.admin.users.resetSecondFactor({ userId: guest.id }))).toBe(
      'NOT_FOUND',
    );
  });

  test('is encrypted for its owner', () => {
    const present = new SecretBox('second factor', ['a'.repeat(40), 'b'.repeat(40)]);
    const old = new SecretBox('second factor', ['b'.repeat(40)]);
    const content = Buffer.from('a secret');
    const sealed = present.seal(content, 'ada');
    expect(present.open(sealed, 'ada')).toEqual({ content, isOld: false });
    expect(present.open(old.seal(content, 'ada'), 'ada')).toEqual({ content, isOld: true });
    expect(present.open(sealed, 'grace')).toBeUndefined();
    expect(old.open(sealed, 'ada')).toBeUndefined();
    expect(present.open('', 'ada')).toBeUndefined();
  });
});

describe('SECOND_FACTOR=staff', () => {
  let strict: TestApp;
  beforeAll(async () => {
    strict = await createTestApp({ secondFactorOfStaff: true }, undefined, { clock });
  });
  afterAll(() => strict.close());

  test('lets administrators and staff without one set it up, and nothing else', async () => {
    const { app } = strict;
    const { showtime, seatIds } = await aShowtime(running.app);
    const input = { showtimeId: showtime.id, seatIds };
    for (const role of ['admin', 'staff']) {
      const person = await aUser(app);
      await app.pool.query('update users set role = $2 where id = $1', [person.id, role]);
      // A token that says what its owner is: signed in after the change.
      const { accessToken: token } = await login(person.email, undefined, strict);
      const call = callerOf(app, { token });
      expect(await refused(call.movies.list({}))).toBe('FORBIDDEN');
      expect(await refused(call.reservations.list({}))).toBe('FORBIDDEN');
      expect(await refused(call.showtimes.lockSeats(input))).toBe('FORBIDDEN');
      expect(await refused(call.admin.staff.list({}))).toBe('FORBIDDEN');
      expect((await call.auth.me()).role).toBe(role);
      await aProtected({ ...person, token, call }, strict);
      expect((await call.reservations.list({})).items).toEqual([]);
    }
  });

  test('asks nothing of customers and guests', async () => {
    const user = await aUser(strict.app);
    const guest = await aGuest(strict.app);
    for (const { call } of [user, guest]) {
      expect((await call.reservations.list({})).items).toEqual([]);
    }
  });
});
