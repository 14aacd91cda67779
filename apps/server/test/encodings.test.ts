import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { procedureInfos } from '@matinee/api';
import { openApiDocument } from '@matinee/api/openapi';
import { aShowtime, anAdmin } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as encodings from '../src/encodings.ts';
import { hasSecret } from '../src/secret-answers.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

const { encodingFor } = encodings;

describe('the encoding', () => {
  test.each<[header: string | undefined, encoding: string | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br', 'br'],
    // What browsers send.
    ['gzip, deflate, br, zstd', 'zstd'],
    ['br;q=1.0, gzip;q=0.8, *;q=0.1', 'br'],
    ['gzip;q=1.0, zstd;q=0.5', 'gzip'],
    ['gzip;q=0.001', 'gzip'],
    ['*', 'zstd'],
    ['zstd;q=0, *', 'br'],
    ['zstd;q=0, br;q=0, *;q=0.5', 'gzip'],
    ['*;q=0', undefined],
    ['gzip, *;q=0', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0.0', undefined],
    // A body as it is goes before the others where the client weighs it so.
    ['gzip;q=0.5, identity', undefined],
    ['gzip;q=0.5, identity;q=0.6', undefined],
    ['gzip, identity', 'gzip'],
    ['identity;q=0', undefined],
    ['identity;q=0, gzip', 'gzip'],
    ['identity;q=0, *;q=0', undefined],
    // Weights that are none refuse.
    ['br;q=2, *;q=0', undefined],
    ['br;q=-1, gzip', 'gzip'],
    ['br;q=x, gzip;q=0.3', 'gzip'],
    ['br;q=0.1234', undefined],
    ['br;q=1.1', undefined],
    ['br; Q=0.5 , gzip ; q=0.4', 'br'],
    ['br;level=11', 'br'],
    ['br;q=0, br', undefined],
    [';;,,=;q', undefined],
    ['deflate, compress', undefined],
    [`${'x,'.repeat(5_000)}br`, 'br'],
    ['x;q=0.1,'.repeat(1_500), undefined],
  ])('for %j is %s', (header, encoding) => {
    expect(encodingFor(header)).toBe(encoding);
  });
});

const decoders = {
  zstd: zstdDecompressSync,
  br: brotliDecompressSync,
  gzip: gunzipSync,
} as const;
const names = ['zstd', 'br', 'gzip'] as const;

let server: TestServer;
let map: string;
let list: string;
beforeAll(async () => {
  server = await startTestServer();
  const { showtime, admin } = await aShowtime(server.app, { seats: 60 });
  map = `/api/v1/showtimes/${showtime.id}/seats`;
  for (let count = 0; count < 12; count += 1) {
    await admin.call.movies.create({
      title: `Movie ${randomUUID()}`,
      genre: 'Drama',
      durationMinutes: 90,
      description: 'A long and winding tale. '.repeat(10),
    });
  }
  list = '/api/v1/movies';
});
afterAll(() => server.close());

/** A response as it came, without a client that decodes it. */
async function get(path: string, encoding?: string, { method = 'GET', headers = {} } = {}) {
  const sent = request(`${server.url}${path}`, {
    method,
    headers: { ...headers, ...(encoding !== undefined && { 'accept-encoding': encoding }) },
  });
  sent.end();
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    sent.once('response', resolve).once('error', reject),
  );
  const bytes = await buffer(response);
  return { status: response.statusCode, headers: response.headers, bytes };
}

/** The input of two lists. */
const twice = `batch=1&input=${encodeURIComponent('{"0":{"json":{}},"1":{"json":{}}}')}`;

/** Everything in a text but the clock. */
const steady = (text: string) => text.replace(/"now":"[^"]+"/, '');

describe.each([
  ['a seat map', () => map],
  ['a list', () => list],
  ['a list over tRPC', () => `/trpc/movies.list?input=${encodeURIComponent('{"json":{}}')}`],
  ['lists in a batch', () => `/trpc/movies.list,movies.list?${twice}`],
  ['the document', () => '/openapi.json'],
  ['a page', () => '/docs/swagger-ui.css'],
])('%s', (_what, path) => {
  test.each(names)('is the same in %s, and much shorter', async (name) => {
    const plain = await get(path());
    const packed = await get(path(), name);

    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers['content-encoding']).toBe(name);
    expect(packed.headers['content-length']).toBe(String(packed.bytes.length));
    expect(plain.headers['content-length']).toBe(String(plain.bytes.length));
    for (const { headers } of [plain, packed]) {
      expect(headers.vary).toMatch(/\bAccept-Encoding\b/);
    }
    expect(packed.headers.etag).toBe(plain.headers.etag);
    expect(packed.headers['content-type']).toBe(plain.headers['content-type']);
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
    expect(steady(decoders[name](packed.bytes).toString())).toBe(steady(plain.bytes.toString()));
  });
});

test('HEAD has no body in any encoding', async () => {
  for (const path of [map, list]) {
    for (const encoding of [...names, undefined]) {
      const { status, headers, bytes } = await get(path, encoding, { method: 'HEAD' });
      expect([status, bytes.length]).toEqual([200, 0]);
      // What is for one request alone is not compressed for its length.
      expect(headers['content-encoding']).toBe(path === map ? encoding : undefined);
    }
  }
});

test('a map that has not changed is 304 in every encoding, and varies with it', async () => {
  const { headers } = await get(map, 'gzip');
  for (const encoding of [...names, undefined]) {
    const again = await get(map, encoding, { headers: { 'if-none-match': headers.etag ?? '' } });
    expect([again.status, again.bytes.length, again.headers['content-encoding']]).toEqual([
      304,
      0,
      undefined,
    ]);
    expect(again.headers.vary).toMatch(/\bAccept-Encoding\b/);
  }
});

