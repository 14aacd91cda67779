import { Client } from 'pg';
import { migrate } from '../src/db/migrate.ts';

/** The migrated database that every test database is a copy of. */
export const templateName = 'matinee_template';

/** Makes the template anew. */
export async function makeTemplate(serverUrl: string): Promise<void> {
  await onServer(serverUrl, async (client) => {
    await client.query(`drop database if exists ${templateName} with (force)`);
    await client.query(`create database ${templateName}`);
  });
  await migrate({ url: databaseUrl(serverUrl, templateName), replicaUrls: [], poolSize: 2 });
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
