import type { Matinee } from '@matinee/sdk';
import { usageError } from './failure.ts';
import { csv } from './output/csv.ts';
import type { CsvColumn } from './output/csv.ts';
import { json } from './output/json.ts';
import type { Paint } from './output/paint.ts';
import { plain, plainLines } from './output/text.ts';
import { readSettings } from './settings.ts';
import type { Globals, Settings } from './settings.ts';
import { paintOf, widthFor } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** How a command's answer is wanted. */
export interface Format {
  json?: boolean;
  csv?: boolean;
}

/** One run of one command: who runs it, on which server, and where its words go. */
export class Session {
  readonly terminal: Terminal;
  readonly globals: Globals;
  readonly paint: Paint;
  readonly talkPaint: Paint;
  #settings: Settings | undefined;
  #matinee: Promise<Matinee> | undefined;

  constructor(terminal: Terminal, globals: Globals) {
    this.terminal = terminal;
    this.globals = globals;
    this.paint = paintOf(terminal, 'output');
    this.talkPaint = paintOf(terminal, 'talk');
  }

  get settings(): Settings {
    this.#settings ??= readSettings(this.globals, this.terminal.env);
    return this.#settings;
  }

  /** The server, as the person who is signed in. */
  matinee(): Promise<Matinee> {
    const { url, token, profileName, profile } = this.settings;
    const isNamed = this.globals.profile !== undefined && this.globals.url === undefined;
    if (isNamed && !profile && token === undefined) {
      throw usageError(
        `There is no profile "${profileName}".`,
        `\`matinee login --profile ${profileName}\` makes one.`,
      );
    }
    if (token === undefined && profile?.token !== undefined) {
      this.hint(`You are signed in on ${profile.url}, not on ${url}.`);
    }
    this.#matinee ??= connect(url, token);
    return this.#matinee;
  }

  /** The server, as nobody: for signing in. */
  anonymous(): Promise<Matinee> {
    return connect(this.settings.url, undefined);
  }

  /** Whether somebody sits there who can be asked. */
  get canAsk(): boolean {
    const { input, talk } = this.terminal;
    return Boolean(input.isTTY && talk.isTTY && this.globals.input !== false);
  }

  /** Columns that data may take. */
  get width(): number | undefined {
    return widthFor(this.terminal.output);
  }

  /** Data, with a line break at its end. */
  write(text: string): void {
    this.terminal.output.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** A line that is no data. */
  talk(text: string): void {
    this.terminal.talk.write(`${text}\n`);
  }

  /** Like `talk`, for what a script has no use for. */
  hint(text: string): void {
    if (this.terminal.talk.isTTY) {
      this.talk(this.talkPaint.dim(plain(text)));
    }
  }

  /** The value as the SDK gave it, or as a person reads it. */
  answer(format: Format, value: unknown, asText: () => string): void {
    if (format.json) {
      this.writeJson(value);
    } else {
      this.write(asText());
    }
  }

  writeJson(value: unknown): void {
    this.write(json(value));
  }

  /** Rows for a spreadsheet. A terminal is spared what it would obey. */
  writeCsv<Item>(columns: readonly CsvColumn<Item>[], items: readonly Item[]): void {
    const text = csv(columns, items);
    this.write(this.terminal.output.isTTY ? plainLines(text).join('\n') : text);
  }
}

async function connect(url: string, token: string | undefined): Promise<Matinee> {
  const { createMatinee } = await import('@matinee/sdk');
  return createMatinee({ url, ...(token === undefined ? {} : { token }) });
}
