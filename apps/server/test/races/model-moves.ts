import { expect } from 'vitest';
import { standardTicketType } from '../world.ts';
import { idsOf, moveStep, refusedAtOnce, refusedWithoutLock, told, within } from './model-turn.ts';
import type { Asked, Turn } from './model-turn.ts';
import {
  byPlace,
  foreignId,
  isHeld,
  limit,
  lockOf,
  max,
  money,
  nth,
  priceOf,
  refusal,
  statusOf,
  sum,
  theater,
  ttl,
} from './model.ts';
import type { Claim, Outcome, Sold, World } from './model.ts';

interface SeatLock {
  now: Date;
  seats: { seatId: string; expiresAt: Date }[];
}

const someSeats = ({ real }: World, wanted: number[] | undefined) => ({
  showtimeId: real.showtime.id,
  ...(wanted ? { seatIds: idsOf(real, wanted) } : {}),
});

export const lock = (asked: Asked) =>
  moveStep({
    path: 'lock',
    asked,
    input: someSeats,
    send: (caller, input) => caller.showtimes.lockSeats(input),
    predict: (turn) =>
      refusedAtOnce(turn) ?? refusedByLimit(turn) ?? refusedByOthers(turn) ?? takeSeats(turn),
  });

function refusedByLimit({ model, user, wanted = [], before: now }: Turn): Outcome | undefined {
  const held = theater.filter((seat) => isHeld(model, seat, { user, now }));
  const details = { limit, locked: held.length, requested: wanted.length };
  const isTooMany = new Set([...held, ...wanted]).size > limit;
  return isTooMany ? refusal('SEAT_LIMIT_EXCEEDED', details) : undefined;
}

function refusedByOthers({ model, real, user, wanted = [], before: now }: Turn) {
  const conflicts = byPlace(wanted).flatMap((seat) => {
    const reason = statusOf(model, seat, now);
    const isMine = isHeld(model, seat, { user, now });
    return reason === 'available' || isMine ? [] : [{ seatId: real.seatIds[seat], reason }];
  });
  return conflicts.length > 0 ? refusal('SEATS_UNAVAILABLE', { seats: conflicts }) : undefined;
}

function takeSeats(turn: Turn): Outcome {
  const { model, real, user, wanted = [], before: now } = turn;
  const { seats = [] } = told<SeatLock>(turn);
  for (const seat of wanted.filter((each) => !isHeld(model, each, { user, now }))) {
    const ends = seats.find(({ seatId }) => seatId === real.seatIds[seat])?.expiresAt;
    const lockedAt = within(turn, ends && new Date(ends.getTime() - ttl));
    const price = priceOf(model, seat);
    model.claims.set(seat, { user, price, lockedAt, until: lockedAt + ttl, sold: undefined });
  }
  return { value: seatLock(turn, wanted) };
}

function seatLock(turn: Turn, wanted: readonly number[]) {
  const { model, real, user } = turn;
  const { now } = told<SeatLock>(turn);
  within(turn, now);
  const locks = byPlace(wanted).flatMap((seat) => {
    const claim = lockOf(model, seat, user);
    return claim ? [{ ...claim, seatId: real.seatIds[seat], cap: claim.lockedAt + max }] : [];
  });
  return {
    showtimeId: real.showtime.id,
    now,
    seats: locks.map(({ seatId, price, until, cap }) => ({
      seatId,
      price: money(price),
      prices: [{ ticketTypeId: standardTicketType, price: money(price) }],
      expiresAt: new Date(until),
      maxExpiresAt: new Date(cap),
    })),
    totalPrice: money(sum(locks.map(({ price }) => price))),
    currency: 'USD',
    expiresAt: new Date(Math.min(...locks.map(({ until }) => until))),
    maxExpiresAt: new Date(Math.min(...locks.map(({ cap }) => cap))),
  };
}

export const extend = (asked: Asked) =>
  moveStep({
    path: 'extend',
    asked,
    input: someSeats,
    send: (caller, input) => caller.showtimes.extendLock(input),
    predict: (turn) => refusedAtOnce(turn) ?? refusedWithoutLock(turn) ?? extendSeats(turn),
  });

function extendSeats(turn: Turn): Outcome {
  const { model, real, user, before, after, came } = turn;
  const chosen =
    turn.wanted ?? theater.filter((seat) => isHeld(model, seat, { user, now: before }));
  const locks = chosen.flatMap((seat) => {
    const claim = lockOf(model, seat, user);
    return claim ? [{ claim, seatId: real.seatIds[seat] }] : [];
  });
  const endAt = ({ lockedAt, until }: Claim, now: number) =>
    Math.max(until, Math.min(now + ttl, lockedAt + max));
  const isLimited = (now: number) =>
    locks.every(({ claim }) => endAt(claim, now) - claim.until < 1_000);
  // If the second passes during the call, both answers are right.
  if (isLimited(after) || (isLimited(before) && 'code' in came)) {
    const cap = Math.min(...locks.map(({ claim }) => claim.lockedAt + max));
    return refusal('LOCK_EXTENSION_LIMIT', { maxExpiresAt: new Date(cap).toISOString() });
  }
  const { seats = [] } = told<SeatLock>(turn);
  for (const { claim, seatId } of locks) {
    const ends = seats.find((each) => each.seatId === seatId)?.expiresAt.getTime();
    expect(ends).toBeGreaterThanOrEqual(endAt(claim, before));
    expect(ends).toBeLessThanOrEqual(endAt(claim, after));
    claim.until = ends ?? claim.until;
  }
  return { value: seatLock(turn, chosen) };
}

