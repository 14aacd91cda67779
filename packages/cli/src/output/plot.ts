import { inGroups, levels } from './bars.ts';
import { pad, widthOf } from './text.ts';

export interface PlotOptions {
  /** The width in columns, including the scale. */
  width: number;
  /** The label of the highest value. */
  highest: string;
  /** The labels below the first and the last value. */
  ends: readonly [first: string, last: string];
}

/** Rows of the plot, without the axis. */
const height = 6;
/** A wider column would show no more. */
const widest = 4;

/** Draws columns over an axis, the highest at full height. Values that do not fit are averaged. */
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
      // If there is space, a gap separates the columns.
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
