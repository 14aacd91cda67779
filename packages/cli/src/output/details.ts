import type { Paint } from './paint.ts';
import { showCell } from './table.ts';
import type { Cell } from './table.ts';
import { pad, widthOf } from './text.ts';

/** One thing, a line for each of its facts; what is not set is left out. */
export function details(facts: readonly (readonly [string, Cell])[], paint: Paint): string {
  const told = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...told.map(([name]) => widthOf(name)));
  return told
    .map(([name, value]) => `${paint.dim(pad(name, width))}  ${showCell(value)}`)
    .join('\n');
}

/** What a delete did. */
export function showDeleted(deleted: { id: string; archived: boolean }, paint: Paint): string {
  const kept = deleted.archived ? 'yes: reservations and reports still name it' : 'no';
  return details(
    [
      ['Id', deleted.id],
      ['Archived', kept],
    ],
    paint,
  );
}
