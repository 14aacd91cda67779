import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { seedDemo } from '@matinee/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { aBinary } from './binary.ts';
import type { Binary } from './binary.ts';

/* The commands of the guide for operators, exactly as they are printed there. */

let server: TestServer;
let binary: Binary;
beforeAll(async () => {
  server = await startTestServer();
  await seedDemo(server.app);
  binary = await aBinary(server.url);
});
afterAll(async () => {
  await binary.close();
  await server.close();
});

const guide = new URL('../../../../docs/operators.md', import.meta.url);

/** Some forty commands in a row, on a machine that may be busy. */
const patienceMs = 60_000;

/** A command of the guide, and its expected exit code. */
interface Step {
  command: string;
  exitCode: number;
}

async function readSteps(): Promise<Step[]> {
  const [, week = ''] = (await readFile(guide, 'utf8')).split('## A first week with the command');
  const blocks = [...week.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap(commandsOf).map((command) => ({
    command,
    exitCode: Number(/# exit code (\d)$/.exec(command)?.[1] ?? 0),
  }));
}

/** Splits a block into commands. A here-document belongs to its command. */
function commandsOf(block: string): string[] {
  const commands: string[] = [];
  let end: string | undefined;
  for (const line of block.trimEnd().split('\n')) {
    if (end === undefined) {
      commands.push(line);
      end = /<<'(\w+)'$/.exec(line)?.[1];
    } else {
      commands.push(`${commands.pop()}\n${line}`);
      end = line === end ? undefined : end;
    }
  }
  return commands;
}

/** Runs all steps, and reports each step with another exit code than in the guide. */
function scriptOf(steps: Step[]): string {
  const tried = steps.map(
    ({ command, exitCode }, index) =>
      `${command}\nended=$?; [ $ended = ${exitCode} ] || echo "STEP ${index} ENDED WITH $ended"`,
  );
  const npx = `npx() { shift; "${process.execPath}" "${binary.file}" "$@"; }`;
  return [npx, ...tried, 'echo THE WEEK IS OVER', ''].join('\n');
}

test(
  'the week of the guide runs as described',
  async () => {
    const steps = await readSteps();
    expect(steps.length).toBeGreaterThan(35);
    const script = path.join(binary.home, 'week.sh');
    await writeFile(script, scriptOf(steps));
    const terminal = binary.openShell(`sh ${script}`, { columns: 130 });
    await terminal.shows('◆  Which seats?', patienceMs);
    terminal.type('A1-A2\r');
    await terminal.shows('Book A1, A2 for 26.00 USD?');
    terminal.type('y');
    await terminal.shows('THE WEEK IS OVER', patienceMs);
    const failed = [...terminal.screen().matchAll(/STEP (\d+) ENDED WITH (\d+)/g)].map(
      ([, index, exitCode]) => ({ ...steps[Number(index)], endedWith: Number(exitCode) }),
    );
    expect(failed).toEqual([]);
    const revenue = await readFile(path.join(binary.home, 'revenue.html'), 'utf8');
    expect(revenue).toContain('<svg');
  },
  3 * patienceMs,
);

test('every command of the guide is called as npx matinee', async () => {
  const steps = await readSteps();
  const other = steps.filter(({ command }) => !/npx matinee|^(cat|id\(\)|day\(\))/.test(command));
  expect(other).toEqual([]);
});
