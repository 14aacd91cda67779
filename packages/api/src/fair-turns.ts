/*
 * Turns for work that few may do at a time. Sources take turns, and so do the requests of each: one that
 * sends a hundred requests delays another that sends one by a single piece of work.
 */

interface Waiting {
  begin: () => void;
}

/** Takes the first of what a source waits for. If it has more, it stands behind the other sources then. */
export function takeTurn<Item>(queues: Map<string, Item[]>, source: string): Item | undefined {
  const queue = queues.get(source) ?? [];
  const first = queue.shift();
  queues.delete(source);
  if (queue.length > 0) {
    queues.set(source, queue);
  }
  return first;
}

/** A queue that is fair to its sources. */
export class FairTurns {
  readonly #places: number;
  /** Sources in the order of their next turn. */
  readonly #queues = new Map<string, Waiting[]>();
  #busy = 0;
  #waiting = 0;

  /** @param places pieces of work at a time */
  constructor(places: number) {
    this.#places = places;
  }

  /** Requests that wait, of all sources. */
  get waiting(): number {
    return this.#waiting;
  }

  waitingOf(source: string): number {
    return this.#queues.get(source)?.length ?? 0;
  }

  /** Runs `work` when the source's turn has come. */
  async run<Result>(source: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#busy >= this.#places) {
      await this.#wait(source);
    } else {
      this.#busy += 1;
    }
    try {
      return await work();
    } finally {
      this.#handOver();
    }
  }

  #wait(source: string): Promise<void> {
    return new Promise((begin) => {
      const queue = this.#queues.get(source);
      if (queue) {
        queue.push({ begin });
      } else {
        this.#queues.set(source, [{ begin }]);
      }
      this.#waiting += 1;
    });
  }

  /** The place goes to the source whose turn it is, which then stands behind the others. */
  #handOver(): void {
    const [source] = this.#queues.keys();
    if (source === undefined) {
      this.#busy -= 1;
      return;
    }
    this.#waiting -= 1;
    takeTurn(this.#queues, source)?.begin();
  }
}
