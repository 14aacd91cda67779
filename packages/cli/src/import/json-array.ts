/** Characters of one element: a quote that is never closed would swallow the file. */
const longestElement = 4_000_000;

/**
 * Cuts the text of a JSON array into the texts of its elements, chunk after chunk. An element that
 * is no JSON stands alone: those before and after it are read all the same.
 */
export class ArrayCutter {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** What has come of the element that is not at its end. */
  #begun = '';
  #found: string[] = [];

  /** Whether the array has come to its end. */
  isClosed = false;

  /** The elements that end in this chunk. */
  cut(chunk: string): string[] {
    this.#found = [];
    let start = 0;
    for (let index = 0; index < chunk.length && !this.isClosed; index += 1) {
      if (this.#endsPart(chunk.charCodeAt(index))) {
        this.#end(chunk.slice(start, index));
        start = index + 1;
      }
    }
    this.#begun += this.isClosed ? '' : chunk.slice(start);
    return this.#found;
  }

  /** What is left when the file ends within an element, or when one has no end. */
  get rest(): string {
    return this.#begun.trim();
  }

  get isTooLong(): boolean {
    return this.#begun.length > longestElement;
  }

  #end(text: string): void {
    const element = (this.#begun + text).trim();
    this.#begun = '';
    // Nothing stands before the array, in an empty one, and after a comma that is too much.
    if (element !== '') {
      this.#found.push(element);
    }
  }

  /** Reads one character; true where an element, or what comes before the first one, ends. */
  #endsPart(code: number): boolean {
    if (this.#isInString) {
      this.#readInString(code);
      return false;
    }
    switch (code) {
      case quote:
        this.#isInString = true;
        return false;
      case openBracket:
      case openBrace:
        this.#depth += 1;
        return this.#depth === 1;
      case closeBracket:
      case closeBrace:
        this.#depth -= 1;
        this.isClosed = this.#depth === 0;
        return this.isClosed;
      default:
        return code === comma && this.#depth === 1;
    }
  }

  #readInString(code: number): void {
    if (this.#isEscaped) {
      this.#isEscaped = false;
    } else if (code === backslash) {
      this.#isEscaped = true;
    } else if (code === quote) {
      this.#isInString = false;
    }
  }
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
