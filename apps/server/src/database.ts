import { mkdir } from 'node:fs/promises';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import { Client } from 'pg';
import type { Environment } from './environment.ts';

/** The database that this process works with. */
export interface OpenDatabase {
  url: string;
  /** For a person; without secrets. */
  description: string;
  /** Where the embedded cluster really is. */
  dataDir: string | undefined;
  stop(): Promise<void>;
}

const oldestVersion = 150_000;

/**
 * The database of `DATABASE_URL`, or the embedded one under `DATA_DIR`, checked for what the
 * guarantees need.
 *
 * @throws Error with a sentence for the operator
 */
export async function openDatabase(environment: Environment): Promise<OpenDatabase> {
  const { DATABASE_URL: url, DATA_DIR: dataDir } = environment;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (url !== undefined) {
    const server = await inspect(url);
    const { host, pathname } = new URL(url);
    const description = `PostgreSQL ${server} at ${host}${pathname}`;
    return { url, description, dataDir: undefined, stop: async () => {} };
  }
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const embedded = await startEmbeddedPostgres({ dataDir, log });
  try {
    const server = await inspect(embedded.url);
    return {
      url: embedded.url,
      description: `PostgreSQL ${server}, embedded`,
      dataDir: embedded.dataDir,
      stop: () => embedded.stop(),
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

interface Settings {
  version: string;
  number: number;
  encoding: string;
  synchronous: string;
}

async function inspect(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  let settings: Settings | undefined;
  try {
    await client.connect();
    const { rows } = await client.query<Settings>(
      `select current_setting('server_version') as version,
         current_setting('server_version_num')::int as number,
         current_setting('server_encoding') as encoding,
         current_setting('synchronous_commit') as synchronous`,
    );
    settings = rows[0];
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    throw new Error(`DATABASE_URL: the database cannot be used: ${message || code}`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => {});
  }
  assertFit(settings);
  return settings.version.split(' ', 1)[0] ?? '';
}

function assertFit(settings: Settings | undefined): asserts settings is Settings {
  if (!settings || settings.number < oldestVersion) {
    throw new Error('DATABASE_URL: PostgreSQL 15 or newer is required');
  }
  if (settings.encoding !== 'UTF8') {
    throw new Error('DATABASE_URL: the database must have the encoding UTF8');
  }
  if (settings.synchronous === 'off') {
    throw new Error(
      'DATABASE_URL: synchronous_commit is off; a crash would lose bookings that were confirmed',
    );
  }
}
