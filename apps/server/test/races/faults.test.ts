import { randomInt, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sweep } from '@matinee/api';
import {
  aShowtime,
  aUser,
  createTestApp,
  createTestDatabase,
  databaseUrl,
  onServer,
} from '@matinee/api/testing';
import type { Person, TestApp } from '@matinee/api/testing';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import { Client } from 'pg';
import type { Pool } from 'pg';
import { afterAll, afterEach, expect, inject, test, vi } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { invariantProblems, untilWaiting } from './fleet.ts';
import { describeUnexplained, findUnexplained } from './history.ts';
import {
  Customer,
  doubleSales,
  exchange,
  lostAcknowledgements,
  openPool,
  randomOf,
  readClockOffset,
  shop,
  startServerProcess,
  takeStock,
} from './processes.ts';
import type { Market, Reply, Request, Sale, ServerOptions, ServerProcess } from './processes.ts';
import { both, rewrite } from './sabotage.ts';

/*
 * What breaks while people buy: servers, connections, the database, clocks. After each fault the
 * invariants hold, every answer can be explained, and nothing that was acknowledged is gone.
 */

/** Short clocks, so that locks run out while a fault lasts. */
const short = { ttlMinutes: 0.05, maxMinutes: 0.15, maxSeats: 10 };
const shortClocks = {
  SEAT_LOCK_TTL_MINUTES: String(short.ttlMinutes),
  SEAT_LOCK_MAX_MINUTES: String(short.maxMinutes),
};
const rules = { ttlMs: short.ttlMinutes * 60_000, maxMs: short.maxMinutes * 60_000 };

/** For what is not about locks that run out, however slow the machine is. */
const long = { ttlMinutes: 10, maxMinutes: 30, maxSeats: 10 };

/** Decides which moments are hit; a failed run is repeated with its `FAULTS_SEED`. */
const seed = Number(process.env.FAULTS_SEED ?? randomInt(2 ** 31));
const random = randomOf(seed);

// A server takes seconds to start where others are at work too.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** For what comes at once, unless the machine is busy. */
const patient = { interval: 5, timeout: 60_000 };

let cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
});

const tallies: Record<string, number>[] = [];
afterAll(() => {
  const attempts = tallies.reduce((sum, { attempts: some = 0 }) => sum + some, 0);
  console.log(`faults: ${attempts} attempts under them; again with FAULTS_SEED=${seed}`);
});

test('a server that is killed under load loses nothing it acknowledged', async () => {
  const sale = await openSale({ seats: 12, people: 20 });
  const start = () => startServer({ databaseUrl: sale.databaseUrl, env: shortClocks, jobs: true });
  const servers = await Promise.all([start(), start()]);
  serveBy(sale, servers);
  const shopping = startShopping(sale);
  for (let kills = 0; kills < 4; kills += 1) {
    await untilAnswered(sale, 30 + Math.floor(100 * random()));
    const [victim, other] = kills % 2 === 0 ? servers : servers.toReversed();
    serveBy(sale, other ? [other] : []);
    await victim?.kill();
    servers[kills % 2] = await start();
    serveBy(sale, servers);
  }
  await untilAnswered(sale, 50);
  await shopping.end();
  expect(await problemsOf(sale)).toEqual([]);
});

test('a purchase is answered once, though its server died between commit and answer', async () => {
  const sale = await openSale({ seats: 1, people: 1, served: long });
  const { pool, market } = sale;
  const [buyer] = sale.people;
  await exchange(market.servers[0] ?? '', lockRequest(sale, buyer));
  const doomed = await startServer({ databaseUrl: sale.databaseUrl });
  const proxy = await startProxy(doomed.url);
  const purchase = purchaseRequest(sale, buyer);

  proxy.swallow();
  const lost = outcomeOf(exchange(proxy.url, purchase));
  await expect.poll(() => reservationIds(pool), patient).toHaveLength(1);
  await doomed.kill();

  expect(await lost).toBe('lost');
  const replies = await sendToAll(sale, purchase);
  const [id] = await reservationIds(pool);
  expect(replies.map(({ status, data }) => [status, data.id])).toEqual([
    [201, id],
    [201, id],
  ]);
  expect(replies.every(isReplayed)).toBe(true);
  expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  expect(await reservationIds(pool)).toEqual([id]);
  expect(await invariantProblems(pool)).toEqual([]);
});

