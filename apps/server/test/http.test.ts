import { randomUUID } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { anAdmin, aShowtime, aUser, createTestDatabase, onServer } from '@matinee/api/testing';
import type { Person, Scene } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { readinessOf } from '../src/health.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

let server: TestServer;
let scene: Scene;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer();
  scene = await aShowtime(server.app, { seats: 6 });
  admin = scene.admin;
});
afterAll(() => server.close());

interface Envelope {
  success: boolean;
  data: unknown;
  error: {
    code: string;
    message: string;
    details: { issues?: { path: unknown[] }[] };
    requestId: string;
  };
}
type Init = RequestInit & { json?: unknown };
const unknownId = '00000000-0000-7000-8000-000000000000';
const bearer = ({ token }: Person) => ({ authorization: `Bearer ${token}` });

function send(path: string, { json, ...init }: Init = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (json !== undefined) {
    headers.set('content-type', 'application/json');
  }
  const body = json === undefined ? (init.body ?? null) : JSON.stringify(json);
  return fetch(path.startsWith('http') ? path : server.url + path, { ...init, headers, body });
}
const envelopeOf = async (response: Response) => (await response.json()) as Envelope;
/** `200 ok`, `404 NOT_FOUND`. */
const outcome = async (path: string, init: Init = {}) => {
  const response = await send(path, init);
  const { error } = await envelopeOf(response);
  return `${response.status} ${error ? error.code : 'ok'}`;
};
const post = (json: unknown, person = admin): Init => ({
  method: 'POST',
  json,
  headers: bearer(person),
});
const movieInput = () => ({ title: randomUUID(), genre: 'Drama', durationMinutes: 90 });
const refused = '400 VALIDATION_ERROR';

