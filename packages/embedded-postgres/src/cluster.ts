import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePassword, passwordFile, readPassword, role } from './connection.ts';
import { exists, readIfThere, syncFolder } from './files.ts';
import { complaintOf, execute, otherFolder } from './place.ts';
import type { Folders, Place } from './place.ts';

/**
 * Makes the cluster, or checks that the one in the folder is whole and of this release.
 *
 * @throws Error with a sentence for the operator
 */
export async function ensureCluster(place: Place, log: (line: string) => void): Promise<void> {
  const { stdout } = await execute(place, 'postgres', ['--version']);
  const brought = /\d+/.exec(stdout)?.[0] ?? '';
  const found = await clusterVersion(place);
  if (found === undefined) {
    await ensurePassword(place);
    await initialise(place, log);
    return;
  }
  if (found !== brought) {
    throw new Error(
      `The database in ${place.dir} was made by PostgreSQL ${found}; this is ${brought}.\n` +
        'Back it up with the older release and restore it here, with another DATA_DIR.',
    );
  }
  if ((await readPassword(place)) === '') {
    throw new Error(
      `The password of the database is missing: ${passwordFile(place)}\n` +
        `Restore it from a backup, or choose ${otherFolder}`,
    );
  }
}

/** PostgreSQL's own note of itself: process, folder, start, port, socket, address, key, status. */
export async function readPidFile({
  cluster,
}: Folders): Promise<{ pid: number; port: number; status: string } | undefined> {
  const lines = (await readIfThere(join(cluster, 'postmaster.pid')))?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) {
    return undefined;
  }
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
}

/** What the folder of an unfinished cluster is called; the next start removes it. */
export const draftPrefix = 'postgres.init-';

/** The major version that made the cluster, or nothing when there is none yet. */
async function clusterVersion(place: Place): Promise<string | undefined> {
  const folder = await stat(place.cluster).catch(() => undefined);
  if (!folder) {
    return undefined;
  }
  const user = place.runner.user?.uid ?? process.geteuid?.() ?? folder.uid;
  if (folder.uid !== user) {
    throw new Error(
      `The database in ${place.dir} belongs to the user ${folder.uid}, not to ${user}.\n` +
        `Start Matinee as that user, or choose ${otherFolder}`,
    );
  }
  const version = await readIfThere(join(place.cluster, 'PG_VERSION'));
  if (version !== undefined && (await exists(join(place.cluster, 'global/pg_control')))) {
    return version.trim();
  }
  if ((await readdir(place.cluster)).length > 0) {
    throw new Error(
      `${place.cluster} is damaged: PG_VERSION or global/pg_control is missing.\n` +
        'Restore a backup, or move the folder away to begin with an empty database.',
    );
  }
  await rmdir(place.cluster);
  return undefined;
}

/** A cluster gets its name when it is complete: an initdb that was killed leaves no half of one. */
async function initialise(place: Place, log: (line: string) => void): Promise<void> {
  log(`creating the database in ${place.cluster}`);
  const name = `${draftPrefix}${process.pid}-${randomBytes(4).toString('hex')}`;
  const draft = join(place.dir, name);
  try {
    await execute(place, 'initdb', [
      `--pgdata=${draft}`,
      `--username=${role}`,
      `--pwfile=${passwordFile(place)}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--data-checksums',
    ]);
    await rename(draft, place.cluster);
    await syncFolder(place.dir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
    throw new Error(
      `The database cannot be created in ${place.dir}: ${complaintOf(error)}\n` +
        `Choose ${otherFolder}`,
      { cause: error },
    );
  }
}
