import { FairTurns } from './fair-turns.ts';

/**
 * A few pieces of work of each source at a time. What one source asks for beyond that waits for its own
 * work alone, and keeps nothing meanwhile that others could use.
 */
export class OwnTurns {
  readonly #places: number;
  readonly #sources = new Map<string, { turns: FairTurns; asked: number }>();

  /** @param places pieces of work of one source at a time */
  constructor(places: number) {
    this.#places = places;
  }

  /** Sources that have work at present. */
  get size(): number {
    return this.#sources.size;
  }

  /** Runs `work` when few enough others of its source run, in the order in which they were asked for. */
  async run<Result>(source: string, work: () => Promise<Result>): Promise<Result> {
    const own = this.#sources.get(source) ?? { turns: new FairTurns(this.#places), asked: 0 };
    this.#sources.set(source, own);
    own.asked += 1;
    try {
      return await own.turns.run(source, work);
    } finally {
      own.asked -= 1;
      if (own.asked === 0) {
        this.#sources.delete(source);
      }
    }
  }
}
