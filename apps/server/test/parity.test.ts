import { randomUUID } from 'node:crypto';
import { procedureInfos } from '@matinee/api';
import { password } from '@matinee/api/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, procedureRows } from './procedures.ts';
import type { ProcedureRow, Who } from './procedures.ts';
import { startPayingServer } from './server.ts';
import type { TestServer } from './server.ts';
import { callRest, callTrpc } from './surfaces.ts';
import type { Call, TrpcFailure } from './surfaces.ts';
import { aWorld, newMovie, newShow, newTheater, unknownId } from './world.ts';
import type { Input, World } from './world.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startPayingServer();
});
afterAll(() => server.close());

const rest = (route: string, call: Call) =>
  callRest(server.url, route, { ...call, emptyBody: true });
const trpc = (name: string, call: Call) => callTrpc(server.url, name, call);
const whoOf = ({ by, access }: ProcedureRow): Who => by ?? callerOf(access);
const authorizationOf = (world: World, who: Who) =>
  who === 'anonymous' ? undefined : `Bearer ${world[who].token}`;

const onBoth = procedureRows.flatMap((row) =>
  row.route !== undefined && procedureInfos.has(row.name) ? [{ ...row, route: row.route }] : [],
);
const onOne = procedureRows.filter(
  ({ name, route }) => route === undefined || !procedureInfos.has(name),
);

describe.each(onBoth)('$name', (row) => {
  const { name, route, status: created = 200, good, bad, refusal } = row;
  const who = whoOf(row);

  test('succeeds with the same value', async () => {
    const world = await aWorld(server);
    const isQuery = procedureInfos.get(name)?.type === 'query';
    const input = await good(world);
    const overRest = await rest(route, { input, authorization: authorizationOf(world, who) });
    // A mutation cannot be done twice: over tRPC it is done in another world just like this one.
    const other = isQuery ? world : await aWorld(server);
    const again = isQuery ? input : await good(other);
    const overTrpc = await trpc(name, {
      input: again,
      authorization: authorizationOf(other, who),
    });

    expect([overRest.status, overTrpc.status]).toEqual([created, 200]);
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
    const call = {
      input: await bad(world),
      authorization: authorizationOf(world, row.badBy ?? who),
    };
    const overRest = await rest(route, call);
    const overTrpc = await trpc(name, call);

    const { code, message, details, requestId } = overRest.body.error ?? {};
    expect(overRest.outcome).toBe(refusal);
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

test.each(onOne)('$name, on one surface only, fails with $refusal', async (row) => {
  const world = await aWorld(server);
  const { name, route } = row;
  const call = {
    input: await row.bad(world),
    authorization: authorizationOf(world, row.badBy ?? whoOf(row)),
  };
  const { outcome } = await (route === undefined ? trpc(name, call) : rest(route, call));
  expect(outcome).toBe(row.refusal);
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
  const ask = (calls: string, inputs: Input[], { url = server.url, headers = {} } = {}) => {
    const input = JSON.stringify({ ...inputs.map((json) => ({ json })) });
    const query = `batch=1&input=${encodeURIComponent(input)}`;
    return fetch(`${url}/trpc/${calls}?${query}`, { headers });
  };
  const times = (count: number, input: Input) => Array.from({ length: count }, () => input);
  const list = (count: number, separator = ',') => Array(count).fill('movies.list').join(separator);

  test('takes a hundred queries and no more, however the comma is written', async () => {
    const inputs = times(101, {});
    expect((await ask(list(100), inputs)).status).toBe(200);
    expect((await ask(list(101), inputs)).status).toBe(400);
    expect((await ask(list(101, '%2C'), inputs)).status).toBe(400);
  });

  test('takes ten mutations and no more', async () => {
    const { user } = await aWorld(server);
    const calls = (count: number) => Array(count).fill('reservations.cancel').join(',');
    const inputs = Array.from({ length: 11 }, () => ({ reservationId: unknownId }));
    const [ten, eleven] = [
      await send(calls(10), inputs, user),
      await send(calls(11), inputs, user),
    ];
    expect(ten.codes).toEqual(Array(10).fill('NOT_FOUND'));
    expect(eleven.codes).toEqual(Array(11).fill('VALIDATION_ERROR'));
  });

  test.each([
    ['plain', {}],
    ['streamed', { 'trpc-accept': 'application/jsonl' }],
  ])('runs ten of its calls at a time, %s', async (_form, headers: Record<string, string>) => {
    const roomy = await startPayingServer({ database: { poolSize: 40 } });
    const gate = new Client({ connectionString: roomy.databaseUrl });
    try {
      await gate.connect();
      await gate.query('begin; lock table movies in access exclusive mode');
      const answer = ask(list(40), times(40, {}), { url: roomy.url, headers });
      // Whatever begins has asked for its connection by the time that others wait for the lock.
      const waiting = async () => {
        const sql =
          "select count(*)::int from pg_locks where not granted and locktype = 'relation'";
        return (await gate.query<{ count: number }>(sql)).rows[0]?.count;
      };
      await expect.poll(waiting).toBeGreaterThanOrEqual(5);
      expect(roomy.app.pool.totalCount + roomy.app.pool.waitingCount).toBeLessThan(20);
      await gate.query('rollback');
      expect((await (await answer).text()).split('nextCursor')).toHaveLength(41);
    } finally {
      await gate.end();
      await roomy.close();
    }
  });

  test('refuses the calls that come after too much has been answered', async () => {
    const world = await aWorld(server);
    const rows = Array.from({ length: 40 }, (_, row) => ({ label: `R${row}`, seats: 50 }));
    const { id: theaterId } = await world.admin.call.theaters.create({ ...newTheater(), rows });
    const { id } = await world.admin.call.showtimes.create({ ...newShow(world), theaterId });
    const calls = Array(100).fill('showtimes.seats').join(',');
    const response = await ask(calls, times(100, { showtimeId: id }));
    const text = await response.text();
    const results = JSON.parse(text) as { error?: { json: TrpcFailure } }[];
    const codes = results.map(({ error }) => error?.json.data.appCode ?? 'ok');
    expect(response.status).toBe(207);
    expect([...new Set(codes)]).toEqual(['ok', 'PAYLOAD_TOO_LARGE']);
    expect(text.length).toBeGreaterThan(10_000_000);
    expect(text.length).toBeLessThan(15_000_000);
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
    const input = { ...newShow(world), startTime };
    const { value } = await trpc('showtimes.create', {
      input,
      authorization: authorizationOf(world, 'admin'),
    });
    expect(value).toMatchObject({ startTime });
  });
});

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
  const moving = ['now', 'exportedAt', 'latencyMs', 'freeBytes', 'uptimeSeconds'];
  return map(value, (leaf, key) => (moving.includes(key) ? typeof leaf : leaf));
}

/** What differs between two worlds: who, which and when. */
function withoutIdentity(value: unknown): unknown {
  return map(value, (leaf, key) => {
    if (leaf instanceof Date) {
      return 'an instant';
    }
    // The version of a map is a hash of what its seats show, their ids too; codes of tickets have ids.
    const isOwn = [
      'accessToken',
      'refreshToken',
      'secret',
      'otpauthUrl',
      'reference',
      'version',
      'code',
      'link',
      'key',
      'ending',
    ].includes(key);
    const named = typeof leaf === 'string' && !isOwn;
    return named ? leaf.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>') : typeof leaf;
  });
}
