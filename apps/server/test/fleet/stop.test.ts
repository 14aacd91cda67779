import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { aShowtime, createTestApp } from '@matinee/api/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServerProcess } from '../races/processes.ts';

let product: Awaited<ReturnType<typeof createTestApp>>;
let path: string;
beforeAll(async () => {
  product = await createTestApp();
  const { showtime } = await aShowtime(product.app);
  path = `/api/v1/showtimes/${showtime.id}/seats`;
});
afterAll(() => product.close());

interface Reply {
  status: number;
  connection: string | undefined;
}

/** As a proxy in front does it: over connections that it keeps open for as long as the server does. */
function get(url: string, agent: Agent): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const sent = request(url, { agent }, (response) => {
    const { statusCode: status = 0, headers } = response;
    response.resume().once('end', () => resolve({ status, connection: headers.connection }));
  });
  sent.once('error', reject).end();
  return promise;
}

test('turns unready first, serves meanwhile, and ends under load behind kept connections', async () => {
  const env = { DRAIN_SECONDS: '1.5' };
  const server = await startServerProcess({ databaseUrl: product.databaseUrl, jobs: true, env });
  const agent = new Agent({ keepAlive: true });
  const unready = new AbortController();
  const ready = async () => {
    const { status } = await get(`${server.url}/health/ready?of=server`, agent);
    if (status !== 200) {
      unready.abort();
    }
    return status;
  };
  expect(await ready()).toBe(200);

  // The proxy sends requests until the health page says that it should not.
  const replies: Reply[] = [];
  const shopper = async () => {
    while (!unready.signal.aborted) {
      replies.push(await get(server.url + path, agent));
    }
  };
  const shopping = Array.from({ length: 10 }, shopper);
  await expect.poll(() => replies.length).toBeGreaterThan(50);
  const began = performance.now();
  const ended = server.stop();
  await expect.poll(ready, { interval: 50, timeout: 5_000 }).toBe(503);
  await Promise.all(shopping);
  const last = await get(server.url + path, agent);
  expect(last).toEqual({ status: 200, connection: 'close' });

  expect(await ended).toBe(0);
  expect(performance.now() - began).toBeLessThan(6_000);
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  agent.destroy();
});

test('ends with connections open that a proxy keeps, or has opened in advance', async () => {
  const server = await startServerProcess({ databaseUrl: product.databaseUrl });
  const agent = new Agent({ keepAlive: true });
  const stopping = new AbortController();
  // Each connection is busy when the stop begins, and is kept afterwards without another request.
  const shopping = Array.from({ length: 10 }, async () => {
    while (!stopping.signal.aborted) {
      await get(server.url + path, agent);
    }
  });
  await get(server.url + path, agent);
  const unused = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(unused, 'connect');
  const began = performance.now();
  const ended = server.stop();
  stopping.abort();
  await Promise.all(shopping);
  expect(await ended).toBe(0);
  // Its patience with requests under way is five seconds.
  expect(performance.now() - began).toBeLessThan(4_000);
  agent.destroy();
});
