import type { Answer, Call, Entry, Rules } from './log.ts';

/* What an answer means for one seat: the contract, as the history checker knows it. */

export type State =
  | { kind: 'free' | 'closed' }
  /** Ends between `from` and `to`, and in no case after `cap`. */
  | { kind: 'locked' | 'lapsed'; user: string; from: number; to: number; cap: number }
  /** The id begins with `?` when nobody was told it. */
  | { kind: 'sold'; user: string; reservationId: string };

/** What one entry means for one seat: a change that must be, or may have been, or a sight of it. */
export type Meaning =
  | { readonly need: 'effect' | 'maybe'; after(state: State): State | undefined }
  | { readonly need: 'sight'; fits(state: State): boolean };

/** A fresh lock may have begun this long before the `now` that is told with it. */
const lockTakesMs = 100;

export function stateKey(state: State): string {
  switch (state.kind) {
    case 'locked':
    case 'lapsed':
      return `${state.kind} by ${state.user} until ${state.from} … ${state.to} (${state.cap})`;
    case 'sold':
      return `sold to ${state.user} as ${state.reservationId}`;
    default:
      return state.kind;
  }
}

/** The meaning of an entry for a seat; undefined if it has none. */
export function meaningOf(entry: Entry, seatId: string, rules: Rules): Meaning | undefined {
  const { call, answer } = entry;
  if (answer.outcome === 'refused') {
    const fits = refusalFits(entry, answer, seatId);
    return fits && { need: 'sight', fits };
  }
  const need = answer.outcome === 'ok' ? 'effect' : 'maybe';
  switch (call.kind) {
    case 'lock':
      return lockMeaning(entry, seatId, rules);
    case 'extend':
      return extendMeaning(entry, seatId, rules);
    case 'unlock':
      return unlockMeaning(entry, seatId);
    case 'confirm': {
      const reservationId =
        (answer.outcome === 'ok' && answer.reservationId) || `?${entry.start} ${call.user}`;
      const sold = { kind: 'sold', user: call.user, reservationId } as const;
      return { need, after: (state) => (heldBy(entry, state) ? sold : undefined) };
    }
    case 'cancel':
      return { need, after: (state) => (isSale(call, state) ? { kind: 'free' } : undefined) };
    case 'close':
      return { need, after: ({ kind }) => (kind === 'closed' ? undefined : { kind: 'closed' }) };
    default:
      return lookMeaning(entry, seatId);
  }
}

function lockMeaning(entry: Entry, seatId: string, rules: Rules): Meaning | undefined {
  const { call, answer, start, end } = entry;
  if (call.kind !== 'lock') {
    return undefined;
  }
  const slack = rules.slackMs ?? 10;
  const cap = end + rules.maxMs + slack;
  const left = answer.outcome === 'ok' ? (answer.leftMs?.[seatId] ?? Number.NaN) : rules.ttlMs;
  const window = { from: start + left - slack, to: end + left + slack };
  const isFresh = left <= rules.ttlMs + slack && left >= rules.ttlMs - lockTakesMs - slack;
  return {
    need: answer.outcome === 'ok' ? 'effect' : 'maybe',
    after: (state) => {
      if (state.kind === 'free' || state.kind === 'lapsed') {
        return isFresh ? { kind: 'locked', user: call.user, ...window, cap } : undefined;
      }
      // What one has already is kept with its clock.
      return isLockOf(call.user, state, start) ? narrowed(state, window) : undefined;
    },
  };
}

function extendMeaning(entry: Entry, seatId: string, rules: Rules): Meaning | undefined {
  const { call, answer, start, end } = entry;
  if (call.kind !== 'extend') {
    return undefined;
  }
  const slack = rules.slackMs ?? 10;
  if (answer.outcome !== 'ok') {
    const to = end + rules.ttlMs + slack;
    const after = (state: State): State | undefined =>
      heldBy(entry, state)
        ? { ...state, kind: 'locked', to: Math.max(state.to, Math.min(to, state.cap)) }
        : undefined;
    return { need: 'maybe', after };
  }
  const left = answer.leftMs?.[seatId] ?? Number.NaN;
  const window = { from: start + left - slack, to: end + left + slack };
  return {
    need: 'effect',
    after: (state) => {
      const fits =
        heldBy(entry, state) &&
        left <= rules.ttlMs + slack &&
        window.to >= state.from &&
        window.from <= state.cap;
      return fits ? { ...state, kind: 'locked', ...window } : undefined;
    },
  };
}

