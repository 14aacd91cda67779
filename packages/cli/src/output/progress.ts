import type { Output } from '../terminal.ts';
import { bar, percent } from './bars.ts';
import { cut } from './text.ts';

/** How often the line is drawn again. Faster updates only flicker. */
const everyMs = 100;

/** A terminal writes `^C` behind the line, which must not wrap. */
const roomForKey = 3;

/** A line with the progress of long work. It is drawn on a terminal only. */
export class Progress {
  readonly #output: Output;
  #drawnAt = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** @param share 0 to 1, or undefined if the total is not known */
  show(share: number | undefined, text: string): void {
    if (!this.#output.isTTY || performance.now() - this.#drawnAt < everyMs) {
      return;
    }
    this.#drawnAt = performance.now();
    const line = `${share === undefined ? '' : done(share)}${text}`;
    this.#output.write(`\r\u001b[2K${cut(line, (this.#output.columns || 80) - roomForKey)}`);
  }

  /** Removes the line. */
  clear(): void {
    if (this.#output.isTTY && this.#drawnAt > 0) {
      this.#output.write('\r\u001b[2K');
    }
  }
}

function done(share: number): string {
  return `${bar(share, 20).padEnd(20, '░')} ${percent(share).padStart(6)}  `;
}
