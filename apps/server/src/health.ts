import { statfs } from 'node:fs/promises';
import { pendingMigrations } from '@matinee/api';
import type { App } from '@matinee/api';
import { Router } from 'express';
import type { Request, Response } from 'express';

type Check = 'ok' | 'unavailable' | 'off';

/** With less than this PostgreSQL soon stops, and posters cannot be kept. */
const leastFreeBytes = 64 * 1024 * 1024;
const checkTimeoutMs = 3_000;

/** What the health pages need to know beside the product. */
export interface HealthSources {
  /** False once the server has begun to stop. */
  isServing(): boolean;
  /** How the background jobs are. */
  jobs(): Check;
}

/** `/health/live`: the process answers. `/health/ready`: it can do its work. */
export function healthPages(app: App, sources: HealthSources): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/live', (_req: Request, res: Response) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/ready', async (_req: Request, res: Response) => {
    const { ready, checks } = await readinessOf(app, sources);
    res
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .set(ready ? {} : { 'Retry-After': '1' })
      .json({ status: ready ? 'ok' : 'unavailable', checks });
  });
  return router;
}

/** Whether this server can do its work, and each part that it needs. */
export async function readinessOf(app: App, sources: HealthSources) {
  const [database, migrations, disk] = await Promise.all([
    check(() => app.pool.query('select 1')),
    check(() => assertMigrated(app)),
    check(() => assertDisk(app.config.dataDir)),
  ]);
  const checks = { database, migrations, jobs: sources.jobs(), disk };
  // Late jobs are told and are no reason to take a server out: nothing waits for them.
  const ready = sources.isServing() && [database, migrations, disk].every((each) => each === 'ok');
  return { ready, checks };
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

async function assertDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < leastFreeBytes) {
    throw new Error('The disk is nearly full');
  }
}