test('a statement outlives its server: the repetition waits and gets the one answer', async () => {
  const sale = await openSale({ seats: 1, people: 1, served: long });
  const { pool, market } = sale;
  const [buyer] = sale.people;
  const [url = ''] = market.servers;
  await exchange(url, lockRequest(sale, buyer));
  const doomed = await startServer({ databaseUrl: sale.databaseUrl });
  const purchase = purchaseRequest(sale, buyer);
  const release = await holdClaims(sale);
  const lost = outcomeOf(exchange(doomed.url, purchase));
  await untilWaiting(pool, 1);
  await doomed.kill();

  expect(await lost).toBe('lost');
  const early = await exchange(url, purchase);
  expect([early.status, early.code, early.headers['retry-after']]).toEqual([
    409,
    'IDEMPOTENCY_CONFLICT',
    '1',
  ]);
  await release();
  await expect.poll(async () => (await exchange(url, purchase)).status, patient).toBe(201);
  const again = await exchange(url, purchase);
  expect(isReplayed(again)).toBe(true);
  expect(await reservationIds(pool)).toEqual([again.data.id]);
  expect(await invariantProblems(pool)).toEqual([]);
});

test('locks and cancellations whose answer was swallowed have one effect', async () => {
  const sale = await openSale({ seats: 1, people: 1, served: long });
  const { pool, market } = sale;
  const [buyer] = sale.people;
  const [url = ''] = market.servers;
  const proxy = await startProxy(url);
  const lock = lockRequest(sale, buyer);
  const isLocked = 'select 1 from seat_claims where reservation_id is null';
  const [first, second] = await swallowed({ proxy, sale, request: lock, effect: isLocked });
  expect([first?.status, second?.text]).toEqual([201, first?.text]);

  const { data } = await exchange(url, purchaseRequest(sale, buyer));
  const path = `/reservations/${String(data.id)}`;
  const cancel = { method: 'DELETE', path, token: buyer?.token, key: randomUUID() };
  const isCancelled = `select 1 from reservations where status = 'cancelled'`;
  const replies = await swallowed({ proxy, sale, request: cancel, effect: isCancelled });
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  expect(await invariantProblems(pool)).toEqual([]);
});

test('PostgreSQL is killed: servers go on without a restart, nothing is lost', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'matinee-faults-'));
  const postgres = await startEmbeddedPostgres({ dataDir });
  cleanups.push(async () => {
    await postgres.stop();
    await rm(postgres.dataDir, { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  });
  const start = () => startServer({ databaseUrl: postgres.url, env: shortClocks, jobs: true });
  const servers = [await start(), await start()];
  const sale = await openSale({ seats: 12, people: 20 }, postgres.url);
  serveBy(sale, servers);
  const shopping = startShopping(sale);
  for (let kills = 0; kills < 2; kills += 1) {
    await untilAnswered(sale, 30 + Math.floor(100 * random()));
    const pid = postmasterOf(postgres.dataDir);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => postmasterOf(postgres.dataDir), patient).not.toBe(pid);
    await untilAnswered(sale, 1);
  }
  await untilAnswered(sale, 50);
  await shopping.end();
  expect(servers.map((server) => server.isRunning())).toEqual([true, true]);
  expect(await problemsOf(sale)).toEqual([]);
});

test('connections are cut while people buy and locks are swept', async () => {
  const sale = await openSale({ seats: 12, people: 15, served: short });
  const sweeping = startSweeping(sale.servers);
  const shopping = startShopping(sale);
  for (let cuts = 0; cuts < 8; cuts += 1) {
    await untilAnswered(sale, 10 + Math.floor(40 * random()));
    await cutConnections(sale);
  }
  await untilAnswered(sale, 50);
  await shopping.end();
  await sweeping.end();
  expect(sale.market.tally.UNAVAILABLE).toBeGreaterThan(0);
  expect(await problemsOf(sale)).toEqual([]);
});

