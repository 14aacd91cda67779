import { excerpt } from './excerpt.ts';
import type { Element } from './json-array.ts';

/** Characters of one object. It limits the damage of a brace that is never closed. */
const longestObject = 1_000_000;

/**
 * The objects of a file that has one after the other: each on a line (NDJSON), several on a line, or
 * each beginning on a line of its own and ending on a line that begins with `}`. A line that belongs to
 * no object is a fault.
 */
export async function* readObjects(text: AsyncIterable<string>): AsyncGenerator<Element> {
  /** The lines of an incomplete object. */
  let begun = '';
  for await (const line of linesOf(text)) {
    if (begun !== '' && line.startsWith('{')) {
      yield* elementsOf(begun, { isWhole: true }).elements;
      begun = '';
    }
    const isFirst = begun === '';
    begun = isFirst ? line.trim() : `${begun}\n${line}`;
    if (begun.length > longestObject) {
      yield {
        fault: `the import ends here, because an object has more than ${longestObject} characters`,
      };
      return;
    }
    // Parsing at each line would take too long for an object with many lines.
    if (isFirst || line.startsWith('}')) {
      const { elements, rest } = elementsOf(begun, { isWhole: !begun.startsWith('{') });
      yield* elements;
      begun = rest;
    }
  }
  yield* elementsOf(begun, { isWhole: true }).elements;
}

/**
 * The objects in a text, which stand one behind another, and the beginning of one that does not end in it.
 *
 * @param options.isWhole nothing follows that could be a part of them: what is no object is a fault
 */
function elementsOf(
  text: string,
  { isWhole }: { isWhole: boolean },
): { elements: Element[]; rest: string } {
  const parts = text.trim() === '' ? [] : text.split(/(?<=\})(?=\s*\{)/);
  const elements: Element[] = [];
  let from = 0;
  while (from < parts.length) {
    const object = firstObject(parts, from);
    const mayEndLater = !isWhole && parts.length - from <= mostParts;
    if (!object && mayEndLater) {
      break;
    }
    elements.push(object?.element ?? parsed(parts[from] ?? ''));
    from = object?.to ?? from + 1;
  }
  return { elements, rest: parts.slice(from).join('') };
}

/** The object that begins with a part. Such a place may also be in one of its texts. */
function firstObject(
  parts: readonly string[],
  from: number,
): { element: Element; to: number } | undefined {
  for (let to = from + 1; to <= Math.min(parts.length, from + mostParts); to += 1) {
    const element = parsed(parts.slice(from, to).join(''));
    if (element.fault === undefined) {
      return { element, to };
    }
  }
  return undefined;
}

/** Places in one object at which one might end: each try parses it from its beginning. */
const mostParts = 20;

/** The object in a text, which a comma may follow. */
function parsed(text: string): Element {
  try {
    return { value: JSON.parse(text.replace(/\}\s*,\s*$/, '}')) };
  } catch {
    const beginning = excerpt(text.replace(/\s+/g, ' '));
    return { fault: `the row is not valid JSON: it begins with ${beginning}` };
  }
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of text) {
    const lines = (rest + chunk).split(/\r\n|[\r\n]/);
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > longestObject) {
      yield rest;
      return;
    }
  }
  yield rest;
}
