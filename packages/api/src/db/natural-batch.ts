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

/** Calls of one kind that share round trips. */
export class NaturalBatch<Call, Result> {
  readonly #options: BatchOptions<Call, Result>;
  readonly #underWay = new Map<string, number>();
  #waiting: Waiting<Call, Result>[] = [];
  #free: number;
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

  /** The calls that waited longest, without those whose owner has an earlier one under way. */
  #take(): Waiting<Call, Result>[] {
    const taken: Waiting<Call, Result>[] = [];
    this.#waiting = this.#waiting.filter((each) => {
      const fits =
        taken.length < this.#options.most &&
        (each.owner === undefined || !this.#underWay.has(each.owner));
      if (fits) {
        taken.push(each);
      }
      return !fits;
    });
    for (const { owner } of taken) {
      this.#count(owner, 1);
    }
    return taken;
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
