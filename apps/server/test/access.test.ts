import { createHmac, randomUUID } from 'node:crypto';
import { appRouter } from '@matinee/api';
import { anAdmin, aShowtime, aUser, days, hours, password } from '@matinee/api/testing';
import type { Person, Scene } from '@matinee/api/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

let server: TestServer;
let scene: Scene;
let poster: Buffer;
beforeAll(async () => {
  server = await startTestServer();
  const rows = ['A', 'B', 'C', 'D'].map((label) => ({ label, seats: 60 }));
  scene = await aShowtime(server.app, { rows });
  const create = { width: 4, height: 4, channels: 3 as const, background: 'red' };
  poster = await sharp({ create }).png().toBuffer();
});
afterAll(() => server.close());

const callers = ['anonymous', 'user', 'other user', 'admin'] as const;
/** What each of the callers gets: `ok`, or the refusal. */
const access = {
  P: ['ok', 'ok', 'ok', 'ok'],
  U: ['401 AUTHENTICATION_REQUIRED', 'ok', 'ok', 'ok'],
  own: ['401 AUTHENTICATION_REQUIRED', 'ok', '404 NOT_FOUND', 'ok'],
  A: ['401 AUTHENTICATION_REQUIRED', '403 FORBIDDEN', '403 FORBIDDEN', 'ok'],
} as const;

/** Who calls, and whose things are asked for: for `user` their own, else somebody else's. */
interface World {
  caller: Person | undefined;
  owner: Person;
}
type Input = Record<string, unknown>;
type Row = [string, string, keyof typeof access, ((world: World) => Input | Promise<Input>)?];

const unknownId = '00000000-0000-7000-8000-000000000000';
const movieInput = () => ({ title: randomUUID(), genre: 'Drama', durationMinutes: 90 });
const theaterInput = () => ({
  name: randomUUID(),
  timezone: 'UTC',
  rows: [{ label: 'A', seats: 1 }],
});
const aMovie = async () => ({ movieId: (await scene.admin.call.movies.create(movieInput())).id });
const aTheater = async () => ({
  theaterId: (await scene.admin.call.theaters.create(theaterInput())).id,
});
const anotherShowtime = async () => ({ showtimeId: (await aShowtime(server.app)).showtime.id });
const someone = async () => ({ userId: (await aUser(server.app)).id });
let seatsUsed = 0;
const freeSeats = () => ({
  showtimeId: scene.showtime.id,
  seatIds: [scene.seatIds[seatsUsed++] ?? ''],
});
const lockedSeats = async (holder: Person | undefined) => {
  const input = freeSeats();
  await holder?.call.showtimes.lockSeats(input);
  return input;
};
const aReservation = async ({ owner }: World) => {
  const { id } = await owner.call.reservations.create(await lockedSeats(owner));
  return { reservationId: id };
};

