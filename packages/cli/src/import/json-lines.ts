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
      yield* elementsOf(begun);
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
    const elements = isFirst || line.startsWith('}') ? elementsOf(begun) : [];
    const areWhole = elements.every(({ fault }) => fault === undefined);
    if (elements.length > 0 && begun !== '' && (areWhole || !begun.startsWith('{'))) {
      yield* elements;
      begun = '';
    }
  }
  if (begun !== '') {
    yield* elementsOf(begun);
  }
}

/** The objects in a text, which stand one behind the other. What begins none is the last element. */
function elementsOf(text: string): Element[] {
  const elements: Element[] = [];
  let begun = '';
  let tries = 0;
  for (const part of text.split(/(?<=\})(?=\s*\{)/)) {
    begun += part;
    tries += 1;
    // Such a place may also be in a text of an object, which is no JSON up to there; rarely more than once.
    const element = tries > mostParts ? undefined : parsed(begun);
    if (element && element.fault === undefined) {
      elements.push(element);
      [begun, tries] = ['', 0];
    }
  }
  return begun.trim() === '' ? elements : [...elements, parsed(begun)];
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
