import { randomUUID } from 'node:crypto';
import { anAdmin, anApiKey, aShowtime } from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';
import { callRest } from './surfaces.ts';
import { standardTicketType } from './world.ts';

/* API keys as programs send them; `access.test.ts` has what each scope opens. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('the SDK sells with a key, and the server keeps the key to itself', async () => {
  const lines: string[] = [];
  const { log } = server.app;
  const spies = (['info', 'warn', 'error', 'debug'] as const).map((level) =>
    vi.spyOn(log, level).mockImplementation((...line) => void lines.push(JSON.stringify(line))),
  );
  const { id, token } = await anApiKey(server.app, ['sell']);
  const { showtime, seatIds } = await aShowtime(server.app);
  const matinee = createMatinee({ url: server.url, token });
  const seats = [{ seatId: seatIds[0] ?? '', ticketTypeId: standardTicketType }];
  const sale = { showtimeId: showtime.id, seats, tender: 'invoice' as const };
  const { reservation } = await matinee.desk.sell(sale);
  expect(reservation.channel).toBe('api');
  await expect(matinee.auth.me()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const mistyped = `Bearer ${token.slice(0, -1)}_`;
  const refused = await callRest(server.url, 'GET /movies', { authorization: mistyped });
  expect(refused.outcome).toBe('401 TOKEN_INVALID');
  await server.app.refusals.settle();
  spies.forEach((spy) => spy.mockRestore());

  expect(lines.filter((line) => line.includes(`"apiKeyId":"${id}"`)).length).toBeGreaterThan(1);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/matinee_batch_calls_total\{[^}]*kind="api_key"[^}]*\} [1-9]/);
  for (const text of [lines.join('\n'), metrics, JSON.stringify(refused.body)]) {
    expect(text).not.toContain(token.slice(3, -6));
  }
});

test.each([
  ['a key may send', 404, 'alive'],
  ['a revoked key may not send', 401, 'revoked'],
  ['a key of nobody may not send', 401, 'unknown'],
] as const)('%s a body of more than 16 kB', async (_what, status, state) => {
  const { id, token } = await anApiKey(server.app, ['check_in']);
  if (state === 'revoked') {
    const admin = await anAdmin(server.app);
    await admin.call.admin.apiKeys.revoke({ apiKeyId: id });
  }
  const key =
    state === 'unknown' ? token.replace(/.$/, (last) => (last === '0' ? '1' : '0')) : token;
  const scan = { code: 'ABCDEFGH', deviceId: 'east-1', nonce: randomUUID(), type: 'entry' };
  const input = { ...scan, showtimeId: randomUUID() };
  for (const [path, body] of [
    ['/api/v1/check-ins', input],
    ['/trpc/checkIns.create', { json: input }],
  ] as const) {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(body).padEnd(20_000, ' '),
    });

    expect([path, response.status]).toEqual([path, status]);
    // What is not read ends the connection.
    expect(response.headers.get('connection')).toBe(state === 'alive' ? 'keep-alive' : 'close');
    await response.text();
  }
});
