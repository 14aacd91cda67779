import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { errorCodes } from '@matinee/api';
import type { ErrorCode } from '@matinee/api';
import { anAdmin, aShowtime, aUser, days, onServer, password } from '@matinee/api/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { aWorld, movie, none, reservation, show, theater, unknownId, user } from '../world.ts';
import type { World } from '../world.ts';
import { freshDocument, operationsOf } from './document.ts';
import type { Json } from './document.ts';
import { startProxy, violationsOf } from './prism.ts';
import type { Proxy, Violations } from './prism.ts';

let document: Json;
let operations: ReturnType<typeof operationsOf>;
let server: TestServer;
let proxy: Proxy;
beforeAll(async () => {
  [document, server] = await Promise.all([freshDocument(), startTestServer()]);
  operations = operationsOf(document);
  // A status that is told for all routes alike would hide one that a route does not tell of.
  for (const { operation } of operations.values()) {
    delete (operation.responses as Json).default;
  }
  proxy = await startProxy(document, `${server.url}/api/v1`);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});

type Input = Record<string, unknown>;
type InputOf = (world: World) => Input | Promise<Input>;
type Who = 'anonymous' | 'user' | 'admin';

const sql = (text: string, values: unknown[] = []) => server.app.pool.query(text, values);

const newMovie = () => ({ title: randomUUID(), genre: 'Horror', durationMinutes: 117 });
const newTheater = () => ({
  name: randomUUID(),
  timezone: 'Europe/Berlin',
  rows: [{ label: 'A', seats: 3, overrides: [{ position: 2, gap: true as const }] }],
});
const newShow = (world: World, startsIn = days(3)) => ({
  ...movie(world),
  ...theater(world),
  startTime: new Date(Date.now() + startsIn).toISOString(),
  price: '12.50',
});
const unsoldMovie = async ({ admin }: World) => ({
  movieId: (await admin.call.movies.create(newMovie())).id,
});
const emptyTheater = async ({ admin }: World) => ({
  theaterId: (await admin.call.theaters.create(newTheater())).id,
});
const freeShow = async () => ({ showtimeId: (await aShowtime(server.app)).showtime.id });
const endedShow = async () => ({
  showtimeId: (await aShowtime(server.app, { startsIn: -days(1) })).showtime.id,
});
const startedShow = async (world: World) => {
  const start = 'update showtimes set start_time = clock_timestamp() where id = $1';
  await sql(start, [world.showtime.id]);
  return show(world);
};
const cancelledShow = async (world: World) => {
  await world.admin.call.showtimes.cancel({ ...show(world), reason: 'Flood' });
  return show(world);
};
const tooManySeats = async () => {
  const { showtime, seatIds } = await aShowtime(server.app, { seats: 11 });
  return { showtimeId: showtime.id, seatIds };
};
const lastAdmin = async ({ admin }: World) => {
  await sql(`update users set role = 'user' where id <> $1`, [admin.id]);
  return { userId: admin.id };
};

