import { expect, test } from 'vitest';
import { sumOf } from './money.ts';

test.each([
  [[], '0.00'],
  [['0.05'], '0.05'],
  [['12.50', '12.55', '0.00'], '25.05'],
  [['99999999999999.99', '0.02'], '100000000000000.01'],
])('%j is %s together', (amounts, expected) => {
  expect(sumOf(amounts)).toBe(expected);
});
