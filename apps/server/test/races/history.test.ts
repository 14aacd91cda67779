import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findUnexplained } from './history.ts';
import type { Answer, Call, Entry, Seen } from './log.ts';

/*
 * The checker is only worth something if it accepts what may be and rejects what may not. One seat,
 * locks of a second, at most three with extensions; instants are milliseconds.
 */

const rules = { ttlMs: 1_000, maxMs: 3_000, slackMs: 10 };
const seat = 'A1';
type Moments = readonly [start: number, end: number];

const ok: Answer = { outcome: 'ok' };
const unknown: Answer = { outcome: 'unknown' };
const left = (ms: number): Answer => ({ outcome: 'ok', leftMs: { [seat]: ms } });
const bought = (reservationId: string): Answer => ({ outcome: 'ok', reservationId });
const freed = (...seats: string[]): Answer => ({ outcome: 'ok', freed: seats });
const refused = (code: string, reason?: string): Answer => ({
  outcome: 'refused',
  code,
  seats: reason === undefined ? {} : { [seat]: reason },
});
const taken = (reason?: string) => refused('SEATS_UNAVAILABLE', reason);
const gone = refused('LOCK_EXPIRED', 'not_locked');

type Asked = Call extends infer Each ? Omit<Each, 'showtimeId' | 'seatIds'> : never;

function entry(asked: object, [start, end]: Moments, answer: Answer): Entry {
  const call = { ...(asked as Asked), showtimeId: 'tonight', seatIds: [seat] } as Call;
  return { call, answer, start, end };
}

const by =
  (kind: 'lock' | 'extend' | 'unlock' | 'confirm') => (user: string, at: Moments, answer: Answer) =>
    entry({ kind, user }, at, answer);
const lock = by('lock');
const extend = by('extend');
const unlock = by('unlock');
const confirm = by('confirm');
const cancel = (reservationId: string, at: Moments, answer: Answer) =>
  entry({ kind: 'cancel', user: 'ann', reservationId }, at, answer);
const close = (at: Moments, answer: Answer) => entry({ kind: 'close' }, at, answer);
const look = (at: Moments, seen: Seen) =>
  entry({ kind: 'look' }, at, { outcome: 'ok', seen: { [seat]: seen } });

const free: Seen = { status: 'available' };
const locked = (user: string): Seen => ({ status: 'locked', user });
const sold = (user: string, reservationId: string): Seen => ({
  status: 'reserved',
  user,
  reservationId,
});

const annBuys = [lock('ann', [0, 5], left(1_000)), confirm('ann', [10, 15], bought('r1'))];

