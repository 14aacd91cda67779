import { EventEmitter, once } from 'node:events';
import { aShowtime, aUser, hours } from '@matinee/api/testing';
import { EventSource } from 'eventsource';
import type { Request as ExpressRequest, Response as ExpressResponse } from 'express';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { serveSeatEvents } from '../../src/rest/events.ts';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { callTrpc } from '../surfaces.ts';
import { unknownId } from '../world.ts';

/* The live map as plain server-sent events, with an `EventSource` that knows nothing of Matinee. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface SeatsEvent {
  type: 'snapshot' | 'change';
  version: string;
  seats: { id: string; status: string }[];
}

const urlOf = (showtimeId: string, target = server) =>
  `${target.url}/api/v1/showtimes/${showtimeId}/events`;

const patient = { timeout: 10_000 };

/** An `EventSource` that notes what it receives, and whose connection can be cut. */
function watch(showtimeId: string) {
  const events: SeatsEvent[] = [];
  const ids: string[] = [];
  const asked: (string | null)[] = [];
  let connection = new AbortController();
  const source = new EventSource(urlOf(showtimeId), {
    fetch: (url, init) => {
      asked.push(new Headers(init.headers).get('last-event-id'));
      connection = new AbortController();
      const signal = AbortSignal.any([connection.signal, init.signal as AbortSignal]);
      return fetch(url, { ...init, signal } as RequestInit);
    },
  });
  onTestFinished(() => source.close());
  source.addEventListener('message', ({ data, lastEventId }) => {
    events.push(JSON.parse(data as string) as SeatsEvent);
    ids.push(lastEventId);
  });
  return { source, events, ids, asked, cut: () => connection.abort(new TypeError('cut off')) };
}

describe('an EventSource', () => {
  test('receives a snapshot, then every change, as plain JSON', async () => {
    const { admin, showtime, seatIds } = await aShowtime(server.app, { seats: 3 });
    const { events, ids } = watch(showtime.id);
    await vi.waitFor(() => expect(events).toHaveLength(1), patient);
    const [locked = ''] = seatIds;
    await admin.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [locked] });
    await vi.waitFor(() => expect(events).toHaveLength(2), patient);

    const { version } = await admin.call.showtimes.seats({ showtimeId: showtime.id });
    expect(events).toEqual([
      {
        type: 'snapshot',
        version: ids[0],
        seats: seatIds.map((id) => ({ id, status: 'available' })),
      },
      { type: 'change', version, seats: [{ id: locked, status: 'locked' }] },
    ]);
    expect(ids[1]).toBe(version);
  });

  test('that was cut off resumes by itself with the changes that it missed', async () => {
    const { admin, showtime, seatIds } = await aShowtime(server.app, { seats: 2 });
    const showtimeId = showtime.id;
    const { events, ids, asked, cut } = watch(showtimeId);
    // Another viewer keeps the changes from being forgotten.
    const other = watch(showtimeId);
    await vi.waitFor(() => expect([events, other.events].map(String)).not.toContain(''), patient);
    cut();
    await admin.call.showtimes.lockSeats({ showtimeId, seatIds: seatIds.slice(0, 1) });
    await vi.waitFor(() => expect(events).toHaveLength(2), patient);

    expect(events.map(({ type }) => type)).toEqual(['snapshot', 'change']);
    expect(asked).toEqual([null, ids[0]]);
  });

  test('is told of the end of the show, and does not come again', async () => {
    const { showtime } = await aShowtime(server.app, { seats: 1, startsIn: -hours(1) });
    const { source, events, asked, ids } = watch(showtime.id);
    let ends = 0;
    source.addEventListener('end', () => (ends += 1));
    await vi.waitFor(() => expect(source.readyState).toBe(source.CLOSED), patient);

    expect([events.length, ends, asked]).toEqual([1, 1, [null, ids[0]]]);
    const again = await fetch(`${urlOf(showtime.id)}?lastEventId=${ids[0]}`);
    expect([again.status, again.headers.get('cache-control')]).toEqual([204, 'no-store']);
  });

  test('ends with the show', async () => {
    const { admin, showtime } = await aShowtime(server.app, { seats: 1 });
    const { source, events } = watch(showtime.id);
    const ended = new Promise<void>((resolve) => source.addEventListener('end', () => resolve()));
    await vi.waitFor(() => expect(events).toHaveLength(1), patient);
    await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason: 'Flood' });
    await ended;
    expect(events.at(-1)?.seats).toMatchObject([{ status: 'blocked' }]);
  });
});

