import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  applyZoneData,
  consequences,
  createApp,
  demoAccountsActive,
  migrate,
  OutboxWorker,
  seedDemo,
} from '@matinee/api';
import type { App } from '@matinee/api';
import { openDatabase } from './database.ts';
import type { OpenDatabase } from './database.ts';
import { readEnvironment, toConfig, trustProxy } from './environment.ts';
import type { Environment } from './environment.ts';
import { createHttpServer } from './http.ts';
import { startJobs } from './jobs.ts';
import type { Jobs } from './jobs.ts';
import { endOn, namedStep } from './lifecycle.ts';
import { createLog } from './log.ts';
import { createMailer } from './mailer.ts';
import { Metrics } from './metrics.ts';
import { version } from './version.ts';

/** Requests under way get this long before their connections are cut. */
const graceMs = 10_000;

await endOn(async (stopping) => {
  const environment = readEnvironment();
  const database = await openDatabase(environment);
  stopping.defer(namedStep('database', () => database.stop()));
  const config = toConfig(environment, { url: database.url, version });
  const log = createLog(environment);
  await migrate(config.database);
  const app = await createApp(config, { log, mailer: createMailer(environment, log) });
  stopping.defer(namedStep('connections', () => app.close()));
  const demo = await prepareData(app);
  await keepDays(app);
  const posters = {
    uploadDir: environment.UPLOAD_DIR,
    maxUploadSizeMb: environment.MAX_UPLOAD_SIZE_MB,
  };
  let jobs: Jobs | undefined;
  let serving = true;
  const metrics = new Metrics(app);
  const server = createHttpServer(app, {
    allowedOrigins: environment.ALLOWED_ORIGINS,
    trustProxy: trustProxy(environment.TRUST_PROXY),
    posters,
    metrics,
    metricsAccess: metricsAccess(environment),
    docs: config.docs,
    health: { isServing: () => serving, jobs: () => (jobs ? jobs.state() : 'off') },
  });
  await listen(server, environment);
  stopping.defer(
    namedStep('requests', async () => {
      serving = false;
      app.seatMaps.close();
      await closeServer(server);
    }),
  );
  if (environment.JOBS) {
    jobs = await startJobs(app, posters);
    stopping.defer(namedStep('jobs', async () => jobs?.stop()));
    const outbox = new OutboxWorker(app, consequences, metrics.countDelivery);
    outbox.start();
    stopping.defer(namedStep('outbox', () => outbox.stop()));
  }
  announce(server, { environment, database, demo });
});

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
    return (await seedDemo(app)) === 'seeded' || (await demoAccountsActive(app)).length > 0;
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

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const impatient = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(impatient);
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
      ? ['  Accounts    admin@example.com, user@example.com (password: matinee-demo-1)']
      : []),
    `  Database    ${database.description}`,
    `  Data        ${database.dataDir ?? environment.DATA_DIR}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
