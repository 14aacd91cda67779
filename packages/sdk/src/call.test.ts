import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answer, cut, refuse, silence, smallServer } from '../test/small-server.ts';
import type { Fault } from '../test/small-server.ts';
import { createMatinee } from './create-matinee.ts';
import type { LogEntry } from './log.ts';

const url = 'http://matinee.test';
const hang: Fault = silence;

/** A server that sells a seat once per key, however often it is asked. */
function aBoxOffice() {
  const sold = new Map<string, number>();
  const server = smallServer({
    'movies.genres': () => [],
    'auth.login!': () => ({ accessToken: 'new' }),
    'auth.register!': () => ({ accessToken: 'new' }),
    'auth.guest!': () => ({ accessToken: 'new' }),
    'auth.link!': () => ({ accessToken: 'new' }),
    'reservations.create!': (_input: unknown, headers: Headers) => {
      const key = headers.get('idempotency-key') ?? '';
      sold.set(key, (sold.get(key) ?? 0) + 1);
      return { id: `reservation of ${key}` };
    },
  });
  const log: LogEntry[] = [];
  const matinee = createMatinee({
    url,
    fetch: server.fetch,
    debug: (entry) => void log.push(entry),
  });
  const delays = () => log.flatMap((entry) => (entry.event === 'retry' ? [entry.delayMs] : []));
  return { server, sold, matinee, delays };
}

const booking = { showtimeId: 's', seatIds: ['a'] };

