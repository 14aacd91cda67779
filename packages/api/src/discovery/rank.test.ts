import { expect, test } from 'vitest';
import { distance, scoreOf } from './rank.ts';

test.for([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'ac', 1],
  ['abc', 'abbc', 1],
  ['abcd', 'acbd', 1],
  ['기생충', '기셍충', 1],
  ['kitten', 'sitting', 3],
] as const)('%s and %s are %i apart', ([a, b, expected]) => {
  expect(distance(a, b)).toBe(expected);
  expect(distance(b, a)).toBe(expected);
});

const score = (asked: string, folded: string, year?: string) => scoreOf(asked, { folded, year });

test('a title that was typed as it is has 1, and no other', () => {
  expect(score('heat', 'heat')).toBe(1);
  expect(score('heat', 'the heat')).toBeLessThan(1);
  expect(score('heat', 'heats')).toBeLessThan(1);
});

test.for([
  // The search, what fits better, what fits less.
  ['heat', 'the heat', 'heart'],
  ['alien', 'aliens', 'the alchemist'],
  ['godfather', 'the godfather', 'the god of fathers'],
  ['night of the hunter', 'the night of the hunter', 'the hunter of the night club'],
  ['spider man', 'spiderman', 'spider'],
  ['starwars', 'star wars', 'star warrior'],
  ['千と千尋', '千と千尋の神隠し', '千年'],
] as const)('%s means %s rather than %s', ([asked, better, worse]) => {
  expect(score(asked, better)).toBeGreaterThan(score(asked, worse));
});

test('the year of the release counts, and no other', () => {
  expect(score('alien 1979', 'alien', '1979')).toBe(0.99);
  expect(score('alien 1979', 'alien', '1986')).toBeLessThan(0.9);
  expect(score('1917', '1917', '1917')).toBe(1);
});
