import { quote, valuedFlags } from './words.ts';
import type { Words } from './words.ts';

/** Completion for zsh. */
export function zsh(words: Words[]): string {
  const valued = valuedFlags(words).join('|');
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

/** A colon separates the word from its description. */
function zshOffer(offer: string): string {
  const [word = '', ...description] = offer.split(':');
  return quote(`${word}:${description.join('\\:')}`);
}
