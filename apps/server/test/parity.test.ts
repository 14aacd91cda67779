import { randomUUID } from 'node:crypto';
import { appRouter } from '@matinee/api';
import { aShowtime, days, password } from '@matinee/api/testing';
import superjson from 'superjson';
import type { SuperJSONResult } from 'superjson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';
import { aWorld, movie, none, reservation, show, theater, unknownId, user } from './world.ts';
import type { World } from './world.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

type Input = Record<string, unknown>;
type InputOf = (world: World) => Input | Promise<Input>;
/** Name and route; what succeeds; what fails, and how; who calls. */
type Row = [string, string, InputOf, InputOf, string, Who?];
type Who = 'user' | 'admin' | 'anonymous' | 'user, then nobody' | 'admin, then user';

const unknown = (key: string) => () => ({ [key]: unknownId });
const newMovie = () => ({ title: 'Alien', genre: 'Horror', durationMinutes: 117 });
const newTheater = () => ({ name: 'One', timezone: 'UTC', rows: [{ label: 'A', seats: 2 }] });
const newShow = (world: World, startTime: Date) => ({
  ...movie(world),
  ...theater(world),
  startTime: startTime.toISOString(),
  price: '12.50',
});

const unsoldMovie = async ({ admin }: World) => {
  return { movieId: (await admin.call.movies.create(newMovie())).id };
};
const emptyTheater = async ({ admin }: World) => {
  return { theaterId: (await admin.call.theaters.create(newTheater())).id };
};
const freeShow = async () => ({ showtimeId: (await aShowtime(server.app)).showtime.id });