/** What succeeds: every operation of the document, at least once. */
const successes: [string, Who, InputOf][] = [
  ['authRegister', 'anonymous', () => ({ email: `${randomUUID()}@example.com`, password })],
  ['authLogin', 'anonymous', ({ user: { email } }) => ({ email, password })],
  ['authMe', 'user', none],
  ['authUpdateMe', 'user', () => ({ firstName: 'Ada', lastName: null })],
  ['authLogout', 'user', none],
  ['authLogout', 'user', () => ({ everywhere: true })],
  [
    'authChangePassword',
    'user',
    () => ({
      currentPassword: password,
      newPassword: 'another-password',
    }),
  ],
  ['moviesList', 'anonymous', () => ({ limit: 2, genre: 'drama', search: 'MOVIE' })],
  ['moviesList', 'user', () => ({ date: '2026-11-22' })],
  ['moviesGet', 'anonymous', movie],
  ['moviesGenres', 'anonymous', none],
  ['moviesShowtimes', 'anonymous', movie],
  [
    'moviesShowtimes',
    'anonymous',
    (world) => ({
      ...movie(world),
      from: '2026-01-01',
      to: '2026-01-02',
    }),
  ],
  ['moviesCreate', 'admin', newMovie],
  [
    'moviesCreate',
    'admin',
    () => ({
      ...newMovie(),
      description: 'In space.',
      releaseDate: '1979-05-25',
      contentRating: 'R',
    }),
  ],
  ['moviesUpdate', 'admin', (world) => ({ ...movie(world), description: null, revision: 1 })],
  ['moviesDelete', 'admin', unsoldMovie],
  ['moviesUploadPoster', 'admin', movie],
  ['theatersList', 'anonymous', () => ({ limit: 1 })],
  ['theatersGet', 'anonymous', theater],
  ['theatersCreate', 'admin', newTheater],
  [
    'theatersCreate',
    'admin',
    () => ({
      ...newTheater(),
      turnaroundMinutes: 15,
      rows: [
        { label: 'A', seats: 2, seatType: 'vip', overrides: [{ position: 1, outOfOrder: true }] },
      ],
    }),
  ],
  ['theatersUpdate', 'admin', (world) => ({ ...theater(world), name: randomUUID() })],
  ['theatersDelete', 'admin', emptyTheater],
  ['showtimesList', 'anonymous', (world) => ({ ...theater(world), ...movie(world) })],
  ['showtimesList', 'user', () => ({ from: '2020-01-01', limit: 100 })],
  ['showtimesGet', 'anonymous', show],
  ['showtimesGet', 'anonymous', async () => cancelledShow(await aWorld(server))],
  [
    'showtimesCreate',
    'admin',
    (world) => ({
      ...newShow(world),
      seatTypePrices: { vip: '30.00' },
    }),
  ],
  ['showtimesUpdate', 'admin', (world) => ({ ...show(world), price: '9.00', seatTypePrices: {} })],
  ['showtimesDelete', 'admin', freeShow],
  ['showtimesCancel', 'admin', (world) => ({ ...show(world), reason: 'Flood' })],
  ['showtimesSeats', 'anonymous', show],
  ['showtimesSeats', 'user', show],
  ['showtimesLockSeats', 'user', ({ seat, seats }) => ({ ...seat, seatIds: [seats[3], seats[2]] })],
  ['showtimesExtendLock', 'user', ({ seat }) => seat],
  ['showtimesExtendLock', 'user', show],
  ['showtimesUnlockSeats', 'user', show],
  [
    'showtimesUnlockSeats',
    'user',
    ({ seat, seats }) => ({
      ...seat,
      seatIds: [seats[0], seats[3]],
    }),
  ],
  ['reservationsCreate', 'user', ({ seat }) => seat],
  ['reservationsList', 'user', () => ({ when: 'upcoming' })],
  ['reservationsListLocks', 'user', none],
  ['reservationsGet', 'user', reservation],
  [
    'reservationsGet',
    'admin',
    async () => {
      const world = await aWorld(server);
      await world.user.call.reservations.cancel(reservation(world));
      return reservation(world);
    },
  ],
  ['reservationsCancel', 'user', reservation],
  ...['showtime', 'date', 'movie', 'theater'].flatMap((groupBy): typeof successes => [
    ['adminReportsCapacity', 'admin', () => ({ groupBy, from: '2026-11-01', to: '2027-12-31' })],
    ['adminReportsRevenue', 'admin', () => ({ groupBy, from: '2026-11-01', to: '2027-12-31' })],
  ]),
  ['adminReportsRevenue', 'admin', none],
  ['adminReportsPopularMovies', 'admin', () => ({ limit: 3, to: '2027-12-31' })],
  ...['theater', 'date', 'weekday', 'hour'].map((groupBy): (typeof successes)[number] => [
    'adminReportsOccupancy',
    'admin',
    () => ({ groupBy }),
  ]),
  ['adminUsersList', 'admin', ({ user: { email } }) => ({ email, role: 'user' })],
  ...['Promote', 'Demote', 'Disable', 'Enable'].map((verb): (typeof successes)[number] => [
    `adminUsers${verb}`,
    'admin',
    user,
  ]),
  ['adminReservationsList', 'admin', (world) => ({ ...show(world), status: 'confirmed' })],
  ['adminReservationsList', 'admin', none],
  ['adminStatus', 'admin', none],
];

/** `invalid`: the document says that the request is none; `valid`: only the server can know. */
type Validity = 'valid' | 'invalid';

