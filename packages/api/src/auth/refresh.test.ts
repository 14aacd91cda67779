import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp, requestContext } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aGuest, anAdmin, aUser, password, refusalOf } from '../../test/builders.ts';
import { appRouter } from '../router.ts';
import type { SignedIn } from './schema.ts';

let running: TestApp;
let other: TestApp;
beforeAll(async () => {
  running = await createTestApp();
  other = await createTestApp({}, running.databaseUrl);
});
afterAll(async () => {
  await other.close();
  await running.close();
});

const dayS = 24 * 60 * 60;

async function signIn(): Promise<SignedIn> {
  return callerOf(running.app).auth.register({ email: `${randomUUID()}@example.com`, password });
}

const refresh = ({ refreshToken }: Pick<SignedIn, 'refreshToken'>, { app } = running) =>
  callerOf(app).auth.refresh({ refreshToken: refreshToken ?? '' });
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;

/** What an access token is good for at this moment: `ok`, or the refusal. */
const fate = (token: string, { app } = running) =>
  callerOf(app, { token })
    .auth.me()
    .then(
      () => 'ok',
      (error: { cause: { code: string } }) => error.cause.code,
    );

const sessionOf = ({ accessToken }: SignedIn) => (jwt.decode(accessToken) as { sid: string }).sid;

/** Lets time pass for a session: everything that is known of it was so many seconds earlier. */
async function age(signedIn: SignedIn, seconds: number): Promise<void> {
  const { rowCount } = await running.app.pool.query(
    `update sessions set created_at = created_at - make_interval(secs => $2),
       last_used_at = last_used_at - make_interval(secs => $2),
       expires_at = expires_at - make_interval(secs => $2),
       renewals = (select coalesce(jsonb_agg(at::bigint - $2::bigint * 1000), '[]')
         from jsonb_array_elements_text(renewals) at)
     where id = $1`,
    [sessionOf(signedIn), seconds],
  );
  expect(rowCount).toBe(1);
}

const endOf = async (signedIn: SignedIn) => {
  const { rows } = await running.app.pool.query<{ left: number }>(
    `select extract(epoch from expires_at - clock_timestamp())::float8 as left from sessions where id = $1`,
    [sessionOf(signedIn)],
  );
  return rows[0]?.left;
};

