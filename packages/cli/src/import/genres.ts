/**
 * The genres in a list, joined as people write them: `Action, Drama`. The list is an array of names
 * or of objects with a `name`, or the text of such an array as JSON or Python writes it.
 *
 * @returns undefined if the value is not a list @throws TypeError if it is a list of other things
 */
export function joinedGenres(value: unknown): string | undefined {
  const list = typeof value === 'string' ? parsed(value.trim()) : value;
  if (typeof list !== 'object' || list === null) {
    return undefined;
  }
  const elements: unknown[] = Array.isArray(list) ? list : [list];
  const names = elements.map((element) => nameOf(element ?? '')).filter((name) => name !== '');
  return [...new Set(names)].join(', ');
}

/** Whether a text is a list of genres, or a broken one. */
export function isList(text: string): boolean {
  try {
    return joinedGenres(text) !== undefined;
  } catch {
    return true;
  }
}

function nameOf(element: unknown): string {
  const name = isNamed(element) ? element.name : element;
  if (typeof name !== 'string') {
    throw new TypeError('The element has no name.');
  }
  return name.trim();
}

function isNamed(element: unknown): element is { name: unknown } {
  return typeof element === 'object' && element !== null && 'name' in element;
}

/** The list in a text, or undefined if it is text. `[Drama]` is text. */
function parsed(text: string): unknown {
  if (!/^[[{]/.test(text)) {
    return undefined;
  }
  for (const json of [text, fromPython(text)]) {
    try {
      return JSON.parse(json);
    } catch {
      // The next one may be JSON.
    }
  }
  if (/^[[{]\s*[[{"']/.test(text)) {
    throw new TypeError('The list is broken.');
  }
  return undefined;
}

/** Python writes texts in single quotes, except those that contain one. */
function fromPython(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'/g, (whole: string, inner?: string) =>
    inner === undefined ? whole : JSON.stringify(inner.replace(/\\(['"\\])/g, '$1')),
  );
}
