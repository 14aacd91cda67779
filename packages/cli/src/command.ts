import { Option } from 'commander';
import type { Command } from 'commander';
import { atLeastOne } from './arguments.ts';
import { Session } from './session.ts';
import type { Globals } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** What a command does: `options` are its own flags, `operands` what stands beside them. */
export type Run<Options> = (
  session: Session,
  options: Options,
  operands: string[],
) => Promise<void> | void;

/** Lets the command do something when it is called. */
export function runs<Options extends object>(
  command: Command,
  terminal: Terminal,
  run: Run<Options>,
): Command {
  return command.action(async () => {
    const session = new Session(terminal, command.optsWithGlobals<Globals>());
    await run(session, command.opts<Options>(), command.processedArgs as string[]);
  });
}

/** Commands about one noun. Their help is `--help`, as everywhere. */
export function addGroup(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).helpCommand(false);
}

/** Lines that a person can copy; each is tried by a test. */
export function examples(command: Command, lines: readonly string[]): Command {
  const title = lines.length === 1 ? 'Example:' : 'Examples:';
  const text = lines.map((line) => `  $ ${line}`).join('\n');
  return command.addHelpText('after', `\n${title}\n${text}`);
}

/** Flags of every command that answers with one thing. */
export function asJson(command: Command): Command {
  return command.option('--json', 'print the answer as JSON');
}

/** Flags of every list. */
export function asList(command: Command): Command {
  return asJson(command)
    .addOption(csvOption())
    .option('--limit <number>', 'stop after so many; all if left out', atLeastOne);
}

/** `--csv`; what is printed as JSON is not. */
export function csvOption(): Option {
  return new Option('--csv', 'print the rows as CSV').conflicts('json');
}

/** Takes some of the flags, without those that were not given. */
export function given<Options extends object, Key extends keyof Options>(
  options: Options,
  keys: readonly Key[],
): Pick<Options, Key> {
  const present = keys.filter((key) => options[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, options[key]])) as Pick<Options, Key>;
}
