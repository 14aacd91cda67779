import { setTimeout as delay } from 'node:timers/promises';
import { EnvironmentError } from './environment.ts';

/** How long a stop waits for a start that is under way. */
const startPatienceMs = 5_000;

/**
 * Runs a process until it is told to stop: SIGINT, SIGTERM, SIGHUP, or the launcher is gone. What
 * `start` deferred is then done, last first, also when the start itself fails half-way.
 */
export async function endOn(
  start: (stopping: AsyncDisposableStack) => Promise<void>,
): Promise<void> {
  const stopping = new AsyncDisposableStack();
  let stopped: Promise<void> | undefined;
  const stop = (code: number) => {
    stopped ??= stopping.disposeAsync().then(
      () => process.exit(code),
      // The step that failed has said so itself.
      () => process.exit(1),
    );
    return stopped;
  };
  const told = () => {
    // A start that waits for something, a migration of another server say, is not waited for.
    void Promise.race([started, delay(startPatienceMs)]).then(() =>
      stop(process.exitCode === 1 ? 1 : 0),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, told);
  }
  process.once('disconnect', told);
  const started = start(stopping).catch((error: unknown) => {
    process.exitCode = 1;
    process.stderr.write(`${explain(error)}\n`);
  });
  await started;
  if (process.exitCode === 1) {
    await stop(1);
  }
}

/**
 * A step to defer, with a name for the operator. It reports its failure immediately: the steps after
 * it may take seconds, and the stack hands its failures over only at the end.
 *
 * @param time a step that takes longer than what is left of it is left behind, and counts as failed
 */
export function namedStep(
  name: string,
  stop: () => Promise<unknown>,
  time: StopTime,
): () => Promise<void> {
  return async () => {
    try {
      await within(time.leftMs(), stop());
    } catch (error) {
      process.stderr.write(`Stopping: ${name}: ${explain(error)}\n`);
      throw error;
    }
  };
}

/** The time that all steps of a stop share: one that hangs leaves little to the others, not nothing. */
export class StopTime {
  readonly #totalMs: number;
  #end: number | undefined;

  /** @param totalMs counted from the first step */
  constructor(totalMs: number) {
    this.#totalMs = totalMs;
  }

  leftMs(): number {
    this.#end ??= performance.now() + this.#totalMs;
    return Math.max(leastMs, this.#end - performance.now());
  }
}

const leastMs = 500;

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`not done after ${Math.round(limitMs / 100) / 10} s`));
  }, limitMs);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function explain(error: unknown): string {
  if (error instanceof EnvironmentError) {
    return error.problems.join('\n');
  }
  if (!(error instanceof Error)) {
    return String(error);
  }
  return process.env.DEBUG === 'true' ? (error.stack ?? error.message) : error.message;
}
