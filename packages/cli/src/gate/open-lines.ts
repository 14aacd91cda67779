import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { promptStreams } from '../ask.ts';
import type { Session } from '../session.ts';
import { Keyboard } from './keyboard.ts';
import type { Lines } from './lines.ts';

/**
 * The keyboard at a terminal, and otherwise standard input.
 *
 * @param promptOf what a terminal shows before the text that is being typed
 */
export function openLines(session: Session, promptOf: () => string): Lines {
  const { input, output } = promptStreams(session);
  return session.canAsk ? new Keyboard({ input, output, promptOf }) : new Pipe(input);
}

class Pipe implements Lines {
  readonly isInterrupted = false;
  readonly #input: NodeJS.ReadableStream;
  #reader: Interface | undefined;

  constructor(input: NodeJS.ReadableStream) {
    this.#input = input;
  }

  read(): AsyncIterable<string> {
    this.#reader = createInterface({ input: this.#input, crlfDelay: Infinity });
    return this.#reader;
  }

  print(write: () => void): void {
    write();
  }

  close(): void {
    this.#reader?.close();
  }
}
