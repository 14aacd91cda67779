import { CommanderError } from 'commander';
import { exitCodes, tell } from './failure.ts';
import { buildProgram } from './program.ts';
import { paintOf } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line. Resolves to what the process ends with. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await buildProgram(terminal).parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    const { exitCode, lines } = await tell(error);
    const [first, ...more] = lines;
    if (first !== undefined) {
      terminal.talk.write(`${paintOf(terminal, 'talk').red('error:')} ${first}\n`);
      terminal.talk.write(more.map((line) => `${line}\n`).join(''));
    }
    return exitCode;
  }
}