test('a map is compressed once for each encoding that is asked for', async () => {
  const { showtime } = await aShowtime(server.app, { seats: 60 });
  const reading = await server.app.seatMaps.recent(showtime.id);
  vi.spyOn(server.app.seatMaps, 'recent').mockResolvedValue(reading);
  const compress = vi.spyOn(encodings, 'compress');
  const path = `/api/v1/showtimes/${showtime.id}/seats`;
  const asked = ['gzip', 'br', 'gzip', 'br, gzip', 'identity'];
  await Promise.all(asked.map((encoding) => get(path, encoding)));
  const made = compress.mock.calls.map(([, encoding]) => encoding);
  vi.restoreAllMocks();

  expect(made.toSorted()).toEqual(['br', 'gzip']);
});

test('a short answer is sent as it is, and varies all the same', async () => {
  for (const path of [
    '/api/v1/movies?search=nothing-of-this-name',
    '/trpc/movies.list?input=%7B',
  ]) {
    const { headers, bytes } = await get(path, 'zstd, br, gzip');
    expect(headers['content-encoding']).toBeUndefined();
    expect(bytes.length).toBeLessThan(2_048);
  }
});

test('a streamed batch is compressed, and whole', async () => {
  const headers = { 'trpc-accept': 'application/jsonl' };
  const path = `/trpc/movies.list,movies.list?${twice}`;
  const plain = await get(path, 'identity', { headers });
  const packed = await get(path, 'br', { headers });

  expect(packed.headers['content-encoding']).toBe('br');
  // The two lists come in any order.
  const lines = (bytes: Buffer) => bytes.toString().split('\n').length;
  const whole = brotliDecompressSync(packed.bytes);
  expect([whole.length, lines(whole)]).toEqual([plain.bytes.length, lines(plain.bytes)]);
});

test.each([
  [() => map.replace(/seats$/, 'events')],
  [() => `/trpc/showtimes.onSeatsChanged?input=${encodeURIComponent(inputOf(map))}`],
])('a live feed is never compressed', async (path) => {
  const leave = new AbortController();
  const response = await fetch(`${server.url}${path()}`, {
    headers: { 'accept-encoding': 'zstd, br, gzip', accept: 'text/event-stream' },
    signal: leave.signal,
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(response.headers.get('content-encoding')).toBeNull();
  leave.abort();
});

const inputOf = (path: string) => JSON.stringify({ json: { showtimeId: path.split('/')[4] } });

describe('answers with secrets', () => {
  test('are never compressed, however long', async () => {
    const admin = await anAdmin(server.app);
    const sessions = '/api/v1/auth/sessions';
    for (let count = 0; count < 30; count += 1) {
      await server.app.pool.query(
        `insert into sessions (id, user_id, expires_at, created_at)
         select gen_random_uuid(), user_id, expires_at, created_at from sessions where user_id = $1
         limit 1`,
        [admin.id],
      );
    }
    const headers = { authorization: `Bearer ${admin.token}` };
    const rest = await get(sessions, 'zstd, br, gzip', { headers });
    const trpc = await get('/trpc/auth.sessions.list', 'zstd, br, gzip', { headers });
    for (const answer of [rest, trpc]) {
      expect(answer.status).toBe(200);
      expect(answer.bytes.length).toBeGreaterThan(2_048);
      expect(answer.headers['content-encoding']).toBeUndefined();
    }
  });

  test('are those of every procedure whose answer has a token or a secret, by the document', () => {
    const issuers = issuersIn(openApiDocument('1.0.0'));
    expect(issuers).toContain('auth.login');
    expect(issuers.filter((name) => !hasSecret(name))).toEqual([]);
    // Under other names: a key and a link. `clientSecret` of a payment lets a customer pay, and nothing else.
    expect(['admin.apiKeys.create', 'admin.users.requestPasswordReset'].every(hasSecret)).toBe(
      true,
    );
  });
});

/** An operation is named after its procedure; of the others one has a name of its own. */
function procedureOf(operationId: string): string {
  const procedures = [...procedureInfos.keys()];
  const isSame = (name: string) =>
    name.replaceAll(/\.(\w)/g, (_dot, letter: string) => letter.toUpperCase()) === operationId;
  return procedures.find(isSame) ?? operationId;
}

interface Operation {
  operationId: string;
  responses: Record<string, unknown>;
}

/** Procedures with such a field in a success, by the document. */
function issuersIn(document: unknown): string[] {
  const { paths, components } = document as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, unknown> };
  };
  const has = (schema: unknown, seen = new Set<string>()): boolean => {
    if (typeof schema !== 'object' || schema === null) {
      return false;
    }
    const { $ref, properties = {} } = schema as { $ref?: string; properties?: object };
    const name = $ref?.split('/').at(-1) ?? '';
    if ($ref !== undefined && !seen.has(name)) {
      return has(components.schemas[name], seen.add(name));
    }
    const fields = Object.keys(properties);
    return (
      fields.some((field) => /token$|^secret$|^recoveryCodes$/i.test(field)) ||
      Object.entries(schema).some(([key, part]) => key !== 'example' && has(part, seen))
    );
  };
  return Object.values(paths)
    .flatMap((path) => Object.values(path))
    .filter(({ responses = {} }) => ['200', '201'].some((status) => has(responses[status])))
    .map(({ operationId }) => procedureOf(operationId));
}