test('a transaction that loses its connection gives its place in the pool back', async () => {
  const server = await startTestServer({ database: { url: '', poolSize: 2, replicaUrls: [] } });
  cleanups.push(() => server.close());
  const sale = await openSale({ seats: 2, people: 2 }, server.databaseUrl);
  const { pool, admin } = sale;
  const path = `/showtimes/${sale.showtimeId}`;
  const edit = { method: 'PUT', path, token: admin.token, body: { price: '11.00' } };
  const release = await holdShowtime(sale);
  const editing = [edit, edit].map((each) => exchange(server.url, each));
  await untilWaiting(pool, 2);
  await cutConnections(sale);
  const answers = await Promise.all(editing);
  await release();

  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  expect(server.app.pool.totalCount).toBe(0);
  expect((await exchange(server.url, edit)).status).toBe(200);
});

test.for([2, 0])('locks run out with %i sweepers at work', async (sweepers) => {
  const sale = await openSale({ seats: 8, people: 15, served: short });
  const sweeping = startSweeping(sale.servers.slice(0, sweepers));
  const shopping = startShopping(sale);
  await untilAnswered(sale, 400);
  await shopping.end();
  await sweeping.end();
  expect(await problemsOf(sale)).toEqual([]);
});

test('a lock that is taken from its holder is noticed, though no invariant breaks', async () => {
  const sale = await openSale({ seats: 4, people: 10, served: short });
  await both(
    rewrite('lock_seats', ' and c.expires_at <= clock_timestamp()', ''),
    rewrite('lock_seats', 'if v_seen.conflict then', 'if v_seen.conflict and random() < 0.5 then'),
  )(sale.pool);
  const shopping = startShopping(sale);
  await untilAnswered(sale, 100);
  await shopping.end();
  expect(await problemsOf(sale)).toContainEqual(expect.stringContaining('cannot be explained'));
  expect(await invariantProblems(sale.pool)).toEqual([]);
});

test('an exhausted pool answers 503 in time, and then serves again', async () => {
  const server = await startTestServer({
    database: { url: '', poolSize: 2, replicaUrls: [] },
    seatLock: long,
  });
  cleanups.push(() => server.close());
  const sale = await openSale({ seats: 12, people: 12 }, server.databaseUrl);
  serveBy(sale, [server]);
  const requests = sale.people.map((person, index) => {
    const seatIds = sale.seatIds.slice(index, index + 1);
    return { lock: lockRequest({ ...sale, seatIds }, person), seatIds, person };
  });
  const locks = await Promise.all(requests.map(({ lock }) => exchange(server.url, lock)));
  expect(new Set(locks.map(({ status }) => status))).toEqual(new Set([201]));
  const purchases = requests.map(({ seatIds, person }) =>
    purchaseRequest({ ...sale, seatIds }, person),
  );
  const release = await holdClaims(sale);
  const buying = purchases.map((each) => timed(exchange(server.url, each)));
  await untilWaiting(sale.pool, 2);

  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
  await Promise.any(buying);
  await release();
  const answers = await Promise.all(buying);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(refused.map(({ status, code, retryAfter }) => [status, code, retryAfter])).toEqual(
    refused.map(() => [503, 'UNAVAILABLE', '1']),
  );
  // Five seconds for a connection and as many for the row, and what a busy machine adds.
  expect(Math.max(...refused.map(({ ms }) => ms))).toBeLessThan(14_000);
  expect(JSON.stringify(server.errors.map(causeOf))).toContain('timeout exceeded when trying');
  const replies = await Promise.all(purchases.map((each) => exchange(server.url, each)));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
  expect(await reservationIds(sale.pool)).toHaveLength(12);
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
});

test('a row lock outlasts the TTL: what has run out is neither sold nor extended', async () => {
  const sale = await openSale({ seats: 2, people: 3, served: short });
  const { pool, market, seatIds } = sale;
  const [buyer, keeper, next] = sale.people.map((person) => new Customer(market, person));
  const [bought = '', kept = ''] = seatIds;
  await Promise.all([buyer?.lock(sale, [bought]), keeper?.lock(sale, [kept])]);
  const release = await holdClaims(sale);
  const buying = buyer?.confirm(sale, [bought]);
  const keeping = keeper?.extend(sale, [kept]);
  await untilWaiting(pool, 2);
  const live = 'select 1 from seat_claims where expires_at > clock_timestamp()';
  const countLive = async () => (await pool.query(live)).rowCount;
  await expect.poll(countLive, patient).toBe(0);
  const taking = next?.lock(sale, [bought]);
  await untilWaiting(pool, 3);
  await release();

  expect(await buying).toMatchObject({ outcome: 'refused', code: 'LOCK_EXPIRED' });
  expect(await keeping).toMatchObject({ outcome: 'refused', code: 'LOCK_EXPIRED' });
  // The clock of the one who waited begins when the seat was had.
  expect(await taking).toMatchObject({
    outcome: 'ok',
    leftMs: { [bought]: expect.closeTo(rules.ttlMs, -2) as number },
  });
  expect(await problemsOf(sale)).toEqual([]);
});

