import { sweep } from '@matinee/api';
import { callerOf, password } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import { expect } from 'vitest';
import { standardTicketType } from '../world.ts';
import { reasonOfCancelling, reservation } from './model-moves.ts';
import { databaseClock, outcomeOf, Step } from './model-turn.ts';
import {
  isHeld,
  lockOf,
  minute,
  money,
  names,
  priceOf,
  refusal,
  statusOf,
  sum,
  theater,
} from './model.ts';
import type { World } from './model.ts';

interface Prices {
  price: number;
  premium: number | undefined;
}

export const edit = (prices: Prices) =>
  new Step(`edit(${prices.price} ${prices.premium ?? ''})`, (world) => editPrices(world, prices));

async function editPrices({ model, real }: World, { price, premium }: Prices): Promise<void> {
  const seatTypePrices = premium === undefined ? {} : { premium: money(premium) };
  const change = { price: money(price), seatTypePrices };
  const { id: showtimeId } = real.showtime;
  const came = await outcomeOf(real.admin.call.showtimes.update({ showtimeId, ...change }));
  if (model.isCancelled) {
    expect(came).toEqual(refusal('SHOWTIME_CANCELLED'));
    return;
  }
  expect(came).toMatchObject({ value: change });
  Object.assign(model, { price, premium });
}

export async function cancelTheShow({ model, real }: World): Promise<void> {
  const order = { showtimeId: real.showtime.id, reason: reasonOfCancelling };
  const came = await outcomeOf(real.admin.call.showtimes.cancel(order));
  if (model.isCancelled) {
    expect(came).toEqual(refusal('ALREADY_CANCELLED'));
    return;
  }
  const live = model.reservations.filter(({ cancelledAt }) => !cancelledAt);
  const seats = sum(live.map((each) => each.seats.length));
  const counts = { cancelledReservations: live.length, seats };
  expect(came).toMatchObject({ value: counts });
  const { showtime } = (came as { value: { showtime: { cancelledAt: Date } } }).value;
  live.forEach((each) =>
    Object.assign(each, {
      cancelledAt: showtime.cancelledAt,
      cancelReason: 'show_cancelled' as const,
    }),
  );
  model.isCancelled = true;
  model.claims.clear();
}

/** Time passes for the locks: their clocks are put back. */
export const wait = (minutes: number) =>
  new Step(`wait(${minutes})`, async ({ model, real }) => {
    await real.app.pool.query(
      `update seat_claims set locked_at = locked_at - make_interval(secs => $2),
         expires_at = expires_at - make_interval(secs => $2)
       where showtime_id = $1 and reservation_id is null`,
      [real.showtime.id, minutes * 60],
    );
    for (const claim of model.claims.values()) {
      claim.lockedAt -= claim.sold ? 0 : minutes * minute;
      claim.until -= claim.sold ? 0 : minutes * minute;
    }
  });

export async function sweepAll({ model, real }: World): Promise<void> {
  const now = await databaseClock(real);
  await sweep(real.app);
  for (const [seat, { sold, until }] of model.claims) {
    if (!sold && until <= now) {
      model.claims.delete(seat);
    }
  }
}

export const disable = (user: number) =>
  new Step(`disable(${names[user]})`, async ({ model, real }) => {
    await real.admin.call.admin.users.disable({ userId: real.people[user]?.id ?? '' });
    model.isDisabled[user] = true;
    const held = theater.filter((seat) => lockOf(model, seat, user));
    held.forEach((seat) => model.claims.delete(seat));
  });

export const enable = (user: number) =>
  new Step(`enable(${names[user]})`, async ({ model, real }) => {
    const person = real.people[user] as Person;
    await real.admin.call.admin.users.enable({ userId: person.id });
    const { email } = person;
    const { accessToken: token } = await callerOf(real.app).auth.login({ email, password });
    real.people[user] = { ...person, token, call: callerOf(real.app, { token }) };
    model.isDisabled[user] = false;
  });

export const look = (user: number) =>
  new Step(`look(${names[user]})`, (world) => expectSeats(world, user));

export async function expectSeats({ model, real }: World, user: number): Promise<void> {
  const before = await databaseClock(real);
  const { id: showtimeId } = real.showtime;
  const came = await outcomeOf(
    real.people[user]?.call.showtimes.seats({ showtimeId }) ?? Promise.reject(new Error('nobody')),
  );
  if (model.isDisabled[user]) {
    expect(came).toEqual(refusal('TOKEN_INVALID'));
    return;
  }
  const seats = theater.map((seat) => {
    const { outOfOrder: _isOut, ...place } = real.theater.seats[seat] ?? {};
    const own = isHeld(model, seat, { user, now: before }) ? model.claims.get(seat) : undefined;
    const mark = own ? { yours: true, lockedUntil: new Date(own.until) } : {};
    const price = money(own?.price ?? priceOf(model, seat));
    const status = model.isCancelled ? 'blocked' : statusOf(model, seat, before);
    return { ...place, price, status, ...mark };
  });
  const count = (status: string) => seats.filter((seat) => seat.status === status).length;
  const counts = {
    total: theater.length,
    available: count('available'),
    locked: count('locked'),
    reserved: count('reserved'),
    blocked: count('blocked'),
  };
  const instants = { version: expect.any(String) as string, now: expect.any(Date) as Date };
  const premium = model.premium === undefined ? {} : { premium: money(model.premium) };
  const prices = { regular: money(model.price), ...premium };
  const ticketTypes = [{ id: standardTicketType, code: 'standard', name: 'Standard', prices }];
  const head = { showtimeId, ...instants, currency: 'USD', priceListId: null, ticketTypes };
  expect(came).toEqual({ value: { ...head, seats, counts } });
}

export async function expectReservations({ model, real }: World, user: number): Promise<void> {
  const { items } = (await real.people[user]?.call.reservations.list({ limit: 100 })) ?? {};
  const listed = items?.filter(({ showtime }) => showtime.id === real.showtime.id);
  const own = model.reservations.filter((each) => each.user === user).toReversed();
  expect(listed).toEqual(own.map((each) => reservation({ model, real }, each)));
}
