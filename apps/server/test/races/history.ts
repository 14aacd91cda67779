/*
 * The history checker. It is given what clients asked and were told, with the time of one monotonic
 * clock before and after each call, and looks for an order of events that explains every answer:
 * each call took effect at one moment between its start and its end, a call without an answer at
 * one moment after its start or never, and per (showtime, seat) the three states free, locked and
 * sold followed one another as they may. What cannot be explained is a defect.
 *
 * It knows the contract and shares no code with the server. Seats are judged one by one: that a
 * call takes all of its seats or none is a matter of `invariants.sql` (I5).
 *
 * Method: just-in-time linearization (Lowe's variant of Wing and Gong). Time runs over starts and
 * ends. What is kept is the set of configurations the seat may be in: a state, and which of the
 * calls under way have had their effect. An effect is assumed only when an end needs it, so that
 * there are few configurations, and where nothing is under way only the state is left of the past.
 *
 * Allowances, all in favour of the server:
 * - `slackMs` on both sides of the end of a lock: the database tells instants in milliseconds, and
 *   its clock and the clients' do not tick alike.
 * - A purchase is judged by the clock when it holds the row and is seen when it is committed: in
 *   between the lock may end, and others see a free seat. An expired lock that nobody has taken
 *   over can therefore still be bought or extended by a call that was under way when it ended.
 */

/** What a client asks for. Every seat it concerns is named, also where the request names none. */
export type Call = { showtimeId: string; seatIds: readonly string[] } & (
  | { kind: 'lock' | 'extend' | 'unlock' | 'confirm'; user: string }
  | { kind: 'cancel'; user: string; reservationId: string }
  /** `close`: the show does not take place. `look`: at the seats, or straight into the database. */
  | { kind: 'close' | 'look' }
);

/** A seat as somebody saw it; `user` and `reservationId` where they were to be seen. */
export interface Seen {
  status: 'available' | 'locked' | 'reserved';
  user?: string | undefined;
  /** Locked, and by somebody else than this user. */
  notUser?: string | undefined;
  reservationId?: string | undefined;
}

export type Answer =
  | {
      outcome: 'ok';
      /** `lock`, `extend`: what is left of each seat's lock, by the answer's own `now`. */
      leftMs?: Readonly<Record<string, number>>;
      /** `unlock`: the seats that were given back. */
      freed?: readonly string[];
      /** `confirm`. */
      reservationId?: string;
      /** `look`. */
      seen?: Readonly<Record<string, Seen>>;
    }
  /** `seats`: the seats that the details name, and why. */
  | { outcome: 'refused'; code: string; seats?: Readonly<Record<string, string>> }
  /** No answer: whether it had an effect is not known. */
  | { outcome: 'unknown' };

/** One call and its answer. `end` of an unknown one: when it can have an effect no more. */
export interface Entry {
  readonly call: Call;
  readonly answer: Answer;
  readonly start: number;
  readonly end: number;
}

export interface Rules {
  readonly ttlMs: number;
  readonly maxMs: number;
  readonly slackMs?: number;
}

/** An answer that no order of events explains. */
export interface Unexplained {
  readonly showtimeId: string;
  readonly seatId: string;
  readonly entry: Entry;
  /** The states that the seat could have been in, given everything that ended before. */
  readonly states: readonly string[];
  /** What concerned the seat shortly before, by end. */
  readonly before: readonly Entry[];
  /** There were too many possible orders to try them all: nothing was found out. */
  readonly undecided: boolean;
}

/** The answers that cannot be explained: the first of each seat. Nothing for a sound history. */
export function findUnexplained(log: readonly Entry[], rules: Rules): Unexplained[] {
  const seats = new Map<string, { showtimeId: string; seatId: string; entries: Entry[] }>();
  for (const entry of log) {
    const { showtimeId, seatIds } = entry.call;
    for (const seatId of seatIds) {
      const key = `${showtimeId} ${seatId}`;
      const seat = seats.get(key) ?? { showtimeId, seatId, entries: [] };
      seat.entries.push(entry);
      seats.set(key, seat);
    }
  }
  return [...seats.values()].flatMap(({ showtimeId, seatId, entries }) => {
    const found = new SeatHistory(seatId, entries, rules).check();
    return found ? [{ showtimeId, seatId, ...found }] : [];
  });
}

