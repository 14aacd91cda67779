import { expect, test } from 'vitest';
import { openPseudoTerminal } from './pseudo-terminal.ts';

/* The other tests rely on this terminal. */

const node = (script: string) =>
  openPseudoTerminal({ command: [process.execPath, '-e', script], env: {}, columns: 20, rows: 5 });

test('shows the final screen and its colours', async () => {
  const terminal = node(`process.stdout.write(
    'gone\\r\\u001b[2K\\u001b[31mred\\u001b[39m and \\u001b[7;32m ok \\u001b[0m\\n七人\\n')`);
  expect(await terminal.ended).toBe(0);
  expect(terminal.screen()).toBe('red and  ok \n七人\n');
  expect(terminal.colours()).toBe('rrr ... _GG_\n. .\n');
});

test('is a terminal of its size, and reports a new size', async () => {
  const terminal = node(`console.log(process.stdout.isTTY, process.stdout.columns);
    process.stdout.on('resize', () => { console.log(process.stdout.columns); process.exit(3); });
    setInterval(() => {}, 1_000);`);
  await terminal.shows('true 20');
  await terminal.resize(33);
  expect(await terminal.ended).toBe(3);
  expect(terminal.screen()).toContain('33');
});

test('fails if the program ends before it shows the expected text', async () => {
  const terminal = node(`console.log('something else')`);
  await expect(terminal.shows('a question')).rejects.toThrow('something else');
});
