import { describe, expect, test } from 'vitest';
import { answer, refuse, silence, smallServer } from '../test/small-server.ts';
import { createMatinee } from './create-matinee.ts';
import { isMatineeError } from './errors.ts';

const url = 'http://matinee.test';

describe('queries', () => {
  test('made together travel in one request', async () => {
    const server = smallServer({
      'movies.genres': () => [{ genre: 'Drama', movies: 3 }],
      'theaters.get': ({ theaterId }: { theaterId: string }) => ({ id: theaterId }),
    });
    const matinee = createMatinee({ url, fetch: server.fetch });

    const [genres, first, second] = await Promise.all([
      matinee.movies.genres(),
      matinee.theaters.get({ theaterId: 'a' }),
      matinee.theaters.get({ theaterId: 'b' }),
    ]);

    expect(genres).toEqual([{ genre: 'Drama', movies: 3 }]);
    expect([first.id, second.id]).toEqual(['a', 'b']);
    expect(server.requests.map(({ paths }) => paths)).toEqual([
      ['movies.genres', 'theaters.get', 'theaters.get'],
    ]);
    expect(server.requests[0]?.method).toBe('GET');
  });

  test('travel ten at a time', async () => {
    const server = smallServer({ 'movies.get': ({ movieId }: { movieId: string }) => movieId });
    const matinee = createMatinee({ url, fetch: server.fetch });
    const ids = Array.from({ length: 23 }, (_, index) => `m${index}`);

    const movies = await Promise.all(ids.map((movieId) => matinee.movies.get({ movieId })));

    expect(movies).toEqual(ids);
    expect(server.requests.map(({ paths }) => paths.length)).toEqual([10, 10, 3]);
  });

  test('make no address of more than 4,000 characters, unless one alone is longer', async () => {
    const server = smallServer({ 'movies.list': () => ({ items: [], nextCursor: null }) });
    const matinee = createMatinee({ url, fetch: server.fetch });
    const long = 'ü'.repeat(250);

    await Promise.all([
      ...Array.from({ length: 6 }, () => matinee.movies.list({ search: long })),
      matinee.movies.list({ search: 'ü'.repeat(1_000) }),
    ]);

    const lengths = server.requests.map((request) => request.url.href.length);
    expect(lengths.filter((length) => length > 4_100)).toHaveLength(1);
    const sizes = server.requests.map(({ paths }) => paths.length);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 2, 2, 2]);
  });

  test('of auth go alone', async () => {
    const server = smallServer({
      'auth.me': () => ({ id: 'u' }),
      'movies.genres': () => [],
    });
    const matinee = createMatinee({ url, fetch: server.fetch });

    await Promise.all([matinee.movies.genres(), matinee.auth.me(), matinee.movies.genres()]);

    const paths = server.requests.map((request) => request.paths);
    expect(paths).toContainEqual(['auth.me']);
    expect(paths).toContainEqual(['movies.genres', 'movies.genres']);
    expect(paths).toHaveLength(2);
  });

  test('that fail in one batch fail each for itself', async () => {
    const server = smallServer({
      'movies.get': ({ movieId }: { movieId: string }) =>
        movieId === 'gone' ? refuse('NOT_FOUND', 404) : { id: movieId },
      'admin.status': () => refuse('FORBIDDEN', 403),
    });
    const matinee = createMatinee({ url, fetch: server.fetch });

    const [found, gone, status] = await Promise.allSettled([
      matinee.movies.get({ movieId: 'here' }),
      matinee.movies.get({ movieId: 'gone' }),
      matinee.admin.status(),
    ]);

    expect(server.requests).toHaveLength(1);
    expect(found).toMatchObject({ status: 'fulfilled', value: { id: 'here' } });
    expect(gone).toMatchObject({ reason: { code: 'NOT_FOUND', status: 404, requestId: 'req-1' } });
    expect(status).toMatchObject({ reason: { code: 'FORBIDDEN', status: 403 } });
  });

  test('are each refused when the whole batch is', async () => {
    const server = smallServer({});
    server.faults.push(answer(404, '<html>nginx</html>'));
    const matinee = createMatinee({ url, fetch: server.fetch });

    const results = await Promise.allSettled([matinee.movies.genres(), matinee.movies.list()]);

    for (const result of results) {
      const reason = { code: 'BAD_RESPONSE', details: { httpStatus: 404 } };
      expect(result).toMatchObject({ reason });
    }
  });

  test('are not given the answer of another one when the server leaves some out', async () => {
    const server = smallServer({});
    server.faults.push(answer(200, '[{"result":{"data":{"json":"first"}}}]'));
    const matinee = createMatinee({ url, fetch: server.fetch });

    const [first, second] = await Promise.allSettled([
      matinee.movies.genres(),
      matinee.movies.list(),
    ]);

    expect(first).toMatchObject({ value: 'first' });
    expect(second).toMatchObject({ reason: { code: 'BAD_RESPONSE' } });
  });
});

