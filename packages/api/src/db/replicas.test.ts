import { afterAll, beforeAll, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser } from '../../test/builders.ts';
import { createTestDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';

/*
 * A second database stands for the replica: what is read there and what is not can be told apart,
 * which a true replica would not allow. A true one is in `standby.test.ts` of the server.
 */
let replica: TestDatabase;
let running: TestApp;
let forgetful: TestApp;
beforeAll(async () => {
  replica = await createTestDatabase();
  const other = await createTestApp({}, replica.url);
  await aShowtime(other.app);
  await other.close();
  running = await createTestApp({ database: { replicaUrls: [replica.url] } });
  forgetful = await createTestApp(
    { database: { replicaUrls: [replica.url], readYourWritesSeconds: 0 } },
    running.databaseUrl,
  );
});
afterAll(async () => {
  await forgetful.close();
  await running.close();
  await replica.drop();
});

test('lists and reports read from the replica; what decides a sale does not', async () => {
  const { admin, showtime, seatIds, movieId } = await aShowtime(forgetful.app);
  const { call } = await aUser(forgetful.app);

  const listed = await call.showtimes.list({});
  expect(listed.items.map(({ id }) => id)).not.toContain(showtime.id);
  expect(listed.items).toHaveLength(1);
  expect((await call.movies.list({})).items).toHaveLength(1);
  expect((await call.theaters.list({})).items).toHaveLength(1);
  expect((await call.movies.genres()).length).toBe(1);

  expect((await call.showtimes.get({ showtimeId: showtime.id })).id).toBe(showtime.id);
  expect((await call.movies.get({ movieId })).id).toBe(movieId);
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
  await call.showtimes.lockSeats(input);
  await call.reservations.create(input);
  expect((await call.showtimes.seats({ showtimeId: showtime.id })).counts.reserved).toBe(1);
  expect((await admin.call.admin.reports.popularMovies({})).rows).toEqual([]);
});

test('administrators read lists where they write, whichever server they wrote through', async () => {
  const { admin, movieId } = await aShowtime(running.app);
  const elsewhere = callerOf(forgetful.app, { token: admin.token });
  const { items } = await elsewhere.movies.list({});
  expect(items.map(({ id }) => id)).toContain(movieId);
});

test('users who have just changed something read from the primary, others do not', async () => {
  const { showtime, seatIds } = await aShowtime(running.app);
  const [buyer, visitor] = [await aUser(running.app), await aUser(running.app)];
  const listed = async ({ call }: typeof buyer) =>
    (await call.showtimes.list({})).items.map(({ id }) => id);

  expect(await listed(buyer)).not.toContain(showtime.id);
  await buyer.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) });
  expect(await listed(buyer)).toContain(showtime.id);
  expect(await listed(visitor)).not.toContain(showtime.id);
});

test('a replica that is down is not missed, and is left alone for a while', async () => {
  const nowhere = 'postgresql://nobody@127.0.0.1:1/none';
  const alone = await createTestApp({ database: { replicaUrls: [nowhere] } });
  const { showtime } = await aShowtime(alone.app);
  const { call } = await aUser(alone.app);
  for (const _read of [1, 2]) {
    const { items } = await call.showtimes.list({});
    expect(items.map(({ id }) => id)).toEqual([showtime.id]);
  }
  expect(alone.app.replicas.state).toBe('unavailable');
  expect(alone.app.replicas.figures).toMatchObject([
    { address: '127.0.0.1:1', reads: 0, passedOver: 2 },
  ]);
  await alone.close();
});
