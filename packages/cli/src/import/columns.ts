import { usageError } from '../failure.ts';

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
    const key = (Object.keys(namesOf) as MovieKey[]).find((each) => same(each) === same(name));
    if (!key || column === '') {
      throw usageError(
        `--map cannot use "${pair.trim()}".`,
        `Use key=column. The keys are ${Object.keys(namesOf).join(', ')}.`,
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

/** Column names of each key, in any case and spacing. The first one with a value is used. */
const namesOf: Record<MovieKey, readonly string[]> = {
  title: ['title'],
  genre: ['genre', 'majorgenre'],
  durationMinutes: ['durationminutes', 'runningtimemin'],
  releaseDate: ['releasedate'],
  description: ['description'],
  contentRating: ['contentrating', 'mpaarating'],
};

/** `Running Time min`, `running_time_min` and `runningTimeMin` are the same name. */
function same(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && !value.trim());
}
