import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { databaseUrl, onServer } from '../../test/template.ts';
import type { DatabaseConfig } from '../config.ts';
import { installedFunctions, installFunctions } from './functions.ts';
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

test('installs the functions of src/db/functions as the files have them', async () => {
  await migrate(database);
  const [installed, written] = await withClient(async (client) => {
    const before = await installedFunctions(client);
    await client.query('begin');
    for (const signature of before.keys()) {
      await client.query(`drop function ${signature}`);
    }
    await installFunctions(client);
    return [before, await installedFunctions(client)];
  });
  expect([...installed.keys()].join()).toContain('confirm_seats(');
  expect(installed).toEqual(written);
});

test('notices a function that differs from its file', async () => {
  await migrate(database);
  const [edited, written] = await withClient(async (client) => {
    const definition = (await installedFunctions(client)).get(
      'seat_price(text,numeric,numeric,numeric)',
    );
    await client.query(String(definition).replace("'vip'", "'VIP'"));
    const before = await installedFunctions(client);
    await installFunctions(client);
    return [before, await installedFunctions(client)];
  });
  expect(edited).not.toEqual(written);
});

test('has a snapshot of the present entities (scripts/new-migration.ts writes it)', async () => {
  const file = new URL('migrations/snapshot.json', import.meta.url);
  const snapshot: unknown = JSON.parse(await readFile(file, 'utf8'));

  expect(snapshot).toEqual(JSON.parse(JSON.stringify(orm.schema.getTargetSchema())));
});
