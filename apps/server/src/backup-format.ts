import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { z } from 'zod';

/*
 * A backup is a folder: `manifest.json`, `tables/*.copy` (PostgreSQL's COPY text format, UTF-8),
 * `posters/*`, and `SHA256SUMS`, which `sha256sum -c` reads.
 */

export const formatVersion = 1;
export const manifestFile = 'manifest.json';
export const sumsFile = 'SHA256SUMS';

/**
 * Tables that are not part of a backup: the list of migrations is in the manifest, sessions must
 * not come back alive, and counters and jobs belong to the servers of the moment. Idempotency keys
 * are kept: what was done before the backup is not done again after a restore.
 */
export const tablesLeftOut = [
  'migrations',
  'sessions',
  'rate_limits',
  'sign_in_attempts',
  'agenda_jobs',
];

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Inside the backup's folder, whatever a manifest says. */
const file = (folder: string) => z.string().regex(new RegExp(`^${folder}/(?!\\.)[^/\\\\]+$`));

const TableFile = z.object({
  name: z.string().min(1),
  columns: z.array(z.string().min(1)).min(1),
  rows: z.int().min(0),
  file: file('tables'),
  sha256: Sha256,
});
export type TableFile = z.infer<typeof TableFile>;

const PosterFile = z.object({ name: z.string(), file: file('posters'), sha256: Sha256 });
export type PosterFile = z.infer<typeof PosterFile>;

export const Manifest = z.object({
  format: z.literal(formatVersion),
  product: z.literal('matinee'),
  version: z.string(),
  postgres: z.string(),
  /** The moment of the snapshot, by the database's clock. */
  createdAt: z.iso.datetime(),
  /** Applied migrations, oldest first. */
  migrations: z.array(z.string()).min(1),
  tables: z.array(TableFile),
  posters: z.array(PosterFile),
  /** Named by a movie, and not in the store when the backup was made. */
  missingPosters: z.array(z.string()),
});
export type Manifest = z.infer<typeof Manifest>;

/** Writes a stream to a new file, down to the disk. @returns its SHA-256 */
export async function writeHashed(
  source: Readable,
  target: string,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  const hashing = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const sink = createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(source, hashing, sink, { signal });
  return hash.digest('hex');
}

/** The SHA-256 of a file. */
export async function hashFile(name: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(name), hash);
  return hash.digest('hex');
}

/** The lines of `SHA256SUMS`. */
export function sumsOf(manifest: Manifest, manifestText: string): string {
  const own = createHash('sha256').update(manifestText).digest('hex');
  const files = [...manifest.tables, ...manifest.posters];
  const lines = files.map(({ sha256, file: name }) => `${sha256}  ${name}\n`);
  return [`${own}  ${manifestFile}\n`, ...lines].join('');
}

/**
 * Reads a backup's manifest and checks every file against its sum.
 *
 * @throws Error with a sentence for the operator
 */
export async function readBackup(dir: string): Promise<Manifest> {
  const text = await readFile(path.join(dir, manifestFile), 'utf8').catch(() => {
    throw new Error(`${dir} is not a backup: ${manifestFile} is missing.`);
  });
  const manifest = parseManifest(text, dir);
  const sums = await readFile(path.join(dir, sumsFile), 'utf8').catch(() => '');
  const damaged = sums === sumsOf(manifest, text) ? [] : [`${manifestFile} or ${sumsFile}`];
  for (const { file: name, sha256 } of [...manifest.tables, ...manifest.posters]) {
    const found = await hashFile(path.join(dir, name)).catch(() => undefined);
    if (found !== sha256) {
      damaged.push(name);
    }
  }
  if (damaged.length > 0) {
    throw new Error(`The backup ${dir} is damaged or has been changed: ${damaged.join(', ')}.`);
  }
  return manifest;
}

function parseManifest(text: string, dir: string): Manifest {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (error) {
    const reason = `${manifestFile} is damaged, or has a format that this version does not support`;
    throw new Error(`${dir} cannot be read: ${reason}.`, { cause: error });
  }
}

/** A table of the database, as far as copying it goes. */
export interface Table {
  name: string;
  columns: string[];
  /** Tables that it has a foreign key to. */
  parents: string[];
}

/** The tables of the current schema without those that are left out; generated columns neither. */
export async function listTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select c.relname::text as name,
       array(select a.attname::text from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
         order by a.attnum) as columns,
       array(select distinct p.relname::text from pg_constraint k
         join pg_class p on p.oid = k.confrelid
         where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as parents
     from pg_class c
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
       and not c.relispartition and c.relname <> all($1)
     order by c.relname`,
    [tablesLeftOut],
  );
  return rows;
}

/** Names of the applied migrations, oldest first; undefined when there never was one. */
export async function appliedMigrations(client: Client): Promise<string[] | undefined> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('migrations') is not null as found`,
  );
  if (!rows[0]?.found) {
    return undefined;
  }
  const { rows: applied } = await client.query<{ name: string }>(
    'select name from migrations order by id',
  );
  return applied.map(({ name }) => name);
}

/** `"table" ("column", …)`: COPY takes no parameters. */
export function copyTarget(client: Client, { name, columns }: Pick<Table, 'name' | 'columns'>) {
  const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  return `${client.escapeIdentifier(name)} (${list})`;
}

/** Runs `work` on a connection whose texts do not depend on the server's settings. */
export async function withClient<Result>(
  url: string,
  signal: AbortSignal,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    connectionString: url,
    application_name: 'matinee-backup',
    connectionTimeoutMillis: 10_000,
  });
  // Without a listener a connection that breaks between two statements ends the process.
  client.on('error', () => {});
  const cutOff = () => void client.end().catch(() => {});
  signal.throwIfAborted();
  signal.addEventListener('abort', cutOff, { once: true });
  try {
    await client.connect();
    await client.query(`set datestyle = 'ISO'; set timezone = 'UTC'; set intervalstyle = 'postgres';
      set client_encoding = 'UTF8'; set extra_float_digits = 1; set lock_timeout = '30s';
      set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`);
    return await work(client);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cutOff);
    await client.end().catch(() => {});
  }
}
