import { exitCodes } from './failure.ts';

type Cleanup = () => void | Promise<void>;

const cleanups = new Set<Cleanup>();
let stopping = false;

/** The longest time that cleanup may delay the exit. */
const patienceMs = 3_000;

const signals = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;

/** Ctrl-C ends the command after its cleanup. A second Ctrl-C does not wait for the cleanup. */
export function watchInterrupts(): void {
  for (const [signal, exitCode] of Object.entries(signals)) {
    process.on(signal, () => {
      if (stopping || cleanups.size === 0) {
        end(exitCode);
      }
      stopping = true;
      void giveBack().finally(() => end(exitCode));
    });
  }
}

/** Adds a cleanup for an interrupted command. @returns a function that removes it */
export function onInterrupt(cleanup: Cleanup): () => void {
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/** A prompt hides the cursor, so the command shows it again before the exit. */
function end(exitCode: number): never {
  if (process.stderr.isTTY) {
    process.stderr.write('\u001b[?25h');
  }
  process.exit(exitCode);
}

async function giveBack(): Promise<void> {
  const all = Promise.allSettled([...cleanups].map(async (cleanup) => cleanup()));
  await Promise.race([all, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
}
