import { PostgresBackend } from '@agendajs/postgres-backend';
import { sweep } from '@matinee/api';
import type { App } from '@matinee/api';
import { Agenda } from 'agenda';
import { Pool } from 'pg';
import { sweepPosters } from './posters.ts';
import type { PosterOptions } from './posters.ts';

/** A job whose server was killed is taken up by another after this long. */
const lockLifetimeMs = 60_000;
/** A sweep that is this late is worth a word on the health page; it runs every minute. */
const lateAfterMs = 5 * 60_000;

/** The background jobs of one server. Every body may run twice, at once or in part. */
export interface Jobs {
  state(): 'ok' | 'unavailable';
  stop(): Promise<void>;
}

/** Starts the scheduler: one sweep a minute for the whole fleet, posters once an hour. */
export async function startJobs(app: App, posters: PosterOptions): Promise<Jobs> {
  const { log, config } = app;
  // A pool of its own: one connection listens for the whole time.
  const pool = new Pool({
    connectionString: config.database.url,
    max: 4,
    application_name: 'matinee-jobs',
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
  });
  let isStopping = false;
  const report = (err: unknown) => {
    // A statement that the stop cuts off is no loss.
    if (!isStopping) {
      log.warn({ err }, 'The job scheduler lost its connection to the database');
    }
  };
  pool.on('error', report);
  // Its tables come with our migrations: two first starts at once would race for them.
  const backend = new PostgresBackend({ pool, ensureSchema: false });
  const channel = backend.notificationChannel as unknown as NodeJS.EventEmitter | undefined;
  channel?.on('error', report);
  const agenda = new Agenda({ backend, defaultLockLifetime: lockLifetimeMs, processEvery: 5_000 });
  agenda.on('error', report);
  let last = Date.now();
  const bodies = {
    sweep: async () => {
      const swept = await sweep(app);
      last = Date.now();
      log.info(swept, 'swept');
    },
    'sweep-posters': async () => {
      log.info({ files: await sweepPosters(app, posters) }, 'swept posters');
    },
  };
  for (const [name, body] of Object.entries(bodies)) {
    // Agenda waits for what a body returns, whatever its type says.
    agenda.define(name, () => body() as unknown as void);
  }
  agenda.on('fail', (err: unknown, job: { attrs: { name: string } }) => {
    log.warn({ err, job: job.attrs.name }, 'A job failed; it runs again at its next time');
  });
  await agenda.start();
  await agenda.every('1 minute', 'sweep');
  await agenda.every('1 hour', 'sweep-posters');
  return {
    state: () => (Date.now() - last < lateAfterMs ? 'ok' : 'unavailable'),
    stop: async () => {
      isStopping = true;
      await agenda.stop();
      await pool.end();
    },
  };
}