/** What fails, beside that which can fail everywhere. */
const refusals: [string, Who, string, Validity, InputOf][] = [
  [
    'authRegister',
    'anonymous',
    '409 EMAIL_TAKEN',
    'valid',
    ({ user: { email } }) => ({
      email,
      password,
    }),
  ],
  [
    'authRegister',
    'anonymous',
    '400 VALIDATION_ERROR',
    'invalid',
    () => ({
      email: 'no address',
      password,
    }),
  ],
  [
    'authLogin',
    'anonymous',
    '401 INVALID_CREDENTIALS',
    'valid',
    ({ user: { email } }) => ({
      email,
      password: 'wrong-password',
    }),
  ],
  [
    'authChangePassword',
    'user',
    '400 VALIDATION_ERROR',
    'valid',
    () => ({
      currentPassword: 'wrong-password',
      newPassword: 'another-password',
    }),
  ],
  ['moviesList', 'anonymous', '400 VALIDATION_ERROR', 'invalid', () => ({ limit: 0 })],
  ['moviesList', 'anonymous', '400 VALIDATION_ERROR', 'invalid', () => ({ date: '2026-02-30' })],
  ['moviesList', 'anonymous', '400 VALIDATION_ERROR', 'valid', () => ({ cursor: 'bad' })],
  ['moviesGet', 'anonymous', '400 VALIDATION_ERROR', 'invalid', () => ({ movieId: '1' })],
  [
    'moviesShowtimes',
    'anonymous',
    '400 VALIDATION_ERROR',
    'valid',
    (world) => ({
      ...movie(world),
      from: '2026-02-02',
      to: '2026-02-01',
    }),
  ],
  [
    'moviesUpdate',
    'admin',
    '409 EDIT_CONFLICT',
    'valid',
    (world) => ({
      ...movie(world),
      revision: 7,
    }),
  ],
  ['moviesDelete', 'admin', '409 IN_USE', 'valid', movie],
  [
    'theatersCreate',
    'admin',
    '400 VALIDATION_ERROR',
    'invalid',
    () => ({
      ...newTheater(),
      rows: [],
    }),
  ],
  [
    'theatersUpdate',
    'admin',
    '409 EDIT_CONFLICT',
    'valid',
    (world) => ({
      ...theater(world),
      revision: 7,
    }),
  ],
  [
    'theatersUpdate',
    'admin',
    '409 IN_USE',
    'valid',
    (world) => ({
      ...theater(world),
      rows: [{ label: 'B', seats: 2 }],
    }),
  ],
  ['theatersDelete', 'admin', '409 IN_USE', 'valid', theater],
  [
    'showtimesCreate',
    'admin',
    '400 VALIDATION_ERROR',
    'invalid',
    (world) => ({
      ...newShow(world),
      price: 12.5,
    }),
  ],
  [
    'showtimesCreate',
    'admin',
    '404 NOT_FOUND',
    'valid',
    (world) => ({
      ...newShow(world),
      movieId: unknownId,
    }),
  ],
  ['showtimesCreate', 'admin', '409 SHOWTIME_OVERLAP', 'valid', (world) => newShow(world, days(1))],
  [
    'showtimesUpdate',
    'admin',
    '409 EDIT_CONFLICT',
    'valid',
    (world) => ({
      ...show(world),
      revision: 7,
    }),
  ],
  [
    'showtimesUpdate',
    'admin',
    '409 IN_USE',
    'valid',
    (world) => ({
      ...show(world),
      startTime: '2040-01-01T00:00:00+01:00',
    }),
  ],
  [
    'showtimesUpdate',
    'admin',
    '404 NOT_FOUND',
    'valid',
    (world) => ({
      ...show(world),
      theaterId: unknownId,
    }),
  ],
  [
    'showtimesUpdate',
    'admin',
    '409 SHOWTIME_OVERLAP',
    'valid',
    async (world) => {
      const { id: showtimeId } = await world.admin.call.showtimes.create(newShow(world));
      return { showtimeId, startTime: world.showtime.startTime.toISOString() };
    },
  ],
  [
    'showtimesUpdate',
    'admin',
    '422 SHOWTIME_CANCELLED',
    'valid',
    async (world) => ({
      ...(await cancelledShow(world)),
      price: '9.00',
    }),
  ],
  ['showtimesDelete', 'admin', '409 IN_USE', 'valid', show],
  ['showtimesCancel', 'admin', '400 VALIDATION_ERROR', 'invalid', show],
  [
    'showtimesCancel',
    'admin',
    '422 ALREADY_CANCELLED',
    'valid',
    async (world) => ({
      ...(await cancelledShow(world)),
      reason: 'Fire',
    }),
  ],
  [
    'showtimesCancel',
    'admin',
    '422 SHOWTIME_STARTED',
    'valid',
    async () => ({
      ...(await endedShow()),
      reason: 'Fire',
    }),
  ],
  [
    'showtimesLockSeats',
    'user',
    '400 VALIDATION_ERROR',
    'invalid',
    ({ seat }) => ({
      ...seat,
      seatIds: [],
    }),
  ],
  [
    'showtimesLockSeats',
    'user',
    '400 VALIDATION_ERROR',
    'invalid',
    ({ seat, seats: [first] }) => ({
      ...seat,
      seatIds: [first, first],
    }),
  ],
  [
    'showtimesLockSeats',
    'admin',
    '409 SEATS_UNAVAILABLE',
    'valid',
    ({ seat, seats }) => ({
      ...seat,
      seatIds: [seats[0], seats[1], seats[2]],
    }),
  ],
  [
    'showtimesLockSeats',
    'user',
    '404 NOT_FOUND',
    'valid',
    ({ seat }) => ({
      ...seat,
      seatIds: [unknownId],
    }),
  ],
  ['showtimesLockSeats', 'user', '422 SEAT_LIMIT_EXCEEDED', 'valid', tooManySeats],
  [
    'showtimesLockSeats',
    'user',
    '422 SHOWTIME_STARTED',
    'valid',
    async (world) => ({
      ...world.seat,
      ...(await startedShow(world)),
    }),
  ],
  [
    'showtimesLockSeats',
    'user',
    '422 SHOWTIME_CANCELLED',
    'valid',
    async (world) => ({
      ...world.seat,
      ...(await cancelledShow(world)),
    }),
  ],
  [
    'showtimesExtendLock',
    'user',
    '409 LOCK_EXPIRED',
    'valid',
    ({ seat, seats }) => ({
      ...seat,
      seatIds: [seats[2]],
    }),
  ],
  [
    'showtimesExtendLock',
    'user',
    '422 LOCK_EXTENSION_LIMIT',
    'valid',
    async (world) => {
      const atTheCap = `update seat_claims
      set expires_at = clock_timestamp() + interval '1 minute',
          locked_at = clock_timestamp() - interval '29 minutes'
      where showtime_id = $1 and reservation_id is null`;
      await sql(atTheCap, [world.showtime.id]);
      return world.seat;
    },
  ],
  ['showtimesExtendLock', 'user', '422 SHOWTIME_STARTED', 'valid', startedShow],
  ['showtimesExtendLock', 'user', '422 SHOWTIME_CANCELLED', 'valid', cancelledShow],
  [
    'showtimesUnlockSeats',
    'user',
    '400 VALIDATION_ERROR',
    'invalid',
    (world) => ({
      ...show(world),
      seatIds: ['A1'],
    }),
  ],
  [
    'reservationsCreate',
    'user',
    '409 LOCK_EXPIRED',
    'valid',
    ({ seat, seats }) => ({
      ...seat,
      seatIds: [seats[2], seats[3]],
    }),
  ],
  [
    'reservationsCreate',
    'user',
    '404 NOT_FOUND',
    'valid',
    ({ seat }) => ({
      ...seat,
      seatIds: [unknownId],
    }),
  ],
  [
    'reservationsCreate',
    'user',
    '404 NOT_FOUND',
    'valid',
    ({ seat }) => ({
      ...seat,
      showtimeId: unknownId,
    }),
  ],
  [
    'reservationsCreate',
    'user',
    '422 SHOWTIME_STARTED',
    'valid',
    async (world) => ({
      ...world.seat,
      ...(await startedShow(world)),
    }),
  ],
  [
    'reservationsCreate',
    'user',
    '422 SHOWTIME_CANCELLED',
    'valid',
    async (world) => ({
      ...world.seat,
      ...(await cancelledShow(world)),
    }),
  ],
  ['reservationsList', 'user', '400 VALIDATION_ERROR', 'invalid', () => ({ when: 'never' })],
  [
    'reservationsCancel',
    'user',
    '422 ALREADY_CANCELLED',
    'valid',
    async (world) => {
      await world.user.call.reservations.cancel(reservation(world));
      return reservation(world);
    },
  ],
  [
    'reservationsCancel',
    'user',
    '422 SHOWTIME_STARTED',
    'valid',
    async (world) => {
      await startedShow(world);
      return reservation(world);
    },
  ],
  ['adminReportsRevenue', 'admin', '400 VALIDATION_ERROR', 'invalid', () => ({ groupBy: 'color' })],
  ['adminUsersDemote', 'admin', '422 LAST_ADMIN', 'valid', lastAdmin],
  ['adminUsersDisable', 'admin', '422 LAST_ADMIN', 'valid', lastAdmin],
  ['adminReservationsList', 'admin', '400 VALIDATION_ERROR', 'invalid', () => ({ status: 'paid' })],
];

