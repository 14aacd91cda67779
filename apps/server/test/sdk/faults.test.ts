import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { aShowtime, aUser, password } from '@matinee/api/testing';
import { createMatinee, isMatineeError, SeatMapStore } from '@matinee/sdk';
import type { LogEntry, Matinee, MatineeOptions, SeatMap } from '@matinee/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { untilWaiting } from '../races/fleet.ts';
import { openPool, startServerProcess } from '../races/processes.ts';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { startFaultProxy } from './fault-proxy.ts';
import type { Caught, Fault, FaultProxy } from './fault-proxy.ts';

/*
 * The SDK against a real server, with a proxy between that breaks what a network, a proxy or a
 * dying server breaks. What the client does about it is seen from both sides: in its answer and
 * its log, and in what arrived and what lies in the database.
 */

// A server in a process of its own takes seconds to start where others are at work too.
vi.setConfig({ testTimeout: 120_000 });

/** For what comes at once, unless the machine is busy. */
const patient = { interval: 5, timeout: 60_000 };
/** What a busy machine adds to a time that is bounded. */
const busyMs = 10_000;
const unknownId = '00000000-0000-4000-8000-000000000000';

let server: TestServer;
let proxy: FaultProxy;
beforeAll(async () => {
  server = await startTestServer();
  proxy = await startFaultProxy(server.url);
});
afterEach(() => {
  proxy.lead(server.url);
  proxy.faults.length = 0;
  proxy.requests.length = 0;
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});

describe('a booking happens once and is answered', () => {
  test('though its server was killed between commit and answer', async () => {
    const doomed = await startServerProcess({ databaseUrl: server.databaseUrl });
    onTestFinished(() => doomed.kill());
    const { matinee, booking } = await aBuyer();
    proxy.lead(doomed.url);
    proxy.faults.push(async (caught) => {
      void caught.serve().catch(() => {});
      await expect.poll(() => reservationsOf(booking), patient).toHaveLength(1);
      // Held back by the proxy, so that the client is told nothing: its server is gone.
      await doomed.kill();
      proxy.lead(server.url);
      caught.cut();
    });

    const reservation = await matinee.reservations.create(booking);

    expect(await aftermathOf(booking)).toEqual(onceAnswered(reservation));
  });

  test('though the answer broke off in the middle', async () => {
    const { matinee, booking } = await aBuyer();
    proxy.faults.push(async (caught) => caught.breakOff(await caught.serve()));

    const reservation = await matinee.reservations.create(booking);

    expect(await aftermathOf(booking)).toEqual(onceAnswered(reservation));
  });

  test('though the answer was too slow', async () => {
    const { matinee, booking } = await aBuyer();
    proxy.faults.push(async (caught) => void (await caught.serve()));

    const reservation = await matinee.reservations.create(booking, { timeoutMs: 2_000 });

    expect(await aftermathOf(booking)).toEqual(onceAnswered(reservation));
    expect(proxy.requests.map(({ wasLeft }) => wasLeft)).toEqual([true, false]);
  });

  test('though a proxy gave its own page instead of the answer', async () => {
    const { matinee, booking } = await aBuyer();
    proxy.faults.push(async (caught) => {
      await caught.serve();
      caught.answer(badGateway);
    });

    const reservation = await matinee.reservations.create(booking);

    expect(await aftermathOf(booking)).toEqual(onceAnswered(reservation));
  });

  test('though the first attempt is still running when the second arrives', async () => {
    const { matinee, booking, log } = await aBuyer();
    const release = await holdClaims(booking.showtimeId);
    proxy.faults.push(async (caught) => {
      void caught.serve().catch(() => {});
      await untilWaiting(server.app.pool, 1);
      caught.cut();
    });
    proxy.faults.push(async (caught) => {
      const answered = await caught.serve();
      await release();
      caught.answer(answered);
    });

    const reservation = await matinee.reservations.create(booking);

    const statuses = proxy.requests.map(({ answered }) => answered?.status);
    expect(statuses.slice(0, 2)).toEqual([undefined, 409]);
    expect(failuresOf(log).slice(0, 2)).toEqual(['NETWORK_ERROR', 'IDEMPOTENCY_CONFLICT']);
    expect(delaysOf(log)[1]).toBeGreaterThanOrEqual(1_000);
    expect(await reservationsOf(booking)).toEqual([reservation.id]);
    expect(keysOf(proxy)).toHaveLength(1);
  });
});

