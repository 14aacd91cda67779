import { Migrator } from '@mikro-orm/migrations';
import { defineConfig } from '@mikro-orm/postgresql';
import type { Options } from '@mikro-orm/postgresql';
import { SeedManager } from '@mikro-orm/seeder';
import type { Pool, TypeOverrides } from 'pg';
import type { DatabaseConfig } from '../config.ts';
import { entities } from './entities/index.ts';
import { migrations } from './migrations/index.ts';
import { nameOfStatement } from './query.ts';

/** What PostgreSQL lets a statement, a wait for a lock and an idle transaction take, in milliseconds. */
export const timeLimits = {
  statement_timeout: 15_000,
  lock_timeout: 5_000,
  idle_in_transaction_session_timeout: 30_000,
} as const;

/**
 * The time limits as parameters of a connection. A connection pooler refuses them: behind one they
 * have to be settings of the role.
 */
export function startupLimits({ pooler }: Pick<Connections, 'pooler'>): Partial<typeof timeLimits> {
  return pooler === 'transaction' ? {} : timeLimits;
}

/** The connections of a pool. */
type Connections = Pick<DatabaseConfig, 'url' | 'poolSize'> &
  Partial<Pick<DatabaseConfig, 'pooler'>>;

/** Tables of libraries that bring their own model: jobs and rate limits. */
const foreignTables = ['agenda_jobs', 'rate_limits'];

/** PostgreSQL's id of the type `timestamptz`. */
const timestamptz = 1184;

/**
 * Options of MikroORM for one database.
 *
 * @param onPool is given the primary's connection pool, for SQL beside the unit of work
 */
export function ormOptions(database: Connections, onPool?: (pool: Pool) => void): Options {
  return defineConfig({
    entities,
    clientUrl: database.url,
    extensions: [Migrator, SeedManager],
    logger: () => {},
    pool: { min: 0, max: database.poolSize },
    driverOptions: {
      application_name: 'matinee',
      // Without these limits a request waits forever behind a full pool or a lost database.
      connectionTimeoutMillis: 5_000,
      query_timeout: 20_000,
      ...startupLimits(database),
      keepAlive: true,
      onPoolCreated: (pool: Pool) => {
        // MikroORM leaves instants as text for its own mapping, which takes a Date just as well.
        const types = pool.options.types as unknown as TypeOverrides;
        types.setTypeParser(timestamptz, (text: string) => new Date(text));
        giveLostPlacesBack(pool);
        (database.pooler === 'transaction' ? forgetNames : keepNames)(pool);
        onPool?.(pool);
      },
    },
    migrations: {
      tableName: 'migrations',
      migrationsList: migrations,
      // The snapshot is written when a migration is made (`scripts/new-migration.ts`), not here.
      snapshot: false,
      silent: true,
      transactional: true,
      // Steps that must not run in a transaction could not see what such a one has done.
      allOrNothing: false,
    },
    schemaGenerator: { ignoreRoutines: true, ignoreTriggers: true, skipTables: foreignTables },
    discovery: { warnWhenNoEntities: false },
  });
}

/**
 * Works around kysely-org/kysely#1990, open when this was written: a transaction whose connection is
 * lost cannot be rolled back, and Kysely, the query builder under MikroORM, then never releases the
 * connection, so its place in the pool is lost. Here it is released when the connection ends; a
 * second release does no harm. The pool sets `release` anew for each holder. Remove this once the
 * issue is closed and `faults.test.ts` passes without it.
 */
function giveLostPlacesBack(pool: Pool): void {
  pool.on('connect', (client) => {
    let release: ((reason?: Error | boolean) => void) | undefined;
    const giveBack = (reason?: Error | boolean) => {
      const once = release;
      release = undefined;
      once?.(reason);
    };
    Object.defineProperty(client, 'release', {
      get: () => giveBack,
      set: (given: typeof release) => {
        release = given;
      },
    });
    client.once('end', () => giveBack(true));
  });
}

/**
 * Gives statements of ours their names where Kysely sends them as texts, in transactions: one that is
 * not prepared is parsed and planned each time, which takes longer than to run it.
 */
function keepNames(pool: Pool): void {
  wrapQueries(pool, (query) => (first, values, ...rest) => {
    const name = typeof first === 'string' ? nameOfStatement(first) : undefined;
    return name === undefined
      ? query(first, values, ...rest)
      : query({ name, text: first, values }, ...rest);
  });
}

/**
 * Takes the names from prepared statements, those of libraries as well. Behind a pooler the next
 * transaction may run on another connection, where a name is unknown or stands for another client's
 * statement.
 */
export function forgetNames(pool: Pool): void {
  wrapQueries(
    pool,
    (query) =>
      (first, ...rest) =>
        query(isNamed(first) ? { ...first, name: undefined } : first, ...rest),
  );
}

type Query = (...args: unknown[]) => unknown;

/** Changes how every connection of a pool takes a query. */
function wrapQueries(pool: Pool, wrapped: (query: Query) => Query): void {
  pool.on('connect', (client) => {
    const query: Query = client.query.bind(client);
    Object.assign(client, { query: wrapped(query) });
  });
}

function isNamed(query: unknown): query is { name: string } {
  return typeof query === 'object' && query !== null && 'name' in query;
}
