import { describe, expect, test } from 'vitest';
import { count, cut, cutMiddle, flow, pad, plain, plainLines, widthOf, wrap } from './text.ts';

describe('width', () => {
  test('counts columns, not characters', () => {
    expect(widthOf('Casablanca')).toBe(10);
    expect(widthOf('七人の侍')).toBe(8);
    expect(widthOf('Ame\u0301lie')).toBe(6);
    expect(widthOf('👩‍👧 Film')).toBe(7);
    expect(widthOf('\u001b[31mred\u001b[39m')).toBe(3);
  });

  test('cuts between characters, never through one', () => {
    expect(cut('Casablanca', 10)).toBe('Casablanca');
    expect(cut('Casablanca', 6)).toBe('Casab…');
    expect(widthOf(cut('七人の侍', 6))).toBeLessThanOrEqual(6);
    expect(cut('七人の侍', 6)).toBe('七人…');
    expect(cut('Ame\u0301lie', 4)).toBe('Ame\u0301…');
    expect(cut('Casablanca', 0)).toBe('');
  });

  test('cuts the middle out of names that differ at their ends', () => {
    expect(cutMiddle('Harbor Street, Studio', 13)).toBe('Harbor…Studio');
    expect(cutMiddle('Harbor Street, Grand Hall', 14)).toBe('Harbor…d Hall');
    expect(cutMiddle('Studio', 6)).toBe('Studio');
    expect(cutMiddle('七人の侍と七人', 8)).toBe('七人…人');
    expect([0, 1, 2, 3].map((width) => cutMiddle('Studio', width))).toEqual(['', '…', 'S…', 'S…o']);
    for (let width = 0; width < 20; width += 1) {
      expect(widthOf(cutMiddle('七人の侍 Ame\u0301lie, Harbor', width))).toBeLessThanOrEqual(width);
    }
  });

  test('fills up to the columns of a terminal', () => {
    expect(pad('侍', 4)).toBe('侍  ');
    expect(pad('9', 3, 'right')).toBe('  9');
    expect(pad('too long', 3)).toBe('too long');
  });
});

describe('plain', () => {
  test('replaces control characters', () => {
    expect(plain('\u001b]0;owned\u0007')).toBe('␛]0;owned␇');
    expect(plain('\u009b31mred')).toBe('\ufffd31mred');
    expect(plain('delete\u007f')).toBe('delete␡');
  });

  test('replaces marks of the writing direction', () => {
    expect(plain('abc\u202edcba')).toBe('abc\ufffddcba');
  });

  test('makes one line, and replaces half a surrogate pair', () => {
    expect(plain('a\r\nb\tc')).toBe('a b c');
    expect(plain('a\ud800b')).toBe('a\ufffdb');
  });

  test('can keep lines', () => {
    expect(plainLines('one\r\ntwo\u0007')).toEqual(['one', 'two␇']);
  });
});

test('counts in words', () => {
  expect(count(1, 'movie')).toBe('1 movie');
  expect(count(0, 'movie')).toBe('0 movies');
  expect(count(2, 'entry', 'entries')).toBe('2 entries');
});

test('breaks lines between parts only', () => {
  expect(flow(['one two', 'three', 'four'], ', ', 15)).toBe('one two, three,\nfour');
  expect(flow(['one two', 'three', 'four'], ', ', 14)).toBe('one two,\nthree, four');
});

test('breaks long lines between words, and indents the rest', () => {
  expect(wrap('  one two three', 12)).toBe('  one two\n    three');
  expect(wrap('  one two three')).toBe('  one two three');
  expect(wrap('http://127.0.0.1:8000/health', 10)).toBe('http://127.0.0.1:8000/health');
});
