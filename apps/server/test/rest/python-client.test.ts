import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { run } from '../run.ts';

/* `docs/matinee.py` against servers that fail: what it repeats, with which key, and what it raises. */

const docs = fileURLToPath(new URL('../../../../docs/', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;

interface Asked {
  route: string;
  body: string;
  headers: IncomingHttpHeaders;
}

type Reply = (res: ServerResponse) => void;

/** A server that replies as listed, one reply for each request. */
async function aServer(...replies: Reply[]): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((req, res) => {
    const { method, url, headers } = req;
    void text(req).then((body) => {
      asked.push({ route: `${method} ${url}`, body, headers });
      replies[asked.length - 1]?.(res);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked };
}

const json =
  (status: number, body: object, headers = {}): Reply =>
  (res) =>
    res
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
const success = (data: unknown): Reply => json(200, { success: true, data, message: 'OK' });
const failure = (status: number, code: string, headers = {}, details = {}): Reply =>
  json(
    status,
    { success: false, error: { code, message: 'No.', details, requestId: 'r1' } },
    headers,
  );
const lost: Reply = (res) => res.destroy();
const page =
  (status: number): Reply =>
  (res) => {
    res.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Proxy</h1>');
  };
const stream =
  (body: string): Reply =>
  (res) =>
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end(body);

/** Runs lines of Python with a client `m` of the server. @returns what they print */
async function python(url: string, ...lines: string[]): Promise<string[]> {
  const program = [
    'import sys, traceback',
    'from datetime import date, datetime, timezone',
    'from decimal import Decimal',
    'from matinee import Matinee, MatineeError',
    'm = Matinee(sys.argv[1], token="t", backoff=0.01)',
    'def attempt(call):',
    '    try:',
    '        return call()',
    '    except MatineeError as e:',
    '        return (e.code, e.status, e.details, e.request_id, e.retry_after)',
    '    except (TypeError, ValueError) as e:',
    '        return type(e).__name__',
    ...lines,
  ].join('\n');
  const args = ['-W', 'error', '-E', '-s', '-S', '-B', '-c', program, url];
  const env = { PATH: process.env.PATH, LANG: 'C.UTF-8' };
  const { code, out, err } = await run('python3', args, { env, cwd: docs });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.trimEnd().split('\n');
}

const keysOf = (asked: Asked[]) => new Set(asked.map(({ headers }) => headers['idempotency-key']));

describe.skipIf(!hasPython)('the client for Python', () => {
  test('repeats a mutation with the same key, after a refusal and after a lost response', async () => {
    const replies = [
      failure(503, 'UNAVAILABLE', { 'retry-after': '1' }),
      lost,
      success({ id: 'a' }),
    ];
    const { url, asked } = await aServer(...replies);
    const began = performance.now();
    const printed = await python(url, 'print(m.post("/movies", {"title": "Ran"}))');

    expect(printed).toEqual([`{'id': 'a'}`]);
    expect(asked).toHaveLength(3);
    const sent = new Set(asked.map(({ route, body }) => `${route} ${body}`));
    expect([...sent]).toEqual(['POST /api/v1/movies {"title": "Ran"}']);
    expect([...keysOf(asked)]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(asked[0]?.headers.authorization).toBe('Bearer t');
    // The pause that the server asked for.
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  test('gives each operation a key of its own, or the one that it is told', async () => {
    const { url, asked } = await aServer(...Array<Reply>(3).fill(success({})));
    const call = 'm.call("DELETE", "/movies/1", idempotency_key="mine")';
    await python(url, 'm.delete("/movies/1")', 'm.delete("/movies/1")', call);
    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe('mine');
  });

  test('gives up after three attempts, and raises the last failure', async () => {
    const { url, asked } = await aServer(...Array<Reply>(4).fill(failure(500, 'INTERNAL_ERROR')));
    expect(await python(url, 'print(attempt(lambda: m.get("/movies")))')).toEqual([
      `('INTERNAL_ERROR', 500, {}, 'r1', 0.0)`,
    ]);
    expect(asked).toHaveLength(3);
  });

  test.each([
    [
      'a refusal',
      failure(409, 'IN_USE', {}, { showtimes: 1 }),
      `('IN_USE', 409, {'showtimes': 1}, 'r1', 0.0)`,
    ],
    [
      'a long pause',
      failure(429, 'RATE_LIMITED', { 'retry-after': '900' }),
      `('RATE_LIMITED', 429, {}, 'r1', 900.0)`,
    ],
    ['a page of something else', page(404), `('BAD_RESPONSE', 404, {}, None, 0.0)`],
    ['a page in place of a success', page(200), `('BAD_RESPONSE', 200, {}, None, 0.0)`],
  ])('does not repeat a request after %s', async (_what, reply, raised) => {
    const { url, asked } = await aServer(reply, success({}));
    expect(await python(url, 'print(attempt(lambda: m.delete("/movies/1")))')).toEqual([raised]);
    expect(asked).toHaveLength(1);
  });

  test.each(['login', 'register'])('sends %s once, without a key', async (name) => {
    const { url, asked } = await aServer(failure(503, 'UNAVAILABLE'), success({}));
    const call = `print(attempt(lambda: m.${name}("a@example.com", "secret-1")))`;
    expect(await python(url, call)).toEqual([`('UNAVAILABLE', 503, {}, 'r1', 0.0)`]);
    expect([asked.length, ...keysOf(asked)]).toEqual([1, undefined]);
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  test('does not repeat a mutation without an account: it has no key', async () => {
    const { url, asked } = await aServer(lost, success({}));
    await python(url, 'm.token = None', 'print(attempt(lambda: m.post("/movies", {})))');
    expect(asked).toHaveLength(1);
  });

  test('sends amounts as exact text, and refuses what is not exact', async () => {
    const { url, asked } = await aServer(success({}));
    const printed = await python(
      url,
      'm.put("/showtimes/1", {"price": Decimal("12.5"), "seatTypePrices": {"vip": Decimal(20)},',
      '  "startTime": datetime(2036, 12, 5, 19, 30, tzinfo=timezone.utc), "note": None})',
      ...['12.5', 'Decimal("12.505")', 'datetime(2036, 12, 5)'].map(
        (value) => `print(attempt(lambda: m.put("/showtimes/1", {"price": ${value}})))`,
      ),
    );
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      price: '12.50',
      seatTypePrices: { vip: '20.00' },
      startTime: '2036-12-05T19:30:00+00:00',
      note: null,
    });
    expect(printed).toEqual(['TypeError', 'ValueError', 'ValueError']);
    expect(asked).toHaveLength(1);
  });

  test('reads all pages, with a list as a repeated key', async () => {
    const pages = [
      { items: [{ n: 1 }, { n: 2 }], nextCursor: 'c&1' },
      { items: [{ n: 3 }], nextCursor: null },
    ];
    const { url, asked } = await aServer(...pages.map(success));
    const list = 'm.pages("/x", ids=["a", "b"], from_=date(2036, 12, 5), genre=None)';
    expect(await python(url, `print([item["n"] for item in ${list}])`)).toEqual(['[1, 2, 3]']);
    expect(asked.map(({ route }) => route)).toEqual([
      'GET /api/v1/x?ids=a&ids=b&from=2036-12-05',
      'GET /api/v1/x?ids=a&ids=b&from=2036-12-05&cursor=c%261',
    ]);
  });

  test('reads the live feed, and resumes it after each kind of break', async () => {
    const event = (version: string) =>
      `id: ${version}\ndata: {"type":"change","version":"${version}","seats":[]}\n\n`;
    const { url, asked } = await aServer(
      stream(`: ping\n\n${event('v1')}${event('v2')}`),
      failure(503, 'UNAVAILABLE'),
      stream(`${event('v3')}event: failure\ndata: {"code":"UNAVAILABLE"}\n\n`),
      lost,
      stream(`${event('v4')}event: end\ndata: {}\n\n`),
    );
    const versions = 'print([event["version"] for event in m.events("s 1")])';
    expect(await python(url, versions)).toEqual([`['v1', 'v2', 'v3', 'v4']`]);
    expect(asked.map(({ route, headers }) => [route, headers['last-event-id']])).toEqual(
      [undefined, 'v2', 'v2', 'v3', 'v3'].map((id) => ['GET /api/v1/showtimes/s%201/events', id]),
    );
  });

  test.each([
    ['a show that is over', (res: ServerResponse) => res.writeHead(204).end(), '[]'],
    ['an unknown show', failure(404, 'NOT_FOUND'), `('NOT_FOUND', 404, {}, 'r1', 0.0)`],
  ])('does not reconnect to %s', async (_what, reply, printed) => {
    const { url, asked } = await aServer(reply);
    const events = 'm.events("s1", last_event_id="v1")';
    expect(await python(url, `print(attempt(lambda: list(${events})))`)).toEqual([printed]);
    expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual(['v1']);
  });

  test('gives up a live feed whose server is gone', async () => {
    const printed = await python(
      'http://127.0.0.1:1',
      'print(attempt(lambda: list(m.events("s1"))))',
    );
    expect(printed).toEqual([`('NETWORK_ERROR', 0, {}, None, 0.0)`]);
  });
});
