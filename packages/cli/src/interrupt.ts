import { exitCodes } from './failure.ts';

type Cleanup = () => void | Promise<void>;

const cleanups = new Set<Cleanup>();
let stopping = false;

/** How long giving things back may hold up a person who wants out. */
const patienceMs = 3_000;

const signals = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;

/** Ctrl-C ends the command once what it holds was given back; a second one does not wait. */
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

/** Says what to do when the command is stopped. Returns how to take that off again. */
export function onInterrupt(cleanup: Cleanup): () => void {
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/** A question hides the cursor while it is asked, and must not take it along. */
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
