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

type MovieKey = keyof MovieRow;

/** Which column of a file holds which key. */
export type Columns = Partial<Record<MovieKey, string>>;

/** Reads `--map title=Title,genre=Kind`. */
export function readColumns(text: string): Columns {
  const columns: Columns = {};
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

/** The values of a row under the API's keys; what is empty is absent. */
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

/** Names by which a key is known, in any case and spacing. The first with a value counts. */
const namesOf: Record<MovieKey, readonly string[]> = {
  title: ['title'],
  genre: ['genre', 'majorgenre'],
  durationMinutes: ['durationminutes', 'runningtimemin'],
  releaseDate: ['releasedate'],
  description: ['description'],
  contentRating: ['contentrating', 'mpaarating'],
};

/** `Running Time min`, `running_time_min` and `runningTimeMin` are one name. */
function same(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && !value.trim());
}