describe('a storm of 503', () => {
  test('is weathered with two retries, whose pauses are spread and bounded', async () => {
    const { matinee, log } = aClient();
    const calls = 20;
    const storm: Fault = (caught) => caught.answer({ status: 503 });
    proxy.faults.push(...Array.from({ length: 3 * calls }, () => storm));
    const began = performance.now();

    const results = await Promise.allSettled(
      Array.from({ length: calls }, () => matinee.auth.logout()),
    );

    expect(performance.now() - began).toBeLessThan(500 + 1_000 + busyMs);
    expect(new Set(results.map(codeOf))).toEqual(new Set(['UNAVAILABLE']));
    expect(proxy.requests).toHaveLength(3 * calls);
    const counts = Map.groupBy(proxy.requests, ({ headers }) => headers['idempotency-key']);
    expect([...counts.values()].map((each) => each.length)).toEqual(
      Array.from({ length: calls }, () => 3),
    );
    const pauses = [1, 2].map((attempt) => delaysOf(log, attempt));
    for (const [index, delays] of pauses.entries()) {
      const longest = 500 * 2 ** index;
      expect(delays).toHaveLength(calls);
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...delays)).toBeLessThanOrEqual(longest);
      // All of twenty in one third of the range: once in a hundred million runs.
      expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(longest / 3);
    }
  });

  test('that says when it is over is not disturbed before', async () => {
    const { matinee, log } = aClient();
    proxy.faults.push((caught) => caught.answer({ status: 503, headers: { 'retry-after': '1' } }));

    expect(await matinee.movies.genres()).toBeInstanceOf(Array);

    const [first, second] = proxy.requests;
    const [delay = 0] = delaysOf(log);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(delay).toBeGreaterThanOrEqual(1_000);
    expect(delay).toBeLessThanOrEqual(1_500);
    expect(proxy.requests).toHaveLength(2);
  });

  test('that lasts for more than a minute is told at once', async () => {
    const { matinee } = aClient();
    proxy.faults.push((caught) => caught.answer({ status: 503, headers: { 'retry-after': '61' } }));

    await expect(matinee.movies.genres()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      status: 503,
      isRetryable: true,
    });
    expect(proxy.requests).toHaveLength(1);
  });

  test('is not answered by signing in twice', async () => {
    const { matinee } = aClient();
    const { email } = await aUser(server.app);
    proxy.faults.push((caught) => caught.answer({ status: 503 }));

    await expect(matinee.auth.login({ email, password })).rejects.toMatchObject({ status: 503 });
    expect(proxy.requests).toHaveLength(1);
  });
});

