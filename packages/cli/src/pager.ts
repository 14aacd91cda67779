import { spawnSync } from 'node:child_process';
import type { SpawnSyncOptions } from 'node:child_process';
import type { Environment } from './settings.ts';

/** Exits at once if the text fits (F), keeps colours (R), and leaves the text on the screen (X). */
const usualPager = ['less', '-FRX'] as const;

/** What a shell returns if it does not find the command. */
const notFound = 127;

/**
 * Shows a text in the pager of `MATINEE_PAGER` or `PAGER`, or in `less`, and waits for its end. An
 * empty variable turns the pager off.
 *
 * @returns false if there is no pager, and nothing has been shown
 */
export function showInPager(text: string, env: Environment): boolean {
  const chosen = env['MATINEE_PAGER'] ?? env['PAGER'];
  if (env['TERM'] === 'dumb' || chosen?.trim() === '') {
    return false;
  }
  const [file, ...args] = usualPager;
  const options: SpawnSyncOptions = { input: text, stdio: ['pipe', 'inherit', 'inherit'], env };
  const { error, status } =
    chosen === undefined
      ? spawnSync(file, args, options)
      : spawnSync(chosen, { ...options, shell: true });
  // A user who quits early closes the pipe, which is no failure.
  const isMissing = error !== undefined && 'code' in error && error.code === 'ENOENT';
  return !isMissing && status !== notFound;
}
