import { EventEmitter } from 'node:events';
import { appRouter, toAppError } from '@matinee/api';
import { aShowtime, aUser, hours, requestContext } from '@matinee/api/testing';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { Request as ExpressRequest, Response as ExpressResponse } from 'express';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { failureHeaders } from '../src/request.ts';
import { serveEvents } from '../src/trpc/events.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/* Live events, compared with those of tRPC's stock adapter: clients of any kind must read them. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const unknownId = '00000000-0000-7000-8000-000000000000';

interface Asked {
  input: unknown;
  query?: string;
  headers?: Record<string, string>;
}

const addressOf = ({ input, query = '' }: Asked) => {
  const sent = encodeURIComponent(JSON.stringify({ json: input }));
  return `${server.url}/trpc/showtimes.onSeatsChanged?input=${sent}${query}`;
};

/** What tRPC's own adapter answers in this process. */
function askStock(asked: Asked): Promise<Response> {
  const request = new Request(addressOf(asked), { headers: asked.headers ?? {} });
  const [, token] = asked.headers?.['authorization']?.split(' ') ?? [];
  return fetchRequestHandler({
    endpoint: '/trpc',
    req: request,
    router: appRouter,
    createContext: () => requestContext(server.app, { token }) as never,
    responseMeta: ({ errors }) => ({
      headers: {
        'Cache-Control': 'no-store',
        ...Object.assign({}, ...errors.map((error) => failureHeaders(toAppError(error)))),
      },
    }),
  });
}

