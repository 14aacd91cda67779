import { Assembler } from 'stream-json/core/assembler.js';
import { jsoncParser } from 'stream-json/core/jsonc/parser.js';
import type { Token } from 'stream-json/core/parser.js';
import { excerpt } from './excerpt.ts';

/** An element of an array, or the reason why it cannot be read. */
export interface Element {
  value?: unknown;
  fault?: string;
}

/** Characters of one element. It limits the damage of a quote that is never closed. */
const longestElement = 4_000_000;

/**
 * The elements of a JSON array, one at a time. The parser stops at an element that is not JSON, and
 * a new parser continues at the next object.
 *
 * @param options.isPage whether the array is the list of a page, whose rest follows it; and then, maybe,
 *   other pages
 */
export async function* readElements(
  text: AsyncIterable<string>,
  { isPage = false } = {},
): AsyncGenerator<Element> {
  let array: ArrayParser | undefined = new ArrayParser();
  /** The text of an incomplete element. Between two parsers: the comma before the next object. */
  let begun = '';
  /** What follows the list of a page. */
  let between: string | undefined;
  /** The end of what was passed over behind a broken row. */
  let skipped = '';
  for await (const found of piecesOf(text)) {
    let piece = found;
    if (between !== undefined) {
      between += between.length > longestBetween ? '' : found;
      const next = found.includes('[') ? betweenPages.exec(between) : null;
      if (!next) {
        continue;
      }
      piece = between.slice(next[0].length);
      between = undefined;
      array = new ArrayParser();
    }
    // The page whose row is broken may have ended meanwhile.
    skipped = isPage && !array ? (skipped + piece).slice(-longestBetween) : '';
    const page = piece.includes('[') ? listOfPage.exec(skipped)?.[0] : undefined;
    if (page !== undefined) {
      [piece, begun, skipped] = [skipped.slice(page.length), '', ''];
      array = new ArrayParser();
    }
    if (!array && begun !== '' && /^\s*\{/.test(piece)) {
      array = new ArrayParser();
      array.read('[');
    }
    begun = array ? begun + piece : commaAtEnd(begun + piece);
    try {
      for (const value of array?.read(piece) ?? []) {
        begun = '';
        yield { value };
      }
    } catch {
      yield { fault: `the row is not valid JSON: it begins with ${beginningOf(begun)}` };
      array = undefined;
      begun = commaAtEnd(piece);
    }
    if (isPage && array && !array.isOpen) {
      [array, begun, between] = [undefined, '', ''];
    }
    if (begun.length > longestElement) {
      yield { fault: 'the row has no end: a quote or a bracket is missing' };
      return;
    }
  }
  if (array?.isOpen) {
    yield { fault: 'the file ends before the end of the list' };
  }
  if (between !== undefined && !endOfPage.test(between)) {
    const beginning = excerpt(between.trim().replace(/\s+/g, ' '));
    yield { fault: `the file has more than its list: ${beginning}` };
  }
}

/** What is before the list of a page, as `matinee movies list --json` and the REST API write it. */
export const beginningOfPage =
  /^\s*\{\s*(?:"success"\s*:\s*true\s*,\s*"data"\s*:\s*\{\s*)?"items"\s*:\s*(?=\[)/;
const scalar = String.raw`(?:"[^"\\]*"|null|true|false|-?\d[\d.eE+-]*)`;
const members = String.raw`(?:\s*(?:\}|,\s*"\w+"\s*:\s*${scalar}))*`;
const endOfPage = new RegExp(String.raw`^${members}\s*$`);
const betweenPages = new RegExp(
  String.raw`^${members}\s*(?:,\s*)?${beginningOfPage.source.replace(String.raw`^\s*`, '')}`,
);
/** The list of a page, at the end of what is before it. */
const listOfPage = /^.*"items"\s*:\s*(?=\[)/s;
/** Characters between two pages, of which nothing is a row. */
const longestBetween = 10_000;

/** Parses JSON that people write by hand: extra commas and comments are ignored. */
class ArrayParser {
  readonly #parse = jsoncParser({
    streamValues: false,
    streamComments: false,
    packComments: false,
    streamWhitespace: false,
  });
  readonly #assembler = new Assembler<unknown[]>();

  get isOpen(): boolean {
    return !this.#assembler.done;
  }

  /** @returns the elements that end in this piece @throws if it is not JSON */
  read(piece: string): unknown[] {
    const found = this.#parse(piece);
    const elements: unknown[] = [];
    for (const token of typeof found === 'symbol' ? [] : found.values) {
      // With the options above, the tokens are those of JSON.
      this.#assembler.consume(token as Token);
      if (this.#assembler.depth === 1 && this.#assembler.current?.length) {
        elements.push(this.#assembler.current.pop());
      }
    }
    return elements;
  }
}

/**
 * Splits text so that at most one element ends in a piece. A parser that fails does not return the
 * elements that it found in the same piece.
 */
async function* piecesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const chunk of text) {
    yield* chunk.split(/(?<=[,\]}])/);
  }
}

function commaAtEnd(text: string): string {
  return /,\s*$/.exec(text)?.[0] ?? '';
}

function beginningOf(element: string): string {
  return excerpt(element.replace(/^[[,\s]+(?=\S)/, '').replace(/\s+/g, ' '));
}