const sound: Record<string, Entry[]> = {
  'a purchase, a cancellation, and the seat for somebody else': [
    ...annBuys,
    lock('bob', [20, 25], taken('reserved')),
    cancel('r1', [30, 35], ok),
    lock('bob', [40, 45], left(1_000)),
    look([50, 55], locked('bob')),
  ],
  'a loser who is told before the winner is': [
    lock('ann', [0, 50], left(1_000)),
    lock('bob', [5, 10], taken('locked')),
  ],
  'two who want it at once, and the later call wins': [
    lock('ann', [0, 50], taken('locked')),
    lock('bob', [5, 45], left(1_000)),
  ],
  'an expired lock that is taken over': [
    lock('ann', [0, 5], left(1_000)),
    lock('bob', [500, 505], taken('locked')),
    lock('bob', [1_010, 1_015], left(1_000)),
    confirm('ann', [1_020, 1_025], gone),
  ],
  'a lock that is kept with its clock': [
    lock('ann', [0, 5], left(1_000)),
    lock('ann', [400, 405], left(600)),
    look([990, 1_000], locked('ann')),
    look([1_020, 1_025], free),
  ],
  'extensions up to the cap': [
    lock('ann', [0, 5], left(1_000)),
    extend('ann', [900, 905], left(1_000)),
    extend('ann', [1_800, 1_805], left(1_000)),
    extend('ann', [2_700, 2_705], left(300)),
    extend('ann', [2_750, 2_755], refused('LOCK_EXTENSION_LIMIT')),
    look([3_020, 3_025], free),
  ],
  'a purchase that nobody was told of': [
    lock('ann', [0, 5], left(1_000)),
    confirm('ann', [10, Infinity], unknown),
    lock('bob', [20, 25], taken('locked')),
    lock('bob', [30, 35], taken('reserved')),
    look([9_000, 9_005], sold('ann', 'r7')),
  ],
  'a purchase that never was': [
    lock('ann', [0, 5], left(1_000)),
    confirm('ann', [10, Infinity], unknown),
    lock('bob', [2_000, 2_005], left(1_000)),
  ],
  'a lock without an answer that others ran into': [
    lock('ann', [0, Infinity], unknown),
    lock('bob', [10, 15], taken('locked')),
    lock('bob', [1_200, 1_205], left(1_000)),
  ],
  'a cancellation without an answer': [
    ...annBuys,
    cancel('r1', [20, Infinity], unknown),
    lock('bob', [30, 35], taken('reserved')),
    lock('bob', [40, 45], left(1_000)),
  ],
  'a purchase that was judged in time and committed late': [
    lock('ann', [0, 5], left(1_000)),
    confirm('ann', [980, 1_100], bought('r1')),
    look([1_040, 1_045], free),
    look([1_110, 1_115], sold('ann', 'r1')),
  ],
  'a show that does not take place': [
    ...annBuys,
    close([20, 25], ok),
    lock('bob', [30, 35], refused('SHOWTIME_CANCELLED')),
    cancel('r1', [40, 45], refused('ALREADY_CANCELLED')),
    unlock('bob', [50, 55], freed()),
    look([60, 65], free),
  ],
  'giving back what one has and what one has not': [
    lock('ann', [0, 5], left(1_000)),
    unlock('bob', [10, 15], freed()),
    unlock('ann', [20, 25], freed(seat)),
    unlock('ann', [30, 35], freed()),
    lock('bob', [40, 45], left(1_000)),
  ],
  'a refusal for other seats: this one could have been had': [
    lock('ann', [0, 5], taken()),
    lock('ann', [10, 15], left(1_000)),
    lock('ann', [20, 25], taken()),
    confirm('ann', [30, 35], refused('LOCK_EXPIRED')),
  ],
};

