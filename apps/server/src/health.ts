import { statfs } from 'node:fs/promises';
import { lastJobRuns, pendingMigrations } from '@matinee/api';
import type { App } from '@matinee/api';
import { Router } from 'express';
import type { Request, Response } from 'express';

/** `behind`: the replicas lag too far behind the primary to be read. */
type Check = 'ok' | 'unavailable' | 'behind' | 'off';

/** With less than this PostgreSQL soon stops, and posters cannot be kept. */
const leastFreeBytes = 64 * 1024 * 1024;
const checkTimeoutMs = 1_000;
/** A sweep that is this late is worth a word on the health page; it runs every minute. */
const lateAfterMs = 5 * 60_000;

/** What the health pages need to know beside the product. */
export interface HealthSources {
  /** False once the server has begun to stop. */
  isServing(): boolean;
  /** Whether this server runs background jobs. */
  hasJobs: boolean;
  /** Where servers share snapshots, if they do. */
  redis?: { readonly isUp: boolean } | undefined;
}

/**
 * `/health/live`: the process responds. `/health/ready`: it can do its work. With `?of=server`, for
 * load balancers, only what lies with this server counts: when the database is away, all servers have
 * the same trouble, and taking them all out of the balancer would cost the customers the reason.
 */
export function healthPages(app: App, sources: HealthSources): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/live', (_req: Request, res: Response) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/ready', async (req: Request, res: Response) => {
    const ofServer = req.query['of'] === 'server';
    const { ready, checks } = await readinessOf(app, sources, ofServer);
    res
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .set(ready ? {} : { 'Retry-After': '1' })
      .json({ status: ready ? 'ok' : 'unavailable', checks });
  });
  return router;
}

/**
 * Whether this server can do its work, and each part that it needs.
 *
 * @param ofServer whether only what lies with this server counts
 */
export async function readinessOf(app: App, sources: HealthSources, ofServer = false) {
  if (ofServer) {
    // The database has nothing to say here, so it is not waited for: its state is that of the last look.
    const looking = sharedChecks(app, sources);
    const disk = await check(() => assertDisk(app.config.dataDir));
    const checks = { ...(latest.get(app) ?? (await looking)), disk };
    return { ready: sources.isServing() && disk === 'ok', checks };
  }
  const checks = await sharedChecks(app, sources);
  const { database, migrations, disk } = checks;
  // Late jobs, replicas and Redis are shown and are no reason to take a server out: nothing waits for them.
  const needed = [database, migrations, disk];
  return { ready: sources.isServing() && needed.every((each) => each === 'ok'), checks };
}

/** The parts of a server, in the order in which the page shows them. */
interface Checks {
  database: Check;
  migrations: Check;
  jobs: Check;
  disk: Check;
  replicas: Check;
  /** Shown where there is one. */
  redis?: Check;
}

const off: Check = 'off';
const underWay = new WeakMap<App, Promise<Checks>>();
const latest = new WeakMap<App, Checks>();

/** Anyone may ask: those who ask at the same time share one look. */
function sharedChecks(app: App, sources: HealthSources): Promise<Checks> {
  const known = underWay.get(app);
  if (known) {
    return known;
  }
  const looking = readChecks(app, sources).then((checks) => {
    underWay.delete(app);
    latest.set(app, checks);
    return checks;
  });
  underWay.set(app, looking);
  return looking;
}

async function readChecks(app: App, sources: HealthSources): Promise<Checks> {
  const [database, migrations, jobs, disk] = await Promise.all([
    check(() => app.pool.query('select 1')),
    check(() => assertMigrated(app)),
    sources.hasJobs ? check(() => assertSwept(app)) : off,
    check(() => assertDisk(app.config.dataDir)),
  ]);
  const checks: Checks = {
    database,
    migrations,
    jobs,
    disk,
    replicas: app.replicas.state ?? 'off',
  };
  if (sources.redis) {
    checks.redis = sources.redis.isUp ? 'ok' : 'unavailable';
  }
  return checks;
}

async function check(probe: () => Promise<unknown>): Promise<Check> {
  const late = Promise.withResolvers<Check>();
  const timer = setTimeout(() => late.resolve('unavailable'), checkTimeoutMs);
  const result = probe().then(
    () => 'ok' as const,
    () => 'unavailable' as const,
  );
  return Promise.race([result, late.promise]).finally(() => clearTimeout(timer));
}

const migrated = new WeakSet<App>();

/** Once all migrations are there they stay: it is asked until the first yes. */
async function assertMigrated(app: App): Promise<void> {
  if (migrated.has(app)) {
    return;
  }
  if ((await pendingMigrations(app.orm)).length > 0) {
    throw new Error('Migrations are pending');
  }
  migrated.add(app);
}

/** Each sweep is done by one server for all. A server that has just started may be ahead of the first. */
async function assertSwept(app: App): Promise<void> {
  const db = { em: app.orm.em.fork(), pool: app.pool };
  const runs = await lastJobRuns(db);
  const last = runs.find(({ name }) => name === 'sweep')?.at ?? app.startedAt;
  const since = Math.max(last.getTime(), app.startedAt.getTime());
  if (app.clock().getTime() - since > lateAfterMs) {
    throw new Error('The last sweep is too long ago');
  }
}

async function assertDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < leastFreeBytes) {
    throw new Error('The disk is nearly full');
  }
}