describe('the envelope', () => {
  test('of a success has success, data and a message, and nothing else', async () => {
    const response = await send('/api/v1/movies', post(movieInput()));
    expect([response.status, response.headers.get('content-type')]).toEqual([
      201,
      'application/json; charset=utf-8',
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = await envelopeOf(response);
    expect(Object.keys(body)).toEqual(['success', 'data', 'message']);
    expect(body).toMatchObject({ success: true, message: expect.stringMatching(/./) as unknown });
  });

  test('of a failure has the code, a message, details and the id of the request', async () => {
    const response = await send(`/api/v1/movies/${unknownId}`);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const requestId = response.headers.get('x-request-id');
    const error = {
      code: 'NOT_FOUND',
      message: expect.any(String) as unknown,
      details: {},
      requestId,
    };
    expect(await response.json()).toEqual({ success: false, error });
  });

  test.each([
    ['abc-123', true],
    [randomUUID(), true],
    ['x'.repeat(5_000), false],
    ['a b', false],
    ['<script>', true],
  ])('answers X-Request-Id %.20s back: %s', async (brought, kept) => {
    for (const path of [
      '/api/v1/movies',
      '/api/v1/nowhere',
      '/trpc/movies.get',
      '/health/live',
      '/docs',
    ]) {
      const response = await send(path, { headers: { 'x-request-id': brought } });
      const id = response.headers.get('x-request-id') ?? '';
      expect(id === brought).toBe(kept);
      expect(id).toMatch(/^[\x21-\x7e]{1,255}$/);
      await response.body?.cancel();
    }
  });
});

describe('an address', () => {
  test.each([
    '/nowhere',
    '/api',
    '/api/v1//',
    '/api/v1/nowhere',
    '/api/v2/movies',
    '/api/v1/movies/',
    '/trpc/movies.nothing',
    '/uploads/none.png',
    '/uploads/..%2f..%2fpackage.json',
    '/api/v1/showtimes/x/y/z',
    '/docs/nothing.js',
    '/trpc/__proto__',
    '/trpc/constructor.name',
  ])('%s is not found', async (path) => {
    const response = await send(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('NOT_FOUND');
  });

  test.each(['/api/v1', '/api/v1/'])('%s lists what is served, and all of it is', async (path) => {
    const response = await send(path);
    const { data } = (await response.json()) as {
      data: { name: string; version: string; links: Record<string, string> };
    };
    expect([response.status, data.name, data.version]).toEqual([200, 'Matinee', '0.0.0-test']);
    const { trpc, ...pages } = data.links;
    expect(Object.keys(pages)).toEqual(expect.arrayContaining(['movies', 'openapi', 'docs']));
    for (const link of [...Object.values(pages), `${trpc}/movies.genres`]) {
      const served = await send(link);
      expect([link, served.status]).toEqual([link, 200]);
      await served.body?.cancel();
    }
  });

  test.each([
    ['PATCH', `/api/v1/movies/${unknownId}`, ['GET', 'PUT', 'DELETE']],
    ['DELETE', '/api/v1/movies', ['GET', 'POST']],
    ['GET', '/api/v1/auth/login', ['POST']],
    ['POST', '/api/v1/movies/genres', ['GET']],
    ['GET', `/api/v1/movies/${unknownId}/poster`, ['POST']],
    ['PUT', `/api/v1/showtimes/${unknownId}/lock-seats`, ['POST', 'DELETE']],
    ['GET', '/trpc/movies.create', ['POST']],
    ['POST', '/trpc/movies.list', ['GET']],
    ['PUT', '/trpc/movies.create', ['POST']],
    ['DELETE', '/trpc/movies.list', ['GET']],
  ])('%s %s is 405, and Allow says what is possible', async (method, path, allowed) => {
    const response = await send(path, { method, headers: { authorization: 'Bearer garbage' } });
    expect(response.status).toBe(405);
    expect(await response.text()).toContain('METHOD_NOT_ALLOWED');
    const allow = response.headers.get('allow')?.split(/, */) ?? [];
    expect(allow).toEqual(expect.arrayContaining(allowed));
    expect(allow).not.toContain(method);
  });

  test.each([
    '/api/v1/movies',
    '/api/v1/movies/genres',
    '/health/live',
    '/openapi.json',
    '/openapi-3.0.json',
  ])('HEAD %s is GET without the body', async (path) => {
    const [head, get] = [await send(path, { method: 'HEAD' }), await send(path)];
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    expect((await send(`/api/v1/movies/${unknownId}`, { method: 'HEAD' })).status).toBe(404);
  });

  test('with a static name goes before one with an id', async () => {
    const { data } = await envelopeOf(await send('/api/v1/movies/genres'));
    expect(data).toEqual(
      expect.arrayContaining([{ genre: 'Drama', movies: expect.any(Number) as unknown }]),
    );
    const locks = await envelopeOf(
      await send('/api/v1/reservations/locks', { headers: bearer(admin) }),
    );
    expect(locks.data).toEqual([]);
  });

  test('takes an id in any case and encoding, and says 400 to what is none', async () => {
    const { movieId } = scene;
    const [first = ''] = movieId;
    const encoded = `%${first.charCodeAt(0).toString(16)}${movieId.slice(1)}`;
    for (const id of [movieId, movieId.toUpperCase(), encoded]) {
      expect([id, await outcome(`/api/v1/movies/${id}`)]).toEqual([id, '200 ok']);
    }
    for (const id of [
      '7',
      'x'.repeat(36),
      `{${movieId}}`,
      `${movieId}%00`,
      `%20${movieId}`,
      `${movieId}'--`,
      '..%2Fgenres',
      '%F0%9F%8E%AC',
    ]) {
      expect([id, await outcome(`/api/v1/movies/${id}`)]).toEqual([id, refused]);
    }
    expect(await outcome(`/api/v1/movies/${unknownId}`)).toBe('404 NOT_FOUND');
    for (const id of ['%', '%zz', '%ff', '%C3%28']) {
      expect(['400 VALIDATION_ERROR', '404 NOT_FOUND']).toContain(
        await outcome(`/api/v1/movies/${id}`),
      );
      expect([400, 404]).toContain((await send(`/trpc/${id}`)).status);
    }
  });
});

describe('other sites', () => {
  const preflight = (path: string, origin: string, method: string) =>
    send(path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers':
          'authorization,content-type,idempotency-key,x-request-id,if-none-match',
      },
    });

  test.each(['/api/v1/movies', '/trpc/movies.create', `/api/v1/movies/${unknownId}/poster`])(
    'that are allowed may call %s',
    async (path) => {
      const origin = 'http://localhost:3000';
      for (const method of ['POST', 'PUT', 'DELETE']) {
        const { status, headers } = await preflight(path, origin, method);
        expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
        expect(headers.get('access-control-allow-methods')).toContain(method);
        const granted = headers.get('access-control-allow-headers')?.toLowerCase() ?? '';
        expect(granted).toContain('idempotency-key');
        expect(granted).toContain('x-request-id');
      }
      const { headers } = await send('/api/v1/movies', { headers: { origin } });
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('vary')).toMatch(/origin/i);
      const exposed = headers.get('access-control-expose-headers')?.toLowerCase().split(',') ?? [];
      expect(exposed).toEqual(
        expect.arrayContaining([
          ...['x-request-id', 'retry-after', 'etag', 'idempotency-replayed'],
          ...['ratelimit', 'ratelimit-policy', 'deprecation', 'sunset', 'link'],
        ]),
      );
    },
  );

  test.each([
    'https://evil.example',
    'http://localhost:3000.evil.example',
    'http://localhost:30000',
    'null',
    'HTTP://LOCALHOST:3000/',
  ])('such as %s get no leave', async (origin) => {
    expect(
      (await preflight('/api/v1/movies', origin, 'POST')).headers.get(
        'access-control-allow-origin',
      ),
    ).toBeNull();
    const { headers } = await send('/api/v1/movies', { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a body', () => {
  const raw = (body: RequestInit['body'], type?: string): Init => ({
    method: 'POST',
    body: body ?? null,
    headers: { ...bearer(admin), ...(type === undefined ? {} : { 'content-type': type }) },
  });
  const bytes = new Uint8Array(Buffer.from(JSON.stringify(movieInput())));

  test.each([
    [undefined, 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/jsonp', 415],
    ['application/json; charset=latin1', 415],
    ['application/xml, application/json', 415],
    ['application/json', 201],
    ['application/json; charset=utf-8', 201],
    ['Application/JSON;charset="UTF-8"', 201],
  ])('of the type %s: %s', async (type, status) => {
    const response = await send('/api/v1/movies', raw(bytes, type));
    const { error } = await envelopeOf(response);
    expect([response.status, error?.code]).toEqual([
      status,
      status === 415 ? 'UNSUPPORTED_MEDIA_TYPE' : undefined,
    ]);
    const overTrpc = await send(
      '/trpc/movies.create',
      raw(`{"json":${JSON.stringify(movieInput())}}`, type ?? 'text/plain'),
    );
    expect(overTrpc.status).toBe(status === 415 ? 415 : 200);
  });

  test.each([
    ['{', 400],
    ['{"a":}', 400],
    ["{'a':1}", 400],
    ['{"a":1,}', 400],
    ['NaN', 400],
    ['', 400],
    ['[]', 400],
    ['"x"', 400],
    ['7', 400],
    ['null', 400],
    ['{"title":"\ud800"}', 400],
  ])('that is %j is %s', async (body, status) => {
    const { status: answered } = await send('/api/v1/movies', raw(body, 'application/json'));
    expect(answered).toBe(status);
    expect((await send('/trpc/movies.create', raw(body, 'application/json'))).status).toBe(status);
  });

  test('that is no UTF-8 or too large is refused', async () => {
    const broken = new Uint8Array([...Buffer.from('{"title":"'), 0xff, 0xfe, ...Buffer.from('"}')]);
    expect(await outcome('/api/v1/movies', raw(broken, 'application/json'))).toBe(refused);
    const large = JSON.stringify({ ...movieInput(), description: 'x'.repeat(5_000_000) });
    expect(await outcome('/api/v1/movies', raw(large, 'application/json'))).toBe(
      '413 PAYLOAD_TOO_LARGE',
    );
    expect(
      (await send('/trpc/movies.create', raw(`{"json":${large}}`, 'application/json'))).status,
    ).toBe(413);
  });

  test.each(['year', '__proto__', 'constructor', 'toString', 'movieId', ''])(
    'with the unknown key %j is refused by name',
    async (key) => {
      const body = JSON.stringify(movieInput()).replace('{', `{${JSON.stringify(key)}:{},`);
      const response = await send('/api/v1/movies', raw(body, 'application/json'));
      const { error } = await envelopeOf(response);
      expect([response.status, error?.code]).toEqual([400, 'VALIDATION_ERROR']);
      expect(error?.details.issues?.[0]?.path).toEqual([key]);
    },
  );

  test('on DELETE is refused, and not passed over', async () => {
    const user = await aUser(server.app);
    const { showtime, seatIds } = await aShowtime(server.app);
    await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) });
    const path = `/api/v1/showtimes/${showtime.id}/lock-seats`;
    const init = {
      method: 'DELETE',
      headers: bearer(user),
      json: { seatIds: seatIds.slice(0, 1) },
    };
    expect(await outcome(path, init)).toBe(refused);
    expect((await user.call.reservations.listLocks())[0]?.seats).toHaveLength(2);
  });

  test('with a number for money, or a path key said twice, is refused', async () => {
    const { movieId, theater } = scene;
    const show = { movieId, theaterId: theater.id, startTime: '2034-01-01T00:00:00Z', price: 12.5 };
    expect(await outcome('/api/v1/showtimes', post(show))).toBe(refused);
    const update = { method: 'PUT', headers: bearer(admin) };
    expect(
      await outcome(`/api/v1/movies/${movieId}`, { ...update, json: { movieId: unknownId } }),
    ).toBe(refused);
    expect(await outcome(`/api/v1/movies/${movieId}?title=x`, { ...update, json: {} })).toBe(
      refused,
    );
  });
});

describe('a query', () => {
  test.each([
    'limit=0',
    'limit=101',
    'limit=abc',
    'limit=',
    'limit=1.5',
    'limit=1e1',
    'limit=0x10',
    'limit=%2B5',
    'limit=-1',
    'limit=5&limit=5',
    'limit[]=5',
    'limit=99999999999999999999',
    'cursor=bad',
    'cursor=',
    'page=1',
    '__proto__=1',
    'constructor=1',
    'genre=a&genre=b',
    'date=today',
    'search=%00',
    'Limit=5',
  ])('movies?%s is refused', async (query) => {
    expect(await outcome(`/api/v1/movies?${query}`)).toBe(refused);
  });

  test.each(['limit=1', 'limit=100', 'search=%', 'search=a%2Bb&genre=Drama', 'search=%ff', ''])(
    'movies?%s is taken',
    async (query) => {
      expect(await outcome(`/api/v1/movies?${query}`)).toBe('200 ok');
    },
  );

  test('takes seatIds once, repeated, and not twice the same', async () => {
    const user = await aUser(server.app);
    const { showtime, seatIds } = await aShowtime(server.app);
    await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: seatIds.slice(0, 4) });
    const [a, b, c, d] = seatIds;
    const free = async (query: string) => {
      const path = `/api/v1/showtimes/${showtime.id}/lock-seats${query}`;
      const { data, error } = await envelopeOf(
        await send(path, { method: 'DELETE', headers: bearer(user) }),
      );
      return error?.code ?? (data as { seatIds: string[] }).seatIds.toSorted();
    };
    expect(await free(`?seatIds=${a}&seatIds=${a}`)).toBe('VALIDATION_ERROR');
    expect(await free(`?seatIds=${a},${b}`)).toBe('VALIDATION_ERROR');
    expect(await free(`?seatIds=${a}`)).toEqual([a]);
    expect(await free(`?seatIds=${b}&seatIds=${c}`)).toEqual([b, c].toSorted());
    expect(await free('')).toEqual([d]);
  });

  test.each([
    ['seatIds[0]', 'is an unknown field: to send a list, repeat the key seatIds'],
    ['seatIds[]', 'is an unknown field: to send a list, repeat the key seatIds'],
    ['seatIds%5B12%5D', 'is an unknown field: to send a list, repeat the key seatIds'],
    ['showtimeId[0]', 'is an unknown field'],
    ['seatIds[a]', 'is an unknown field'],
    ['seats[0]', 'is an unknown field'],
  ])('the key %s is refused: it %s', async (key, message) => {
    const user = await aUser(server.app);
    const { showtime, seatIds } = scene;
    const path = `/api/v1/showtimes/${showtime.id}/lock-seats?${key}=${seatIds[0]}`;
    const response = await send(path, { method: 'DELETE', headers: bearer(user) });
    const issue = { path: [decodeURIComponent(key)], message };
    expect((await envelopeOf(response)).error.details).toEqual({ issues: [issue] });
  });
});

