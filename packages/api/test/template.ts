import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { migrate } from '../src/db/migrate.ts';

/**
 * Makes the migrated database that every test database is a copy of, and the role that servers run with.
 * The names are the run's own, so that runs beside each other on one server do not meet.
 */
export async function makeTemplate(serverUrl: string): Promise<{ name: string; role: string }> {
  const id = randomUUID().replaceAll('-', '');
  const [name, role] = [`template_${id}`, `server_${id}`];
  await onServer(serverUrl, (client) => client.query(`create database ${name}`));
  const url = databaseUrl(serverUrl, name);
  await migrate({ url });
  await makeServerRole(url, { role, password: role });
  return { name, role };
}

/** Makes a role as operators do, with the file that they run. */
export async function makeServerRole(
  url: string,
  { role, password }: { role: string; password: string },
): Promise<void> {
  const file = new URL('../../../deploy/postgres/server-role.sql', import.meta.url);
  const sql = (await readFile(file, 'utf8')).replaceAll('matinee_server', role);
  await onDatabase(url, async (owner) => {
    await owner.query(sql);
    await owner.query(`alter role ${role} password '${password}'`);
  });
}

/** The same database for a server that runs with the role. */
export function asServer(url: string, role: string): string {
  return Object.assign(new URL(url), { username: role, password: role }).href;
}

/** Drops the template and the role at the end of a run. */
export async function dropTemplate(
  serverUrl: string,
  { name, role }: { name: string; role: string },
): Promise<void> {
  await onServer(serverUrl, async (client) => {
    await client.query(`drop database if exists ${name} with (force)`);
    // It stays where a test file has left its database.
    await client.query(`drop role ${role}`).catch(() => {});
  });
}

/** The URL of another database on the same server. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs statements that belong to the server and not to one database. */
export function onServer<Result>(
  serverUrl: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  return onDatabase(databaseUrl(serverUrl, 'postgres'), work);
}

/** Runs statements in a database as its owner. */
export async function onDatabase<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
