import { randomUUID } from 'node:crypto';
import { createTestDatabase } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { Customer } from './customers.ts';
import { exchange } from './exchange.ts';
import type { Reply, Request } from './exchange.ts';
import {
  createEmptyDatabase,
  cutConnections,
  endOf,
  holdBatches,
  holdClaims,
  holdShowtime,
  migrationsOf,
  postmasterOf,
  reservationIds,
  startPostgres,
  untilPurchaseWaits,
} from './faults-database.ts';
import {
  afterTest,
  cancelShow,
  cleanUp,
  countAttempts,
  libfaketime,
  lockRequest,
  long,
  openSale,
  patient,
  problemsOf,
  purchaseRequest,
  random,
  rules,
  seed,
  serveBy,
  short,
  shortClocks,
  startServer,
  startServerHere,
  startShopping,
  startSweeping,
  twoConnections,
  untilAnswered,
} from './faults-kit.ts';
import {
  causeOf,
  isReplayed,
  outcomeOf,
  sendToAll,
  startProxy,
  swallowed,
  timed,
  watchSeats,
} from './faults-wire.ts';
import { invariantProblems, untilWaiting } from './fleet.ts';
import { both, rewrite } from './sabotage.ts';

/*
 * Servers, connections, the database and clocks break while customers buy. After each fault the
 * invariants hold, every answer can be explained, and nothing that was acknowledged is lost.
 */

// A server takes seconds to start where others are at work too.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

afterEach(cleanUp);
afterAll(() => {
  console.log(`faults: ${countAttempts()} attempts under them; again with FAULTS_SEED=${seed}`);
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
  await untilPurchaseWaits(sale);
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
  const postgres = await startPostgres();
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

test('PostgreSQL is killed in the middle of a batch: nothing of it is left, or all', async () => {
  const postgres = await startPostgres();
  const server = await startServer({ databaseUrl: postgres.url });
  const sale = await openSale({ seats: 10, people: 10 }, postgres.url);
  serveBy(sale, [server]);
  const own = (person: Person, index: number) => ({
    showtimeId: sale.showtimeId,
    seatIds: sale.seatIds.slice(index, index + 1),
    person,
  });
  const carts = sale.people.map(own);
  await Promise.all(carts.map((cart) => exchange(server.url, lockRequest(cart, cart.person))));
  const purchases = carts.map((cart) => purchaseRequest(cart, cart.person));
  await holdBatches(sale);
  const buying = purchases.map((purchase) => outcomeOf(exchange(server.url, purchase)));
  // The first one goes by itself; those that came meanwhile are a batch, all but committed.
  await untilWaiting(sale.pool, 1);
  const before = await reservationIds(sale.pool);
  const pid = postmasterOf(postgres.dataDir);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => postmasterOf(postgres.dataDir), patient).not.toBe(pid);
  await Promise.all(buying);

  expect(before.length).toBeLessThan(8);
  const repeated = await Promise.all(purchases.map((purchase) => untilSold(server.url, purchase)));
  const ids = new Set(repeated.map(({ data }) => data.id));
  expect(ids.size).toBe(10);
  expect((await reservationIds(sale.pool)).toSorted()).toEqual([...ids].toSorted());
  expect(await invariantProblems(sale.pool)).toEqual([]);
});

/** Repeats a purchase, with its key, until the database is there again. */
async function untilSold(url: string, purchase: Request): Promise<Reply> {
  let reply = await exchange(url, purchase);
  await expect
    .poll(async () => {
      reply = reply.status === 201 ? reply : await exchange(url, purchase);
      return reply.status;
    }, patient)
    .toBe(201);
  return reply;
}

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

test('a cancellation whose server died can be repeated at once', async () => {
  const sale = await openSale({ seats: 1, people: 1, served: long });
  const { pool, market } = sale;
  const [buyer] = sale.people;
  const [url = ''] = market.servers;
  await exchange(url, lockRequest(sale, buyer));
  const { data } = await exchange(url, purchaseRequest(sale, buyer));
  const path = `/reservations/${String(data.id)}`;
  const cancel = { method: 'DELETE', path, token: buyer?.token, key: randomUUID() };
  const doomed = await startServer({ databaseUrl: sale.databaseUrl });
  const release = await holdShowtime(sale);
  const lost = outcomeOf(exchange(doomed.url, cancel));
  await untilWaiting(pool, 1);
  await doomed.kill();

  expect(await lost).toBe('lost');
  await release();
  // Until the database notices that the server is gone.
  const repeated = async () => (await exchange(url, cancel)).status;
  await expect.poll(repeated, { interval: 20, timeout: 10_000 }).toBe(200);
});

test('a transaction that loses its connection gives its place in the pool back', async () => {
  const server = await startServerHere(twoConnections);
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
  const server = await startServerHere({ ...twoConnections, seatLock: long });
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
  // The lock of the user who waited starts when that user gets the seat.
  expect(await taking).toMatchObject({
    outcome: 'ok',
    leftMs: { [bought]: expect.closeTo(rules.ttlMs, -2) as number },
  });
  expect(await problemsOf(sale)).toEqual([]);
});

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
  const url = await createEmptyDatabase();
  const servers = await Promise.all(
    Array.from({ length: 8 }, () => startServer({ databaseUrl: url })),
  );
  const ready = await Promise.all(servers.map((server) => fetch(`${server.url}/health/ready`)));
  expect(ready.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  const migrated = await createTestDatabase();
  afterTest(() => migrated.drop());
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
  // The other lock expires, and only the clock says so.
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
