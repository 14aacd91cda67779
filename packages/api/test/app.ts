import { randomUUID } from 'node:crypto';
import type { QueryResult } from 'pg';
import { expect, inject } from 'vitest';
import { createApp } from '../src/app.ts';
import type { App, Surroundings } from '../src/app.ts';
import { Config } from '../src/config.ts';
import type { RequestContext } from '../src/context.ts';
import { appRouter } from '../src/router.ts';
import { createTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { brokenInvariants } from './invariants.ts';
import { asServer, onDatabase } from './template.ts';
import { takeWaits } from './transactions.ts';

export type { Surroundings };

/** The product on a database of its own. */
export interface TestApp {
  /** Has the role that servers run with. */
  app: App;
  /** The owner's. */
  databaseUrl: string;
  /** Runs statements as the owner of the database, who may change its tables and empty them. */
  asOwner(sql: string, values?: unknown[]): Promise<QueryResult>;
  /** What the log was told at `error` and above. */
  errors: unknown[];
  /** Checks the invariants, closes the product and drops the database. */
  close(): Promise<void>;
}

export type Caller = ReturnType<typeof appRouter.createCaller>;

/** What a test has otherwise. */
export type ConfigOverrides = Partial<Omit<Config, 'database'>> & {
  database?: Partial<Config['database']>;
};

/** The configuration of tests: quick passwords, no limits, no jobs. */
export function testConfig(databaseUrl: string, overrides: ConfigOverrides = {}): Config {
  return Config.parse({
    version: '0.0.0-test',
    environment: 'test',
    jwt: { secret: 'only-for-tests-'.repeat(3), expiresInMinutes: 60 },
    seatLock: { ttlMinutes: 10, maxMinutes: 30, maxSeats: 10 },
    currency: 'USD',
    rateLimit: false,
    jobs: false,
    dataDir: '.',
    bcryptCost: 4,
    ...overrides,
    database: { poolSize: 10, ...overrides.database, url: databaseUrl },
  });
}

/** Starts the product on a fresh database, or as one more server on a database that is there. */
export async function createTestApp(
  overrides: ConfigOverrides = {},
  sharedUrl?: string,
  surroundings: Partial<Surroundings> = {},
): Promise<TestApp> {
  const database: TestDatabase =
    sharedUrl === undefined ? await createTestDatabase() : { url: sharedUrl, drop: async () => {} };
  const errors: unknown[] = [];
  const log = {
    error: (fields: object) => errors.push(fields),
    warn: () => {},
    debug: () => {},
    info: () => {},
  };
  // Another PostgreSQL, which a test may kill, does not have the role.
  const isOfRun = new URL(database.url).host === new URL(inject('postgresUrl')).host;
  const url = isOfRun ? asServer(database.url, inject('serverRole')) : database.url;
  const app = await createApp(testConfig(url, overrides), { log, ...surroundings });
  return {
    app,
    databaseUrl: database.url,
    errors,
    asOwner: (sql, values) => onDatabase(database.url, (owner) => owner.query(sql, values)),
    close: async () => {
      const broken = await brokenInvariants(app.pool);
      await app.close();
      await database.drop();
      expect(broken).toEqual({});
      expect(takeWaits()).toEqual([]);
    },
  };
}

/** Who calls, and how. */
export interface CallOptions {
  token?: string | undefined;
  key?: string;
  remoteAddress?: string;
}

/** Calls procedures without a network between. */
export function callerOf(app: App, options: CallOptions = {}): Caller {
  return appRouter.createCaller(requestContext(app, options));
}

export function requestContext(app: App, options: CallOptions = {}): RequestContext {
  return {
    app,
    authorization: options.token === undefined ? undefined : `Bearer ${options.token}`,
    idempotencyKey: options.key,
    requestId: randomUUID(),
    remoteAddress: options.remoteAddress ?? '127.0.0.1',
    notes: { idempotencyReplayed: false },
  };
}