/** Which codes have been brought about, by operation. */
const seen = new Map<string, Set<string>>();
const takesBody = ({ operation }: Found) => operation.requestBody !== undefined;
/** Those too whose body has to be empty. */
const readsBody = ({ route }: Found) => !route.startsWith('GET');
const takesKey = ({ operation }: Found) =>
  parametersOf(operation).some(({ name }) => name === 'Idempotency-Key');
const needsToken = ({ operation }: Found) => {
  const alternatives = operation.security as Json[];
  return alternatives.length > 0 && alternatives.every((each) => Object.keys(each).length > 0);
};
/** All but the two that sign somebody in, which do not look at tokens. */
const readsToken = ({ route }: Found) => !/\/auth\/(login|register)$/.test(route);

/** The first row of every operation. */
const basics = () => [...new Map(successes.toReversed().map((row) => [row[0], row])).values()];

test('every operation of the document has its row', () => {
  expect(
    basics()
      .map(([operationId]) => operationId)
      .toSorted(),
  ).toEqual([...operations.keys()].toSorted());
});

describe('a request that succeeds is as the document says, and so is its answer', () => {
  let unchanged: Promise<World> | undefined;
  test.each(successes)('%s by %s', async (operationId, who, inputOf) => {
    const reads = !readsBody(found(operationId));
    const world = await (reads ? (unchanged ??= aWorld(server)) : aWorld(server));
    const input = await inputOf(world);
    const answer = await ask(operationId, { input, token: tokenOf(world, who) });
    const outcome = expect.stringMatching(/^20[01] ok$/) as unknown;
    expect(answer).toEqual({ outcome, ...faultless });
  });

  test('showtimesSeats that have not changed', async () => {
    const input = show(await aWorld(server));
    const { headers } = await fetch(`${server.url}/api/v1/showtimes/${input.showtimeId}/seats`);
    const etag = headers.get('etag') ?? '';
    const answer = await ask('showtimesSeats', { input, headers: { 'if-none-match': etag } });
    expect(answer).toEqual({ outcome: '304 ok', ...faultless });
  });

  test('moviesCreate, repeated with its key', async () => {
    const {
      admin: { token },
    } = await aWorld(server);
    const request = { input: newMovie(), token, headers: { 'idempotency-key': randomUUID() } };
    for (const replayed of [null, 'true']) {
      const response = await send('moviesCreate', request);
      expect(response.headers.get('idempotency-replayed')).toBe(replayed);
      expect(violationsOf(response)).toEqual(faultless);
    }
  });
});

