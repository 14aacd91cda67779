import { statfs } from 'node:fs/promises';
import type { Config } from '../config.ts';
import { pendingMigrations } from '../db/migrate.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { allDeprecations } from '../deprecation.ts';
import type { ServiceContext } from '../service-context.ts';
import type { ApiIndex, Status } from './schema.ts';

const databaseState = statement(
  `select clock_timestamp() as now, current_setting('server_version') as version`,
  { now: 'instant', version: 'text' },
);

const lastSweep = statement(
  `select max(last_finished_at) as at from agenda_jobs where name = 'sweep'`,
  { at: 'instant?' },
);

const lastRuns = statement(
  `select name, max(last_finished_at) as at from agenda_jobs
   where last_finished_at is not null group by name`,
  { name: 'text', at: 'instant' },
);

/** When each background job last ended, on any server, for `/metrics`. */
export function lastJobRuns(
  db: Pick<ServiceContext, 'em' | 'pool'>,
): Promise<{ name: string; at: Date }[]> {
  return query(db, lastRuns);
}

/** The state of the system: versions, clocks, jobs, disk. */
export async function getStatus(ctx: ServiceContext): Promise<Status> {
  const { config, startedAt, clock, orm } = ctx.app;
  const began = performance.now();
  const { now, version } = await queryOne(ctx, databaseState);
  const latencyMs = Math.round((performance.now() - began) * 100) / 100;
  const [sweep] = await query(ctx, lastSweep);
  const disk = await statfs(config.dataDir);
  return {
    version: config.version,
    now,
    database: { version, latencyMs, migrationsPending: (await pendingMigrations(orm)).length },
    jobs: { enabled: config.jobs, lastSweepAt: sweep?.at ?? null },
    disk: { freeBytes: disk.bavail * disk.bsize },
    warnings: settingWarnings(config),
    uptimeSeconds: Math.round((clock().getTime() - startedAt.getTime()) / 1000),
  };
}

/** What an operator should know of the settings: logged at the start, and shown by `matinee doctor`. */
export function settingWarnings({ environment, secondFactorOfStaff }: Config): string[] {
  return environment === 'production' && !secondFactorOfStaff
    ? ['SECOND_FACTOR is optional: a stolen password is enough to sign in as an administrator']
    : [];
}

/** What is served, and where. */
export function getApiIndex({ app: { config } }: ServiceContext): ApiIndex {
  const documentation = {
    openapi: '/openapi.json',
    openapi30: '/openapi-3.0.json',
    docs: '/docs',
    redoc: '/redoc',
    versioning: '/guides/versioning.md',
  };
  return {
    name: 'Matinee',
    version: config.version,
    links: {
      movies: '/api/v1/movies',
      theaters: '/api/v1/theaters',
      showtimes: '/api/v1/showtimes',
      trpc: '/trpc',
      health: '/health/ready',
      ...(config.docs ? documentation : {}),
    },
    deprecations: allDeprecations(),
  };
}