const libfaketime = [
  process.env.LIBFAKETIME,
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find((file) => file !== undefined && existsSync(file));

test.skipIf(libfaketime === undefined)(
  'servers whose clocks are half an hour apart agree on who has a seat (needs libfaketime)',
  async () => {
    const sale = await openSale({ seats: 8, people: 15 });
    const { databaseUrl: url } = sale;
    const preload = { LD_PRELOAD: libfaketime ?? '', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
    const start = (shift: string) => {
      const env = { ...shortClocks, ...preload, FAKETIME: shift };
      return startServer({ databaseUrl: url, env, jobs: true });
    };
    const servers = await Promise.all([start('+15m'), start('-15m')]);
    serveBy(sale, servers);
    const dates = await Promise.all(
      servers.map(async (each) => (await fetch(`${each.url}/health/live`)).headers.get('date')),
    );
    const minutesOff = dates.map((date) => (Date.parse(date ?? '') - Date.now()) / 60_000);
    expect(minutesOff).toEqual([expect.closeTo(15, 0), expect.closeTo(-15, 0)]);
    const shopping = startShopping(sale);
    await untilAnswered(sale, 400);
    await shopping.end();
    expect(await problemsOf(sale)).toEqual([]);
  },
);

test('eight servers that start in one second apply every migration once', async () => {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, (client) => client.query(`create database ${name}`));
  cleanups.push(() =>
    onServer(serverUrl, (client) => client.query(`drop database ${name} with (force)`)),
  );
  const url = databaseUrl(serverUrl, name);
  const servers = await Promise.all(
    Array.from({ length: 8 }, () => startServer({ databaseUrl: url })),
  );
  const ready = await Promise.all(servers.map((server) => fetch(`${server.url}/health/ready`)));
  expect(ready.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  const migrated = await createTestDatabase();
  cleanups.push(() => migrated.drop());
  expect(await migrationsOf(url)).toEqual(await migrationsOf(migrated.url));
});

test('the live feed tells every change within a second, on either server', async () => {
  const sale = await openSale({ seats: 3, people: 1, served: short });
  const [first = '', second = ''] = sale.market.servers;
  const [buyer] = sale.people.map((person) => new Customer(sale.market, person));
  const feeds = [watchSeats(first, sale), watchSeats(second, sale)];
  const [a = '', b = '', c = ''] = sale.seatIds;
  const told = (seatId: string, status: string) =>
    Promise.all(feeds.map((feed) => feed.until((seats) => seats.get(seatId) === status)));
  await told(c, 'available');

  await buyer?.lock(sale, [a, b]);
  const locked = performance.now();
  await told(b, 'locked');
  const lockedMs = performance.now() - locked;
  await buyer?.confirm(sale, [a]);
  const sold = performance.now();
  await told(a, 'reserved');
  const soldMs = performance.now() - sold;
  // The other one runs out, and nobody says so but the clock.
  const ends = await endOf(sale, b);
  await told(b, 'available');
  const endedMs = performance.now() + sale.market.clockOffsetMs - ends;
  expect(endedMs).toBeGreaterThan(-50);
  expect(Math.max(lockedMs, soldMs, endedMs)).toBeLessThan(1_000);

  await cancelShow(sale);
  await Promise.all(feeds.map((feed) => feed.ended));
  expect(feeds.map(({ events }) => events.map(({ type }) => type))).toEqual(
    feeds.map(() => ['snapshot', 'change', 'change', 'change', 'change']),
  );
});

test('the live feed outlives its connections and is taken up where it was left', async () => {
  const sale = await openSale({ seats: 3, people: 1, served: long });
  const [first = '', second = ''] = sale.market.servers;
  const [buyer] = sale.people.map((person) => new Customer(sale.market, person));
  const [a = '', b = '', c = ''] = sale.seatIds;
  const steady = watchSeats(first, sale);
  const fickle = watchSeats(first, sale);
  await Promise.all([steady, fickle].map((feed) => feed.until((seats) => seats.size === 3)));
  await cutConnections(sale);
  await buyer?.lock(sale, [a]);
  await Promise.all(
    [steady, fickle].map((feed) => feed.until((seats) => seats.get(a) === 'locked')),
  );

  fickle.leave();
  const { version } = fickle.events.at(-1) ?? {};
  await buyer?.confirm(sale, [a]);
  await steady.until((seats) => seats.get(a) === 'reserved');
  await buyer?.lock(sale, [b]);
  await steady.until((seats) => seats.get(b) === 'locked');
  const here = watchSeats(first, sale, version);
  const elsewhere = watchSeats(second, sale, version);
  await here.until((seats) => seats.get(b) === 'locked');
  expect(here.events).toEqual(steady.events.slice(-2));
  await elsewhere.until((seats) => seats.get(a) === 'reserved' && seats.get(b) === 'locked');
  expect(elsewhere.events.at(-1)?.version).toBe(steady.events.at(-1)?.version);
  await buyer?.lock(sale, [c]);
  await elsewhere.until((seats) => seats.get(c) === 'locked');
  await cancelShow(sale);
  await Promise.all([steady, here, elsewhere].map((feed) => feed.ended));
});

// --- The scene. ---

interface OpenSale extends Sale {
  databaseUrl: string;
  /** Looks in from outside: not one of the connections that are cut. */
  pool: Pool;
  /** In this process; none unless asked for. */
  servers: TestServer[];
  people: Person[];
  admin: Person;
  market: Market;
}

/**
 * A sale with a database of its own, or one that is there; with two servers in this process if it
 * is `served`, by those clocks.
 */
async function openSale(
  { seats, people, served }: { seats: number; people: number; served?: typeof short },
  sharedUrl?: string,
): Promise<OpenSale> {
  const servers = served ? await startServersHere(served) : [];
  const here: TestApp = servers[0] ?? (await createTestApp({}, sharedUrl));
  if (!served) {
    cleanups.push(() => here.close());
  }
  const { admin, showtime, seatIds } = await aShowtime(here.app, { seats });
  const buyers = await Promise.all(Array.from({ length: people }, () => aUser(here.app)));
  const pool = openPool(here.databaseUrl);
  cleanups.push(() => pool.end());
  const market: Market = {
    servers: servers.map(({ url }) => url),
    log: [],
    clockOffsetMs: await readClockOffset(pool),
    tally: {},
    patienceMs: 60_000,
    hurried: 0.02,
  };
  tallies.push(market.tally);
  const sale = { showtimeId: showtime.id, seatIds };
  return { ...sale, databaseUrl: here.databaseUrl, pool, servers, people: buyers, admin, market };
}

async function startServersHere(seatLock: typeof short): Promise<TestServer[]> {
  const first = await startTestServer({ seatLock });
  cleanups.push(() => first.close());
  const second = await startTestServer({ seatLock }, first.databaseUrl);
  cleanups.push(() => second.close());
  return [first, second];
}

async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const server = await startServerProcess(options);
  cleanups.push(() => server.kill());
  return server;
}

function serveBy({ market }: OpenSale, servers: readonly { url: string }[]): void {
  market.servers = servers.map(({ url }) => url);
}

interface Work {
  end(): Promise<void>;
}

/** Lets everybody buy until told to end. */
function startShopping({ market, people, ...sale }: OpenSale): Work {
  let isOver = false;
  const shopping = people.map((person, index) =>
    shop(new Customer(market, person, randomOf(seed + 1 + index)), sale, () => isOver),
  );
  return {
    end: async () => {
      isOver = true;
      await Promise.all(shopping);
    },
  };
}

/** Sweeps again and again on each server; a sweep that loses its connection is just begun anew. */
function startSweeping(servers: readonly TestServer[]): Work {
  const over = new AbortController();
  const sweeping = servers.map(async ({ app }) => {
    while (!over.signal.aborted) {
      await sweep(app).catch(() => {});
    }
  });
  return {
    end: async () => {
      over.abort();
      await Promise.all(sweeping);
    },
  };
}

/** Waits until so many more requests have been answered. */
async function untilAnswered({ market }: OpenSale, more: number): Promise<void> {
  const answered = () => {
    const { 200: changed = 0, 201: made = 0, SEATS_UNAVAILABLE: refused = 0 } = market.tally;
    return changed + made + refused;
  };
  const goal = answered() + more;
  await expect.poll(answered, patient).toBeGreaterThanOrEqual(goal);
}

/** What customers may be told while things break. */
const expected = new Set([
  'attempts',
  'requests',
  'unknown',
  'broken connections',
  '200',
  '201',
  'SEATS_UNAVAILABLE',
  'LOCK_EXPIRED',
  'LOCK_EXTENSION_LIMIT',
  'SEAT_LIMIT_EXCEEDED',
  'IDEMPOTENCY_CONFLICT',
  'UNAVAILABLE',
]);

/** Everything that is wrong once the customers have gone home. */
async function problemsOf(sale: OpenSale): Promise<string[]> {
  const { pool, market } = sale;
  const log = [...market.log, await takeStock(pool, sale)];
  const strange = Object.keys(market.tally).filter((code) => !expected.has(code));
  return [
    ...findUnexplained(log, rules).map(describeUnexplained),
    ...doubleSales(log),
    ...(await lostAcknowledgements(pool, log)),
    ...(await invariantProblems(pool)),
    ...strange.map((code) => `An answer that nobody should get: ${code}`),
  ];
}

// --- Requests. ---

function lockRequest({ showtimeId, seatIds }: Sale, person: Person | undefined): Request {
  const path = `/showtimes/${showtimeId}/lock-seats`;
  return { method: 'POST', path, token: person?.token, key: randomUUID(), body: { seatIds } };
}

function purchaseRequest({ showtimeId, seatIds }: Sale, person: Person | undefined): Request {
  const body = { showtimeId, seatIds };
  return { method: 'POST', path: '/reservations', token: person?.token, key: randomUUID(), body };
}

/** The same request to each server, one after the other. */
async function sendToAll({ market }: OpenSale, request: Request): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (const server of market.servers) {
    replies.push(await exchange(server, request));
  }
  return replies;
}

