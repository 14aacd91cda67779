/** A row of a delimited file, or the reason why it cannot be read. */
export interface Line {
  cells: string[];
  fault?: string;
}

/** What a row is worth, which decides between two readings of its quotes. */
export interface Judge<Row> {
  /** Whether it can be imported, with defaults for what it lacks. */
  isPossible: (row: Row) => boolean;
  /** Whether it can be imported without defaults. */
  isComplete: (row: Row) => boolean;
}

/** How a file separates its cells, and which rows make sense. */
export interface Dialect {
  /** One character. */
  delimiter: string;
  judge: Judge<{ names: string[]; cells: string[] }>;
}

/**
 * The rows of a delimited file, the header first. A cell in quotes may contain delimiters, line
 * breaks and doubled quotes (RFC 4180). Many programs write quotes without that meaning, and such a
 * quote would join all rows up to the next one. A quote is therefore text
 * - if no quote before a delimiter or the end of a line closes its cell,
 * - if the row has as many fields as the header only when its quotes are text,
 * - if its cell would contain a line break and a delimiter, in the header and between tabs,
 * - if the first and the last of the lines that it joins have as many fields as the header, and
 *   either both are complete rows, or the joined row is not a possible one.
 * Where all the lines that it joins have as many fields as the header, and one behind the first is a
 * complete row, both readings make sense: each line is a fault then, so that no row is lost.
 */
export async function* readLines(
  text: AsyncIterable<string>,
  dialect: Dialect,
): AsyncGenerator<Line> {
  const scanner = new Scanner(dialect);
  for await (const chunk of text) {
    scanner.feed(chunk);
    yield* scanner.lines();
  }
  scanner.end();
  yield* scanner.lines();
}

/** Characters of one row. It limits the damage of a quote or a line that never ends. */
const longestRow = 1_000_000;

const lineBreak = /[\r\n]/g;

/** Cells and the index of the character after them. */
interface Reading {
  cells: string[];
  end: number;
}