const rows: Row[] = [
  [
    'auth.register',
    'POST /auth/register',
    () => ({ email: `${randomUUID()}@a.org`, password }),
    ({ user: { email } }) => ({ email: email.toUpperCase(), password }),
    '409 EMAIL_TAKEN',
    'anonymous',
  ],
  [
    'auth.login',
    'POST /auth/login',
    ({ user: { email } }) => ({ email, password }),
    ({ user: { email } }) => ({ email, password: 'wrong' }),
    '401 INVALID_CREDENTIALS',
    'anonymous',
  ],
  ['auth.me', 'GET /auth/me', none, none, '401 AUTHENTICATION_REQUIRED', 'user, then nobody'],
  [
    'auth.updateMe',
    'PUT /auth/me',
    () => ({ firstName: 'Ada', lastName: null }),
    () => ({ firstName: '' }),
    '400 VALIDATION_ERROR',
  ],
  ['auth.logout', 'POST /auth/logout', none, () => ({ everywhere: 'yes' }), '400 VALIDATION_ERROR'],
  [
    'auth.changePassword',
    'POST /auth/change-password',
    () => ({ currentPassword: password, newPassword: 'another-password' }),
    () => ({ currentPassword: 'wrong', newPassword: 'another-password' }),
    '400 VALIDATION_ERROR',
  ],
  [
    'movies.list',
    'GET /movies',
    () => ({ limit: 2 }),
    () => ({ limit: 0 }),
    '400 VALIDATION_ERROR',
  ],
  ['movies.genres', 'GET /movies/genres', none, () => ({ genre: 'x' }), '400 VALIDATION_ERROR'],
  ['movies.get', 'GET /movies/{movieId}', movie, unknown('movieId'), '404 NOT_FOUND'],
  [
    'movies.showtimes',
    'GET /movies/{movieId}/showtimes',
    movie,
    (world) => ({
      ...movie(world),
      date: '2026-01-01',
      to: '2026-01-02',
    }),
    '400 VALIDATION_ERROR',
  ],
  [
    'movies.create',
    'POST /movies',
    newMovie,
    () => ({ ...newMovie(), year: 1 }),
    '400 VALIDATION_ERROR',
    'admin',
  ],
  [
    'movies.update',
    'PUT /movies/{movieId}',
    (world) => ({ ...movie(world), description: null }),
    (world) => ({ ...movie(world), revision: 7 }),
    '409 EDIT_CONFLICT',
    'admin',
  ],
  ['movies.delete', 'DELETE /movies/{movieId}', unsoldMovie, movie, '409 IN_USE', 'admin'],
  [
    'theaters.list',
    'GET /theaters',
    () => ({ limit: 1 }),
    () => ({ cursor: 'bad' }),
    '400 VALIDATION_ERROR',
  ],
  ['theaters.get', 'GET /theaters/{theaterId}', theater, unknown('theaterId'), '404 NOT_FOUND'],
  [
    'theaters.create',
    'POST /theaters',
    newTheater,
    () => ({ ...newTheater(), rows: [] }),
    '400 VALIDATION_ERROR',
    'admin',
  ],
  [
    'theaters.update',
    'PUT /theaters/{theaterId}',
    (world) => ({ ...theater(world), name: 'Two' }),
    (world) => ({ ...theater(world), rows: [{ label: 'B', seats: 2 }] }),
    '409 IN_USE',
    'admin',
  ],
  ['theaters.delete', 'DELETE /theaters/{theaterId}', emptyTheater, theater, '409 IN_USE', 'admin'],
  [
    'showtimes.list',
    'GET /showtimes',
    theater,
    () => ({ from: '2026-02-02', to: '2026-02-01' }),
    '400 VALIDATION_ERROR',
  ],
  ['showtimes.get', 'GET /showtimes/{showtimeId}', show, unknown('showtimeId'), '404 NOT_FOUND'],
  [
    'showtimes.create',
    'POST /showtimes',
    (world) => newShow(world, new Date(world.showtime.startTime.getTime() + days(1))),
    (world) => newShow(world, world.showtime.startTime),
    '409 SHOWTIME_OVERLAP',
    'admin',
  ],
  [
    'showtimes.update',
    'PUT /showtimes/{showtimeId}',
    (world) => ({ ...show(world), price: '9.00' }),
    (world) => ({ ...show(world), startTime: '2040-01-01T00:00:00+01:00' }),
    '409 IN_USE',
    'admin',
  ],
  ['showtimes.delete', 'DELETE /showtimes/{showtimeId}', freeShow, show, '409 IN_USE', 'admin'],
  [
    'showtimes.cancel',
    'POST /showtimes/{showtimeId}/cancel',
    (world) => ({ ...show(world), reason: 'Flood' }),
    show,
    '400 VALIDATION_ERROR',
    'admin',
  ],
  [
    'showtimes.seats',
    'GET /showtimes/{showtimeId}/seats',
    show,
    unknown('showtimeId'),
    '404 NOT_FOUND',
  ],
  [
    'showtimes.lockSeats',
    'POST /showtimes/{showtimeId}/lock-seats',
    (world) => ({ ...show(world), seatIds: [world.seats[3], world.seats[2]] }),
    (world) => ({ ...show(world), seatIds: [world.seats[1]] }),
    '409 SEATS_UNAVAILABLE',
  ],
  [
    'showtimes.extendLock',
    'POST /showtimes/{showtimeId}/extend-lock',
    ({ seat }) => seat,
    (world) => ({ ...show(world), seatIds: [world.seats[2]] }),
    '409 LOCK_EXPIRED',
  ],
  [
    'showtimes.unlockSeats',
    'DELETE /showtimes/{showtimeId}/lock-seats',
    show,
    unknown('showtimeId'),
    '404 NOT_FOUND',
  ],
  [
    'reservations.create',
    'POST /reservations',
    ({ seat }) => seat,
    ({ seat }) => ({ ...seat, seatIds: [unknownId] }),
    '404 NOT_FOUND',
  ],
  [
    'reservations.list',
    'GET /reservations',
    () => ({ when: 'upcoming' }),
    () => ({ when: 'never' }),
    '400 VALIDATION_ERROR',
  ],
  [
    'reservations.listLocks',
    'GET /reservations/locks',
    none,
    none,
    '401 AUTHENTICATION_REQUIRED',
    'user, then nobody',
  ],
  [
    'reservations.get',
    'GET /reservations/{reservationId}',
    reservation,
    unknown('reservationId'),
    '404 NOT_FOUND',
  ],
  [
    'reservations.cancel',
    'DELETE /reservations/{reservationId}',
    reservation,
    unknown('reservationId'),
    '404 NOT_FOUND',
  ],
  ...(['capacity', 'revenue', 'occupancy'] as const).map((name): Row => [
    `admin.reports.${name}`,
    `GET /admin/reports/${name}`,
    () => ({ groupBy: 'date' }),
    () => ({ groupBy: 'color' }),
    '400 VALIDATION_ERROR',
    'admin',
  ]),
  [
    'admin.reports.popularMovies',
    'GET /admin/reports/popular-movies',
    () => ({ limit: 3 }),
    () => ({ limit: 101 }),
    '400 VALIDATION_ERROR',
    'admin',
  ],
  [
    'admin.users.list',
    'GET /admin/users',
    ({ user: { email } }) => ({ email }),
    none,
    '403 FORBIDDEN',
    'admin, then user',
  ],
  ...(['promote', 'demote', 'disable', 'enable'] as const).map((verb): Row => [
    `admin.users.${verb}`,
    `POST /admin/users/{userId}/${verb}`,
    user,
    unknown('userId'),
    '404 NOT_FOUND',
    'admin',
  ]),
  [
    'admin.reservations.list',
    'GET /admin/reservations',
    show,
    () => ({ status: 'paid' }),
    '400 VALIDATION_ERROR',
    'admin',
  ],
  ['admin.status', 'GET /admin/status', none, none, '403 FORBIDDEN', 'admin, then user'],
];

