/** Rows of three dots for each digit; a point has one. */
const glyphs: Readonly<Record<string, readonly string[]>> = {
  '0': ['###', '# #', '# #', '# #', '###'],
  '1': [' # ', '## ', ' # ', ' # ', '###'],
  '2': ['###', '  #', '###', '#  ', '###'],
  '3': ['###', '  #', '###', '  #', '###'],
  '4': ['# #', '# #', '###', '  #', '  #'],
  '5': ['###', '#  ', '###', '  #', '###'],
  '6': ['###', '#  ', '###', '# #', '###'],
  '7': ['###', '  #', '  #', '  #', '  #'],
  '8': ['###', '# #', '###', '# #', '###'],
  '9': ['###', '# #', '###', '  #', '###'],
  '.': [' ', ' ', ' ', ' ', '#'],
};

/** Draws an amount such as `26.00` five lines high, to be read from a distance. */
export function bigDigits(amount: string, width: number): string {
  const letters = amount.split('').map((letter) => glyphs[letter] ?? ['', '', '', '', '']);
  const rows = [0, 1, 2, 3, 4].map((row) => letters.map((letter) => letter[row]).join(' '));
  const doubled = rows.map((row) => row.replace(/./g, '$&$&'));
  const fitting = (doubled[0]?.length ?? 0) <= width ? doubled : rows;
  return fitting.map((row) => row.replaceAll('#', '█').trimEnd()).join('\n');
}
