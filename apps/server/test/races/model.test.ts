import { randomInt } from 'node:crypto';
import { sweep } from '@matinee/api';
import {
  aShowtime,
  aUser,
  brokenInvariants,
  callerOf,
  createTestApp,
  password,
  refusalOf,
} from '@matinee/api/testing';
import type { Person, Scene, TestApp } from '@matinee/api/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rewrite } from './sabotage.ts';

/*
 * Sequences of everything that can be done with a handful of seats, by several people, made at
 * random. A model that fits on a page predicts every answer, refusals with their details, and the
 * seat map at the end. A sequence that goes otherwise is shrunk to the shortest that does.
 *
 * Repeating a failure: FAST_CHECK_SEED, FAST_CHECK_PATH and FAST_CHECK_REPLAY_PATH, as printed.
 */

const seed = Number(process.env.FAST_CHECK_SEED ?? randomInt(2 ** 31));
const minute = 60_000;
const ttl = 10 * minute;
const max = 30 * minute;
const limit = 3;
/** How long is searched, unless a failure is repeated. */
const normalRunMs = 12_000;

let here: TestApp;
beforeEach(async () => {
  here = await createTestApp({ seatLock: { ttlMinutes: 10, maxMinutes: 30, maxSeats: limit } });
});
afterEach(() => here.close());

