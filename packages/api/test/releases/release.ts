/** What the servers of a release do with the database; `src/db/releases/*.json`. */
export interface Release {
  version: string;
  /** Applied by it, oldest first. */
  migrations: string[];
  statements: RecordedStatement[];
  /** Run one after the other in one transaction, which is rolled back. */
  steps: RecordedStep[];
}

/** A statement that its servers prepare. */
export interface RecordedStatement {
  text: string;
  /** PostgreSQL's names of the types of `$1`, `$2` …. */
  parameters: string[];
  columns: RecordedColumn[];
}

export interface RecordedColumn {
  name: string;
  /** PostgreSQL's name of the type. */
  type: string;
  nullable: boolean;
}

/** A row that its servers write, or a call of a database function. */
export interface RecordedStep {
  what: string;
  text: string;
  values: unknown[];
  /** Of the rows that came back. */
  shape: Shape;
}

/** The type of a value; of a list those of its elements, of an object those of its keys. */
export type Shape = string | Shape[] | { [key: string]: Shape };

export function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) {
    const shapes = value.map((element) => JSON.stringify(shapeOf(element)));
    return [...new Set(shapes)].map((shape) => JSON.parse(shape) as Shape);
  }
  if (value instanceof Date) {
    return 'instant';
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(keys.map(([key, each]) => [key, shapeOf(each)]));
  }
  return value === null ? 'null' : typeof value;
}

/**
 * Where a shape is not the expected one, one line each. A key that is new does not count: the servers
 * of the release ignore it.
 */
export function shapeDifferences(expected: Shape, actual: Shape | undefined, at = ''): string[] {
  if (typeof expected === 'string' || typeof actual === 'string' || actual === undefined) {
    return JSON.stringify(expected) === JSON.stringify(actual)
      ? []
      : [
          `${at || 'the result'} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`,
        ];
  }
  if (Array.isArray(expected) !== Array.isArray(actual)) {
    return [`${at} is no longer a ${Array.isArray(expected) ? 'list' : 'single value'}`];
  }
  const found = new Map(Object.entries(actual));
  return Object.entries(expected).flatMap(([key, shape]) =>
    shapeDifferences(shape, found.get(key), `${at}/${key}`),
  );
}
