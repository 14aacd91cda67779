import { randomInt } from 'node:crypto';
import { Client } from 'pg';
import { Unfit } from './unfit.ts';

/*
 * A database is asked what it can do: versions and names of locales mean another thing on each
 * system, and some systems that speak PostgreSQL's protocol accept what they do not do.
 */

const oldestVersion = 150_000;

interface Settings {
  version: string;
  number: number;
  encoding: string;
  synchronous: string;
}

/** What comparing and sorting texts, and refusing overlaps, depends on. */
interface Abilities {
  ctype: string;
  /** Whether an accented letter has an upper and a lower case. */
  foldsCase: boolean;
  hasIcu: boolean;
  hasGist: boolean;
  hasTrigrams: boolean;
}

/**
 * Checks that a database can do what the guarantees need.
 *
 * @param url where another connection leads to the same server
 * @returns the version of PostgreSQL
 * @throws Unfit
 */
export async function assertFit(client: Client, url: string): Promise<string> {
  const settings = await readSettings(client);
  assertSettings(settings);
  assertAbilities(await readAbilities(client));
  if (!(await excludes(client, url))) {
    throw new Unfit(
      'advisory locks do not exclude one another there; servers that start together would both migrate',
    );
  }
  return settings.version.split(' ', 1)[0] ?? '';
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

async function readAbilities(client: Client): Promise<Abilities | undefined> {
  const { rows } = await client.query<Abilities>(
    `select datctype as ctype, lower('É') = 'é' as "foldsCase",
       to_regcollation('pg_catalog."und-x-icu"') is not null as "hasIcu",
       exists (select from pg_am where amname = 'gist')
         and exists (select from pg_available_extensions where name = 'btree_gist') as "hasGist",
       exists (select from pg_available_extensions where name = 'pg_trgm') as "hasTrigrams"
     from pg_database where datname = current_database()`,
  );
  return rows[0];
}

/** Takes an advisory lock, and asks for it once more on a second connection. */
async function excludes(client: Client, url: string): Promise<boolean> {
  const other = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  const key = randomInt(2 ** 47);
  const take = 'select pg_try_advisory_xact_lock($1) as taken';
  await other.connect();
  try {
    await client.query('begin');
    const first = await client.query<{ taken: boolean }>(take, [key]);
    const second = await other.query<{ taken: boolean }>(take, [key]);
    return first.rows[0]?.taken === true && second.rows[0]?.taken === false;
  } finally {
    await client.query('rollback');
    await other.end();
  }
}

function assertSettings(settings: Settings | undefined): asserts settings is Settings {
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
function assertAbilities(abilities: Abilities | undefined): void {
  if (!abilities?.foldsCase) {
    const reason = `its locale does not relate É to é (LC_CTYPE is ${abilities?.ctype})`;
    throw new Unfit(`${reason}; ${remedy}`);
  }
  if (!abilities.hasIcu) {
    throw new Unfit(
      'the collation "und-x-icu" is missing; use a PostgreSQL that was built with ICU',
    );
  }
  if (!abilities.hasGist) {
    throw new Unfit(
      'GiST indexes or the extension btree_gist are missing; they refuse showtimes that overlap',
    );
  }
  if (!abilities.hasTrigrams) {
    throw new Unfit('the extension pg_trgm is missing; it comes with PostgreSQL and finds movies');
  }
}

const remedy =
  "use a new database, made with: create database matinee template template0 encoding 'UTF8' " +
  "locale 'C.UTF-8'";
