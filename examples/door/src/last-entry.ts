import type { Verdict } from '@matinee/sdk/door';

/** An entry that can be taken back. */
export type Entry = Pick<Verdict, 'seat' | 'reference' | 'checkInId'>;

const key = 'door.last';

/** Remembers the last entry of a show, also over a reload: phones end pages that they do not show. */
export class LastEntry {
  readonly #showtimeId: string;

  constructor(showtimeId: string) {
    this.#showtimeId = showtimeId;
  }

  get entry(): Entry | undefined {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Kept>;
    return kept.showtimeId === this.#showtimeId ? kept.entry : undefined;
  }

  set entry(entry: Entry | undefined) {
    if (!entry) {
      LastEntry.forget();
      return;
    }
    const { seat, reference, checkInId } = entry;
    const kept: Kept = { showtimeId: this.#showtimeId, entry: { seat, reference, checkInId } };
    localStorage.setItem(key, JSON.stringify(kept));
  }

  static forget(): void {
    localStorage.removeItem(key);
  }
}

interface Kept {
  showtimeId: string;
  entry: Entry;
}
