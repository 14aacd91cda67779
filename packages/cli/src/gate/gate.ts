import type { Matinee } from '@matinee/sdk';
import type { Synced, Verdict } from '@matinee/sdk/door';
import { exitCodes, reportFailure } from '../failure.ts';
import type { ExitCode } from '../failure.ts';
import { printItems } from '../lists.ts';
import { foundLayout } from '../output/check-in.ts';
import { count, plain, wrap } from '../output/text.ts';
import { incidentLines, verdictLines } from '../output/verdict.ts';
import type { Format, Session } from '../session.ts';
import { widthFor } from '../terminal.ts';
import type { Lines } from './lines.ts';
import type { OpenDoor } from './open-door.ts';
import { entryIdOf } from './uploaded-entry.ts';

export interface GateOptions extends OpenDoor {
  session: Session;
  matinee: Matinee;
  lines: Lines;
  format: Format;
  showtimeId: string;
  deviceId: string;
}

/** The most that the server takes as a code. */
const longestCode = 300;

/** The least that the server looks for. */
const shortestSearch = 2;

/** A reference without a seat. */
const reference = /^[2-9A-HJ-NP-Z]{8}$/;

/** The code of a ticket, which is no reason. */
const ticketCode = /^MT1-/i;

/** Answers the lines of one door. */
export class Gate {
  type: Verdict['type'] = 'entry';
  /** The worst that has happened, as an exit code. */
  exitCode: ExitCode = exitCodes.ok;
  readonly #options: GateOptions;
  /** What `undo` takes back. */
  #last: Verdict | undefined;
  #syncing: Promise<void> | undefined;
  /** Why uploads fail, and why the file cannot be written: each is said once. */
  #trouble: string | undefined;
  #fault: string | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Answers lines until they end, or `quit`. */
  async run(): Promise<void> {
    const lines = this.#options.lines.read()[Symbol.asyncIterator]();
    const next = async () => {
      const { value, done } = await lines.next();
      return done ? undefined : value.trim();
    };
    for (let line = await next(); line !== undefined; line = await next()) {
      const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      if (word.toLowerCase() === 'quit' && rest === '') {
        return;
      }
      if (word !== '') {
        await this.#answer({ line, word: word.toLowerCase(), rest }, next);
      }
    }
  }

