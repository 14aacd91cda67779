import type { Readable } from 'node:stream';
import { CliError, exitCodes } from '../failure.ts';
import { meansAnother, unguarded } from '../output/apostrophe.ts';
import { decode } from './decode.ts';
import { isAsWide, isBlank, readLines, withoutBlankEnd } from './delimited.ts';
import type { Judge } from './delimited.ts';
import { beginningOfPage, readElements } from './json-array.ts';
import type { Element } from './json-array.ts';
import { readObjects } from './json-lines.ts';
import { isNothing } from './nothing.ts';
import { Verbatim } from './values.ts';

/** One row of a file. Rows count from 1. */
export interface RawRow {
  row: number;
  /** Keys and values; absent if the row is blank or cannot be read. */
  record?: Record<string, unknown>;
  fault?: string;
  /** Whether the row has no value at all. */
  isBlank?: true;
}

/** A file with its rows, which are read one at a time, so that a long file needs little memory. */
export interface Table {
  /** The names in the header. Of JSON, the keys of the first rows. */
  columns: string[];
  rows: AsyncIterable<RawRow>;
}

/**
 * Opens a file of any format that the import reads.
 *
 * @param judge decides between two readings of the quotes in a delimited file
 * @throws CliError if the file is empty
 */
export async function readTable(
  source: Readable,
  judge: Judge<Record<string, unknown>>,
): Promise<Table> {
  const chunks = decode(source);
  const head = await readHead(chunks);
  const text = (from = 0) => prepend(head.slice(from), chunks);
  if (head.trim() === '') {
    throw new CliError(exitCodes.invalid, 'The file is empty.');
  }
  const page = beginningOfPage.exec(head)?.[0];
  if (page !== undefined) {
    return jsonTable(verbatim(readElements(text(page.length), { isPage: true })));
  }
  switch (head.trimStart().charAt(0)) {
    case '[':
      return jsonTable(readElements(text()));
    case '{':
      return jsonTable(readObjects(text()));
    default:
      return delimitedTable(text, head, judge);
  }
}

/** Pages with movies of ours as they are. Their texts mean what they say, even `NULL` or `["Drama"]`. */
async function* verbatim(elements: AsyncGenerator<Element>): AsyncGenerator<Element> {
  for await (const element of elements) {
    const { value } = element;
    const isOurs = isRecord(value) && 'id' in value && 'createdAt' in value;
    yield isOurs ? { value: Object.fromEntries(Object.entries(value).map(asWritten)) } : element;
  }
}

function asWritten([name, value]: [string, unknown]): [string, unknown] {
  return [name, typeof value === 'string' && meansAnother(value) ? new Verbatim(value) : value];
}

/** Rows whose keys count as the columns of a JSON file. */
const sample = 1_000;

async function jsonTable(elements: AsyncGenerator<Element>): Promise<Table> {
  const rows = jsonRows(elements);
  const first: RawRow[] = [];
  const columns = new Set<string>();
  while (first.length < sample) {
    const next = await rows.next();
    if (next.done) {
      break;
    }
    first.push(next.value);
    Object.keys(next.value.record ?? {}).forEach((name) => columns.add(name));
  }
  return { columns: [...columns], rows: prependAll(first, rows) };
}

async function* jsonRows(elements: AsyncGenerator<Element>): AsyncGenerator<RawRow> {
  let row = 0;
  for await (const { value, fault } of elements) {
    row += 1;
    if (!isRecord(value)) {
      yield { row, fault: fault ?? 'the row is not an object' };
      continue;
    }
    const values = Object.values(value);
    const isBlankRow = values.length > 0 && values.every((each) => isBlankValue(each));
    yield isBlankRow ? { row, isBlank: true } : { row, record: value };
  }
}

async function delimitedTable(
  text: (from?: number) => AsyncGenerator<string>,
  head: string,
  { isPossible, isComplete }: Judge<Record<string, unknown>>,
): Promise<Table> {
  // Excel reads and writes this line.
  const [hint = '', named] = /^"?sep=([^\w"\s]|\t)"?[ ,;\t]*(?:\r\n|[\r\n]|$)/i.exec(head) ?? [];
  const lines = readLines(text(hint.length), {
    delimiter: named ?? delimiterOf(head),
    judge: {
      isPossible: ({ names, cells }) => isPossible(toRecord(names, cells)),
      isComplete: ({ names, cells }) => isComplete(toRecord(names, cells)),
    },
  });
  let header: string[] = [];
  while (isBlank(header)) {
    const next = await lines.next();
    if (next.done) {
      throw new CliError(exitCodes.invalid, 'The file is empty.');
    }
    if (next.value.fault !== undefined) {
      throw new CliError(exitCodes.invalid, `The file is not a table: ${next.value.fault}.`);
    }
    header = withoutBlankEnd(next.value.cells);
  }
  return { columns: header, rows: delimitedRows(lines, header) };
}

async function* delimitedRows(
  lines: AsyncGenerator<{ cells: string[]; fault?: string }>,
  header: string[],
): AsyncGenerator<RawRow> {
  let row = 0;
  for await (const { cells, fault } of lines) {
    row += 1;
    if (fault !== undefined) {
      yield { row, fault };
    } else if (isBlank(cells)) {
      yield { row, isBlank: true };
    } else if (isAsWide(header, cells)) {
      yield { row, record: toRecord(header, cells) };
    } else {
      yield {
        row,
        fault: `the row has ${cells.length} fields, and the header has ${header.length}`,
      };
    }
  }
}

/** Of columns with the same name, the first one with a value counts. */
function toRecord(names: string[], cells: string[]): Record<string, unknown> {
  const values = new Map<string, unknown>();
  names.forEach((name, index) => {
    if (isNothing(values.get(name))) {
      values.set(name, valueOf(cells[index] ?? ''));
    }
  });
  return Object.fromEntries(values);
}

/** The cell without the apostrophe that `--csv` adds. */
function valueOf(cell: string): string | Verbatim {
  const text = unguarded(cell);
  return text === undefined ? cell : new Verbatim(text);
}

/** Spreadsheets separate cells by comma, semicolon or tab, depending on the country. */
function delimiterOf(head: string): string {
  const line = /^[^\r\n]*/.exec(head.trimStart())?.[0].replace(/"[^"]*"/g, '') ?? '';
  const counted = [',', ';', '\t', '|'].map((mark) => ({ mark, times: line.split(mark).length }));
  return counted.reduce((most, each) => (each.times > most.times ? each : most)).mark;
}

/** Characters that are read to recognise the format. */
const longestHead = 1_000_000;

/** Reads enough to recognise the format: JSON by its first characters, others by their first line. */
async function readHead(chunks: AsyncGenerator<string>): Promise<string> {
  let head = '';
  while (!isEnough(head) && head.length < longestHead) {
    const next = await chunks.next();
    if (next.done) {
      break;
    }
    head += next.value;
  }
  return head;
}

function isEnough(head: string): boolean {
  const text = head.trimStart();
  return text.startsWith('{')
    ? beginningOfPage.test(text) || /^\{\s*("(?!success")[^"]*"\s*:\s*\S|[^"\s])/.test(text)
    : /^\[|[\r\n]/.test(text);
}

async function* prepend(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

async function* prependAll(first: RawRow[], rest: AsyncGenerator<RawRow>): AsyncGenerator<RawRow> {
  yield* first;
  yield* rest;
}

function isBlankValue(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
