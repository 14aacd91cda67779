import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { databaseUrl, onServer } from '@matinee/api/testing';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { openDatabase } from '../src/database.ts';
import { readEnvironment } from '../src/environment.ts';

let name: string;
let folder: string;
beforeEach(async () => {
  name = `test_${randomUUID().replaceAll('-', '')}`;
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-database-'));
});
afterEach(async () => {
  await onServer(inject('postgresUrl'), (client) =>
    client.query(`drop database if exists ${name}`),
  );
  await rm(folder, { recursive: true, force: true });
});

/** Creates the test's own database. @param options of `create database` */
async function create(options: string): Promise<void> {
  const statement = `create database ${name} template template0 ${options}`;
  await onServer(inject('postgresUrl'), (client) => client.query(statement));
}

/** Opens the test's own database as a start does. @returns how the log names it */
async function open(): Promise<string> {
  const url = databaseUrl(inject('postgresUrl'), name);
  const environment = readEnvironment({ DATABASE_URL: url, DATA_DIR: folder });
  const { description, stop } = await openDatabase(environment);
  await stop();
  return description;
}

async function refusal(): Promise<string> {
  return open().then(
    () => 'not refused',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

test.each([
  ["encoding 'UTF8' locale 'C'", 'its locale does not relate É to é (LC_CTYPE is C)'],
  ["encoding 'LATIN1' locale 'C'", 'the encoding is LATIN1 instead of UTF8'],
  ["encoding 'EUC_KR' locale 'C'", 'the encoding is EUC_KR instead of UTF8'],
  ["encoding 'SQL_ASCII' locale 'C'", 'the encoding is SQL_ASCII instead of UTF8'],
])('refuses a database with %s, and names the command that works', async (options, reason) => {
  await create(options);
  const line = await refusal();
  expect(line).toMatch(/^DATABASE_URL: [^\n]+$/);
  expect(line).toContain(reason);

  const [, command = ''] =
    /made with: create database matinee template template0 (.+)$/.exec(line) ?? [];
  await onServer(inject('postgresUrl'), (client) => client.query(`drop database ${name}`));
  await create(command);
  expect(await open()).toMatch(/^PostgreSQL \d+\.\d+ at /);
});

test.each([
  "encoding 'UTF8' locale 'C.UTF-8'",
  "encoding 'UTF8' locale 'C' locale_provider icu icu_locale 'und'",
])('takes a database with %s', async (options) => {
  await create(options);
  expect(await open()).toMatch(/^PostgreSQL \d+\.\d+ at /);
});

test('refuses a database without the collations of ICU', async () => {
  await create("encoding 'UTF8' locale 'C.UTF-8'");
  // As a PostgreSQL that was built without ICU makes its databases.
  const client = new Client({ connectionString: databaseUrl(inject('postgresUrl'), name) });
  await client.connect();
  await client.query(`drop collation pg_catalog."und-x-icu"`);
  await client.end();
  expect(await refusal()).toBe(
    'DATABASE_URL: the collation "und-x-icu" is missing; use a PostgreSQL that was built with ICU',
  );
});

test.each([
  [
    'whose advisory locks exclude nobody',
    `create function pg_try_advisory_xact_lock(bigint) returns boolean language sql as 'select true'`,
    'advisory locks do not exclude one another there',
  ],
  [
    'that lacks btree_gist',
    `create view pg_available_extensions as
       select * from pg_catalog.pg_available_extensions where name <> 'btree_gist'`,
    'GiST indexes or the extension btree_gist are missing',
  ],
])('refuses an engine %s', async (_what, imitation, reason) => {
  await create("encoding 'UTF8' locale 'C.UTF-8'");
  const client = new Client({ connectionString: databaseUrl(inject('postgresUrl'), name) });
  await client.connect();
  // What is found first is the imitation.
  await client.query(`alter database ${name} set search_path = public, pg_catalog; ${imitation}`);
  await client.end();
  expect(await refusal()).toContain(`DATABASE_URL: ${reason}`);
});
