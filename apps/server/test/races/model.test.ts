import { randomInt } from 'node:crypto';
import { brokenInvariants, createTestApp } from '@matinee/api/testing';
import type { TestApp } from '@matinee/api/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { confirm, lock } from './model-moves.ts';
import { newWorld, openTheater, sequences } from './model-sequences.ts';
import { limit } from './model.ts';
import { rewrite } from './sabotage.ts';

/*
 * Sequences of everything that can be done with a handful of seats, by several people, made at
 * random. A model that fits on a page predicts every answer, refusals with their details, and the
 * seat map at the end. A sequence that goes otherwise is shrunk to the shortest that does.
 *
 * Repeating a failure: FAST_CHECK_SEED, FAST_CHECK_PATH and FAST_CHECK_REPLAY_PATH, as printed.
 */

const seed = Number(process.env.FAST_CHECK_SEED ?? randomInt(2 ** 31));
/** The length of a search, unless it repeats a failure. */
const normalRunMs = 12_000;

let here: TestApp;
beforeEach(async () => {
  here = await createTestApp({ seatLock: { ttlMinutes: 10, maxMinutes: 30, maxSeats: limit } });
});
afterEach(() => here.close());

test(`everybody is told what the model predicts (seed ${seed})`, { timeout: 120_000 }, async () => {
  const { FAST_CHECK_PATH: path } = process.env;
  const found = await fc.check(sequences(await openTheater(here.app)), {
    seed,
    ...(path === undefined ? { plugins: [fc.interruptAfterTimeLimit(normalRunMs)] } : { path }),
    numRuns: 10_000,
  });
  expect(fc.defaultReportMessage(found)).toBeUndefined();
  expect(found.numRuns).toBeGreaterThan(0);
});

/** Sequences that went otherwise once. */
const regressions = {
  'a seat that one has bought makes no room under the limit': () => [
    lock({ user: 1, seats: [0] }),
    confirm({ user: 1, seats: [0] }),
    lock({ user: 1, seats: [1, 2] }),
    lock({ user: 1, seats: [3, 0] }),
  ],
};

test.for(Object.entries(regressions))('%s', async ([, steps]) => {
  const { model, real } = await newWorld(await openTheater(here.app), undefined);
  for (const step of steps()) {
    await step.run(model, real);
  }
  expect(await brokenInvariants(here.app.pool)).toEqual({});
});

const bugs = {
  'a purchase at the price of the day': {
    sabotage: rewrite(
      'purchase_lines',
      'coalesce(c.price, seat_price(s.seat_type, t.price, t.premium_price, t.vip_price))',
      'seat_price(s.seat_type, t.price, t.premium_price, t.vip_price)',
    ),
    shortest: ['lock', 'edit', 'confirm'],
  },
  'a clock that is moved by locking again': {
    sabotage: rewrite(
      'lock_seats',
      'where c.reservation_id is null and c.expires_at <= clock_timestamp()',
      `where c.reservation_id is null
        and (c.expires_at <= clock_timestamp() or c.user_id = p_user)`,
    ),
    shortest: ['lock', 'lock'],
  },
};

test.for(Object.entries(bugs))('finds and shrinks %s', { timeout: 120_000 }, async ([, bug]) => {
  await bug.sabotage({ query: here.asOwner });
  // No limit of time: an interrupted shrinking ends anywhere. A seed of its own: from some others the
  // shrinking ends at a sequence that is as long as it must be, but not the shortest there is.
  const options = { seed: 20_261_129, numRuns: 500 };
  const { failed, counterexample } = await fc.check(
    sequences(await openTheater(here.app)),
    options,
  );
  // A sabotaged product breaks invariants by design.
  await here.asOwner(
    'truncate users, showtimes, theaters, movies, outbox, idempotency_keys cascade',
  );
  expect(failed).toBe(true);
  const steps = [...(counterexample?.[0] ?? [])].map(String).filter((step) => step !== '');
  expect(steps.map((step) => step.split('(')[0])).toEqual(bug.shortest);
});
