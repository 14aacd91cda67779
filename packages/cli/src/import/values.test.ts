import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readText } from './values.ts';

test('a text has the form in which the server keeps it', () => {
  const faults: string[] = [];
  expect(readText('title', ' Ame\u0301lie ', faults)).toBe('Am\u00e9lie');
  expect(faults).toEqual([]);
});

test('a number is text if it has the digits of the file', () => {
  const faults: string[] = [];
  expect(readText('title', 1917, faults)).toBe('1917');
  expect(readText('title', 123_456_789_012_345, faults)).toBe('123456789012345');
  expect(faults).toEqual([]);
  expect(readText('title', JSON.parse('12345678901234567890'), faults)).toBeUndefined();
  const fault = 'title is a number that cannot be read exactly: write it in quotes';
  expect(faults).toEqual([fault]);
});

test('the characters that are refused are those of the server', async () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
  expect(await read('characters.ts')).toBe(await read('../../../api/src/characters.ts'));
});
