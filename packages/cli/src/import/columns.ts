import { usageError } from '../failure.ts';
import { isNothing, isNoTitle } from './nothing.ts';

/** The movie in a row, without the keys whose cells are empty. */
export interface MovieRow {
  title: string;
  genre: string;
  durationMinutes: number;
  releaseDate?: string;
  description?: string;
  contentRating?: string;
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
    columns[key] = column;
  }
  return columns;
}

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
};

const keys = Object.keys(namesOf) as MovieKey[];

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