/** Section 4 of the contract, line by line. */
const rows: Row[] = [
  [
    'auth.register',
    'POST /auth/register',
    'P',
    () => ({ email: `${randomUUID()}@a.org`, password }),
  ],
  ['auth.login', 'POST /auth/login', 'P', ({ owner: { email } }) => ({ email, password })],
  ['auth.me', 'GET /auth/me', 'U'],
  ['auth.updateMe', 'PUT /auth/me', 'U', () => ({ firstName: 'Ada' })],
  ['auth.logout', 'POST /auth/logout', 'U'],
  [
    'auth.changePassword',
    'POST /auth/change-password',
    'U',
    () => ({
      currentPassword: password,
      newPassword: 'another-password',
    }),
  ],
  ['movies.list', 'GET /movies', 'P'],
  ['movies.get', 'GET /movies/{movieId}', 'P', aMovie],
  ['movies.genres', 'GET /movies/genres', 'P'],
  ['movies.showtimes', 'GET /movies/{movieId}/showtimes', 'P', aMovie],
  ['movies.create', 'POST /movies', 'A', movieInput],
  ['movies.update', 'PUT /movies/{movieId}', 'A', aMovie],
  ['movies.delete', 'DELETE /movies/{movieId}', 'A', aMovie],
  ['upload', 'POST /movies/{movieId}/poster', 'A', aMovie],
  ['theaters.list', 'GET /theaters', 'P'],
  ['theaters.get', 'GET /theaters/{theaterId}', 'P', aTheater],
  ['theaters.create', 'POST /theaters', 'A', theaterInput],
  ['theaters.update', 'PUT /theaters/{theaterId}', 'A', aTheater],
  ['theaters.delete', 'DELETE /theaters/{theaterId}', 'A', aTheater],
  ['showtimes.list', 'GET /showtimes', 'P'],
  ['showtimes.get', 'GET /showtimes/{showtimeId}', 'P', anotherShowtime],
  [
    'showtimes.create',
    'POST /showtimes',
    'A',
    async () => ({
      ...(await aMovie()),
      ...(await aTheater()),
      startTime: '2030-01-01T20:00:00Z',
      price: '10.00',
    }),
  ],
  ['showtimes.update', 'PUT /showtimes/{showtimeId}', 'A', anotherShowtime],
  ['showtimes.delete', 'DELETE /showtimes/{showtimeId}', 'A', anotherShowtime],
  [
    'showtimes.cancel',
    'POST /showtimes/{showtimeId}/cancel',
    'A',
    async () => ({
      ...(await anotherShowtime()),
      reason: 'Power failure',
    }),
  ],
  ['showtimes.seats', 'GET /showtimes/{showtimeId}/seats', 'P', anotherShowtime],
  ['showtimes.lockSeats', 'POST /showtimes/{showtimeId}/lock-seats', 'U', freeSeats],
  [
    'showtimes.extendLock',
    'POST /showtimes/{showtimeId}/extend-lock',
    'U',
    async ({ caller }) => {
      const input = await lockedSeats(caller);
      const sooner = `update seat_claims set expires_at = expires_at - interval '1 minute'
      where showtime_id = $1 and seat_id = any($2)`;
      await server.app.pool.query(sooner, [input.showtimeId, input.seatIds]);
      return input;
    },
  ],
  ['showtimes.unlockSeats', 'DELETE /showtimes/{showtimeId}/lock-seats', 'U', freeSeats],
  ['showtimes.onSeatsChanged', '', 'P', anotherShowtime],
  ['reservations.create', 'POST /reservations', 'U', ({ caller }) => lockedSeats(caller)],
  ['reservations.list', 'GET /reservations', 'U'],
  ['reservations.listLocks', 'GET /reservations/locks', 'U'],
  ['reservations.get', 'GET /reservations/{reservationId}', 'own', aReservation],
  ['reservations.cancel', 'DELETE /reservations/{reservationId}', 'own', aReservation],
  ['admin.reports.capacity', 'GET /admin/reports/capacity', 'A'],
  ['admin.reports.revenue', 'GET /admin/reports/revenue', 'A'],
  ['admin.reports.popularMovies', 'GET /admin/reports/popular-movies', 'A'],
  ['admin.reports.occupancy', 'GET /admin/reports/occupancy', 'A'],
  ['admin.users.list', 'GET /admin/users', 'A'],
  ['admin.users.promote', 'POST /admin/users/{userId}/promote', 'A', someone],
  ['admin.users.demote', 'POST /admin/users/{userId}/demote', 'A', someone],
  ['admin.users.disable', 'POST /admin/users/{userId}/disable', 'A', someone],
  ['admin.users.enable', 'POST /admin/users/{userId}/enable', 'A', someone],
  ['admin.reservations.list', 'GET /admin/reservations', 'A'],
  ['admin.status', 'GET /admin/status', 'A'],
];

const created = new Set(['auth.register', 'movies.create', 'theaters.create', 'showtimes.create']);
created.add('showtimes.lockSeats').add('reservations.create').add('upload');

const procedures = appRouter._def.procedures as unknown as Record<
  string,
  { _def: { type: 'query' | 'mutation' | 'subscription' } }
>;

test('every procedure and every route of the OpenAPI document has its row', async () => {
  const names = rows.map(([name]) => name).filter((name) => name !== 'upload');
  expect(Object.keys(procedures).toSorted()).toEqual(names.toSorted());
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes.toSorted()).toEqual(rows.flatMap(([, route]) => route || []).toSorted());
});

