import { PostgresBackend } from '@agendajs/postgres-backend';
import {
  compareWithProviders,
  countRecommendations,
  expirePayments,
  forgetGuests,
  inSpan,
  LastingProblem,
  reconcilePayments,
  retireClaims,
  sweep,
  writeReminders,
} from '@matinee/api';
import type { App } from '@matinee/api';
import { Agenda } from 'agenda';
import { Pool } from 'pg';
import type { Metrics } from './metrics/metrics.ts';
import type { PosterStore } from './posters/store.ts';
import { sweepPosters } from './posters/sweep.ts';

/** A job whose server was killed is taken up by another after this long. */
const lockLifetimeMs = 60_000;

/** How long a stop waits for the jobs under way. */
const stopPatienceMs = 2_000;

/** The background jobs of one server. Every body may run twice, at once or in part. */
export interface Jobs {
  stop(): Promise<void>;
}

/** Counts the runs of jobs and watches their connections. */
export type JobObserver = Pick<Metrics, 'countJob' | 'watchPool'>;

/** Starts the scheduler: one sweep a minute for the whole fleet, posters once an hour. */
export async function startJobs(
  app: App,
  posters: PosterStore,
  metrics: JobObserver,
): Promise<Jobs> {
  const { log, config } = app;
  // A pool of its own, past a connection pooler: customers never wait behind a job.
  const pool = new Pool({
    connectionString: config.database.directUrl ?? config.database.url,
    max: 4,
    application_name: 'matinee-jobs',
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
  });
  metrics.watchPool('jobs', pool);
  let isStopping = false;
  const lost = new LastingProblem(log, {
    begins: 'The job scheduler lost its connection to the database',
    ends: 'A job has run again',
  });
  const report = (err: unknown) => {
    // A statement that the stop cuts off is no loss.
    if (!isStopping) {
      lost.failed(err);
    }
  };
  pool.on('error', report);
  // Also of a client that is lent: an error without a listener ends the process.
  pool.on('connect', (client) => client.on('error', report));
  // Its tables come with our migrations: two first starts in the same second would race for them.
  // It polls and does not LISTEN: a channel that meets a standby during a failover takes one
  // connection of the pool for each attempt and never gives it back, until no job can run.
  const backend = new PostgresBackend({ pool, ensureSchema: false, disableNotifications: true });
  const agenda = new Agenda({ backend, defaultLockLifetime: lockLifetimeMs, processEvery: 5_000 });
  agenda.on('error', report);
  for (const [name, body] of Object.entries(bodiesOf(app, posters))) {
    // Agenda waits for what a body returns, whatever its type says.
    agenda.define(name, () => counted(metrics, name, body) as unknown as void);
  }
  agenda.on('success', () => lost.worked());
  agenda.on('fail', (err: unknown, job: { attrs: { name: string } }) => {
    log.warn({ err, job: job.attrs.name }, 'A job failed; it runs again at its next time');
  });
  await agenda.start();
  await agenda.every('1 minute', 'sweep');
  await agenda.every('1 hour', 'retire-claims');
  await agenda.every('1 hour', 'forget-guests');
  await agenda.every('1 hour', 'sweep-posters');
  await agenda.every('1 minute', 'remind');
  await agenda.every('41 3 * * *', 'recommend');
  await schedulePayments(agenda, app.payments.isOn);
  return {
    stop: async () => {
      isStopping = true;
      // A job that is cut off keeps its lock until `lockLifetimeMs`; then another server takes it up.
      await agenda.drain({ timeout: stopPatienceMs, closeConnection: false });
      await pool.end();
    },
  };
}

/** What each job does, by its name. */
function bodiesOf(app: App, posters: PosterStore): Record<string, () => Promise<void>> {
  const { log } = app;
  return {
    sweep: async () => {
      const swept = await sweep(app);
      log.info(swept, 'swept');
    },
    'retire-claims': async () => {
      log.info({ claims: await retireClaims(app) }, 'retired the claims of past shows');
    },
    'forget-guests': async () => {
      log.info({ guests: await forgetGuests(app) }, 'removed guests who bought nothing');
    },
    remind: async () => {
      const { shows, reminders } = await writeReminders(app);
      if (shows > 0) {
        log.info({ shows, reminders }, 'wrote reminders');
      }
    },
    recommend: async () => {
      log.info(await countRecommendations(app), 'counted what recommendations are made from');
    },
    'sweep-posters': async () => {
      log.info({ files: await sweepPosters(app, posters) }, 'swept posters');
    },
    'expire-payments': async () => {
      const { ended, left } = await expirePayments(app);
      if (ended + left > 0) {
        log.info({ ended, left }, 'ended payments that were late');
      }
    },
    'reconcile-payments': async () => {
      log.info(await reconcilePayments(app), 'asked the payment providers');
    },
    'compare-payments': async () => {
      log.info(
        { compared: await compareWithProviders(app) },
        'compared with the payment providers',
      );
    },
  };
}

/** A payment is ended within seconds of its time, as the last minute of its seats is short. */
async function schedulePayments(agenda: Agenda, isOn: boolean): Promise<void> {
  if (isOn) {
    await agenda.every('10 seconds', 'expire-payments');
    await agenda.every('5 minutes', 'reconcile-payments');
    await agenda.every('17 3 * * *', 'compare-payments');
  }
}

/** @throws what the job throws */
async function counted(
  metrics: JobObserver,
  job: string,
  body: () => Promise<void>,
): Promise<void> {
  const began = performance.now();
  const count = (outcome: 'done' | 'failed') =>
    metrics.countJob(job, outcome, (performance.now() - began) / 1_000);
  try {
    await inSpan(`job ${job}`, { attributes: { 'matinee.job': job } }, body);
    count('done');
  } catch (error) {
    count('failed');
    throw error;
  }
}
