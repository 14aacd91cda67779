import type { Readable } from 'node:stream';
import { CliError, exitCodes } from '../failure.ts';
import { readElements } from './json-array.ts';

/** One row of a file. Rows count from 1. */
export interface RawRow {
  row: number;
  /** Keys and values; absent if the row cannot be read. */
  record?: Record<string, unknown>;
  fault?: string;
}

/** Reads the rows of a file one at a time, so that a long file needs little memory. */
export async function* readRows(source: Readable): AsyncGenerator<RawRow> {
  const chunks = decode(source);
  const head = await readHead(chunks);
  const first = head.trimStart().charAt(0);
  if (first === '') {
    throw new CliError(exitCodes.invalid, 'The file is empty.');
  }
  if (first === '{') {
    throw new CliError(
      exitCodes.invalid,
      'The file is a JSON object. It must be an array of objects.',
    );
  }
  const text = prepend(head, chunks);
  yield* first === '[' ? readJson(text) : readCsv(text, head);
}

async function* readJson(text: AsyncGenerator<string>): AsyncGenerator<RawRow> {
  let row = 0;
  for await (const { value, fault } of readElements(text)) {
    row += 1;
    yield isRecord(value)
      ? { row, record: value }
      : { row, fault: fault ?? 'the row is not an object' };
  }
}

async function* readCsv(text: AsyncGenerator<string>, head: string): AsyncGenerator<RawRow> {
  const [{ parse }, { Readable, pipeline }] = await Promise.all([
    import('csv-parse'),
    import('node:stream'),
  ]);
  const lines = parse({
    delimiter: delimiterOf(head),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
  });
  pipeline(Readable.from(text), lines, () => {});
  let names: string[] | undefined;
  let row = 0;
  try {
    for await (const cells of lines as AsyncIterable<string[]>) {
      if (!names) {
        names = cells;
        continue;
      }
      row += 1;
      yield toRecord(row, names, cells);
    }
  } catch (error) {
    yield {
      row: row + 1,
      fault: `the import ends here, because the row is not valid CSV: ${messageOf(error)}`,
    };
  }
}

/** Characters of one row of CSV. It limits the damage of a quote that is never closed. */
const longestRow = 1_000_000;

function toRecord(row: number, names: string[], cells: string[]): RawRow {
  const hasMore = cells.slice(names.length).some((cell) => cell.trim() !== '');
  if (cells.length < names.length || hasMore) {
    const fault = `the row has ${cells.length} fields, and the header has ${names.length}`;
    return { row, fault };
  }
  const entries = names.map((name, index) => [name, unquoted(cells[index] ?? '')] as const);
  return { row, record: Object.fromEntries(entries) };
}

/** Removes the apostrophe that `--csv` adds before a formula. */
function unquoted(cell: string): string {
  return /^'[=+\-@\t\r\n＝＋－＠]/.test(cell) ? cell.slice(1) : cell;
}

/** Spreadsheets separate cells by comma, semicolon or tab, depending on the country. */
function delimiterOf(head: string): string {
  const line = /^[^\r\n]*/.exec(head.trimStart())?.[0].replace(/"[^"]*"/g, '') ?? '';
  const counted = [',', ';', '\t'].map((mark) => ({ mark, times: line.split(mark).length }));
  return counted.reduce((most, each) => (each.times > most.times ? each : most)).mark;
}

/** Decodes UTF-8, or UTF-16 with a byte order mark. Invalid bytes become U+FFFD. */
async function* decode(source: Readable): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
    decoder ??= new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8');
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder?.decode() ?? '';
}

/** Reads enough to recognise the format: JSON by its first character, CSV by its first line. */
async function readHead(chunks: AsyncGenerator<string>): Promise<string> {
  let head = '';
  while (!isEnough(head) && head.length < longestRow) {
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
  return /^[[{]/.test(text) || text.includes('\n') || text.includes('\r');
}

async function* prepend(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
