import { randomBytes } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { readIfThere } from './files.ts';
import type { Folders, Place } from './place.ts';

/** The superuser of the cluster, whom everything connects as. */
export const role = 'matinee';

/** A database of the running cluster. */
export interface Target {
  port: number;
  database: string;
}

export async function urlOf(folders: Folders, { port, database }: Target): Promise<string> {
  const credentials = `${role}:${await readPassword(folders)}`;
  return `postgresql://${credentials}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

export async function ensureDatabase(folders: Folders, { port, database }: Target): Promise<void> {
  await withClient(folders, { port, database: 'postgres' }, async (client) => {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount) {
      return;
    }
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  });
}

export async function withClient(
  folders: Folders,
  target: Target,
  body: (client: Client) => Promise<void>,
): Promise<void> {
  const password = await readPassword(folders);
  const client = new Client({
    ...target,
    password,
    host: '127.0.0.1',
    user: role,
    ssl: false,
    connectionTimeoutMillis: 5000,
  });
  // Without a listener a connection that breaks between two queries ends the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await body(client);
  } finally {
    await client.end().catch(() => {});
  }
}

export function passwordFile({ dir }: Folders): string {
  return join(dir, 'postgres.password');
}

/** Empty when there is none. */
export async function readPassword(folders: Folders): Promise<string> {
  return (await readIfThere(passwordFile(folders)))?.trim() ?? '';
}

/** Keeps the password that is there already: a killed start has made it. */
export async function ensurePassword(place: Place): Promise<void> {
  if ((await readPassword(place)) !== '') {
    return;
  }
  const file = passwordFile(place);
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${randomBytes(24).toString('hex')}\n`);
    if (place.runner.user) {
      await handle.chown(place.runner.user.uid, place.runner.user.gid);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
