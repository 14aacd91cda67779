import type { Layout } from './output/list.ts';
import { omittedColumns, table } from './output/table.ts';
import { count } from './output/text.ts';
import type { Format, Session } from './session.ts';

/** The flags of every list. */
export interface ListOptions extends Format {
  limit?: number;
}

interface Listed<Item> {
  items: Item[];
  layout: Layout<Item>;
}

/** Prints a list in the requested format, and its length at a terminal. */
export function printList<Item>(
  session: Session,
  format: Format,
  { items, layout }: Listed<Item>,
): void {
  printItems(session, format, { items, layout });
  if (!format.csv && !format.json && session.width !== undefined) {
    const { noun, plural = `${noun}s` } = layout;
    session.hint(items.length === 0 ? `No ${plural}.` : `${count(items.length, noun, plural)}.`);
    hintOmitted(session, omittedColumns(layout.columns, items, session.width));
  }
}

/** Names the columns that the terminal is too narrow for. */
export function hintOmitted(session: Session, titles: readonly string[]): void {
  if (titles.length > 0) {
    session.hint(`Not shown: ${titles.join(', ')}. Widen the terminal, or add --csv.`);
  }
}

/** Prints items in the requested format: by default a table, and tab-separated values in a pipe. */
export function printItems<Item>(
  session: Session,
  format: Format,
  { items, layout }: Listed<Item>,
): void {
  const { columns, order, heading } = layout;
  if (format.csv) {
    session.writeCsv(layout.csv, items);
  } else if (format.json) {
    session.writeJson({ items, nextCursor: null });
  } else if (session.width === undefined) {
    session.writeTsv(
      columns.map(({ value, piped }) => piped ?? value),
      items,
    );
  } else if (items.length > 0) {
    const { paint, width } = session;
    const rows = order ? items.toSorted(order) : items;
    session.writeList(table(columns, rows, { paint, width, heading }));
  }
}