describe.each(rows)('%s (%s, %s)', (...row) => {
  const [name, route, level, inputOf = () => ({})] = row;
  const surfaces = [route === '' ? [] : ['REST'], name === 'upload' ? [] : ['tRPC']].flat();

  test.each(surfaces)('lets in over %s whom it should', async (surface) => {
    const answers: string[] = [];
    for (const who of callers) {
      const person = who === 'admin' ? await anAdmin(server.app) : await aUser(server.app);
      const caller = who === 'anonymous' ? undefined : person;
      const owner = who === 'user' ? person : await aUser(server.app);
      const input = await inputOf({ caller, owner });
      const authorization = caller && `Bearer ${caller.token}`;
      const answer = await (surface === 'REST'
        ? rest(route, { input, authorization })
        : trpc(name, { input, authorization }));
      answers.push(answer.outcome);
    }
    const success = surface === 'REST' && created.has(name) ? '201 ok' : '200 ok';
    expect(answers).toEqual(access[level].map((each) => (each === 'ok' ? success : each)));
  });
});

describe('a token', () => {
  const secret = 'only-for-tests-'.repeat(3);
  const now = () => Math.floor(Date.now() / 1000);
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Input;
  const forge = (claims: Input, { key = secret, alg = 'HS256' } = {}) => {
    const parts = [{ alg, typ: 'JWT' }, claims];
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const head = parts.map(encode).join('.');
    const hash = { HS256: 'sha256', HS512: 'sha512' }[alg];
    return `${head}.${hash ? createHmac(hash, key).update(head).digest('base64url') : ''}`;
  };
  const bearer = (token: string) => `Bearer ${token}`;

  const bad: [string, string, (person: Person) => string | Promise<string>][] = [
    ['that is garbage', 'TOKEN_INVALID', () => 'Bearer garbage'],
    ['that is empty', 'TOKEN_INVALID', () => 'Bearer'],
    ['of another scheme', 'TOKEN_INVALID', () => 'Basic dXNlcjpwYXNzd29yZA=='],
    [
      'signed with another secret',
      'TOKEN_INVALID',
      ({ token }) => bearer(forge(claimsOf(token), { key: 'another-secret-'.repeat(3) })),
    ],
    [
      'without a signature',
      'TOKEN_INVALID',
      ({ token }) => bearer(forge(claimsOf(token), { alg: 'none' })),
    ],
    [
      'of another algorithm',
      'TOKEN_INVALID',
      ({ token }) => bearer(forge(claimsOf(token), { alg: 'HS512' })),
    ],
    [
      'of a session that never was',
      'TOKEN_INVALID',
      ({ token }) => bearer(forge({ ...claimsOf(token), sid: randomUUID() })),
    ],
    [
      'of somebody else’s session',
      'TOKEN_INVALID',
      async ({ token }) =>
        bearer(forge({ ...claimsOf(token), user_id: (await aUser(server.app)).id })),
    ],
    [
      'without an end',
      'TOKEN_INVALID',
      ({ token }) => bearer(forge({ ...claimsOf(token), exp: undefined })),
    ],
    [
      'past its time, by its own word',
      'TOKEN_EXPIRED',
      ({ token }) => bearer(forge({ ...claimsOf(token), iat: now() - 7_200, exp: now() - 3_600 })),
    ],
    [
      'past its time, its session swept',
      'TOKEN_EXPIRED',
      ({ id, email }) =>
        bearer(forge({ user_id: id, email, role: 'user', sid: randomUUID(), exp: now() - 60 })),
    ],
    [
      'past its time by the database',
      'TOKEN_EXPIRED',
      async ({ id, token }) => {
        const past = `update sessions set expires_at = clock_timestamp() where user_id = $1`;
        await server.app.pool.query(past, [id]);
        return bearer(token);
      },
    ],
    [
      'that was logged out',
      'TOKEN_INVALID',
      async ({ token, call }) => {
        await call.auth.logout();
        return bearer(token);
      },
    ],
    [
      'of a disabled account',
      'TOKEN_INVALID',
      async ({ id, token }) => {
        await scene.admin.call.admin.users.disable({ userId: id });
        return bearer(token);
      },
    ],
  ];

  test.each(bad)('%s is refused with %s, on public procedures too', async (_name, code, make) => {
    const authorization = await make(await aUser(server.app));
    for (const name of ['auth.me', 'movies.list', 'admin.status', 'showtimes.onSeatsChanged']) {
      const [, route = ''] = rows.find(([each]) => each === name) ?? [];
      const input = name === 'showtimes.onSeatsChanged' ? { showtimeId: scene.showtime.id } : {};
      const answers = [await trpc(name, { input, authorization })];
      answers.push(...(route === '' ? [] : [await rest(route, { authorization })]));
      for (const { outcome, headers } of answers) {
        expect([name, outcome]).toEqual([name, `401 ${code}`]);
        // A stream is told in its first event: its head has gone out before.
        expect(headers.get('www-authenticate')).toBe(route === '' ? null : 'Bearer');
      }
    }
    const { email } = await aUser(server.app);
    const login = { input: { email, password }, authorization };
    const register = { input: { email: `${randomUUID()}@a.org`, password }, authorization };
    expect((await rest('POST /auth/login', login)).outcome).toBe('200 ok');
    expect((await trpc('auth.login', login)).outcome).toBe('200 ok');
    expect((await rest('POST /auth/register', register)).outcome).toBe('201 ok');
  });
});

