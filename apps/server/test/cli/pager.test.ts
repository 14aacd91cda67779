import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AtTerminal } from './binary.ts';
import { aCinema, aMovie } from './cinema.ts';
import type { Cinema } from './cinema.ts';

/* Lists that are longer than the screen. */

let cinema: Cinema;
beforeAll(async () => {
  cinema = await aCinema();
  for (let number = 10; number < 30; number += 1) {
    await aMovie(cinema, `Part ${number}`);
  }
});
afterAll(() => cinema.close());

const listMovies = (options: AtTerminal, ...more: string[]) =>
  cinema.binary.open(['movies', 'list', ...more], { rows: 12, ...options });

const marking = { MATINEE_PAGER: 'sed s/Part/Paged/', PAGER: 'false' };

test.each([
  ['MATINEE_PAGER before PAGER', marking],
  ['PAGER', { PAGER: marking.MATINEE_PAGER }],
])('a long list goes to %s', async (_name, env) => {
  const terminal = listMovies({ env });
  expect(await terminal.ended).toBe(0);
  expect(terminal.screen().match(/Paged \d\d/g)).toHaveLength(20);
  expect(terminal.screen()).not.toContain('Part');
  expect(terminal.screen()).toContain('20 movies.');
});

test.each([
  ['it fits on the screen', { rows: 24, env: marking }, []],
  ['--no-pager is set', { env: marking }, ['--no-pager']],
  ['the variable is empty', { env: { MATINEE_PAGER: '', PAGER: 'false' } }, []],
  ['the terminal is dumb', { env: { ...marking, TERM: 'dumb' } }, []],
  ['the pager does not exist', { env: { MATINEE_PAGER: 'no-such-pager 2>/dev/null' } }, []],
])('a list is printed without a pager if %s', async (_name, options, more) => {
  const terminal = listMovies(options, ...more);
  expect(await terminal.ended).toBe(0);
  expect(terminal.screen().match(/Part \d\d/g)).toHaveLength(20);
});

test('a list is printed without a pager in a pipe', async () => {
  const { code, out } = await cinema.binary.runWith(marking, 'movies', 'list');
  expect(code).toBe(0);
  expect(out.match(/Part \d\d/g)).toHaveLength(20);
});

const hasLess = spawnSync('command -v less', { shell: true }).status === 0;

test.runIf(hasLess)('less shows the first screen, and q ends it', async () => {
  const terminal = cinema.binary.openShell('unset PAGER; matinee movies list', { rows: 12 });
  await terminal.shows(/Part 19[^]*\n:/);
  expect(terminal.screen()).not.toContain('Part 29');
  terminal.type('q');
  expect(await terminal.ended).toBe(0);
});
