import { context } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';

/*
 * One round trip for all calls that are waiting. Nobody waits for a batch to fill: while a place is
 * free a call goes immediately, alone; while all are taken, the calls that arrive wait for the next.
 * A quiet server answers as if there were no batches, and a busy one gets cheaper per call.
 */

/** What a batch is made of. */
export interface BatchOptions<Call, Result> {
  /** Calls in one batch at most. */
  most: number;
  /** Batches under way at most. */
  places: number;
  /**
   * Runs the calls in one transaction, in the order of their arrival, and waits for no row lock. When
   * it rejects, nothing of it has happened, or repeating a call does no harm; with `NotSent`, no
   * call is repeated.
   */
  together: (calls: readonly Call[]) => Promise<Result[]>;
  /** Runs one call by itself, as if there were no batches; it may wait for row locks. */
  alone: (call: Call) => Promise<Result>;
  /** Whose call it is: calls of one owner never overtake one another. */
  ownerOf?: (call: Call) => string;
  /**
   * What a call is about. Groups take turns, so that a crowd about one thing does not keep others
   * waiting.
   */
  groupOf?: (call: Call) => string;
}

/** Nothing was sent, and a call alone would fare no better: each call of the batch gets the cause. */
export class NotSent extends Error {
  constructor(cause: unknown) {
    super('Nothing was sent.', { cause });
  }
}

/** Figures of a batch since the start, for `/metrics`. */
export interface BatchFigures {
  batches: number;
  /** Calls that travelled in batches; divided by `batches`, the mean size. */
  calls: number;
  /** Calls that left a batch that failed, and ran alone. */
  alone: number;
  /** Calls that wait for the next batch now. */
  waiting: number;
}

interface Waiting<Call, Result> {
  call: Call;
  owner: string | undefined;
  /** The span of the call: a batch belongs to that of its first. */
  context: Context;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
}

/**
 * Calls of a crowd in a batch while others are there. Its answers come in small portions then, which
 * this process serves between the calls of the others. Beside 200 customers who want the seats of one
 * show, eight who buy elsewhere keep 0.63 of their rate with a share of two, 0.54 with four, 0.49 with
 * eight and 0.26 without a limit (P2 of the benchmark on 2026-11-30, three pairs of rounds each).
 */
const shareOfCrowd = 2;

/** Calls of one kind that share round trips. */
export class NaturalBatch<Call, Result> {
  readonly #options: BatchOptions<Call, Result>;
  readonly #underWay = new Map<string, number>();
  #waiting: Waiting<Call, Result>[] = [];
  #free: number;
  /** Whether the batch before had calls of groups that are no crowd. */
  #hadOthers = false;
  #batches = 0;
  #calls = 0;
  #alone = 0;

  constructor(options: BatchOptions<Call, Result>) {
    this.#options = options;
    this.#free = options.places;
  }

  get figures(): BatchFigures {
    const [batches, calls, alone] = [this.#batches, this.#calls, this.#alone];
    return { batches, calls, alone, waiting: this.#waiting.length };
  }

  /** Runs a call; its result or its failure is its own, whatever becomes of the others. */
  run(call: Call): Promise<Result> {
    return new Promise((resolve, reject) => {
      const owner = this.#options.ownerOf?.(call);
      this.#waiting.push({ call, owner, context: context.active(), resolve, reject });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#free > 0) {
      const members = this.#take();
      if (members.length === 0) {
        return;
      }
      this.#free -= 1;
      void this.#send(members);
    }
  }

  /** The calls whose turn it is, in their order, without those whose owner has an earlier one under way. */
  #take(): Waiting<Call, Result>[] {
    const free = this.#waiting.filter(
      ({ owner }) => owner === undefined || !this.#underWay.has(owner),
    );
    const chosen = new Set(this.#turns(free).slice(0, this.#options.most));
    const passed = new Set<string | undefined>();
    const taken = free.filter((each) => {
      if (chosen.has(each) && (each.owner === undefined || !passed.has(each.owner))) {
        return true;
      }
      passed.add(each.owner);
      return false;
    });
    for (const each of taken) {
      this.#count(each.owner, 1);
    }
    const gone = new Set(taken);
    this.#waiting = this.#waiting.filter((each) => !gone.has(each));
    return taken;
  }

  /**
   * The first call of each group, then the second of each, and so on. A crowd has its share of a batch
   * while others are there, and a whole batch when it is alone.
   */
  #turns(calls: Waiting<Call, Result>[]): Waiting<Call, Result>[] {
    const { groupOf } = this.#options;
    if (groupOf === undefined || calls.length === 0) {
      return calls;
    }
    const groups = [...Map.groupBy(calls, ({ call }) => groupOf(call)).values()];
    const hasOthers = groups.some((group) => group.length <= shareOfCrowd);
    const most = hasOthers || this.#hadOthers ? shareOfCrowd : this.#options.most;
    this.#hadOthers = hasOthers;
    return groups
      .flatMap((group) => group.slice(0, most).map((each, turn) => ({ each, turn })))
      .toSorted((a, b) => a.turn - b.turn)
      .map(({ each }) => each);
  }

  async #send(members: Waiting<Call, Result>[]): Promise<void> {
    this.#batches += 1;
    this.#calls += members.length;
    try {
      const calls = members.map(({ call }) => call);
      const { together } = this.#options;
      const results = await context.with(contextOf(members), () => together(calls));
      this.#settle(members, results);
    } catch (error) {
      if (error instanceof NotSent) {
        this.#refuse(members, error.cause);
      } else {
        this.#alone += members.length;
        // Outside the places: what waits for a row lock must not keep others waiting.
        void this.#sendAlone(members);
      }
    }
    this.#free += 1;
    this.#dispatch();
  }

  #settle(members: Waiting<Call, Result>[], results: Result[]): void {
    if (results.length !== members.length) {
      throw new Error(`A batch of ${members.length} calls returned ${results.length} results.`);
    }
    for (const [index, { owner, resolve }] of members.entries()) {
      this.#count(owner, -1);
      resolve(results[index] as Result);
    }
  }

  #refuse(members: Waiting<Call, Result>[], cause: unknown): void {
    for (const { owner, reject } of members) {
      this.#count(owner, -1);
      reject(cause);
    }
  }

  /** Each by itself; those of one owner one after the other. */
  async #sendAlone(members: Waiting<Call, Result>[]): Promise<void> {
    const byOwner = Map.groupBy(members, ({ owner }) => owner ?? Symbol('no owner'));
    await Promise.all(
      [...byOwner.values()].map(async (calls) => {
        for (const { call, owner, context: own, resolve, reject } of calls) {
          await context.with(own, () => this.#options.alone(call)).then(resolve, reject);
          this.#count(owner, -1);
        }
        this.#dispatch();
      }),
    );
  }

  #count(owner: string | undefined, by: 1 | -1): void {
    if (owner === undefined) {
      return;
    }
    const count = (this.#underWay.get(owner) ?? 0) + by;
    if (count === 0) {
      this.#underWay.delete(owner);
    } else {
      this.#underWay.set(owner, count);
    }
  }
}

function contextOf([first]: readonly { context: Context }[]): Context {
  return first?.context ?? context.active();
}
