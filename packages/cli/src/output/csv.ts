import { stringify } from 'csv-stringify/sync';
import { guardFormula } from './apostrophe.ts';
import type { Cell } from './table.ts';

export interface CsvColumn<Item> {
  name: string;
  value: (item: Item) => Cell;
  /** An amount such as `-12.50`, which starts like a formula and is none. */
  isAmount?: boolean;
}

/**
 * Comma-separated values (RFC 4180) with one header line; instants as ISO 8601 in UTC.
 * Ends with a line break.
 */
export function csv<Item>(columns: readonly CsvColumn<Item>[], items: readonly Item[]): string {
  const head = columns.map(({ name }) => name);
  const rows = items.map((item) => columns.map(({ value }) => value(item)));
  return stringify([head, ...rows], {
    cast: {
      boolean: String,
      date: (value) => value.toISOString(),
      // Numbers stay as they are, although a negative one starts like a formula.
      string: (value, { column }) =>
        columns[Number(column)]?.isAmount ? value : guardFormula(value),
    },
  });
}