describe('the seat map', () => {
  const map = async (tag?: string, person?: Person) => {
    const headers = {
      ...(person ? bearer(person) : {}),
      ...(tag === undefined ? {} : { 'if-none-match': tag }),
    };
    const response = await send(`/api/v1/showtimes/${scene.showtime.id}/seats`, { headers });
    const body = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body,
      etag: response.headers.get('etag') ?? '',
    };
  };

  test('has an ETag, 304 without a body, and is private to who asks', async () => {
    const first = await map();
    expect(first.etag).toMatch(/^"[^"]+"$/);
    for (const tag of [first.etag, `W/${first.etag}`, `"x", ${first.etag}`, '*']) {
      const again = await map(tag);
      expect([again.status, again.body, again.etag]).toEqual([304, '', first.etag]);
    }
    expect((await map('"x"')).status).toBe(200);
    for (const { headers } of [first, await map(first.etag)]) {
      expect(headers.get('cache-control')?.split(/, */)).toEqual(
        expect.arrayContaining(['private', 'no-cache']),
      );
      expect(headers.get('vary')?.toLowerCase()).toContain('authorization');
    }
  });

  test('is compressed for who asks for it, over REST and tRPC, and is the same map', async () => {
    const { showtime } = await aShowtime(server.app, { seats: 60 });
    const input = encodeURIComponent(JSON.stringify({ json: { showtimeId: showtime.id } }));
    const batch = encodeURIComponent(JSON.stringify({ 0: { json: { showtimeId: showtime.id } } }));
    for (const path of [
      `/api/v1/showtimes/${showtime.id}/seats`,
      `/trpc/showtimes.seats?input=${input}`,
      `/trpc/showtimes.seats?batch=1&input=${batch}`,
    ]) {
      const [plain, zipped] = await Promise.all(
        ['identity', 'br, gzip'].map((encoding) => {
          return fetch(`${server.url}${path}`, { headers: { 'accept-encoding': encoding } });
        }),
      );
      expect(plain?.headers.get('content-encoding')).toBeNull();
      expect(zipped?.headers.get('content-encoding')).toBe('br');
      expect(zipped?.headers.get('vary')).toContain('Accept-Encoding');
      expect(zipped?.headers.get('etag')).toBe(plain?.headers.get('etag'));
      const sizes = [plain, zipped].map((each) => Number(each?.headers.get('content-length')));
      const texts = await Promise.all([plain?.text(), zipped?.text()]);
      const [once, again] = texts.map((text) => text?.replace(/"now":"[^"]+"/, ''));
      expect(again).toBe(once);
      expect(sizes[0]).toBe(Buffer.byteLength(texts[0] ?? ''));
      expect(sizes[1]).toBeLessThan((sizes[0] ?? 0) / 3);
    }
  });

  test('has another ETag when a seat, a lock of one’s own or its end changes', async () => {
    const [user, other] = [await aUser(server.app), await aUser(server.app)];
    const input = { showtimeId: scene.showtime.id, seatIds: scene.seatIds.slice(0, 1) };
    const free = await map(undefined, user);
    expect((await map(free.etag, user)).status).toBe(304);
    await user.call.showtimes.lockSeats(input);
    const [own, others] = [await map(free.etag, user), await map(free.etag, other)];
    expect([own.status, others.status]).toEqual([200, 200]);
    expect(own.etag).not.toBe(others.etag);
    expect(others.body).not.toMatch(/yours|lockedUntil/);
    const sooner = `update seat_claims set expires_at = expires_at - interval '1 minute' where showtime_id = $1`;
    await server.app.pool.query(sooner, [input.showtimeId]);
    await user.call.showtimes.extendLock(input);
    expect((await map(own.etag, user)).status).toBe(200);
    expect((await map(others.etag, other)).status).toBe(304);
    await user.call.showtimes.unlockSeats(input);
    expect((await map(free.etag, user)).status).toBe(304);
  });
});

