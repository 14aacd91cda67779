import type { Command } from 'commander';

/** The subcommands and the flags of each command. */
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

/** Flags that take a value. The word that follows them is not a command. */
export function valuedFlags(words: Words[]): string[] {
  const flags = words.flatMap((each) => each.flags).filter(({ takesValue }) => takesValue);
  return [...new Set(flags.map(({ flag }) => flag))];
}

/** Quotes any text as one word for a shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
