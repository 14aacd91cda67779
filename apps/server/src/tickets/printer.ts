import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log, TicketPrinter, TicketSheet } from '@matinee/api';
import type { Drawn, PressMessage } from './ticket-press.ts';

/** What a printer needs. */
export interface TicketPrinterOptions {
  /** A folder with fonts for scripts that the shipped fonts lack: TICKET_FONTS_DIR. */
  fontsDir?: string | undefined;
  log: Log;
  /** Receives each process that draws, for tests. */
  onStart?: (press: ChildProcess) => void;
}

/** Milliseconds for one file. A file of a hundred seats takes about one second of a free core. */
const limitMs = 8000;

/** Milliseconds after which an idle process ends, since its fonts take memory. */
const idleMs = 60_000;

/** Beside this file: in the sources as TypeScript, in the build as JavaScript. */
const entry = fileURLToPath(
  new URL(`./ticket-press${path.extname(import.meta.filename)}`, import.meta.url),
);

/**
 * Creates a printer of tickets. It draws one file at a time in a process of its own, which runs when no
 * other wants the core: a file takes some 15 ms, and bookings go first. The process starts with the
 * first file.
 *
 * @throws Error if the folder of fonts does not exist
 */
export function createTicketPrinter(
  options: TicketPrinterOptions,
): TicketPrinter & { close(): Promise<void> } {
  if (options.fontsDir !== undefined) {
    assertFontsDir(options.fontsDir);
  }
  const press = createPress(options);
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  return {
    pdf(sheet) {
      const drawn = last.then(() => {
        if (isClosed) {
          throw new Error('The printer of tickets is closed.');
        }
        return press.draw(sheet);
      });
      last = drawn.catch(() => undefined);
      return drawn.then(fileOf);
    },
    async close() {
      isClosed = true;
      await press.stop();
    },
  };
}

/** The process, while there is one, and what it is to do. */
function createPress({ fontsDir, log, onStart }: TicketPrinterOptions) {
  let press: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;

  const start = () => {
    const started = fork(entry, fontsDir === undefined ? [] : [fontsDir], {
      serialization: 'advanced',
      // React is faster in production. The process needs no secrets.
      env: { NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    giveWay(started);
    // The caller whose file is lost gets the error. Here, the process is only forgotten.
    started.on('error', () => {});
    started.on('exit', () => {
      press = press === started ? undefined : press;
    });
    started.on('message', (message: PressMessage) => warn(message, log));
    onStart?.(started);
    return started;
  };

  const stop = async () => {
    clearTimeout(idle);
    const ending = press;
    press = undefined;
    if (ending && ending.exitCode === null && ending.signalCode === null) {
      const exited = once(ending, 'exit');
      ending.kill('SIGKILL');
      await exited;
    }
  };

  const draw = async (sheet: TicketSheet) => {
    clearTimeout(idle);
    press ??= start();
    try {
      return await reply(press, sheet);
    } catch (error) {
      await stop();
      throw error;
    } finally {
      idle = setTimeout(() => void stop(), idleMs).unref();
    }
  };

  return { draw, stop };
}

/** Below the server, where the system allows it: what is drawn can wait. */
function giveWay({ pid }: ChildProcess): void {
  try {
    setPriority(pid ?? 0, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Then it takes its part of the cores.
  }
}

/** Rejects if the process has ended, or takes too long: it needs a successor. */
async function reply(press: ChildProcess, sheet: TicketSheet): Promise<Drawn> {
  const { promise, resolve, reject } = Promise.withResolvers<Drawn>();
  const onMessage = (message: PressMessage) => {
    if (!('unreadable' in message)) {
      resolve(message);
    }
  };
  const onEnd = (cause: unknown) =>
    reject(new Error('The process that draws tickets has ended.', { cause }));
  const late = () => reject(new Error(`Drawing the tickets took more than ${limitMs} ms.`));
  const timer = setTimeout(late, limitMs).unref();
  press.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
  holdOpen(press, true);
  try {
    press.send(sheet, (error) => error && onEnd(error));
    return await promise;
  } finally {
    clearTimeout(timer);
    press.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
    holdOpen(press, false);
  }
}

/** Whether the server goes on running for it: while it draws. */
function holdOpen(press: ChildProcess, isHeld: boolean): void {
  press[isHeld ? 'ref' : 'unref']();
  press.channel?.[isHeld ? 'ref' : 'unref']();
}

function fileOf(drawn: Drawn): Uint8Array {
  if ('failure' in drawn) {
    throw new Error(`The tickets could not be drawn: ${drawn.failure}`);
  }
  return drawn.file;
}

function warn(message: PressMessage, log: Log): void {
  const unreadable = 'unreadable' in message ? message.unreadable : [];
  for (const { file, reason } of unreadable) {
    log.warn({ file, reason }, 'A font of TICKET_FONTS_DIR cannot be read and is ignored');
  }
}

function assertFontsDir(fontsDir: string): void {
  if (!statSync(fontsDir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(
      `TICKET_FONTS_DIR: there is no folder ${fontsDir}. Create it, or unset the variable.`,
    );
  }
}