beforeEach(() => {
  // No jitter: a pause of 0 ms.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a call is sent again', () => {
  test.each([
    ['a cut line', cut],
    ['408', answer(408)],
    ['429', answer(429)],
    ['500', answer(500)],
    ['502 of a proxy', answer(502)],
    ['503', answer(503)],
    ['504', answer(504)],
  ])('after %s', async (_name, fault) => {
    const { server, matinee } = aBoxOffice();
    server.faults.push(fault, fault);

    await expect(matinee.movies.genres()).resolves.toEqual([]);
    expect(server.requests).toHaveLength(3);
  });

  test('after the server itself says that it passes', async () => {
    let asked = 0;
    const server = smallServer({
      'movies.genres': () => {
        asked += 1;
        return asked < 3 ? refuse('UNAVAILABLE', 503) : [];
      },
    });

    await createMatinee({ url, fetch: server.fetch }).movies.genres();

    expect(asked).toBe(3);
  });

  test('when the first request with its key is still running, and no other conflict', async () => {
    for (const [code, sent] of [
      ['IDEMPOTENCY_CONFLICT', 3],
      ['SEATS_UNAVAILABLE', 1],
      ['EDIT_CONFLICT', 1],
    ] as const) {
      const server = smallServer({ 'reservations.create!': () => refuse(code, 409) });
      const matinee = createMatinee({ url, fetch: server.fetch });

      await expect(matinee.reservations.create(booking)).rejects.toMatchObject({ code });
      expect(server.requests).toHaveLength(sent);
    }
  });

  test('under the same key: what was done before the line was cut is done once', async () => {
    const { server, sold, matinee } = aBoxOffice();
    // The first one arrives and is served; the answer is lost.
    server.faults.push(async (request) => {
      sold.set(request.headers.get('idempotency-key') ?? '', 1);
      throw new TypeError('terminated');
    });

    await matinee.reservations.create(booking);

    expect(server.requests).toHaveLength(2);
    expect(sold.size).toBe(1);
    expect([...sold.keys()][0]).not.toBe('');
  });

  test('twice and no more, and then says why it failed', async () => {
    const { server, matinee } = aBoxOffice();
    server.faults.push(cut, cut, cut, cut);

    await expect(matinee.movies.genres()).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      status: 0,
      isRetryable: true,
      cause: expect.objectContaining({ message: 'fetch failed' }),
    });
    expect(server.requests).toHaveLength(3);
  });

  test('as often as `retries` says', async () => {
    const server = smallServer({});
    server.faults.push(cut, cut);

    const matinee = createMatinee({ url, fetch: server.fetch, retries: 0 });

    await expect(matinee.movies.genres()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a call is sent once', () => {
  test.each([
    ['auth.login', cut],
    ['auth.login', answer(503)],
    ['auth.login', answer(429)],
    ['auth.register', cut],
    ['auth.register', answer(500)],
    ['auth.guest', cut],
    ['auth.link', answer(503)],
  ] as const)('when it is %s', async (path, fault) => {
    const { server, matinee } = aBoxOffice();
    server.faults.push(fault);
    const input = { email: 'ada@example.com', password: 'correct-horse' };

    const calls = {
      'auth.login': () => matinee.auth.login(input),
      'auth.register': () => matinee.auth.register(input),
      'auth.guest': () => matinee.auth.guest(),
      'auth.link': () => matinee.auth.link({ token: 'of-a-link' }),
    };
    const call = calls[path]();

    await expect(call).rejects.toMatchObject({ isRetryable: true });
    expect(server.requests).toHaveLength(1);
  });

  test('when the answer is no', async () => {
    const server = smallServer({ 'movies.genres': () => refuse('NOT_FOUND', 404) });

    const call = createMatinee({ url, fetch: server.fetch }).movies.genres();

    await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND', isRetryable: false });
    expect(server.requests).toHaveLength(1);
  });

  test('when it is asked to wait for longer than a minute', async () => {
    const { server, matinee } = aBoxOffice();
    server.faults.push(answer(429, '', { 'retry-after': '900' }));

    await expect(matinee.movies.genres()).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      details: { retryAfterSeconds: 900 },
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('between two attempts', () => {
  test('the pause has full jitter and doubles', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const { server, matinee, delays } = aBoxOffice();
    server.faults.push(cut, cut);

    const call = matinee.movies.genres();
    await vi.advanceTimersByTimeAsync(2_000);
    await call;

    expect(delays()).toEqual([250, 500]);
  });

  test.each([
    ['seconds', '7'],
    ['a date', new Date(Date.UTC(2026, 0, 1, 0, 0, 7)).toUTCString()],
  ])('the server is given the time it asks for in %s', async (_name, header) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    vi.setSystemTime(Date.UTC(2026, 0, 1));
    const { server, matinee } = aBoxOffice();
    server.faults.push(answer(503, '', { 'retry-after': header }));

    const call = matinee.movies.genres();
    await vi.advanceTimersByTimeAsync(6_990);
    expect(server.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20);
    await call;

    expect(server.requests).toHaveLength(2);
  });

  test('a call of a batch waits as long as it was itself told', async () => {
    const server = smallServer({
      'movies.list': () => ({ items: [], nextCursor: null }),
      'movies.genres': () => refuse('RATE_LIMITED', 429, { retryAfterSeconds: 61 }),
    });
    const matinee = createMatinee({ url, fetch: server.fetch });

    const [genres] = await Promise.allSettled([matinee.movies.genres(), matinee.movies.list()]);

    expect(genres).toMatchObject({ reason: { code: 'RATE_LIMITED' } });
    expect(server.requests).toHaveLength(1);
  });

  test('the call can be given up at once', async () => {
    const { server, matinee } = aBoxOffice();
    server.faults.push(answer(503, '', { 'retry-after': '50' }));
    const controller = new AbortController();
    const call = matinee.movies
      .genres(undefined, { signal: controller.signal })
      .catch((error: unknown) => error);
    await vi.waitUntil(() => server.requests.length === 1);
    await new Promise((resolve) => setImmediate(resolve));

    controller.abort(new Error('page left'));

    expect(await call).toMatchObject({
      code: 'ABORTED',
      isRetryable: false,
      cause: expect.objectContaining({ message: 'page left' }),
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('an attempt that takes too long', () => {
  test('is given up and made again; it is told from a cut line', async () => {
    const { server, matinee } = aBoxOffice();
    server.faults.push(hang, hang, hang);

    await expect(matinee.movies.genres(undefined, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      status: 0,
      details: { timeoutMs: 20 },
      isRetryable: true,
    });
    expect(server.requests).toHaveLength(3);
    expect(server.requests.every(({ signal }) => signal.aborted)).toBe(true);
  });

  test('is 30 s long unless said otherwise', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const server = smallServer({});
    server.faults.push(hang);
    const matinee = createMatinee({ url, fetch: server.fetch, retries: 0 });
    let failed = false;

    const call = matinee.movies.genres().catch(() => (failed = true));
    await vi.advanceTimersByTimeAsync(29_990);
    expect(failed).toBe(false);
    await vi.advanceTimersByTimeAsync(20);
    await call;

    expect(failed).toBe(true);
  });

  test('leaves the others of its batch alone', async () => {
    const { server, matinee } = aBoxOffice();
    let serve: () => void = () => {};
    server.faults.push(async () => {
      await new Promise<void>((resolve) => (serve = resolve));
      const value = { result: { data: { json: 'served' } } };
      return Response.json([value, value]);
    });

    const patient = matinee.movies.genres();
    const hasty = matinee.movies.list({}, { timeoutMs: 10 });
    server.faults.push(answer(404));
    await expect(hasty).rejects.toMatchObject({ code: 'BAD_RESPONSE' });
    serve();

    await expect(patient).resolves.toBe('served');
  });
});
