import { cellsOf } from './columns.ts';
import type { Columns, MovieRow } from './columns.ts';
import { firstDay, readDate } from './dates.ts';
import type { Judge } from './delimited.ts';
import { readDuration } from './durations.ts';
import { readAgeRule, readGenre, readMinimumAge, readText } from './values.ts';

/** A valid row. */
export interface ReadMovie {
  movie: MovieRow;
  /**
   * The movie without defaults, which are for new movies and must not overwrite stored values. The
   * release date is as precise as in the row: `1998-06-12`, `1998-06` or `1998`.
   */
  given: Partial<MovieRow>;
}

export interface ReadOptions {
  /** Columns by key. Other keys are found by the usual column names. */
  columns: Columns;
  defaultGenre?: string | undefined;
  defaultDuration?: number | undefined;
}

/** Reads a movie from a row. @returns the movie, or a description of what is wrong */
export function readMovie(
  record: Record<string, unknown>,
  options: ReadOptions,
): ReadMovie | { fault: string } {
  const { given, faults } = readCells(cellsOf(record, options.columns));
  const genre = given.genre ?? options.defaultGenre;
  const durationMinutes = given.durationMinutes ?? options.defaultDuration;
  const { title, releaseDate } = given;
  const isFaulty = (what: string) => faults.some((fault) => fault.startsWith(`${what} `));
  const missing = Object.entries({ title, genre, duration: durationMinutes })
    .filter(([what, value]) => value === undefined && !isFaulty(what))
    .map(([what]) => `${what} is missing`);

  const isWhole = title !== undefined && genre !== undefined && durationMinutes !== undefined;
  if (!isWhole || faults.length > 0) {
    return { fault: [...faults, ...missing].join('; ') };
  }
  const date = releaseDate === undefined ? {} : { releaseDate: firstDay(releaseDate) };
  return { movie: { ...given, title, genre, durationMinutes, ...date }, given };
}

/** Judges rows by the movies in them. Only a description has several lines. */
export function judgeOf(options: ReadOptions): Judge<Record<string, unknown>> {
  const isMovie = (record: Record<string, unknown>, defaults: ReadOptions) => {
    const { description: _text, ...cells } = cellsOf(record, options.columns);
    const hasLines = Object.values(cells).some((cell) => /[\r\n]/.test(String(cell)));
    return !hasLines && 'movie' in readMovie(record, defaults);
  };
  return {
    isPossible: (record) => isMovie(record, options),
    isComplete: (record) => isMovie(record, { columns: options.columns }),
  };
}

/** Movies are the same if title and release year are. Case and spaces do not count. */
export function movieIdentity(movie: { title: string; releaseDate?: string | null }): string {
  const title = movie.title.normalize('NFC').toLowerCase().replace(/\s+/g, '');
  return `${movie.releaseDate?.slice(0, 'YYYY'.length) ?? ''}\n${title}`;
}

function readCells(cells: Partial<Record<keyof MovieRow, unknown>>): {
  given: Partial<MovieRow>;
  faults: string[];
} {
  const faults: string[] = [];
  const given = {
    title: readText('title', cells.title, faults),
    genre: readGenre(cells.genre, faults),
    durationMinutes: readDuration(cells.durationMinutes, faults),
    releaseDate: readDate(cells.releaseDate, faults),
    description: readText('description', cells.description, faults),
    contentRating: readText('contentRating', cells.contentRating, faults),
    minimumAge: readMinimumAge(cells.minimumAge, faults),
    ageRule: readAgeRule(cells.ageRule, faults),
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { given: Object.fromEntries(present), faults };
}