describe('a refresh token', () => {
  test('renews the session: both tokens are new, the account is in the answer', async () => {
    const first = await signIn();
    expect(first).toMatchObject({ expiresIn: 3_600, refreshExpiresIn: 30 * dayS });
    await age(first, 60);
    const second = await refresh(first);
    expect(second).toMatchObject({
      user: first.user,
      tokenType: 'bearer',
      expiresIn: 3_600,
      refreshExpiresIn: 30 * dayS,
    });
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await fate(second.accessToken)).toBe('ok');
    // An access token lives as long as it says, also after a renewal.
    expect(await fate(first.accessToken)).toBe('ok');
    expect(sessionOf(second)).toBe(sessionOf(first));
  });

  test('works at another server, and after the secret was replaced', async () => {
    const first = await signIn();
    const second = await refresh(first, other);
    const secret = 'another-secret-'.repeat(3);
    const previousSecrets = [running.app.config.jwt.secret];
    const jwtConfig = { secret, previousSecrets, expiresInMinutes: 60 };
    const rotated = await createTestApp({ jwt: jwtConfig }, running.databaseUrl);
    const third = await refresh(second, rotated);
    const again = await createTestApp(
      { jwt: { ...jwtConfig, previousSecrets: [] } },
      running.databaseUrl,
    );
    expect(await codeOf(refresh(second, again))).toBe('TOKEN_INVALID');
    expect(await fate((await refresh(third, again)).accessToken, again)).toBe('ok');
    await rotated.close();
    await again.close();
  });

  test('gets the same pair again for 30 seconds, from either server, also after the next renewal', async () => {
    const first = await signIn();
    const second = await refresh(first);
    expect(await refresh(first, other)).toEqual(second);
    const third = await refresh(second);
    expect(await refresh(first)).toEqual(second);
    await age(third, 29);
    const late = await refresh(first);
    expect(late.refreshToken).not.toBe(third.refreshToken);
    expect(await fate(third.accessToken)).toBe('ok');
  });

  test('gets one pair when twenty ask at the same time at two servers', async () => {
    const first = await signIn();
    const calls = Array.from({ length: 20 }, (_, index) =>
      refresh(first, index % 2 === 0 ? running : other),
    );
    const pairs = await Promise.all(calls);
    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(new Set(pairs.map(({ accessToken }) => accessToken)).size).toBe(1);
  });

  test('that is used again later ends the session, with all its tokens', async () => {
    const first = await signIn();
    const second = await refresh(first);
    await age(second, 31);
    const third = await refresh(second);
    expect(await codeOf(refresh(first))).toBe('TOKEN_INVALID');
    expect(await fate(third.accessToken)).toBe('TOKEN_INVALID');
    expect(await fate(third.accessToken, other)).toBe('TOKEN_INVALID');
    expect(await codeOf(refresh(third))).toBe('TOKEN_INVALID');
    const admin = await anAdmin(running.app);
    const { items } = await admin.call.admin.audit.list({ actorId: first.user.id, limit: 10 });
    expect(items.map(({ action }) => action)).toContain('auth.refreshReused');
  });

  test('that was used ends the session too when it was renewed more than ten times since', async () => {
    const first = await signIn();
    let latest = await refresh(first);
    for (let count = 0; count < 10; count += 1) {
      latest = await refresh(latest);
    }
    expect(await codeOf(refresh(first))).toBe('TOKEN_INVALID');
    expect(await fate(latest.accessToken)).toBe('TOKEN_INVALID');
  });

  test('ends the session that it stands for, and no other of the account', async () => {
    const first = await signIn();
    const { email } = first.user;
    const elsewhere = await callerOf(running.app).auth.login({ email: email ?? '', password });
    const second = await refresh(first);
    await age(second, 31);
    expect(await codeOf(refresh(first))).toBe('TOKEN_INVALID');
    expect(await fate(elsewhere.accessToken)).toBe('ok');
  });

  test('expires after 30 days, by the database’s clock, and each renewal begins them anew', async () => {
    const first = await signIn();
    await age(first, 29 * dayS);
    const second = await refresh(first);
    expect(await endOf(second)).toBeGreaterThan(30 * dayS - 60);
    await age(second, 30 * dayS);
    expect(await codeOf(refresh(second))).toBe('TOKEN_EXPIRED');
    expect(await fate(second.accessToken)).toBe('TOKEN_EXPIRED');
  });

  test('is worth nothing 180 days after the sign-in', async () => {
    const first = await signIn();
    await age(first, 0);
    await running.app.pool.query(
      `update sessions set created_at = created_at - interval '179 days' where id = $1`,
      [sessionOf(first)],
    );
    const second = await refresh(first);
    expect(second.refreshExpiresIn).toBeLessThanOrEqual(dayS);
    expect(second.refreshExpiresIn).toBeGreaterThan(dayS - 60);
    expect(await endOf(second)).toBeLessThanOrEqual(dayS);
  });

  test.each([
    ['an access token', (signedIn: SignedIn) => signedIn.accessToken],
    ['another spelling', ({ refreshToken }: SignedIn) => `${refreshToken}=`],
    ['a changed letter', ({ refreshToken }: SignedIn) => `${refreshToken?.slice(0, -9)}AAAAAAAAA`],
    ['a word', () => 'refresh'],
  ])('is not %s', async (_what, forge) => {
    const signedIn = await signIn();
    expect(await codeOf(refresh({ refreshToken: forge(signedIn) }))).toBe('TOKEN_INVALID');
    expect(await fate(signedIn.accessToken)).toBe('ok');
  });

  test('is not accepted in place of an access token', async () => {
    const { refreshToken } = await signIn();
    expect(await fate(refreshToken ?? '')).toBe('TOKEN_INVALID');
  });

  test.each([
    ['signing out', (token: string) => callerOf(running.app, { token }).auth.logout()],
    [
      'a new password',
      (token: string) =>
        callerOf(running.app, { token }).auth.changePassword({
          currentPassword: password,
          newPassword: 'another-test-password',
        }),
    ],
  ])('ends with %s', async (_what, end) => {
    const signedIn = await signIn();
    await end(signedIn.accessToken);
    expect(await codeOf(refresh(signedIn))).toBe('TOKEN_INVALID');
  });

  test('comes with a changed password, for the new session', async () => {
    const { accessToken: token } = await signIn();
    const changed = await callerOf(running.app, { token }).auth.changePassword({
      currentPassword: password,
      newPassword: 'another-test-password',
    });
    expect(await fate((await refresh(changed)).accessToken)).toBe('ok');
  });

  test('of a disabled account renews nothing, and of a demoted one gives what it is now', async () => {
    const admin = await anAdmin(running.app);
    const signedIn = await signIn();
    await admin.call.admin.users.promote({ userId: signedIn.user.id });
    expect((await refresh(signedIn)).user.role).toBe('admin');
    const disable = (since: string) =>
      running.app.pool.query(`update users set disabled_at = ${since} where id = $1`, [
        signedIn.user.id,
      ]);
    await disable('now()');
    expect(await codeOf(refresh(signedIn))).toBe('TOKEN_INVALID');
    await disable('null');
  });

  test('is not given to guests', async () => {
    const guest = await callerOf(running.app).auth.guest();
    expect(guest).toMatchObject({ refreshToken: null, refreshExpiresIn: null, expiresIn: dayS });
    expect(await endOf(guest)).toBeLessThanOrEqual(dayS);
  });
});

