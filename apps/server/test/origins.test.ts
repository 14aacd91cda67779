import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

const listed = 'https://shop.example';

let development: TestServer;
let production: TestServer;
beforeAll(async () => {
  const options = { allowedOrigins: [listed] };
  development = await startTestServer({ environment: 'development' }, undefined, options);
  production = await startTestServer(
    { environment: 'production' },
    development.databaseUrl,
    options,
  );
});
afterAll(async () => {
  await production.close();
  await development.close();
});
afterEach(() => void vi.restoreAllMocks());

/** The origin that may read the response, by the headers of a request and of its preflight. */
async function admitted({ url }: TestServer, origin: string): Promise<(string | null)[]> {
  const preflight = { 'access-control-request-method': 'POST', origin };
  const responses = await Promise.all([
    fetch(`${url}/api/v1/movies`, { headers: { origin } }),
    fetch(`${url}/api/v1/movies`, { method: 'OPTIONS', headers: preflight }),
  ]);
  return responses.map(({ headers }) => headers.get('access-control-allow-origin'));
}

const local = [
  'http://localhost:5173',
  'http://localhost',
  'https://localhost:8443',
  'http://127.0.0.1:3000',
  'http://[::1]:8081',
];

describe('web pages of this machine', () => {
  test.each(local)('at %s may call a server in development', async (origin) => {
    expect(await admitted(development, origin)).toEqual([origin, origin]);
  });

  test.each(local)('at %s may not call a server in production', async (origin) => {
    expect(await admitted(production, origin)).toEqual([null, null]);
  });
});

test.each([
  'http://localhost.evil.example',
  'http://localhost:5173.evil.example',
  'http://evil.example/localhost:5173',
  'http://127.0.0.10:3000',
  'http://user@localhost:5173',
  'ftp://localhost',
  'null',
])('%s is not this machine', async (origin) => {
  expect(await admitted(development, origin)).toEqual([null, null]);
});

test('origins that are listed may call in every environment', async () => {
  expect(await admitted(development, listed)).toEqual([listed, listed]);
  expect(await admitted(production, listed)).toEqual([listed, listed]);
});

describe('the log', () => {
  /** The lines that name a variable. */
  const linesOf = ({ app }: TestServer) => {
    const warn = vi.spyOn(app.log, 'warn');
    return () => warn.mock.calls.map(([, line]) => line).filter((line) => /ALLOWED_/.test(line));
  };

  test('names each refused origin once, with the variable', async () => {
    const lines = linesOf(production);
    await admitted(production, 'http://localhost:4173');
    await admitted(production, 'http://localhost:4173');
    await admitted(production, listed);
    expect(lines()).toEqual([
      'Refused web pages of http://localhost:4173: ALLOWED_ORIGINS does not list this origin.',
    ]);
  });

  test('does not name the origin of the server itself', async () => {
    const lines = linesOf(production);
    const headers = { origin: production.url, 'content-type': 'application/json' };
    await fetch(`${production.url}/api/v1/auth/login`, { method: 'POST', headers, body: '{}' });
    expect(lines()).toEqual([]);
  });

  test('names no more than twenty, without what a terminal would obey', async () => {
    const server = await startTestServer({}, development.databaseUrl);
    const lines = linesOf(server);
    await admitted(server, `http://\u009b2J${'x'.repeat(500)}`);
    for (let port = 1; port < 40; port += 1) {
      await admitted(server, `https://evil.example:${port}`);
    }
    expect(lines().length).toBe(20);
    expect(lines()[0]).toMatch(/^Refused web pages of http:\/\/\?2Jx{190}: ALLOWED_ORIGINS/);
    expect(lines()[19]).toMatch(/Further origins are not reported\.$/);
    await server.close();
  });
});
