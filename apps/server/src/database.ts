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

/** What comparing and sorting texts depends on. */
interface Locale {
  ctype: string;
  /** Whether an accented letter has an upper and a lower case. */
  foldsCase: boolean;
  hasIcu: boolean;
}

async function inspect(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const settings = await readSettings(client);
    assertFit(settings);
    assertCompares(await readLocale(client));
    return settings.version.split(' ', 1)[0] ?? '';
  } catch (error) {
    if (error instanceof Unfit) {
      throw error;
    }
    const { message, code } = error as Error & { code?: string };
    throw new Error(`DATABASE_URL: the database cannot be used: ${message || code}`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => {});
  }
}

/** A database that lacks what the guarantees need. */
class Unfit extends Error {
  constructor(reason: string) {
    super(`DATABASE_URL: ${reason}`);
  }
}

async function readSettings(client: Client): Promise<Settings | undefined> {
  const { rows } = await client.query<Settings>(
    `select current_setting('server_version') as version,
       current_setting('server_version_num')::int as number,
       current_setting('server_encoding') as encoding,
       current_setting('synchronous_commit') as synchronous`,
  );
  return rows[0];
}

/** Asks the database what it does: names of locales mean another thing on each system. */
async function readLocale(client: Client): Promise<Locale | undefined> {
  const { rows } = await client.query<Locale>(
    `select datctype as ctype, lower('É') = 'é' as "foldsCase",
       to_regcollation('pg_catalog."und-x-icu"') is not null as "hasIcu"
     from pg_database where datname = current_database()`,
  );
  return rows[0];
}

function assertFit(settings: Settings | undefined): asserts settings is Settings {
  if (!settings || settings.number < oldestVersion) {
    throw new Unfit('PostgreSQL 15 or newer is required');
  }
  if (settings.encoding !== 'UTF8') {
    throw new Unfit(`the encoding is ${settings.encoding} instead of UTF8; ${remedy}`);
  }
  if (settings.synchronous === 'off') {
    throw new Unfit('synchronous_commit is off; a crash would lose bookings that were confirmed');
  }
}

/** E-mail addresses, genres and searches ignore case; titles are sorted as people sort. */
function assertCompares(locale: Locale | undefined): void {
  if (!locale?.foldsCase) {
    const reason = `its locale does not relate É to é (LC_CTYPE is ${locale?.ctype})`;
    throw new Unfit(`${reason}; ${remedy}`);
  }
  if (!locale.hasIcu) {
    throw new Unfit(
      'the collation "und-x-icu" is missing; use a PostgreSQL that was built with ICU',
    );
  }
}

const remedy =
  "use a new database, made with: create database matinee template template0 encoding 'UTF8' " +
  "locale 'C.UTF-8'";
