import { afterEach, describe, expect, test, vi } from 'vitest';
import { answer, cut, refuse, smallServer } from '../test/small-server.ts';
import { createMatinee } from './create-matinee.ts';
import type { LogEntry } from './log.ts';
import { procedures } from './procedures.ts';

const url = 'http://matinee.test';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('the client', () => {
  test('has every procedure as a plain function, and nothing else', () => {
    const matinee = createMatinee({ url }) as unknown as Record<string, Record<string, unknown>>;

    const files: Readonly<Record<string, string[]>> = {
      movies: ['uploadPoster'],
      theaters: ['picture'],
      showtimes: ['picture'],
      tickets: ['pdf', 'calendar', 'picture'],
    };
    for (const [name, kinds] of Object.entries(procedures)) {
      const extra = files[name] ?? [];
      expect(Object.keys(matinee[name] ?? {})).toEqual([...Object.keys(kinds), ...extra]);
    }
    expect(Object.keys(matinee)).toEqual([...Object.keys(procedures), 'request']);
    // No Proxy: it is not a promise, and what is not there is not there.
    expect('then' in matinee).toBe(false);
    expect(matinee.movies?.nothing).toBeUndefined();
  });

  test('takes an address with a path and with a slash at its end', async () => {
    const server = smallServer({ 'movies.genres': () => [] });
    server.faults.push(answer(200, '{"result":{"data":{"json":[]}}}'));

    await createMatinee({ url: `${url}/cinema/`, fetch: server.fetch }).movies.genres();

    expect(server.requests[0]?.url.pathname).toBe('/cinema/trpc/movies.genres');
  });

  test.each([
    [undefined as unknown as string, 'the url is missing'],
    ['127.0.0.1:8000', 'is not a url of a server'],
    ['localhost:8000', 'is not a url of a server'],
    ['matinee', 'is not a url of a server'],
    ['ftp://cinema.example.com', 'is not a url of a server'],
    ['http://', 'is not a url of a server'],
    ['http://127.0.0.1:8000?x=1', 'is not a url of a server'],
    ['http://127.0.0.1:8000/api/v1/', 'leave "/api/v1" out'],
    ['http://127.0.0.1:8000/trpc', 'leave "/trpc" out'],
  ])('refuses the address %s at once', (wrong, reason) => {
    expect(() => createMatinee({ url: wrong })).toThrow(reason);
  });

  test.each(['', '/', '/cinema', 'https://cinema.example.com/shop/'])('takes %j', (right) => {
    expect(() => createMatinee({ url: right })).not.toThrow();
  });

  test('sends headers of its own with every request, over tRPC and over REST', async () => {
    const server = smallServer({ 'movies.genres': () => [] });
    const headers = { traceparent: '00-1' };
    const matinee = createMatinee({ url, headers, fetch: server.fetch });

    await matinee.movies.genres();
    server.faults.push(answer(200, '{"success":true,"data":[]}'));
    await matinee.request({ path: '/movies' });

    expect(server.requests.map((each) => each.headers.get('traceparent'))).toEqual([
      '00-1',
      '00-1',
    ]);
  });

  test('uses the global fetch of the moment', async () => {
    const matinee = createMatinee({ url });
    const body = { result: { data: { json: ['from the global'] } } };
    const spy = vi.spyOn(globalThis, 'fetch').mockResolvedValue(Response.json(body));

    expect(await matinee.movies.genres()).toEqual(['from the global']);
    expect(spy).toHaveBeenCalledOnce();
  });

  test('refuses an input that cannot be written', async () => {
    const matinee = createMatinee({ url });
    const cycle: Record<string, unknown> = {};
    cycle['movieId'] = cycle;

    await expect(matinee.movies.get(cycle as never)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { issues: [] },
    });
  });
});

