import type { Paint } from './paint.ts';
import { cut, pad, plain, widthOf } from './text.ts';

/** What a column can show. */
export type Cell = string | number | boolean | Date | null | undefined;

export interface Column<Item> {
  title: string;
  value: (item: Item) => Cell;
  align?: 'left' | 'right';
  /** May be cut when the terminal is too narrow. Ids may not: half an id is of no use. */
  shrinks?: boolean;
  paint?: (text: string, item: Item) => string;
}

export interface TableOptions<Item> {
  paint: Paint;
  /** Columns of the terminal; left out, nothing is cut. */
  width?: number | undefined;
  /** A last row below a line. */
  totals?: Item | undefined;
}

const gap = '  ';
/** A column that gives way keeps this many characters, or its name could not be read. */
const narrowest = 6;

/** Rows under their titles, aligned by what a terminal shows. Ends without a line break. */
export function table<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  options: TableOptions<Item>,
): string {
  const all = options.totals === undefined ? [...items] : [...items, options.totals];
  const cells = all.map((item) => columns.map((column) => showCell(column.value(item))));
  const natural = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const widths = fit(natural, columns, options.width);
  const line = (texts: string[], paintCell: (text: string, index: number) => string) =>
    finish(
      texts.map((text, index) => {
        const width = widths[index] ?? 0;
        return paintCell(pad(cut(text, width), width, columns[index]?.align), index);
      }),
      options.width,
    );

  const head = line(columns.map((column) => column.title), options.paint.bold);
  const body = cells.map((row, rowIndex) =>
    line(row, (text, index) => {
      const item = all[rowIndex] as Item;
      return columns[index]?.paint?.(text, item) ?? text;
    }),
  );
  if (options.totals !== undefined) {
    const whole = wholeOf(widths);
    const rule = '─'.repeat(Math.min(whole, options.width ?? whole));
    body.splice(-1, 0, options.paint.dim(rule));
  }
  return [head, ...body].join('\n');
}

/** A value as a person reads it, on one line. */
export function showCell(value: Cell): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  return plain(String(value));
}

/** Takes from the widest column that may give way, until the row fits. */
function fit(
  natural: number[],
  columns: readonly { shrinks?: boolean }[],
  width: number | undefined,
): number[] {
  const widths = [...natural];
  let excess = wholeOf(widths) - (width ?? Infinity);
  while (excess > 0) {
    const candidates = widths
      .map((each, index) => ({ each, index }))
      .filter(({ each, index }) => columns[index]?.shrinks && each > narrowest)
      .toSorted((a, b) => b.each - a.each);
    const [widest, second] = candidates;
    if (!widest) {
      break;
    }
    const level = Math.max(second?.each ?? narrowest, narrowest);
    const give = Math.max(1, Math.min(excess, widest.each - level));
    widths[widest.index] = widest.each - give;
    excess -= give;
  }
  return widths;
}

function wholeOf(widths: number[]): number {
  return widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
}

/** The last column needs no spaces after it, and a row never wraps. */
function finish(cells: string[], width: number | undefined): string {
  const line = cells.join(gap).trimEnd();
  return width !== undefined && widthOf(line) > width ? cutPainted(line, width) : line;
}

/** Colours cannot be cut through safely, so an overlong line loses them. */
function cutPainted(line: string, width: number): string {
  return cut(stripColours(line), width);
}

function stripColours(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape sequences that `paint` made
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}
