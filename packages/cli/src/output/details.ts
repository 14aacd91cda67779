import type { Paint } from './paint.ts';
import { showCell } from './table.ts';
import type { Cell } from './table.ts';
import { pad, widthOf } from './text.ts';

/** One item, a line for each of its facts. Facts without a value are omitted. */
export function details(facts: readonly (readonly [string, Cell])[], paint: Paint): string {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...known.map(([name]) => widthOf(name)));
  return known
    .map(([name, value]) => `${paint.dim(pad(name, width))}  ${showCell(value)}`)
    .join('\n');
}

/** The result of a delete. */
export function showDeleted(deleted: { id: string; archived: boolean }, paint: Paint): string {
  const kept = deleted.archived ? 'yes, because reservations and reports refer to it' : 'no';
  return details(
    [
      ['Id', deleted.id],
      ['Archived', kept],
    ],
    paint,
  );
}
