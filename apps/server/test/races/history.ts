import type { Entry, Rules } from './log.ts';
import { heldBy, meaningOf, stateKey } from './meanings.ts';
import type { Meaning, State } from './meanings.ts';

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
