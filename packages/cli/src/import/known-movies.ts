import type { Matinee, Movie } from '@matinee/sdk';
import { movieIdentity } from './movie-row.ts';
import type { MovieRow } from './movie-row.ts';

/** What is kept of a movie on the server: enough to tell whether a row says something new. */
interface Known {
  id: string;
  revision: number;
  genre: string;
  durationMinutes: number;
  contentRating: string | null;
  description: string | null;
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

  find(movie: { title: string; releaseDate?: string | null }): Known | undefined {
    return this.#movies.get(movieIdentity(movie));
  }

  add(movie: Omit<Movie, 'createdAt' | 'updatedAt' | 'posterUrl'>): void {
    const { id, revision, genre, durationMinutes, contentRating, description } = movie;
    const kept = { id, revision, genre, durationMinutes, contentRating, description };
    this.#movies.set(movieIdentity(movie), kept);
  }
}

/** What the row says otherwise; what it does not say stays. */
export function differences(known: Known, told: Partial<MovieRow>): Partial<MovieRow> {
  const keys = ['genre', 'durationMinutes', 'contentRating', 'description'] as const;
  const changed = keys.filter((key) => told[key] !== undefined && told[key] !== known[key]);
  return Object.fromEntries(changed.map((key) => [key, told[key]]));
}
