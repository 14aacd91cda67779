import type { Paint } from './paint.ts';
import { cut, cutMiddle, pad, plain, widthOf } from './text.ts';

/** A value of a column. */
export type Cell = string | number | boolean | Date | null | undefined;

export interface Column<Item> {
  title: string;
  value: (item: Item) => Cell;
  /** The value in a pipe, if it differs: a whole id, or an instant. */
  piped?: (item: Item) => Cell;
  align?: 'left' | 'right';
  /** Words, which may be cut. Times, amounts and ids may not: a part of them is useless. */
  shrinks?: boolean | 'in the middle';
  /** May be omitted if the terminal is too narrow. The lowest number is omitted first. */
  drops?: number;
  paint?: (text: string, item: Item) => string;
}

export interface TableOptions<Item> {
  paint: Paint;
  /** Columns of the terminal. Without a width, nothing is cut. */
  width?: number | undefined;
  /** The last rows, below a line. */
  totals?: readonly Item[] | undefined;
  /** A line above the first row, and above each row where it changes. */
  heading?: ((item: Item) => string) | undefined;
}

const gap = '  ';
/** Before a column is cut to fewer characters, another column is omitted. */
const readable = 11;
/** The fewest characters of a column if no other column can be omitted. */
const narrowest = 6;

/** Formats rows under their titles. The text has no line break at its end. */
export function table<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  options: TableOptions<Item>,
): string {
  const { totals = [] } = options;
  const all = [...items, ...totals];
  const shown = withoutDropped(measure(columns, all), options.width);
  const widths = fit(shown, options.width);
  const line = (texts: string[], paintCell: (text: string, index: number) => string) =>
    finish(
      texts.map((text, index) => {
        const width = widths[index] ?? 0;
        const { align, shrinks } = shown[index]?.column ?? {};
        const shorten = shrinks === 'in the middle' ? cutMiddle : cut;
        const isLast = index === texts.length - 1 && align !== 'right';
        return paintCell(pad(shorten(text, width), isLast ? 0 : width, align), index);
      }),
      options.width,
    );

  const head = line(
    shown.map(({ column }) => column.title),
    options.paint.bold,
  );
  const body = all.map((item, row) =>
    line(
      shown.map(({ cells }) => cells[row] ?? ''),
      (text, index) => shown[index]?.column.paint?.(text, item) ?? text,
    ),
  );
  addHeadings(body, items, options);
  if (totals.length > 0) {
    const whole = wholeOf(widths);
    const rule = '─'.repeat(Math.min(whole, options.width ?? whole));
    body.splice(-totals.length, 0, options.paint.dim(rule));
  }
  return [head, ...body].join('\n');
}

/** The titles of the columns that the table omits to fit the width. */
export function omittedColumns<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  width: number | undefined,
): string[] {
  const shown = withoutDropped(measure(columns, items), width).map(({ column }) => column);
  return columns.filter((column) => !shown.includes(column)).map(({ title }) => title);
}

/** Puts a heading above each group of rows, and an empty line between groups. */
function addHeadings<Item>(
  body: string[],
  items: readonly Item[],
  { heading, paint, width = Infinity }: TableOptions<Item>,
): void {
  if (!heading) {
    return;
  }
  const headings = items.map(heading);
  headings.forEach((text, row) => {
    if (text !== headings[row - 1]) {
      const above = row === 0 ? '' : '\n';
      body[row] = `${above}${paint.bold(cut(plain(text), width))}\n${body[row]}`;
    }
  });
}

/** A column with its cells and their greatest width. */
interface Measured<Item> {
  column: Column<Item>;
  cells: string[];
  natural: number;
}

function measure<Item>(columns: readonly Column<Item>[], items: readonly Item[]): Measured<Item>[] {
  return columns.map((column) => {
    const cells = items.map((item) => showCell(column.value(item)));
    return { column, cells, natural: Math.max(widthOf(column.title), ...cells.map(widthOf)) };
  });
}

/** Omits columns until the others are readable. */
function withoutDropped<Item>(
  measured: Measured<Item>[],
  width: number | undefined,
): Measured<Item>[] {
  const needs = ({ column, natural }: Measured<Item>) =>
    column.shrinks ? Math.min(natural, readable) : natural;
  const ranks = measured.map(({ column }) => column.drops ?? Infinity);
  const lowest = Math.min(...ranks);
  return lowest === Infinity || wholeOf(measured.map(needs)) <= (width ?? Infinity)
    ? measured
    : withoutDropped(measured.toSpliced(ranks.indexOf(lowest), 1), width);
}

/** Formats a value on one line. */
export function showCell(value: Cell): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (value instanceof Date) {
    return `${value.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  }
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  return plain(String(value));
}

/** Cuts the widest column that may be cut, until the row fits. */
function fit<Item>(measured: readonly Measured<Item>[], width: number | undefined): number[] {
  const widths = measured.map(({ natural }) => natural);
  let excess = wholeOf(widths) - (width ?? Infinity);
  while (excess > 0) {
    const candidates = widths
      .map((each, index) => ({ each, index }))
      .filter(({ each, index }) => measured[index]?.column.shrinks && each > narrowest)
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

/** Removes the spaces after the last column. A row never wraps. */
function finish(cells: string[], width: number | undefined): string {
  const line = cells.join(gap).trimEnd();
  return width !== undefined && widthOf(line) > width ? cutPainted(line, width) : line;
}

/** Text with colours cannot be cut safely, so a line that is too long loses them. */
function cutPainted(line: string, width: number): string {
  return cut(stripColours(line), width);
}

function stripColours(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the escape sequences that `paint` made
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}
