import { paintFor } from './output/paint.ts';
import type { Paint } from './output/paint.ts';
import type { Environment } from './settings.ts';

/** A destination of text: a terminal, a pipe, or a test. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
}

/** The streams and the environment of a run. */
export interface Terminal {
  /** Prompts read from here. */
  input: { isTTY?: boolean | undefined };
  /** Carries data only. */
  output: Output;
  /** Carries prompts, progress and messages. */
  talk: Output;
  env: Environment;
}

export function processTerminal(): Terminal {
  return {
    input: process.stdin,
    output: process.stdout,
    talk: process.stderr,
    env: process.env,
  };
}

/** The width of a terminal in columns. A pipe has none. */
export function widthFor(output: Output): number | undefined {
  return output.isTTY ? Math.max(20, output.columns || 80) : undefined;
}

export function paintOf(terminal: Terminal, where: 'output' | 'talk'): Paint {
  return paintFor(terminal[where], terminal.env);
}
