import type { App } from '@matinee/api';
import { aShowtime, aUser, brokenInvariants } from '@matinee/api/testing';
import fc from 'fast-check';
import { expect } from 'vitest';
import { cancel, confirm, extend, lock, unlock } from './model-moves.ts';
import {
  cancelTheShow,
  disable,
  edit,
  enable,
  expectReservations,
  expectSeats,
  look,
  sweepAll,
  wait,
} from './model-others.ts';
import { Step } from './model-turn.ts';
import type { Asked } from './model-turn.ts';
import {
  foreign,
  limit,
  minute,
  money,
  names,
  newModel,
  outOfOrder,
  premiumSeat,
  theater,
} from './model.ts';
import type { Model, Real, World } from './model.ts';

/** A theater with everything in it, and people; made once, they outlive a sequence. */
export async function openTheater(app: App): Promise<Real> {
  const scene = await aShowtime(app, {
    rows: [
      {
        label: 'A',
        seats: theater.length,
        overrides: [
          { position: premiumSeat + 1, seatType: 'premium' },
          { position: outOfOrder + 1, outOfOrder: true },
        ],
      },
    ],
  });
  return { ...scene, app, people: await Promise.all(names.map(() => aUser(app))) };
}

/** A showtime of its own for each sequence, a day after the one before. */
export async function newWorld(real: Real, before: Model | undefined): Promise<World> {
  const { app, movieId, showtime, theater: house, admin } = real;
  const model = newModel();
  // Rows that break an invariant must not fail the next sequence.
  await app.pool.query(
    `delete from deliveries; delete from outbox; delete from reservation_events;
     delete from reservation_log; delete from reservation_seats; delete from seat_claims; delete from reservations;
     delete from idempotency_keys`,
  );
  const disabled = [...names.keys()].filter((user) => before?.isDisabled[user]);
  await Promise.all(disabled.map((user) => enable(user).run(model, real)));
  const next = await admin.call.showtimes.create({
    movieId,
    theaterId: house.id,
    startTime: new Date(showtime.startTime.getTime() + 1_440 * minute),
    price: money(model.price),
    seatTypePrices: { premium: money(model.premium ?? model.price) },
  });
  Object.assign(real, { showtime: next });
  return { model, real };
}

/** Any step; the useful ones are more frequent. */
function anyStep() {
  const user = fc.nat(names.length - 1);
  const key = fc.oneof(
    { weight: 8, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('key1', 'key2') },
  );
  // Mostly seats that exist.
  const seat = fc.oneof(
    { weight: 20, arbitrary: fc.nat(outOfOrder - 1) },
    { weight: 1, arbitrary: fc.constantFrom(outOfOrder, foreign) },
  );
  const named = fc.uniqueArray(seat, { minLength: 1, maxLength: limit });
  const own = fc.constant('own' as const);
  const all = fc.constant(undefined);
  const asked = (...seats: fc.Arbitrary<Asked['seats']>[]) =>
    fc.record({ user, key, seats: fc.oneof(...seats) });
  const which = fc.nat(3);
  const stranger = fc.nat(3).map((one) => one === 1);
  const price = fc.integer({ min: 0, max: 2_000 });
  const prices = fc.record({ price, premium: fc.option(price, { nil: undefined }) });
  return fc.oneof(
    { weight: 30, arbitrary: asked(named).map(lock) },
    { weight: 20, arbitrary: asked(own, own, named).map(confirm) },
    { weight: 12, arbitrary: asked(own, all, named).map(extend) },
    { weight: 6, arbitrary: asked(own, all, named).map(unlock) },
    { weight: 10, arbitrary: fc.record({ user, key, which, stranger }).map(cancel) },
    { weight: 5, arbitrary: fc.constant(new Step('again()', ({ model }) => model.again())) },
    { weight: 8, arbitrary: prices.map(edit) },
    // No sum of these is close to a TTL or a cap.
    { weight: 10, arbitrary: fc.constantFrom(3.3, 3.3, 7.9, 13.7).map(wait) },
    { weight: 3, arbitrary: fc.constant(new Step('sweep()', sweepAll)) },
    { weight: 2, arbitrary: user.map(disable) },
    { weight: 4, arbitrary: user.map(enable) },
    { weight: 4, arbitrary: user.map(look) },
    { weight: 1, arbitrary: fc.constant(new Step('cancelShow()', cancelTheShow)) },
  );
}

export function sequences(real: Real) {
  const { FAST_CHECK_REPLAY_PATH: replayPath } = process.env;
  const options = { maxCommands: 40, size: 'max' as const, ...(replayPath ? { replayPath } : {}) };
  let before: Model | undefined;
  return fc.asyncProperty(fc.commands([anyStep()], options), async (sequence) => {
    const world = await newWorld(real, before);
    before = world.model;
    await fc.asyncModelRun(() => world, sequence);
    for (const user of names.keys()) {
      await expectSeats(world, user);
      if (!world.model.isDisabled[user]) {
        await expectReservations(world, user);
      }
    }
    expect(await brokenInvariants(real.app.pool)).toEqual({});
  });
}