describe('what ends a call is told apart', () => {
  const hold: Fault = () => {};

  test('a slow answer, a call that was given up, and a cut line', async () => {
    const { matinee } = aClient({ retries: 0 });
    const leaving = new AbortController();
    proxy.faults.push(hold, hold, (caught) => caught.cut());
    const slow = matinee.auth.logout(undefined, { timeoutMs: 150 });
    await expect.poll(() => proxy.requests.length, patient).toBe(1);
    const left = matinee.auth.logout(undefined, { signal: leaving.signal });
    await expect.poll(() => proxy.requests.length, patient).toBe(2);
    const lost = matinee.auth.logout();
    leaving.abort();

    const results = await Promise.allSettled([slow, left, lost]);

    expect(results.map(factsOf)).toEqual([
      { code: 'TIMEOUT', status: 0, isRetryable: true, details: { timeoutMs: 150 } },
      { code: 'ABORTED', status: 0, isRetryable: false, details: {} },
      { code: 'NETWORK_ERROR', status: 0, isRetryable: true, details: {} },
    ]);
    // Nobody waits, and the server is told so.
    await expect
      .poll(() => proxy.requests.map(({ wasLeft }) => wasLeft), patient)
      .toEqual([true, true, true]);
  });

  test('an answer that stands still in the middle of its body', async () => {
    const { matinee } = aClient({ retries: 0 });
    proxy.faults.push(async (caught) => caught.stall(await caught.serve()));

    await expect(matinee.movies.genres(undefined, { timeoutMs: 500 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    await expect.poll(() => proxy.requests.map(({ wasLeft }) => wasLeft), patient).toEqual([true]);
  });

  test('a connection that is reset in the middle of a body', async () => {
    const { matinee, log } = aClient({ retries: 1 });
    const breakOff: Fault = async (caught) => caught.breakOff(await caught.serve());
    proxy.faults.push(breakOff);
    expect(await matinee.movies.genres()).toBeInstanceOf(Array);
    expect(failuresOf(log)).toEqual(['NETWORK_ERROR']);

    proxy.faults.push(breakOff, breakOff);
    await expect(matinee.movies.genres()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });

  test.each([
    [200, 'BAD_RESPONSE', 0],
    [302, 'BAD_RESPONSE', 0],
    [403, 'BAD_RESPONSE', 0],
    [404, 'BAD_RESPONSE', 0],
    [502, 'UNAVAILABLE', 502],
    [504, 'UNAVAILABLE', 504],
  ])('a page of a proxy with %i', async (httpStatus, code, status) => {
    const { matinee } = aClient();
    const page = { ...badGateway, status: httpStatus };
    proxy.faults.push(...Array.from({ length: 3 }, () => (caught: Caught) => caught.answer(page)));

    const [result] = await Promise.allSettled([matinee.movies.genres()]);

    const details = code === 'BAD_RESPONSE' ? { httpStatus } : {};
    expect(factsOf(result)).toEqual({ code, status, isRetryable: status > 0, details });
    expect(proxy.requests).toHaveLength(status > 0 ? 3 : 1);
  });

  test('a server that is not there, and is again', async () => {
    const { matinee, log } = aClient();
    await proxy.close();
    const began = performance.now();

    await expect(matinee.movies.genres()).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      status: 0,
      isRetryable: true,
    });
    expect(performance.now() - began).toBeLessThan(1_500 + busyMs);
    expect(delaysOf(log)).toHaveLength(2);

    const waiting = aClient({
      debug: (entry) => {
        if (entry.event === 'retry') {
          // Listening before the pause is over.
          void proxy.reopen();
        }
      },
    });
    // A pause that is long enough for it.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.9);
    onTestFinished(() => random.mockRestore());
    expect(await waiting.matinee.movies.genres()).toBeInstanceOf(Array);
  });
});

describe('in one batch', () => {
  test('each call has its own outcome, and only the one that may succeed is sent again', async () => {
    const { matinee, log } = aClient();
    await aShowtime(server.app);
    const heal = await makeTheatersUnavailable();
    proxy.faults.push(async (caught) => {
      const answered = await caught.serve();
      await heal();
      caught.answer(answered);
    });

    const [found, missing, late] = await Promise.allSettled([
      matinee.movies.genres(),
      matinee.movies.get({ movieId: unknownId }),
      matinee.theaters.list(),
    ]);

    expect(found.status).toBe('fulfilled');
    expect(codeOf(missing)).toBe('NOT_FOUND');
    expect(late).toMatchObject({ status: 'fulfilled', value: { nextCursor: null } });
    expect(proxy.requests.map(({ paths }) => paths)).toEqual([
      ['movies.genres', 'movies.get', 'theaters.list'],
      ['theaters.list'],
    ]);
    expect(proxy.requests.map(({ answered }) => answered?.status)).toEqual([207, 200]);
    expect(failuresOf(log).toSorted()).toEqual(['NOT_FOUND', 'UNAVAILABLE']);
  });

  test('a call that is given up before the batch leaves never reaches the server', async () => {
    const { matinee } = aClient();
    const leaving = new AbortController();
    const left = matinee.movies.list({}, { signal: leaving.signal });
    const kept = matinee.movies.genres();
    leaving.abort();

    const [gone] = await Promise.allSettled([left]);
    await kept;

    expect(codeOf(gone)).toBe('ABORTED');
    expect(proxy.requests.map(({ paths }) => paths)).toEqual([['movies.genres']]);
  });
});

describe('a rejected token', () => {
  test('is told in one place, once, however many calls it was on', async () => {
    const user = await aUser(server.app);
    let token = user.token;
    const told: (string | undefined)[] = [];
    const { matinee } = aClient({
      token: () => token,
      onUnauthorized: ({ code }, rejected) => told.push(`${code} ${rejected}`),
    });
    await user.call.auth.logout({ everywhere: true });
    const { showtime, seatIds } = await aShowtime(server.app, { seats: 1 });
    const callAll = () =>
      Promise.allSettled([
        matinee.auth.me(),
        matinee.movies.genres(),
        matinee.reservations.list(),
        matinee.showtimes.lockSeats({ showtimeId: showtime.id, seatIds }),
      ]);

    expect((await callAll()).map(codeOf)).toEqual(Array.from({ length: 4 }, () => 'TOKEN_INVALID'));
    expect(told).toEqual([`TOKEN_INVALID ${user.token}`]);
    // As many requests as calls that go by themselves, and the batch: no retry can help.
    expect(proxy.requests).toHaveLength(3);

    // Nobody is told of a wrong password, nor is the old token shown.
    const wrong = matinee.auth.login({ email: user.email, password: 'wrong-password' });
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(proxy.requests.at(-1)?.headers.authorization).toBeUndefined();
    ({ accessToken: token } = await matinee.auth.login({ email: user.email, password }));
    expect((await callAll()).map(({ status }) => status)).toEqual(
      Array.from({ length: 4 }, () => 'fulfilled'),
    );
    expect(told).toHaveLength(1);

    await matinee.auth.logout();
    await callAll();
    expect(told).toEqual([`TOKEN_INVALID ${user.token}`, `TOKEN_INVALID ${token}`]);
  });
});

describe('a live seat map', () => {
  test('goes on over cut connections, misses nothing, and leaves nothing open', async () => {
    const { showtime, seatIds } = await aShowtime(server.app, { seats: 3 });
    const [first = '', second = '', last = ''] = seatIds;
    const user = await aUser(server.app);
    const lock = (seatId: string) =>
      user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [seatId] });
    const buy = (seatId: string) =>
      user.call.reservations.create({ showtimeId: showtime.id, seatIds: [seatId] });
    // Somebody whose line holds: the server reads on, and what both are told can be compared.
    const steady: object[] = [];
    const stop = createMatinee({ url: server.url }).showtimes.onSeatsChanged(
      { showtimeId: showtime.id },
      {
        onSnapshot: ({ seats }) => steady.push({ snapshot: seats.map(({ status }) => status) }),
        onChange: ({ seats }) => steady.push(...seats),
      },
    );
    onTestFinished(stop);
    const watcher = startWatcher(showtime.id, last);
    await watcher.until({ snapshot: ['available', 'available', 'available'] });

    await lock(first);
    await watcher.until({ id: first, status: 'locked' });
    proxy.cut();
    await buy(first);
    await watcher.until({ id: first, status: 'reserved' });
    // Nobody is there for a while, and things happen meanwhile.
    await proxy.close();
    await watcher.until({ state: 'reconnecting' }, 2);
    await lock(second);
    await proxy.reopen();
    await watcher.until({ id: second, status: 'locked' });
    await lock(last);
    await watcher.until({ id: last, status: 'locked' });
    await buy(last);

    expect(await watcher.exited).toBe(0);
    const states = watcher.told.filter((each) => 'state' in each);
    expect(states.map(({ state }) => state)).toEqual([
      'connecting',
      'live',
      'reconnecting',
      'live',
      'reconnecting',
      'live',
      'left',
    ]);
    const seen = watcher.told.filter((each) => !('state' in each));
    expect(seen).toEqual([
      { snapshot: ['available', 'available', 'available'] },
      { id: first, status: 'locked' },
      { id: first, status: 'reserved' },
      { id: second, status: 'locked' },
      { id: last, status: 'locked' },
      { id: last, status: 'reserved' },
    ]);
    expect(seen).toEqual(steady);
    await expect.poll(() => proxy.openConnections(), patient).toBe(0);
  });

  test('is true again on another server, after its own was killed', async () => {
    const doomed = await startServerProcess({ databaseUrl: server.databaseUrl });
    onTestFinished(() => doomed.kill());
    const { matinee, booking, user } = await aBuyer();
    const store = new SeatMapStore(matinee, booking);
    proxy.lead(doomed.url);
    const stop = store.subscribe(() => {});
    onTestFinished(stop);
    await expect.poll(() => store.getSnapshot().live, patient).toBe('live');
    await expect.poll(() => store.getSnapshot().yours.length, patient).toBe(1);

    proxy.lead(server.url);
    await doomed.kill();
    await user.call.reservations.create(booking);

    await expect.poll(() => statusesOf(store.getSnapshot().seatMap), patient).toEqual(['reserved']);
    const { live, seatMap, yours, error } = store.getSnapshot();
    expect({ live, yours, error }).toEqual({ live: 'live', yours: [], error: undefined });
    const { showtimeId } = booking;
    const map = await matinee.showtimes.seats({ showtimeId });
    expect(statusesOf(seatMap)).toEqual(statusesOf(map));
    stop();
    await expect.poll(() => proxy.requests.every(({ isOver }) => isOver), patient).toBe(true);
  });

  test('that is refused for good says why, once, and does not come back', async () => {
    const { matinee } = aClient();
    const told: string[] = [];
    matinee.showtimes.onSeatsChanged(
      { showtimeId: unknownId },
      {
        onSnapshot: () => told.push('snapshot'),
        onChange: () => told.push('change'),
        onState: (state) => told.push(state),
        onError: ({ code, status }) => told.push(`${code} ${status}`),
      },
    );
    await expect.poll(() => told, patient).toContain('failed');
    // The server lets everybody in, and then says what it has to say.
    expect(told).toEqual(['connecting', 'live', 'NOT_FOUND 404', 'failed']);
    await expect.poll(() => proxy.requests.every(({ isOver }) => isOver), patient).toBe(true);
  });
});