/** Reads a stream until it has so many events, or ends. */
function reader(response: Response) {
  const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  onTestFinished(async () => stream?.cancel().catch(() => {}));
  let text = '';
  return async (events: number) => {
    while (text.split('\n\n\n').length <= events) {
      const { done, value } = (await stream?.read()) ?? { done: true, value: undefined };
      if (done) {
        break;
      }
      text += value;
    }
    return text.replaceAll(/"requestId":("[^"]+"|null)/g, '"requestId":"…"');
  };
}

/** Both answers to a request. */
async function ask(asked: Asked) {
  const ours = await fetch(addressOf(asked), { headers: asked.headers ?? {} });
  const stock = await askStock(asked);
  return { ours, stock, readOurs: reader(ours), readStock: reader(stock) };
}

describe('byte for byte what the stock adapter sends', () => {
  test('a snapshot, and every change', async () => {
    const { admin, showtime, seatIds } = await aShowtime(server.app, { seats: 3 });
    const showtimeId = showtime.id;
    const { ours, stock, readOurs, readStock } = await ask({ input: { showtimeId } });
    expect(await readOurs(2)).toBe(await readStock(2));
    await admin.call.showtimes.lockSeats({ showtimeId, seatIds: seatIds.slice(0, 2) });
    const text = await readOurs(3);

    expect(text).toBe(await readStock(3));
    expect(text).toMatch(/^event: connected\n.*\n\n\ndata: .*"snapshot".*\nid: .*\n\n\ndata: /);
    for (const name of ['content-type', 'cache-control', 'x-accel-buffering']) {
      expect([name, ours.headers.get(name)]).toEqual([name, stock.headers.get(name)]);
    }
  });

  test('the end of a show', async () => {
    const { showtime } = await aShowtime(server.app, { seats: 1, startsIn: -hours(1) });
    const { readOurs, readStock } = await ask({ input: { showtimeId: showtime.id } });
    const text = await readOurs(9);

    expect(text).toBe(await readStock(9));
    expect(text).toContain('event: return\n');
  });

  test.for([
    { what: 'a show that does not exist', input: { showtimeId: unknownId }, code: 'NOT_FOUND' },
    { what: 'an invalid id', input: { showtimeId: 'x' }, code: 'VALIDATION_ERROR' },
    { what: 'no input', input: undefined, code: 'VALIDATION_ERROR' },
    {
      what: 'a forged token',
      input: { showtimeId: unknownId },
      headers: { authorization: 'Bearer x' },
      code: 'TOKEN_INVALID',
    },
  ])('the refusal of $what', async ({ what: _what, code, ...asked }) => {
    const { ours, stock, readOurs, readStock } = await ask(asked);
    const text = await readOurs(9);
    // The adapter numbers a failure of the stream itself as an internal one, whatever its code.
    const expected = (await readStock(9)).replace(
      '-32603,"data":{"code":"NOT',
      '-32004,"data":{"code":"NOT',
    );

    expect(text).toBe(expected);
    expect(text).toContain(`"appCode":"${code}"`);
    expect(ours.status).toBe(stock.status);
  });

  test.for(['header', 'query', 'input'] as const)('a resumption by %s', async (by) => {
    const { admin, showtime, seatIds } = await aShowtime(server.app, { seats: 2 });
    const showtimeId = showtime.id;
    const first = await ask({ input: { showtimeId } });
    const [, version = ''] = /id: (.+)/.exec(await first.readOurs(2)) ?? [];
    await admin.call.showtimes.lockSeats({ showtimeId, seatIds: seatIds.slice(0, 1) });
    await first.readOurs(3);
    const { readOurs, readStock } = await ask({
      input: { showtimeId, ...(by === 'input' ? { lastEventId: version } : {}) },
      ...(by === 'query' ? { query: `&lastEventId=${version}` } : {}),
      ...(by === 'header' ? { headers: { 'last-event-id': version } } : {}),
    });
    const text = await readOurs(2);

    expect(text).toBe(await readStock(2));
    expect(text).not.toContain('snapshot');
    expect(text).toContain(`"change"`);
  });
});

/** A response whose viewer reads when the test says so. */
class SlowResponse extends EventEmitter {
  readonly written: Buffer[] = [];
  ended = false;
  isFull = false;

  writeHead(): void {}

  write(chunk: Buffer): boolean {
    this.written.push(chunk);
    return !this.isFull;
  }

  end(): void {
    this.ended = true;
  }

  get events(): string[] {
    return this.written.map((chunk) => /"type":"(\w+)"/.exec(String(chunk))?.[1] ?? 'other');
  }
}

/** A viewer, without a socket between. */
function aViewer(showtimeId: string) {
  const res = new SlowResponse();
  const query = { input: JSON.stringify({ json: { showtimeId } }) };
  const req = {
    path: '/trpc/showtimes.onSeatsChanged',
    method: 'GET',
    query,
    get: () => undefined,
  };
  const served = serveEvents(req as unknown as ExpressRequest, {
    res: res as unknown as ExpressResponse,
    ctx: requestContext(server.app),
  });
  onTestFinished(async () => {
    res.emit('close');
    await served;
  });
  return { res, served };
}

const patient = { timeout: 10_000 };

test('viewers of a show share the bytes of each event', async () => {
  const { admin, showtime, seatIds } = await aShowtime(server.app, { seats: 1 });
  const [one, two] = [aViewer(showtime.id), aViewer(showtime.id)];
  await vi.waitFor(() => expect(two.res.events).toContain('snapshot'), patient);
  await admin.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds });
  for (const { res } of [one, two]) {
    await vi.waitFor(() => expect(res.events).toEqual(['other', 'snapshot', 'change']), patient);
  }

  one.res.written.forEach((chunk, index) => expect(chunk).toBe(two.res.written[index]));
});

test('a viewer who does not read is sent nothing more, and catches up afterwards', async () => {
  const { showtime, seatIds } = await aShowtime(server.app, { seats: 3 });
  const person = await aUser(server.app);
  const [slow, quick] = [aViewer(showtime.id), aViewer(showtime.id)];
  await vi.waitFor(() => expect(slow.res.events).toContain('snapshot'), patient);
  slow.res.isFull = true;
  for (const [index, seatId] of seatIds.entries()) {
    await person.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [seatId] });
    await vi.waitFor(() => expect(quick.res.events).toHaveLength(index + 3), patient);
  }
  expect(slow.res.events).toEqual(['other', 'snapshot', 'change']);

  slow.res.isFull = false;
  slow.res.emit('drain');
  await vi.waitFor(() => expect(slow.res.events).toHaveLength(5), patient);
  expect(slow.res.written).toEqual(quick.res.written);
});

test('a viewer who leaves is forgotten, also while nothing can be sent', async () => {
  const { admin, showtime, seatIds } = await aShowtime(server.app, { seats: 1 });
  const { res, served } = aViewer(showtime.id);
  await vi.waitFor(() => expect(res.events).toContain('snapshot'), patient);
  res.isFull = true;
  await admin.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds });
  await vi.waitFor(() => expect(res.events).toContain('change'), patient);
  res.emit('close');
  await served;

  expect(res.ended).toBe(true);
  expect(res.events).toEqual(['other', 'snapshot', 'change']);
});
