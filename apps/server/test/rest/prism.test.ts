import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { errorCodes } from '@matinee/api';
import { aGuest, anApiKey, anAdmin, aUser, onServer } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Who } from '../procedures.ts';
import { startPayingServer, startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { posterForm } from '../surfaces.ts';
import { aWorld, newMovie, show, unknownId } from '../world.ts';
import type { World } from '../world.ts';
import type { Json } from './document.ts';
import { basics, refusals, variants } from './prism-cases.ts';
import type { Validity } from './prism-cases.ts';
import { isUpload, WatchedServer } from './prism-client.ts';
import type { Answer, AskOptions, Operation } from './prism-client.ts';
import { startProxy, violationsOf } from './prism.ts';
import type { Violations } from './prism.ts';

let watched: WatchedServer;
beforeAll(async () => {
  watched = await WatchedServer.start();
});
afterAll(() => watched.close());

const sql = (text: string, values: unknown[] = []) => watched.server.app.pool.query(text, values);
const newWorld = () => aWorld(watched.server);
const tokenOf = (world: World, who: Who) => (who === 'anonymous' ? undefined : world[who].token);

const takesBody = ({ operation }: Operation) => operation.requestBody !== undefined;
/** Includes the operations whose body has to be empty. */
const readsBody = ({ route }: Operation) => !route.startsWith('GET');
const takesKey = (operation: Operation) =>
  watched.parametersOf(operation).some(({ name }) => name === 'Idempotency-Key');
const needsToken = ({ operation }: Operation) => {
  const alternatives = operation.security as Json[];
  return alternatives.length > 0 && alternatives.every((each) => Object.keys(each).length > 0);
};
/** What opens a session ignores tokens. */
const readsToken = ({ route }: Operation) =>
  !/\/auth\/(login|register|guest|link|request-password-reset|reset-password|verify-email|refresh)$/.test(
    route,
  );

test('every operation of the document has its row', () => {
  expect(basics.map(({ operationId }) => operationId).toSorted()).toEqual(
    [...watched.operations.keys()].toSorted(),
  );
});

const faultless: Violations = { request: [], response: [] };

describe('a request that succeeds is as the document says, and so is its answer', () => {
  let unchanged: Promise<World> | undefined;
  test.each([...basics, ...variants])('$operationId by $who', async (success) => {
    const { operationId, who } = success;
    const reads = !readsBody(watched.find(operationId));
    const world = await (reads ? (unchanged ??= newWorld()) : newWorld());
    const input = await success.input(world);
    const answer = await watched.ask(operationId, { input, token: tokenOf(world, who) });
    const outcome = expect.stringMatching(/^20[014] ok$/) as unknown;
    expect(answer).toEqual({ outcome, ...faultless });
  });

  test('showtimesSeats that have not changed', async () => {
    const input = show(await newWorld());
    const { headers } = await fetch(
      `${watched.server.url}/api/v1/showtimes/${input.showtimeId}/seats`,
    );
    const etag = headers.get('etag') ?? '';
    const answer = await watched.ask('showtimesSeats', {
      input,
      headers: { 'if-none-match': etag },
    });
    expect(answer).toEqual({ outcome: '304 ok', ...faultless });
  });

  test('moviesCreate, repeated with its key', async () => {
    const {
      admin: { token },
    } = await newWorld();
    const request = { input: newMovie(), token, headers: { 'idempotency-key': randomUUID() } };
    for (const replayed of [null, 'true']) {
      const response = await watched.send('moviesCreate', request);
      expect(response.headers.get('idempotency-replayed')).toBe(replayed);
      expect(violationsOf(response)).toEqual(faultless);
    }
  });
});

describe('a refusal is as the document says, and what it refuses is not', () => {
  test.each(refusals)(
    '$operationId by $who: $outcome of a request that is $validity',
    async (one) => {
      const { operationId, who, outcome, validity } = one;
      const world = await newWorld();
      const input = await one.input(world);
      const answer = await watched.ask(operationId, { input, token: tokenOf(world, who) });
      expect(checked(answer)).toEqual({ outcome, request: validity, response: [] });
    },
  );
});

interface Request {
  operationId: string;
  who: Who;
  options: AskOptions;
}

/** A request that would succeed for every operation that matches. */
async function requestsThat(matches: (found: Operation) => boolean): Promise<Request[]> {
  const world = await newWorld();
  const requests: Request[] = [];
  for (const { operationId, who, input } of basics) {
    if (matches(watched.find(operationId))) {
      const options = { input: await input(world), token: tokenOf(world, who) };
      requests.push({ operationId, who, options });
    }
  }
  return requests;
}

/** Wants the same refusal of many requests. @returns the requests that got another answer */
async function unlike(
  outcome: string,
  validity: Validity | 'either',
  requests: Request[],
): Promise<unknown[]> {
  const differing: unknown[] = [];
  for (const { operationId, options } of requests) {
    const answer = checked(await watched.ask(operationId, options));
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
    matches: (found: Operation) => boolean,
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
    const { id, token } = await aUser(watched.server.app);
    await sql('update sessions set expires_at = clock_timestamp() where user_id = $1', [id]);
    const requests = await changed(readsToken, () => ({ token }));
    expect(await unlike('401 TOKEN_EXPIRED', 'valid', requests)).toEqual([]);
  });

  test('FORBIDDEN', async () => {
    const { token } = await aUser(watched.server.app);
    const requests = await changed(needsToken, () => ({ token }));
    const forUsers = requests.filter(({ who }) => who === 'admin');
    expect(await unlike('403 FORBIDDEN', 'valid', forUsers)).toEqual([]);
    // What users do with their own things, API keys do not do, nor what their scope does not open.
    const key = await anApiKey(watched.server.app, ['check_in']);
    const byKey = await changed(needsToken, () => ({ token: key.token }));
    const ofUsers = byKey.filter(({ who }) => who !== 'admin');
    expect(await unlike('403 FORBIDDEN', 'valid', ofUsers)).toEqual([]);
    const guest = await aGuest(watched.server.app);
    const isForAccounts = ({ route }: Operation) =>
      /(PUT .*me|change-password|request-email-verification|second-factor(\/\w+)?|auth\/export|delete-account|request-phone-verification|verify-phone)$/.test(
        route,
      );
    const forAccounts = await changed(isForAccounts, () => ({ token: guest.token }));
    expect(await unlike('403 FORBIDDEN', 'valid', forAccounts)).toEqual([]);
  });

  test('NOT_FOUND', async () => {
    const hasId = ({ route }: Operation) => route.includes('{');
    const requests = await changed(hasId, ({ operationId, options: { input } }) => {
      const [, key = ''] = /\{(\w+)\}/.exec(watched.find(operationId).route) ?? [];
      return { input: { ...input, [key]: unknownId } };
    });
    expect(await unlike('404 NOT_FOUND', 'valid', requests)).toEqual([]);

    const silent = await startTestServer({}, watched.server.databaseUrl);
    const proxy = await startProxy(watched.document, `${silent.url}/api/v1`);
    const isText = ({ route }: Operation) => route.endsWith('/request-phone-verification');
    const texts = await changed(isText, () => ({ base: proxy.url }));
    expect(await unlike('404 NOT_FOUND', 'valid', texts)).toEqual([]);
    await proxy.close();
    await silent.close();
  });

  test('VALIDATION_ERROR for a key too many, in a body', async () => {
    const takesJson = (operation: Operation) => takesBody(operation) && !isUpload(operation);
    const requests = await changed(takesJson, ({ options: { input } }) => ({
      input: { ...input, nonsense: 1 },
    }));
    expect(await unlike('400 VALIDATION_ERROR', 'invalid', requests)).toEqual([]);
  });

  test('VALIDATION_ERROR for a key too many, in the query', async () => {
    // Mail programs add keys to the addresses of files.
    const isFile = ({ route }: Operation) => /\.(pdf|ics|svg)$/.test(route);
    const inQuery = (operation: Operation) => !takesBody(operation) && !isFile(operation);
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
      isUpload(watched.find(operationId))
        ? { body: posterForm(large) }
        : { input: { ...input, large } },
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
    const { token, key } = await aBusyKey();
    const headers = { 'idempotency-key': key };
    const requests = await changed(takesKey, () => ({ token, headers }));
    expect(await unlike('409 IDEMPOTENCY_CONFLICT', 'valid', requests)).toEqual([]);
  });

  /** Every request; the list of addresses needs the database for a token only. */
  const allRequests = async () => {
    const { token } = await aUser(watched.server.app);
    return changed(
      () => true,
      ({ operationId }) => (operationId === 'apiIndex' ? { token } : {}),
    );
  };

  test('INTERNAL_ERROR', async () => {
    const requests = await allRequests();
    await watched.server.asOwner('alter schema public rename to elsewhere');
    try {
      expect(await unlike('500 INTERNAL_ERROR', 'valid', requests)).toEqual([]);
    } finally {
      await watched.server.asOwner('alter schema elsewhere rename to public');
    }
  });

  test('UNAVAILABLE', async () => {
    const requests = await allRequests();
    const name = new URL(watched.server.databaseUrl).pathname.slice(1);
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
    const limited = await startPayingServer({ rateLimit: true }, watched.server.databaseUrl);
    const { token, call } = await aUser(limited.app, '127.0.0.1');
    const proxy = await startProxy(watched.document, `${limited.url}/api/v1`);
    try {
      const url = `${limited.url}/api/v1/auth/login`;
      const sent = Array.from({ length: 300 }, () => fetch(url, { method: 'POST' }));
      await Promise.all(sent.map(async (each) => (await each).arrayBuffer()));
      const signsIn = (operation: Operation) => !readsToken(operation);
      const requests = await changed(signsIn, () => ({ base: proxy.url }));
      expect(await unlike('429 RATE_LIMITED', 'valid', requests)).toEqual([]);

      const wrong = { currentPassword: 'wrong-password', newPassword: 'another-password' };
      const guesses = Array.from({ length: 10 }, () => call.auth.changePassword(wrong));
      await Promise.allSettled(guesses);
      const changes = ({ route }: Operation) => route.endsWith('/auth/change-password');
      const more = await changed(changes, () => ({ base: proxy.url, token, input: wrong }));
      const asks = ({ route }: Operation) => route.endsWith('/request-phone-verification');
      const input = { phone: '+4915112345678' };
      const numbers = await changed(asks, () => ({ base: proxy.url, token, input }));
      for (let count = 0; count < 3; count += 1) {
        await call.auth.requestPhoneVerification(input);
      }
      expect(await unlike('429 RATE_LIMITED', 'valid', numbers)).toEqual([]);

      const factors = ({ route }: Operation) =>
        /\/auth\/(second-factor(\/\w+)?|delete-account)$/.test(route);
      more.push(...(await changed(factors, () => ({ base: proxy.url, token }))));
      expect(await unlike('429 RATE_LIMITED', 'valid', more)).toEqual([]);

      const keyed = await changed(takesKey, () => ({
        base: proxy.url,
        headers: { 'idempotency-key': randomUUID() },
      }));
      const tokens = new Set(keyed.map(({ options }) => options.token ?? ''));
      await Promise.all([...tokens].map((each) => useUpKeys(limited, each)));
      expect(await unlike('429 RATE_LIMITED', 'valid', keyed)).toEqual([]);

      const leave = Array.from({ length: 100 }, () => limited.app.viewers.enter('127.0.0.1'));
      const isStream = ({ route }: Operation) => route.endsWith('/events');
      const watching = await changed(isStream, () => ({ base: proxy.url }));
      expect(await unlike('429 RATE_LIMITED', 'valid', watching)).toEqual([]);
      leave.forEach((each) => each());
    } finally {
      await proxy.close();
      await limited.close();
    }
  });

  test('limits on hoarding', async () => {
    const limited = await startTestServer({ rateLimit: true }, watched.server.databaseUrl);
    const proxy = await startProxy(watched.document, `${limited.url}/api/v1`);
    const { user, seat, reservationId } = await newWorld();
    const options = { base: proxy.url, token: user.token, input: seat };
    const setSeats = (count: number) =>
      sql('update reservations set seat_count = $2 where id = $1', [reservationId, count]);
    try {
      await setSeats(50);
      const purchase = await watched.ask('reservationsCreate', options);
      expect(purchase).toEqual({ outcome: '422 SEAT_LIMIT_EXCEEDED', ...faultless });
      await user.call.showtimes.unlockSeats(seat);
      const over = `update seat_claims set hard_cap_at = clock_timestamp()
        where showtime_id = $1 and reservation_id is null`;
      await sql(over, [seat.showtimeId]);
      const again = await watched.ask('showtimesLockSeats', options);
      expect(again).toEqual({ outcome: '422 LOCK_EXTENSION_LIMIT', ...faultless });
    } finally {
      await setSeats(1);
      await proxy.close();
      await limited.close();
    }
  });

  test('EMAIL_NOT_VERIFIED', async () => {
    const strict = await startTestServer({ emailProof: true }, watched.server.databaseUrl);
    const proxy = await startProxy(watched.document, `${strict.url}/api/v1`);
    const { user, seat, seats } = await newWorld();
    try {
      const options = { base: proxy.url, token: user.token };
      const three = { ...seat, seatIds: [seats[0], seats[2], seats[3]] };
      for (const [operationId, input] of [
        ['showtimesLockSeats', three],
        ['reservationsCreate', seat],
      ] as const) {
        const answer = await watched.ask(operationId, { ...options, input });
        expect(answer).toEqual({ outcome: '422 EMAIL_NOT_VERIFIED', ...faultless });
      }
    } finally {
      await proxy.close();
      await strict.close();
    }
  });

  test('METHOD_NOT_ALLOWED', async () => {
    const response = await fetch(`${watched.url}/movies`, { method: 'PATCH' });
    const { error } = (await response.json()) as { error: { code: string } };
    expect([response.status, error.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    const { request } = violationsOf(response);
    expect(request).toEqual([' Selected route not found']);
  });
});

/** Uses all the idempotency keys of an account for a day, and the server knows it. */
async function useUpKeys({ app }: TestServer, token: string): Promise<void> {
  const userId = app.tokens.read(`Bearer ${token}`).user_id;
  await app.pool.query(
    `insert into idempotency_keys (user_id, key, procedure, fingerprint, answer)
     select $1, n, '', '', '{}' from generate_series(1, 5000) n`,
    [userId],
  );
  for (let taken = 0; taken < 100; taken += 1) {
    await app.idempotencyRoom.keep(userId, async () => {});
  }
}

test('every failure that the document tells of has been brought about', () => {
  const { seen } = watched;
  const missing = [...watched.operations].map(([operationId, operation]) => {
    const codes = watched.codesOf(operation).filter((code) => !seen.get(operationId)?.has(code));
    return [operationId, codes];
  });
  expect(missing.filter(([, codes]) => codes?.length !== 0)).toEqual([]);
  const all = new Set([...[...seen.values()].flatMap((codes) => [...codes]), 'METHOD_NOT_ALLOWED']);
  expect([...all].toSorted()).toEqual(errorCodes.toSorted());
});

/** Control: the proxy notices a response that differs from the document. */
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
  const proxy = await startProxy(watched.document, `http://127.0.0.1:${port}`);
  for (; answered < answers.length; answered += 1) {
    const { request, response } = violationsOf(await fetch(`${proxy.url}/movies/genres`));
    const [, body, named = ''] = answers[answered] ?? [];
    expect([body, request, response.join() === '']).toEqual([body, [], named === '']);
    expect(response.join()).toContain(named);
  }
  await proxy.close();
  upstream.closeAllConnections();
  upstream.close();
});

/** Whether the proxy objected to the request, and its objections to the response. */
const checked = ({ outcome, request, response }: Answer) => ({
  outcome,
  request: request.length === 0 ? 'valid' : 'invalid',
  response,
});

/** A key that has been used for something else. */
async function aUsedKey(token = ''): Promise<string> {
  const key = randomUUID();
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  const init = { method: 'PUT', headers, body: '{"lastName":"Lovelace"}' };
  expect((await fetch(`${watched.server.url}/api/v1/auth/me`, init)).status).toBe(200);
  return key;
}

/** A key whose first request, one that works without a transaction, is running. */
async function aBusyKey() {
  const { id, token } = await anAdmin(watched.server.app);
  const key = randomUUID();
  await sql(
    `insert into idempotency_keys (user_id, key, procedure, fingerprint, leased_until)
     values ($1, $2, 'auth.changePassword', 'of its input', clock_timestamp() + interval '1 hour')`,
    [id, key],
  );
  return { token, key };
}