class Scanner {
  readonly #dialect: Dialect;
  /** Finds the end of a cell without quotes. */
  readonly #cellEnd: RegExp;
  #header: string[] | undefined;
  /** Fields of the header, with blank ones at its end. */
  #width = 0;
  #text = '';
  #at = 0;
  #isWhole = false;
  #isSkipping = false;
  /** Lines from here that can be read in two ways. */
  #doubtful = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
    const delimiter = dialect.delimiter.replace(/[\\\]^-]/, '\\$&');
    this.#cellEnd = new RegExp(`[${delimiter}\\r\\n]`, 'g');
  }

  feed(chunk: string): void {
    this.#text = this.#text.slice(this.#at) + chunk;
    this.#at = 0;
  }

  /** No more text follows. */
  end(): void {
    this.#isWhole = true;
  }

  /** The rows that are complete so far. */
  *lines(): Generator<Line> {
    while (this.#at < this.#text.length) {
      const found = this.#next();
      if (!found) {
        if (this.#text.length - this.#at > longestRow) {
          yield* this.#skip();
        }
        return;
      }
      this.#at = this.#afterBreak(found.end);
      if (this.#isSkipping) {
        this.#isSkipping = false;
        continue;
      }
      if (!this.#header && !isBlank(found.cells)) {
        this.#header = withoutBlankEnd(found.cells);
        this.#width = found.cells.length;
      }
      if (this.#doubtful > 0) {
        this.#doubtful -= 1;
        const fault = 'its quotes make one row of several lines that look like rows';
        yield { cells: found.cells, fault };
        continue;
      }
      yield { cells: found.cells };
    }
  }

  /** Ignores the rest of a line that is too long. */
  *#skip(): Generator<Line> {
    this.#at = this.#text.length;
    if (!this.#isSkipping) {
      this.#isSkipping = true;
      yield { cells: [], fault: `the row has more than ${longestRow} characters` };
    }
  }

  /** The next row, or undefined if its end has not been read. */
  #next(): Reading | undefined {
    const end = this.#search(lineBreak, this.#at);
    if (end === undefined || !this.#isBreakWhole(end)) {
      return undefined;
    }
    const line = this.#text.slice(this.#at, end);
    const plain = { cells: line.split(this.#dialect.delimiter), end };
    if (this.#isSkipping || this.#doubtful > 0 || !line.includes('"')) {
      return plain;
    }
    const quoted = this.#readQuoted();
    if (quoted === undefined || !this.#isBreakWhole(quoted.end)) {
      return undefined;
    }
    if (this.#isText(plain, quoted)) {
      return plain;
    }
    this.#doubtful = this.#rowsIn(quoted);
    return this.#doubtful > 0 ? plain : quoted;
  }

  /** How many lines a row in quotes has, if they look like rows of their own; otherwise 0. */
  #rowsIn({ end }: Reading): number {
    const { delimiter, judge } = this.#dialect;
    const names = this.#header ?? [];
    const text = this.#text.slice(this.#at, end);
    const lines = text.split(/\r\n|[\r\n]/).map((line) => line.split(delimiter));
    const areRows =
      lines.length > 1 &&
      lines.every((cells) => isAsWide(names, cells)) &&
      lines.slice(1).some((cells) => judge.isComplete({ names, cells }));
    return areRows ? lines.length : 0;
  }

  /** Whether the quotes in a row are text. The two arguments are its two readings. */
  #isText(plain: Reading, quoted: Reading): boolean {
    const { delimiter, judge } = this.#dialect;
    const header = this.#header;
    const joins = quoted.cells.some((cell) => /[\r\n]/.test(cell) && cell.includes(delimiter));
    if (!header || (joins && delimiter === '\t')) {
      return joins;
    }
    const fits = (cells: string[]) => isAsWide(header, cells);
    const hasLines = quoted.end > plain.end;
    const isWide = [header.length, this.#width].includes(quoted.cells.length);
    if (hasLines ? !isWide : !fits(quoted.cells)) {
      return hasLines || fits(plain.cells);
    }
    const last = this.#lastLine(quoted.end).split(delimiter);
    if (!hasLines || !fits(plain.cells) || !fits(last)) {
      return false;
    }
    const areRows = [plain.cells, last].every((cells) =>
      judge.isComplete({ names: header, cells }),
    );
    const isRow = judge.isPossible({ names: header, cells: quoted.cells });
    return areRows || !isRow;
  }

  /** The line before an index. */
  #lastLine(end: number): string {
    const text = this.#text.slice(this.#at, end);
    return text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);
  }

  /** A row whose quotes enclose cells. Undefined if its end has not been read. */
  #readQuoted(): Reading | undefined {
    const cells: string[] = [];
    let at = this.#at;
    while (true) {
      const end = this.#closingQuote(at);
      if (end === 'unknown') {
        return undefined;
      }
      const cellEnd = end === undefined ? this.#search(this.#cellEnd, at) : end + 1;
      if (cellEnd === undefined) {
        return undefined;
      }
      const cell = this.#text.slice(at, cellEnd);
      cells.push(end === undefined ? cell : cell.slice(1, -1).replaceAll('""', '"'));
      if (this.#text[cellEnd] !== this.#dialect.delimiter) {
        return { cells, end: cellEnd };
      }
      at = cellEnd + 1;
    }
  }

  /** The quote that closes the cell at an index. Undefined if the cell is not in quotes. */
  #closingQuote(at: number): number | 'unknown' | undefined {
    const text = this.#text;
    const canGrow = !this.#isWhole && text.length - at <= longestRow;
    if (text[at] !== '"') {
      return at < text.length || this.#isWhole ? undefined : 'unknown';
    }
    let quote = text.indexOf('"', at + 1);
    while (quote !== -1 && text[quote + 1] === '"') {
      quote = text.indexOf('"', quote + 2);
    }
    if (quote === -1 || (quote + 1 === text.length && !this.#isWhole)) {
      return canGrow ? 'unknown' : undefined;
    }
    const next = text[quote + 1];
    const closes = next === undefined || next === '\r' || next === '\n';
    return closes || next === this.#dialect.delimiter ? quote : undefined;
  }

  /** The index of a match, or of the end of the text. Undefined if more text could follow. */
  #search(pattern: RegExp, from: number): number | undefined {
    pattern.lastIndex = from;
    const found = pattern.exec(this.#text);
    return found?.index ?? (this.#isWhole ? this.#text.length : undefined);
  }

  /** Whether a line feed could still follow a carriage return. */
  #isBreakWhole(end: number): boolean {
    return this.#isWhole || this.#text[end] !== '\r' || end + 1 < this.#text.length;
  }

  #afterBreak(end: number): number {
    return this.#text.startsWith('\r\n', end) ? end + 2 : end + 1;
  }
}

/** Whether a row has a cell for each column, and nothing behind the last one. */
export function isAsWide(header: string[], cells: string[]): boolean {
  return cells.length >= header.length && isBlank(cells.slice(header.length));
}

/** The cells up to the last one that has a value. A header may end with delimiters. */
export function withoutBlankEnd(cells: string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell.trim() !== '') + 1);
}

/** Whether all cells are empty or consist of spaces. */
export function isBlank(cells: string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}
