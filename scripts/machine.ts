import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';

/* What a report says about where it was made. */

/** The short id of the commit that is checked out. */
export function readCommit(): string {
  try {
    const args = ['rev-parse', '--short', 'HEAD'];
    return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** Cores, memory and operating system, in one line. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GB`;
  return `${cpus().length} × ${cpu?.model.trim()}, ${memory}, ${type()} ${release()}`;
}
