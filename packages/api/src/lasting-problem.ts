import type { Log } from './log.ts';

/** What the log reads when a problem begins and when it is over. */
interface Messages {
  begins: string;
  ends: string;
}

/**
 * A problem that comes again with every attempt, such as a database that is away: one line in the log
 * when it begins, and one when it is over, with the number of failures and the time it lasted.
 */
export class LastingProblem {
  readonly #log: Log;
  readonly #messages: Messages;
  /** What fails now; the problem is over when the last of them works again. */
  readonly #failing = new Set<string>();
  #since = 0;
  #failures = 0;

  constructor(log: Log, messages: Messages) {
    this.#log = log;
    this.#messages = messages;
  }

  /** @param what the part that failed, where one problem has several */
  failed(err: unknown, what = ''): void {
    if (this.#failing.size === 0) {
      this.#since = performance.now();
      this.#failures = 0;
      this.#log.warn({ err }, this.#messages.begins);
    }
    this.#failing.add(what);
    this.#failures += 1;
  }

  /** Notes that a part works, or is not needed any more. */
  worked(what = ''): void {
    if (this.#failing.delete(what) && this.#failing.size === 0) {
      const seconds = Math.round((performance.now() - this.#since) / 100) / 10;
      this.#log.info({ failures: this.#failures, seconds }, this.#messages.ends);
    }
  }
}