const unsound: Record<string, Entry[]> = {
  'a lock on what is sold': [...annBuys, lock('bob', [20, 25], left(1_000))],
  'a lock on what somebody else has locked': [
    lock('ann', [0, 5], left(1_000)),
    lock('bob', [10, 15], left(1_000)),
  ],
  'a lock taken over before its end': [
    lock('ann', [0, 5], left(1_000)),
    lock('bob', [900, 980], left(1_000)),
  ],
  'two sales': [...annBuys, confirm('bob', [20, 25], bought('r2'))],
  'two sales of two people who both had a lock': [
    lock('ann', [0, 50], left(1_000)),
    lock('bob', [0, 50], left(1_000)),
    confirm('ann', [60, 100], bought('r1')),
    confirm('bob', [60, 100], bought('r2')),
  ],
  'a sale without a lock': [confirm('ann', [0, 5], bought('r1'))],
  'a sale to somebody who did not lock it': [
    lock('ann', [0, 5], left(1_000)),
    confirm('bob', [10, 15], bought('r1')),
  ],
  'the sale of an expired lock': [
    lock('ann', [0, 5], left(1_000)),
    confirm('ann', [1_100, 1_105], bought('r1')),
  ],
  'a sale after the seat was taken over': [
    lock('ann', [0, 5], left(1_000)),
    lock('bob', [1_020, 1_025], left(1_000)),
    confirm('ann', [990, 1_100], bought('r1')),
    look([1_110, 1_115], locked('bob')),
  ],
  'refused as reserved while it was free': [
    lock('ann', [0, 5], taken('reserved')),
    lock('ann', [10, 15], left(1_000)),
  ],
  'refused as reserved before anybody began to buy': [
    lock('bob', [-9, -5], taken('reserved')),
    ...annBuys,
  ],
  'refused as locked while it was free': [lock('ann', [0, 5], taken('locked'))],
  'refused as locked by oneself': [
    lock('ann', [0, 5], left(1_000)),
    lock('ann', [10, 15], taken('locked')),
  ],
  'refused as locked after it was given back': [
    lock('ann', [0, 5], left(1_000)),
    unlock('ann', [10, 15], freed(seat)),
    lock('bob', [20, 25], taken('locked')),
  ],
  'refused as locked after the lock ran out': [
    lock('ann', [0, 5], left(1_000)),
    lock('bob', [1_020, 1_025], taken('locked')),
  ],
  'refused as expired while it was alive': [
    lock('ann', [0, 5], left(1_000)),
    confirm('ann', [10, 15], gone),
  ],
  'a refusal that does not name a sold seat': [...annBuys, lock('bob', [20, 25], taken())],
  'a purchase that was acknowledged and is gone': [...annBuys, look([99, 100], free)],
  'a purchase that turned into somebody else’s': [...annBuys, look([99, 100], sold('bob', 'r2'))],
  'a purchase under another number than was told': [...annBuys, look([99, 100], sold('ann', 'r2'))],
  'a cancellation without effect': [
    ...annBuys,
    cancel('r1', [20, 25], ok),
    lock('bob', [30, 35], taken('reserved')),
  ],
  'a cancellation that worked twice': [
    ...annBuys,
    cancel('r1', [20, 25], ok),
    cancel('r1', [30, 35], ok),
  ],
  'told that it was cancelled when it was not': [
    ...annBuys,
    cancel('r1', [20, 25], refused('ALREADY_CANCELLED')),
    look([30, 35], sold('ann', 'r1')),
  ],
  'a clock that was moved by locking again': [
    lock('ann', [0, 5], left(1_000)),
    lock('ann', [400, 405], left(1_000)),
  ],
  'a clock that began too late': [lock('ann', [0, 5], left(500))],
  'a lock that lasts longer than it may': [lock('ann', [0, 5], left(1_500))],
  'an extension past the cap': [
    lock('ann', [0, 5], left(1_000)),
    extend('ann', [900, 905], left(1_000)),
    extend('ann', [1_800, 1_805], left(1_000)),
    extend('ann', [2_700, 2_705], left(1_000)),
  ],
  'an extension that shortens': [
    lock('ann', [0, 5], left(1_000)),
    extend('ann', [100, 105], left(500)),
  ],
  'an extension of an expired lock': [
    lock('ann', [0, 5], left(1_000)),
    extend('ann', [1_100, 1_105], left(1_000)),
  ],
  'giving back what is somebody else’s': [
    lock('ann', [0, 5], left(1_000)),
    unlock('bob', [10, 15], freed(seat)),
  ],
  'giving back that was not noticed': [
    lock('ann', [0, 5], left(1_000)),
    unlock('ann', [10, 15], freed()),
  ],
  'a lock in a show that does not take place': [
    close([0, 5], ok),
    lock('ann', [10, 15], left(1_000)),
  ],
  'told that the show is off when it was not': [lock('ann', [0, 5], refused('SHOWTIME_CANCELLED'))],
  'an effect before its call': [
    lock('bob', [0, 5], taken('locked')),
    lock('ann', [10, Infinity], unknown),
  ],
  'an unknown call that worked twice': [
    lock('ann', [0, Infinity], unknown),
    lock('bob', [10, 15], taken('locked')),
    lock('bob', [1_500, 1_505], left(1_000)),
    unlock('bob', [1_510, 1_515], freed(seat)),
    look([1_520, 1_525], locked('ann')),
    unlock('ann', [1_530, 1_535], freed(seat)),
    look([1_540, 1_545], locked('ann')),
  ],
  'a seat seen free while it was locked': [
    lock('ann', [0, 5], left(1_000)),
    look([500, 505], free),
  ],
};

describe('explains', () => {
  test.for(Object.entries(sound))('%s', ([, log]) => {
    expect(findUnexplained(log, rules)).toEqual([]);
  });
});

describe('does not explain', () => {
  test.for(Object.entries(unsound))('%s', ([, log]) => {
    expect(findUnexplained(log, rules)).toMatchObject([{ seatId: seat, undecided: false }]);
  });
});

test('judges each seat of each showtime by itself', () => {
  const again = annBuys.map((each) => ({ ...each, call: { ...each.call, showtimeId: 'later' } }));
  expect(findUnexplained([...annBuys, ...again], rules)).toEqual([]);
});

// --- Histories made at random from the three states themselves. ---

const users = ['ann', 'bob', 'cyd'] as const;
type State =
  | { is: 'free' }
  | { is: 'locked'; by: string; until: number; cap: number }
  | { is: 'sold'; to: string; id: string };

interface Step {
  kind: 'lock' | 'extend' | 'unlock' | 'confirm' | 'cancel' | 'look';
  user: string;
  pause: number;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('lock', 'lock', 'extend', 'unlock', 'confirm', 'cancel', 'look'),
    user: fc.constantFrom(...users),
    pause: fc.constantFrom(7, 40, 330, 1_300),
  }),
  { minLength: 1, maxLength: 40 },
);

