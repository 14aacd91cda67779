import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aGuest, aShowtime, aUser, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { aGate } from '../../test/door.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { proofTokenOf } from '../../test/links.ts';

let strict: TestApp;
beforeAll(async () => {
  strict = await createTestApp({ emailProof: true });
});
afterAll(() => strict.close());

const refusal = (limit: number) => ({ code: 'EMAIL_NOT_VERIFIED', details: { limit } });

/** A show of six seats, and ways to lock and book those at places. */
async function aScene({ app }: TestApp = strict) {
  const { showtime, seatIds } = await aShowtime(app, { seats: 6 });
  const at = (...places: number[]) => ({
    showtimeId: showtime.id,
    seatIds: places.map((place) => seatIds[place] ?? ''),
  });
  const lock = ({ call }: Person, ...places: number[]) => call.showtimes.lockSeats(at(...places));
  const book = ({ call }: Person, ...places: number[]) => call.reservations.create(at(...places));
  return { lock, book, at };
}

test.each([
  ['an account without a proven address', () => aUser(strict.app)],
  ['a guest', () => aGuest(strict.app)],
])('%s locks two seats of a show, and books none', async (_who, aPerson) => {
  const { lock, book } = await aScene();
  const person = await aPerson();
  expect(await refusalOf(lock(person, 0, 1, 2))).toEqual(refusal(2));
  await lock(person, 0, 1);
  // They are still theirs, and no third one is.
  await lock(person, 1);
  expect(await refusalOf(lock(person, 2))).toEqual(refusal(2));
  expect(await refusalOf(book(person, 0, 1))).toEqual(refusal(0));
});

test('of many requests at once, an account without a proven address gets two seats', async () => {
  const { lock, at } = await aScene();
  const person = await aUser(strict.app);
  await Promise.allSettled([0, 1, 2, 3, 4, 5].map((place) => lock(person, place)));
  const { seats } = await person.call.showtimes.seats({ showtimeId: at().showtimeId });
  expect(seats.filter(({ yours }) => yours)).toHaveLength(2);
});

test('an account whose address is proven books as others do', async () => {
  const { lock, book } = await aScene();
  const person = await aUser(strict.app);
  await lock(person, 0, 1);
  await person.call.auth.verifyEmail({ token: await proofTokenOf(strict.app, person.id) });
  await lock(person, 2, 3);
  expect((await book(person, 0, 1, 2, 3)).status).toBe('confirmed');
});

test('staff book without a proof', async () => {
  const { lock, book } = await aScene();
  const gate = await aGate(strict.app);
  await lock(gate, 0, 1, 2);
  expect((await book(gate, 0, 1, 2)).status).toBe('confirmed');
});

test('where something is paid, no proof is asked for', async () => {
  const paid = await createTestApp({ emailProof: true }, undefined, {
    payments: [new FakeProvider()],
  });
  try {
    const { lock, book } = await aScene(paid);
    const person = await aUser(paid.app);
    await lock(person, 0, 1, 2);
    expect((await book(person, 0, 1, 2)).status).toBe('pending');
  } finally {
    await paid.close();
  }
});

test('a session that is over is reported before the missing proof', async () => {
  const { lock, book } = await aScene();
  const person = await aUser(strict.app);
  await lock(person, 0, 1);
  await strict.app.pool.query('delete from sessions where user_id = $1', [person.id]);
  expect((await refusalOf(lock(person, 2))).code).toBe('TOKEN_INVALID');
  expect((await refusalOf(book(person, 0, 1))).code).toBe('TOKEN_INVALID');
});