/** Sends a request, waits for its effect, cuts the answer off, and repeats it on every server. */
async function swallowed(trial: {
  proxy: Proxy;
  sale: OpenSale;
  request: Request;
  effect: string;
}): Promise<Reply[]> {
  const { proxy, sale, request, effect } = trial;
  proxy.swallow();
  const lost = outcomeOf(exchange(proxy.url, request));
  await expect.poll(async () => (await sale.pool.query(effect)).rowCount, patient).toBe(1);
  proxy.cut();
  expect(await lost).toBe('lost');
  const replies = await sendToAll(sale, request);
  expect(replies.every(isReplayed)).toBe(true);
  return replies;
}

function outcomeOf(reply: Promise<Reply>): Promise<'answered' | 'lost'> {
  return reply.then(
    () => 'answered' as const,
    () => 'lost' as const,
  );
}

function isReplayed({ headers }: Reply): boolean {
  return headers['idempotency-replayed'] === 'true';
}

async function timed(replying: Promise<Reply>) {
  const began = performance.now();
  const { status, code, headers } = await replying;
  return { status, code, retryAfter: headers['retry-after'], ms: performance.now() - began };
}

/** What the log says of a failure, and of what caused it. */
function causeOf(fields: unknown): string {
  const { err } = fields as { err?: { cause?: unknown } };
  return `${String(err)} ${String(err?.cause)}`;
}

