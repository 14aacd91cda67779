/** Wakes the outbox worker of this process right after a commit, before its timer does. */
export class WakeUp {
  #pending = false;
  #resume: (() => void) | undefined;

  wake(): void {
    this.#pending = true;
    this.#resume?.();
  }

  /** Resolves when `wake` has been called since the last time, after `ms`, or on abort. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#resume = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', this.#resume, { once: true });
      });
      if (this.#resume) {
        signal.removeEventListener('abort', this.#resume);
      }
      this.#resume = undefined;
    }
    this.#pending = false;
  }
}
