import { setTimeout as delay } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import type { DatabaseConfig } from '../config.ts';
import { sqlStateOf } from './constraints.ts';
import { migrations } from './migrations/index.ts';
import { ormOptions } from './orm.ts';

/** Any constant will do, as long as every server of every version uses the same. */
const migrationLock = 7_306_481;

/**
 * How long a migration waits for a lock at a time: whoever comes after it waits as well. Then it
 * stands back, and tries again.
 */
const patienceMs = 500;
const pauseMs = 300;
const attempts = 1_000;

/**
 * Brings the database to the present schema. Servers that start in the same second take turns at an
 * advisory lock, and each looks again once it holds it: every migration runs exactly once.
 *
 * @param names of the only migrations to apply: those of a backup that is restored
 * @returns the names of the migrations that this call applied
 */
export async function migrate(
  database: Pick<DatabaseConfig, 'url' | 'directUrl'>,
  names?: string[],
): Promise<string[]> {
  assertKnown(names ?? []);
  // Past a pooler: the advisory lock belongs to a connection, and so do settings.
  const url = database.directUrl ?? database.url;
  const gate = new Client({
    connectionString: url,
    application_name: 'matinee-migrate',
    options: unlimited,
  });
  await gate.connect();
  const orm = await MikroORM.init(migratorOptions(url));
  try {
    return await applyAll(orm, gate, names);
  } finally {
    await orm.close();
    // The end of the connection releases the lock, whatever happened before.
    await gate.end();
  }
}

/** A migration that could not get a lock lets go of everything, of its turn too, and begins again. */
async function applyAll(orm: MikroORM, gate: Client, names?: string[]): Promise<string[]> {
  const applied: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    await takeTurn(gate);
    const before = await pendingMigrations(orm);
    try {
      await orm.migrator.up(names && { migrations: names });
      return [...applied, ...(await noLongerPending(orm, before))];
    } catch (error) {
      applied.push(...(await noLongerPending(orm, before)));
      if (sqlStateOf(error)?.code !== '55P03' || attempt === attempts) {
        throw error;
      }
      await gate.query('select pg_advisory_unlock($1)', [migrationLock]);
      await delay(pauseMs);
    }
  }
}

/** Asks again and again: an index that is built concurrently waits for every statement that waits. */
async function takeTurn(gate: Client): Promise<void> {
  for (;;) {
    const { rows } = await gate.query<{ taken: boolean }>(
      'select pg_try_advisory_lock($1) as taken',
      [migrationLock],
    );
    if (rows[0]?.taken === true) {
      return;
    }
    await delay(pauseMs);
  }
}

async function noLongerPending(orm: MikroORM, before: readonly string[]): Promise<string[]> {
  const left = new Set(await pendingMigrations(orm));
  return before.filter((name) => !left.has(name));
}

/** Names of the migrations that the database has not seen yet. */
export async function pendingMigrations(orm: MikroORM): Promise<string[]> {
  const pending = await orm.migrator.getPending();
  return pending.map((migration) => migration.name);
}

/** MikroORM passes over names that it does not know. */
function assertKnown(names: readonly string[]): void {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(`This version does not know: ${unknown.join(', ')}. A later one does.`);
  }
}

/** Behind a pooler, the limits of requests are settings of the role, which are in force here too. */
const unlimited = '-c statement_timeout=0 -c idle_in_transaction_session_timeout=0';

/** The limits that protect a request would cut a long migration off; it has that of its locks only. */
function migratorOptions(url: string) {
  return {
    ...ormOptions({ url, poolSize: 2 }),
    driverOptions: { lock_timeout: patienceMs, options: unlimited },
  };
}
