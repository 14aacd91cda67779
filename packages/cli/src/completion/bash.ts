import { valuedFlags } from './words.ts';
import type { Words } from './words.ts';

/** Words that are not flags name the command. The value of a flag may be a file. */
export function bash(words: Words[]): string {
  const valued = valuedFlags(words).join('|');
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
