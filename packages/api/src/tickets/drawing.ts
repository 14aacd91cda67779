import { RateLimitedError, UnavailableError } from '../errors.ts';
import { FairTurns } from '../fair-turns.ts';
import type { Observer } from '../observer.ts';
import type { TicketPrinter, TicketSheet } from './sheet.ts';

/** Files that wait: for one source, and for all together. */
const longestQueueOfOne = 10;
const longestQueue = 200;

/** Draws tickets, one file at a time and fair to those who ask: a file takes about 50 ms of a core. */
export class TicketDrawing {
  readonly #turns = new FairTurns(1);
  readonly #printer: TicketPrinter | undefined;
  readonly #observer: Observer;

  /** @param printer undefined: nothing is drawn here */
  constructor(printer: TicketPrinter | undefined, observer: Observer) {
    this.#printer = printer;
    this.#observer = observer;
  }

  /** Whether anything is drawn here. */
  get isOn(): boolean {
    return this.#printer !== undefined;
  }

  /**
   * The tickets as PDF, a page for each seat.
   *
   * @param source the caller, or the reservation, that it is for
   * @throws RateLimitedError when too many files of the source wait already
   * @throws UnavailableError when too many wait altogether, or it could not be drawn
   */
  async pdf(source: string, sheet: TicketSheet): Promise<Uint8Array> {
    if (this.#turns.waitingOf(source) >= longestQueueOfOne) {
      throw new RateLimitedError(1);
    }
    if (this.#turns.waiting >= longestQueue) {
      throw new UnavailableError();
    }
    return this.#turns.run(source, () => this.#draw(sheet));
  }

  async #draw(sheet: TicketSheet): Promise<Uint8Array> {
    if (!this.#printer) {
      throw new UnavailableError();
    }
    const began = performance.now();
    const ended = (outcome: 'drawn' | 'failed') =>
      this.#observer.ticketsDrawn(outcome, (performance.now() - began) / 1_000);
    try {
      const file = await this.#printer.pdf(sheet);
      ended('drawn');
      return file;
    } catch (error) {
      ended('failed');
      throw new UnavailableError(error);
    }
  }
}
