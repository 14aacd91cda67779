/** The value as indented JSON. Control characters are escaped, which does not change the value. */
export function json(value: unknown): string {
  return escaped(JSON.stringify(value, null, 2));
}

/** The value as JSON on one line, with the same escapes. */
export function jsonLine(value: unknown): string {
  return escaped(JSON.stringify(value));
}

function escaped(text: string | undefined): string {
  return `${(text ?? 'null').replace(/[\u007f-\u009f\u2028\u2029]/g, escape)}\n`;
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
