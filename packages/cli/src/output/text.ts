import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();

/** The width of text on a terminal in columns. Colours have no width. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/**
 * Makes text safe for a terminal. Replaces control characters, which a title may contain, and marks
 * that change the writing direction.
 */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\r\n\t]+/g, ' ')
    .replace(unsafe, visible);
}

/** Like `plain`, for each line. */
export function plainLines(text: string): string[] {
  return text.split(/\r\n|[\r\n]/).map(plain);
}

/** Cuts text to a width in columns. Text that was cut ends in `…`. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) {
    return text;
  }
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = used + widthOf(segment);
    if (next > width - 1) {
      break;
    }
    kept += segment;
    used = next;
  }
  return width < 1 ? '' : `${kept}…`;
}

/** Cuts the middle out of text: screens of one house differ at their ends. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width || width < 2) {
    return cut(text, width);
  }
  const start = cut(text, Math.ceil((width + 1) / 2));
  const kept: string[] = [];
  let room = width - widthOf(start);
  for (const { segment } of [...graphemes.segment(text)].toReversed()) {
    room -= widthOf(segment);
    if (room < 0) {
      break;
    }
    kept.unshift(segment);
  }
  return start.replace(/ +…$/, '…') + kept.join('').trimStart();
}

/** Pads text to a width in columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}

/** Joins parts, and breaks lines between parts only. */
export function flow(parts: readonly string[], separator: string, width = Infinity): string {
  const end = separator.trimEnd();
  const [first = '', ...more] = parts;
  const lines = [first];
  more.forEach((part, index) => {
    const longer = `${lines.at(-1)}${separator}${part}`;
    const isLast = index === more.length - 1;
    if (widthOf(isLast ? longer : longer + end) <= width) {
      lines.splice(-1, 1, longer);
    } else {
      lines.push(part);
    }
  });
  return lines.join(`${end}\n`);
}

/** Breaks a long line between words. The further lines are indented by two more columns. */
export function wrap(line: string, width = Infinity): string {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const words = line.trim().split(' ');
  return `${indent}${flow(words, ' ', width - indent.length - 2)}`.replace(/\n/g, `\n${indent}  `);
}

/** `1 movie`, `2 movies`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

// C0, DEL, C1, line separators, and the bidirectional overrides and isolates.
// oxlint-disable-next-line no-control-regex -- finding them is its purpose
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Unicode has pictures of C0 and DEL. Other characters become U+FFFD. */
function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) {
    return String.fromCharCode(0x2400 + code);
  }
  return code === 0x7f ? '\u2421' : '\ufffd';
}
