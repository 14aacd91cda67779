import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRedisStore } from '../../src/redis.ts';
import type { RedisStore } from '../../src/redis.ts';
import { freePorts, lacks, makeCertificate } from '../deploy/programs.ts';
import { bulk, startStandIn, time, usual } from './stand-in.ts';
import type { Answer, StandIn } from './stand-in.ts';

/* What becomes of a Redis that is away, slow, broken or not a Redis. */

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) {
    await end();
  }
});

/** A store with the lines that it has logged. */
async function aStore(url: string): Promise<{ store: RedisStore; lines: string[] }> {
  const lines: string[] = [];
  const note = (fields: object, message?: string) => {
    const { err } = fields as { err?: Error };
    // Everything that a log could print of the error.
    lines.push(JSON.stringify([message, err?.message, err?.stack, { ...err }, err?.cause]));
  };
  const log = { error: note, warn: note, info: note, debug: note } as never;
  const store = await createRedisStore(url, log);
  if (!store) {
    throw new Error('There is no store');
  }
  ended.push(() => store.close());
  return { store, lines };
}

async function aStandIn(
  answer?: Answer,
  options?: Parameters<typeof startStandIn>[1],
): Promise<StandIn> {
  const standIn = await startStandIn(answer, options);
  ended.push(() => standIn.close());
  return standIn;
}

/** A store that is connected to a stand-in, which answers as usual until `answer` is replaced. */
async function connected() {
  const standIn = await aStandIn();
  const { store, lines } = await aStore(`redis://127.0.0.1:${standIn.port}`);
  await vi.waitFor(() => expect(store.isUp).toBe(true));
  return { standIn, store, lines };
}

/** A time in which no test machine is quicker by accident: far below what a hanging request would take. */
async function quickly<Result>(work: () => Promise<Result>, mostMs: number): Promise<Result> {
  const begun = performance.now();
  const result = await work();
  expect(performance.now() - begun).toBeLessThan(mostMs);
  return result;
}

test('without a URL there is no store', async () => {
  expect(await createRedisStore(undefined, {} as never)).toBeUndefined();
});

test('a value is found with the clock of Redis, and values are put with their time', async () => {
  const { standIn, store, lines } = await connected();

  expect(await store.find('a')).toEqual({ value: 'a value', storeMs: 1_700_000_000_250 });
  expect(await store.claim('a:claim', 100)).toBe(true);
  store.put('a', 'text', 250);
  await vi.waitFor(() => expect(standIn.commands).toHaveLength(4));
  expect(standIn.commands.map((command) => command.join(' '))).toEqual([
    'getrange a 0 499999',
    'time',
    'set a:claim  PX 100 NX',
    'set a text PX 250',
  ]);
  expect(lines).toEqual([]);
});

test('user, password and database of the URL are used, and never logged', async () => {
  const secret = 'p@ss:word/1';
  const url = (port: number) => `redis://shop:${encodeURIComponent(secret)}@127.0.0.1:${port}/3`;
  const standIn = await aStandIn();
  const { store } = await aStore(url(standIn.port));
  await vi.waitFor(() => expect(store.isUp).toBe(true));
  expect(standIn.commands.slice(0, 2)).toEqual([
    ['auth', 'shop', secret],
    ['select', '3'],
  ]);

  for (const refusal of [
    '-WRONGPASS invalid username-password pair or user is disabled.\r\n',
    `-ERR unknown command 'auth', with args beginning with: 'shop' '${secret}'\r\n`,
  ]) {
    const refusing = await aStandIn(() => refusal);
    const { store: refused, lines } = await aStore(url(refusing.port));
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0));
    expect(await refused.find('a')).toBeUndefined();
    expect(lines).toHaveLength(1);
    expect(lines.join('\n')).not.toMatch(/p@ss|p%40ss|shop/);
  }
});

test('a Redis that refuses connections finds nothing, without a wait, and is one line', async () => {
  const [port = 0] = await freePorts(1);
  const { store, lines } = await aStore(`redis://127.0.0.1:${port}`);
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  for (let count = 0; count < 50; count += 1) {
    expect(await quickly(() => store.find('a'), 30)).toBeUndefined();
    expect(await store.claim('a', 100)).toBe(false);
    store.put('a', 'text', 250);
  }

  expect(store.isUp).toBe(false);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('ECONNREFUSED');
});

