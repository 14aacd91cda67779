import { Option } from 'commander';
import type { Command } from 'commander';
import { atLeastOne } from './arguments.ts';
import { dayNamed } from './day-names.ts';
import { Session } from './session.ts';
import type { Format } from './session.ts';
import type { Globals } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** The body of a command. `options` are its own flags, `operands` its arguments. */
export type Run<Options> = (
  session: Session,
  options: Options,
  operands: string[],
) => Promise<void> | void;

/** Gives the command its body. */
export function runs<Options extends object>(
  command: Command,
  terminal: Terminal,
  run: Run<Options>,
): Command {
  return command.action(async () => {
    const session = new Session(terminal, command.optsWithGlobals<Globals>());
    acceptDayNames(command, new Date());
    const { jq } = command.opts<Format>();
    if (jq !== undefined) {
      await session.filterJson(jq);
    }
    // The values of a repeatable argument come as one array.
    await run(session, command.opts<Options>(), command.processedArgs.flat() as string[]);
  });
}

/** Replaces `today` and similar words in the flags that take a date. */
function acceptDayNames(command: Command, now: Date): void {
  for (const option of command.options.filter(({ flags }) => flags.endsWith('<date>'))) {
    const name = option.attributeName();
    const day = dayNamed(String(command.getOptionValue(name)), now);
    if (day !== undefined) {
      command.setOptionValueWithSource(name, day, 'cli');
    }
  }
}

/** Adds a group of commands for one kind of resource. `matinee help GROUP` shows its help. */
export function addGroup(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).helpCommand(false);
}

/** Adds example lines to the help. A test runs each of them. */
export function examples(command: Command, lines: readonly string[]): Command {
  const title = lines.length === 1 ? 'Example:' : 'Examples:';
  const text = lines.map((line) => `  $ ${line}`).join('\n');
  return command.addHelpText('after', `\n${title}\n${text}`);
}

/** Adds the flags of every command that prints one item. */
export function asJson(command: Command): Command {
  return command.option('--json', 'print JSON').addOption(jqOption());
}

/** `--jq`, which prints a part of the JSON. */
export function jqOption(): Option {
  const option = new Option('--jq <expression>', 'print the results of a jq expression');
  return option.implies({ json: true });
}

/** Adds the flags of every list. */
export function asList(command: Command): Command {
  return asJson(command)
    .addOption(csvOption())
    .option('--limit <number>', 'print at most this many; default: all', atLeastOne);
}

/** `--csv`, which excludes `--json` and `--jq`. */
export function csvOption(): Option {
  return new Option('--csv', 'print CSV').conflicts(['json', 'jq']);
}

/** Picks flags by name, and omits those that are not set. */
export function given<Options extends object, Key extends keyof Options>(
  options: Options,
  keys: readonly Key[],
): Pick<Options, Key> {
  const present = keys.filter((key) => options[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, options[key]])) as Pick<Options, Key>;
}
