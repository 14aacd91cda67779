import type { Environment } from '../src/settings.ts';
import type { Terminal } from '../src/terminal.ts';

/** A terminal that remembers what was written to it. */
export interface FakeTerminal extends Terminal {
  /** What went to stdout. */
  readonly data: string;
  /** What went to stderr. */
  readonly said: string;
}

/** Pipes on both sides, unless a width makes a terminal of them. */
export function fakeTerminal(options: { columns?: number; env?: Environment } = {}): FakeTerminal {
  const data: string[] = [];
  const said: string[] = [];
  const isTTY = options.columns !== undefined;
  const into = (lines: string[]) => ({
    write: (text: string) => lines.push(text),
    isTTY,
    columns: options.columns,
  });
  return {
    input: { isTTY: false },
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
