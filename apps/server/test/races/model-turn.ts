import { callerOf, refusalOf } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import type fc from 'fast-check';
import { expect } from 'vitest';
import { foreign, foreignId, isHeld, lockOf, names, nth, refusal, theater } from './model.ts';
import type { Model, Outcome, Real, World } from './model.ts';

export interface Asked {
  user: number;
  /**
   * `own`: the seats that the user has locked, live or expired; a user without locks is replaced by
   * one who has some. Left out: the request names no seats.
   */
  seats?: number[] | 'own' | undefined;
  /** The number of a reservation, whose owner acts. */
  which?: number | undefined;
  key?: string | undefined;
}

export interface Turn extends World {
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

export class Step implements fc.AsyncCommand<Model, Real> {
  #name: string;
  readonly #play: (world: World, rename: (name: string) => void) => Promise<void>;

  constructor(name: string, play: (world: World, rename: (name: string) => void) => Promise<void>) {
    this.#name = name;
    this.#play = play;
  }

  check = () => true;
  run = (model: Model, real: Real) => this.#play({ model, real }, (name) => (this.#name = name));
  /** The move; after it was played, with the user and the seats it came to. */
  toString = () => this.#name;
}

/** A move of a user: what holds for all of them (account, idempotency key), then its own rules. */
export function moveStep({ path, asked, input, send, predict }: Move): Step {
  return new Step(`${path}(…)`, async (world, rename) => {
    const { user, wanted } = actorOf(world.model, asked);
    const places = (wanted ?? []).map((seat) => `A${seat + 1}`);
    rename(`${path}(${[names[user], ...places, asked.key].filter(Boolean).join(' ')})`);
    const value = input(world, wanted);
    const key = asked.key && `${world.real.showtime.id} ${asked.key}`;
    const request = { slot: key && `${user} ${key}`, request: `${path} ${JSON.stringify(value)}` };
    const act = async () => {
      const token = world.real.people[user]?.token;
      const caller = callerOf(world.real.app, { token, ...(key === undefined ? {} : { key }) });
      const before = await databaseClock(world.real);
      const came = await outcomeOf(send(caller, value as never));
      const after = await databaseClock(world.real);
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

export async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  const value = await call.then(
    (each) => ({ value: each }),
    () => undefined,
  );
  return value ?? refusalOf(call);
}

export async function databaseClock({ app }: Real): Promise<number> {
  const { rows } = await app.pool.query<{ now: Date }>(
    `select date_trunc('milliseconds', clock_timestamp()) as now`,
  );
  return rows[0]?.now.getTime() ?? Number.NaN;
}

/** The value that came; ids and instants are taken from it. */
export function told<Value>({ came }: Turn): Partial<Value> {
  return ('value' in came ? came.value : {}) as Partial<Value>;
}

/** An instant that has to lie within the turn. */
export function within({ before, after }: Turn, instant: Date | undefined): number {
  const ms = instant?.getTime() ?? before;
  expect(ms).toBeGreaterThanOrEqual(before);
  expect(ms).toBeLessThanOrEqual(after);
  return ms;
}

export const idsOf = ({ seatIds }: Real, wanted: readonly number[]) =>
  wanted.map((seat) => seatIds[seat] ?? foreignId);

/** The refusal of any request that names seats, before the seats themselves are checked. */
export function refusedAtOnce({ model, wanted }: Turn): Outcome | undefined {
  if (wanted?.includes(foreign)) {
    return refusal('NOT_FOUND', { seatIds: [foreignId] });
  }
  return model.isCancelled ? refusal('SHOWTIME_CANCELLED') : undefined;
}

/** The refusal when the user lacks a live lock on the named seats, or on any seat. */
export function refusedWithoutLock({
  model,
  real,
  user,
  wanted,
  before: now,
}: Turn): Outcome | undefined {
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