const created = new Set(['auth.register', 'movies.create', 'theaters.create', 'showtimes.create']);
created.add('showtimes.lockSeats').add('reservations.create');
const procedures = appRouter._def.procedures as unknown as Record<
  string,
  { _def: { type: string; meta?: { openapi?: object } } }
>;

test('every procedure with a route has its row', () => {
  const routed = Object.entries(procedures).filter(([, { _def }]) => _def.meta?.openapi);
  expect(rows.map(([name]) => name).toSorted()).toEqual(routed.map(([name]) => name).toSorted());
});

describe.each(rows)('%s', (...row) => {
  const [name, route, succeeding, failing, refusal, who = 'user'] = row;
  const [first, second = first] = who.split(', then ');
  const tokenOf = (world: World, role = '') =>
    role === 'admin' ? world.admin.token : role === 'user' ? world.user.token : undefined;

  test('succeeds with the same value', async () => {
    const world = await aWorld(server);
    const isQuery = procedures[name]?._def.type === 'query';
    const input = await succeeding(world);
    const overRest = await rest(route, input, tokenOf(world, first));
    // A mutation cannot be done twice: over tRPC it is done in another world just like this one.
    const other = isQuery ? world : await aWorld(server);
    const again = isQuery ? input : await succeeding(other);
    const overTrpc = await trpc(name, again, tokenOf(other, first));

    expect([overRest.status, overTrpc.status]).toEqual([created.has(name) ? 201 : 200, 200]);
    expect(overRest.body).toEqual({
      success: true,
      data: expect.anything() as unknown,
      message: expect.any(String) as unknown,
    });
    const strip = isQuery ? withoutClocks : withoutIdentity;
    expect(strip(overTrpc.value)).toEqual(strip(revived(overRest.body.data)));
  });

  test(`fails with the same ${refusal}`, async () => {
    const world = await aWorld(server);
    const input = await failing(world);
    const overRest = await rest(route, input, tokenOf(world, second));
    const overTrpc = await trpc(name, input, tokenOf(world, second));

    const { code, message, details, requestId } = overRest.body.error ?? {};
    expect(`${overRest.status} ${code}`).toBe(refusal);
    expect(overRest.body.success).toBe(false);
    expect(requestId).toBe(overRest.headers.get('x-request-id'));
    expect(overTrpc.status).toBe(overRest.status);
    expect(overTrpc.failure).toEqual({
      message,
      code: expect.any(Number) as unknown,
      data: {
        code: expect.stringMatching(/^[A-Z_]+$/) as unknown,
        httpStatus: overRest.status,
        path: name,
        appCode: code,
        details,
        requestId: overTrpc.headers.get('x-request-id'),
      },
    });
    const challenge = (answer: { headers: Headers }) => answer.headers.get('www-authenticate');
    expect(challenge(overTrpc)).toBe(challenge(overRest));
  });
});

