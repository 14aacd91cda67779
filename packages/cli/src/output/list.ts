import type { CsvColumn } from './csv.ts';
import type { Column } from './table.ts';

/** The columns of a list, as a table and as CSV. */
export interface Layout<Item> {
  noun: string;
  /** Differs from the noun with an `s`. */
  plural?: string;
  columns: readonly Column<Item>[];
  csv: readonly CsvColumn<Item>[];
  /** The order of the rows at a terminal, if it differs from that of the server. */
  order?: (a: Item, b: Item) => number;
  /** The heading of the group that a row belongs to, at a terminal. */
  heading?: (item: Item) => string;
}
