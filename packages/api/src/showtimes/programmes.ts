import type { Observer } from '../observer.ts';
import type { SharedSnapshots } from '../shared-snapshots.ts';
import { SnapshotCache } from '../snapshot-cache.ts';
import type { SnapshotForm } from '../snapshot-cache.ts';
import type { Programme, ReadProgramme } from './schema.ts';

/** How old a programme may be, from the beginning of its reading. */
const maxAgeMs = 1_000;

/** Programmes kept: two weeks of some cinemas, 100 kB each for 20 theaters. */
const mostKept = 100;

/** As JSON; what is in a programme is the same for every caller. */
const form: SnapshotForm<Programme> = {
  encode: (programme) => JSON.stringify(programme),
  decode: (text) =>
    (JSON.parse(text) as Programme).map(({ movie, showtimes }) => ({
      movie,
      showtimes: showtimes.map((show) => ({ ...show, startTime: new Date(show.startTime) })),
    })),
};

interface Sharing {
  observer: Observer;
  /** The other servers, if there are any to share with. */
  snapshots?: SharedSnapshots | undefined;
}

/** One reading of the programme per site and day, shared by all who ask within a second. */
export class Programmes {
  readonly #cache: SnapshotCache<Programme>;

  constructor({ observer, snapshots }: Sharing) {
    const shared = { snapshots, form };
    const options = { maxAgeMs, mostKept, sharesSlow: true, observer, shared };
    this.#cache = new SnapshotCache({ name: 'programme', ...options });
  }

  /** How many programmes are kept. */
  get kept(): number {
    return this.#cache.kept;
  }

  /**
   * A programme whose reading was begun at most a second ago, perhaps by another server.
   *
   * @param select reads it from the primary: a replica may lag by more than a programme may be old
   * @throws what `select` throws
   */
  read({ siteId = '', date }: ReadProgramme, select: () => Promise<Programme>): Promise<Programme> {
    return this.#cache.get(`${siteId} ${date}`, select);
  }
}