describe('a request', () => {
  test('is given up when all of its calls are, and not before', async () => {
    const server = smallServer({});
    server.faults.push(silence);
    const matinee = createMatinee({ url, fetch: server.fetch });
    const [one, other] = [new AbortController(), new AbortController()];

    const first = matinee.movies.genres(undefined, { signal: one.signal });
    const second = matinee.movies.list({}, { signal: other.signal });
    const failures = Promise.allSettled([first, second]);
    await expect.poll(() => server.requests.length).toBe(1);

    one.abort();
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    expect(server.requests[0]?.signal.aborted).toBe(false);
    other.abort();
    await failures;
    expect(server.requests[0]?.signal.aborted).toBe(true);
  });

  test('is not made for calls that were given up before', async () => {
    const server = smallServer({ 'movies.genres': () => [] });
    const matinee = createMatinee({ url, fetch: server.fetch });
    const early = new AbortController();

    const aborted = matinee.movies.list({}, { signal: early.signal });
    const kept = matinee.movies.genres();
    early.abort();

    await expect(aborted).rejects.toSatisfy(isMatineeError);
    expect(await kept).toEqual([]);
    expect(server.requests.map(({ paths }) => paths)).toEqual([['movies.genres']]);
    await expect(
      matinee.movies.genres(undefined, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(
      matinee.showtimes.unlockSeats({ showtimeId: 's' }, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a call that is given up before its batch leaves stays behind', () => {
  function aBatch(token?: () => Promise<string>) {
    const server = smallServer({
      'movies.get': ({ movieId }: { movieId: string }) =>
        movieId === 'gone' ? refuse('NOT_FOUND', 404) : movieId,
    });
    const matinee = createMatinee({ url, fetch: server.fetch, token });
    const ids = ['a', 'b', 'gone', 'dé/?&=+,d'];
    const controllers = ids.map(() => new AbortController());
    const asked = ids.map((movieId, index) =>
      matinee.movies.get({ movieId }, { signal: controllers[index]?.signal }),
    );
    const giveUp = (...places: number[]) => places.forEach((place) => controllers[place]?.abort());
    return { server, asked, giveUp };
  }

  const outcomesOf = async (asked: Promise<unknown>[]) =>
    (await Promise.allSettled(asked)).map((each) =>
      each.status === 'fulfilled' ? each.value : (each.reason as { code: string }).code,
    );

  test('while it is gathered, and the others get their own answers', async () => {
    const { server, asked, giveUp } = aBatch();
    giveUp(0);

    expect(await outcomesOf(asked)).toEqual(['ABORTED', 'b', 'NOT_FOUND', 'dé/?&=+,d']);
    expect(server.requests.map(({ paths }) => paths.length)).toEqual([3]);
  });

  test('while the token is asked for', async () => {
    let asksForToken = false;
    let give: (token: string) => void = () => {};
    const { server, asked, giveUp } = aBatch(() => {
      asksForToken = true;
      return new Promise((resolve) => (give = resolve));
    });
    await expect.poll(() => asksForToken).toBe(true);
    giveUp(1, 2);
    give('fresh');

    expect(await outcomesOf(asked)).toEqual(['a', 'ABORTED', 'ABORTED', 'dé/?&=+,d']);
    expect(server.requests.map(({ paths }) => paths.length)).toEqual([2]);
    expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer fresh');
  });

  test('alone with the batch: nothing is sent', async () => {
    let asksForToken = false;
    let give: (token: string) => void = () => {};
    const { server, asked, giveUp } = aBatch(() => {
      asksForToken = true;
      return new Promise((resolve) => (give = resolve));
    });
    await expect.poll(() => asksForToken).toBe(true);
    giveUp(0, 1, 2, 3);
    give('fresh');

    expect(await outcomesOf(asked)).toEqual(['ABORTED', 'ABORTED', 'ABORTED', 'ABORTED']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests).toEqual([]);
  });

  test('by its own time-out', async () => {
    const server = smallServer({ 'movies.genres': () => [] });
    let give: (token: string) => void = () => {};
    const token = () => new Promise<string>((resolve) => (give = resolve));
    const matinee = createMatinee({ url, fetch: server.fetch, token, retries: 0 });
    const kept = matinee.movies.genres();

    await expect(matinee.movies.list({}, { timeoutMs: 10 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    give('late');
    await kept;

    expect(server.requests.map(({ paths }) => paths)).toEqual([['movies.genres']]);
  });
});

describe('mutations', () => {
  test('go each in a request of its own with a key of its own', async () => {
    const server = smallServer({ 'showtimes.unlockSeats!': () => ({ seatIds: [] }) });
    const matinee = createMatinee({ url, fetch: server.fetch });

    await Promise.all([
      matinee.showtimes.unlockSeats({ showtimeId: 'a' }),
      matinee.showtimes.unlockSeats({ showtimeId: 'b' }),
      matinee.showtimes.unlockSeats({ showtimeId: 'c' }, { idempotencyKey: 'mine' }),
    ]);

    const keys = server.requests.map(({ headers }) => headers.get('idempotency-key'));
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST']);
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe('mine');
    expect(keys[0]).toMatch(/^[\x20-\x7e]{16,255}$/);
  });

  test('send dates as dates', async () => {
    const server = smallServer({ 'showtimes.create!': (input) => input });
    const matinee = createMatinee({ url, fetch: server.fetch });
    const startTime = new Date('2026-03-29T00:30:00.000Z');

    const answered = await matinee.showtimes.create({
      movieId: 'm',
      theaterId: 't',
      startTime,
      price: '12.50',
    });

    expect(answered.startTime).toEqual(startTime);
  });
});