/** Reads a stream until it contains a text, or ends. */
async function readUntil(response: Response, sign: string): Promise<string> {
  const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  onTestFinished(async () => stream?.cancel().catch(() => {}));
  let text = '';
  while (!text.includes(sign)) {
    const { done, value } = (await stream?.read()) ?? { done: true, value: undefined };
    if (done) {
      break;
    }
    text += value;
  }
  return text;
}

describe('the stream', () => {
  test.each(['query', 'header'] as const)('resumes by %s', async (by) => {
    const { admin, showtime, seatIds } = await aShowtime(server.app, { seats: 2 });
    const showtimeId = showtime.id;
    const text = await readUntil(await fetch(urlOf(showtimeId)), '"snapshot"');
    const [, version = ''] = /^id: (.+)$/m.exec(text) ?? [];
    await admin.call.showtimes.lockSeats({ showtimeId, seatIds: seatIds.slice(0, 1) });
    const resumed = await (by === 'query'
      ? fetch(`${urlOf(showtimeId)}?lastEventId=${version}`)
      : fetch(`${urlOf(showtimeId)}?lastEventId=old`, { headers: { 'last-event-id': version } }));

    expect(await readUntil(resumed, '\ndata: ')).toMatch(
      /^: ping\n\nid: .+\ndata: \{"type":"change"/,
    );
  });

  test('begins with a comment when there is nothing to send', async () => {
    const { admin, showtime } = await aShowtime(server.app, { seats: 1 });
    const { version } = await admin.call.showtimes.seats({ showtimeId: showtime.id });
    const response = await fetch(`${urlOf(showtime.id)}?lastEventId=${version}`);

    expect(await readUntil(response, '\n\n')).toBe(': ping\n\n');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toContain('no-cache');
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  test('breaks off with a failure when the server stops', async () => {
    const stopping = await startTestServer({}, server.databaseUrl);
    onTestFinished(() => stopping.close());
    const { showtime } = await aShowtime(server.app, { seats: 1 });
    const response = await fetch(urlOf(showtime.id, stopping));
    const rest = readUntil(response, 'event: failure');
    await vi.waitFor(() => expect(stopping.app.viewers.count).toBe(1), patient);
    stopping.app.seatMaps.close();

    const requestId = response.headers.get('x-request-id');
    expect(await rest).toMatch(
      new RegExp(`event: failure\\ndata: \\{"code":"UNAVAILABLE",.*"requestId":"${requestId}"\\}`),
    );
  });
});

describe('a refusal comes before the stream, in the usual envelope:', () => {
  const ask = async (showtimeId: string, { query = '', headers = {}, method = 'GET' } = {}) => {
    const response = await fetch(`${urlOf(showtimeId)}${query}`, { method, headers });
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    return { status: response.status, headers: response.headers, ...error };
  };

  test.each([
    ['an unknown show', unknownId, {}, '404 NOT_FOUND No showtime with this id.'],
    ['an id that is none', 'x', {}, '400 VALIDATION_ERROR showtimeId must be a UUID'],
    ['an unknown key', unknownId, { query: '?x=1' }, '400 VALIDATION_ERROR x is an unknown field'],
    [
      'an endless version',
      unknownId,
      { headers: { 'last-event-id': 'x'.repeat(101) } },
      '400 VALIDATION_ERROR lastEventId must have at most 100 characters',
    ],
    [
      'a forged token',
      unknownId,
      { headers: { authorization: 'Bearer x' } },
      '401 TOKEN_INVALID The access token is not valid. Sign in again.',
    ],
    [
      'another method',
      unknownId,
      { method: 'POST' },
      '405 METHOD_NOT_ALLOWED This URL does not support that HTTP method.',
    ],
  ])('%s', async (_what, showtimeId, asked, expected) => {
    const { status, code, message, headers } = await ask(showtimeId, asked);
    expect(`${status} ${code} ${message}`).toBe(expected);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('allow')).toBe(status === 405 ? 'GET, HEAD, OPTIONS' : null);
  });

  test('a server that is full', async () => {
    const full = await startTestServer({ rateLimit: true }, server.databaseUrl);
    onTestFinished(() => full.close());
    const { showtime } = await aShowtime(server.app, { seats: 1 });
    for (let viewer = 0; viewer < 10_000; viewer += 1) {
      full.app.viewers.enter(`10.0.${viewer >> 8}.${viewer & 255}`);
    }
    const response = await fetch(urlOf(showtime.id, full));

    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  });
});

test('viewers of both surfaces count together, and a viewer who leaves counts no longer', async () => {
  const limited = await startTestServer({ rateLimit: true }, server.databaseUrl);
  onTestFinished(() => limited.close());
  const { showtime } = await aShowtime(server.app, { seats: 1 });
  const url = urlOf(showtime.id, limited);
  const leave = Array.from({ length: 99 }, () => limited.app.viewers.enter('127.0.0.1'));
  const last = new AbortController();
  await readUntil(await fetch(url, { signal: last.signal }), 'snapshot');
  const refused = await fetch(url);
  const input = { showtimeId: showtime.id };
  const { status } = await callTrpc(limited.url, 'showtimes.onSeatsChanged', { input });

  expect([refused.status, status]).toEqual([429, 429]);
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(await refused.json()).toMatchObject({
    error: { code: 'RATE_LIMITED', details: { retryAfterSeconds: 10 } },
  });

  last.abort();
  await vi.waitFor(() => expect(limited.app.viewers.count).toBe(99), patient);
  leave.forEach((each) => each());
  for (const method of ['HEAD', 'GET']) {
    const unknown = await fetch(urlOf(unknownId, limited), { method });
    expect([unknown.status, limited.app.viewers.count]).toEqual([404, 0]);
  }
});

test('HEAD, OPTIONS and other origins are treated as on every route', async () => {
  const { showtime } = await aShowtime(server.app, { seats: 1 });
  const origin = 'http://localhost:3000';
  const head = await fetch(urlOf(showtime.id), { method: 'HEAD', headers: { origin } });
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(head.headers.get('access-control-allow-origin')).toBe(origin);
  expect(await head.text()).toBe('');
  await vi.waitFor(() => expect(server.app.viewers.count).toBe(0), patient);

  const options = await fetch(urlOf(showtime.id), { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, null]);
});

/** A response whose viewer reads when the test says so. */
class SlowResponse extends EventEmitter {
  readonly written: Buffer[] = [];
  readonly req: ExpressRequest;
  isFull = false;

  constructor(req: ExpressRequest) {
    super();
    this.req = req;
  }

  writeHead(): void {}

  write(chunk: Buffer): boolean {
    this.written.push(chunk);
    this.emit(this.events.at(-1) ?? 'other');
    return !this.isFull;
  }

  end(): void {}

  get events(): string[] {
    return this.written.map((chunk) => /"type":"(\w+)"/.exec(String(chunk))?.[1] ?? 'other');
  }
}

/** A viewer, without a socket between. */
function aViewer(showtimeId: string): SlowResponse {
  const req = {
    method: 'GET',
    params: { showtimeId },
    originalUrl: '/',
    headers: {},
    get: () => undefined,
    requestId: 'viewer',
    address: '127.0.0.1',
    notes: { idempotencyReplayed: false },
  } as unknown as ExpressRequest;
  const res = new SlowResponse(req);
  const served = serveSeatEvents(server.app, req, res as unknown as ExpressResponse);
  onTestFinished(async () => {
    res.emit('close');
    await served;
  });
  return res;
}

test('a silent stream has a comment every 15 seconds', async () => {
  const { showtime } = await aShowtime(server.app, { seats: 1 });
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const viewer = aViewer(showtime.id);
  await once(viewer, 'snapshot');
  const comments = () => viewer.written.filter((chunk) => String(chunk) === ': ping\n\n').length;
  expect(comments()).toBe(1);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(comments()).toBe(1);
  await vi.advanceTimersByTimeAsync(17_000);
  expect(comments()).toBe(3);
});

test('viewers of a show share the bytes of each event', async () => {
  const { admin, showtime, seatIds } = await aShowtime(server.app, { seats: 1 });
  const [one, two] = [aViewer(showtime.id), aViewer(showtime.id)];
  await vi.waitFor(() => expect(two.events).toContain('snapshot'), patient);
  await admin.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds });
  for (const viewer of [one, two]) {
    await vi.waitFor(() => expect(viewer.events).toEqual(['other', 'snapshot', 'change']), patient);
  }

  one.written.forEach((chunk, index) => expect(chunk).toBe(two.written[index]));
});

test('a viewer who does not read is sent nothing more, and catches up afterwards', async () => {
  const { showtime, seatIds } = await aShowtime(server.app, { seats: 3 });
  const person = await aUser(server.app);
  const [slow, quick] = [aViewer(showtime.id), aViewer(showtime.id)];
  await vi.waitFor(() => expect(slow.events).toContain('snapshot'), patient);
  slow.isFull = true;
  for (const [index, seatId] of seatIds.entries()) {
    await person.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [seatId] });
    await vi.waitFor(() => expect(quick.events).toHaveLength(index + 3), patient);
  }
  expect(slow.events).toEqual(['other', 'snapshot', 'change']);

  slow.isFull = false;
  slow.emit('drain');
  await vi.waitFor(() => expect(slow.events).toHaveLength(5), patient);
  expect(slow.written).toEqual(quick.written);
});
