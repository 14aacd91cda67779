import { describe, expect, test } from 'vitest';
import { plot } from './plot.ts';

describe('plot', () => {
  const options = { width: 40, highest: '6.00', ends: ['first', 'last'] as const };

  test('draws columns as tall as their values, over a line', () => {
    expect(plot([0, 1.5, 3, 6], options)).toEqual([
      '6.00 ┤            ███',
      '     │            ███',
      '     │            ███',
      '     │        ███ ███',
      '     │    ▄▄▄ ███ ███',
      '     │    ███ ███ ███',
      '     └────────────────',
      '      first       last',
    ]);
  });

  test('averages what does not fit, and never gets wider than it may', () => {
    const year = Array.from({ length: 365 }, (_none, index) => index);
    const lines = plot(year, options);
    expect(lines.every((line) => line.length <= 40)).toBe(true);
    expect(lines[0]?.trimEnd().endsWith('█')).toBe(true);
  });

  test('draws nothing where there is nothing', () => {
    expect(plot([0, 0], options)[0]).toBe('6.00 ┤');
  });
});