/** An unexplained answer for a person to read. */
export function describeUnexplained(found: Unexplained): string {
  const line = ({ call, answer, start, end }: Entry) => {
    const { seatIds: _seats, showtimeId: _showtime, ...rest } = call;
    const told = `${JSON.stringify(rest)} → ${JSON.stringify(answer)}`;
    return `[${start.toFixed(1)} … ${end.toFixed(1)}] ${told}`;
  };
  return [
    `seat ${found.seatId} of showtime ${found.showtimeId}${found.undecided ? ': undecided' : ''}`,
    `  cannot be explained: ${line(found.entry)}`,
    `  it could have been:  ${found.states.join(' or ')}`,
    ...found.before.map((entry) => `  before: ${line(entry)}`),
  ].join('\n');
}

type State =
  | { kind: 'free' | 'closed' }
  /** Ends between `from` and `to`, and in no case after `cap`. */
  | { kind: 'locked' | 'lapsed'; user: string; from: number; to: number; cap: number }
  /** The id begins with `?` when nobody was told it. */
  | { kind: 'sold'; user: string; reservationId: string };

/** What one entry means for one seat: a change that must be, or may have been, or a sight of it. */
type Meaning =
  | { readonly need: 'effect' | 'maybe'; after(state: State): State | undefined }
  | { readonly need: 'sight'; fits(state: State): boolean };

/** `id` is below zero for what may have been. */
type Operation = Meaning & { readonly id: number; readonly entry: Entry };
type Effect = Extract<Operation, { need: 'effect' | 'maybe' }>;
type Sight = Extract<Operation, { need: 'sight' }>;

/** What the seat may have come to. */
interface Configuration {
  readonly state: State;
  /** Calls under way that have had their effect. */
  readonly done: ReadonlySet<number>;
  /** Sights under way that have not yet been possible. */
  readonly unseen: ReadonlySet<Sight>;
}

/** More configurations than this at one moment are given up as undecided. */
const mostConfigurations = 50_000;

/** A fresh lock may have begun this long before the `now` that is told with it. */
const lockTakesMs = 100;

class SeatHistory {
  readonly #operations: Operation[];
  readonly #underWay = new Map<number, Effect>();
  #configurations: Configuration[] = [
    { state: { kind: 'free' }, done: new Set(), unseen: new Set() },
  ];

  constructor(seatId: string, entries: readonly Entry[], rules: Rules) {
    this.#operations = entries.flatMap((entry, index) => {
      const meaning = meaningOf(entry, seatId, rules);
      const id = meaning?.need === 'maybe' ? -1 - index : index;
      return meaning ? [{ ...meaning, id, entry }] : [];
    });
  }

  check(): Omit<Unexplained, 'showtimeId' | 'seatId'> | undefined {
    for (const { operation, ends } of this.#moments()) {
      if (!ends) {
        this.#begin(operation);
        continue;
      }
      const before = this.#configurations;
      const next = this.#end(operation);
      if (next === undefined || next.length === 0) {
        return this.#report(operation, { before, undecided: next === undefined });
      }
      this.#configurations = next;
    }
    return undefined;
  }

  /** Starts before ends of the same moment: whatever may have overlapped is taken to. */
  #moments(): { operation: Operation; ends: boolean }[] {
    return this.#operations
      .flatMap((operation) => [
        { operation, ends: false, at: operation.entry.start },
        { operation, ends: true, at: operation.entry.end },
      ])
      .filter(({ at }) => at !== Infinity)
      .toSorted((a, b) => a.at - b.at || Number(a.ends) - Number(b.ends));
  }

  #begin(operation: Operation): void {
    if (operation.need !== 'sight') {
      this.#underWay.set(operation.id, operation);
      return;
    }
    this.#configurations = this.#configurations.map((each) =>
      operation.fits(each.state) ? each : { ...each, unseen: new Set(each.unseen).add(operation) },
    );
  }

  /** The configurations in which the operation has been; undefined when there are too many. */
  #end(operation: Operation): Configuration[] | undefined {
    const now = operation.entry.end;
    let reached: Configuration[] | undefined = this.#configurations;
    if (operation.need === 'sight') {
      reached = this.#reach(now, ({ unseen }) => !unseen.has(operation));
    } else {
      if (operation.need === 'effect') {
        reached = this.#reach(now, ({ done }) => done.has(operation.id));
      }
      this.#underWay.delete(operation.id);
      reached = reached?.map((each) => ({ ...each, done: without(each.done, operation.id) }));
    }
    return reached && undominated(reached.map((each) => this.#forgetLapsed(each, now)));
  }

  /** Everything that effects under way and the end of a lock lead to, as far as the goal. */
  #reach(
    now: number,
    isGoal: (configuration: Configuration) => boolean,
  ): Configuration[] | undefined {
    const known = new Frontier();
    const goals: Configuration[] = [];
    let open = this.#configurations.filter((each) => known.add(each));
    while (open.length > 0) {
      const further: Configuration[] = [];
      for (const each of open) {
        if (isGoal(each)) {
          goals.push(each);
        } else {
          further.push(...this.#steps(each, now).filter((step) => known.add(step)));
        }
      }
      if (known.size > mostConfigurations) {
        return undefined;
      }
      open = further;
    }
    return goals;
  }

  #steps({ state, done, unseen }: Configuration, now: number): Configuration[] {
    const steps: Configuration[] = [];
    const push = (next: State, nextDone: ReadonlySet<number>) => {
      steps.push({ state: next, done: nextDone, unseen: seenIn(next, unseen) });
    };
    if (state.kind === 'locked' && state.from <= now) {
      push({ ...state, kind: 'lapsed' }, done);
    }
    for (const [id, operation] of this.#underWay) {
      const next = done.has(id) ? undefined : operation.after(state);
      if (next) {
        push(next, new Set(done).add(id));
      }
    }
    return steps;
  }

  /** A lapsed lock is as good as none once no call of its holder was under way when it ended. */
  #forgetLapsed(configuration: Configuration, now: number): Configuration {
    const { state } = configuration;
    if (state.kind !== 'lapsed' || state.to >= now) {
      return configuration;
    }
    const mayBeKept = [...this.#underWay.values()].some(({ entry }) => heldBy(entry, state));
    return mayBeKept ? configuration : { ...configuration, state: { kind: 'free' } };
  }

  #report(
    { entry }: Operation,
    { before, undecided }: { before: readonly Configuration[]; undecided: boolean },
  ) {
    const states = [...new Set(before.map(({ state }) => stateKey(state)))].slice(0, 20);
    const earlier = this.#operations
      .map((operation) => operation.entry)
      .filter((other) => other !== entry && other.start <= entry.end)
      .toSorted((a, b) => a.end - b.end);
    return { entry, states, before: earlier.slice(-12), undecided };
  }
}

