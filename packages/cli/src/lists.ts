import type { Layout } from './output/list.ts';
import { table } from './output/table.ts';
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
  if (!format.csv && !format.json) {
    const { noun, plural = `${noun}s` } = layout;
    session.hint(items.length === 0 ? `No ${plural}.` : `${count(items.length, noun, plural)}.`);
  }
}

/** Prints items in the requested format. */
export function printItems<Item>(
  session: Session,
  format: Format,
  { items, layout }: Listed<Item>,
): void {
  if (format.csv) {
    session.writeCsv(layout.csv, items);
    return;
  }
  if (format.json) {
    session.writeJson({ items, nextCursor: null });
    return;
  }
  if (items.length > 0) {
    const { paint, width } = session;
    session.writeList(table(layout.columns, items, { paint, width }));
  }
}