async function cancelShow({ market, admin, showtimeId }: OpenSale): Promise<void> {
  const path = `/showtimes/${showtimeId}/cancel`;
  const body = { reason: 'No electricity' };
  const asked = { method: 'POST', path, token: admin.token, body };
  expect((await exchange(market.servers[0] ?? '', asked)).status).toBe(200);
}

// --- The database. ---

async function reservationIds(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from reservations');
  return rows.map(({ id }) => id);
}

/** Holds the row locks on all claims of a showtime. @returns what lets go of them */
function holdClaims(sale: OpenSale): Promise<() => Promise<void>> {
  return hold(sale, 'select 1 from seat_claims where showtime_id = $1 for update');
}

/** Holds the row lock on a showtime. @returns what lets go of it */
function holdShowtime(sale: OpenSale): Promise<() => Promise<void>> {
  return hold(sale, 'select 1 from showtimes where id = $1 for update');
}

async function hold(sale: OpenSale, locking: string): Promise<() => Promise<void>> {
  const holder = new Client({ connectionString: sale.databaseUrl });
  await holder.connect();
  cleanups.push(() => holder.end());
  await holder.query('begin');
  await holder.query(locking, [sale.showtimeId]);
  return async () => void (await holder.query('rollback'));
}

/** Ends every connection of the servers. */
async function cutConnections({ pool }: OpenSale): Promise<void> {
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'matinee'`,
  );
}

/** When a lock ends, in milliseconds by the database's clock. */
async function endOf({ pool, showtimeId }: OpenSale, seatId: string): Promise<number> {
  const { rows } = await pool.query<{ ms: number }>(
    `select (extract(epoch from expires_at) * 1000)::float8 as ms
     from seat_claims where showtime_id = $1 and seat_id = $2`,
    [showtimeId, seatId],
  );
  return rows[0]?.ms ?? Number.NaN;
}

async function migrationsOf(url: string): Promise<string[]> {
  const pool = openPool(url);
  const { rows } = await pool.query<{ name: string }>('select name from migrations order by name');
  await pool.end();
  return rows.map(({ name }) => name);
}

function postmasterOf(dataDir: string): number {
  try {
    return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    // Not there while the next one is starting.
    return 0;
  }
}

// --- Between client and server. ---

interface Proxy {
  url: string;
  /** From now on the server's answers are held back. */
  swallow(): void;
  /** Cuts every connection, and lets answers through again. */
  cut(): void;
}

/** A proxy on the way to a server. */
async function startProxy(target: string): Promise<Proxy> {
  const { port, hostname } = new URL(target);
  const open = new Set<Socket>();
  let isSwallowing = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('error', () => {}).on('close', () => to.destroy());
      from.on('data', (chunk) => {
        if (from === client || !isSwallowing) {
          to.write(chunk);
        }
      });
    }
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const cut = () => {
    isSwallowing = false;
    for (const socket of open) {
      socket.destroy();
    }
    open.clear();
  };
  cleanups.push(async () => {
    cut();
    server.close();
  });
  const { port: own } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${own}`, swallow: () => (isSwallowing = true), cut };
}

