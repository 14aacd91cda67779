import type { Programme, ReadProgramme } from './schema.ts';

/** How old a programme may be, from the beginning of its reading. */
const freshForMs = 1_000;

/** Programmes kept: two weeks of some cinemas, 100 kB each for 20 theaters. */
const mostKept = 100;

/** A programme, and since when it is being read. */
interface Snapshot {
  at: number;
  isRead: boolean;
  reading: Promise<Programme>;
}

/** One reading of the programme per server, site and day, shared by all who ask within a second. */
export class Programmes {
  /** In the order of age. */
  readonly #recent = new Map<string, Snapshot>();

  /** How many programmes are kept. */
  get kept(): number {
    return this.#recent.size;
  }

  /**
   * A programme whose reading was begun at most a second ago. Callers who come while one is being read wait for
   * it, however long it takes: a database that is slow is asked once.
   *
   * @param select reads it from the primary: a replica may lag by more than a programme may be old
   * @throws what `select` throws
   */
  read({ siteId = '', date }: ReadProgramme, select: () => Promise<Programme>): Promise<Programme> {
    const key = `${siteId} ${date}`;
    const now = performance.now();
    const known = this.#recent.get(key);
    if (known && (!known.isRead || now - known.at < freshForMs)) {
      return known.reading;
    }
    this.#recent.delete(key);
    this.#makeRoom(now);
    const snapshot = { at: now, isRead: false, reading: select() };
    this.#recent.set(key, snapshot);
    snapshot.reading.then(
      () => (snapshot.isRead = true),
      () => this.#forget(key, snapshot),
    );
    return snapshot.reading;
  }

  #forget(key: string, snapshot: Snapshot): void {
    if (this.#recent.get(key) === snapshot) {
      this.#recent.delete(key);
    }
  }

  /** Drops what is too old, and the oldest where many days are asked for. */
  #makeRoom(now: number): void {
    for (const [key, { at, isRead }] of this.#recent) {
      if (this.#recent.size < mostKept && (!isRead || now - at < freshForMs)) {
        return;
      }
      this.#recent.delete(key);
    }
  }
}
