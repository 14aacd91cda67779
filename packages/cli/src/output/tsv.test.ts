import { expect, test } from 'vitest';
import { tsv } from './tsv.ts';

test('tab-separated values have one line for each item, whatever a text contains', () => {
  const items = [
    { title: 'A\ttab and\r\na line', at: new Date(0), seats: 7 },
    { title: null, at: undefined, seats: 0 },
  ];
  expect(tsv([({ title }) => title, ({ at }) => at, ({ seats }) => seats], items)).toBe(
    'A tab and a line\t1970-01-01T00:00:00.000Z\t7\n\t\t0\n',
  );
  expect(tsv([], [])).toBe('');
});
