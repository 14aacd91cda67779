import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import {
  appliedMigrations,
  copyTarget,
  formatVersion,
  listTables,
  manifestFile,
  sumsFile,
  sumsOf,
  withClient,
  writeHashed,
} from './backup-format.ts';
import type { Manifest, PosterFile, Table, TableFile } from './backup-format.ts';
import { assertDatabaseExists, folderArgument, runCommand, withDatabase } from './command.ts';
import { readEnvironment } from './environment.ts';
import { createLog } from './log.ts';
import { isMaster, nameIn } from './posters/names.ts';
import { openPosterStore } from './posters/open-store.ts';
import type { PosterStore } from './posters/store.ts';
import { version } from './version.ts';

/** What is backed up. */
export interface BackupSource {
  url: string;
  posters: PosterStore;
}

/**
 * Writes a backup of one moment into the folder `dir`, which appears when everything is in it. The
 * servers may go on selling.
 *
 * @throws Error with a sentence for the operator
 */
export async function writeBackup(
  source: BackupSource,
  dir: string,
  signal: AbortSignal,
): Promise<Manifest> {
  await assertFree(dir);
  await mkdir(path.dirname(dir), { recursive: true });
  // Password hashes are in it: mkdtemp's folders are their owner's alone.
  const draft = await mkdtemp(`${dir}.partial-`);
  try {
    const manifest = await withClient(source.url, signal, async (client) => {
      return copyAll(client, { store: source.posters, draft }, signal);
    });
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeText(path.join(draft, manifestFile), text);
    await writeText(path.join(draft, sumsFile), sumsOf(manifest, text));
    for (const folder of ['tables', 'posters', '.']) {
      await syncFolder(path.join(draft, folder));
    }
    await rmdir(dir).catch(() => {});
    await rename(draft, dir);
    await syncFolder(path.dirname(dir));
    return manifest;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function assertFree(dir: string): Promise<void> {
  const entries = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return [];
    }
    throw new Error(`${dir} cannot be used (${error.code}).`, { cause: error });
  });
  if (entries.length > 0) {
    throw new Error(`${dir} is not empty: a backup needs an empty folder.`);
  }
}

interface Places {
  store: PosterStore;
  draft: string;
}

async function copyAll(client: Client, places: Places, signal: AbortSignal): Promise<Manifest> {
  const tables = await beginSnapshot(client);
  const migrations = await appliedMigrations(client);
  if (!migrations || migrations.length === 0) {
    throw new Error('There is nothing to back up: Matinee has never used this database.');
  }
  const { rows } = await client.query<{ at: Date; postgres: string; urls: string[] }>(
    `select now() as at, current_setting('server_version') as postgres,
       array(select poster_url from movies where poster_url is not null order by 1) as urls`,
  );
  const [{ at, postgres, urls } = { at: new Date(0), postgres: '', urls: [] }] = rows;
  // Posters first: a file that is replaced meanwhile is gone a moment later.
  const posters = await copyPosters(urls, places, signal);
  const files = await copyTables(client, tables, { folder: places.draft, signal });
  await client.query('commit');
  return {
    format: formatVersion,
    product: 'matinee',
    version,
    postgres,
    createdAt: at.toISOString(),
    migrations,
    tables: files,
    ...posters,
  };
}

/**
 * Opens the snapshot that everything is read in. The tables are locked ACCESS SHARE before it is
 * taken, so that no migration changes them in between; reading and writing go on.
 */
async function beginSnapshot(client: Client): Promise<Table[]> {
  const tables = await listTables(client);
  await client.query('begin isolation level repeatable read, read only');
  if (tables.length > 0) {
    const names = tables.map(({ name }) => client.escapeIdentifier(name)).join(', ');
    await client.query(`lock table ${names} in access share mode`);
  }
  if (JSON.stringify(await listTables(client)) !== JSON.stringify(tables)) {
    throw new Error('A migration changed the database meanwhile: run the backup again.');
  }
  return tables;
}

async function copyTables(
  client: Client,
  tables: readonly Table[],
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<TableFile[]> {
  await mkdir(path.join(folder, 'tables'));
  const files: TableFile[] = [];
  for (const { name, columns } of tables) {
    const file = `tables/${encodeURIComponent(name)}.copy`;
    const rows = client.query(copyTo(`copy ${copyTarget(client, { name, columns })} to stdout`));
    const sha256 = await writeHashed(rows, path.join(folder, file), signal);
    files.push({ name, columns, rows: rows.rowCount, file, sha256 });
  }
  return files;
}

async function copyPosters(
  urls: readonly string[],
  { store, draft }: Places,
  signal: AbortSignal,
): Promise<Pick<Manifest, 'posters' | 'missingPosters'>> {
  await mkdir(path.join(draft, 'posters'));
  const posters: PosterFile[] = [];
  const missingPosters: string[] = [];
  // Masters alone: renditions are made again when they are asked for.
  for (const name of new Set(urls.map(nameIn))) {
    const file = `posters/${name}`;
    const source = isMaster(name) ? await store.open(name) : undefined;
    if (source) {
      const sha256 = await writeHashed(source.body, path.join(draft, file), signal);
      posters.push({ name, file, sha256 });
    } else {
      missingPosters.push(name);
    }
  }
  return { posters, missingPosters };
}

async function writeText(name: string, text: string): Promise<void> {
  const handle = await open(name, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A renamed file is on the disk when its folder is. */
async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function report(dir: string, manifest: Manifest): string {
  const { tables, posters, missingPosters, createdAt } = manifest;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return [
    `Backup written: ${dir}, as of ${createdAt}`,
    `  Tables: ${tables.length}   Rows: ${rows}   Posters: ${posters.length}`,
    ...missingPosters.map((name) => `  Not in the store of posters: ${name}`),
    '  Not included: sessions (all users sign in again), rate limits, jobs, and the environment:',
    '  keep JWT_SECRET_KEY and the other settings yourself.',
    `Check it:    cd '${dir}' && sha256sum -c --quiet ${sumsFile}`,
    `Restore it:  npm run restore -- '${dir}'   (into an empty database: DATABASE_URL or DATA_DIR)`,
    '',
  ].join('\n');
}

/** A restore takes about a minute for each million of sold seats: `docs/operators.md` has the figures. */
const usage = `npm run backup -- DIR
For databases with up to a few million sold seats. For larger ones, or to restore to a point in time,
use pgBackRest: deploy/pgbackrest/README.md`;

/** Runs the command on the arguments of this process. */
export const command = (): Promise<void> => runCommand(main);

async function main(signal: AbortSignal): Promise<void> {
  const dir = folderArgument(process.argv.slice(2), usage);
  await assertFree(dir);
  const environment = readEnvironment();
  await assertDatabaseExists(environment);
  const manifest = await withDatabase(environment, ({ url }) => {
    const posters = openPosterStore(environment, createLog(environment));
    return writeBackup({ url, posters }, dir, signal);
  });
  process.stdout.write(report(dir, manifest));
}

if (import.meta.main) {
  await command();
}