describe('a refusal is as the document says, and what it refuses is not', () => {
  test.each(refusals)('%s by %s: %s of a request that is %s', async (...row) => {
    const [operationId, who, outcome, validity, inputOf] = row;
    const world = await aWorld(server);
    const input = await inputOf(world);
    const answer = await ask(operationId, { input, token: tokenOf(world, who) });
    expect(checked(answer)).toEqual({ outcome, request: validity, response: [] });
  });
});

interface Request {
  operationId: string;
  who: Who;
  options: AskOptions;
}

/** A request that would succeed for every operation that matches. */
async function requestsThat(matches: (found: Found) => boolean): Promise<Request[]> {
  const world = await aWorld(server);
  const requests: Request[] = [];
  for (const [operationId, who, inputOf] of basics()) {
    if (matches(found(operationId))) {
      const options = { input: await inputOf(world), token: tokenOf(world, who) };
      requests.push({ operationId, who, options });
    }
  }
  return requests;
}

/** The same refusal wanted of many requests: those that are answered otherwise. */
async function unlike(
  outcome: string,
  validity: Validity | 'either',
  requests: Request[],
): Promise<unknown[]> {
  const differing: unknown[] = [];
  for (const { operationId, options } of requests) {
    const answer = checked(await ask(operationId, options));
    const request = validity === 'either' ? answer.request : validity;
    if (!isDeepStrictEqual(answer, { outcome, request, response: [] })) {
      differing.push([operationId, answer]);
    }
  }
  expect(requests).not.toEqual([]);
  return differing;
}

