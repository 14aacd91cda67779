import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import type { DatabaseConfig } from '../config.ts';
import { migrations } from './migrations/index.ts';
import { ormOptions } from './orm.ts';

/** Any constant will do, as long as every server of every version uses the same. */
const migrationLock = 7_306_481;

/**
 * Brings the database to the present schema. Servers that start in the same second queue up at an
 * advisory lock, and each looks again once it holds it: every migration runs exactly once.
 *
 * @param names of the only migrations to apply: those of a backup that is restored
 * @returns the names of the migrations that this call applied
 */
export async function migrate(database: DatabaseConfig, names?: string[]): Promise<string[]> {
  assertKnown(names ?? []);
  const gate = new Client({ connectionString: database.url, application_name: 'matinee-migrate' });
  await gate.connect();
  const orm = await MikroORM.init(migratorOptions(database));
  try {
    await gate.query('select pg_advisory_lock($1)', [migrationLock]);
    const applied = await orm.migrator.up(names && { migrations: names });
    return applied.map((migration) => migration.name);
  } finally {
    await orm.close();
    // The end of the connection releases the lock, whatever happened before.
    await gate.end();
  }
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

/** The limits that protect a request would cut a long migration off, so it has none. */
function migratorOptions(database: DatabaseConfig) {
  return { ...ormOptions({ ...database, poolSize: 2 }), driverOptions: {} };
}
