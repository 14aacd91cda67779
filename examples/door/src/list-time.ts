import type { Manifest } from '@matinee/sdk';

const keyOf = (showtimeId: string) => `door.listed:${showtimeId}`;

/** Remembers when the list of a show's tickets was loaded, also over a reload. */
export class ListTime {
  readonly #key: string;
  #manifest: Manifest | undefined;

  /** @param kept the list that a reload found in the storage: its time is known */
  constructor(showtimeId: string, kept: Manifest | undefined) {
    this.#key = keyOf(showtimeId);
    this.#manifest = kept;
  }

  get at(): Date | undefined {
    const text = localStorage.getItem(this.#key);
    return text === null ? undefined : new Date(text);
  }

  note(manifest: Manifest | undefined): void {
    if (manifest && manifest !== this.#manifest) {
      this.#manifest = manifest;
      localStorage.setItem(this.#key, new Date().toISOString());
    }
  }

  static forget(showtimeId: string): void {
    localStorage.removeItem(keyOf(showtimeId));
  }
}
