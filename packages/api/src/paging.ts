import { ValidationError } from './errors.ts';

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The sort key of the last row of a page, as its cursor carries it: text or milliseconds, and an id. */
export type CursorKey = readonly [string | number, string];

/**
 * Reads the cursor of a list that is sorted by a text.
 *
 * @throws ValidationError when it is not one of ours
 */
export function readTextCursor(cursor: string | undefined): [string, string] | undefined {
  return readCursor(cursor, (first) => (isText(first) ? first : undefined));
}

/**
 * Reads the cursor of a list that is sorted by an instant.
 *
 * @throws ValidationError when it is not one of ours
 */
export function readInstantCursor(cursor: string | undefined): [Date, string] | undefined {
  return readCursor(cursor, (first) => (isInstant(first) ? new Date(first) : undefined));
}

/**
 * Cuts the page from rows that were read one further than asked for.
 *
 * @param keyOf the sort key of a row; instants as milliseconds
 */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  { keyOf, toItem }: { keyOf: (row: Row) => CursorKey; toItem: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  const nextCursor = more ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null;
  return { items: shown.map(toItem), nextCursor };
}

function readCursor<First>(
  cursor: string | undefined,
  read: (first: unknown) => First | undefined,
): [First, string] | undefined {
  if (cursor === undefined) {
    return undefined;
  }
  const key = parse(cursor);
  const [first, id] = Array.isArray(key) && key.length === 2 ? (key as unknown[]) : [];
  const sortKey = read(first);
  if (sortKey === undefined || !isId(id)) {
    throw new ValidationError([{ path: ['cursor'], message: 'is not a cursor of this list' }]);
  }
  return [sortKey, id];
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
}

/** Milliseconds from 1970 to the year 2500: no listed instant is further away. */
const furthest = Date.UTC(2500, 0);

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < furthest;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
