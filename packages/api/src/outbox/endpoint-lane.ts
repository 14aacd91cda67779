import type { EndpointRoom, LeasedDelivery } from './deliveries.ts';

/** Attempts at endpoints that one server has under way: all of them, and at one endpoint. */
const atOnce = 16;
const atOnceEach = 4;

/**
 * The same for endpoints whose last attempt failed. They may all take as long as an attempt can: the
 * rest of the room is left to the others.
 */
const failingAtOnce = 6;
const failingAtOnceEach = 1;

/** What the lane is given by the worker. */
interface Work {
  lease: (room: EndpointRoom) => Promise<LeasedDelivery[]>;
  attempt: (delivery: LeasedDelivery) => Promise<void>;
  /** The database was away; the next round of the worker tries again. */
  failed: (error: unknown) => void;
}

/** An attempt under way. */
interface Running {
  target: string;
  isFailing: boolean;
  ended: Promise<void>;
}

/**
 * Attempts at webhook endpoints, beside the other deliveries. An endpoint may take fifteen seconds, so
 * nothing waits for all attempts to end: each frees room for another.
 */
export class EndpointLane {
  readonly #work: Work;
  readonly #running = new Set<Running>();
  #filling: Promise<void> | undefined;
  #isWanted = false;
  #isClosed = false;

  constructor(work: Work) {
    this.#work = work;
  }

  /** Begins what is due and has room; resolves when it has begun. */
  fill(): Promise<void> {
    this.#isWanted = true;
    this.#filling ??= this.#fillWhileWanted()
      .catch(this.#work.failed)
      .finally(() => {
        this.#filling = undefined;
        if (this.#isWanted && !this.#isClosed) {
          void this.fill();
        }
      });
    return this.#filling;
  }

  /** Begins nothing more; resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.idle();
  }

  /** Resolves when nothing is under way and nothing is due. */
  async idle(): Promise<void> {
    while (this.#filling || this.#running.size > 0) {
      await Promise.all([this.#filling, ...[...this.#running].map(({ ended }) => ended)]);
    }
  }

  async #fillWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false;
      await this.#begin(false);
      await this.#begin(true);
    }
  }

  async #begin(areFailing: boolean): Promise<void> {
    const failing = [...this.#running].filter(({ isFailing }) => isFailing).length;
    const left = atOnce - this.#running.size;
    const most = areFailing ? Math.min(left, failingAtOnce - failing) : left;
    if (most <= 0) {
      return;
    }
    const busy = new Map<string, number>();
    for (const { target } of this.#running) {
      busy.set(target, (busy.get(target) ?? 0) + 1);
    }
    const mostEach = areFailing ? failingAtOnceEach : atOnceEach;
    for (const delivery of await this.#work.lease({ most, mostEach, areFailing, busy })) {
      this.#run(delivery, areFailing);
    }
  }

  #run(delivery: LeasedDelivery, isFailing: boolean): void {
    const running: Running = { target: delivery.target, isFailing, ended: Promise.resolve() };
    running.ended = this.#work
      .attempt(delivery)
      .catch(this.#work.failed)
      .then(() => {
        this.#running.delete(running);
        void this.fill();
      });
    this.#running.add(running);
  }
}
