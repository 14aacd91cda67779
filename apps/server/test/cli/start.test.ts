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
 * The fastest start of each command, measured in turns: other load on the machine only adds. The
 * command adds about the time of one start of Node.
 */
function fastest(...commands: string[][]): number[] {
  const measured = commands.map(() => Infinity);
  for (let turn = 0; turn < times; turn += 1) {
    commands.forEach((args, index) => {
      const startedAt = performance.now();
      expect(spawnSync(process.execPath, args).status).toBe(0);
      measured[index] = Math.min(measured[index] ?? Infinity, performance.now() - startedAt);
    });
  }
  return measured;
}

test.each([['--version'], ['--help']])('%s takes little longer than Node itself', (flag) => {
  const [node = 0, command = Infinity] = fastest(['-e', '0'], [file, flag]);
  expect(command).toBeLessThan(4 * node + 50);
});
