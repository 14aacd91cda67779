/**
 * The value as JSON, indented. Characters that a terminal would obey are written as escapes,
 * which is the same value to whoever parses it.
 */
export function json(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? 'null';
  return `${text.replace(/[\u007f-\u009f\u2028\u2029]/g, escape)}\n`;
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
