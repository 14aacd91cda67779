import { execFile } from 'node:child_process';
import { access, chmod, constants, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codeOf } from './files.ts';

/** The folders of one embedded PostgreSQL. */
export interface Folders {
  /** For the cluster, its password, its log and the owner's lock. */
  readonly dir: string;
  readonly cluster: string;
}

/** Where the cluster lives and as whom its processes run. */
export interface Place extends Folders {
  readonly native: string;
  readonly runner: Runner;
}

export interface Runner {
  /** A command in front of the binary; it must exec, so that the process id stays the child's. */
  readonly wrap: readonly string[];
  /** Another user to run as; only root can. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

export const direct: Runner = { wrap: [], user: undefined };

/** What every error about a folder ends with. */
export const otherFolder = 'another folder: DATA_DIR=/path/to/folder npm start';

export function foldersIn(dir: string): Folders {
  return { dir, cluster: join(dir, 'postgres') };
}

/** @throws Error with a sentence for the operator */
export async function writableFolder(dir: string, mode = 0o700): Promise<string> {
  try {
    const isNew = (await mkdir(dir, { recursive: true, mode })) !== undefined;
    // The umask may have taken bits away.
    if (isNew) {
      await chmod(dir, mode);
    }
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(dir);
  } catch (error) {
    throw new Error(
      `The data folder ${dir} cannot be written (${codeOf(error)}).\nChoose ${otherFolder}`,
      { cause: error },
    );
  }
}

/** Runs a program of the machine to its end. */
export const run = promisify(execFile);

/** Runs a program of PostgreSQL to its end. */
export function execute(
  place: Place,
  binary: 'initdb' | 'postgres',
  args: readonly string[],
): Promise<{ stdout: string }> {
  const [command = '', ...rest] = commandOf(place, binary);
  return run(command, [...rest, ...args], processOptions(place));
}

export function commandOf(place: Place, binary: string): string[] {
  return [...place.runner.wrap, join(place.native, 'bin', binary)];
}

export function processOptions(place: Place) {
  return {
    cwd: place.dir,
    // Nothing of the server's environment: neither its secrets nor PGDATA, PGPORT, PGOPTIONS.
    env: { PATH: process.env['PATH'], LC_MESSAGES: 'C' },
    ...place.runner.user,
  };
}

/** The last line of what a program that failed has said. */
export function complaintOf(error: unknown): string {
  const hasOutput = typeof error === 'object' && error !== null && 'stderr' in error;
  return lastLine((hasOutput && String(error.stderr).trim()) || String(error));
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
