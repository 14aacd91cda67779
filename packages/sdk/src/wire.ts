/*
 * superjson's wire format, as far as Matinee uses it: dates. Its own code is four kilobytes of a
 * bundle for types that no procedure takes or answers. `wire.test.ts` compares the two.
 */

/** A value beside what JSON cannot say of it. */
interface Encoded {
  json: unknown;
  meta?: { values: Annotations; v?: number };
}

/** `['Date']` at the root, or path → annotation. */
type Annotations = unknown;

/**
 * Writes an input. `undefined` is left out, which every schema reads as what it is.
 *
 * @throws TypeError for what JSON cannot hold at all: a cycle, a BigInt
 */
export function encode(input: object): string {
  // First: it refuses a cycle, which the walk for dates would not come back from.
  const json = JSON.stringify(input);
  const dates: Record<string, ['Date']> = {};
  noteDates(input, [], (path) => (dates[path.map(escapeKey).join('.')] = ['Date']));
  const meta = Object.keys(dates).length === 0 ? undefined : { values: dates, v: 1 };
  return meta ? `{"json":${json},"meta":${JSON.stringify(meta)}}` : `{"json":${json}}`;
}

/** The same for tRPC's links. */
export const transformer = {
  serialize: (input: object | undefined) => JSON.parse(encode(input ?? {})) as unknown,
  deserialize: decode,
};

/** Reads an answer: dates become `Date`, annotations that are not known here change nothing. */
export function decode(encoded: unknown): unknown {
  const { json, meta } = (encoded ?? {}) as Partial<Encoded>;
  const root = { value: json };
  restore(root, ['value'], meta?.values);
  return root.value;
}

function noteDates(value: unknown, path: string[], note: (path: string[]) => void): void {
  if (value instanceof Date) {
    if (!Number.isNaN(value.getTime())) {
      note(path);
    }
    return;
  }
  if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      noteDates(part, [...path, key], note);
    }
  }
}

function restore(root: object, path: string[], annotation: Annotations): void {
  if (Array.isArray(annotation)) {
    const [type, children] = annotation as unknown[];
    restoreAll(root, path, children);
    if (type === 'Date') {
      put(root, path, (written) => new Date(String(written)));
    } else if (type === 'undefined') {
      put(root, path, () => undefined);
    }
    return;
  }
  restoreAll(root, path, annotation);
}

function restoreAll(root: object, path: string[], annotations: Annotations): void {
  if (typeof annotations === 'object' && annotations !== null) {
    for (const [key, annotation] of Object.entries(annotations)) {
      restore(root, [...path, ...splitPath(key)], annotation);
    }
  }
}

/** Own keys only: a path of the wire must not reach a prototype. */
function put(root: object, path: string[], change: (written: unknown) => unknown): void {
  let holder = root as Record<string, unknown>;
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(holder, key) ? holder[key] : undefined;
    if (typeof next !== 'object' || next === null) {
      return;
    }
    holder = next as Record<string, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined && Object.hasOwn(holder, last)) {
    holder[last] = change(holder[last]);
  }
}

function escapeKey(key: string): string {
  return key.replace(/[\\.]/g, '\\$&');
}

/** The inverse of `escapeKey` over a joined path. */
function splitPath(path: string): string[] {
  const keys = [''];
  for (const [part] of path.matchAll(/\\.|[^\\]/gs)) {
    if (part === '.') {
      keys.push('');
    } else {
      keys.push(`${keys.pop() ?? ''}${part.at(-1) ?? ''}`);
    }
  }
  return keys;
}
