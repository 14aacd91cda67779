import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { csv } from './csv.ts';
import { json } from './json.ts';
import type { Cell } from './table.ts';

const csvField = (value: Cell) => csv([{ name: '', value: () => value }], [0]).slice(1, -1);

describe('csv', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1'])(
    'makes text of formulas: %j',
    (text) => {
      expect(parse(csvField(text), { relax_quotes: true })).toEqual([[`'${text}`]]);
    },
  );

  test('leaves numbers and harmless text alone', () => {
    expect(csvField(-5)).toBe('-5');
    expect(csvField('12.50')).toBe('12.50');
    expect(csvField('a=b')).toBe('a=b');
    expect(csvField(null)).toBe('');
    expect(csvField(false)).toBe('false');
  });

  test('quotes commas, quotes and line breaks', () => {
    expect(csvField('Crazy, Stupid, "Love"')).toBe('"Crazy, Stupid, ""Love"""');
    expect(csvField('two\nlines')).toBe('"two\nlines"');
  });

  test('is read back by a parser', () => {
    const rows = [{ title: 'A "b", c\nd', at: new Date(0) }];
    const text = csv(
      [
        { name: 'title', value: (row: (typeof rows)[0]) => row.title },
        { name: 'at', value: (row) => row.at },
      ],
      rows,
    );
    expect(parse(text, { columns: true })).toEqual([
      { title: 'A "b", c\nd', at: '1970-01-01T00:00:00.000Z' },
    ]);
  });

  test('has a header even without rows', () => {
    expect(csv([{ name: 'id', value: () => 1 }], [])).toBe('id\n');
  });
});

describe('json', () => {
  test('is the value, without control characters', () => {
    const value = { title: '\u001b[2J\u009b\u007f', at: new Date(0) };
    const text = json(value);
    for (const character of '\u001b\u009b\u007f') {
      expect(text).not.toContain(character);
    }
    expect(JSON.parse(text)).toEqual({ ...value, at: value.at.toISOString() });
    expect(text.endsWith('\n')).toBe(true);
  });
});
