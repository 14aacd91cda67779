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
  /** Goes as a whole, the last first, before others are cut to what nobody can read. */
  drops?: boolean;
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
/** From here on another column is given up rather than more characters of this one. */
const readable = 16;

/** Rows under their titles, aligned by what a terminal shows. Ends without a line break. */
export function table<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  options: TableOptions<Item>,
): string {
  const all = options.totals === undefined ? [...items] : [...items, options.totals];
  const shown = withoutDropped(measure(columns, all), options.width);
  const widths = fit(shown, options.width);
  const line = (texts: string[], paintCell: (text: string, index: number) => string) =>
    finish(
      texts.map((text, index) => {
        const width = widths[index] ?? 0;
        const { align } = shown[index]?.column ?? {};
        const isLast = index === texts.length - 1 && align !== 'right';
        return paintCell(pad(cut(text, width), isLast ? 0 : width, align), index);
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
  if (options.totals !== undefined) {
    const whole = wholeOf(widths);
    const rule = '─'.repeat(Math.min(whole, options.width ?? whole));
    body.splice(-1, 0, options.paint.dim(rule));
  }
  return [head, ...body].join('\n');
}

/** A column with what it shows in every row, and how much room that takes. */
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

/** Gives up columns until the others can be read. */
function withoutDropped<Item>(
  measured: Measured<Item>[],
  width: number | undefined,
): Measured<Item>[] {
  const needs = ({ column, natural }: Measured<Item>) =>
    column.shrinks ? Math.min(natural, readable) : natural;
  const last = measured.findLastIndex(({ column }) => column.drops);
  return last < 0 || wholeOf(measured.map(needs)) <= (width ?? Infinity)
    ? measured
    : withoutDropped(measured.toSpliced(last, 1), width);
}

/** A value as a person reads it, on one line. */
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

/** Takes from the widest column that may give way, until the row fits. */
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
