import superjson from 'superjson';
import type { SuperJSONResult } from 'superjson';
import { ValidationError } from './errors.ts';

/**
 * superjson on the wire. Its other annotations can allocate gigabytes from eighty bytes, build
 * regular expressions and cycles: in requests only `Date` and `undefined` are taken.
 */
export const transformer = {
  input: {
    serialize: (value: unknown) => superjson.serialize(value),
    deserialize: (value: unknown): unknown => {
      assertHarmless(value);
      return superjson.deserialize(value);
    },
  },
  output: {
    serialize: toWire,
    deserialize: (value: SuperJSONResult): unknown => superjson.deserialize(value),
  },
};

type Annotations = Record<string, ['Date'] | ['undefined']>;

/**
 * superjson's form of an answer, without its copy of the value: `JSON.stringify` writes a `Date` as
 * superjson does, so that only the annotations are left to find. Answers are plain values and dates;
 * `transformer.test.ts` compares with superjson itself.
 */
export function toWire(value: unknown): SuperJSONResult {
  if (value === undefined) {
    return superjson.serialize(value);
  }
  const values: Annotations = {};
  annotate(value, '', values);
  const found = values[''] ?? (Object.keys(values).length > 0 ? values : undefined);
  return (
    found ? { json: value, meta: { values: found, v: 1 } } : { json: value }
  ) as SuperJSONResult;
}

function annotate(value: unknown, path: string, values: Annotations): void {
  if (value instanceof Date) {
    values[path] = ['Date'];
  } else if (Array.isArray(value)) {
    const prefix = path === '' ? '' : `${path}.`;
    for (let index = 0; index < value.length; index += 1) {
      annotate(value[index], `${prefix}${index}`, values);
    }
  } else if (typeof value === 'object' && value !== null) {
    const prefix = path === '' ? '' : `${path}.`;
    for (const key in value) {
      const part = (value as Record<string, unknown>)[key];
      if (typeof part === 'object' && part !== null) {
        annotate(part, `${prefix}${escapeKey(key)}`, values);
      }
    }
  }
}

/** A dot separates the steps of a path. */
function escapeKey(key: string): string {
  return /[.\\]/.test(key) ? key.replace(/\\/g, '\\\\').replaceAll('.', '\\.') : key;
}

/** An input is seldom deeper than four levels; the annotations are walked to no more than this. */
const deepest = 8;

function assertHarmless(value: unknown): asserts value is SuperJSONResult {
  const fits =
    isRecord(value) &&
    'json' in value &&
    Object.keys(value).every((key) => key === 'json' || key === 'meta') &&
    (value.meta === undefined || isHarmlessMeta(value.meta));
  if (!fits) {
    throw new ValidationError([], { message: 'The body is not superjson of plain values.' });
  }
}

function isHarmlessMeta(meta: unknown): boolean {
  return (
    isRecord(meta) &&
    Object.keys(meta).every((key) => key === 'values' || key === 'v') &&
    (meta.values === undefined || isHarmlessTree(meta.values, 0))
  );
}

/** `["Date"]`, `[["Date"], { … }]`, or a record of path → the same. */
function isHarmlessTree(tree: unknown, depth: number): boolean {
  if (depth > deepest) {
    return false;
  }
  if (Array.isArray(tree)) {
    const [annotation, children, ...rest] = tree as unknown[];
    const named = annotation === 'Date' || annotation === 'undefined';
    return (
      named &&
      rest.length === 0 &&
      (children === undefined || isRecord(children)
        ? children === undefined || isHarmlessTree(children, depth + 1)
        : false)
    );
  }
  return (
    isRecord(tree) &&
    Object.entries(tree).every(
      ([path, child]) =>
        !/(^|\.)(__proto__|constructor|prototype)(\.|$)/.test(path) &&
        isHarmlessTree(child, depth + 1),
    )
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
