import { stringify } from 'csv-stringify/sync';
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
  const head = columns.map(({ name }) => name);
  const rows = items.map((item) => columns.map(({ value }) => value(item)));
  return stringify([head, ...rows], {
    // A spreadsheet runs a cell that starts like a formula, and a title may do so. An apostrophe
    // before it makes it text. Numbers stay as they are.
    escape_formulas: true,
    cast: {
      boolean: String,
      date: (value) => value.toISOString(),
      // A line feed hides a formula as a tab does, and the option above ignores it.
      string: (value) => (value.startsWith('\n') ? `'${value}` : value),
    },
  });
}
