import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCinema } from './cinema.ts';
import type { Cinema } from './cinema.ts';

/* Importing a file of movies at a terminal: the progress and the result. */

let cinema: Cinema;
beforeAll(async () => {
  cinema = await aCinema();
});
afterAll(() => cinema.close());

async function aFile(name: string, lines: string[]): Promise<string> {
  const file = path.join(cinema.binary.home, name);
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

const head = 'Title,Major Genre,Running Time min,Release Date';

test('refused rows are reported by number, the others are imported, and the exit code is 6', async () => {
  const file = await aFile('films.csv', [
    head,
    'Notorious,Thriller,102,Aug 15 1946',
    ',Drama,90,Jan 1 2000',
    '1776,Musical,141,Nov 9 1972',
    'A film without a length,Drama,,Jan 1 2000',
    'A day that never was,Drama,90,Feb 30 2000',
    'Notorious,Thriller,102,Aug 15 1946',
  ]);
  const dry = cinema.binary.open(['movies', 'import', file, '--dry-run']);
  expect(await dry.ended).toBe(6);
  expect((await cinema.matinee.movies.list({})).items).toEqual([]);
  await expect(dry.screen()).toMatchFileSnapshot('screens/import-dry.txt');

  const terminal = cinema.binary.open(['movies', 'import', file]);
  expect(await terminal.ended).toBe(6);
  await expect(terminal.screen()).toMatchFileSnapshot('screens/import.txt');
  const { items } = await cinema.matinee.movies.list({});
  expect(items.map(({ title }) => title)).toEqual(['1776', 'Notorious']);

  const piped = await cinema.binary.run('movies', 'import', file, '--json');
  expect(piped.code).toBe(6);
  expect(JSON.parse(piped.out)).toMatchObject({ created: 0, updated: 0, unchanged: 3, refused: 3 });
  expect(piped.err).toContain('row 2: ');
});

test('a bar shows the progress, and Ctrl-C the result so far', async () => {
  const rows = Array.from({ length: 20_000 }, (_none, index) => `Film ${index},Drama,90,`);
  const file = await aFile('many.csv', [head, ...rows]);
  const terminal = cinema.binary.open(['movies', 'import', file]);
  await terminal.shows(/[█▏▎▍▌▋▊▉]░+ +\d+\.\d% {2}row \d+ {2}\d+ created\n/);
  const stoppedAt = performance.now();
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(130);
  expect(performance.now() - stoppedAt).toBeLessThan(1_000);
  expect(terminal.screen()).toMatch(/^Stopped\. \{ "created": \d+, .*\}\n$/);
});

test('a pipe gets no bar', async () => {
  const file = await aFile('one.csv', [head, 'Laura,Crime,88,Oct 11 1944']);
  const { out, err } = await cinema.binary.run('movies', 'import', file);
  expect({ out: JSON.parse(out), err }).toEqual({
    out: { created: 1, updated: 0, unchanged: 0, refused: 0 },
    err: '',
  });
});
