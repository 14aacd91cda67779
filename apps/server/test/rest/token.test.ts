import { aUser, password } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';

let server: TestServer;
let user: Person;
beforeAll(async () => {
  server = await startTestServer({ rateLimit: true });
  user = await aUser(server.app);
});
afterAll(() => server.close());

const good = () => ({ grant_type: 'password', username: user.email, password });

/** Asks for a token with a form, as OAuth 2.0 has it. */
async function ask(
  form: Record<string, string> | [string, string][],
  headers: Record<string, string> = {},
) {
  const body = new URLSearchParams(form);
  return fetch(`${server.url}/api/v1/auth/token`, { method: 'POST', body, headers });
}

const valueOf = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe('a password', () => {
  test('becomes a token that opens the account', async () => {
    const response = await ask(good());
    const { access_token: token, ...rest } = await valueOf(response);
    expect([response.status, rest]).toEqual([200, { token_type: 'bearer', expires_in: 3600 }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('pragma')).toBe('no-cache');
    const headers = { authorization: `Bearer ${String(token)}` };
    const me = await fetch(`${server.url}/api/v1/auth/me`, { headers });
    expect((await valueOf(me)).data).toMatchObject({ email: user.email });
  });

  test('becomes a token for clients that send a scope and a name of their own', async () => {
    const headers = { authorization: `Basic ${btoa('swagger:')}` };
    expect((await ask({ ...good(), scope: '', client_id: 'swagger' }, headers)).status).toBe(200);
  });

  test.each<[string, number, string, (form: Record<string, string>) => Record<string, string>]>([
    ['that is wrong', 400, 'invalid_grant', (form) => ({ ...form, password: 'wrong' })],
    ['of no account', 400, 'invalid_grant', (form) => ({ ...form, username: 'no@a.org' })],
    ['that is empty', 400, 'invalid_request', (form) => ({ ...form, password: '' })],
    ['without a grant', 400, 'invalid_request', (form) => ({ ...form, grant_type: '' })],
    [
      'with another grant',
      400,
      'unsupported_grant_type',
      (form) => ({ ...form, grant_type: 'client_credentials' }),
    ],
  ])('%s is refused with %s %s', async (_which, status, error, change) => {
    const response = await ask(change(good()));
    const value = await valueOf(response);
    expect([response.status, value.error]).toEqual([status, error]);
    expect(value.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+\.?$/);
    expect(value.request_id).toBe(response.headers.get('x-request-id'));
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('that is sent twice is refused', async () => {
    const response = await ask([...Object.entries(good()), ['password', password]]);
    expect([response.status, (await valueOf(response)).error]).toEqual([400, 'invalid_request']);
  });
});

describe('the endpoint', () => {
  const post = (body: string, type: string) =>
    fetch(`${server.url}/api/v1/auth/token`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });

  test.each([
    ['JSON', '{}', 'application/json', 415],
    [
      '16 kB',
      `grant_type=password&x=${'y'.repeat(17_000)}`,
      'application/x-www-form-urlencoded',
      413,
    ],
  ])('refuses %s', async (_what, body, type, status) => {
    const response = await post(body, type);
    expect([response.status, (await valueOf(response)).error]).toEqual([status, 'invalid_request']);
  });

  test('has no other method', async () => {
    const response = await fetch(`${server.url}/api/v1/auth/token`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  test.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['http://localhost:3000', 200],
  ])('answers web pages of %s with %s', async (origin, status) => {
    expect((await ask(good(), { origin })).status).toBe(status);
  });

  test('answers its own pages', async () => {
    expect((await ask(good(), { origin: server.url })).status).toBe(200);
  });

  test('is recorded as a sign-in', async () => {
    const owner = await aUser(server.app);
    await ask({ ...good(), username: owner.email });
    await ask({ ...good(), username: owner.email, password: 'wrong' });
    await server.app.refusals.settle();
    const { rows } = await server.app.pool.query<{ action: string; code: string | null }>(
      `select action, data->>'code' as code from audit_events where subject = $1
       and action = 'auth.login' order by code nulls first`,
      [owner.id],
    );
    expect(rows).toEqual([
      { action: 'auth.login', code: null },
      { action: 'auth.login', code: 'INVALID_CREDENTIALS' },
    ]);
  });

  test('counts failures together with those of auth.login', async () => {
    const owner = await aUser(server.app);
    const wrong = { ...good(), username: owner.email, password: 'wrong' };
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect((await ask(wrong)).status).toBe(400);
    }
    const response = await ask({ ...wrong, password });
    expect([response.status, (await valueOf(response)).error]).toEqual([
      429,
      'temporarily_unavailable',
    ]);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const overRest = await fetch(`${server.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: owner.email, password }),
    });
    expect(overRest.status).toBe(429);
  });
});
