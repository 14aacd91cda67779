import type { Matinee, MatineeOptions } from '@matinee/sdk';
import manifest from '../package.json' with { type: 'json' };
import { usageError } from './failure.ts';
import { csv } from './output/csv.ts';
import type { CsvColumn } from './output/csv.ts';
import type { JqFilter } from './output/jq.ts';
import { json, jsonLine } from './output/json.ts';
import type { Paint } from './output/paint.ts';
import type { Cell } from './output/table.ts';
import { plain, plainLines, wrap } from './output/text.ts';
import { tsv } from './output/tsv.ts';
import { showInPager } from './pager.ts';
import { sessionInProfile } from './profile.ts';
import { readSettings } from './settings.ts';
import type { Globals, Settings } from './settings.ts';
import { paintOf, widthFor } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** The output format of a command. */
export interface Format {
  json?: boolean;
  csv?: boolean;
  /** A jq expression for the JSON; sets `json`. */
  jq?: string;
}

/** One run of one command: its account, its server and its output streams. */
export class Session {
  readonly terminal: Terminal;
  readonly globals: Globals;
  readonly paint: Paint;
  readonly talkPaint: Paint;
  #settings: Settings | undefined;
  #matinee: Promise<Matinee> | undefined;
  #jq: JqFilter | undefined;

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

  /** The client of the server, with the token of the signed-in account; one in a profile is renewed. */
  matinee(): Promise<Matinee> {
    const { url, token, tokenFrom, profileName, profile } = this.settings;
    const isNamed = this.globals.profile !== undefined && this.globals.url === undefined;
    if (isNamed && !profile && token === undefined) {
      throw usageError(
        `There is no profile "${profileName}".`,
        `Create it with \`matinee login --profile ${profileName}\`.`,
      );
    }
    if (token === undefined && profile?.token !== undefined) {
      this.hint(`You are signed in to ${profile.url}, not to ${url}.`);
    }
    const own = token === undefined ? {} : { token };
    const kept = tokenFrom === 'profile' ? { session: sessionInProfile(profileName) } : own;
    this.#matinee ??= connect({ url, ...kept });
    return this.#matinee;
  }

  /** The client of the server without a token, for signing in. */
  anonymous(): Promise<Matinee> {
    return connect({ url: this.settings.url });
  }

  /** Whether the command may prompt: it runs at a terminal, and without `--no-input`. */
  get canAsk(): boolean {
    const { input, talk } = this.terminal;
    return Boolean(input.isTTY && talk.isTTY && this.globals.input !== false);
  }

  /** The width of the terminal in columns; undefined for a pipe. */
  get width(): number | undefined {
    return widthFor(this.terminal.output);
  }

  /** Writes data to stdout. The output ends with a line break. */
  write(text: string): void {
    this.terminal.output.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Writes a list to stdout. At a terminal, a list that is longer than the screen has a pager. */
  writeList(text: string): void {
    const { output, env } = this.terminal;
    const isLong = output.isTTY && text.split('\n').length >= (output.rows ?? Infinity);
    const isPaged = isLong && this.globals.pager !== false && showInPager(`${text}\n`, env);
    if (!isPaged) {
      this.write(text);
    }
  }

  /** Writes a line to stderr. */
  talk(text: string): void {
    this.terminal.talk.write(`${text}\n`);
  }

  /** Writes a line to stderr, at a terminal only. */
  hint(text: string): void {
    if (this.terminal.talk.isTTY) {
      this.talk(this.talkPaint.dim(wrap(plain(text), widthFor(this.terminal.talk))));
    }
  }

  /** Prints a value: as JSON exactly as the SDK returned it, or as text. */
  print(format: Format, value: unknown, asText: () => string): void {
    if (format.json) {
      this.writeJson(value);
    } else {
      this.write(asText());
    }
  }

  /** Prints JSON, or the results of the expression of `--jq`. */
  writeJson(value: unknown): void {
    if (!this.#jq) {
      this.write(json(value));
      return;
    }
    const results = this.#jq(value);
    if (results !== '') {
      this.write(this.terminal.output.isTTY ? plainLines(results).join('\n') : results);
    }
  }

  /** Prints JSON on one line, or the results of the expression of `--jq`. */
  writeJsonLine(value: unknown): void {
    if (this.#jq) {
      this.writeJson(value);
    } else {
      this.write(jsonLine(value));
    }
  }

  /** Makes `writeJson` print the results of a jq expression. */
  async filterJson(expression: string): Promise<void> {
    const { compileJq } = await import('./output/jq.ts');
    this.#jq = await compileJq(expression);
  }

  /** Prints rows as tab-separated values, one per item. Nothing is printed without items. */
  writeTsv<Item>(values: readonly ((item: Item) => Cell)[], items: readonly Item[]): void {
    if (items.length > 0) {
      this.write(tsv(values, items));
    }
  }

  /** Prints rows as CSV. At a terminal, control characters are replaced. */
  writeCsv<Item>(columns: readonly CsvColumn<Item>[], items: readonly Item[]): void {
    const text = csv(columns, items);
    this.write(this.terminal.output.isTTY ? plainLines(text).join('\n') : text);
  }
}

/** A client whose requests name this command, which the list of sessions shows. */
async function connect(options: MatineeOptions): Promise<Matinee> {
  const { createMatinee } = await import('@matinee/sdk');
  const headers = { 'user-agent': `matinee-cli/${manifest.version}` };
  return createMatinee({ ...options, headers });
}
