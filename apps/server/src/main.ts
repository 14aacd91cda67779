import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  applyZoneData,
  consequences,
  countRecommendations,
  createApp,
  demoAccountsActive,
  migrate,
  OutboxWorker,
  seedDemo,
  settingWarnings,
} from '@matinee/api';
import type { App } from '@matinee/api';
import { openDatabase } from './database.ts';
import type { OpenDatabase } from './database.ts';
import { readEnvironment, toConfig, trustProxy } from './environment.ts';
import type { Environment } from './environment.ts';
import { closeGracefully } from './graceful-close.ts';
import { createHttpServer } from './http.ts';
import { startJobs } from './jobs.ts';
import { endOn, namedStep, StopTime } from './lifecycle.ts';
import { accessLogOf, createLog } from './log.ts';
import { createMailer, mailBoxOf } from './mailer.ts';
import { Metrics } from './metrics/metrics.ts';
import { createProviders } from './payments/providers.ts';
import { openPosterStore } from './posters/open-store.ts';
import { createRedisStore } from './redis.ts';
import { createTexter } from './sms/twilio.ts';
import { createTicketPrinter } from './tickets/printer.ts';
import { version } from './version.ts';
import { createWebhookSender } from './webhook-sender.ts';

/** From the end of `DRAIN_SECONDS` to the exit. */
const stopMs = 7_500;

await endOn(async (stopping) => {
  const environment = readEnvironment();
  const drainMs = environment.DRAIN_SECONDS * 1_000;
  const time = new StopTime(drainMs + stopMs);
  const step = (name: string, stop: () => Promise<unknown>) =>
    stopping.defer(namedStep(name, stop, time));
  const database = await openDatabase(environment);
  step('database', () => database.stop());
  const config = toConfig(environment, { database, version });
  const log = createLog(environment);
  await migrate(config.database).catch(explainPrivilege);
  const metrics = new Metrics();
  const mailer = createMailer(environment, log);
  const texter = createTexter(environment);
  const payments = await createProviders(environment);
  const printer = createTicketPrinter({ fontsDir: environment.TICKET_FONTS_DIR, log });
  step('tickets', () => printer.close());
  const webhooks = createWebhookSender({
    ...config.webhooks,
    isProduction: config.environment === 'production',
  });
  step('webhooks', () => webhooks.close());
  const observer = metrics.observer;
  const redis = await createRedisStore(environment.REDIS_URL, log);
  step('redis', async () => redis?.close());
  const senders = { mailer, texter, webhooks };
  const surroundings = { ...senders, log, payments, printer, observer, snapshots: redis };
  const app = await createApp(config, surroundings);
  step('connections', () => app.close());
  metrics.watch(app, redis);
  warnOf(app, log);
  const demo = await prepareData(app);
  await keepDays(app);
  const store = openPosterStore(environment, log);
  // A bucket that does not respond is a line in the log now, and no reason to sell no seats.
  store.sizeOf(`${'0'.repeat(64)}.jpg`).catch(() => {});
  const outbox = new OutboxWorker(app, consequences, metrics.countDelivery);
  step('outbox', () => outbox.stop());
  const jobs = environment.JOBS ? await startJobs(app, store, metrics) : undefined;
  step('jobs', async () => jobs?.stop());
  let serving = true;
  const server = createHttpServer(app, {
    allowedOrigins: environment.ALLOWED_ORIGINS,
    trustProxy: trustProxy(environment.TRUST_PROXY),
    posters: { store, maxUploadSizeMb: environment.MAX_UPLOAD_SIZE_MB },
    accessLog: accessLogOf(log),
    metrics,
    metricsAccess: metricsAccess(environment),
    docs: config.docs,
    mails: mailBoxOf(environment),
    twilioToken: environment.SMS === 'twilio' ? environment.TWILIO_AUTH_TOKEN : undefined,
    health: { isServing: () => serving, hasJobs: environment.JOBS, redis },
  });
  await listen(server, environment);
  step('requests', () => {
    app.seatMaps.close();
    return closeGracefully(server);
  });
  // First of all: load balancers see it on `/health/ready`, and send new requests elsewhere.
  step('drain', async () => {
    serving = false;
    await delay(drainMs);
  });
  if (environment.JOBS) {
    outbox.start();
  }
  announce(server, { environment, database, demo });
});

