import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { exitCodes, reportFailure } from './failure.ts';
import { wrap } from './output/text.ts';
import { buildProgram } from './program.ts';
import type { CommandParts } from './server-errors.ts';
import { paintOf, widthFor } from './terminal.ts';
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
    if (lines.length > 0) {
      writeError(terminal, lines);
    }
    return exitCode;
  }
}

function writeError(terminal: Terminal, [message = '', ...more]: string[]): void {
  const width = widthFor(terminal.talk);
  const [first = '', ...others] = [`error: ${message}`, ...more].map((line) => wrap(line, width));
  const { red } = paintOf(terminal, 'talk');
  terminal.talk.write(`${red('error:')}${first.slice('error:'.length)}\n`);
  terminal.talk.write(others.map((line) => `${line}\n`).join(''));
}

function partsOf(command: Command): CommandParts {
  const operands = command.registeredArguments.map((argument) => argument.name());
  const flags = command.options.map((option) => ({
    flag: option.long ?? '',
    value: command.getOptionValue(option.attributeName()) as unknown,
  }));
  // Of several ids in one argument, it is not known which one the server refused.
  const named = command.args.length > operands.length ? [] : operands;
  const texts = [
    ...named.map((name, index) => [`<${name}>`, command.args[index]] as const),
    ...flags.map(({ flag, value }) => [flag, value] as const),
  ];
  const isListed = command.parent?.commands.some((each) => each.name() === 'list');
  return {
    flags: new Set(flags.map(({ flag }) => flag)),
    operands,
    given: new Map(texts.filter((each): each is [string, string] => typeof each[1] === 'string')),
    group: isListed ? command.parent?.name() : undefined,
  };
}
