import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { path } from './programs.ts';

/* Processes of the fleet. Each is stopped by its own id. */

export interface Start {
  name: string;
  /** Gets stdout and stderr. */
  log: string;
  command: readonly [string, ...string[]];
  env?: Record<string, string>;
  cwd?: string;
}

/** What this runs ends with the harness. */
export const guarded = ['setpriv', '--pdeathsig', 'TERM'] as const;

/** The same as another user: PostgreSQL, Patroni and PgBouncer refuse to run as root. */
export const asPostgres =
  process.getuid?.() === 0
    ? ([...guarded, '--reuid=postgres', '--regid=postgres', '--clear-groups'] as const)
    : guarded;

/** A program of the fleet. */
export class Running {
  readonly name: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.#exited = once(child, 'exit').catch(() => {});
  }

  static start({ name, log, command: [file, ...args], env = {}, cwd }: Start): Running {
    const output = openSync(log, 'a');
    const child = spawn(file, args, {
      env: { PATH: path, HOME: '/nonexistent', LC_ALL: 'C.UTF-8', ...env },
      // A group of its own: Ctrl-C reaches the harness alone, which stops everything in order.
      detached: true,
      // A server ends when its channel does; the others by `guarded`.
      stdio:
        file === process.execPath ? ['ignore', output, output, 'ipc'] : ['ignore', output, output],
      ...(cwd === undefined ? {} : { cwd }),
    });
    closeSync(output);
    child.on('error', () => {});
    return new Running(name, child);
  }

  isRunning(): boolean {
    return this.pid > 0 && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.isRunning()) {
      this.#child.kill(signal);
    }
  }

  /** Sends the signal and waits; SIGKILL after `patienceMs`. @returns milliseconds until the exit */
  async stop(signal: NodeJS.Signals = 'SIGTERM', patienceMs = 15_000): Promise<number> {
    const began = performance.now();
    this.signal(signal);
    this.signal('SIGCONT');
    const impatient = setTimeout(() => this.signal('SIGKILL'), patienceMs);
    if (this.isRunning()) {
      await this.#exited;
    }
    clearTimeout(impatient);
    return performance.now() - began;
  }
}

/** The id of the postmaster of a data folder; undefined when none is running there. */
export function postmasterOf(folder: string): number | undefined {
  try {
    const pid = Number(readFileSync(`${folder}/postmaster.pid`, 'utf8').split('\n', 1)[0]);
    // After a SIGKILL the file is left, and the id may be another program's by now.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** A process and all of its children. */
export function treeOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(treeOf)];
  } catch {
    return [];
  }
}

/** The process of a standby that replays what the primary sends. */
export function replayOf(postmaster: number): number[] {
  const isReplay = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('startup');
    } catch {
      return false;
    }
  };
  return treeOf(postmaster).filter(isReplay);
}

export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has just ended by itself.
    }
  }
}

/** Asks again and again. @returns what it came to, or undefined after `ms` */
export async function until<T>(
  ms: number,
  ask: () => Promise<T | undefined>,
  everyMs = 100,
): Promise<T | undefined> {
  const end = performance.now() + ms;
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined || performance.now() > end) {
      return answer;
    }
    await delay(everyMs);
  }
}