interface SeatsEvent {
  type: 'snapshot' | 'change';
  version: string;
  seats: { id: string; status: string }[];
}

/** A viewer of the live seat map. */
interface Feed {
  events: SeatsEvent[];
  /** When the server has ended it; rejects when it broke. */
  ended: Promise<void>;
  /** Waits until what has been told so far adds up to that. */
  until(holds: (seats: ReadonlyMap<string, string>) => boolean): Promise<void>;
  leave(): void;
}

/** Subscribes over server-sent events, as the wire has them: no client library between. */
function watchSeats(server: string, { showtimeId }: Sale, lastEventId?: string): Feed {
  const input = JSON.stringify({ json: { showtimeId, ...(lastEventId ? { lastEventId } : {}) } });
  const url = `${server}/trpc/showtimes.onSeatsChanged?input=${encodeURIComponent(input)}`;
  const leaving = new AbortController();
  const events: SeatsEvent[] = [];
  const seats = new Map<string, string>();
  const read = async () => {
    for await (const { event, data } of serverSentEvents(url, leaving.signal)) {
      if (event === 'return') {
        return;
      }
      if (event === 'message') {
        const { json } = JSON.parse(data) as { json: SeatsEvent };
        events.push(json);
        json.seats.forEach(({ id, status }) => seats.set(id, status));
      }
    }
    throw new Error('The stream broke');
  };
  const ended = read();
  ended.catch(() => {});
  return {
    events,
    ended,
    until: async (holds) => {
      await expect.poll(() => holds(seats), patient).toBe(true);
    },
    leave: () => leaving.abort(),
  };
}

async function* serverSentEvents(url: string, signal: AbortSignal) {
  const response = await fetch(url, { signal, headers: { accept: 'text/event-stream' } });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
      yield { event: field('event') ?? 'message', data: field('data') ?? '', id: field('id') };
    }
  }
}
