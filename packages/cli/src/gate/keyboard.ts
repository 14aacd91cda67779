import { emitKeypressEvents } from 'node:readline';
import type { Key } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { plain, widthOf } from '../output/text.ts';
import type { Lines } from './lines.ts';

export interface KeyboardOptions {
  input: Readable & { setRawMode?: (isRaw: boolean) => void };
  output: Writable & { columns?: number };
  /** What stands before the text that is being typed. */
  promptOf: () => string;
}

const [ending, interrupting, clearing] = ['d', 'c', 'u'];

/**
 * Lines of a keyboard. A scanner is one: it types 176 characters and Enter within a moment. So what is
 * typed is shown on one line, which makes way for the answer.
 */
export class Keyboard implements Lines {
  isInterrupted = false;
  readonly #options: KeyboardOptions;
  readonly #lines: string[] = [];
  #typed = '';
  #isEnded = false;
  #wake: () => void = () => {};

  constructor(options: KeyboardOptions) {
    const { input } = options;
    this.#options = options;
    emitKeypressEvents(input);
    input.setRawMode?.(true);
    input.on('keypress', this.#onKey);
    input.on('end', this.#end);
    input.resume();
  }

  async *read(): AsyncGenerator<string> {
    this.#draw();
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) {
        yield line;
      } else if (this.#isEnded) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  print(write: () => void): void {
    this.#erase();
    write();
    this.#draw();
  }

  close(): void {
    const { input } = this.#options;
    this.#end();
    input.off('keypress', this.#onKey);
    input.off('end', this.#end);
    input.setRawMode?.(false);
    input.pause();
  }

  readonly #onKey = (text: string | undefined, { name, ctrl = false, meta = false }: Key): void => {
    if (ctrl) {
      this.#control(name);
    } else if (name === 'return' || name === 'enter') {
      this.#lines.push(this.#typed);
      this.#typed = '';
      this.#wake();
    } else if (name === 'backspace') {
      this.#typed = Array.from(this.#typed).slice(0, -1).join('');
    } else if (text !== undefined && !meta && plain(text) === text) {
      this.#typed += text;
    }
    this.#draw();
  };

  #control(name: string | undefined): void {
    if (name === interrupting) {
      this.isInterrupted = true;
      this.#end();
    } else if (name === ending && this.#typed === '') {
      this.#end();
    } else if (name === clearing) {
      this.#typed = '';
    }
  }

  readonly #end = (): void => {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#erase();
      this.#wake();
    }
  };

  /** Of a text that is too long, the end is shown. */
  #draw(): void {
    if (this.#isEnded) {
      return;
    }
    const { output, promptOf } = this.#options;
    const prompt = promptOf();
    const room = Math.max(1, (output.columns ?? 80) - widthOf(prompt) - 1);
    const isLong = widthOf(this.#typed) > room;
    const shown = isLong ? `…${this.#typed.slice(1 - room)}` : this.#typed;
    output.write(`\r\u001b[2K${prompt}${shown}`);
  }

  #erase(): void {
    this.#options.output.write('\r\u001b[2K');
  }
}
