import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { draftPrefix, readPidFile } from './cluster.ts';
import { withClient } from './connection.ts';
import { codeOf } from './files.ts';
import { otherFolder } from './place.ts';
import type { Place } from './place.ts';
import { endOrphans, endProcess, isPostgresOf, startOf } from './processes.ts';

// Only the owner of the folder comes here, so a PostgreSQL that runs in it has lost its server.
// It is stopped, not used: the new one is this server's child and has this server's settings.
export async function clearLeftovers(place: Place, log: (line: string) => void): Promise<void> {
  const pid = (await readPidFile(place))?.pid;
  if (pid !== undefined && (await isPostgresOf(place, pid))) {
    if (!(await answers(place, pid))) {
      throw new Error(
        `A PostgreSQL that Matinee cannot log in to (process ${pid}) uses ${place.cluster}.\n` +
          `Stop it (kill ${pid}), or choose ${otherFolder}`,
      );
    }
    log(`stopping the PostgreSQL (process ${pid}) that a killed server left behind`);
    await endProcess(pid);
  } else if (pid !== undefined) {
    // PostgreSQL would take any process that has this number by now for its predecessor.
    await rm(join(place.cluster, 'postmaster.pid'), { force: true });
  }
  if (pid !== undefined) {
    await endOrphans(place);
  }
  for (const name of await readdir(place.dir)) {
    if (!name.startsWith(draftPrefix)) {
      continue;
    }
    // The initdb of a killed server may still be writing there; then the next start removes it.
    const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 };
    await rm(join(place.dir, name), options).catch(() => {});
  }
}

async function answers(place: Place, pid: number): Promise<boolean> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if ((await startOf(pid)) === undefined) {
      return true;
    }
    const port = (await readPidFile(place))?.port ?? 0;
    try {
      await withClient(place, { port, database: 'postgres' }, async () => {});
      return true;
    } catch (error) {
      // It is full, or it is starting or stopping: it lives, and a password says nothing more.
      if (['53300', '57P03'].includes(codeOf(error))) {
        return true;
      }
      if (codeOf(error).startsWith('28')) {
        return false;
      }
    }
    await delay(50);
  }
  return false;
}