describe('of every operation that can give it, without a violation:', { timeout: 60_000 }, () => {
  /** The requests, each changed so that it is refused. */
  const changed = async (
    matches: (found: Found) => boolean,
    change: (request: Request) => Partial<AskOptions> | Promise<Partial<AskOptions>>,
  ) => {
    const requests = await requestsThat(matches);
    return Promise.all(
      requests.map(async (request) => ({
        ...request,
        options: { ...request.options, ...(await change(request)) },
      })),
    );
  };

  test('AUTHENTICATION_REQUIRED', async () => {
    const requests = await changed(needsToken, () => ({ token: undefined }));
    expect(await unlike('401 AUTHENTICATION_REQUIRED', 'invalid', requests)).toEqual([]);
  });

  test('TOKEN_INVALID', async () => {
    const requests = await changed(readsToken, () => ({ token: 'garbage' }));
    expect(await unlike('401 TOKEN_INVALID', 'valid', requests)).toEqual([]);
  });

  test('TOKEN_EXPIRED', async () => {
    const { id, token } = await aUser(server.app);
    await sql('update sessions set expires_at = clock_timestamp() where user_id = $1', [id]);
    const requests = await changed(readsToken, () => ({ token }));
    expect(await unlike('401 TOKEN_EXPIRED', 'valid', requests)).toEqual([]);
  });

  test('FORBIDDEN', async () => {
    const { token } = await aUser(server.app);
    const requests = await changed(needsToken, () => ({ token }));
    const forUsers = requests.filter(({ who }) => who === 'admin');
    expect(await unlike('403 FORBIDDEN', 'valid', forUsers)).toEqual([]);
  });

  test('NOT_FOUND', async () => {
    const hasId = ({ route }: Found) => route.includes('{');
    const requests = await changed(hasId, ({ operationId, options: { input } }) => {
      const [, key = ''] = /\{(\w+)\}/.exec(found(operationId).route) ?? [];
      return { input: { ...input, [key]: unknownId } };
    });
    expect(await unlike('404 NOT_FOUND', 'valid', requests)).toEqual([]);
  });

  test('VALIDATION_ERROR for a key too many, in a body', async () => {
    const takesJson = (operation: Found) => takesBody(operation) && !isUpload(operation);
    const requests = await changed(takesJson, ({ options: { input } }) => ({
      input: { ...input, nonsense: 1 },
    }));
    expect(await unlike('400 VALIDATION_ERROR', 'invalid', requests)).toEqual([]);
  });

  test('VALIDATION_ERROR for a key too many, in the query', async () => {
    const inQuery = (operation: Found) => !takesBody(operation);
    const requests = await changed(inQuery, () => ({ query: { nonsense: '1' } }));
    // OpenAPI cannot say that a query has no other keys.
    expect(await unlike('400 VALIDATION_ERROR', 'valid', requests)).toEqual([]);
  });

  test('VALIDATION_ERROR for an upload without a file', async () => {
    const requests = await changed(isUpload, () => ({ body: new FormData() }));
    expect(await unlike('400 VALIDATION_ERROR', 'invalid', requests)).toEqual([]);
  });

  test('UNSUPPORTED_MEDIA_TYPE', async () => {
    const text = { headers: { 'content-type': 'text/plain' }, body: '{}' };
    const requests = await changed(readsBody, () => text);
    expect(await unlike('415 UNSUPPORTED_MEDIA_TYPE', 'invalid', requests)).toEqual([]);
  });

  test('PAYLOAD_TOO_LARGE', async () => {
    const large = 'x'.repeat(1_100_000);
    const requests = await changed(readsBody, ({ operationId, options: { input } }) =>
      isUpload(found(operationId)) ? { body: posterForm(large) } : { input: { ...input, large } },
    );
    expect(await unlike('413 PAYLOAD_TOO_LARGE', 'either', requests)).toEqual([]);
  });

  test('IDEMPOTENCY_KEY_REUSED', async () => {
    const requests = await changed(takesKey, async ({ options: { token } }) => ({
      headers: { 'idempotency-key': await aUsedKey(token) },
    }));
    expect(await unlike('422 IDEMPOTENCY_KEY_REUSED', 'valid', requests)).toEqual([]);
  });

  test('IDEMPOTENCY_CONFLICT', async () => {
    const { token, key, end } = await aBusyKey();
    try {
      const headers = { 'idempotency-key': key };
      const requests = await changed(takesKey, () => ({ token, headers }));
      expect(await unlike('409 IDEMPOTENCY_CONFLICT', 'valid', requests)).toEqual([]);
    } finally {
      await end();
    }
  });

  test('INTERNAL_ERROR', async () => {
    const requests = await requestsThat(() => true);
    await sql('alter schema public rename to elsewhere');
    try {
      expect(await unlike('500 INTERNAL_ERROR', 'valid', requests)).toEqual([]);
    } finally {
      await sql('alter schema elsewhere rename to public');
    }
  });

  test('UNAVAILABLE', async () => {
    const requests = await requestsThat(() => true);
    const name = new URL(server.databaseUrl).pathname.slice(1);
    const end = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1';
    const allow = (yes: boolean) =>
      onServer(inject('postgresUrl'), async (client) => {
        await client.query(`alter database "${name}" allow_connections ${yes}`);
        await client.query(end, [name]);
      });
    await allow(false);
    try {
      expect(await unlike('503 UNAVAILABLE', 'valid', requests)).toEqual([]);
    } finally {
      await allow(true);
    }
  });

  test('RATE_LIMITED', async () => {
    const limited = await startTestServer({ rateLimit: true });
    const watched = await startProxy(document, `${limited.url}/api/v1`);
    try {
      const url = `${limited.url}/api/v1/auth/login`;
      const calls = Array.from({ length: 300 }, () => fetch(url, { method: 'POST' }));
      await Promise.all(calls.map(async (call) => (await call).arrayBuffer()));
      const signsIn = (operation: Found) => !readsToken(operation);
      const requests = await changed(signsIn, () => ({ base: watched.url }));
      expect(await unlike('429 RATE_LIMITED', 'valid', requests)).toEqual([]);
    } finally {
      await watched.close();
      await limited.close();
    }
  });

  test('METHOD_NOT_ALLOWED', async () => {
    const response = await fetch(`${proxy.url}/movies`, { method: 'PATCH' });
    const { error } = (await response.json()) as { error: { code: string } };
    expect([response.status, error.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    const { request } = violationsOf(response);
    expect(request).toEqual([' Selected route not found']);
  });
});

/** The codes that the document says an operation can fail with. */
function codesOf({ operation }: Found): string[] {
  const answers = Object.entries(operation.responses as Json);
  const failures = answers.filter(([status]) => Number(status) >= 400);
  return failures.flatMap(([, response]) => {
    const { content } = resolved(response) as { content: Record<string, { schema: Json }> };
    const envelope = resolved(content['application/json']?.schema);
    const { error } = envelope.properties as { error: Json & { oneOf?: Json[] } };
    return (error.oneOf ?? [error]).map((each) => {
      const { code } = resolved(each).properties as { code: { const: string } };
      return code.const;
    });
  });
}

test('every failure that the document tells of has been brought about', () => {
  const missing = [...operations].map(([operationId, operation]) => {
    const codes = codesOf(operation).filter((code) => !seen.get(operationId)?.has(code));
    return [operationId, codes];
  });
  expect(missing.filter(([, codes]) => codes?.length !== 0)).toEqual([]);
  const all = new Set([...[...seen.values()].flatMap((codes) => [...codes]), 'METHOD_NOT_ALLOWED']);
  expect([...all].toSorted()).toEqual(errorCodes.toSorted());
});

/** Control: the proxy would have noticed. */
test('an answer that is not as the document says is noticed', async () => {
  const error = { message: '', details: {}, requestId: '' };
  const answers: [status: number, body: unknown, named: string][] = [
    [200, { success: true, data: [{ genre: 'Drama', movies: 1 }], message: '' }, ''],
    [200, { success: true, data: [{ genre: 1, movies: 1 }], message: '' }, 'genre'],
    [200, { success: true, data: [{ genre: 'Drama' }], message: '' }, 'movies'],
    [200, [{ genre: 'Drama', movies: 1 }], 'object'],
    [404, { success: false, error: { ...error, code: 'GONE' } }, 'code'],
    [500, { success: false, error }, 'code'],
  ];
  let answered = 0;
  const upstream = createServer((_request, response) => {
    const [status = 200, body] = answers[answered] ?? [];
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'x' });
    response.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo;
  const watched = await startProxy(document, `http://127.0.0.1:${port}`);
  for (; answered < answers.length; answered += 1) {
    const { request, response } = violationsOf(await fetch(`${watched.url}/movies/genres`));
    const [, body, named = ''] = answers[answered] ?? [];
    expect([body, request, response.join() === '']).toEqual([body, [], named === '']);
    expect(response.join()).toContain(named);
  }
  await watched.close();
  upstream.closeAllConnections();
  upstream.close();
});

interface Found {
  route: string;
  operation: Json;
}
function found(operationId: string): Found {
  const operation = operations.get(operationId);
  if (!operation) {
    throw new Error(`The document has no ${operationId}`);
  }
  return operation;
}
const isUpload = ({ route }: Found) => route.endsWith('/poster');

interface Parameter {
  name: string;
  in: string;
}
const parametersOf = ({ parameters = [] }: Json) =>
  (parameters as unknown[]).map((each) => resolved(each) as Json & Parameter);

/** What a reference points at, or what stands there itself. */
function resolved(value: unknown): Json {
  const { $ref } = value as { $ref?: string };
  if ($ref === undefined) {
    return value as Json;
  }
  return $ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key] as Json, document);
}

