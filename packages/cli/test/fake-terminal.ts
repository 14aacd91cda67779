import { Readable } from 'node:stream';
import type { Environment } from '../src/settings.ts';
import type { Terminal } from '../src/terminal.ts';

/** A terminal that records its output. */
export interface FakeTerminal extends Terminal {
  /** The output to stdout. */
  readonly data: string;
  /** The output to stderr. */
  readonly said: string;
}

export interface FakeTerminalOptions {
  columns?: number;
  env?: Environment;
  /** The lines of standard input. */
  input?: Iterable<string> | AsyncIterable<string>;
}

/** Pipes on both sides, or terminals if a width is given. */
export function fakeTerminal(options: FakeTerminalOptions = {}): FakeTerminal {
  const data: string[] = [];
  const said: string[] = [];
  const isTTY = options.columns !== undefined;
  const into = (lines: string[]) => ({
    write: (text: string) => lines.push(text),
    isTTY,
    columns: options.columns,
  });
  return {
    input: Object.assign(Readable.from(options.input ?? []), { isTTY: false }),
    output: into(data),
    talk: into(said),
    env: options.env ?? {},
    get data() {
      return data.join('');
    },
    get said() {
      return said.join('');
    },
  };
}