/** Configurations by state. A worse one than one that is there already leads nowhere new. */
class Frontier {
  readonly #byState = new Map<string, Configuration[]>();
  size = 0;

  add(configuration: Configuration): boolean {
    const key = stateKey(configuration.state);
    const known = this.#byState.get(key) ?? [];
    if (known.some((other) => dominates(other, configuration))) {
      return false;
    }
    known.push(configuration);
    this.#byState.set(key, known);
    this.size += 1;
    return true;
  }
}

function undominated(configurations: readonly Configuration[]): Configuration[] {
  const frontier = new Frontier();
  const smallestFirst = configurations.toSorted(
    (a, b) => a.done.size + a.unseen.size - b.done.size - b.unseen.size,
  );
  return smallestFirst.filter((each) => frontier.add(each));
}

/**
 * Whether one can do whatever the other can: it has used up less and has seen more. An effect that
 * must be is a debt until it has been, so these two sets have to agree; ids below zero are those
 * that may have been.
 */
function dominates(one: Configuration, other: Configuration): boolean {
  const usedLess = isSubset(one.done, other.done) && isSubset(one.unseen, other.unseen);
  return usedLess && [...other.done].every((id) => id < 0 || one.done.has(id));
}

function isSubset<Item>(one: ReadonlySet<Item>, other: ReadonlySet<Item>): boolean {
  return one.size <= other.size && [...one].every((item) => other.has(item));
}

function stateKey(state: State): string {
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

function seenIn(state: State, unseen: ReadonlySet<Sight>): ReadonlySet<Sight> {
  const rest = [...unseen].filter((sight) => !sight.fits(state));
  return rest.length === unseen.size ? unseen : new Set(rest);
}

function without(set: ReadonlySet<number>, id: number): ReadonlySet<number> {
  if (!set.has(id)) {
    return set;
  }
  const rest = new Set(set);
  rest.delete(id);
  return rest;
}

// --- What an entry means for one seat. ---

function meaningOf(entry: Entry, seatId: string, rules: Rules): Meaning | undefined {
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
function heldBy({ call, start }: Entry, state: State): state is Held {
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
