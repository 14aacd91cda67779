/** A cell as text; a list or an object of JSON as JSON. */
export function asText(value: unknown): string {
  const isJson =
    Array.isArray(value) ||
    (typeof value === 'object' &&
      value !== null &&
      Object.getPrototypeOf(value) === Object.prototype);
  return isJson ? JSON.stringify(value) : String(value);
}

/** The beginning of a text, short enough for a sentence. */
export function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
