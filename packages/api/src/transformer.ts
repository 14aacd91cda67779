import superjson, { type SuperJSONResult } from 'superjson';
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
    serialize: (value: unknown) => superjson.serialize(value),
    deserialize: (value: SuperJSONResult): unknown => superjson.deserialize(value),
  },
};

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
    return named && rest.length === 0 && (children === undefined || isRecord(children)
      ? children === undefined || isHarmlessTree(children, depth + 1)
      : false);
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
