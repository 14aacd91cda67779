/** How long a code must be out of view before it counts as a new one, in milliseconds. */
const outOfViewMs = 3_000;

/** Tells a new code from one that the camera has been seeing all the time. */
export class CodesInView {
  readonly #seenAt = new Map<string, number>();

  isNew(code: string): boolean {
    const seenAt = this.#seenAt.get(code);
    return seenAt === undefined || performance.now() - seenAt > outOfViewMs;
  }

  note(code: string): void {
    const now = performance.now();
    for (const [each, seenAt] of this.#seenAt) {
      if (now - seenAt > outOfViewMs) {
        this.#seenAt.delete(each);
      }
    }
    this.#seenAt.set(code, now);
  }
}
