import { createMatinee, isMatineeError } from '@matinee/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';
import { callRest, callTrpc } from './surfaces.ts';
import { aWorld, newShow } from './world.ts';
import type { World } from './world.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** Creates a show that starts then. @returns its start as it was stored, or the message of the refusal */
type Create = (world: World, startTime: string) => Promise<string | undefined>;

async function overRest(world: World, startTime: string): Promise<string | undefined> {
  const authorization = `Bearer ${world.admin.token}`;
  const input = { ...newShow(world), startTime };
  const { body } = await callRest(server.url, 'POST /showtimes', { input, authorization });
  const data = body.data as { startTime: string } | undefined;
  return data?.startTime ?? body.error?.message;
}

async function overTrpc(world: World, startTime: string): Promise<string | undefined> {
  const authorization = `Bearer ${world.admin.token}`;
  const input = { ...newShow(world), startTime };
  const answer = await callTrpc(server.url, 'showtimes.create', { input, authorization });
  const value = answer.value as { startTime: Date } | undefined;
  return value?.startTime.toISOString() ?? answer.failure?.message;
}

async function withSdk(world: World, startTime: string): Promise<string | undefined> {
  const matinee = createMatinee({ url: server.url, token: () => world.admin.token });
  try {
    const showtime = await matinee.showtimes.create({ ...newShow(world), startTime });
    return showtime.startTime.toISOString();
  } catch (error) {
    return isMatineeError(error) ? error.message : String(error);
  }
}

describe.each<[string, Create]>([
  ['REST', overRest],
  ['tRPC', overTrpc],
  ['the SDK', withSdk],
])('over %s', (_name, create) => {
  test.each([
    ['2031-05-01T20:00Z', '2031-05-01T20:00:00.000Z'],
    ['2031-05-01T20:00+02:00', '2031-05-01T18:00:00.000Z'],
    ['2031-05-01T20:00-09:30', '2031-05-02T05:30:00.000Z'],
    ['2031-05-01T20:00:07.125+02:00', '2031-05-01T18:00:07.125Z'],
  ])('a show starts at %s', async (text, stored) => {
    expect(await create(await aWorld(server), text)).toBe(stored);
  });

  test('an offset without a colon is refused with the offset to write', async () => {
    const refusal = await create(await aWorld(server), '2031-05-01T20:00:00+0200');
    expect(refusal).toContain('must have a colon in its offset: +02:00');
  });

  test.each(['2031-05-01T20:00', '2031-02-29T20:00Z', '2031-05-01T24:00Z'])(
    'there is no instant %s',
    async (text) => {
      expect(await create(await aWorld(server), text)).toContain(
        'must be an instant with a time zone, such as 2026-12-24T19:30:00Z',
      );
    },
  );
});
