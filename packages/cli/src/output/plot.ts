import { inGroups, levels } from './bars.ts';
import { pad, widthOf } from './text.ts';

export interface PlotOptions {
  /** Columns for all of it, its scale included. */
  width: number;
  /** What the highest value is called. */
  highest: string;
  /** What stands below the first value and the last. */
  ends: readonly [first: string, last: string];
}

/** Rows of the picture, without the line below it. */
const height = 6;
/** A wider column says no more. */
const widest = 4;

/** Columns over a line, the highest as tall as the picture. More values than fit are averaged. */
export function plot(values: readonly number[], { width, highest, ends }: PlotOptions): string[] {
  const margin = widthOf(highest);
  const room = Math.max(8, width - margin - 2);
  const shown = values.length > room ? inGroups(values, room) : values;
  const top = Math.max(0, ...shown);
  const columnWidth = Math.min(widest, Math.floor(room / shown.length));
  const rows = Array.from({ length: height }, (_none, index) => {
    const below = height - 1 - index;
    const cells = shown.map((value) => {
      const fill = top > 0 ? (value / top) * height - below : 0;
      // Where there is room, a gap tells one column from the next.
      return pad(partOf(fill).repeat(Math.max(1, columnWidth - 1)), columnWidth);
    });
    const scale = index === 0 ? `${highest} ┤` : `${' '.repeat(margin)} │`;
    return `${scale}${cells.join('').trimEnd()}`;
  });
  const length = columnWidth * shown.length;
  const [first, last] = ends;
  const between = ' '.repeat(Math.max(1, length - widthOf(first) - widthOf(last)));
  const indent = ' '.repeat(margin);
  return [...rows, `${indent} └${'─'.repeat(length)}`, `${indent}  ${first}${between}${last}`];
}

/** One row's part of a column. */
function partOf(fill: number): string {
  const level = Math.round(Math.min(1, Math.max(0, fill)) * levels.length);
  return level === 0 ? ' ' : (levels[level - 1] ?? ' ');
}
