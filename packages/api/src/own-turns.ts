import { FairTurns } from './fair-turns.ts';

type RestAfter = (error: unknown) => Promise<void> | undefined;

/**
 * A few pieces of work of each source at a time. What one source asks for beyond that waits for its own
 * work alone, and keeps nothing meanwhile that others could use.
 */
export class OwnTurns {
  readonly #places: number;
  readonly #restAfter: RestAfter;
  readonly #sources = new Map<string, { turns: FairTurns; asked: number }>();

  /**
   * @param places pieces of work of one source at a time
   * @param restAfter what keeps the place of failed work when its error has been passed on; nothing by default
   */
  constructor(places: number, restAfter: RestAfter = () => undefined) {
    this.#places = places;
    this.#restAfter = restAfter;
  }

  /** Sources that have work at present, or whose places rest. */
  get size(): number {
    return this.#sources.size;
  }

  /** Runs `work` when few enough others of its source run, in the order in which they were asked for. */
  async run<Result>(source: string, work: () => Promise<Result>): Promise<Result> {
    const own = this.#sources.get(source) ?? { turns: new FairTurns(this.#places), asked: 0 };
    this.#sources.set(source, own);
    own.asked += 1;
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    void own.turns
      .run(source, async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
          await this.#restAfter(error);
        }
      })
      .then(() => {
        own.asked -= 1;
        if (own.asked === 0) {
          this.#sources.delete(source);
        }
      });
    return promise;
  }
}
