import { cellsOf } from './columns.ts';
import type { Columns, MovieRow } from './columns.ts';
import { readDate, readDuration, readText } from './values.ts';

/** A row that is a movie. */
export interface ReadMovie {
  movie: MovieRow;
  /** The same without defaults: they are for new movies, and must not overwrite what is known. */
  told: Partial<MovieRow>;
}

export interface ReadOptions {
  /** Which column holds a key; what is not here is found by its name. */
  columns: Columns;
  defaultGenre?: string | undefined;
  defaultDuration?: number | undefined;
}

/** Reads a movie from a row, or says what is wrong with it. */
export function readMovie(
  record: Record<string, unknown>,
  options: ReadOptions,
): ReadMovie | { fault: string } {
  const { told, faults } = readCells(cellsOf(record, options.columns));
  const genre = told.genre ?? options.defaultGenre;
  const durationMinutes = told.durationMinutes ?? options.defaultDuration;
  const { title } = told;
  const isFaulty = (what: string) => faults.some((fault) => fault.startsWith(`the ${what}`));
  const missing = Object.entries({ title, genre, duration: durationMinutes })
    .filter(([what, value]) => value === undefined && !isFaulty(what))
    .map(([what]) => `has no ${what}`);

  const isWhole = title !== undefined && genre !== undefined && durationMinutes !== undefined;
  return isWhole && faults.length === 0
    ? { movie: { ...told, title, genre, durationMinutes }, told }
    : { fault: [...faults, ...missing].join('; ') };
}

/** Same title, case and spaces aside, and same release date: the same movie. */
export function movieIdentity(movie: { title: string; releaseDate?: string | null }): string {
  const title = movie.title.normalize('NFC').toLowerCase().replace(/\s+/g, '');
  return `${movie.releaseDate ?? ''}\n${title}`;
}

function readCells(cells: Partial<Record<keyof MovieRow, unknown>>): {
  told: Partial<MovieRow>;
  faults: string[];
} {
  const faults: string[] = [];
  const told = {
    title: readText('title', cells.title, faults),
    genre: readText('genre', cells.genre, faults),
    durationMinutes: readDuration(cells.durationMinutes, faults),
    releaseDate: readDate(cells.releaseDate, faults),
    description: readText('description', cells.description, faults),
    contentRating: readText('contentRating', cells.contentRating, faults),
  };
  const present = Object.entries(told).filter(([, value]) => value !== undefined);
  return { told: Object.fromEntries(present), faults };
}
