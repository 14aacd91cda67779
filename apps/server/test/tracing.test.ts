import { consequences, OutboxWorker } from '@matinee/api';
import { aShowtime, aUser } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startJobs } from '../src/jobs.ts';
import { closeCollector, flush, received } from './collector.ts';
import type { Span } from './collector.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

let server: TestServer;
let user: Person;
beforeAll(async () => {
  server = await startTestServer();
  user = await aUser(server.app);
});
afterAll(async () => {
  await closeCollector();
  await server.close();
});

const traceId = 'a'.repeat(32);
const callerSpan = 'b'.repeat(16);

/** The spans of one piece of work, as soon as the last of them has arrived. */
async function spansOf(work: () => Promise<unknown>, last: (span: Span) => boolean) {
  await flush();
  received.length = 0;
  await work();
  await vi.waitUntil(async () => {
    await flush();
    return received.some(last);
  }, 20_000);
  return [...received];
}

/** The spans of one request, whose own ends last. */
const traceOf = (request: () => Promise<unknown>) => spansOf(request, ({ kind }) => kind === 2);

/** A tree of spans as text: children are indented, in the order of their end. */
function treeOf(spans: readonly Span[], parent: string | undefined, depth = 0): string[] {
  return spans
    .filter(({ parentSpanId }) => (parentSpanId ?? '') === (parent ?? ''))
    .flatMap((span) => [
      `${'  '.repeat(depth)}${span.name}`,
      ...treeOf(spans, span.spanId, depth + 1),
    ]);
}

const attributesOf = ({ attributes }: Span) =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  );

/** Calls as a program whose own trace is under way, and reads the response. */
async function call(method: string, path: string, body?: unknown): Promise<number> {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      authorization: `Bearer ${user.token}`,
      'content-type': 'application/json',
      traceparent: `00-${traceId}-${callerSpan}-01`,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}

test('a booking is a tree: request, procedure, transaction or statement', async () => {
  const { showtime, seatIds } = await aShowtime(server.app);
  const seats = { seatIds: seatIds.slice(0, 2) };
  const lockPath = `/api/v1/showtimes/${showtime.id}/lock-seats`;

  const locking = await traceOf(() => call('POST', lockPath, seats));
  expect(treeOf(locking, callerSpan)).toEqual([
    'POST /api/v1/showtimes/{showtimeId}/lock-seats',
    '  showtimes.lockSeats',
    '    SELECT lock_seats_together',
  ]);
  expect(new Set(locking.map((span) => span.traceId))).toEqual(new Set([traceId]));

  const input = { ...seats, showtimeId: showtime.id };
  const buying = await traceOf(() => call('POST', '/trpc/reservations.create', { json: input }));
  expect(treeOf(buying, callerSpan)).toEqual([
    'POST /trpc/reservations.create',
    '  reservations.create',
    '    SELECT confirm_seats_together',
  ]);
  const [statement, procedure, request] = ['SELECT', 'reservations', 'POST'].map((name) =>
    buying.find((span) => span.name.startsWith(name)),
  );
  expect(request && attributesOf(request)).toEqual({
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'http.route': '/trpc/reservations.create',
    'network.protocol.version': '1.1',
    'url.scheme': 'http',
  });
  expect(procedure && attributesOf(procedure)).toEqual({
    'matinee.procedure': 'reservations.create',
    'matinee.surface': 'trpc',
  });
  expect(statement && attributesOf(statement)).toEqual({
    'db.system.name': 'postgresql',
    'db.query.summary': 'SELECT confirm_seats_together',
  });
  expect([request?.kind, procedure?.kind, statement?.kind]).toEqual([2, 1, 3]);

  const { items } = await user.call.reservations.list({});
  const path = `/api/v1/reservations/${items[0]?.id}`;
  const cancelling = await traceOf(() => call('DELETE', path));
  expect(treeOf(cancelling, callerSpan)).toEqual([
    'DELETE /api/v1/reservations/{reservationId}',
    '  reservations.cancel',
    '    SELECT sessions',
    '    SELECT reservations',
    '    transaction',
    '      SELECT reservations',
    '      SELECT showtimes',
    '      SELECT reservations',
    '      UPDATE reservation_seats',
    '      INSERT reservation_log',
    '      SELECT reservation_answer',
  ]);

  const all = JSON.stringify([...locking, ...buying, ...cancelling]);
  for (const secret of [user.id, user.email, showtime.id, seatIds[0] ?? '', '127.0.0.1', path]) {
    expect(all).not.toContain(secret);
  }
});

