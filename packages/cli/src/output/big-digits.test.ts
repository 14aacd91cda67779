import { expect, test } from 'vitest';
import { bigDigits } from './big-digits.ts';

test('draws an amount twice as wide where it fits', () => {
  expect(bigDigits('1.7', 18)).toBe(
    [
      '  ██        ██████',
      '████            ██',
      '  ██            ██',
      '  ██            ██',
      '██████  ██      ██',
    ].join('\n'),
  );
  expect(bigDigits('1.7', 17).split('\n')[4]).toBe('███ █   █');
});

test('fits 80 columns', () => {
  const widths = bigDigits('1234.50', 80)
    .split('\n')
    .map((row) => row.length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(80);
});