describe('a batch', () => {
  const send = async (
    calls: string,
    inputs: Input[],
    { token = '', key = '', accept = '' } = {},
  ) => {
    const body = JSON.stringify({ ...inputs.map((json) => ({ json })) });
    const headers = new Headers({ 'content-type': 'application/json' });
    headers.set('authorization', `Bearer ${token}`);
    if (accept !== '') {
      headers.set('trpc-accept', accept);
    }
    if (key !== '') {
      headers.set('idempotency-key', key);
    }
    const url = `${server.url}/trpc/${calls}?batch=1`;
    const response = await fetch(url, { method: 'POST', headers, body });
    const text = await response.text();
    const results = JSON.parse(response.ok ? '[]' : text) as { error?: { json: TrpcFailure } }[];
    const codes = [results].flat().map(({ error }) => error?.json.data.appCode ?? 'ok');
    return { status: response.status, codes };
  };
  const ask = (calls: string, inputs: Input[]) => {
    const input = JSON.stringify({ ...inputs.map((json) => ({ json })) });
    return fetch(`${server.url}/trpc/${calls}?batch=1&input=${encodeURIComponent(input)}`);
  };
  const list = (count: number, separator = ',') => Array(count).fill('movies.list').join(separator);

  test('takes ten calls and no more, however the comma is written', async () => {
    const inputs = Array.from({ length: 11 }, () => ({}));
    expect((await ask(list(10), inputs)).status).toBe(200);
    expect((await ask(list(11), inputs)).status).toBe(400);
    expect((await ask(list(11, '%2C'), inputs)).status).toBe(400);
  });

  test('answers 207 when the calls end differently, each with its own failure', async () => {
    const calls = 'movies.genres,movies.get,movies.list';
    const response = await ask(calls, [{}, { movieId: unknownId }, { limit: 0 }]);
    expect(response.status).toBe(207);
    const results = (await response.json()) as { error?: { json: TrpcFailure } }[];
    expect(results.map(({ error }) => error?.json.data.appCode ?? 'ok')).toEqual([
      'ok',
      'NOT_FOUND',
      'VALIDATION_ERROR',
    ]);
  });

  test.each([
    'auth.login,auth.login',
    'auth.logout,movies.create',
    'movies.create,auth.me',
    'auth.login%2Cauth.login',
    'auth%2Elogin,auth%2Elogin',
    '%61uth.login,%61uth.login',
    'auth.login%252Cauth.login',
  ])('refuses %s: auth goes alone, streamed or not', async (calls) => {
    const {
      user: { email, token },
    } = await aWorld(server);
    const inputs = [
      { email, password },
      { email, password },
    ];
    for (const accept of ['', 'application/jsonl']) {
      const { status, codes } = await send(calls, inputs, { token, accept });
      expect([accept, status >= 400, codes.length > 0]).toEqual([accept, true, true]);
      expect(codes.filter((code) => !['VALIDATION_ERROR', 'NOT_FOUND'].includes(code))).toEqual([]);
    }
  });

  test.each([
    ['movies.create,movies.create', ''],
    ['movies.create%2Cmovies.create', ''],
    ['movies.create,movies.create', 'application/jsonl'],
    ['movies.create%252Cmovies.create', 'application/jsonl'],
  ])('refuses %s with an Idempotency-Key, and does neither (%s)', async (calls, accept) => {
    const { admin } = await aWorld(server);
    const title = randomUUID();
    const options = { token: admin.token, key: randomUUID(), accept };
    const answer = await send(
      calls,
      [
        { ...newMovie(), title },
        { ...newMovie(), title },
      ],
      options,
    );
    expect([400, 404]).toContain(answer.status);
    expect((await admin.call.movies.list({ search: title })).items).toEqual([]);
  });

  test('of one mutation takes an Idempotency-Key', async () => {
    const { admin } = await aWorld(server);
    const options = { token: admin.token, key: randomUUID() };
    const title = randomUUID();
    for (const attempt of ['first', 'second']) {
      const { status } = await send('movies.create', [{ ...newMovie(), title }], options);
      expect([attempt, status]).toEqual([attempt, 200]);
    }
    expect((await admin.call.movies.list({ search: title })).items).toHaveLength(1);
  });
});

