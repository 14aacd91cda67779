import { usageError } from '../failure.ts';

/** A movie as a row tells it; what the row does not tell is absent. */
export interface MovieRow {
  title: string;
  genre: string;
  durationMinutes: number;
  releaseDate?: string;
  description?: string;
  contentRating?: string;
}

export type MovieKey = keyof MovieRow;

/** A row that is a movie. */
export interface ReadMovie {
  movie: MovieRow;
  /** The same without defaults: they are for new movies, and must not overwrite what is known. */
  told: Partial<MovieRow>;
}

export interface ReadOptions {
  /** Which column holds a key; what is not here is found by its name. */
  columns: Partial<Record<MovieKey, string>>;
  defaultGenre?: string | undefined;
  defaultDuration?: number | undefined;
}

/** Names by which a key is known, in any case and spacing. The first that holds something counts. */
const namesOf: Record<MovieKey, readonly string[]> = {
  title: ['title'],
  genre: ['genre', 'majorgenre'],
  durationMinutes: ['durationminutes', 'runningtimemin'],
  releaseDate: ['releasedate'],
  description: ['description'],
  contentRating: ['contentrating', 'mpaarating'],
};

/** The server's bounds, so that `--dry-run` tells what it would refuse. */
const longest = { title: 255, genre: 100, description: 5_000, contentRating: 20 } as const;
const longestMinutes = 1_440;

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

/** Reads `--map title=Title,genre=Kind`. */
export function readColumns(text: string): ReadOptions['columns'] {
  const columns: ReadOptions['columns'] = {};
  for (const pair of text.split(',')) {
    const [name = '', column = ''] = pair.split(/=(.*)/s).map((part) => part.trim());
    const key = (Object.keys(namesOf) as MovieKey[]).find((each) => same(each) === same(name));
    if (!key || column === '') {
      throw usageError(
        `--map does not understand "${pair.trim()}".`,
        `It takes key=column, where a key is one of: ${Object.keys(namesOf).join(', ')}.`,
      );
    }
    columns[key] = column;
  }
  return columns;
}

/** Same title, case and spaces aside, and same release date: the same movie. */
export function movieIdentity(movie: { title: string; releaseDate?: string | null }): string {
  const title = movie.title.normalize('NFC').toLowerCase().replace(/\s+/g, '');
  return `${movie.releaseDate ?? ''}\n${title}`;
}

function readCells(cells: Partial<Record<MovieKey, unknown>>): {
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

function cellsOf(
  record: Record<string, unknown>,
  columns: ReadOptions['columns'],
): Partial<Record<MovieKey, unknown>> {
  const byName = new Map(Object.entries(record).map(([name, value]) => [same(name), value]));
  const cells: Partial<Record<MovieKey, unknown>> = {};
  for (const key of Object.keys(namesOf) as MovieKey[]) {
    const column = columns[key];
    const found =
      column === undefined
        ? namesOf[key].map((name) => byName.get(name))
        : [Object.hasOwn(record, column) ? record[column] : byName.get(same(column))];
    cells[key] = found.find((value) => !isEmpty(value));
  }
  return cells;
}

/** `Running Time min`, `running_time_min` and `runningTimeMin` are one name. */
function same(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && !value.trim());
}

function readText(
  key: keyof typeof longest,
  value: unknown,
  faults: string[],
): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const what = key === 'contentRating' ? 'content rating' : key;
  if (typeof value === 'object') {
    faults.push(`the ${what} is not a text`);
    return undefined;
  }
  const text = String(value).trim();
  if (text.length > longest[key]) {
    faults.push(`the ${what} has ${text.length} characters, more than ${longest[key]}`);
    return undefined;
  }
  if (text.includes('\0') || !text.isWellFormed()) {
    faults.push(`the ${what} has characters that cannot be stored`);
    return undefined;
  }
  return text;
}

function readDuration(value: unknown, faults: string[]): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = String(value).trim();
  const minutes = /^\d{1,9}(\.0+)?( ?min(utes)?\.?)?$/i.test(text) ? Number.parseInt(text, 10) : NaN;
  if (minutes >= 1 && minutes <= longestMinutes) {
    return minutes;
  }
  faults.push(`the duration "${excerpt(text)}" is not 1 to ${longestMinutes} whole minutes`);
  return undefined;
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** `1998-06-12` and `Jun 12 1998`; a year has four digits, because two of them name no century. */
function readDate(value: unknown, faults: string[]): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = String(value).trim();
  const words = /^([a-z]{3}) (\d{1,2}) (\d{4})$/i.exec(text.replace(/\s+/g, ' '));
  const month = months.indexOf(words?.[1]?.toLowerCase() ?? '') + 1;
  const date = words
    ? `${words[3]}-${String(month).padStart(2, '0')}-${words[2]?.padStart(2, '0')}`
    : text;
  if (isDay(date)) {
    return date;
  }
  faults.push(`the release date "${excerpt(text)}" is not a day as YYYY-MM-DD or Mon D YYYY`);
  return undefined;
}

function isDay(date: string): boolean {
  if (!/^(1[89]|20|21)\d{2}-\d{2}-\d{2}$/.test(date)) {
    return false;
  }
  const instant = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(date);
}

function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