describe('the first failure answers', () => {
  const probe = async (name: string, caller: Person | undefined, input: Input) => {
    const authorization = caller && `Bearer ${caller.token}`;
    const [, route = ''] = rows.find(([each]) => each === name) ?? [];
    const answers = [
      await rest(route, { input, authorization }),
      await trpc(name, { input, authorization }),
    ];
    return [...new Set(answers.map(({ outcome }) => outcome))].join(' but over tRPC ');
  };

  test.each(['/api/v1/movies', '/trpc/movies.create'])(
    '%s: the body before the token',
    async (path) => {
      const send = async (type: string, body: string) => {
        const headers = { authorization: 'Bearer garbage', 'content-type': type };
        return (await fetch(server.url + path, { method: 'POST', headers, body })).status;
      };
      expect(await send('application/json', '{"title":')).toBe(400);
      expect(await send('application/json', `"${'x'.repeat(3_000_000)}"`)).toBe(413);
      expect(await send('text/plain', '{}')).toBe(415);
    },
  );

  test('the token before the role', async () => {
    expect(await probe('movies.create', undefined, {})).toBe('401 AUTHENTICATION_REQUIRED');
  });

  test('the role before the input', async () => {
    const user = await aUser(server.app);
    expect(await probe('movies.create', user, { title: 1 })).toBe('403 FORBIDDEN');
    expect(await probe('admin.users.list', user, { limit: 0 })).toBe('403 FORBIDDEN');
  });

  test.each([
    ['movies.update', { movieId: unknownId, title: '' }],
    ['showtimes.update', { showtimeId: unknownId, price: 12.5 }],
    ['movies.showtimes', { movieId: unknownId, cursor: 'bad' }],
    ['movies.showtimes', { movieId: unknownId, from: '2026-02-02', to: '2026-02-01' }],
  ])('%s %o: the input before existence', async (name, input) => {
    expect(await probe(name, scene.admin, input)).toBe('400 VALIDATION_ERROR');
  });

  test('existence before the state', async () => {
    const { admin, showtime } = await aShowtime(server.app, { startsIn: -hours(1) });
    const { showtimeId } = await anotherShowtime();
    await admin.call.showtimes.cancel({ showtimeId, reason: 'Flood' });
    const seats = { showtimeId: showtime.id, seatIds: [unknownId] };
    expect(await probe('showtimes.lockSeats', admin, seats)).toBe('404 NOT_FOUND');
    expect(await probe('reservations.create', admin, seats)).toBe('404 NOT_FOUND');
    const moved = { showtimeId, movieId: unknownId };
    expect(await probe('showtimes.update', admin, moved)).toBe('404 NOT_FOUND');
  });

  test('the state before a conflict', async () => {
    const { admin, showtime, seatIds } = await aShowtime(server.app, { seats: 11 });
    const taken = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
    await (await aUser(server.app)).call.showtimes.lockSeats(taken);
    const tooMany = { showtimeId: showtime.id, seatIds };
    expect(await probe('showtimes.lockSeats', admin, tooMany)).toBe('422 SEAT_LIMIT_EXCEEDED');
    const started = await aShowtime(server.app, { startsIn: -hours(1) });
    const unlocked = { showtimeId: started.showtime.id, seatIds: started.seatIds };
    expect(await probe('reservations.create', admin, unlocked)).toBe('422 SHOWTIME_STARTED');
    expect(await probe('showtimes.extendLock', admin, unlocked)).toBe('422 SHOWTIME_STARTED');
    await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason: 'Flood' });
    const stale = { showtimeId: showtime.id, revision: 1_000 };
    expect(await probe('showtimes.update', admin, stale)).toBe('422 SHOWTIME_CANCELLED');
  });

  test('one’s own before the state: ALREADY_CANCELLED before SHOWTIME_STARTED', async () => {
    const { showtime, seatIds } = await aShowtime(server.app, { startsIn: days(2) });
    const [owner, other] = [await aUser(server.app), await aUser(server.app)];
    const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
    await owner.call.showtimes.lockSeats(input);
    const { id: reservationId } = await owner.call.reservations.create(input);
    await owner.call.reservations.cancel({ reservationId });
    const started = `update showtimes set start_time = clock_timestamp() where id = $1`;
    await server.app.pool.query(started, [showtime.id]);
    const cancelled = '422 ALREADY_CANCELLED';
    expect(await probe('reservations.cancel', owner, { reservationId })).toBe(cancelled);
    expect(await probe('reservations.cancel', other, { reservationId })).toBe('404 NOT_FOUND');
  });
});