test(`everybody is told what the model predicts (seed ${seed})`, { timeout: 120_000 }, async () => {
  const { FAST_CHECK_PATH: path } = process.env;
  const found = await fc.check(sequences(await openTheater()), {
    seed,
    ...(path === undefined ? { interruptAfterTimeLimit: normalRunMs } : { path }),
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
  const { model, real } = await newWorld(await openTheater(), undefined);
  for (const step of steps()) {
    await step.run(model, real);
  }
  expect(await brokenInvariants(here.app.pool)).toEqual({});
});

const bugs = {
  'a purchase at the price of the day': {
    sabotage: rewrite(
      'confirm_seats',
      'sum(price)',
      `sum((select case s.seat_type when 'premium' then coalesce(t.premium_price, t.price)
          else t.price end from seats s, showtimes t where s.id = seat_id and t.id = p_showtime))`,
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
  await bug.sabotage(here.app.pool);
  // No limit of time: an interrupted shrinking ends anywhere.
  const options = { seed, numRuns: 500 };
  const { failed, counterexample } = await fc.check(sequences(await openTheater()), options);
  // What a sabotaged product has done breaks invariants by design.
  await here.app.pool.query('truncate users, showtimes, theaters, movies cascade');
  expect(failed).toBe(true);
  const steps = [...(counterexample?.[0] ?? [])].map(String).filter((step) => step !== '');
  expect(steps.map((step) => step.split('(')[0])).toEqual(bug.shortest);
});

// --- The model. ---

interface Claim {
  user: number;
  /** In cents. */
  price: number;
  lockedAt: number;
  until: number;
  sold: Sold | undefined;
}

interface Sold {
  id: string;
  reference: string;
  user: number;
  seats: number[];
  prices: number[];
  createdAt: Date;
  cancelledAt: Date | null;
}

interface Model {
  price: number;
  premium: number | undefined;
  isCancelled: boolean;
  isDisabled: boolean[];
  /** By seat. A lock that has run out stays until it is swept, given back or taken over. */
  claims: Map<number, Claim>;
  reservations: Sold[];
  /** What was answered, by user and idempotency key. */
  answers: Map<string, { request: string; value: unknown }>;
  /** Repeats the last request that had a key. */
  again: () => Promise<void>;
}

interface Real extends Scene {
  people: Person[];
}

interface World {
  model: Model;
  real: Real;
}

type Outcome = { value: unknown } | { code: string; details: unknown };

const names = ['ann', 'bob', 'cyd'];
const theater = [0, 1, 2, 3, 4];
const premiumSeat = 1;
const outOfOrder = 4;
const foreign = 5;
const foreignId = '00000000-0000-4000-8000-000000000000';

const newModel = (): Model => ({
  price: 1_000,
  premium: 1_550,
  isCancelled: false,
  isDisabled: names.map(() => false),
  claims: new Map(),
  reservations: [],
  answers: new Map(),
  again: async () => {},
});

const refusal = (code: string, details: unknown = {}): Outcome => ({ code, details });
const money = (cents: number) => (cents / 100).toFixed(2);
const sum = (amounts: number[]) => amounts.reduce((total, each) => total + each, 0);
const byPlace = (wanted: readonly number[]) => wanted.toSorted((a, b) => a - b);

function priceOf({ price, premium }: Model, seat: number): number {
  return seat === premiumSeat ? (premium ?? price) : price;
}

function lockOf({ claims }: Model, seat: number, user: number): Claim | undefined {
  const claim = claims.get(seat);
  return claim?.user === user && !claim.sold ? claim : undefined;
}

function isHeld(model: Model, seat: number, { user, now }: { user: number; now: number }): boolean {
  return (lockOf(model, seat, user)?.until ?? 0) > now;
}

function statusOf({ claims }: Model, seat: number, now: number) {
  const claim = claims.get(seat);
  if (claim?.sold) {
    return 'reserved';
  }
  if (claim && claim.until > now) {
    return 'locked';
  }
  return seat === outOfOrder ? 'blocked' : 'available';
}

// --- One turn of a user: what was asked, and what came. ---

interface Asked {
  user: number;
  /**
   * `own`: those that the user has locked, alive or not, or somebody else if this one has none.
   * Left out: no seats are named.
   */
  seats?: number[] | 'own' | undefined;
  /** One of the reservations, whose owner acts. */
  which?: number | undefined;
  key?: string | undefined;
}

interface Turn extends World {
  user: number;
  /** The seats named, if any. */
  wanted: number[] | undefined;
  /** The input as it was sent. */
  value: object;
  came: Outcome;
  /** The database's clock just before the call, and just after. */
  before: number;
  after: number;
}

interface Move {
  path: string;
  asked: Asked;
  input: (world: World, wanted: number[] | undefined) => object;
  send: (caller: Person['call'], input: never) => Promise<unknown>;
  /** Predicts the outcome and changes the model. Instants and ids are taken from what came. */
  predict: (turn: Turn) => Outcome;
}

class Step implements fc.AsyncCommand<Model, Real> {
  #name: string;
  readonly #play: (world: World, rename: (name: string) => void) => Promise<void>;

  constructor(name: string, play: (world: World, rename: (name: string) => void) => Promise<void>) {
    this.#name = name;
    this.#play = play;
  }

  check = () => true;
  run = (model: Model, real: Real) => this.#play({ model, real }, (name) => (this.#name = name));
  /** What it does, or what it did where that depends on what was there. */
  toString = () => this.#name;
}

/** A move of a user: what holds for all of them (account, idempotency key), then its own rules. */
function moveStep({ path, asked, input, send, predict }: Move): Step {
  return new Step(`${path}(…)`, async (world, rename) => {
    const { user, wanted } = actorOf(world.model, asked);
    const places = (wanted ?? []).map((seat) => `A${seat + 1}`);
    rename(`${path}(${[names[user], ...places, asked.key].filter(Boolean).join(' ')})`);
    const value = input(world, wanted);
    const key = asked.key && `${world.real.showtime.id} ${asked.key}`;
    const request = { slot: key && `${user} ${key}`, request: `${path} ${JSON.stringify(value)}` };
    const act = async () => {
      const token = world.real.people[user]?.token;
      const caller = callerOf(here.app, { token, ...(key === undefined ? {} : { key }) });
      const before = await databaseClock();
      const came = await outcomeOf(send(caller, value as never));
      const after = await databaseClock();
      const turn = { ...world, user, wanted, value, came, before, after };
      expectOutcome(turn, { ...request, predict });
    };
    world.model.again = key === undefined ? world.model.again : act;
    await act();
  });
}

/** Who acts, and on which seats. Never on none: a list of seats has at least one. */
function actorOf(model: Model, { user, seats, which }: Asked) {
  if (seats !== 'own') {
    const owner = which === undefined ? undefined : nth(model, which)?.user;
    return { user: owner ?? user, wanted: seats };
  }
  const ownOf = (each: number) => theater.filter((seat) => lockOf(model, seat, each));
  const holder = [user, ...names.keys()].find((each) => ownOf(each).length > 0);
  return holder === undefined ? { user, wanted: [0] } : { user: holder, wanted: ownOf(holder) };
}

interface Request {
  /** Where the answer is kept when there is an idempotency key. */
  slot: string | undefined;
  request: string;
  predict: Move['predict'];
}

function expectOutcome(turn: Turn, { slot, request, predict }: Request): void {
  const { model, user, came } = turn;
  const known = slot === undefined ? undefined : model.answers.get(slot);
  if (model.isDisabled[user]) {
    expect(came).toEqual(refusal('TOKEN_INVALID'));
  } else if (known) {
    const isSame = known.request === request;
    expect(came).toEqual(isSame ? { value: known.value } : refusal('IDEMPOTENCY_KEY_REUSED'));
  } else {
    expect(came).toEqual(predict(turn));
    if (slot !== undefined && 'value' in came) {
      model.answers.set(slot, { request, value: came.value });
    }
  }
}

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  const value = await call.then(
    (each) => ({ value: each }),
    () => undefined,
  );
  return value ?? refusalOf(call);
}

async function databaseClock(): Promise<number> {
  const { rows } = await here.app.pool.query<{ now: Date }>(
    `select date_trunc('milliseconds', clock_timestamp()) as now`,
  );
  return rows[0]?.now.getTime() ?? Number.NaN;
}

/** The value that came, to take from it what cannot be known before. */
function told<Value>({ came }: Turn): Partial<Value> {
  return ('value' in came ? came.value : {}) as Partial<Value>;
}

/** An instant that has to lie within the turn. */
function within({ before, after }: Turn, instant: Date | undefined): number {
  const ms = instant?.getTime() ?? before;
  expect(ms).toBeGreaterThanOrEqual(before);
  expect(ms).toBeLessThanOrEqual(after);
  return ms;
}

const idsOf = ({ seatIds }: Real, wanted: readonly number[]) =>
  wanted.map((seat) => seatIds[seat] ?? foreignId);

/** What stops everyone who names seats, before any of them is looked at. */
function refusedAtOnce({ model, wanted }: Turn): Outcome | undefined {
  if (wanted?.includes(foreign)) {
    return refusal('NOT_FOUND', { seatIds: [foreignId] });
  }
  return model.isCancelled ? refusal('SHOWTIME_CANCELLED') : undefined;
}

/** Seats named, or all, of which the user has no live lock. */
function refusedWithoutLock({ model, real, user, wanted, before: now }: Turn): Outcome | undefined {
  const missing = (wanted ?? []).filter((seat) => !isHeld(model, seat, { user, now }));
  const hasNone = !theater.some((seat) => isHeld(model, seat, { user, now }));
  return missing.length > 0 || (wanted === undefined && hasNone)
    ? refusal('LOCK_EXPIRED', {
        seats: missing.map((seat) => ({
          seatId: real.seatIds[seat],
          reason: lockOf(model, seat, user) ? 'expired' : 'not_locked',
        })),
      })
    : undefined;
}

// --- The moves. ---

interface SeatLock {
  now: Date;
  seats: { seatId: string; expiresAt: Date }[];
}

const someSeats = ({ real }: World, wanted: number[] | undefined) => ({
  showtimeId: real.showtime.id,
  ...(wanted ? { seatIds: idsOf(real, wanted) } : {}),
});

const lock = (asked: Asked) =>
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
      expiresAt: new Date(until),
      maxExpiresAt: new Date(cap),
    })),
    totalPrice: money(sum(locks.map(({ price }) => price))),
    currency: 'USD',
    expiresAt: new Date(Math.min(...locks.map(({ until }) => until))),
    maxExpiresAt: new Date(Math.min(...locks.map(({ cap }) => cap))),
  };
}

