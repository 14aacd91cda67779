import { createMatinee } from '@matinee/sdk';
import type { Movie, Page } from '@matinee/sdk';
import { describe, expect, test } from 'vitest';
import { smallServer } from '../../test/small-server.ts';
import { matineeQueries } from './queries.ts';

const url = 'http://matinee.test';
const { signal } = new AbortController();

function setUp(handlers: Parameters<typeof smallServer>[0] = {}) {
  const server = smallServer(handlers);
  const queries = matineeQueries(createMatinee({ url, fetch: server.fetch }));
  return { server, queries };
}

describe('keys', () => {
  const { queries } = setUp();

  test('are a path and an input, and begin with those of their namespace', () => {
    expect(queries.pathKey()).toEqual(['matinee']);
    expect(queries.admin.reports.pathKey()).toEqual(['matinee', 'admin', 'reports']);
    expect(queries.movies.get.queryKey({ movieId: 'm' })).toEqual([
      ...queries.movies.pathKey(),
      'get',
      { movieId: 'm' },
    ]);
    expect(queries.movies.get.queryKey()).toEqual([...queries.movies.pathKey(), 'get']);
    expect(queries.auth.login.mutationKey()).toEqual(['matinee', 'auth', 'login']);
  });

  test('of a page and of all pages differ', () => {
    const { queryKey } = queries.movies.list.queryOptions({ genre: 'Drama' });
    const all = queries.movies.list.infiniteQueryOptions({ genre: 'Drama' });
    expect(queryKey).not.toEqual(all.queryKey);
    expect(all.queryKey.slice(0, 3)).toEqual(queries.movies.list.queryKey());
  });
});

describe('options', () => {
  test('of a query ask, and can be given up', async () => {
    const { queries } = setUp({ 'movies.get': ({ movieId }: { movieId: string }) => movieId });
    const { queryFn, retry } = queries.movies.get.queryOptions({ movieId: 'm' });
    expect(await queryFn({ signal })).toBe('m');
    expect(retry).toBe(false);
    await expect(queryFn({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });

  test('of a list go from page to page', async () => {
    const { queries, server } = setUp({
      'movies.list': ({ cursor }: { cursor?: string }) => ({
        items: [],
        nextCursor: cursor === undefined ? 'second' : null,
      }),
    });
    const { queryFn, initialPageParam, getNextPageParam } =
      queries.movies.list.infiniteQueryOptions({ limit: 5 });
    const first: Page<Movie> = await queryFn({ pageParam: initialPageParam, signal });
    const next = getNextPageParam(first);
    const second = await queryFn({ pageParam: next, signal });
    expect([next, getNextPageParam(second)]).toEqual(['second', null]);
    expect(server.requests).toHaveLength(2);
  });

  test('of a mutation send it with a key of its own', async () => {
    const { queries, server } = setUp({ 'movies.delete!': () => ({}) });
    const { mutationFn } = queries.movies.delete.mutationOptions({ idempotencyKey: 'mine' });
    await mutationFn({ movieId: 'm' });
    expect(server.requests[0]?.headers.get('idempotency-key')).toBe('mine');
  });

  test('are typed by the input', () => {
    const { queries } = setUp();
    const byDate = queries.admin.reports.revenue.queryOptions({ groupBy: 'date' });
    type Row = Awaited<ReturnType<typeof byDate.queryFn>>['rows'][number];
    const row: Pick<Row, 'date'> = { date: '2026-11-28' };
    // @ts-expect-error: an unknown key
    queries.movies.get.queryOptions({ id: 'm' });
    // @ts-expect-error: which movie?
    queries.movies.get.queryOptions();
    // @ts-expect-error: a subscription is no query
    void queries.showtimes.onSeatsChanged;
    // @ts-expect-error: a row of a day has no title
    const wrong: Pick<Row, 'title'> = {};
    expect({ ...row, ...wrong }).toEqual({ date: '2026-11-28' });
  });
});