interface Call {
  input?: Input;
  authorization?: string | undefined;
}

interface Answer {
  /** `201 ok` or `404 NOT_FOUND`. */
  outcome: string;
  headers: Headers;
}

/** A call over REST: what the path does not name goes into the query or the body. */
async function rest(route: string, { input = {}, authorization }: Call): Promise<Answer> {
  const [method = '', template = ''] = route.split(' ');
  const left = { ...input };
  const path = template.replace(/\{(\w+)\}/g, (_match, key: string) => {
    const value = left[key];
    delete left[key];
    return String(value);
  });
  const url = new URL(`${server.url}/api/v1${path}`);
  const headers = new Headers(authorization ? { authorization } : {});
  let body: string | FormData | null = null;
  if (path.endsWith('/poster')) {
    body = new FormData();
    body.set('file', new Blob([new Uint8Array(poster)]), 'poster.png');
  } else if (method === 'GET' || method === 'DELETE') {
    for (const [key, value] of Object.entries(left)) {
      [value].flat().forEach((each) => url.searchParams.append(key, String(each)));
    }
  } else if (Object.keys(left).length > 0) {
    headers.set('content-type', 'application/json');
    body = JSON.stringify(left);
  }
  const response = await fetch(url, { method, headers, body });
  const answer = (await response.json()) as { error?: { code: string } };
  return { outcome: `${response.status} ${answer.error?.code ?? 'ok'}`, headers: response.headers };
}

async function trpc(name: string, { input = {}, authorization }: Call): Promise<Answer> {
  const url = new URL(`${server.url}/trpc/${name}`);
  const headers = new Headers(authorization ? { authorization } : {});
  const json = JSON.stringify({ json: input });
  const type = procedures[name]?._def.type;
  if (type === 'mutation') {
    headers.set('content-type', 'application/json');
    const response = await fetch(url, { method: 'POST', headers, body: json });
    return trpcAnswer(response);
  }
  url.searchParams.set('input', json);
  headers.set('accept', type === 'subscription' ? 'text/event-stream' : '*/*');
  const response = await fetch(url, { headers });
  return type === 'subscription' ? firstEvent(response) : trpcAnswer(response);
}

async function firstEvent(response: Response): Promise<Answer> {
  const { status, headers, body } = response;
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString();
    const [, refusal] = /^event: serialized-error\ndata: (.+)\n/m.exec(text) ?? [];
    if (refusal !== undefined) {
      const { data } = (JSON.parse(refusal) as TrpcFailure).json;
      return { outcome: `${data.httpStatus} ${data.appCode}`, headers };
    }
    if (text.includes('"type":"snapshot"')) {
      return { outcome: `${status} ok`, headers };
    }
  }
  return { outcome: `${status} without an event`, headers };
}

interface TrpcFailure {
  json: { data: { appCode: string; httpStatus: number } };
}

async function trpcAnswer(response: Response): Promise<Answer> {
  const { error } = (await response.json()) as { error?: TrpcFailure };
  const { status, headers } = response;
  return { outcome: `${status} ${error?.json.data.appCode ?? 'ok'}`, headers };
}