export const unlock = (asked: Asked) =>
  moveStep({
    path: 'unlock',
    asked,
    input: someSeats,
    send: (caller, input) => caller.showtimes.unlockSeats(input),
    predict: ({ model, real, user, wanted = theater, before: now }) => {
      const own = wanted.filter((seat) => lockOf(model, seat, user));
      const alive = own.filter((seat) => isHeld(model, seat, { user, now }));
      own.forEach((seat) => model.claims.delete(seat));
      return { value: { seatIds: idsOf(real, alive).toSorted() } };
    },
  });

export const confirm = (asked: Asked) =>
  moveStep({
    path: 'confirm',
    asked,
    input: someSeats,
    send: (caller, input) => caller.reservations.create(input),
    predict: (turn) => refusedAtOnce(turn) ?? refusedWithoutLock(turn) ?? sellSeats(turn),
  });

function sellSeats(turn: Turn): Outcome {
  const { model, real, user, wanted = [] } = turn;
  const { id = '', reference = '', createdAt } = told<Sold>(turn);
  expect(reference).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
  const seats = byPlace(wanted);
  const prices = seats.map((seat) => model.claims.get(seat)?.price ?? Number.NaN);
  const at = new Date(within(turn, createdAt));
  const ended = { cancelledAt: null, cancelReason: null };
  const sold: Sold = { id, reference, user, seats, prices, createdAt: at, ...ended };
  model.reservations.push(sold);
  for (const seat of seats) {
    const claim = model.claims.get(seat);
    model.claims.set(seat, { ...(claim as Claim), sold });
  }
  return { value: reservation({ model, real }, sold) };
}

export function reservation({ model, real }: Pick<World, 'model' | 'real'>, sold: Sold) {
  const {
    showtime,
    theater: { seats: places },
  } = real;
  const { id, reference, seats, prices, createdAt, cancelledAt, cancelReason } = sold;
  const { movie, theater: house } = showtime;
  return {
    id,
    reference,
    status: cancelledAt ? 'cancelled' : 'confirmed',
    showtime: {
      id: showtime.id,
      startTime: showtime.startTime,
      endTime: showtime.endTime,
      movie: { id: movie.id, title: movie.title },
      theater: { id: house.id, name: house.name },
    },
    seats: seats.map((seat, index) => {
      const { outOfOrder: _isOut, features: _features, ...place } = places[seat] ?? {};
      return { ...place, price: money(prices[index] ?? Number.NaN), ...standard, cancelledAt };
    }),
    totalPrice: money(sum(prices)),
    currency: 'USD',
    createdAt,
    cancelledAt,
    showCancelReason: model.isCancelled ? reasonOfCancelling : null,
    cancelReason,
    total: money(sum(prices)),
    ...unpaid,
  };
}

/** What every seat has where there is one ticket type. */
const standard = {
  ticketType: {
    id: '00000000-0000-7000-8000-000000000001',
    code: 'standard',
    name: 'Standard',
  },
  discount: '0.00',
  tax: '0.00',
};

/** What every reservation has that nobody pays for in advance. */
const unpaid = {
  channel: 'web',
  contactEmail: null,
  customerName: null,
  fees: '0.00',
  discount: '0.00',
  tax: '0.00',
  refunded: '0.00',
  payment: null,
  refunds: [],
};

/** Why the show is cancelled. */
export const reasonOfCancelling = 'No electricity';

/** Cancels one reservation: its owner does it, or with `stranger` the user that `asked` names. */
export const cancel = ({ stranger, ...asked }: Asked & { which: number; stranger: boolean }) =>
  moveStep({
    path: 'cancel',
    asked: stranger ? { ...asked, which: undefined } : asked,
    input: ({ model }) => ({ reservationId: nth(model, asked.which)?.id ?? foreignId }),
    send: (caller, input) => caller.reservations.cancel(input),
    predict: (turn) => {
      const { model, real, user, value } = turn;
      const { reservationId } = value as { reservationId: string };
      const sold = model.reservations.find(({ id }) => id === reservationId);
      if (sold?.user !== user) {
        return refusal('NOT_FOUND');
      }
      if (sold.cancelledAt) {
        return refusal('ALREADY_CANCELLED');
      }
      sold.cancelledAt = new Date(within(turn, told<Sold>(turn).cancelledAt ?? undefined));
      sold.cancelReason = 'customer';
      sold.seats.forEach((seat) => model.claims.delete(seat));
      return { value: reservation({ model, real }, sold) };
    },
  });
