import { paintFor } from './output/paint.ts';
import type { Paint } from './output/paint.ts';
import type { Environment } from './settings.ts';

/** Something that text is written to: a terminal, a pipe, or a test. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

/** What the command talks through. */
export interface Terminal {
  /** Answers are read from here. */
  input: { isTTY?: boolean | undefined };
  /** Data goes here, and nothing else. */
  output: Output;
  /** Talk goes here: questions, progress, what went wrong. */
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

/** How wide data may be: a pipe takes any width. */
export function widthFor(output: Output): number | undefined {
  return output.isTTY ? Math.max(20, output.columns || 80) : undefined;
}

export function paintOf(terminal: Terminal, where: 'output' | 'talk'): Paint {
  return paintFor(terminal[where], terminal.env);
}