const extend = (asked: Asked) =>
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
  // Where the second goes by during the call either answer is right.
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

const unlock = (asked: Asked) =>
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

const confirm = (asked: Asked) =>
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
  const sold = { id, reference, user, seats, prices, createdAt: at, cancelledAt: null };
  model.reservations.push(sold);
  for (const seat of seats) {
    const claim = model.claims.get(seat);
    model.claims.set(seat, { ...(claim as Claim), sold });
  }
  return { value: reservation(real, sold) };
}

function reservation({ showtime, theater: { seats: places } }: Real, sold: Sold) {
  const { id, reference, seats, prices, createdAt, cancelledAt } = sold;
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
      const { outOfOrder: _isOut, ...place } = places[seat] ?? {};
      return { ...place, price: money(prices[index] ?? Number.NaN) };
    }),
    totalPrice: money(sum(prices)),
    currency: 'USD',
    createdAt,
    cancelledAt,
  };
}

/** Of one reservation, by its owner or, with `stranger`, by whoever is named. */
const cancel = ({ stranger, ...asked }: Asked & { which: number; stranger: boolean }) =>
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
      sold.seats.forEach((seat) => model.claims.delete(seat));
      return { value: reservation(real, sold) };
    },
  });

const nth = ({ reservations }: Model, which: number): Sold | undefined =>
  reservations[which % reservations.length];

