import { createHash } from 'node:crypto';
import type { Matinee, Movie } from '@matinee/sdk';
import type { MovieRow } from './columns.ts';
import { movieIdentity } from './movie-row.ts';

/** Keys that a row may say otherwise; title and release date say which movie it is. */
const keys = ['genre', 'durationMinutes', 'contentRating', 'description'] as const;

/** What is kept of a movie: fingerprints tell whether a row says something new, and stay small. */
interface Known {
  id: string;
  revision: number;
  prints: readonly number[];
}

/** What there is on the server already, by title and release date. */
export class KnownMovies {
  readonly #movies = new Map<string, Known>();

  static async read(matinee: Matinee): Promise<KnownMovies> {
    const known = new KnownMovies();
    for await (const movie of matinee.movies.list.all({})) {
      // Where one movie is there twice, the first by title stands for both.
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

/** What the row says otherwise; what it does not say stays. */
export function differences(known: Known, told: Partial<MovieRow>): Partial<MovieRow> {
  const changed = keys.filter(
    (key, index) => told[key] !== undefined && print(told[key]) !== known.prints[index],
  );
  return Object.fromEntries(changed.map((key) => [key, told[key]]));
}

/** 48 bits: two values that differ look the same once in 10^14. */
function print(value: string | number | null | undefined): number {
  return digest(String(value ?? '')).readUIntBE(0, 6);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
