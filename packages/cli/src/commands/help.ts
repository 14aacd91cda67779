import type { Command } from 'commander';
import { examples, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

export function addHelp(program: Command, terminal: Terminal): void {
  const help = program.command('help').description('show the help of a command');
  help.argument('[command...]', 'such as movies, or movies create');
  examples(help, ['matinee help movies', 'matinee help movies create']);
  runs(help, terminal, (_session, _options, names) => findCommand(program, names).outputHelp());
}

function findCommand(program: Command, names: readonly string[]): Command {
  return names.reduce((command, name) => {
    const found = command.commands.find((each) => each.name() === name);
    if (!found) {
      const group = names.slice(0, names.indexOf(name)).join(' ');
      throw usageError(
        `There is no command "${name}"${group && ` in ${group}`}.`,
        `\`matinee ${`help ${group}`.trim()}\` lists the commands.`,
      );
    }
    return found;
  }, program);
}
