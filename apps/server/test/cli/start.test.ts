import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { builtCommand } from './built.ts';

/* Users run the command many times a day, so it must start fast. */

let file: string;
beforeAll(async () => {
  file = await builtCommand();
});

const times = 7;

/**
 * Measures the commands in turns, so that other load on the machine affects all of them. The command
 * adds about the time of one start of Node.
 */
function medians(...commands: string[][]): number[] {
  const measured = commands.map((): number[] => []);
  for (let turn = 0; turn < times; turn += 1) {
    commands.forEach((args, index) => {
      const startedAt = performance.now();
      expect(spawnSync(process.execPath, args).status).toBe(0);
      measured[index]?.push(performance.now() - startedAt);
    });
  }
  return measured.map((values) => values.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? 0);
}

test.each([['--version'], ['--help']])('%s takes little longer than Node itself', (flag) => {
  const [node = 0, command = Infinity] = medians(['-e', '0'], [file, flag]);
  expect(command).toBeLessThan(4 * node + 50);
});
