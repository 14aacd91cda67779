import { CliError, exitCodes, usageError } from '../failure.ts';
import { excerpt } from './excerpt.ts';
import { isNothing, isNoTitle } from './nothing.ts';

export const ageRules = ['advisory', 'accompanied', 'restricted'] as const;
export type AgeRule = (typeof ageRules)[number];

/** The movie in a row, without the keys whose cells are empty. */
export interface MovieRow {
  title: string;
  genre: string;
  durationMinutes: number;
  releaseDate?: string;
  description?: string;
  contentRating?: string;
  minimumAge?: number;
  ageRule?: AgeRule;
}

type MovieKey = keyof MovieRow;

/** The column of a file for each key. */
export type Columns = Partial<Record<MovieKey, string>>;

/** Reads `--map title=Title,genre=Kind`. */
export function readColumns(text: string): Columns {
  const columns: Columns = {};
  for (const pair of text.split(',')) {
    const [name = '', column = ''] = pair.split(/=(.*)/s).map((part) => part.trim());
    const key = keys.find((each) => same(each) === same(name));
    if (!key || column === '') {
      throw usageError(
        `--map cannot use "${pair.trim()}".`,
        `Use key=column. The keys are ${keys.join(', ')}.`,
      );
    }
    if (columns[key] !== undefined) {
      throw usageError(`--map names ${key} twice.`);
    }
    columns[key] = column;
  }
  return columns;
}

/**
 * Checks the columns of a file before its rows are imported.
 *
 * @throws CliError if `--map` names a column that does not exist, or if no column is known
 */
export function assertColumns(names: readonly string[], columns: Columns): void {
  const named = names.filter((name) => name.trim() !== '');
  if (named.length === 0) {
    // A list of JSON without objects. Its rows are refused.
    return;
  }
  const missing = Object.values(columns).filter(
    (column) => !named.some((name) => isColumn(name, column)),
  );
  if (missing.length > 0) {
    const what = missing.map((column) => `"${excerpt(column)}"`).join(' or ');
    throw usageError(`The file has no column ${what}. Its columns are ${listed(named)}.`);
  }
  if (unusedColumns(named, columns).length === named.length) {
    throw new CliError(
      exitCodes.invalid,
      `The file has no column of a movie. Its columns are ${listed(named)}.`,
    );
  }
}

/** The columns from which no key is read. */
export function unusedColumns(names: Iterable<string>, columns: Columns): string[] {
  const isUsed = (name: string) =>
    keys.some((key) => {
      const column = columns[key];
      return column === undefined ? namesOf[key].includes(same(name)) : isColumn(name, column);
    });
  return [...names].filter((name) => name.trim() !== '' && !isUsed(name));
}

/** The names of columns in a sentence, on one line. */
export function listed(names: readonly string[]): string {
  const shown = names.map((name) => excerpt(name.trim().replace(/\s+/g, ' ')));
  const more = shown.length - mostListed;
  return `${shown.slice(0, mostListed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A file that is not a table may have a column for each of its commas. */
const mostListed = 30;

/** The values of a row by the keys of the API, without empty cells. */
export function cellsOf(
  record: Record<string, unknown>,
  columns: Columns,
): Partial<Record<MovieKey, unknown>> {
  const byName = new Map<string, unknown>();
  for (const [name, value] of Object.entries(record)) {
    const known = same(name);
    if (isNothing(byName.get(known))) {
      byName.set(known, value);
    }
  }
  const cells: Partial<Record<MovieKey, unknown>> = {};
  for (const key of keys) {
    const column = columns[key];
    const found =
      column === undefined
        ? namesOf[key].map((name) => byName.get(name))
        : [Object.hasOwn(record, column) ? record[column] : byName.get(same(column))];
    const isEmpty = key === 'title' ? isNoTitle : isNothing;
    cells[key] = found.find((value) => !isEmpty(value));
  }
  return cells;
}

/**
 * Column names of each key, in any case and spacing. The first one with a value is used, so a year
 * counts where there is no date.
 */
const namesOf: Record<MovieKey, readonly string[]> = {
  title: ['title'],
  genre: ['genre', 'majorgenre', 'genres'],
  durationMinutes: ['durationminutes', 'runningtimemin'],
  releaseDate: ['releasedate', 'year', 'releaseyear'],
  description: ['description'],
  contentRating: ['contentrating', 'mpaarating'],
  minimumAge: ['minimumage'],
  ageRule: ['agerule'],
};

const keys = Object.keys(namesOf) as MovieKey[];

/** Whether `--map` can mean a column by this text. */
function isColumn(name: string, text: string): boolean {
  return name === text || (same(text) !== '' && same(name) === same(text));
}

/** Rows have the same names, and the key of a name takes time. */
const known = new Map<string, string>();
const mostKnown = 10_000;

/** `Running Time min`, `running_time_min` and `runningTimeMin` are the same name. */
function same(name: string): string {
  let key = known.get(name);
  if (key === undefined) {
    key = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    if (known.size < mostKnown) {
      known.set(name, key);
    }
  }
  return key;
}