// --- Clients. ---

const badGateway = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>nginx</title>',
};

function aClient(options: Partial<MatineeOptions> = {}): { matinee: Matinee; log: LogEntry[] } {
  const log: LogEntry[] = [];
  const debug = (entry: LogEntry) => void log.push(entry);
  return { matinee: createMatinee({ url: proxy.url, debug, ...options }), log };
}

/** Somebody who has a seat locked, and has not bought it yet. */
async function aBuyer() {
  const user = await aUser(server.app);
  const { showtime, seatIds } = await aShowtime(server.app, { seats: 1 });
  const booking = { showtimeId: showtime.id, seatIds };
  await user.call.showtimes.lockSeats(booking);
  return { user, booking, ...aClient({ token: user.token }) };
}

interface Booking {
  showtimeId: string;
  seatIds: string[];
}

/** What two attempts have left behind. */
async function aftermathOf(booking: Booking) {
  return {
    reservations: await reservationsOf(booking),
    keys: keysOf(proxy).length,
    requests: proxy.requests.length,
    replayed: proxy.requests.at(-1)?.answered?.headers['idempotency-replayed'],
  };
}

/** One reservation under one key, and the answer that was stored with it. */
function onceAnswered({ id }: { id: string }) {
  return { reservations: [id], keys: 1, requests: 2, replayed: 'true' };
}

