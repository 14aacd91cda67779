import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import type { IBufferCell, Terminal } from '@xterm/headless';

/** A program at a terminal, and the screen. */
export interface PseudoTerminal {
  /** All lines, including those that have scrolled away, up to the last one with text. */
  screen(): string;
  /** The same places: a letter for the colour of each character, or a dot for no colour. */
  colours(): string;
  type(text: string): void;
  resize(columns: number, rows?: number): Promise<void>;
  /** Waits until the screen shows the text. */
  shows(expected: string | RegExp, patienceMs?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, after the whole output is on the screen. */
  readonly ended: Promise<number>;
}

export interface PseudoTerminalOptions {
  command: readonly [file: string, ...args: string[]];
  env: NodeJS.ProcessEnv;
  columns?: number;
  rows?: number;
  cwd?: string;
}

/** The default time to wait. */
const usualPatienceMs = 20_000;

export function openPseudoTerminal(options: PseudoTerminalOptions): PseudoTerminal {
  const { command, env, columns = 80, rows = 40, cwd } = options;
  const [file, ...args] = command;
  const terminal = new headless.Terminal({
    cols: columns,
    rows,
    scrollback: 2_000,
    allowProposedApi: true,
  });
  const child = spawn(file, args, {
    name: env['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });
  // Programs query the position of the cursor, and wait for the response.
  terminal.onData((text) => child.write(text));
  const watchers = new Set<() => void>();
  child.onData((text) => terminal.write(text, () => watchers.forEach((watch) => watch())));
  const written = () => new Promise<void>((resolve) => terminal.write('', resolve));
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      void written().then(() => resolve(signal ? 128 + signal : exitCode));
    });
  });
  return {
    screen: () => screenOf(terminal),
    colours: () => coloursOf(terminal),
    type: (text) => child.write(text),
    resize: async (newColumns, newRows = rows) => {
      await written();
      terminal.resize(newColumns, newRows);
      child.resize(newColumns, newRows);
    },
    shows: (expected, patienceMs = usualPatienceMs) =>
      Promise.race([
        waitFor(expected, { terminal, watchers, patienceMs }),
        failsOnExit(expected, terminal, ended),
      ]),
    kill: (signal) => child.kill(signal),
    ended,
  };
}

/** Everything that a program writes to a terminal, escape sequences included, until it ends. */
export async function recordTerminal(options: PseudoTerminalOptions): Promise<string> {
  const { command, env, columns = 80, rows = 40 } = options;
  const [file, ...args] = command;
  const child = spawn(file, args, { name: 'xterm-256color', cols: columns, rows, env });
  let written = '';
  child.onData((text) => (written += text));
  await new Promise((resolve) => child.onExit(resolve));
  return written;
}

interface Watched {
  terminal: Terminal;
  watchers: Set<() => void>;
  patienceMs: number;
}

function waitFor(
  expected: string | RegExp,
  { terminal, watchers, patienceMs }: Watched,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (end: () => void) => {
      clearTimeout(timer);
      watchers.delete(watch);
      end();
    };
    const watch = () => {
      if (has(screenOf(terminal), expected)) {
        stop(resolve);
      }
    };
    const timer = setTimeout(() => stop(() => reject(missing(expected, terminal))), patienceMs);
    watchers.add(watch);
    watch();
  });
}

async function failsOnExit(
  expected: string | RegExp,
  terminal: Terminal,
  ended: Promise<number>,
): Promise<void> {
  await ended;
  if (!has(screenOf(terminal), expected)) {
    throw missing(expected, terminal);
  }
}

function has(screen: string, expected: string | RegExp): boolean {
  return typeof expected === 'string' ? screen.includes(expected) : expected.test(screen);
}

function missing(expected: string | RegExp, terminal: Terminal): Error {
  return new Error(`The screen never showed ${String(expected)}:\n${screenOf(terminal)}`);
}

function screenOf(terminal: Terminal): string {
  return linesOf(terminal, (line) => line.translateToString(true));
}

function coloursOf(terminal: Terminal): string {
  return linesOf(terminal, (line) => {
    const letters = Array.from({ length: line.length }, (_none, index) => {
      const cell = line.getCell(index);
      return cell ? colourOf(cell) : ' ';
    });
    return letters.join('').trimEnd();
  });
}

type Line = NonNullable<ReturnType<Terminal['buffer']['active']['getLine']>>;

function linesOf(terminal: Terminal, show: (line: Line) => string): string {
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_none, index) => {
    const line = active.getLine(index);
    return line ? show(line) : '';
  });
  return `${lines.join('\n').trimEnd()}\n`;
}

const palette = ['.', 'r', 'g', 'y', 'b', 'm', 'c', 'w'];

/** Inverse is a capital letter. Bold and dim are not colours. */
function colourOf(cell: IBufferCell): string {
  if (cell.getChars().trim() === '') {
    return cell.isInverse() ? '_' : ' ';
  }
  const letter = cell.isFgPalette() ? (palette[cell.getFgColor() % 8] ?? '?') : '.';
  return cell.isInverse() ? letter.toUpperCase() : letter;
}
