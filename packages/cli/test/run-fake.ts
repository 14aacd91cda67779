import { run } from '../src/run.ts';
import { fakeTerminal } from './fake-terminal.ts';
import type { FakeTerminalOptions } from './fake-terminal.ts';

/** Runs one command line in this process, in pipes, or at a terminal of `columns`. */
export async function runFake(
  line: string | readonly string[],
  options: FakeTerminalOptions = {},
): Promise<{ exitCode: number; data: string; said: string }> {
  const terminal = fakeTerminal({
    ...options,
    env: { MATINEE_URL: 'http://127.0.0.1:9', MATINEE_TOKEN: 'token', ...options.env },
  });
  const args = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
  const exitCode = await run(args, terminal);
  return { exitCode, data: terminal.data, said: terminal.said };
}