  async #answer(
    { line, word, rest }: { line: string; word: string; rest: string },
    next: () => Promise<string | undefined>,
  ): Promise<void> {
    const alone: Partial<Record<string, () => Promise<void> | void>> = {
      entry: () => this.#turn('entry'),
      exit: () => this.#turn('exit'),
      sync: () => this.sync(true),
      help: () => this.#say(help),
    };
    const command = rest === '' ? alone[word] : undefined;
    try {
      if (command) {
        await command();
      } else if (word === 'find') {
        await this.#find(rest);
      } else if (word === 'undo') {
        await this.#undo(rest, next);
      } else {
        await this.#scan(line);
      }
    } catch (error) {
      this.#warn(await this.#faultOf(error));
    }
  }

  #turn(type: Verdict['type']): void {
    this.type = type;
    this.#say(type === 'entry' ? 'Scans let people in.' : 'Scans let people out.');
  }

  async #scan(code: string): Promise<void> {
    const { door, session, format } = this.#options;
    const seats = this.#seatsOf(code);
    if (code.length > longestCode || seats.length > 1) {
      const [first = ''] = seats;
      this.exitCode ||= exitCodes.conflict;
      this.#warn(
        seats.length > 1
          ? `${code} has ${seats.length} seats: ${seats.join(', ')}. Add one: ${code} ${first}`
          : 'This is longer than the code of any ticket.',
      );
      return;
    }
    const verdict = await door.scan(code, this.type);
    if (verdict.result === 'admitted') {
      this.#last = verdict.type === 'entry' ? verdict : undefined;
    } else {
      this.exitCode ||= exitCodes.conflict;
    }
    this.#options.lines.print(() => {
      if (format.json) {
        session.writeJsonLine({ code, ...verdict });
      } else {
        this.#write(verdict);
      }
    });
    this.#warnOfFile();
  }

  #write(verdict: Verdict): void {
    const { session, door, zone } = this.#options;
    const { manifest } = door;
    if (!manifest) {
      return;
    }
    const { paint, width } = session;
    const lines = verdictLines(verdict, { zone, show: manifest, paint }).map((line) =>
      wrap(line, width),
    );
    const isAlarm = verdict.result !== 'admitted' && width !== undefined;
    session.write(`${isAlarm ? '\u0007' : ''}${lines.join('\n')}`);
  }

  /** The seats of a reference that was typed without one, as far as they are known. */
  #seatsOf(code: string): string[] {
    const typed = code.toUpperCase();
    const tickets = reference.test(typed) ? (this.#options.door.manifest?.tickets ?? []) : [];
    return tickets
      .filter((ticket) => ticket.reference === typed)
      .map(({ row, seat }) => `${row}${seat}`);
  }

  /** Of lists, JSON would not be a scan: it prints them as text. */
  async #find(text: string): Promise<void> {
    const { matinee, session, showtimeId, zone, lines } = this.#options;
    if (text.length < shortestSearch) {
      this.#warn('Write what to look for in the same line: find TEXT');
      return;
    }
    const items = await matinee.checkIns.find({ showtimeId, q: text });
    const layout = foundLayout(zone);
    if (items.length === 0) {
      this.#say(`No ticket of this show fits "${text}".`);
    } else if (!this.#options.format.json) {
      lines.print(() => printItems(session, {}, { items, layout }));
    } else {
      for (const { seat, reference: found, customerName } of items) {
        this.#say([seat, found, customerName ?? ''].join('  '));
      }
    }
  }

  async #undo(given: string, next: () => Promise<string | undefined>): Promise<void> {
    const { door, session, matinee, showtimeId, deviceId } = this.#options;
    const last = this.#last;
    if (!last) {
      this.#warn('There is no entry to take back.');
      return;
    }
    if (given === '' && !session.canAsk) {
      this.#warn('Write the reason in the same line: undo TEXT');
      return;
    }
    const reason = given || (await this.#ask(`Why is ${last.seat} taken back?`, next));
    if (reason === undefined || reason === '' || ticketCode.test(reason)) {
      this.#say('Nothing was taken back.');
      await (reason ? this.#scan(reason) : undefined);
      return;
    }
    if (last.checkInId === null) {
      await this.sync();
    }
    const entry = { showtimeId, deviceId, verdict: last };
    const checkInId = last.checkInId ?? (await entryIdOf(matinee, entry));
    if (checkInId === undefined) {
      this.#warn(`${last.seat} has not been uploaded yet. Repeat it when the server responds.`);
      return;
    }
    await door.undo(checkInId, reason);
    this.#last = undefined;
    this.#say(`${last.seat} was taken back: its ticket lets in again.`);
  }

  #ask(question: string, next: () => Promise<string | undefined>): Promise<string | undefined> {
    this.#say(`${question} Enter alone leaves it as it is.`);
    return next();
  }

  /**
   * Uploads what waits, loads the list again, and says what has come of it. Never throws.
   *
   * @param isAsked whether somebody waits for the answer, which one that has begun before may not have
   */
  async sync(isAsked = false): Promise<void> {
    if (isAsked) {
      await this.#syncing;
    }
    this.#syncing ??= this.#sync(isAsked).finally(() => {
      this.#syncing = undefined;
    });
    await this.#syncing;
  }

  async #sync(isAsked: boolean): Promise<void> {
    const { door } = this.#options;
    const wasOnline = door.isOnline;
    try {
      const synced = await door.sync();
      this.#trouble = undefined;
      this.report(synced);
      const { uploaded } = synced;
      if (!door.isOnline && isAsked) {
        this.#warn(
          `The server does not respond; ${count(door.waiting, 'scan waits', 'scans wait')} here.`,
        );
      } else if (door.isOnline && (uploaded > 0 || isAsked || !wasOnline)) {
        this.#say(`The server responds; ${count(uploaded, 'scan')} uploaded.`);
      }
    } catch (error) {
      const trouble = await this.#faultOf(error);
      if (trouble !== this.#trouble) {
        this.#warn(trouble);
      }
      this.#trouble = trouble;
    }
    this.#warnOfFile();
  }

  /** Names the tickets with which somebody went in wrongly. */
  report(synced: Synced): void {
    for (const line of incidentLines(synced, this.#options.zone)) {
      this.exitCode ||= exitCodes.conflict;
      this.#warn(line);
    }
  }

  /** What is said of a refused call. A door stays open, whatever the server refuses. */
  async #faultOf(error: unknown): Promise<string> {
    const { exitCode, lines } = await reportFailure(error);
    this.exitCode = exitCode;
    return lines.join('\n');
  }

  #warnOfFile(): void {
    const { fault } = this.#options.file;
    if (fault !== undefined && fault !== this.#fault) {
      this.#warn(`Scans are lost if this command ends: ${fault}`);
    }
    this.#fault = fault;
  }

  #warn(text: string): void {
    this.#say(text, '! ');
  }

  #say(text: string, mark = ''): void {
    const { lines, session } = this.#options;
    const { yellow } = session.talkPaint;
    const width = widthFor(session.terminal.talk);
    lines.print(() => {
      for (const line of `${mark}${text}`.split('\n')) {
        const wrapped = wrap(plain(line), width);
        session.talk(mark === '' ? wrapped : yellow(wrapped));
      }
    });
  }
}

const help = `K7Q2M9XD A12   a reference and a seat, as a code
entry, exit    which way scans let people go
undo           takes the last entry back
find TEXT      tickets by name, seat or reference
sync           uploads what waits, and loads the list again
quit           or Ctrl-D: ends`;