const faultless: Violations = { request: [], response: [] };
const tokenOf = (world: World, who: Who) => (who === 'anonymous' ? undefined : world[who].token);

interface AskOptions {
  input: Input;
  token?: string | undefined;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  /** In place of what the input would make. */
  body?: string | FormData;
  /** Another proxy than the one before the server. */
  base?: string;
}
interface Answer extends Violations {
  /** `201 ok` or `404 NOT_FOUND`. */
  outcome: string;
}

/** Calls an operation through the proxy: path, query and body as the document says. */
function send(operationId: string, { input, token, ...options }: AskOptions): Promise<Response> {
  const { route, operation } = found(operationId);
  const [method = '', template = ''] = route.split(' ');
  const left = new Map(Object.entries(input));
  const take = (key: string) => {
    const value = left.get(key);
    left.delete(key);
    return value;
  };
  const path = template.replace(/\{(\w+)\}/g, (_match, key: string) => String(take(key)));
  const url = new URL(`${options.base ?? proxy.url}${path}`);
  for (const { name, in: place } of parametersOf(operation)) {
    const values = place === 'query' && left.has(name) ? [take(name)].flat() : [];
    values.forEach((value) => url.searchParams.append(name, String(value)));
  }
  Object.entries(options.query ?? {}).forEach(([key, value]) => url.searchParams.set(key, value));
  const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
  let body: string | FormData | null = options.body ?? null;
  if (body === null && isUpload({ route, operation })) {
    body = posterForm(poster);
  } else if (body === null && left.size > 0) {
    headers.set('content-type', 'application/json');
    body = JSON.stringify(Object.fromEntries(left));
  }
  Object.entries(options.headers ?? {}).forEach(([name, value]) => headers.set(name, value));
  return fetch(url, { method, headers, body });
}

