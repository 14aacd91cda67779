import { createHash } from 'node:crypto';
import type { Matinee, Movie } from '@matinee/sdk';
import type { MovieRow } from './columns.ts';
import { movieIdentity } from './movie-row.ts';

/** The keys that a row can update. Title and release date identify the movie. */
const keys = ['genre', 'durationMinutes', 'contentRating', 'description'] as const;

/** A movie without its values. Fingerprints need less memory, and show whether a row differs. */
interface Known {
  id: string;
  revision: number;
  prints: readonly number[];
}

/** The movies on the server, by title and release date. */
export class KnownMovies {
  readonly #movies = new Map<string, Known>();

  static async read(matinee: Matinee): Promise<KnownMovies> {
    const known = new KnownMovies();
    for await (const movie of matinee.movies.list.all({})) {
      // Of two movies with one identity, rows update the first.
      if (!known.find(movie)) {
        known.add(movie);
      }
    }
    return known;
  }

  find(movie: Pick<Movie, 'title'> & { releaseDate?: string | null }): Known | undefined {
    return this.#movies.get(digest(movieIdentity(movie)).toString('base64'));
  }

  add(movie: MovieRow | Movie): void {
    const identity = digest(movieIdentity(movie)).toString('base64');
    const { id = '', revision = 1 } = movie as Partial<Movie>;
    this.#movies.set(identity, { id, revision, prints: keys.map((key) => print(movie[key])) });
  }
}

/** The values of a row that differ from the stored ones. Empty cells differ from nothing. */
export function differences(known: Known, given: Partial<MovieRow>): Partial<MovieRow> {
  const changed = keys.filter(
    (key, index) => given[key] !== undefined && print(given[key]) !== known.prints[index],
  );
  return Object.fromEntries(changed.map((key) => [key, given[key]]));
}

/** 48 bits: two different values collide with a probability of 10^-14. */
function print(value: string | number | null | undefined): number {
  return digest(String(value ?? '')).readUIntBE(0, 6);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