test('a refusal has its code, and only a failure of the server is an error', async () => {
  const path = '/api/v1/movies/00000000-0000-7000-8000-000000000000';
  const refused = await traceOf(() => call('GET', path));
  const procedure = refused.find(({ name }) => name === 'movies.get');
  expect(procedure && attributesOf(procedure)).toMatchObject({ 'error.type': 'NOT_FOUND' });
  expect(refused.map(({ status }) => status.code ?? 0)).toEqual(refused.map(() => 0));

  await server.asOwner('alter table movies rename to movies_elsewhere');
  const failed = await traceOf(() => call('GET', path));
  await server.asOwner('alter table movies_elsewhere rename to movies');
  const [request] = failed.filter(({ kind }) => kind === 2);
  expect(request && attributesOf(request)).toMatchObject({ 'error.type': 'INTERNAL_ERROR' });
  expect(failed.filter(({ status }) => status.code === 2).length).toBeGreaterThan(1);
});

test('each call of a batch has its own span', async () => {
  const input = encodeURIComponent(JSON.stringify({ 0: { json: {} }, 1: { json: {} } }));
  const path = `/trpc/movies.list,theaters.list?batch=1&input=${input}`;
  const spans = await traceOf(() => call('GET', path));
  const names = treeOf(spans, callerSpan).filter((line) => !line.startsWith('    '));
  expect(names[0]).toBe('GET /trpc/movies.list');
  expect(names.slice(1).toSorted()).toEqual(['  movies.list', '  theaters.list']);
});

test('an upload is one trace, although its body is read by a stream', async () => {
  const { admin, movieId } = await aShowtime(server.app);
  const create = { width: 32, height: 32, channels: 3 as const, background: '#a00' };
  const picture = new Uint8Array(await sharp({ create }).png().toBuffer());
  const body = new FormData();
  body.append('file', new Blob([picture], { type: 'image/png' }), 'poster.png');
  const headers = {
    authorization: `Bearer ${admin.token}`,
    traceparent: `00-${traceId}-${callerSpan}-01`,
  };
  const url = `${server.url}/api/v1/movies/${movieId}/poster`;
  const spans = await traceOf(async () => {
    await (await fetch(url, { method: 'POST', headers, body })).arrayBuffer();
  });
  const names = treeOf(spans, callerSpan).filter((line) => /^ {2}\S/.test(line));
  expect(names).toEqual(['  movies.mayUpload', '  movies.setPoster']);
});

test('deliveries and jobs are traces of their own', async () => {
  const { app, metrics, posters } = server;
  const { showtime, seatIds } = await aShowtime(app);
  await server.asOwner('truncate outbox, deliveries cascade');
  const seats = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
  await user.call.showtimes.lockSeats(seats);
  await user.call.reservations.create(seats);
  const worker = new OutboxWorker(app, consequences);
  const isMail = ({ name }: Span) => name === 'deliver sendConfirmation';
  const delivering = await spansOf(() => worker.round(), isMail);
  expect(delivering.filter(isMail).map(attributesOf)).toEqual([
    { 'matinee.consequence': 'sendConfirmation', 'matinee.fact.kind': 'reservation.confirmed' },
  ]);
  // Its looks into the outbox, each second, are no traces.
  expect(delivering.filter(({ parentSpanId }) => !parentSpanId).filter((s) => !isMail(s))).toEqual(
    [],
  );
  const isSweep = ({ name }: Span) => name === 'job sweep';
  let jobs: Awaited<ReturnType<typeof startJobs>> | undefined;
  const running = await spansOf(
    async () => (jobs = await startJobs(app, posters, metrics)),
    isSweep,
  );
  await jobs?.stop();
  const sweep = running.find(isSweep);
  expect(sweep?.parentSpanId ?? '').toBe('');
  expect(treeOf(running, sweep?.spanId)).toContain('DELETE seat_claims');
});
