import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { builtCommand } from './built.ts';

/* A person types the command many times a day: it must be there at once. */

let file: string;
beforeAll(async () => {
  file = await builtCommand();
});

const times = 7;

/**
 * Both are measured in turns, so that whatever else the machine does slows both down. Of the command
 * remains what it adds to a Node that does nothing: about one start of Node on a quiet machine.
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
