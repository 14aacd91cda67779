import { describe, expect, test } from 'vitest';
import { bar, percent, sparkline } from './bars.ts';
import { Progress } from './progress.ts';

describe('bar', () => {
  test('is as long as the share', () => {
    expect(bar(1, 4)).toBe('████');
    expect(bar(0.5, 4)).toBe('██');
    expect(bar(0, 4)).toBe('');
    expect(bar(1 / 32, 4)).toBe('▏');
  });

  test('stays within its bounds, whatever comes', () => {
    expect(bar(7, 4)).toBe('████');
    expect(bar(-1, 4)).toBe('');
    expect(bar(Number.NaN, 4)).toBe('');
  });
});

describe('sparkline', () => {
  test('has its highest value as a full block', () => {
    expect(sparkline([0, 5, 10])).toBe('▁▅█');
    expect(sparkline([0, 0])).toBe('▁▁');
    expect(sparkline([])).toBe('');
  });

  test('averages what does not fit', () => {
    expect(sparkline([0, 0, 10, 10], 2)).toBe('▁█');
    expect(
      sparkline(
        Array.from({ length: 365 }, () => 1),
        40,
      ),
    ).toHaveLength(40);
  });
});

test('formats shares as percentages', () => {
  expect(percent(0.4567)).toBe('45.7%');
});

describe('progress', () => {
  test('is drawn on a terminal alone', () => {
    const lines: string[] = [];
    const write = (text: string) => lines.push(text);
    new Progress({ write }).show(0.5, 'half');
    expect(lines).toEqual([]);
    const progress = new Progress({ write, isTTY: true, columns: 60 });
    progress.show(0.5, 'half');
    progress.show(0.6, 'too soon to be drawn again');
    progress.clear();
    expect(lines).toEqual(['\r\u001b[2K██████████░░░░░░░░░░  50.0%  half', '\r\u001b[2K']);
  });
});