test('a Redis that comes later is used then, and is a second line', async () => {
  const [port = 0] = await freePorts(1);
  const { store, lines } = await aStore(`redis://127.0.0.1:${port}`);
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  await aStandIn(usual, { port });
  await vi.waitFor(() => expect(store.isUp).toBe(true), 5_000);

  expect(await store.find('a')).toMatchObject({ value: 'a value' });
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('can be used again');
});

describe('a Redis that', () => {
  test.each<[string, Answer]>([
    ['does not answer', () => undefined],
    ['answers half', () => '*2\r\n$10\r\n17000'],
    ['cuts the connection', (_command, socket) => void socket.destroy()],
    ['sends garbage', () => '\u{1}!? what\r\n\r\n'],
    ['is a web server', () => 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['sends another type of value', () => ':1\r\n'],
    ['sends no time', ([name]) => (name === 'time' ? '*0\r\n' : bulk('a value'))],
    ['still loads its data', () => '-LOADING Redis is loading the dataset in memory\r\n'],
    ['has no memory left', () => "-OOM command not allowed when used memory > 'maxmemory'.\r\n"],
    ['needs a password', () => '-NOAUTH Authentication required.\r\n'],
  ])('%s finds nothing, soon, and is left alone for a while', async (_what, answer) => {
    const { standIn, store, lines } = await connected();
    standIn.answer = answer;
    expect(await quickly(() => store.find('a'), 500)).toBeUndefined();
    expect(store.isUp).toBe(false);
    const sent = standIn.commands.length;
    for (let count = 0; count < 50; count += 1) {
      expect(await quickly(() => store.find('a'), 30)).toBeUndefined();
    }
    expect(standIn.commands.length).toBe(sent);
    expect(lines).toHaveLength(1);

    standIn.answer = usual;
    await vi.waitFor(async () => expect(await store.find('a')).toBeDefined(), 10_000);
    expect(lines).toHaveLength(2);
  });

  test('is slow is not waited for, and its late answer is none to a later question', async () => {
    const { standIn, store } = await connected();
    const held: (() => void)[] = [];
    standIn.answer = (command, socket) => {
      held.push(() => socket.write(command[0] === 'time' ? time : bulk('late')));
      return undefined;
    };
    expect(await quickly(() => store.find('a'), 500)).toBeUndefined();
    standIn.answer = usual;
    held.forEach((send) => send());
    await vi.waitFor(async () => {
      expect(await store.find('b')).toEqual({ value: 'a value', storeMs: 1_700_000_000_250 });
    }, 10_000);
  });

  test('has a key of another type has nothing there, and works', async () => {
    const { standIn, store } = await connected();
    standIn.answer = ([name]) =>
      name === 'time' ? time : '-WRONGTYPE Operation against a key holding the wrong kind\r\n';

    expect(await store.find('a')).toEqual({ value: undefined, storeMs: 1_700_000_000_250 });
    expect(store.isUp).toBe(true);
  });

  test('hangs from the first byte keeps nothing from ending', async () => {
    const standIn = await aStandIn(() => undefined);
    const { store } = await aStore(`redis://:secret@127.0.0.1:${standIn.port}`);
    await vi.waitFor(() => expect(standIn.commands).toHaveLength(1));
    expect(await store.find('a')).toBeUndefined();
    store.close();
    expect(store.isUp).toBe(false);
  });
});

test('what is on its way when the store closes ends', async () => {
  const { standIn, store, lines } = await connected();
  standIn.answer = () => undefined;
  const asking = store.find('a');
  store.close();

  expect(await quickly(() => asking, 500)).toBeUndefined();
  expect(lines).toEqual([]);
});

test.skipIf(lacks('openssl'))('a certificate that no one vouches for is refused', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'matinee-redis-'));
  ended.push(() => rm(dir, { recursive: true, force: true }));
  await makeCertificate(dir);
  const [cert, key] = await Promise.all(
    ['certificate.pem', 'key.pem'].map((name) => readFile(path.join(dir, name), 'utf8')),
  );
  const standIn = await aStandIn(usual, { tls: { cert: `${cert}`, key: `${key}` } });
  const { store, lines } = await aStore(`rediss://:secret@127.0.0.1:${standIn.port}`);
  await vi.waitFor(() => expect(lines).toHaveLength(1));

  expect(lines[0]).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT/);
  expect(await store.find('a')).toBeUndefined();
  expect(standIn.commands).toEqual([]);
});