function unlockMeaning(entry: Entry, seatId: string): Meaning | undefined {
  const { call, answer } = entry;
  if (call.kind !== 'unlock') {
    return undefined;
  }
  if (answer.outcome === 'ok' && !answer.freed?.includes(seatId)) {
    return { need: 'sight', fits: (state) => !isHeld(call.user, state) };
  }
  return {
    need: answer.outcome === 'ok' ? 'effect' : 'maybe',
    after: (state) => (heldBy(entry, state) ? { kind: 'free' } : undefined),
  };
}

function lookMeaning({ answer, start }: Entry, seatId: string): Meaning | undefined {
  const seen = answer.outcome === 'ok' ? answer.seen?.[seatId] : undefined;
  if (!seen) {
    return undefined;
  }
  const fits = (state: State): boolean => {
    if (seen.status === 'available') {
      return state.kind === 'free' || state.kind === 'lapsed' || state.kind === 'closed';
    }
    const isWho =
      'user' in state &&
      (seen.user === undefined || seen.user === state.user) &&
      (seen.notUser === undefined || seen.notUser !== state.user);
    if (seen.status === 'locked') {
      return isWho && state.kind === 'locked' && start <= state.to;
    }
    const isWhich =
      state.kind === 'sold' &&
      (seen.reservationId === undefined ||
        seen.reservationId === state.reservationId ||
        state.reservationId.startsWith('?'));
    return isWho && isWhich;
  };
  return { need: 'sight', fits };
}

/** What a refusal says of one seat; nothing for those that do not speak of seats. */
function refusalFits(
  { call, start }: Entry,
  { code, seats }: Extract<Answer, { outcome: 'refused' }>,
  seatId: string,
): ((state: State) => boolean) | undefined {
  if (code === 'SHOWTIME_CANCELLED') {
    return (state) => state.kind === 'closed';
  }
  if (call.kind === 'cancel') {
    return code === 'ALREADY_CANCELLED' ? (state) => !isSale(call, state) : undefined;
  }
  if (!('user' in call)) {
    return code === 'ALREADY_CANCELLED' ? (state) => state.kind === 'closed' : undefined;
  }
  const { user } = call;
  const reason = seats?.[seatId];
  const isOwn = (state: State) => isLockOf(user, state, start);
  switch (code) {
    case 'SEATS_UNAVAILABLE':
      return conflictFits(reason, { user, start });
    case 'LOCK_EXPIRED':
      return reason === undefined ? isOwn : (state) => !isHeld(user, state);
    case 'LOCK_EXTENSION_LIMIT':
      return isOwn;
    default:
      return undefined;
  }
}

/** A seat that the refusal of a lock names, or one that it could have named and did not. */
function conflictFits(
  reason: string | undefined,
  { user, start }: { user: string; start: number },
): ((state: State) => boolean) | undefined {
  switch (reason) {
    case 'reserved':
      return (state) => state.kind === 'sold';
    case 'locked':
      return (state) => state.kind === 'locked' && state.user !== user && start <= state.to;
    case undefined:
      return (state) =>
        state.kind === 'free' || state.kind === 'lapsed' || isLockOf(user, state, start);
    default:
      return undefined;
  }
}

type Held = Extract<State, { kind: 'locked' | 'lapsed' }>;

/** Locked by the user, at a moment after `start`. */
function isLockOf(user: string, state: State, start: number): state is Held {
  return isHeld(user, state) && start <= state.to;
}

/** Locked by the user; that it has run out would have been told by `lapsed`. */
function isHeld(user: string, state: State): state is Held {
  return state.kind === 'locked' && state.user === user;
}

/** Whether a call can have found its user's lock alive, with nobody after it. */
export function heldBy({ call, start }: Entry, state: State): state is Held {
  const isLock = state.kind === 'locked' || state.kind === 'lapsed';
  return isLock && 'user' in call && state.user === call.user && start <= state.to;
}

/** The sale that a cancellation is about; one that nobody was told of has no number yet. */
function isSale(call: Extract<Call, { kind: 'cancel' }>, state: State): boolean {
  const isUntold = state.kind === 'sold' && state.reservationId.startsWith('?');
  return isUntold || (state.kind === 'sold' && state.reservationId === call.reservationId);
}

function narrowed(state: Held, window: { from: number; to: number }): State | undefined {
  const from = Math.max(state.from, window.from);
  const to = Math.min(state.to, window.to);
  return from <= to ? { ...state, from, to } : undefined;
}
