import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { migrate } from '../src/db/migrate.ts';

/**
 * Makes the migrated database that every test database is a copy of. Its name is the run's own, so
 * that runs beside each other on one server do not meet.
 */
export async function makeTemplate(serverUrl: string): Promise<string> {
  const name = `template_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, (client) => client.query(`create database ${name}`));
  await migrate({ url: databaseUrl(serverUrl, name) });
  return name;
}

/** Drops the template at the end of a run. */
export async function dropTemplate(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, (client) =>
    client.query(`drop database if exists ${name} with (force)`),
  );
}

/** The URL of another database on the same server. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs statements that belong to the server and not to one database. */
export async function onServer<Result>(
  serverUrl: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: databaseUrl(serverUrl, 'postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