// --- What others do. ---

interface Prices {
  price: number;
  premium: number | undefined;
}

const edit = (prices: Prices) =>
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

async function cancelTheShow({ model, real }: World): Promise<void> {
  const order = { showtimeId: real.showtime.id, reason: 'No electricity' };
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
  live.forEach((each) => (each.cancelledAt = showtime.cancelledAt));
  model.isCancelled = true;
  model.claims.clear();
}

/** Time passes for the locks: their clocks are put back. */
const wait = (minutes: number) =>
  new Step(`wait(${minutes})`, async ({ model, real }) => {
    await here.app.pool.query(
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

async function sweepAll({ model }: World): Promise<void> {
  const now = await databaseClock();
  await sweep(here.app);
  for (const [seat, { sold, until }] of model.claims) {
    if (!sold && until <= now) {
      model.claims.delete(seat);
    }
  }
}

const disable = (user: number) =>
  new Step(`disable(${names[user]})`, async ({ model, real }) => {
    await real.admin.call.admin.users.disable({ userId: real.people[user]?.id ?? '' });
    model.isDisabled[user] = true;
    const held = theater.filter((seat) => lockOf(model, seat, user));
    held.forEach((seat) => model.claims.delete(seat));
  });

const enable = (user: number) =>
  new Step(`enable(${names[user]})`, async ({ model, real }) => {
    const person = real.people[user] as Person;
    await real.admin.call.admin.users.enable({ userId: person.id });
    const { email } = person;
    const { accessToken: token } = await callerOf(here.app).auth.login({ email, password });
    real.people[user] = { ...person, token, call: callerOf(here.app, { token }) };
    model.isDisabled[user] = false;
  });

const look = (user: number) =>
  new Step(`look(${names[user]})`, (world) => expectSeats(world, user));

// --- What is seen. ---

async function expectSeats({ model, real }: World, user: number): Promise<void> {
  const before = await databaseClock();
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
    return { ...place, price, status: statusOf(model, seat, before), ...mark };
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
  expect(came).toEqual({ value: { showtimeId, ...instants, currency: 'USD', seats, counts } });
}

async function expectReservations({ model, real }: World, user: number): Promise<void> {
  const { items } = (await real.people[user]?.call.reservations.list({ limit: 100 })) ?? {};
  const listed = items?.filter(({ showtime }) => showtime.id === real.showtime.id);
  const own = model.reservations.filter((each) => each.user === user).toReversed();
  expect(listed).toEqual(own.map((each) => reservation(real, each)));
}

// --- Sequences. ---

/** A theater with everything in it, and people; made once, they outlive a sequence. */
async function openTheater(): Promise<Real> {
  const scene = await aShowtime(here.app, {
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
  return { ...scene, people: await Promise.all(names.map(() => aUser(here.app))) };
}

/** A showtime of its own for each sequence, a day after the one before. */
async function newWorld(real: Real, before: Model | undefined): Promise<World> {
  const { movieId, showtime, theater: house, admin } = real;
  const model = newModel();
  // What one sequence broke, if it did, must not fail the next.
  await here.app.pool.query(
    `delete from reservation_events; delete from reservation_seats; delete from seat_claims;
     delete from reservations; delete from idempotency_keys`,
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

/** Everything that can be done, mostly what leads somewhere. */
function anyStep() {
  const user = fc.nat(names.length - 1);
  const key = fc.oneof(
    { weight: 8, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('key1', 'key2') },
  );
  // Mostly seats that there are.
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
    // No sum of these comes near to a TTL or a cap.
    { weight: 10, arbitrary: fc.constantFrom(3.3, 3.3, 7.9, 13.7).map(wait) },
    { weight: 3, arbitrary: fc.constant(new Step('sweep()', sweepAll)) },
    { weight: 2, arbitrary: user.map(disable) },
    { weight: 4, arbitrary: user.map(enable) },
    { weight: 4, arbitrary: user.map(look) },
    { weight: 1, arbitrary: fc.constant(new Step('cancelShow()', cancelTheShow)) },
  );
}

function sequences(real: Real) {
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
    expect(await brokenInvariants(here.app.pool)).toEqual({});
  });
}
