import type { Cell } from './table.ts';

export interface CsvColumn<Item> {
  name: string;
  value: (item: Item) => Cell;
}

/**
 * Comma-separated values (RFC 4180) with one header line; instants as ISO 8601 in UTC.
 * Ends with a line break.
 */
export function csv<Item>(columns: readonly CsvColumn<Item>[], items: readonly Item[]): string {
  const head = columns.map((column) => csvField(column.name)).join(',');
  const rows = items.map((item) => columns.map((column) => csvField(column.value(item))).join(','));
  return [head, ...rows].map((line) => `${line}\n`).join('');
}

/** One field, quoted if it must be. */
export function csvField(value: Cell): string {
  const text = asText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function asText(value: Cell): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (typeof value === 'string') {
    return harmless(value);
  }
  return value instanceof Date ? value.toISOString() : String(value);
}

/**
 * A spreadsheet runs a cell that starts like a formula, and anybody may name a movie. An
 * apostrophe in front makes it text; numbers of ours are not touched.
 */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}