describe('the token', () => {
  test.each([
    ['a string', 'abc'],
    ['a function', () => 'abc'],
    ['an asynchronous function', async () => 'abc'],
  ])('is taken from %s', async (_name, token) => {
    const server = smallServer({ 'auth.me': () => ({}) });

    await createMatinee({ url, token, fetch: server.fetch }).auth.me();

    expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer abc');
  });

  test.each([[undefined], [null], [''], [() => null]])('may be missing: %s', async (token) => {
    const server = smallServer({ 'movies.genres': () => [] });

    await createMatinee({ url, token, fetch: server.fetch }).movies.genres();

    expect(server.requests[0]?.headers.has('authorization')).toBe(false);
  });

  test('is asked for anew for every attempt', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const server = smallServer({ 'movies.genres': () => [] });
    server.faults.push(cut);
    let asked = 0;
    const token = () => `t${(asked += 1)}`;

    await createMatinee({ url, token, fetch: server.fetch }).movies.genres();

    const sent = server.requests.map(({ headers }) => headers.get('authorization'));
    expect(sent).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test('is not shown to those who sign in', async () => {
    const server = smallServer({ 'auth.login!': () => ({}), 'auth.register!': () => ({}) });
    const matinee = createMatinee({ url, token: 'old', fetch: server.fetch });
    const input = { email: 'ada@example.com', password: 'correct-horse' };

    await matinee.auth.login(input);
    await matinee.auth.register(input);

    expect(server.requests.some(({ headers }) => headers.has('authorization'))).toBe(false);
  });

  test('that cannot be had fails the call', async () => {
    const server = smallServer({});
    const token = () => Promise.reject(new Error('the vault is shut'));

    const call = createMatinee({ url, token, fetch: server.fetch }).movies.genres();

    await expect(call).rejects.toMatchObject({
      code: 'ABORTED',
      cause: expect.objectContaining({ message: 'the vault is shut' }),
    });
    expect(server.requests).toEqual([]);
  });
});

describe('a rejected token', () => {
  test('is reported once, however many calls it fails', async () => {
    const server = smallServer({
      'movies.genres': () => refuse('TOKEN_EXPIRED', 401),
      'movies.list': () => refuse('TOKEN_EXPIRED', 401),
      'auth.me': () => refuse('TOKEN_EXPIRED', 401),
    });
    const rejected: unknown[] = [];
    let token = 'first';
    const matinee = createMatinee({
      url,
      token: () => token,
      fetch: server.fetch,
      onUnauthorized: (error, sent) => rejected.push([error.code, sent]),
    });

    await Promise.allSettled([matinee.movies.genres(), matinee.movies.list(), matinee.auth.me()]);
    expect(rejected).toEqual([['TOKEN_EXPIRED', 'first']]);

    token = 'second';
    await expect(matinee.auth.me()).rejects.toMatchObject({ code: 'TOKEN_EXPIRED', status: 401 });
    expect(rejected).toEqual([
      ['TOKEN_EXPIRED', 'first'],
      ['TOKEN_EXPIRED', 'second'],
    ]);
  });

  test('is told from a missing one and from a wrong password', async () => {
    const server = smallServer({
      'auth.me': () => refuse('AUTHENTICATION_REQUIRED', 401),
      'auth.login!': () => refuse('INVALID_CREDENTIALS', 401),
    });
    const rejected: unknown[] = [];
    const matinee = createMatinee({
      url,
      fetch: server.fetch,
      onUnauthorized: (error, sent) => rejected.push([error.code, sent]),
    });

    await Promise.allSettled([
      matinee.auth.me(),
      matinee.auth.login({ email: 'ada@example.com', password: 'wrong' }),
    ]);

    expect(rejected).toEqual([['AUTHENTICATION_REQUIRED', undefined]]);
  });
});

describe('the debug log', () => {
  test('tells what happens, and no secret', async () => {
    const server = smallServer({
      'auth.login!': () => ({ accessToken: 'secret-token' }),
      'auth.changePassword!': () => refuse('VALIDATION_ERROR', 400),
    });
    const log: LogEntry[] = [];
    const matinee = createMatinee({
      url,
      token: 'secret-token',
      fetch: server.fetch,
      debug: (entry) => void log.push(entry),
    });

    await matinee.auth.login({ email: 'ada@example.com', password: 'secret-password' });
    await matinee.auth
      .changePassword({ currentPassword: 'secret-old', newPassword: 'secret-new' })
      .catch(() => {});

    expect(log.map(({ event }) => event)).toEqual([
      'call',
      'request',
      'response',
      'call',
      'request',
      'response',
      'failure',
    ]);
    expect(JSON.stringify(log)).toContain('ada@example.com');
    expect(JSON.stringify(log)).not.toContain('secret');
  });

  test('leaves secrets out wherever they are', async () => {
    const server = smallServer({ 'movies.genres': () => [] });
    const log: LogEntry[] = [];
    const matinee = createMatinee({
      url,
      fetch: server.fetch,
      debug: (entry) => void log.push(entry),
    });
    const at = new Date(0);
    const input = { list: [{ apiToken: 'x', at }], deep: { Password: 'x' } };

    await matinee.movies.genres(input as never);

    expect(log[0]).toEqual({
      event: 'call',
      path: 'movies.genres',
      input: { list: [{ apiToken: '[left out]', at }], deep: { Password: '[left out]' } },
    });
  });

  test('goes to the console on request', async () => {
    const server = smallServer({ 'movies.genres': () => [] });
    const spy = vi.spyOn(console, 'debug').mockImplementation(() => {});

    await createMatinee({ url, fetch: server.fetch, debug: true }).movies.genres();
    expect(spy).toHaveBeenCalled();
    spy.mockClear();
    await createMatinee({ url, fetch: server.fetch }).movies.genres();
    expect(spy).not.toHaveBeenCalled();
  });
});

describe('a call', () => {
  test('with headers of its own travels alone, and keeps them to itself', async () => {
    const server = smallServer({ 'movies.genres': () => [], 'theaters.list': () => [] });
    const matinee = createMatinee({ url, fetch: server.fetch });

    await Promise.all([
      matinee.movies.genres(undefined, { headers: { 'x-request-id': 'mine' } }),
      matinee.movies.genres(),
      matinee.theaters.list(),
    ]);

    const sent = server.requests.map(({ paths, headers }) => [paths, headers.get('x-request-id')]);
    expect(sent).toHaveLength(2);
    expect(sent).toContainEqual([['movies.genres'], 'mine']);
    expect(sent).toContainEqual([['movies.genres', 'theaters.list'], null]);
  });

  test('tells of its response, also when it succeeds', async () => {
    const server = smallServer({});
    const body = '{"result":{"data":{"json":["Drama"]}}}';
    server.faults.push(
      answer(200, body, { 'x-request-id': 'req-7', 'idempotency-replayed': 'true' }),
    );
    const matinee = createMatinee({ url, fetch: server.fetch });
    const told: unknown[] = [];

    await matinee.movies.genres(undefined, {
      onResponse: ({ status, requestId, headers, text }) =>
        told.push([status, requestId, headers.get('idempotency-replayed'), text]),
    });

    expect(told).toEqual([[200, 'req-7', 'true', body]]);
  });

  test('has as many retries as it asks for', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const server = smallServer({ 'movies.genres': () => [] });
    server.faults.push(cut, cut, cut);
    const matinee = createMatinee({ url, retries: 2, fetch: server.fetch });

    await expect(matinee.movies.genres(undefined, { retries: 0 })).rejects.toThrow('NETWORK_ERROR');
    await matinee.movies.genres(undefined, { retries: 2 });

    expect(server.requests).toHaveLength(4);
  });
});

