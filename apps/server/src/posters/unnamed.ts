import { isPosterNamed } from '@matinee/api';
import type { App } from '@matinee/api';
import { Client } from 'pg';
import { renditionsOf } from './names.ts';
import type { PosterStore } from './store.ts';

/*
 * Two movies may have one picture, and then they have one file. So a file is removed only when no movie
 * names it, and while none can begin to: an upload holds the name of its file from before the file is
 * written until the row is committed, and a removal waits for it, and it for the removal.
 *
 * The lock is one of a session, on a connection of its own past a pooler: it waits for a disk or for a
 * bucket, which no transaction may do. If its server dies, the database ends it.
 */

/** Runs `work` while the file of that name is not removed; others may hold the name as well. */
export function holdName<Result>(
  app: App,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return withLock(app, { name, how: 'pg_advisory_lock_shared' }, work);
}

/** Removes a master with all its renditions, unless a movie names it. @returns whether it has */
export function removeUnnamed(app: App, store: PosterStore, name: string): Promise<boolean> {
  return withLock(app, { name, how: 'pg_advisory_lock' }, async () => {
    const database = { em: app.orm.em.fork(), pool: app.pool };
    if (await isPosterNamed(database, `/uploads/${name}`)) {
      return false;
    }
    // The master last: what is left of a removal that was cut off is found by it.
    await Promise.all(renditionsOf(name).map((each) => store.remove(each)));
    await store.remove(name);
    return true;
  });
}

interface NameLock {
  name: string;
  how: 'pg_advisory_lock' | 'pg_advisory_lock_shared';
}

/** @throws what the work throws, and an error of the database after 5 s of waiting */
async function withLock<Result>(
  app: App,
  { name, how }: NameLock,
  work: () => Promise<Result>,
): Promise<Result> {
  const { url, directUrl = url } = app.config.database;
  const client = new Client({
    connectionString: directUrl,
    application_name: 'matinee-posters',
    connectionTimeoutMillis: 5_000,
    lock_timeout: 5_000,
  });
  // Without a listener a connection that breaks during the work ends the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(`select ${how}(hashtextextended('poster ' || $1, 0))`, [name]);
    return await work();
  } finally {
    await client.end().catch(() => {});
  }
}