/** How often a session is ended while it is renewed. */
const attempts = 60;

test(
  'no token of an ended session is accepted, renewed at another server at the same moment',
  async () => {
    const { user } = await signIn();
    const ends = [
      (token: string, app = running.app) => callerOf(app, { token }).auth.logout(),
      (token: string, app = running.app) =>
        callerOf(app, { token }).auth.logout({ everywhere: true }),
    ];
    let renewed = 0;
    let accepted = 0;
    for (let count = 0; count < attempts; count += 1) {
      const login = { email: user.email ?? '', password };
      const first = await callerOf(running.app).auth.login(login);
      const [here, there] = count % 2 === 0 ? [running, other] : [other, running];
      const end = ends[count % ends.length];
      const [second] = await Promise.all([
        refresh(first, here).catch(() => undefined),
        end?.(first.accessToken, there.app),
      ]);
      renewed += second ? 1 : 0;
      const left = [first, ...(second ? [second] : [])];
      const fates = await Promise.all(
        left.flatMap((pair) => [
          fate(pair.accessToken, here),
          fate(pair.accessToken, there),
          refresh(pair, there).then(
            () => 'ok',
            () => 'refused',
          ),
        ]),
      );
      accepted += fates.filter((each) => each === 'ok').length;
    }
    // The control: the renewal does come first at times.
    expect(renewed).toBeGreaterThan(0);
    expect(accepted).toBe(0);
  },
  30_000 + attempts * 100,
);

describe('sessions', () => {
  const named = (userAgent: string) =>
    appRouter.createCaller({ ...requestContext(running.app), userAgent }).auth;

  test('are listed with their clients, and one of them can be ended', async () => {
    const email = `${randomUUID()}@example.com`;
    const phone = await named('Phone/1.0\u0007').register({ email, password });
    const laptop = await named('x'.repeat(300)).login({ email, password });
    const { auth } = callerOf(running.app, { token: laptop.accessToken });
    const sessions = await auth.sessions.list();
    expect(sessions.map(({ userAgent, current }) => [userAgent, current])).toEqual([
      ['x'.repeat(255), true],
      ['Phone/1.0', false],
    ]);
    const left = await auth.sessions.revoke({ sessionId: sessionOf(phone) });
    expect(left.map(({ id }) => id)).toEqual([sessionOf(laptop)]);
    expect(await fate(phone.accessToken)).toBe('TOKEN_INVALID');
    expect(await codeOf(refresh(phone))).toBe('TOKEN_INVALID');
  });

  test('of others do not exist', async () => {
    const [mine, theirs] = [await signIn(), await signIn()];
    const { auth } = callerOf(running.app, { token: mine.accessToken });
    expect(await codeOf(auth.sessions.revoke({ sessionId: sessionOf(theirs) }))).toBe('NOT_FOUND');
    expect(await fate(theirs.accessToken)).toBe('ok');
  });

  test('note when they are used, at most once in five minutes', async () => {
    const signedIn = await signIn();
    const { auth } = callerOf(running.app, { token: signedIn.accessToken });
    const lastUse = async () => (await auth.sessions.list())[0]?.lastUsedAt.getTime() ?? 0;
    await age(signedIn, 400);
    const before = await lastUse();
    await running.app.sessionUses.settle();
    const used = await lastUse();
    expect(used).toBeGreaterThan(before + 390_000);
    await running.app.sessionUses.settle();
    expect(await lastUse()).toBe(used);
  });

  test('of a guest are listed too', async () => {
    const guest = await aGuest(running.app);
    expect(await guest.call.auth.sessions.list()).toHaveLength(1);
  });

  test('that were used last outlive the others when there are too many', async () => {
    const limited = await createTestApp({ rateLimit: true }, running.databaseUrl);
    const { email, token } = await aUser(limited.app);
    await limited.app.pool.query(
      `update sessions s set last_used_at = clock_timestamp() + interval '1 hour'
       from users u where u.id = s.user_id and u.email = $1`,
      [email],
    );
    const tokens: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      tokens.push((await callerOf(limited.app).auth.login({ email, password })).accessToken);
    }
    expect(await fate(token)).toBe('ok');
    expect(await fate(tokens[0] ?? '')).toBe('TOKEN_INVALID');
    await limited.close();
  });
});
