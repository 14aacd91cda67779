import { quote, valuedFlags } from './words.ts';
import type { Words } from './words.ts';

/** Completion for fish. */
export function fish(words: Words[]): string {
  const lines = words.flatMap(({ path, commands, flags }) => {
    const condition = `-n ${quote(`__matinee_at ${path}`)}`;
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
            case ${valuedFlags(words).join(' ')}
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