/** One after the other, each within a millisecond, and none too near to the end of a lock. */
function play(script: readonly Step[]): Entry[] {
  let state: State = { is: 'free' };
  let now = 0;
  let sales = 0;
  return script.map(({ kind, user, pause }) => {
    now += pause;
    if (state.is === 'locked' && Math.abs(state.until - now) < 30) {
      now += 60;
    }
    if (state.is === 'locked' && state.until < now) {
      state = { is: 'free' };
    }
    const at = [now, now + 1] as const;
    const mine: boolean = state.is === 'locked' && state.by === user;
    switch (kind) {
      case 'lock':
        if (state.is === 'free') {
          state = { is: 'locked', by: user, until: now + 1_000, cap: now + 3_000 };
          return lock(user, at, left(1_000));
        }
        if (mine && state.is === 'locked') {
          return lock(user, at, left(state.until - now));
        }
        return lock(user, at, taken(state.is === 'sold' ? 'reserved' : 'locked'));
      case 'extend':
        if (!mine || state.is !== 'locked') {
          return extend(user, at, gone);
        }
        state = { ...state, until: Math.min(now + 1_000, state.cap) };
        return extend(user, at, left(state.until - now));
      case 'unlock':
        state = mine ? { is: 'free' } : state;
        return unlock(user, at, mine ? freed(seat) : freed());
      case 'confirm':
        if (!mine) {
          return confirm(user, at, gone);
        }
        sales += 1;
        state = { is: 'sold', to: user, id: `r${sales}` };
        return confirm(user, at, bought(`r${sales}`));
      case 'cancel': {
        const isSold = state.is === 'sold';
        state = isSold ? { is: 'free' } : state;
        return cancel(`r${sales}`, at, isSold ? ok : refused('ALREADY_CANCELLED'));
      }
      default:
        return look(at, seenOf(state));
    }
  });
}

function seenOf(state: State): Seen {
  switch (state.is) {
    case 'locked':
      return locked(state.by);
    case 'sold':
      return sold(state.to, state.id);
    default:
      return free;
  }
}

/** The opposite of what was told: in a history without overlaps it cannot be true as well. */
function lie({ call, answer, start, end }: Entry): Entry {
  const at = [start, end] as const;
  const told = answer.outcome === 'ok' ? answer : undefined;
  switch (call.kind) {
    case 'lock':
      return lock(call.user, at, told ? taken('locked') : left(1_000));
    case 'extend':
      return extend(call.user, at, told ? gone : left(1_000));
    case 'unlock':
      return unlock(call.user, at, told?.freed?.length ? freed() : freed(seat));
    case 'confirm':
      return confirm(call.user, at, told ? gone : bought('r99'));
    case 'cancel':
      return cancel(call.reservationId, at, told ? refused('ALREADY_CANCELLED') : ok);
    default:
      return look(at, told?.seen?.[seat]?.status === 'available' ? sold('ann', 'r98') : free);
  }
}

test('explains whatever the three states can tell, one after the other', () => {
  fc.assert(
    fc.property(steps, (script) => {
      expect(findUnexplained(play(script), rules)).toEqual([]);
    }),
  );
});

test('finds one lie among the truths', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (script, which) => {
      const log = play(script);
      const index = which % log.length;
      const lied = log.with(index, lie(log[index] as Entry));
      expect(findUnexplained(lied, rules)).toHaveLength(1);
    }),
  );
});

