import type { Cell } from './table.ts';
import { plain } from './text.ts';

/**
 * Tab-separated values without a header, one line for each item, for `cut`, `sort` and `awk`.
 * Instants are ISO 8601 in UTC. A tab or a line break in a text becomes a space.
 */
export function tsv<Item>(
  values: readonly ((item: Item) => Cell)[],
  items: readonly Item[],
): string {
  const lines = items.map((item) => values.map((value) => tsvCell(value(item))).join('\t'));
  return lines.map((line) => `${line}\n`).join('');
}

function tsvCell(value: Cell): string {
  return value instanceof Date ? value.toISOString() : plain(String(value ?? ''));
}
