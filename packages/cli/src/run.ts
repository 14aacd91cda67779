import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { exitCodes, reportFailure } from './failure.ts';
import { buildProgram } from './program.ts';
import type { CommandParts } from './server-errors.ts';
import { paintOf } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line. @returns the exit code of the process */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = buildProgram(terminal);
  let parts: CommandParts | undefined;
  program.hook('preAction', (_program, command) => {
    parts = partsOf(command);
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    const { exitCode, lines } = await reportFailure(error, parts);
    const [first, ...more] = lines;
    if (first !== undefined) {
      terminal.talk.write(`${paintOf(terminal, 'talk').red('error:')} ${first}\n`);
      terminal.talk.write(more.map((line) => `${line}\n`).join(''));
    }
    return exitCode;
  }
}

function partsOf(command: Command): CommandParts {
  return {
    flags: new Set(command.options.map(({ long }) => long ?? '')),
    operands: command.registeredArguments.map((argument) => argument.name()),
  };
}
