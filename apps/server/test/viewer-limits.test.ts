import { aShowtime } from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/* One client cannot fill a server with live maps (hardening S9). */

let server: TestServer;
let showtimeId: string;
beforeAll(async () => {
  server = await startTestServer({ rateLimit: true });
  showtimeId = (await aShowtime(server.app)).showtime.id;
});
afterAll(() => server.close());

/** Opens a live map and reads its first bytes. */
async function watch(target = server): Promise<{ response: Response; end: () => void }> {
  const over = new AbortController();
  onTestFinished(() => over.abort());
  const input = encodeURIComponent(JSON.stringify({ json: { showtimeId } }));
  const url = `${target.url}/trpc/showtimes.onSeatsChanged?input=${input}`;
  const response = await fetch(url, { signal: over.signal });
  if (response.ok) {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; !text.includes('snapshot');) {
      text += (await reader?.read())?.value ?? '';
    }
  }
  return { response, end: () => over.abort() };
}

test('a client that watches a hundred maps is told to wait; others are not', async () => {
  const [first] = await Promise.all(Array.from({ length: 100 }, () => watch()));
  const { response } = await watch();
  const body = (await response.json()) as { error: { json: { data: { appCode: string } } } };

  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('10');
  expect(body.error.json.data.appCode).toBe('RATE_LIMITED');
  expect(server.app.viewers.count).toBe(100);

  const states: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const close = createMatinee({ url: server.url }).showtimes.onSeatsChanged(
    { showtimeId },
    {
      onSnapshot: () => resolve(),
      onChange: () => {},
      onState: (state) => {
        states.push(state);
        if (state === 'reconnecting') {
          first?.end();
        }
      },
    },
  );
  onTestFinished(close);
  await promise;
  expect(states).toEqual(['connecting', 'reconnecting', 'live']);
});

test('without limits the hundred-and-first is let in', async () => {
  const unlimited = await startTestServer({ rateLimit: false }, server.databaseUrl);
  onTestFinished(() => unlimited.close());
  const all = await Promise.all(Array.from({ length: 101 }, () => watch(unlimited)));

  expect(all.map(({ response }) => response.status)).toEqual(all.map(() => 200));
});