describe('the other pages', () => {
  test('tell that the server lives and is ready', async () => {
    const live = await send('/health/live');
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
    const ready = await send('/health/ready');
    const own = { jobs: 'off', disk: 'ok', replicas: 'off' };
    const checks = { database: 'ok', migrations: 'ok', ...own };
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok', checks }]);
  });

  test('show a Redis where there is one, and are ready without it', async () => {
    for (const [isUp, state] of [[true, 'ok'] as const, [false, 'unavailable'] as const]) {
      const sources = { isServing: () => true, hasJobs: false, redis: { isUp } };
      const { ready, checks } = await readinessOf(server.app, sources);
      expect([ready, checks.redis]).toEqual([true, state]);
    }
  });

  test('look once for all who ask at the same time', async () => {
    const looks = vi.spyOn(server.app.pool, 'query');
    const sources = { isServing: () => true, hasJobs: true };
    const asking = Array.from({ length: 50 }, () => readinessOf(server.app, sources));
    const states = await Promise.all(asking);
    const asked = looks.mock.calls.filter(([text]) => text === 'select 1');
    looks.mockRestore();
    expect(states.every(({ ready }) => ready)).toBe(true);
    expect(asked).toHaveLength(1);
  });

  test('tell when the last sweep of any server was, once it should have been', async () => {
    const other = await startTestServer({ jobs: true }, server.databaseUrl);
    const { app } = other;
    const jobs = async () => {
      const response = await fetch(`${other.url}/health/ready`);
      const { checks } = (await response.json()) as { checks: { jobs: string } };
      return [response.status, checks.jobs];
    };
    expect(await jobs()).toEqual([200, 'ok']);
    const now = new Date(Date.now() + 6 * 60_000);
    vi.spyOn(app, 'clock').mockReturnValue(now);
    expect(await jobs()).toEqual([200, 'unavailable']);
    await app.pool.query(
      `insert into agenda_jobs (name, type, last_finished_at) values ('sweep', 'single', $1)`,
      [now],
    );
    expect(await jobs()).toEqual([200, 'ok']);
    await app.pool.query('delete from agenda_jobs');
    await other.close();
  });

  test('are numbers for Prometheus, without an id or an address in a label', async () => {
    await send(`/api/v1/movies/${scene.movieId}?limit=secret`);
    const response = await send('/metrics');
    const text = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(/^# TYPE \S+ histogram$/m);
    expect(text).not.toMatch(new RegExp(`${scene.movieId}|secret|@example`));
    // Each kind of batch, and twice the same: reading the figures does not add to them.
    const sessions = /^matinee_batch_calls_total\{kind="session"\} ([1-9]\d*)$/m;
    expect(text).toMatch(/^matinee_batches_total\{kind="lock"\} \d+$/m);
    expect(text).toMatch(/^matinee_batch_alone_total\{kind="confirm"\} 0$/m);
    expect(text).toMatch(/^matinee_batch_waiting\{kind="session"\} 0$/m);
    expect(await (await send('/metrics')).text()).toContain(sessions.exec(text)?.[0]);
  });

  test('are figures of this moment, not of the page before', async () => {
    await server.app.pool.query(
      `with fact as (
         insert into outbox (id, kind, key, payload, expanded_at)
         values (gen_random_uuid(), 'of.tomorrow', 'of.tomorrow', '{}', now()) returning id)
       insert into deliveries (id, outbox_id, consequence, target, key, available_at, created_at)
       select gen_random_uuid(), id, 'unknown', '', 'of.tomorrow', now() + interval '1 hour',
         now() - interval '1 hour' from fact`,
    );
    const text = await (await send('/metrics')).text();
    await server.asOwner('truncate outbox, deliveries cascade');

    const [, oldest] = /^matinee_outbox_oldest_seconds ([\d.]+)$/m.exec(text) ?? [];
    expect(Number(oldest)).toBeGreaterThan(3_599);
    expect(text).toMatch(/^matinee_outbox_deliveries\{state="open"\} 1$/m);
    expect(text).toMatch(/^matinee_database_connections\{pool="primary",state="waiting"\} 0$/m);
  });

  test.each(['/openapi.json', '/openapi-3.0.json'])(
    'are at %s for every site, compressed or not',
    async (path) => {
      const compressed = await send(path);
      expect(compressed.headers.get('content-encoding')).toBe('gzip');
      expect(compressed.headers.get('access-control-allow-origin')).toBe('*');
      expect(compressed.headers.get('content-type')).toBe('application/json; charset=utf-8');
      const plain = await send(path, { headers: { 'accept-encoding': 'identity' } });
      expect(plain.headers.get('content-encoding')).toBeNull();
      expect(await plain.text()).toBe(await compressed.text());
    },
  );

  test('are the same document in OpenAPI 3.0', async () => {
    const [later, earlier] = (await Promise.all(
      ['/openapi.json', '/openapi-3.0.json'].map(async (path) => (await send(path)).json()),
    )) as { openapi: string; paths: object; components: { schemas: object } }[];
    expect(earlier?.openapi).toBe('3.0.3');
    expect(Object.keys(earlier?.paths ?? {})).toEqual(Object.keys(later?.paths ?? {}));
    const [names, ofEarlier] = [later, earlier].map((each) =>
      Object.keys(each?.components.schemas ?? {}),
    );
    // In 3.0 a reference cannot be null, so these are written out wherever they are used.
    const writtenOut = [
      ...['AuditActor', 'CancelBlockReason', 'CancelReason', 'ClientAction', 'PaymentProvider'],
      'WebhookDisabledReason',
    ];
    expect(ofEarlier).toEqual(names?.filter((name) => !writtenOut.includes(name)));
  });

  test('are an OpenAPI 3.1 document in which every reference leads somewhere', async () => {
    const text = await (await send('/openapi.json')).text();
    const document = JSON.parse(text) as {
      openapi: string;
      servers: unknown;
      paths: Record<string, Record<string, Operation>>;
    };
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.servers).toEqual([{ url: '/api/v1' }]);
    for (const [, reference = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = reference
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
      expect([reference, typeof found]).toEqual([reference, 'object']);
    }
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        path,
        ...operation,
      })),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    const created = operations
      .filter(({ responses }) => '201' in responses)
      .map(({ name }) => name);
    expect(created.toSorted()).toEqual([
      'POST /admin/api-keys',
      'POST /admin/payments/{paymentId}/refunds',
      'POST /admin/webhooks',
      'POST /auth/guest',
      'POST /auth/register',
      'POST /desk/sales',
      'POST /desk/shift',
      'POST /movies',
      'POST /movies/{movieId}/poster',
      'POST /price-lists',
      'POST /reservations',
      'POST /schedules',
      'POST /schedules/copy-week',
      'POST /showtimes',
      'POST /showtimes/{showtimeId}/lock-seats',
      'POST /sites',
      'POST /theaters',
      'POST /ticket-types',
    ]);
    for (const { name, path, parameters = [], responses } of operations) {
      const inPath = parameters
        .filter((each) => each.in === 'path')
        .map((each) => `{${each.name}}`);
      expect([name, inPath.toSorted()]).toEqual([name, (path.match(/\{\w+\}/g) ?? []).toSorted()]);
      expect([name, 'default' in responses || '400' in responses]).toEqual([name, true]);
      expect(path.startsWith('/api')).toBe(false);
    }
  });

  test.each(['/docs', '/redoc'])('%s loads nothing from other hosts', async (path) => {
    const response = await send(path);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const page = await response.text();
    const loaded = [...page.matchAll(/(?:src|href|action)\s*=\s*["']?([^"'\s>]+)/g)].map(
      ([, url = '']) => url,
    );
    expect(loaded.length).toBeGreaterThan(1);
    for (const url of loaded) {
      expect(url).toMatch(/^\/(?!\/)/);
      expect([url, (await send(url)).status]).toEqual([url, 200]);
    }
    expect(page).not.toMatch(/@import|url\(|<script>[^<]*https?:/);
    expect(response.headers.get('content-security-policy')).toMatch(
      /default-src 'none'|default-src 'self'/,
    );
    expect(response.headers.get('content-security-policy')).not.toMatch(/https?:|\*/);
  });

  test.each(['/api/v1/movies', '/nowhere', '/trpc/movies.list', '/docs', '/health/live'])(
    '%s carries the security headers',
    async (path) => {
      const { headers } = await send(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      for (const directive of ['default-src', 'base-uri', 'frame-ancestors']) {
        expect(headers.get('content-security-policy')).toMatch(`${directive} 'none'`);
      }
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    },
  );
});

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string }[];
  responses: Record<string, unknown>;
}

