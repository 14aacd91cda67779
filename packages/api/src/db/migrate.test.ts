import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { databaseUrl, onServer } from '../../test/template.ts';
import type { DatabaseConfig } from '../config.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { ormOptions } from './orm.ts';

const names = migrations.map(({ name }) => name);

let database: DatabaseConfig;
let orm: MikroORM;

/** A database without a table, as `createdb` makes it. */
beforeEach(async () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(inject('postgresUrl'), (client) => client.query(`create database ${name}`));
  database = { url: databaseUrl(inject('postgresUrl'), name), replicaUrls: [], poolSize: 2 };
  orm = await MikroORM.init(ormOptions(database));
});

afterEach(async () => {
  await orm.close();
  const name = new URL(database.url).pathname.slice(1);
  await onServer(inject('postgresUrl'), (client) => client.query(`drop database ${name}`));
});

async function withClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('leads to the schema of the entities', async () => {
  await migrate(database);

  expect(await orm.schema.getUpdateSchemaSQL()).toBe('');
});

test('applies nothing the second time', async () => {
  expect(await migrate(database)).toEqual(names);
  expect(await migrate(database)).toEqual([]);
});

test('applies each migration once when eight servers start at once', async () => {
  const applied = await Promise.all(Array.from({ length: 8 }, () => migrate(database)));

  expect(applied.flat()).toEqual(names);
  const { rows } = await withClient((client) =>
    client.query<{ name: string }>('select name from migrations order by id'),
  );
  expect(rows.map(({ name }) => name)).toEqual(names);
});

test('names what is pending, before and after', async () => {
  expect(await pendingMigrations(orm)).toEqual(names);

  await migrate(database);

  expect(await pendingMigrations(orm)).toEqual([]);
});

test('applies only the migrations that it is given', async () => {
  expect(await migrate(database, [])).toEqual([]);
  expect(await pendingMigrations(orm)).toEqual(names);
  expect(await migrate(database, names.slice(0, 1))).toEqual(names.slice(0, 1));
});

test('refuses a migration that it does not know, and changes nothing', async () => {
  const attempt = migrate(database, [...names, '2999-01-01-later']);

  await expect(attempt).rejects.toThrow('does not know: 2999-01-01-later.');
  const { rows } = await withClient((client) =>
    client.query(`select from pg_class where relnamespace = 'public'::regnamespace`),
  );
  expect(rows).toEqual([]);
});

test('lists every migration in the folder', async () => {
  const files = await readdir(new URL('migrations/', import.meta.url));

  const found = files.filter((file) => /^\d.*\.ts$/.test(file)).map((file) => file.slice(0, -3));
  expect(found.toSorted()).toEqual(names.toSorted());
});

test('installs the functions of src/db/functions as they stand there', async () => {
  await migrate(database);

  const [installed, written] = await withClient(async (client) => {
    const before = await functionsOf(client);
    await client.query('begin');
    for (const name of Object.keys(before)) {
      await client.query(`drop function ${name}`);
    }
    for (const statement of await functionStatements()) {
      await client.query(statement);
    }
    return [before, await functionsOf(client)];
  });

  expect(Object.keys(installed)).toContain('confirm_seats');
  expect(installed).toEqual(written);
});

/** Definitions by name, without those of extensions. */
async function functionsOf(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select proname as name, pg_get_functiondef(oid) as definition from pg_proc p
     where pronamespace = 'public'::regnamespace and not exists (
       select from pg_depend where objid = p.oid and deptype = 'e')
     order by proname`,
  );
  return Object.fromEntries(rows.map(({ name, definition }) => [name, definition]));
}

/** The statements of every version, oldest first. */
async function functionStatements(): Promise<string[]> {
  const folder = new URL('functions/', import.meta.url);
  const versions = (await readdir(folder)).toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const modules = versions.map((file) => import(new URL(file, folder).href));
  const exported = (await Promise.all(modules)) as Record<string, string[]>[];
  return exported.flatMap((statements) => Object.values(statements).flat());
}

test('has a snapshot of the present entities (scripts/new-migration.ts writes it)', async () => {
  const file = new URL('migrations/snapshot.json', import.meta.url);
  const snapshot: unknown = JSON.parse(await readFile(file, 'utf8'));

  expect(snapshot).toEqual(JSON.parse(JSON.stringify(orm.schema.getTargetSchema())));
});
