import type { Layout } from './output/list.ts';
import { table } from './output/table.ts';
import { count } from './output/text.ts';
import type { Format, Session } from './session.ts';

/** The flags of every list. */
export interface ListOptions extends Format {
  limit?: number;
}

/** Prints a list in the format that was asked for. */
export function printList<Item>(
  session: Session,
  format: Format,
  { items, layout }: { items: Item[]; layout: Layout<Item> },
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
    session.write(table(layout.columns, items, { paint, width }));
  }
  session.hint(items.length === 0 ? `No ${layout.noun}s.` : `${count(items.length, layout.noun)}.`);
}