test('explains what was true when calls overlap and some are never answered', () => {
  const spread = fc.record({ before: fc.nat(400), after: fc.nat(400), isLost: fc.nat(4) });
  const spreads = fc.array(spread, { minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(steps, spreads, (script, margins) => {
      const log = play(script).map((each, index): Entry => {
        const { before = 0, after = 0, isLost = 0 } = margins[index] ?? {};
        const start = each.start - before;
        return isLost === 1 && each.call.kind !== 'look'
          ? { ...each, answer: unknown, start, end: Infinity }
          : { ...each, start, end: each.end + after };
      });
      expect(findUnexplained(log, rules)).toEqual([]);
    }),
  );
});

// --- Against every order there is. ---

/** What one event makes of the seat; nothing when it cannot have been told in that state. */
function follow(state: State, { call, answer }: Entry): State | undefined {
  const told = answer.outcome === 'ok' ? answer : undefined;
  const user = 'user' in call ? call.user : '';
  const mine = state.is === 'locked' && state.by === user;
  const only = (holds: boolean, next: State = state) => (holds ? next : undefined);
  const reason = answer.outcome === 'refused' ? answer.seats?.[seat] : undefined;
  switch (call.kind) {
    case 'lock':
      if (told || answer.outcome === 'unknown') {
        const taking = { is: 'locked', by: user, until: Infinity, cap: Infinity } as const;
        return only(state.is === 'free' || mine, mine ? state : taking);
      }
      return reason === 'reserved'
        ? only(state.is === 'sold')
        : only(state.is === 'locked' && !mine);
    case 'unlock':
      return told && told.freed?.length === 0 ? only(!mine) : only(mine, { is: 'free' });
    case 'confirm':
      return answer.outcome === 'refused'
        ? only(!mine)
        : only(mine, { is: 'sold', to: user, id: told?.reservationId ?? '?' });
    case 'cancel':
      return answer.outcome === 'refused'
        ? only(state.is !== 'sold' || state.id !== call.reservationId)
        : only(state.is === 'sold' && state.id === call.reservationId, { is: 'free' });
    default:
      return undefined;
  }
}

/** Tries every order in which the calls may have come about. */
function isExplained(rest: readonly Entry[], state: State = { is: 'free' }): boolean {
  if (rest.every(({ answer }) => answer.outcome === 'unknown')) {
    return true;
  }
  const firstEnd = Math.min(...rest.map(({ end }) => end));
  return rest.some((each, index) => {
    const next = each.start <= firstEnd ? follow(state, each) : undefined;
    return next !== undefined && isExplained(rest.toSpliced(index, 1), next);
  });
}

test('agrees with trying every order', () => {
  const someone = fc.constantFrom(...users);
  const moment = fc
    .tuple(fc.nat(12), fc.nat(6))
    .map(([start, long]) => [start, start + long] as const);
  const lost = ([start]: Moments) => [start, Infinity] as const;
  const answers = {
    lock: fc.constantFrom(left(1_000), taken('locked'), taken('reserved'), unknown),
    unlock: fc.constantFrom(freed(seat), freed(), unknown),
    confirm: fc.constantFrom(bought('r1'), bought('r2'), gone),
    cancel: fc.constantFrom(ok, refused('ALREADY_CANCELLED')),
  };
  const call = fc.oneof(
    ...(['lock', 'unlock', 'confirm'] as const).map((kind) =>
      fc
        .tuple(someone, moment, answers[kind])
        .map(([user, at, answer]) =>
          by(kind)(user, answer.outcome === 'unknown' ? lost(at) : at, answer),
        ),
    ),
    fc
      .tuple(fc.constantFrom('r1', 'r2'), moment, answers.cancel)
      .map(([id, at, answer]) => cancel(id, at, answer)),
  );
  const verdicts = { explained: 0, unexplained: 0 };
  // Locks that never end: time is then only what comes before what.
  const endless = { ttlMs: 1_000, maxMs: Infinity, slackMs: 100 };
  fc.assert(
    fc.property(fc.array(call, { maxLength: 6 }), (log) => {
      const explained = isExplained(log);
      verdicts[explained ? 'explained' : 'unexplained'] += 1;
      expect(findUnexplained(log, endless).length === 0).toBe(explained);
    }),
    { numRuns: 5_000 },
  );
  expect(Math.min(verdicts.explained, verdicts.unexplained)).toBeGreaterThan(500);
});

test('decides thousands of calls by a crowd in seconds', () => {
  const crowd = Array.from({ length: 100 }, (_none, index) => `user ${index}`);
  const log: Entry[] = [];
  for (let round = 0; round < 60; round += 1) {
    // Everybody asks at once; one gets the seat, buys it, and gives it back.
    const began = round * 400;
    const winner = crowd[round % 100] ?? '';
    log.push(
      ...crowd.map((user, index) =>
        user === winner
          ? lock(user, [began, began + 60], left(1_000))
          : lock(user, [began + (index % 7), began + 50 + (index % 90)], taken('locked')),
      ),
      confirm(winner, [began + 150, began + 160], bought(`r${round}`)),
      lock('somebody', [began + 100, Infinity], unknown),
      cancel(`r${round}`, [began + 200, began + 210], ok),
    );
  }
  const before = performance.now();
  expect(findUnexplained(log, rules)).toEqual([]);
  expect(log.length).toBeGreaterThan(6_000);
  expect(performance.now() - before).toBeLessThan(5_000);
});
