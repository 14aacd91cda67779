import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { aUser } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { answerParserErrors } from '../src/parser-errors.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/** Open to this machine, as in development. */
let server: TestServer;
/** As in production: a token for the metrics, no documentation, a proxy in front. */
let closed: TestServer;
const token = 'a-token-for-prometheus';
beforeAll(async () => {
  [server, closed] = await Promise.all([
    startTestServer(),
    startTestServer({ rateLimit: true }, undefined, {
      metricsAccess: { token },
      docs: false,
      trustProxy: 1,
    }),
  ]);
});
afterAll(() => Promise.all([server.close(), closed.close()]));

async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { headers });
  await response.text();
  return response.status;
}

/** Sends bytes as they are, and reads what comes until the server ends the connection. */
async function raw(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

describe('/metrics', () => {
  test('is for the holder of the token', async () => {
    const url = `${closed.url}/metrics`;
    expect(await statusOf(url)).toBe(401);
    expect(await statusOf(url, { authorization: 'Bearer another' })).toBe(401);
    expect(await statusOf(url, { authorization: token })).toBe(401);
    expect(await statusOf(url, { authorization: `Bearer ${token}` })).toBe(200);
  });

  test.each(['/METRICS', '/Metrics', '/metrics/', '//metrics'])('is not at %s', async (name) => {
    const headers = { authorization: `Bearer ${token}` };
    expect(await statusOf(closed.url + name, headers)).toBe(404);
    expect(await statusOf(server.url + name)).toBe(404);
  });
});

test.each([
  '/API/V1/movies',
  '/api/V1/movies',
  '/TRPC/movies.list',
  '/Health/live',
  '/health/Ready',
])('there is nothing at %s', async (name) => {
  expect(await statusOf(server.url + name)).toBe(404);
});

test.each(['/docs', '/redoc', '/openapi.json', '/docs/init.js', '/docs/swagger-ui-bundle.js'])(
  '%s is not served when the documentation is off',
  async (name) => {
    expect(await statusOf(server.url + name)).toBe(200);
    expect(await statusOf(closed.url + name)).toBe(404);
  },
);

test('the index does not link to documentation that is off', async () => {
  const linksOf = async ({ url }: TestServer) => {
    const { data } = (await (await fetch(`${url}/api/v1`)).json()) as { data: { links: object } };
    return Object.keys(data.links);
  };
  const always = ['movies', 'theaters', 'showtimes', 'trpc', 'health'];
  expect(await linksOf(closed)).toEqual(always);
  expect(await linksOf(server)).toEqual([
    ...always,
    'openapi',
    'openapi30',
    'docs',
    'redoc',
    'versioning',
  ]);
});

test.each([
  '/docs/swagger-ui-bundle.js.map',
  '/docs/package.json',
  '/docs/index.html',
  '/docs/oauth2-redirect.html',
])('%s is not served', async (name) => {
  expect(await statusOf(server.url + name)).toBe(404);
});

test.each(['/redoc/redoc.standalone.js', '/docs/swagger-ui-bundle.js'])(
  '%s contains a sanitizer without known faults',
  async (name) => {
    const bundle = await (await fetch(server.url + name)).text();
    // DOMPurify, by what stands beside its version in every build.
    const [, version = ''] = /\.version="([\d.]+)",\w+\.removed=/.exec(bundle) ?? [];
    expect(version.localeCompare('3.4.13', 'en', { numeric: true })).toBeGreaterThanOrEqual(0);
  },
);

describe('/uploads', () => {
  const poster = '0b7a1c52-1111-4222-8333-444455556666.png';

  test.each([
    ['jwt-secret', 404],
    ['.env', 404],
    ['postgres.password', 404],
    ['poster.png', 404],
    [`${poster}.tmp`, 404],
    [`x${poster}`, 404],
    [poster, 200],
  ])('%s: %i', async (name, status) => {
    await writeFile(path.join(server.uploadDir, name), 'content');
    expect(await statusOf(`${server.url}/uploads/${name}`)).toBe(status);
  });
});

describe('a failure is not kept by caches', () => {
  test.each([
    ['/api/v1/auth/me', 401],
    ['/api/v1/nowhere', 404],
    ['/api/v1/movies/x', 400],
    ['/api/v1/reservations/locks/x', 404],
    ['/nowhere', 404],
    ['/trpc/auth.me', 401],
    ['/trpc/no.such', 404],
    ['/trpc/auth.login', 405],
    ['/trpc/movies.list?input=%7B', 400],
    ['/uploads/x', 404],
  ])('%s', async (name, status) => {
    const response = await fetch(server.url + name);
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toMatch(/no-store/);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toBeDefined();
  });

  test('nor is one of a caller without the role, or of a body that is too long', async () => {
    const { token: ofUser } = await aUser(server.app);
    const headers = { authorization: `Bearer ${ofUser}`, 'content-type': 'application/json' };
    const forbidden = await fetch(`${server.url}/api/v1/admin/users`, { headers });
    const body = JSON.stringify({ text: 'x'.repeat(2_000_000) });
    const url = `${server.url}/api/v1/auth/change-password`;
    const tooLong = await fetch(url, { method: 'POST', headers, body });
    for (const [response, status] of [
      [forbidden, 403],
      [tooLong, 413],
    ] as const) {
      expect(response.status).toBe(status);
      expect(response.headers.get('cache-control')).toBe('no-store');
      await response.text();
    }
  });

  test('nor are the figures', async () => {
    const response = await fetch(`${server.url}/metrics`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    await response.text();
  });
});

test.each([
  ['/trpc/movies.list?connectionParams=%7B', 'application/jsonl'],
  ['/trpc/showtimes.onSeatsChanged?batch=1&connectionParams=%7B', 'text/event-stream'],
])('a stream that cannot begin is JSON that says so: %s', async (name, accept) => {
  const headers = accept.startsWith('text/') ? { accept } : { 'trpc-accept': accept };
  const url = `${server.url}${name}`;
  const response = await fetch(url, { headers });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await response.json()).toBeDefined();
});

describe('a request that the parser refuses', () => {
  const twoBodies =
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';

  const longExtensions =
    'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n' +
    `Transfer-Encoding: chunked\r\n\r\n4;${'x'.repeat(20_000)}\r\n{"em\r\n`;

  test.each([
    ['that is no HTTP', 'hello\r\n\r\n', 400],
    ['with two lengths', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['with long headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['with a length and chunks', twoBodies, 400],
    ['that expects what is not there', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: a\r\n\r\n', 417],
    ['without a host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['with two hosts', 'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['of another version', 'GET /health/live HTTP/2.0\r\nHost: a\r\n\r\n', 400],
    ['with long extensions of a chunk', longExtensions, 413],
  ])('%s gets the envelope', async (_what, bytes, status) => {
    const response = await raw(server.url, bytes);
    const [head = '', body = ''] = response.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/^X-Request-Id: [\w-]{36}$/im);
    expect(head).toMatch(/^X-Content-Type-Options: nosniff$/im);
    expect(head).toMatch(/^Cache-Control: no-store$/im);
    expect(head).toMatch(/^Strict-Transport-Security: max-age=31536000; includeSubDomains$/im);
    expect(head).toMatch(/^Content-Security-Policy: default-src 'none';base-uri 'none'/im);
    const { success, error } = JSON.parse(body) as { success: boolean; error: { code: string } };
    const code = status === 413 ? 'PAYLOAD_TOO_LARGE' : 'VALIDATION_ERROR';
    expect({ success, code: error.code }).toEqual({ success: false, code });
  });

  test('that takes too long to arrive gets the envelope', async () => {
    const patience = { requestTimeout: 100, headersTimeout: 100, connectionsCheckingInterval: 20 };
    const slow = createServer(patience, () => {});
    answerParserErrors(slow);
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { port } = slow.address() as AddressInfo;
    const response = await raw(`http://127.0.0.1:${port}`, 'GET / HTTP/1.1\r\nHost: a\r\n');
    expect(response).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(response).toContain('The request took too long to arrive.');
    slow.close();
  });

  test('of HTTP/1.0 needs no host (control)', async () => {
    const response = await raw(server.url, 'GET /health/live HTTP/1.0\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
  });
});

test.each([
  ['/api/v1/auth/login', 'Content-Length: 100\r\nContent-Type: application/json\r\n\r\n{"em'],
  ['/trpc/auth.login', 'Content-Length: 100\r\nContent-Type: application/json\r\n\r\n{"em'],
  [
    '/api/v1/auth/login',
    'Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n4\r\n{"em\r\nX\r\n',
  ],
])('a body that breaks off is no error of the server: %s %j', async (name, rest) => {
  const lines = vi.spyOn(server.app.log, 'info');
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(`POST ${name} HTTP/1.1\r\nHost: a\r\n${rest}`, () => socket.end());
  socket.resume();
  await expect
    .poll(() => lines.mock.calls.map(([fields]) => fields))
    .toContainEqual(expect.objectContaining({ path: name }));
  expect(server.errors).toEqual([]);
  lines.mockRestore();
});

describe('the client’s address', () => {
  const login = (forwarded: string) =>
    fetch(`${closed.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
      body: JSON.stringify({ email: 'ada@example.com', password: 'wrong-password' }),
    });

  test.each(['garbage', 'unknown', '1.2.3.4:5678', 'x'.repeat(300), '1'.repeat(400)])(
    'counts as that of the connection when a proxy reports %s',
    async (reported) => {
      const { info } = closed.app.log as { info: (fields: object, message: string) => void };
      const lines = vi.spyOn(closed.app.log, 'info').mockImplementation(info);
      expect((await login(reported)).status).toBeLessThan(500);
      await vi.waitFor(() => expect(lines).toHaveBeenCalled());
      expect(lines.mock.lastCall?.[0]).toMatchObject({ address: '127.0.0.1' });
      lines.mockRestore();
    },
  );

  test('and is that which the proxy reports when it is one', async () => {
    const lines = vi.spyOn(closed.app.log, 'info');
    expect((await login('203.0.113.9')).status).toBe(401);
    await vi.waitFor(() => expect(lines).toHaveBeenCalled());
    expect(lines.mock.lastCall?.[0]).toMatchObject({ address: '203.0.113.9' });
    lines.mockRestore();
  });
});

test.each(['/', '/api/v1/movies', '/trpc/movies.list'])(
  'TRACE %s gives nothing of the request back',
  async (name) => {
    const secret = 'Bearer a-token-of-somebody';
    const head = `TRACE ${name} HTTP/1.1\r\nHost: a\r\nAuthorization: ${secret}\r\nConnection: close`;
    const response = await raw(server.url, `${head}\r\n\r\n`);
    expect(response).toMatch(/^HTTP\/1.1 40[45] /);
    expect(response).not.toContain(secret);
  },
);

test('a line of the log has the caller, the address and the code of the failure', async () => {
  const { id, token: mine } = await aUser(server.app);
  const lines = vi.spyOn(server.app.log, 'info');
  const authorization = `Bearer ${mine}`;
  for (const name of ['/api/v1/admin/users', '/trpc/admin.users.list']) {
    lines.mockClear();
    expect(await statusOf(server.url + name, { authorization })).toBe(403);
    await vi.waitFor(() => expect(lines).toHaveBeenCalled());
    expect(lines.mock.lastCall?.[0]).toMatchObject({
      status: 403,
      userId: id,
      address: '127.0.0.1',
      procedure: 'admin.users.list',
      failure: 'FORBIDDEN',
    });
  }
  lines.mockRestore();
});

test('probes are lines of the level debug', async () => {
  const [info, debug] = [
    vi.spyOn(server.app.log, 'info').mockClear(),
    vi.spyOn(server.app.log, 'debug').mockClear(),
  ];
  await statusOf(`${server.url}/health/ready`);
  await vi.waitFor(() => expect(debug).toHaveBeenCalledOnce());
  expect(info).not.toHaveBeenCalled();
  info.mockRestore();
  debug.mockRestore();
});
