import type { CsvColumn } from './csv.ts';
import type { Column } from './table.ts';

/** How a list is shown: to a person, and to a spreadsheet. */
export interface Layout<Item> {
  noun: string;
  columns: readonly Column<Item>[];
  csv: readonly CsvColumn<Item>[];
}