function keysOf({ requests }: FaultProxy): unknown[] {
  return [...new Set(requests.map(({ headers }) => headers['idempotency-key']))];
}

function codeOf(result: PromiseSettledResult<unknown> | undefined): string | undefined {
  return result?.status === 'rejected' && isMatineeError(result.reason)
    ? result.reason.code
    : result?.status;
}

function factsOf(result: PromiseSettledResult<unknown> | undefined): object | undefined {
  if (result?.status !== 'rejected' || !isMatineeError(result.reason)) {
    return undefined;
  }
  const { code, status, isRetryable, details } = result.reason;
  return { code, status, isRetryable, details };
}

function failuresOf(log: LogEntry[]): string[] {
  return log.flatMap((entry) => (entry.event === 'failure' ? [entry.code] : []));
}

/** The pauses before retries; before the first or the second one of each call, if asked so. */
function delaysOf(log: LogEntry[], attempt?: number): number[] {
  return log.flatMap((entry) =>
    entry.event === 'retry' && entry.attempt === (attempt ?? entry.attempt) ? [entry.delayMs] : [],
  );
}

function statusesOf(map: SeatMap | undefined): string[] | undefined {
  return map?.seats.map(({ status }) => status);
}

// --- The database. ---

async function reservationsOf({ showtimeId }: Booking): Promise<string[]> {
  const { rows } = await server.app.pool.query<{ id: string }>(
    'select id from reservations where showtime_id = $1',
    [showtimeId],
  );
  return rows.map(({ id }) => id);
}

