import type { Command } from 'commander';

/** What may follow each command: its subcommands and its flags. */
export interface Words {
  path: string;
  commands: { name: string; description: string }[];
  flags: { flag: string; description: string; takesValue: boolean }[];
}

export function wordsOf(program: Command): Words[] {
  const global = flagsOf(program);
  const visit = (command: Command, path: string): Words[] => [
    {
      path,
      commands: command.commands.map((each) => ({
        name: each.name(),
        description: each.description(),
      })),
      flags: command === program ? global : [...flagsOf(command), ...global],
    },
    ...command.commands.flatMap((each) => visit(each, `${path} ${each.name()}`.trim())),
  ];
  return visit(program, '');
}

function flagsOf(command: Command): Words['flags'] {
  return command.options.map((option) => ({
    flag: option.long ?? '',
    description: option.description,
    takesValue: option.required,
  }));
}

/** Flags that take a value: what follows them is no command. */
export function valuedFlags(words: Words[]): string[] {
  const flags = words.flatMap((each) => each.flags).filter(({ takesValue }) => takesValue);
  return [...new Set(flags.map(({ flag }) => flag))];
}

/** One word for a shell, whatever is in it. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
