import { hash } from 'node:crypto';
import type { Matinee, Movie } from '@matinee/sdk';
import type { MovieRow } from './columns.ts';
import { firstDay } from './dates.ts';
import { movieIdentity } from './movie-row.ts';

/** The keys that a row can update, apart from the date. The title identifies the movie. */
const keys = [
  'genre',
  'durationMinutes',
  'contentRating',
  'description',
  'minimumAge',
  'ageRule',
] as const;

/** The server’s, for a movie without one. */
const defaultAgeRule = 'advisory';

/** A movie without its values. Fingerprints need less memory, and show whether a row differs. */
export interface KnownMovie {
  id: string;
  revision: number;
  releaseDate: string | null;
  prints: readonly number[];
  /** The first row of the file that is about this movie, and what its rows have given so far. */
  claim?: { row: number; given: Given };
}

/** The values of rows. */
interface Given {
  releaseDate?: string | undefined;
  prints: readonly (number | undefined)[];
}

/** The movies on the server, by title and release year. */
export class KnownMovies {
  /** Several movies can have the same title and year, in the order of the server. */
  readonly #movies = new Map<string, KnownMovie[]>();

  static async read(matinee: Matinee): Promise<KnownMovies> {
    const known = new KnownMovies();
    for await (const movie of matinee.movies.list.all({})) {
      known.add(movie);
    }
    return known;
  }

  /**
   * The movie that a row is about. Of several movies, it is the one with the date of the row, then
   * the one with the fewest differences, then one that no earlier row is about.
   */
  find(movie: MovieRow, given: Partial<MovieRow>): KnownMovie | undefined {
    const rank = (known: KnownMovie) => {
      const { releaseDate, ...others } = differences(known, given);
      return [releaseDate === undefined ? 0 : 1, Object.keys(others).length, known.claim ? 1 : 0];
    };
    const candidates = this.#movies.get(digest(movieIdentity(movie)).toString('base64')) ?? [];
    return candidates.length < 2
      ? candidates[0]
      : candidates.toSorted((a, b) => compare(rank(a), rank(b)))[0];
  }

  add(movie: MovieRow | Movie): KnownMovie {
    const known: KnownMovie = { id: '', revision: 1, releaseDate: null, prints: [] };
    remember(known, movie);
    const identity = digest(movieIdentity(movie)).toString('base64');
    const others = this.#movies.get(identity);
    if (others) {
      others.push(known);
    } else {
      this.#movies.set(identity, [known]);
    }
    return known;
  }
}

/** Stores new values of a movie. */
export function remember(known: KnownMovie, movie: Partial<MovieRow> | Movie): void {
  const { id = known.id, revision = known.revision } = movie as Partial<Movie>;
  const { releaseDate = known.releaseDate } = movie;
  const prints = keys.map((key, index) =>
    key in movie
      ? print(movie[key])
      : (known.prints[index] ?? print(key === 'ageRule' ? defaultAgeRule : null)),
  );
  Object.assign(known, { id, revision, prints, releaseDate });
}

/** The values of a row that differ from the stored ones. Empty cells differ from nothing. */
export function differences(known: KnownMovie, given: Partial<MovieRow>): Partial<MovieRow> {
  const changed = keys.filter(
    (key, index) => given[key] !== undefined && print(given[key]) !== known.prints[index],
  );
  const { releaseDate } = given;
  // A year is the beginning of each of its dates.
  const isSameDate = releaseDate === undefined || known.releaseDate?.startsWith(releaseDate);
  return {
    ...Object.fromEntries(changed.map((key) => [key, given[key]])),
    ...(isSameDate ? {} : { releaseDate: firstDay(releaseDate) }),
  };
}

/** The keys for which a row gives another value than the earlier rows about the same movie. */
export function contradictions(known: KnownMovie, given: Partial<MovieRow>): (keyof MovieRow)[] {
  const before = known.claim?.given;
  const isOther = (key: (typeof keys)[number], index: number) => {
    const value = before?.prints[index];
    return value !== undefined && given[key] !== undefined && print(given[key]) !== value;
  };
  const [date, earlier] = [given.releaseDate ?? '', before?.releaseDate ?? ''];
  const isSameDate = date.startsWith(earlier) || earlier.startsWith(date);
  return [...keys.filter(isOther), ...(isSameDate ? [] : (['releaseDate'] as const))];
}

/** Notes that a row is about a movie, which has the values of the row now. */
export function claim(known: KnownMovie, row: number, given: Partial<MovieRow>): void {
  const before = known.claim?.given;
  const [date = '', earlier = ''] = [given.releaseDate, before?.releaseDate];
  known.claim = {
    row: known.claim?.row ?? row,
    given: {
      releaseDate: date.length > earlier.length ? date : earlier,
      prints: keys.map((key, index) =>
        given[key] === undefined ? before?.prints[index] : known.prints[index],
      ),
    },
  };
}

function compare(a: number[], b: number[]): number {
  const index = a.findIndex((each, at) => each !== b[at]);
  return (a[index] ?? 0) - (b[index] ?? 0);
}

/** 48 bits: two different values collide with a probability of 10^-14. */
function print(value: string | number | null | undefined): number {
  return digest(String(value ?? '')).readUIntBE(0, 6);
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