/** Holds the row locks on the claims of a showtime. @returns what lets go of them */
async function holdClaims(showtimeId: string): Promise<() => Promise<void>> {
  const pool = openPool(server.databaseUrl);
  const holder = await pool.connect();
  onTestFinished(() => pool.end());
  await holder.query('begin');
  await holder.query('select 1 from seat_claims where showtime_id = $1 for update', [showtimeId]);
  return async () => {
    await holder.query('rollback');
    holder.release();
  };
}

/** Whoever reads theaters is told that the server is going away. @returns what undoes it */
async function makeTheatersUnavailable(): Promise<() => Promise<void>> {
  const run = async (sql: string) => void (await server.asOwner(sql));
  let healing: Promise<void> | undefined;
  const heal = () =>
    (healing ??= run(`
      drop view theaters;
      alter table theaters_away rename to theaters;
      drop function going_away;`));
  onTestFinished(heal);
  await run(`
    create function going_away() returns boolean language plpgsql as
    $$ begin raise exception 'going away' using errcode = '57P01'; end $$;
    alter table theaters rename to theaters_away;
    create view theaters as select * from theaters_away where going_away();
    grant select on theaters to public;`);
  return heal;
}

// --- A watcher. ---

interface Watcher {
  /** What it was told so far. */
  told: object[];
  /** Waits until it has been told that, so often. */
  until(what: object, times?: number): Promise<void>;
  /** With which code the process ended, by itself. */
  exited: Promise<unknown>;
}

const watcherFile = fileURLToPath(new URL('./watcher.ts', import.meta.url));

function startWatcher(showtimeId: string, lastSeat: string): Watcher {
  const args = ['--conditions=@matinee/source', watcherFile, proxy.url, showtimeId, lastSeat];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const told: object[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    told.push(...lines.map((line) => JSON.parse(line) as object));
  });
  const exited = once(child, 'close').then(([code]) => code as unknown);
  const count = (what: string) => told.filter((each) => JSON.stringify(each) === what).length;
  return {
    told,
    exited,
    until: async (what, times = 1) => {
      await expect.poll(() => count(JSON.stringify(what)), patient).toBeGreaterThanOrEqual(times);
    },
  };
}
