import { aShowtime, aUser } from '@matinee/api/testing';
import type { AppRouter } from '@matinee/sdk';
import { QueryClient } from '@tanstack/react-query';
import {
  createTRPCClient,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
} from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { EventSource } from 'eventsource';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';

/*
 * tRPC's own client and its TanStack Query integration, typed by the `AppRouter` of the SDK, as a
 * tRPC user sets them up: nothing is configured but the address and superjson.
 */

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer();
  url = `${server.url}/trpc`;
});
afterAll(() => server.close());

const links = { httpBatchLink, httpBatchStreamLink, httpLink };

describe.each(Object.entries(links))("tRPC's %s", (_name, link) => {
  const client = () =>
    createTRPCClient<AppRouter>({ links: [link({ url, transformer: superjson })] });

  test('answers forty queries of one tick, dates as dates', async () => {
    const { movieId } = await aShowtime(server.app);
    const trpc = client();
    const movies = await Promise.all(
      Array.from({ length: 40 }, () => trpc.movies.get.query({ movieId })),
    );
    const [movie] = movies;
    expect(movies).toHaveLength(40);
    expect(movie?.createdAt).toBeInstanceOf(Date);
    expect(movie?.id).toBe(movieId);
  });

  test('has typed failures', async () => {
    const trpc = client();
    const movieId = '00000000-0000-4000-8000-000000000000';
    const failure: unknown = await trpc.movies.get
      .query({ movieId })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ data: { appCode: 'NOT_FOUND', httpStatus: 404 } });
  });
});

test('a stock client books, and watches', async () => {
  const { showtime, seatIds } = await aShowtime(server.app, { seats: 3 });
  const { token } = await aUser(server.app);
  const trpc = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url, transformer: superjson, EventSource }),
        false: httpBatchLink({
          url,
          transformer: superjson,
          headers: { authorization: `Bearer ${token}` },
        }),
      }),
    ],
  });
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
  const told: string[] = [];
  const watch = trpc.showtimes.onSeatsChanged.subscribe(
    { showtimeId: showtime.id },
    { onData: ({ data }) => told.push(...data.seats.map(({ status }) => status)) },
  );
  try {
    await expect.poll(() => told.length).toBe(3);
    const lock = await trpc.showtimes.lockSeats.mutate(input);
    expect(lock.expiresAt.getTime()).toBeGreaterThan(Date.now());
    const { reference } = await trpc.reservations.create.mutate(input);
    expect(reference).toMatch(/^[A-Z0-9]{8}$/);
    await expect.poll(() => told).toContain('reserved');
  } finally {
    watch.unsubscribe();
  }
});

test('@trpc/tanstack-react-query has options and keys for every query', async () => {
  const { movieId } = await aShowtime(server.app);
  const queryClient = new QueryClient();
  const client = createTRPCClient<AppRouter>({
    links: [httpBatchLink({ url, transformer: superjson })],
  });
  const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });

  const movie = await queryClient.query(trpc.movies.get.queryOptions({ movieId }));

  const title: string = movie.title;
  // @ts-expect-error: a date is no text
  const created: string = movie.createdAt;
  // @ts-expect-error: an unknown key
  const wrong = trpc.movies.get.queryOptions({ id: movieId });
  expect(queryClient.getQueryData(trpc.movies.get.queryKey({ movieId }))).toEqual(movie);
  expect([title, created, wrong].length).toBe(3);
});
