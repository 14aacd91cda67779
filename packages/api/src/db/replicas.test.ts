import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, testConfig } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime } from '../../test/builders.ts';
import { createTestDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';

/*
 * A second database stands for the replica: what is read there and what is not can be told apart,
 * which a true replica would not allow.
 */
let replica: TestDatabase;
let running: TestApp;
beforeAll(async () => {
  replica = await createTestDatabase();
  const { database } = testConfig('unused');
  const other = await createTestApp({}, replica.url);
  await aShowtime(other.app);
  await other.close();
  running = await createTestApp({ database: { ...database, replicaUrls: [replica.url] } });
});
afterAll(async () => {
  await running.close();
  await replica.drop();
});

test('lists and reports read from the replica; what decides a sale does not', async () => {
  const { admin, showtime, seatIds, movieId } = await aShowtime(running.app);
  const { call } = admin;

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
});

test('a replica that is down is not missed', async () => {
  const { database } = testConfig('unused');
  const nowhere = 'postgresql://nobody@127.0.0.1:1/none';
  const alone = await createTestApp({ database: { ...database, replicaUrls: [nowhere] } });
  const { admin, showtime } = await aShowtime(alone.app);
  const { items } = await admin.call.showtimes.list({});
  expect(items.map(({ id }) => id)).toEqual([showtime.id]);
  await alone.close();
});