describe('superjson in a request', () => {
  const send = async (body: string) => {
    const { admin } = await aWorld(server);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` };
    const init = { method: 'POST', headers, body };
    const response = await fetch(`${server.url}/trpc/movies.create`, init);
    const { error } = (await response.json()) as { error?: { json: TrpcFailure } };
    return `${response.status} ${error?.json.data.appCode ?? 'ok'}`;
  };
  const annotated = (values: unknown, json: unknown = { ...newMovie(), description: '9' }) =>
    JSON.stringify({ json, meta: { values } });

  test.each([
    ['bigint'],
    ['number'],
    ['regexp'],
    ['set'],
    ['map'],
    ['Error'],
    ['URL'],
    [['typed-array', 'Float64Array']],
    [['class', 'Movie']],
    [['custom', 'x']],
    [['symbol', 'x']],
    ['set', { 0: ['Date'] }],
  ])('refuses the annotation %j', async (...tree) => {
    expect(await send(annotated({ description: tree }))).toBe('400 VALIDATION_ERROR');
    expect(await send(annotated(tree))).toBe('400 VALIDATION_ERROR');
  });

  test.each<[string, string]>([
    [
      'equalities',
      JSON.stringify({ json: newMovie(), meta: { referentialEqualities: { a: ['b'] } } }),
    ],
    ['a prototype', annotated({ '__proto__.polluted': ['Date'] })],
    [
      'no date for a date',
      annotated({ description: ['Date'] }, { ...newMovie(), description: {} }),
    ],
    ['a title that is none', annotated({ title: ['undefined'] })],
    ['no wrapper', JSON.stringify(newMovie())],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"title"'],
    ['a deep value', `{"json":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    [
      'a deep annotation',
      `{"json":{},"meta":{"values":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_001)}}`,
    ],
  ])('refuses %s', async (_name, body) => {
    expect(await send(body)).toBe('400 VALIDATION_ERROR');
  });

  test('takes Date and undefined', async () => {
    const values = { description: ['undefined'] };
    expect(await send(annotated(values, { ...newMovie(), description: null }))).toBe('200 ok');
    const world = await aWorld(server);
    const startTime = new Date(Date.UTC(2031, 0, 1));
    const input = { ...newShow(world, startTime), startTime };
    const { value } = await trpc('showtimes.create', input, world.admin.token);
    expect(value).toMatchObject({ startTime });
  });
});

interface TrpcFailure {
  data: { appCode: string };
}
interface Envelope {
  success: boolean;
  data?: unknown;
  error?: { code: string; message: string; details: unknown; requestId: string };
}

async function rest(route: string, input: Input, token?: string) {
  const [method = '', template = ''] = route.split(' ');
  const left = { ...input };
  const path = template.replace(/\{(\w+)\}/g, (_match, key: string) => {
    const value = left[key];
    delete left[key];
    return String(value);
  });
  const url = new URL(`${server.url}/api/v1${path}`);
  const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
  const inQuery = method === 'GET' || method === 'DELETE';
  if (inQuery) {
    Object.entries(left).forEach(([key, value]) => url.searchParams.append(key, String(value)));
  } else {
    headers.set('content-type', 'application/json');
  }
  const body = inQuery ? null : JSON.stringify(left);
  const response = await fetch(url, { method, headers, body });
  const { status, headers: answered } = response;
  return { status, headers: answered, body: (await response.json()) as Envelope };
}

async function trpc(name: string, input: Input, token?: string) {
  const url = new URL(`${server.url}/trpc/${name}`);
  const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
  const json = superjson.stringify(input);
  const isQuery = procedures[name]?._def.type === 'query';
  if (isQuery) {
    url.searchParams.set('input', json);
  } else {
    headers.set('content-type', 'application/json');
  }
  const init = isQuery ? { headers } : { method: 'POST', headers, body: json };
  const response = await fetch(url, init);
  const { result, error } = (await response.json()) as {
    result?: { data: SuperJSONResult };
    error?: { json: TrpcFailure };
  };
  const value: unknown = result && superjson.deserialize(result.data);
  return { status: response.status, headers: response.headers, value, failure: error?.json };
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** JSON with its instants as dates, which tRPC must have made of them as well. */
function revived(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'string' && instant.test(part) ? new Date(part) : part,
  );
}

function map(value: unknown, change: (leaf: unknown, key: string) => unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => map(each, change, key));
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return change(value, key);
  }
  const entries = Object.entries(value).map(([name, each]) => [name, map(each, change, name)]);
  return Object.fromEntries(entries);
}

/** What differs between two calls in a row: clocks, and the state of the machine. */
function withoutClocks(value: unknown): unknown {
  const moving = ['now', 'latencyMs', 'freeBytes', 'uptimeSeconds'];
  return map(value, (leaf, key) => (moving.includes(key) ? typeof leaf : leaf));
}

/** What differs between two worlds: who, which and when. */
function withoutIdentity(value: unknown): unknown {
  return map(value, (leaf, key) => {
    if (leaf instanceof Date) {
      return 'an instant';
    }
    const named = typeof leaf === 'string' && !['accessToken', 'reference'].includes(key);
    return named ? leaf.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>') : typeof leaf;
  });
}
