import { Argument } from 'commander';
import type { Command } from 'commander';
import { examples, runs } from '../command.ts';
import { bash } from '../completion/bash.ts';
import { fish } from '../completion/fish.ts';
import { wordsOf } from '../completion/words.ts';
import { zsh } from '../completion/zsh.ts';
import type { Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export function addCompletion(program: Command, terminal: Terminal): void {
  const completion = program
    .command('completion')
    .description('print the completion script of a shell');
  completion.addArgument(new Argument('<shell>').choices(shells));
  examples(completion, [
    'matinee completion bash > ~/.local/share/bash-completion/completions/matinee',
    'matinee completion zsh > ~/.zfunc/_matinee',
    'matinee completion fish > ~/.config/fish/completions/matinee.fish',
  ]);
  runs(completion, terminal, (session: Session, _options, [shell = '']) => {
    const words = wordsOf(program);
    session.write({ bash, zsh, fish }[shell as (typeof shells)[number]](words));
  });
}
