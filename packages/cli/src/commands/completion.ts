import { Argument } from 'commander';
import type { Command } from 'commander';
import { examples, runs } from '../command.ts';
import type { Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export function addCompletion(program: Command, terminal: Terminal): void {
  const completion = program.command('completion').description('print completion for a shell');
  completion.addArgument(new Argument('<shell>').choices(shells));
  examples(completion, [
    'matinee completion bash > /etc/bash_completion.d/matinee',
    'matinee completion zsh > ~/.zfunc/_matinee',
    'matinee completion fish > ~/.config/fish/completions/matinee.fish',
  ]);
  runs(completion, terminal, (session: Session, _options, [shell = '']) => {
    const words = wordsOf(program);
    session.write({ bash, zsh, fish }[shell as (typeof shells)[number]](words));
  });
}

/** What may follow each command: its subcommands and its flags. */
interface Words {
  path: string;
  commands: { name: string; description: string }[];
  flags: { flag: string; description: string; takesValue: boolean }[];
}

function wordsOf(program: Command): Words[] {
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

/**
 * bash and zsh: the words so far that are no flags name the command. A flag's value is not
 * offered anything but files.
 */
function bash(words: Words[]): string {
  const valued = [...new Set(valuedFlags(words))].join('|');
  const cases = words.map(({ path, commands, flags }) => {
    const names = [...commands.map(({ name }) => name), ...flags.map(({ flag }) => flag)];
    return `    '${path}') words='${names.join(' ')}' ;;`;
  });
  return `# matinee completion for bash
_matinee() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' words='' word skip='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ -n $skip ]]; then skip=''; continue; fi
    case "$word" in
      ${valued}) skip=1 ;;
      -*) ;;
      *) [[ $(wc -w <<< "$path") -lt 2 ]] && path="\${path:+$path }$word" ;;
    esac
  done
  case "$previous" in
    ${valued}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$path" in
${cases.join('\n')}
    *) words='' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _matinee matinee
`;
}

function zsh(words: Words[]): string {
  const valued = [...new Set(valuedFlags(words))].join('|');
  const cases = words.map(({ path, commands, flags }) => {
    const offers = [
      ...commands.map(({ name, description }) => `${name}:${description}`),
      ...flags.map(({ flag, description }) => `${flag}:${description}`),
    ];
    return `    ${quote(path)}) offers=(${offers.map(zshOffer).join(' ')}) ;;`;
  });
  return `#compdef matinee
_matinee() {
  local -a offers parts
  local word skip=''
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=''; continue; fi
    case "$word" in
      ${valued}) skip=1 ;;
      -*) ;;
      *) (( \${#parts} < 2 )) && parts+=("$word") ;;
    esac
  done
  if [[ -n $skip ]]; then _files; return; fi
  case "\${(j: :)parts}" in
${cases.join('\n')}
  esac
  _describe 'matinee' offers || _files
}
if [[ "\${funcstack[1]}" == _matinee ]]; then _matinee "$@"; else compdef _matinee matinee; fi
`;
}

/** A colon parts the word from what is told about it. */
function zshOffer(offer: string): string {
  const [word = '', ...told] = offer.split(':');
  return quote(`${word}:${told.join('\\:')}`);
}

function fish(words: Words[]): string {
  const lines = words.flatMap(({ path, commands, flags }) => {
    const condition = `-n ${quote(`__matinee_at ${quoteWords(path)}`)}`;
    return [
      ...commands.map(
        ({ name, description }) =>
          `complete -c matinee ${condition} -f -a ${name} -d ${quote(description)}`,
      ),
      ...flags.map(
        ({ flag, description, takesValue }) =>
          `complete -c matinee ${condition} -l ${flag.slice(2)}${takesValue ? ' -r' : ''}` +
          ` -d ${quote(description)}`,
      ),
    ];
  });
  return `# matinee completion for fish
function __matinee_at
    set -l parts
    set -l skip ''
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip ''
            continue
        end
        switch $word
            case ${[...new Set(valuedFlags(words))].join(' ')}
                set skip 1
            case '-*'
            case '*'
                test (count $parts) -lt 2; and set -a parts $word
        end
    end
    test "$parts" = "$argv"
end
${lines.join('\n')}
`;
}

function valuedFlags(words: Words[]): string[] {
  return words.flatMap(({ flags }) =>
    flags.filter(({ takesValue }) => takesValue).map(({ flag }) => flag),
  );
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function quoteWords(path: string): string {
  return path;
}