/** Settings that are allowed, and that an operator may not want. */
function warnOf({ config, ticketKeys }: App, log: ReturnType<typeof createLog>): void {
  if (!ticketKeys.isOn) {
    log.warn('TICKET_KEYS is not set: there are no tickets, and doors cannot check them');
  }
  for (const warning of settingWarnings(config)) {
    log.warn(warning);
  }
}

/** @throws Error with a sentence for the operator when the role may not make tables */
function explainPrivilege(error: unknown): never {
  if (
    error instanceof Error &&
    /permission denied for schema|must be owner of/.test(error.message)
  ) {
    const remedy = 'alter database matinee owner to matinee, with the names of yours';
    const reason = 'its role must own the database to make and change tables';
    throw new Error(`DATABASE_URL: ${reason}. As a superuser: ${remedy}`, { cause: error });
  }
  throw error;
}

/** The days of upcoming shows follow the newest table of time zones among the servers. */
async function keepDays(app: App): Promise<void> {
  const zoneData = process.versions['tz'] ?? '';
  const moved = await applyZoneData(app, zoneData);
  if (moved > 0) {
    app.log.info({ moved, zoneData }, 'Shows have another local time in this table of time zones');
  }
}

/** Demo data in development; in production no account whose password is public. */
async function prepareData(app: App): Promise<boolean> {
  const active = await demoAccountsActive(app);
  if (app.config.environment === 'production') {
    if (active.length > 0) {
      throw new Error(
        `Refused to start in production with active demo accounts: ${active.join(', ')}.\n` +
          'Start once in development, and disable them: matinee users disable EMAIL.',
      );
    }
    return false;
  }
  if (app.config.environment === 'development') {
    const isSeeded = (await seedDemo(app)) === 'seeded';
    if (isSeeded) {
      await countRecommendations(app);
    }
    return isSeeded || (await demoAccountsActive(app)).length > 0;
  }
  return active.length > 0;
}

/** In production the figures of the server need a token. */
function metricsAccess({ ENVIRONMENT, METRICS_TOKEN: token }: Environment) {
  const withoutToken = ENVIRONMENT === 'production' ? undefined : 'anyone';
  return token === undefined ? withoutToken : { token };
}

async function listen(server: Server, { HOST, PORT }: Environment): Promise<void> {
  server.listen(PORT, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      const other = PORT + 1;
      throw new Error(
        `Port ${PORT} is in use. Choose another one: PORT=${other} npm start (0 picks a free one).`,
        { cause: error },
      );
    }
    throw code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
      ? new Error(`Cannot listen on ${HOST}:${PORT} (${code}). Check HOST and PORT.`, {
          cause: error,
        })
      : error;
  }
}

interface Started {
  environment: Environment;
  database: OpenDatabase;
  demo: boolean;
}

/** The one thing on stdout: where everything is. */
function announce(server: Server, { environment, database, demo }: Started): void {
  const { address, port, family } = server.address() as AddressInfo;
  const any = address === '0.0.0.0' || address === '::';
  const host = any ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  const url = `http://${host}:${port}`;
  const lines = [
    `Matinee ${version} is serving at ${url}`,
    `  REST        ${url}/api/v1    tRPC  ${url}/trpc`,
    ...(environment.DOCS
      ? [`  Docs        ${url}/docs    ${url}/redoc    ${url}/openapi.json`]
      : []),
    ...(demo
      ? [
          '  Accounts    admin@example.com, user@example.com, desk@example.com, gate@example.com',
          '              (password: matinee-demo-1)',
        ]
      : []),
    `  Database    ${database.description}`,
    `  Data        ${database.dataDir ?? environment.DATA_DIR}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