describe('a defect', () => {
  test.each(['/api/v1/movies', '/trpc/movies.list?input=%7B%22json%22%3A%7B%7D%7D'])(
    'tells %s nothing of its cause',
    async (path) => {
      const broken = await startTestServer();
      await broken.asOwner('alter table movies rename column title to secret_title');
      const response = await send(broken.url + path);
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(text).toContain('INTERNAL_ERROR');
      expect(text).not.toMatch(/title|column|select|postgres|stack|\.ts|node_modules|42703/i);
      const requestId = response.headers.get('x-request-id') ?? 'none';
      expect(text).toContain(requestId);
      expect(JSON.stringify(broken.errors)).toContain(requestId);
      await broken.asOwner('alter table movies rename column secret_title to title');
      await broken.close();
    },
  );
});

/** A way to the database that can be cut. */
async function aWire(
  databaseUrl: string,
): Promise<{ url: string; cut(): void; mend(): Promise<void>; close(): void }> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const relay = (near: Socket) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from
        .on('error', () => to.destroy())
        .on('close', () => to.destroy())
        .pipe(to);
    }
  };
  let wire: Server;
  const listen = async (port: number) => {
    wire = createServer(relay);
    const { promise, resolve } = Promise.withResolvers<void>();
    wire.listen(port, '127.0.0.1', resolve);
    await promise;
    return (wire.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  const cut = () => {
    wire.close();
    sockets.forEach((socket) => socket.destroy());
  };
  return { url: url.href, cut, close: cut, mend: async () => void (await listen(port)) };
}

describe('a lost database', () => {
  const paths = [
    '/api/v1/movies',
    '/trpc/movies.list?input=%7B%22json%22%3A%7B%7D%7D',
    '/api/v1/auth/me',
    '/health/ready',
  ];
  const ask = async (url: string, person: Person) => {
    const answers = [];
    for (const path of paths) {
      const began = performance.now();
      const response = await send(url + path, { headers: bearer(person) });
      const told = /UNAVAILABLE|unavailable/.test(await response.text());
      const retryAfter = Number(response.headers.get('retry-after')) >= 1;
      answers.push({
        path,
        status: response.status,
        told,
        retryAfter,
        soon: performance.now() - began < 8_000,
      });
    }
    return answers;
  };
  const unavailable = paths.map((path) => ({
    path,
    status: 503,
    told: true,
    retryAfter: true,
    soon: true,
  }));
  const statuses = async (url: string, person: Person) =>
    (await ask(url, person)).map(({ status }) => status);
  const well = paths.map(() => 200);

  test('that refuses connections is 503 within seconds, and served again when it is back', async () => {
    const database = await createTestDatabase();
    const wire = await aWire(database.url);
    const remote = await startTestServer({}, wire.url);
    const person = await anAdmin(remote.app);
    expect(await statuses(remote.url, person)).toEqual(well);
    wire.cut();
    expect(await ask(remote.url, person)).toEqual(unavailable);
    expect((await send(`${remote.url}/health/live`)).status).toBe(200);
    await wire.mend();
    await expect.poll(() => statuses(remote.url, person), { timeout: 10_000 }).toEqual(well);
    await remote.close();
    wire.close();
    await database.drop();
  });

  test('that closes its doors and ends every session is 503, and served again when it opens', async () => {
    const remote = await startTestServer();
    const person = await anAdmin(remote.app);
    const name = new URL(remote.databaseUrl).pathname.slice(1);
    const allow = (open: boolean) =>
      onServer(inject('postgresUrl'), (client) =>
        client.query(`alter database ${name} allow_connections ${open}`),
      );
    await allow(false);
    await onServer(inject('postgresUrl'), (client) =>
      client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
        name,
      ]),
    );
    expect(await ask(remote.url, person)).toEqual(unavailable);
    await allow(true);
    await expect.poll(() => statuses(remote.url, person), { timeout: 10_000 }).toEqual(well);
    await remote.close();
  });
});
