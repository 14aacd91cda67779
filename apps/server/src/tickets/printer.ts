import { statSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Log, TicketPrinter, TicketSheet } from '@matinee/api';
import type { Drawn, WorkerMessage, WorkerOptions } from './ticket-worker.ts';

/** What a printer needs. */
export interface TicketPrinterOptions {
  /** A folder with fonts for scripts that the shipped fonts lack: TICKET_FONTS_DIR. */
  fontsDir?: string | undefined;
  log: Log;
}

/** Milliseconds for one file. A file of a hundred seats takes about two seconds. */
const limitMs = 8000;

/** Milliseconds after which an idle thread ends, since its fonts take memory. */
const idleMs = 60_000;

/** Beside this file: in the sources as TypeScript, in the build as JavaScript. */
const entry = new URL(`./ticket-worker${path.extname(import.meta.filename)}`, import.meta.url);

/**
 * Creates a printer of tickets. It draws in a thread of its own, one file at a time, so that
 * drawing delays no booking. The thread starts with the first file.
 *
 * @throws Error if the folder of fonts does not exist
 */
export function createTicketPrinter({
  fontsDir,
  log,
}: TicketPrinterOptions): TicketPrinter & { close(): Promise<void> } {
  if (fontsDir !== undefined) {
    assertFontsDir(fontsDir);
  }
  const press = createPress({ fontsDir, log });
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

/** The thread, while there is one, and what it is to do. */
function createPress({ fontsDir, log }: { fontsDir: string | undefined; log: Log }) {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;

  const start = () => {
    const workerData: WorkerOptions = fontsDir === undefined ? {} : { fontsDir };
    // React is faster in production. The thread needs no secrets.
    const started = new Worker(entry, { workerData, env: { NODE_ENV: 'production' } });
    // The caller whose file is lost gets the error. Here, the thread is only forgotten.
    started.on('error', () => {});
    started.on('exit', () => {
      worker = worker === started ? undefined : worker;
    });
    started.on('message', (message: WorkerMessage) => warn(message, log));
    return started;
  };

  const stop = async () => {
    clearTimeout(idle);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };

  const draw = async (sheet: TicketSheet) => {
    clearTimeout(idle);
    worker ??= start();
    try {
      return await reply(worker, sheet);
    } catch (error) {
      await stop();
      throw error;
    } finally {
      idle = setTimeout(() => void stop(), idleMs).unref();
    }
  };

  return { draw, stop };
}

/** Rejects if the thread has ended, or takes too long: it needs a successor. */
async function reply(worker: Worker, sheet: TicketSheet): Promise<Drawn> {
  const { promise, resolve, reject } = Promise.withResolvers<Drawn>();
  const onMessage = (message: WorkerMessage) => {
    if (!('unreadable' in message)) {
      resolve(message);
    }
  };
  const onEnd = (cause: unknown) =>
    reject(new Error('The thread that draws tickets has ended.', { cause }));
  const late = () => reject(new Error(`Drawing the tickets took more than ${limitMs} ms.`));
  const timer = setTimeout(late, limitMs).unref();
  worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
  try {
    worker.postMessage(sheet, []);
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
    // A thread that is listened to keeps the process alive, which is right while it draws.
    worker.unref();
  }
}

function fileOf(drawn: Drawn): Uint8Array {
  if ('failure' in drawn) {
    throw new Error(`The tickets could not be drawn: ${drawn.failure}`);
  }
  return drawn.file;
}

function warn(message: WorkerMessage, log: Log): void {
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
