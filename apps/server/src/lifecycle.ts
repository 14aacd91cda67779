import { EnvironmentError } from './environment.ts';

/** One thing to undo, in the reverse order of starting. */
export interface StopStep {
  name: string;
  stop(): Promise<unknown>;
}

export function stopStep(name: string, stop: () => Promise<unknown>): StopStep {
  return { name, stop };
}

/**
 * Runs a process until it is told to stop: SIGINT, SIGTERM, SIGHUP, or the launcher is gone. What
 * `start` pushed is then undone, last first, also when the start itself fails half-way.
 */
export async function endOn(start: (stopping: StopStep[]) => Promise<void>): Promise<void> {
  const steps: StopStep[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (code: number) => {
    stopped ??= undo(steps).then((clean) => process.exit(clean ? code : 1));
    return stopped;
  };
  const told = () => void started.then(() => stop(process.exitCode === 1 ? 1 : 0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, told);
  }
  process.once('disconnect', told);
  const started = start(steps).catch((error: unknown) => {
    process.exitCode = 1;
    process.stderr.write(`${explain(error)}\n`);
  });
  await started;
  if (process.exitCode === 1) {
    await stop(1);
  }
}

async function undo(steps: StopStep[]): Promise<boolean> {
  let clean = true;
  for (const step of steps.splice(0).toReversed()) {
    try {
      await step.stop();
    } catch (error) {
      clean = false;
      process.stderr.write(`Stopping: ${step.name}: ${explain(error)}\n`);
    }
  }
  return clean;
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