describe('a request to a route', () => {
  test('answers with the data, and has the token, a key and the retries of every call', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const server = smallServer({});
    server.faults.push(cut, answer(201, '{"success":true,"data":{"id":"1"},"message":"Done."}'));
    const matinee = createMatinee({ url, token: 'abc', fetch: server.fetch });

    const input = { method: 'POST', path: '/api/v1/new?x=1', body: { a: 1 } };
    const made = await matinee.request(input);

    expect(made).toEqual({ id: '1' });
    const [first, second] = server.requests;
    expect(second?.url.href).toBe(`${url}/api/v1/new?x=1`);
    expect(second?.body).toBe('{"a":1}');
    expect(second?.headers.get('authorization')).toBe('Bearer abc');
    expect(second?.headers.get('content-type')).toBe('application/json');
    const keys = [first, second].map((each) => each?.headers.get('idempotency-key'));
    expect(keys[0]).toMatch(/./);
    expect(keys[1]).toBe(keys[0]);
  });

  test('is refused by its name', async () => {
    const server = smallServer({});
    const error = { code: 'NOT_FOUND', message: 'Nothing here.', details: {}, requestId: 'r' };
    server.faults.push(answer(404, JSON.stringify({ success: false, error })));
    const matinee = createMatinee({ url, fetch: server.fetch });

    await expect(matinee.request({ path: '/old?token=1' })).rejects.toThrow(
      'GET /old: NOT_FOUND: Nothing here. (request r)',
    );
  });
});

describe('without a response', () => {
  const down = () => Promise.reject(new TypeError('Failed to fetch'));
  const messageAt = async (origin: string | undefined) => {
    vi.stubGlobal('location', origin === undefined ? undefined : { origin });
    const matinee = createMatinee({ url: 'http://127.0.0.1:8000', retries: 0, fetch: down });
    const failure = await matinee.movies.genres().catch((error: unknown) => error);
    return (failure as { userMessage: string }).userMessage;
  };

  test('a page of another origin hears of the list of origins', async () => {
    expect(await messageAt('http://localhost:5173')).toBe(
      'The server cannot be reached, or its ALLOWED_ORIGINS lacks http://localhost:5173.',
    );
  });

  test.each([undefined, 'null', 'http://127.0.0.1:8000'])('%s does not', async (origin) => {
    expect(await messageAt(origin)).toBe('The server cannot be reached.');
  });
});
