import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Texter } from '@matinee/api';
import { createTestApp, FakeProvider } from '@matinee/api/testing';
import type { ConfigOverrides, Surroundings, TestApp } from '@matinee/api/testing';
import { createHttpServer } from '../src/http.ts';
import type { HttpOptions } from '../src/http.ts';
import { Metrics } from '../src/metrics/metrics.ts';
import { DiskStore } from '../src/posters/store-disk.ts';
import type { PosterStore } from '../src/posters/store.ts';
import { createTicketPrinter } from '../src/tickets/printer.ts';

/** The HTTP server on a free port of 127.0.0.1, with a database and a folder of its own. */
export interface TestServer extends TestApp {
  url: string;
  uploadDir: string;
  metrics: Metrics;
  posters: PosterStore;
}

/** What the host decides. */
type ServerOptions = Partial<
  Pick<
    HttpOptions,
    'allowedOrigins' | 'sockets' | 'metricsAccess' | 'docs' | 'trustProxy' | 'mails' | 'twilioToken'
  >
> &
  Pick<HttpOptions['health'], 'redis'> &
  Pick<Surroundings, 'payments' | 'webhooks' | 'texter' | 'snapshots'> & {
    /** A folder of its own by default. */
    posters?: PosterStore;
  };

/** Takes text messages, and sends none. */
export const quietTexter: Texter = { send: async () => undefined };

/** A server whose customers pay, with a provider in memory, and are texted. */
export function startPayingServer(
  overrides: ConfigOverrides = {},
  sharedUrl?: string,
  options: ServerOptions = {},
): Promise<TestServer> {
  const payments = [new FakeProvider('stripe')];
  return startTestServer(overrides, sharedUrl, { payments, texter: quietTexter, ...options });
}

const quiet = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/** Starts the server in this process. */
export async function startTestServer(
  overrides: ConfigOverrides = {},
  sharedUrl?: string,
  {
    allowedOrigins = ['http://localhost:3000'],
    sockets = {},
    metricsAccess = 'anyone',
    docs = true,
    trustProxy = 0,
    payments = [],
    mails,
    webhooks,
    texter,
    snapshots,
    redis,
    twilioToken,
    posters,
  }: ServerOptions = {},
): Promise<TestServer> {
  const metrics = new Metrics();
  const { observer } = metrics;
  const printer = createTicketPrinter({ log: quiet });
  const surroundings = {
    observer,
    payments,
    printer,
    snapshots,
    ...(webhooks && { webhooks }),
    ...(texter && { texter }),
  };
  const test = await createTestApp({ docs, ...overrides }, sharedUrl, surroundings);
  metrics.watch(test.app, redis);
  const uploadDir = await mkdtemp(path.join(tmpdir(), 'matinee-uploads-'));
  const store = posters ?? new DiskStore(uploadDir);
  const server = createHttpServer(test.app, {
    allowedOrigins,
    trustProxy,
    posters: { store, maxUploadSizeMb: 1 },
    health: { isServing: () => true, hasJobs: test.app.config.jobs, redis },
    accessLog: test.app.log,
    metrics,
    metricsAccess,
    docs,
    mails,
    twilioToken,
    sockets,
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    ...test,
    metrics,
    url: `http://127.0.0.1:${port}`,
    uploadDir,
    posters: store,
    close: async () => {
      test.app.seatMaps.close();
      server.closeAllConnections();
      server.close();
      await printer.close();
      await rm(uploadDir, { recursive: true, force: true });
      await test.close();
    },
  };
}
