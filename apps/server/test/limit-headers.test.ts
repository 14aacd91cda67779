import { aUser, password } from '@matinee/api/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { quietTexter, startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

let server: TestServer;
let unlimited: TestServer;
let email: string;
beforeAll(async () => {
  server = await startTestServer({ rateLimit: true }, undefined, {
    texter: quietTexter,
    trustProxy: 1,
  });
  unlimited = await startTestServer({ rateLimit: false }, server.databaseUrl);
  ({ email } = await aUser(server.app));
});
afterAll(async () => {
  await unlimited.close();
  await server.close();
});
beforeEach(() => server.asOwner('truncate rate_limits, sign_in_attempts'));
afterEach(() => void vi.restoreAllMocks());

/** The limits of a response: the policy of each, and what is left of it; times in tens of seconds. */
function limitsOf({ headers }: Response): (string | undefined)[] {
  const left = headers.get('ratelimit')?.replaceAll(/t=(\d+)/g, (_match, seconds: string) => {
    return `t=${Math.ceil(Number(seconds) / 10) * 10}`;
  });
  return [headers.get('ratelimit-policy') ?? undefined, left];
}

const post = (url: string, body: string | object | undefined, headers: object = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

/** The ways in which `auth.*` is called, each with the same input. */
const ways: [string, (path: string, input: object, to?: TestServer) => Promise<Response>][] = [
  ['REST', (path, input, to = server) => post(`${to.url}/api/v1/auth/${path}`, input)],
  ['tRPC', (path, input, to = server) => post(`${to.url}/trpc/auth.${path}`, { json: input })],
  [
    'tRPC, in a batch of one',
    (path, input, to = server) => post(`${to.url}/trpc/auth.${path}?batch=1`, [{ json: input }]),
  ],
];

const calls = '"auth-call";q=300;w=60';
const accounts = '"account-hour";q=30;w=3600, "account-day";q=100;w=86400';

/** Leaves one call of a limit, for 40 seconds. */
const useUp = (name: string, points: number) =>
  server.app.pool.query(
    `update rate_limits set points = $2,
       expire = extract(epoch from clock_timestamp() + interval '39.9 seconds') * 1000
     where key like $1 || ':%'`,
    [name, points - 1],
  );

describe.each(ways)('over %s', (way, call) => {
  test('a call that opens a session shows what is left of its limit', async () => {
    const first = await call('login', { email, password });
    expect([first.status, ...limitsOf(first)]).toEqual([200, calls, '"auth-call";r=299;t=60']);
    expect(limitsOf(await call('login', { email, password }))[1]).toBe('"auth-call";r=298;t=60');
  });

  test('a refused call shows it as well, and nothing of the failures of the account', async () => {
    const response = await call('login', { email, password: 'wrong' });
    expect([response.status, ...limitsOf(response)]).toEqual([
      401,
      calls,
      '"auth-call";r=299;t=60',
    ]);
  });

  test('an account refused for its failures shows the limit of calls alone', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await call('login', { email, password: 'wrong' });
    }
    const response = await call('login', { email, password });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(60);
    expect(limitsOf(response)).toEqual([
      calls,
      expect.stringMatching(/^"auth-call";r=289;/) as unknown,
    ]);
  });

  test('a call that is one too many shows when it may come again', async () => {
    await call('login', { email, password });
    await useUp('auth-call', 300);
    expect(limitsOf(await call('login', { email, password }))[1]).toBe('"auth-call";r=0;t=40');
    const response = await call('login', { email, password });
    expect([response.status, ...limitsOf(response)]).toEqual([429, calls, '"auth-call";r=0;t=40']);
    expect(response.headers.get('ratelimit')).toMatch(
      new RegExp(`;t=${response.headers.get('retry-after')}$`),
    );
  });

  test('a new account counts for three limits', async () => {
    const input = { email: `${crypto.randomUUID()}@example.com`, password };
    expect(limitsOf(await call('register', input))).toEqual([
      `${calls}, ${accounts}`,
      '"auth-call";r=299;t=60, "account-hour";r=29;t=3600, "account-day";r=99;t=86400',
    ]);
    await useUp('account-hour', 30);
    await call('guest', {});
    const refused = await call('guest', {});
    expect(refused.status).toBe(429);
    expect(limitsOf(refused)).toEqual([
      `${calls}, "account-hour";q=30;w=3600`,
      expect.stringMatching(/^"auth-call";r=297;t=\d+, "account-hour";r=0;t=40$/) as unknown,
    ]);
  });

  test('a mail that is asked for shows nothing of the address', async () => {
    const response = await call(nameOf('requestPasswordReset', way), { email });
    expect([response.status, ...limitsOf(response)]).toEqual([
      200,
      calls,
      '"auth-call";r=299;t=60',
    ]);
  });

  test('without limits there are no headers', async () => {
    const response = await call('login', { email, password }, unlimited);
    expect([response.status, ...limitsOf(response)]).toEqual([200, undefined, undefined]);
  });
});

/** REST writes the names of procedures with dashes. */
function nameOf(procedure: string, way: string): string {
  return way === 'REST'
    ? procedure.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    : procedure;
}

test('the token endpoint shows the same', async () => {
  const form = new URLSearchParams({ grant_type: 'password', username: email, password });
  const ask = (body: URLSearchParams) =>
    fetch(`${server.url}/api/v1/auth/token`, { method: 'POST', body });
  expect(limitsOf(await ask(form))).toEqual([calls, '"auth-call";r=299;t=60']);
  form.set('password', 'wrong');
  const refused = await ask(form);
  expect([refused.status, limitsOf(refused)[0]]).toEqual([400, calls]);
});

test('a text message shows what is left for the account, and nothing of the number', async () => {
  const { token } = await aUser(server.app);
  const ask = () =>
    post(
      `${server.url}/api/v1/auth/request-phone-verification`,
      { phone: '+4915112345678' },
      { authorization: `Bearer ${token}` },
    );
  const policy = '"text-account";q=5;w=86400';
  expect(limitsOf(await ask())).toEqual([policy, '"text-account";r=4;t=86400']);
  await ask();
  await ask();
  const refused = await ask();
  expect([refused.status, limitsOf(refused)[0]]).toEqual([429, policy]);
  expect(limitsOf(refused)[1]).toMatch(/^"text-account";r=1;t=\d+$/);
});

test('a client of an IPv6 site sees its own calls, and nothing of the rest of the site', async () => {
  const from = (address: string) =>
    post(`${server.url}/api/v1/auth/login`, { email, password }, { 'x-forwarded-for': address });
  await from('2001:db8:1:1::1');
  await from('2001:db8:1:1::2');
  expect(limitsOf(await from('2001:db8:1:2::1'))).toEqual([calls, '"auth-call";r=299;t=60']);
});

test('calls that count for nothing have no headers', async () => {
  expect(limitsOf(await fetch(`${server.url}/api/v1/movies`))).toEqual([undefined, undefined]);
});

test('a call asks the database no more for them: one statement for each limit', async () => {
  const query = vi.spyOn(server.app.pool, 'query');
  const response = await post(`${server.url}/api/v1/auth/guest`, {});
  expect(limitsOf(response)[1]).toBe(
    '"auth-call";r=299;t=60, "account-hour";r=29;t=3600, "account-day";r=99;t=86400',
  );
  const about = query.mock.calls.filter(([sent]) => /rate_limits/.test(JSON.stringify(sent)));
  expect(about).toHaveLength(3);
});
