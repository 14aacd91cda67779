import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from '@matinee/api';
import { createTestApp } from '@matinee/api/testing';
import type { TestApp } from '@matinee/api/testing';
import { createHttpServer } from '../src/http.ts';
import type { HttpOptions } from '../src/http.ts';
import { Metrics } from '../src/metrics.ts';

/** The HTTP server on a free port of 127.0.0.1, with a database and a folder of its own. */
export interface TestServer extends TestApp {
  url: string;
  uploadDir: string;
}

/** What the host decides. */
type ServerOptions = Partial<
  Pick<HttpOptions, 'allowedOrigins' | 'sockets' | 'metricsAccess' | 'docs' | 'trustProxy'>
>;

/** Starts the server in this process. */
export async function startTestServer(
  overrides: Partial<Config> = {},
  sharedUrl?: string,
  {
    allowedOrigins = ['http://localhost:3000'],
    sockets = {},
    metricsAccess = 'anyone',
    docs = true,
    trustProxy = 0,
  }: ServerOptions = {},
): Promise<TestServer> {
  const test = await createTestApp({ docs, ...overrides }, sharedUrl);
  const uploadDir = await mkdtemp(path.join(tmpdir(), 'matinee-uploads-'));
  const server = createHttpServer(test.app, {
    allowedOrigins,
    trustProxy,
    posters: { uploadDir, maxUploadSizeMb: 1 },
    health: { isServing: () => true, jobs: () => 'off' },
    metrics: new Metrics(test.app),
    metricsAccess,
    docs,
    sockets,
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    ...test,
    url: `http://127.0.0.1:${port}`,
    uploadDir,
    close: async () => {
      test.app.seatMaps.close();
      server.closeAllConnections();
      server.close();
      await rm(uploadDir, { recursive: true, force: true });
      await test.close();
    },
  };
}