async function ask(operationId: string, options: AskOptions): Promise<Answer> {
  const response = await send(operationId, options);
  const text = await response.text();
  const { error } = JSON.parse(text || '{}') as { error?: { code: ErrorCode } };
  if (error) {
    seen.set(operationId, (seen.get(operationId) ?? new Set()).add(error.code));
  }
  return { outcome: `${response.status} ${error?.code ?? 'ok'}`, ...violationsOf(response) };
}

/** Whether the request was reported, and what of the answer. */
const checked = ({ outcome, request, response }: Answer) => ({
  outcome,
  request: request.length === 0 ? 'valid' : 'invalid',
  response,
});

/**
 * A WebP of one pixel whose every byte is ASCII, written by hand: the proxy reads all bodies but
 * JSON as text, and any other picture would arrive broken.
 */
const poster = Buffer.from(
  '5249464618000000574542505650384c0b0000002f000000002840010a100100',
  'hex',
).toString();

function posterForm(file: string): FormData {
  const form = new FormData();
  form.set('file', new Blob([file], { type: 'image/webp' }), 'poster.webp');
  return form;
}

/** A key that has been used for something else. */
async function aUsedKey(token = ''): Promise<string> {
  const key = randomUUID();
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  const init = { method: 'PUT', headers, body: '{"lastName":"Lovelace"}' };
  expect((await fetch(`${server.url}/api/v1/auth/me`, init)).status).toBe(200);
  return key;
}

/** A key whose first request is running until `end`: it waits for the row lock of its user. */
async function aBusyKey() {
  const { id, token } = await anAdmin(server.app);
  const holder = new Client({ connectionString: server.databaseUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from users where id = $1 for update', [id]);
  const key = randomUUID();
  const headers = { 'idempotency-key': key };
  const running = ask('authUpdateMe', { input: { lastName: 'Byron' }, token, headers });
  const waiting = `select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  const count = async () => (await holder.query(waiting)).rows;
  await expect.poll(count, { timeout: 20_000 }).toEqual([{ count: 1 }]);
  const end = async () => {
    await holder.query('rollback');
    await holder.end();
    expect((await running).outcome).toBe('200 ok');
  };
  return { token, key, end };
}
