import { EnvironmentError } from './environment.ts';

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
  const told = () => void started.then(() => stop(process.exitCode === 1 ? 1 : 0));
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
 * A step to defer, with a name for the operator. It reports its failure at once: the steps after it
 * may take seconds, and the stack hands its failures over only at the end.
 */
export function namedStep(name: string, stop: () => Promise<unknown>): () => Promise<void> {
  return async () => {
    try {
      await stop();
    } catch (error) {
      process.stderr.write(`Stopping: ${name}: ${explain(error)}\n`);
      throw error;
    }
  };
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
