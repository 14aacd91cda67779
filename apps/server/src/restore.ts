import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { migrate } from '@matinee/api';
import type { Config } from '@matinee/api';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import {
  appliedMigrations,
  copyTarget,
  listTables,
  readBackup,
  withClient,
} from './backup-format.ts';
import type { Manifest, Table, TableFile } from './backup-format.ts';
import { folderArgument, runCommand, withDatabase } from './command.ts';
import { readEnvironment, toConfig } from './environment.ts';
import { createLog } from './log.ts';
import { isMaster } from './posters/names.ts';
import { openPosterStore } from './posters/open-store.ts';
import { readWhole } from './posters/store.ts';
import type { PosterStore } from './posters/store.ts';
import { version } from './version.ts';

/** A backup whose files have been checked. */
export interface CheckedBackup {
  dir: string;
  manifest: Manifest;
}

/** Where a backup goes. */
export interface RestoreTarget {
  config: Config;
  posters: PosterStore;
}

/** What a restore has done. */
export interface Restored {
  /** Tables in the backup that Matinee's migrations do not make. */
  skippedTables: string[];
  /** Migrations that are younger than the backup. */
  migrated: string[];
}

/**
 * Restores a backup into an empty database: everything in one transaction, or nothing.
 *
 * @throws Error with a sentence for the operator
 */
export async function restoreBackup(
  backup: CheckedBackup,
  target: RestoreTarget,
  signal: AbortSignal,
): Promise<Restored> {
  const { manifest } = backup;
  await assertPostersFit(manifest, target.posters);
  const { database } = target.config;
  const skippedTables = await withClient(database.url, signal, async (client) => {
    await assertEmpty(client, manifest);
    await migrateLikeBackup(target.config, manifest);
    return load(client, { ...backup, store: target.posters }, signal);
  });
  return { skippedTables, migrated: await migrate(database) };
}

/** Asked before anything is changed, and again with the tables locked: servers start meanwhile. */
async function assertEmpty(client: Client, manifest: Manifest): Promise<void> {
  const tables = await listTables(client);
  const applied = await appliedMigrations(client);
  if (applied === undefined && tables.length > 0) {
    const names = tables.map(({ name }) => name).join(', ');
    throw new Error(`The database is not empty: it has tables (${names}). ${emptyOne}`);
  }
  const younger = applied?.filter((name) => !manifest.migrations.includes(name)) ?? [];
  if (younger.length > 0) {
    throw new Error(
      `The database is ahead of the backup (${younger.join(', ')}): later migrations must run on ` +
        `the backup's data. ${emptyOne}`,
    );
  }
  await assertNoRows(client, tables);
}

const emptyOne = 'Restore into a new one: another DATABASE_URL, or another DATA_DIR.';

/** Tables that have rows from their migration, or the first start, on; a backup brings its own. */
const filledByThemselves = ['sites', 'ticket_types', 'ticket_keys'];

async function assertNoRows(client: Client, tables: readonly Table[]): Promise<void> {
  const filled: string[] = [];
  for (const { name } of tables.filter((each) => !filledByThemselves.includes(each.name))) {
    const { rows } = await client.query<{ filled: boolean }>(
      `select exists (select from ${client.escapeIdentifier(name)}) as filled`,
    );
    if (rows[0]?.filled) {
      filled.push(name);
    }
  }
  if (filled.length > 0) {
    throw new Error(`The database is not empty: it has ${filled.join(', ')}. ${emptyOne}`);
  }
}

