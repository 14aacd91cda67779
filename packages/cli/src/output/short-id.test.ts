import { expect, test } from 'vitest';
import { distinctEndings, shortId } from './short-id.ts';

test('an id is known by its last six characters', () => {
  expect(shortId('019adcf0-0000-7000-8000-00000000000a')).toBe('00000a');
});

test('endings are longer if six characters do not distinguish the ids', () => {
  const ids = ['019adcf0-0000-7000-8000-000011aaaaaa', '019adcf0-0000-7000-8000-000012aaaaaa'];
  expect(distinctEndings(ids)).toEqual(['1aaaaaa', '2aaaaaa']);
  expect(distinctEndings(ids.slice(1))).toEqual(['aaaaaa']);
  expect(distinctEndings([])).toEqual([]);
});
