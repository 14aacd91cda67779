import { randomBytes } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, readIfThere } from './files.ts';
import { otherFolder } from './place.ts';
import type { Folders } from './place.ts';
import { startOf } from './processes.ts';

/**
 * Takes the folder for this process: one server per data folder.
 *
 * @returns what gives it back
 * @throws Error with a sentence for the operator, when a live process has it
 */
export async function takeOwnership({ dir }: Folders): Promise<() => Promise<void>> {
  const lock = lockIn(dir);
  const mine = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) });
  const draft = draftOf(lock);
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    // `link` refuses to replace a file, and the file appears with its content in it.
    while (!(await linked(draft, lock))) {
      await removeStaleLock(lock, dir);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return async () => {
    if ((await readIfThere(lock)) === mine) {
      await rm(lock, { force: true });
    }
  };
}

/** The id of the live process that has the folder. */
export async function findOwner({ dir }: Folders): Promise<number | undefined> {
  return livingOwner((await readIfThere(lockIn(dir))) ?? '');
}

function lockIn(dir: string): string {
  return join(dir, 'postgres.lock');
}

function draftOf(lock: string): string {
  return `${lock}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

async function linked(draft: string, lock: string): Promise<boolean> {
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

async function removeStaleLock(lock: string, dir: string): Promise<void> {
  const content = await readIfThere(lock);
  if (content === undefined) {
    return;
  }
  const owner = await livingOwner(content);
  if (owner !== undefined) {
    throw new Error(
      `Another Matinee server (process ${owner}) uses the data folder ${dir}.\n` +
        `Stop it, or choose ${otherFolder}`,
    );
  }
  // Two servers may find the same stale lock. Whoever moves away a fresh one puts it back.
  const moved = draftOf(lock);
  try {
    await rename(lock, moved);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return;
    }
    throw error;
  }
  if ((await readIfThere(moved)) !== content) {
    await linked(moved, lock);
  }
  await rm(moved, { force: true });
}

async function livingOwner(content: string): Promise<number | undefined> {
  const owner = parseOwner(content);
  if (owner?.started === undefined) {
    return undefined;
  }
  // A process id is given again after a while: the start tells the owner from a namesake.
  return (await startOf(owner.pid)) === owner.started ? owner.pid : undefined;
}

function parseOwner(content: string): { pid: number; started: unknown } | undefined {
  try {
    const owner: unknown = JSON.parse(content);
    if (typeof owner !== 'object' || owner === null) {
      return undefined;
    }
    if (!('pid' in owner) || !('started' in owner)) {
      return undefined;
    }
    return { pid: Number(owner.pid), started: owner.started };
  } catch {
    return undefined;
  }
}
