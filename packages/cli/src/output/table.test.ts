import { describe, expect, test } from 'vitest';
import { ansiPaint, noPaint, paintFor } from './paint.ts';
import { omittedColumns, showCell, table } from './table.ts';
import type { Column } from './table.ts';
import { widthOf } from './text.ts';

interface Row {
  id: string;
  title: string;
  seats?: number;
}

const columns: Column<Row>[] = [
  { title: 'ID', value: (row) => row.id },
  { title: 'TITLE', value: (row) => row.title, shrinks: true },
  { title: 'SEATS', value: (row) => row.seats, align: 'right' },
];

const rows: Row[] = [
  { id: 'a1', title: '七人の侍', seats: 7 },
  { id: 'b2', title: 'Ame\u0301lie', seats: 1200 },
];

describe('table', () => {
  test('omits columns by their rank before a title has fewer than 11 characters', () => {
    const film = { id: 'a1', title: 'The Third Man, again', seats: 7 };
    const dropping: Column<Row>[] = columns.map((column, index) => ({
      ...column,
      ...[{ drops: 2 }, {}, { drops: 1 }][index],
    }));
    const lines = (width: number) => table(dropping, [film], { paint: noPaint, width }).split('\n');
    const omitted = (width: number) => omittedColumns(dropping, [film], width);
    expect(lines(22)).toEqual(['ID  TITLE        SEATS', 'a1  The Third …      7']);
    expect(lines(21)).toEqual(['ID  TITLE', 'a1  The Third Man, a…']);
    expect(lines(14)).toEqual(['TITLE', 'The Third Man…']);
    expect([22, 21, 14].map(omitted)).toEqual([[], ['SEATS'], ['ID', 'SEATS']]);
  });

  test('has a heading above each group', () => {
    const heading = ({ seats = 0 }: Row) => (seats > 9 ? 'large' : 'small');
    const both = [rows[0], { id: 'c3', title: 'Heat', seats: 2 }, rows[1]].flatMap(
      (row) => row ?? [],
    );
    expect(table(columns, both, { paint: noPaint, heading }).split('\n')).toEqual([
      'ID  TITLE     SEATS',
      'small',
      'a1  七人の侍      7',
      'c3  Heat          2',
      '',
      'large',
      'b2  Ame\u0301lie     1200',
    ]);
  });

  test('aligns wide and combining characters', () => {
    expect(table(columns, rows, { paint: noPaint }).split('\n')).toEqual([
      'ID  TITLE     SEATS',
      'a1  七人の侍      7',
      'b2  Ame\u0301lie     1200',
    ]);
  });

  test('cuts columns until a row fits the terminal, but no id', () => {
    const wide = [{ id: '0123456789', title: 'A very long title of a movie', seats: 3 }];
    const lines = table(columns, wide, { paint: noPaint, width: 30 }).split('\n');
    expect(lines.every((line) => widthOf(line) <= 30)).toBe(true);
    expect(lines[1]).toBe('0123456789  A very lon…      3');
  });

  test('cuts the line if nothing else helps', () => {
    const lines = table(columns, rows, { paint: noPaint, width: 10 }).split('\n');
    expect(lines.every((line) => widthOf(line) <= 10)).toBe(true);
  });

  test('cuts nothing in a pipe', () => {
    const title = 'x'.repeat(500);
    expect(table(columns, [{ id: 'a', title }], { paint: noPaint })).toContain(title);
  });

  test('sets the totals below a line', () => {
    const totals = { id: 'Total', title: '', seats: 1207 };
    const lines = table(columns, rows, { paint: noPaint, totals: [totals, totals] }).split('\n');
    expect(lines.at(-3)).toMatch(/^─+$/);
    expect(lines.at(-2)).toBe(lines.at(-1));
    expect(lines.at(-1)).toBe('Total             1207');
  });

  test('takes control characters out of data', () => {
    const text = table(columns, [{ id: 'a', title: '\u001b[2J\nx' }], { paint: noPaint });
    expect(text).toContain('␛[2J x');
    expect(text).not.toContain('\u001b');
  });
});

test('formats cells', () => {
  expect(showCell(null)).toBe('');
  expect(showCell(true)).toBe('yes');
  expect(showCell(new Date(0))).toBe('1970-01-01 00:00 UTC');
});

describe('colour', () => {
  test('is for terminals, unless NO_COLOR or TERM turns it off', () => {
    expect(paintFor({ isTTY: true }, {}).bold('x')).toBe(ansiPaint.bold('x'));
    expect(paintFor({ isTTY: true }, { NO_COLOR: '1' }).bold('x')).toBe('x');
    expect(paintFor({ isTTY: true }, { TERM: 'dumb' }).bold('x')).toBe('x');
    expect(paintFor({ isTTY: false }, {}).bold('x')).toBe('x');
    expect(ansiPaint.red('')).toBe('');
  });

  test('takes no room in a table', () => {
    const painted = table(columns, rows, { paint: ansiPaint, width: 80 });
    expect(painted.split('\n').map(widthOf)).toEqual([19, 19, 19]);
  });
});
