import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readText } from './values.ts';

test('a text has the form in which the server keeps it', () => {
  const faults: string[] = [];
  expect(readText('title', ' Ame\u0301lie ', faults)).toBe('Am\u00e9lie');
  expect(faults).toEqual([]);
});

test('the characters that are refused are those of the server', async () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
  expect(await read('characters.ts')).toBe(await read('../../../api/src/characters.ts'));
});