/** Brings the database to the schema that the backup was made on, and no further. */
async function migrateLikeBackup({ database }: Config, manifest: Manifest): Promise<void> {
  try {
    await migrate(database, manifest.migrations);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The backup was made by Matinee ${manifest.version}, and this one (${version}) cannot make ` +
        `its schema. ${reason}`,
      { cause: error },
    );
  }
}

interface Load extends CheckedBackup {
  store: PosterStore;
}

/** @returns names of the tables that were passed over */
async function load(
  client: Client,
  { dir, manifest, store }: Load,
  signal: AbortSignal,
): Promise<string[]> {
  const tables = parentsFirst(await listTables(client));
  const files = new Map(manifest.tables.map((table) => [table.name, table]));
  const names = tables.map(({ name }) => client.escapeIdentifier(name)).join(', ');
  await client.query('begin');
  // Nobody else writes or migrates from here to the commit; a server that is starting waits.
  await client.query(`lock table ${names} in share row exclusive mode`);
  await assertEmpty(client, manifest);
  for (const { name } of tables) {
    const table = files.get(name);
    if (table && filledByThemselves.includes(name)) {
      await client.query(`delete from ${client.escapeIdentifier(name)}`);
    }
    if (table) {
      await loadTable(client, { dir, table }, signal);
    }
  }
  const removePosters = await copyPosters({ dir, manifest, store });
  try {
    await client.query('commit');
  } catch (error) {
    await removePosters();
    throw error;
  }
  await client.query('analyze');
  const known = new Set(tables.map(({ name }) => name));
  return [...files.keys()].filter((name) => !known.has(name));
}

/** Every table after those that it has a foreign key to. */
function parentsFirst(tables: readonly Table[]): Table[] {
  const sorted = new Map<string, Table>();
  while (sorted.size < tables.length) {
    const ready = tables.filter(({ name, parents }) => {
      return !sorted.has(name) && parents.every((parent) => sorted.has(parent));
    });
    if (ready.length === 0) {
      throw new Error('The foreign keys of the tables form a circle.');
    }
    ready.forEach((table) => sorted.set(table.name, table));
  }
  return [...sorted.values()];
}

async function loadTable(
  client: Client,
  { dir, table }: { dir: string; table: TableFile },
  signal: AbortSignal,
): Promise<void> {
  const sink = client.query(copyFrom(`copy ${copyTarget(client, table)} from stdin`));
  await pipeline(createReadStream(path.join(dir, table.file)), sink, { signal });
  const { rows } = await client.query<{ count: string }>(
    `select count(*) from ${client.escapeIdentifier(table.name)}`,
  );
  if (Number(rows[0]?.count) !== table.rows) {
    throw new Error(`${table.name} has ${rows[0]?.count} rows instead of ${table.rows}.`);
  }
}

/** A poster with the same name must be the same poster. */
async function assertPostersFit({ posters }: Manifest, store: PosterStore): Promise<void> {
  for (const { name, sha256 } of posters) {
    if (!isMaster(name)) {
      throw new Error(`The backup has a poster with a name that posters do not have: ${name}`);
    }
    const present = await hashIfThere(store, name);
    if (present !== undefined && present !== sha256) {
      throw new Error(
        `There is a different ${name} in ${store.description}: set UPLOAD_DIR to a new folder, or ` +
          'S3_BUCKET to an empty bucket.',
      );
    }
  }
}

/**
 * Copies the posters that are not there yet, each under its name once it is whole.
 *
 * @returns what takes them away again
 */
async function copyPosters({ dir, manifest, store }: Load): Promise<() => Promise<void>> {
  const written: string[] = [];
  const remove = async () => {
    await Promise.all(written.map((name) => store.remove(name)));
  };
  try {
    for (const { name, file, sha256 } of manifest.posters) {
      if ((await hashIfThere(store, name)) === sha256) {
        continue;
      }
      written.push(name);
      await store.put(name, await readFile(path.join(dir, file)));
    }
    return remove;
  } catch (error) {
    await remove();
    throw error;
  }
}

async function hashIfThere(store: PosterStore, name: string): Promise<string | undefined> {
  const bytes = await readWhole(store, name);
  return bytes && createHash('sha256').update(bytes).digest('hex');
}

function report({ dir, manifest }: CheckedBackup, into: string, restored: Restored): string {
  const { skippedTables, migrated } = restored;
  const counts = manifest.tables.map(({ name, rows }) => `${name} ${rows}`);
  return [
    `Restored: ${dir}, made ${manifest.createdAt} by Matinee ${manifest.version}`,
    `  Into:     ${into}`,
    `  Rows:     ${counts.join(', ')}`,
    `  Posters:  ${manifest.posters.length}`,
    ...skippedTables.map((name) => `  Skipped: ${name}, which is not a table of Matinee`),
    ...migrated.map((name) => `  Migrated: ${name}`),
    '  Sessions are not part of a backup: all users sign in again.',
    'Check it:  npm start, then npx matinee login and npx matinee reports revenue',
    '',
  ].join('\n');
}

/** Runs the command on the arguments of this process. */
export const command = (): Promise<void> => runCommand(main);

async function main(signal: AbortSignal): Promise<void> {
  const dir = folderArgument(process.argv.slice(2), 'npm run restore -- DIR');
  const environment = readEnvironment();
  const posters = openPosterStore(environment, createLog(environment));
  // First of all: a damaged backup makes no data folder.
  const backup = { dir, manifest: await readBackup(dir) };
  await withDatabase(environment, async ({ url, description }) => {
    const config = toConfig(environment, { database: { url }, version });
    const restored = await restoreBackup(backup, { config, posters }, signal);
    process.stdout.write(report(backup, description, restored));
  });
}

if (import.meta.main) {
  await command();
}
