import { expect, test } from 'vitest';
import { dayNamed } from './day-names.ts';

const now = new Date(2026, 11, 31, 23, 30);

test.each([
  ['today', '2026-12-31'],
  ['Tomorrow', '2027-01-01'],
  [' yesterday', '2026-12-30'],
  ['2026-12-24', undefined],
  ['constructor', undefined],
  ['', undefined],
])('%s is %s', (word, expected) => {
  expect(dayNamed(word, now)).toBe(expected);
});
