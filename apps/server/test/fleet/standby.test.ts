import { tmpdir } from 'node:os';
import {
  aShowtime,
  aUser,
  callerOf,
  createTestApp,
  createTestDatabase,
} from '@matinee/api/testing';
import { Client } from 'pg';
import { expect, test, vi } from 'vitest';
import { startJobs } from '../../src/jobs.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { DiskStore } from '../../src/posters/store-disk.ts';
import { startTestServer } from '../server.ts';
import { promote, runOn, startPair } from './pair.ts';
import { startRelay } from './relay.ts';

vi.setConfig({ testTimeout: 120_000 });
const posters = new DiskStore(tmpdir());
/** For what happens by itself, on a busy machine too. */
const patient = { timeout: 60_000, interval: 50 };

test('the jobs meet a standby, and run again once it is promoted', async () => {
  await using pair = await startPair(async (url) => {
    const { app, close } = await createTestApp({}, url);
    const jobs = await startJobs(app, posters, new Metrics());
    await expect.poll(() => sweptAt(url), patient).toBeDefined();
    await jobs.stop();
    await close();
  });
  await using relay = await startRelay(pair.primary);
  const { app, close } = await createTestApp({}, relay.url);
  const jobs = await startJobs(app, posters, new Metrics());
  const before = await sweptAt(pair.standby);

  relay.leadTo(pair.standby);
  // Each look of the scheduler that the standby refuses.
  const refused = await rollbacks(pair.standby);
  await expect.poll(() => rollbacks(pair.standby), patient).toBeGreaterThan(refused + 1);
  await promote(pair.standby);
  await runOn(pair.standby, 'update agenda_jobs set next_run_at = now(), locked_at = null');
  await expect.poll(() => sweptAt(pair.standby), patient).not.toEqual(before);

  const began = performance.now();
  await jobs.stop();
  expect(performance.now() - began).toBeLessThan(5_000);
  await close();
});

test('requests are refused soon while the database is silent or a standby, then served', async () => {
  await using pair = await startPair();
  await using relay = await startRelay(pair.primary);
  const { app, url, close } = await startTestServer({}, relay.url);
  const { showtime } = await aShowtime(app);
  const { call } = await aUser(app);
  const seats = () => call.showtimes.get({ showtimeId: showtime.id });
  const refused = { cause: { code: 'UNAVAILABLE' } };

  relay.hold();
  await expect(seats()).rejects.toMatchObject(refused);
  const began = performance.now();
  const refusals = await Promise.allSettled(Array.from({ length: 200 }, seats));
  // Without the watch, each would wait five seconds for a connection.
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(refusals.every(({ status }) => status === 'rejected')).toBe(true);
  expect(app.database.isAway).toBe(true);
  const response = await fetch(`${url}/api/v1/showtimes/${showtime.id}`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await readiness(url)).toEqual([503, 'unavailable']);
  expect(await readiness(url, '?of=server')).toEqual([200, 'unavailable']);

  relay.leadTo(pair.standby);
  await expect(seats()).rejects.toMatchObject(refused);
  expect(await readiness(url)).toEqual([503, 'unavailable']);

  relay.leadTo(pair.primary);
  await expect.poll(() => app.database.isAway, patient).toBe(false);
  expect((await seats()).id).toBe(showtime.id);
  expect(await readiness(url)).toEqual([200, 'ok']);
  await close();
});

test('those who wait for a connection are refused, and the server outlives their time limit', async () => {
  const database = await createTestDatabase();
  await using relay = await startRelay(database.url);
  const { app, close } = await createTestApp({ database: { poolSize: 2 } }, relay.url);
  app.database.begin();
  await app.pool.query('select 1');
  relay.hold();
  const began = performance.now();
  const waiting = Array.from({ length: 20 }, () => app.pool.query('select 1'));
  const outcomes = await Promise.allSettled(waiting);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(performance.now() - began).toBeLessThan(4_500);
  // The pool itself gives up on them later, and calls back for each.
  await expect.poll(() => app.pool.waitingCount, patient).toBe(0);
  relay.leadTo(database.url);
  await expect.poll(() => app.database.isAway, patient).toBe(false);
  await close();
  await database.drop();
});

test('a slow statement on a quiet server is no reason to refuse others', async () => {
  const database = await createTestDatabase();
  const { app, close } = await createTestApp({}, database.url);
  app.database.begin();
  for (const _time of [1, 2]) {
    const slow = app.pool.query('select pg_sleep(1)');
    const away = vi.spyOn(app.log, 'warn');
    // Whoever watches is cut off, as an idle connection is by a proxy.
    await app.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'matinee-watch' and datname = current_database()`);
    await slow;
    expect(away).not.toHaveBeenCalled();
  }
  await close();
  await database.drop();
});

test('a server that does not serve yet waits for its database, and one that serves refuses', async () => {
  const database = await createTestDatabase();
  await using relay = await startRelay(database.url);
  const { app, close } = await createTestApp({ database: { poolSize: 2 } }, relay.url);
  await Promise.all([app.pool.query('select 1'), app.pool.query('select 1')]);
  relay.holdNew();
  /** Waits for a connection; both say nothing for longer than the watch has patience. */
  const behindSlowStatements = async () => {
    const slow = [1, 2].map(() => app.pool.query('select pg_sleep(2)'));
    const [outcome] = await Promise.allSettled([app.pool.query('select 1')]);
    await Promise.all(slow);
    return outcome.status;
  };

  expect(await behindSlowStatements()).toBe('fulfilled');
  app.database.begin();
  expect(await behindSlowStatements()).toBe('rejected');

  relay.leadTo(database.url);
  await expect.poll(() => app.database.isAway, patient).toBe(false);
  await close();
  await database.drop();
});

test('a database that was silent is back with its first response, whether or not it lets anyone in', async () => {
  const database = await createTestDatabase();
  await using relay = await startRelay(database.url);
  const { app, close } = await createTestApp({ database: { poolSize: 2 } }, relay.url);
  await Promise.all([app.pool.query('select 1'), app.pool.query('select 1')]);
  app.database.begin();
  const holder = new Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('select pg_advisory_lock(1)');
  relay.holdNew();
  const slow = app.pool.query('select pg_advisory_lock(1)');
  await expect.poll(() => app.database.isAway, patient).toBe(true);
  await holder.end();
  await slow;
  expect(app.database.isAway).toBe(false);
  expect((await app.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  relay.leadTo(database.url);
  await close();
  await database.drop();
});

test('a database that refuses statements is not away', async () => {
  const database = await createTestDatabase();
  await using relay = await startRelay(database.url);
  const { app, close } = await createTestApp({}, relay.url);
  app.database.begin();
  const client = await app.pool.connect();
  // Whoever watches would get no response.
  relay.holdNew();
  const refused = `do $$ begin perform pg_sleep(0.1); raise exception 'no'; end $$`;
  for (let count = 0; count < 20; count += 1) {
    await expect(client.query(refused)).rejects.toThrow('no');
  }
  expect(app.database.isAway).toBe(false);
  client.release();
  relay.leadTo(database.url);
  await close();
  await database.drop();
});

test('a replica that hangs is left alone after two seconds, and holds up no stop', async () => {
  const database = await createTestDatabase();
  await using relay = await startRelay(database.url);
  const { app, close } = await createTestApp(
    { database: { replicaUrls: [relay.url] } },
    database.url,
  );
  await app.replicas.measure();
  relay.hold();
  const began = performance.now();
  const lists = Array.from({ length: 4 }, () => callerOf(app).showtimes.list({}));
  expect((await Promise.all(lists)).map(({ items }) => items)).toEqual([[], [], [], []]);
  // Without a limit of its own, the question about the lag would take twenty.
  expect(performance.now() - began).toBeLessThan(8_000);
  expect(app.replicas.state).toBe('unavailable');
  await close();
  await database.drop();
});

test('a replica that lags is passed over, and the health page says so', async () => {
  await using pair = await startPair();
  const { app, url, close } = await startTestServer(
    { database: { replicaUrls: [pair.standby], replicaMaxLagSeconds: 0.2 } },
    pair.primary,
  );
  const patience = { replicaUrls: [pair.standby], replicaMaxLagSeconds: 3_600 };
  const other = await createTestApp({ database: patience }, pair.primary);
  const { showtime } = await aShowtime(app);
  const listed = async (from: typeof app) =>
    (await callerOf(from).showtimes.list({})).items.map(({ id }) => id);

  await expect.poll(() => app.replicas.state, patient).toBe('behind');
  expect(await listed(app)).toEqual([showtime.id]);
  expect(app.replicas.figures).toMatchObject([{ passedOver: 1 }]);
  expect(await readiness(url, '', 'replicas')).toEqual([200, 'behind']);
  // The same replica, where so much lag is allowed.
  expect(await listed(other.app)).toEqual([]);
  await other.close();
  await close();
});

test('a connection to a replica that breaks during a read costs neither the read nor the server', async () => {
  const database = await createTestDatabase();
  await using relay = await startRelay(database.url);
  const { app, asOwner, close } = await createTestApp(
    { database: { replicaUrls: [relay.url] } },
    database.url,
  );
  const text = `select case when current_setting('application_name') = 'matinee-replica'
    then 'replica' || pg_sleep(60)::text else 'primary' end as at`;
  const slow = { text, name: 'slow', summary: 'select', columns: { at: 'text' } } as const;
  const reading = app.replicas.report({ em: app.orm.em.fork(), pool: app.pool }, slow);
  const running = async () => {
    // The role of the server does not see what others ask.
    const { rowCount } = await asOwner(
      `select from pg_stat_activity where application_name = 'matinee-replica'
         and query ~ 'pg_sleep' and state = 'active' and datname = current_database()`,
    );
    return rowCount;
  };
  await expect.poll(running, patient).toBe(1);
  relay.leadTo(database.url);
  expect(await reading).toEqual([{ at: 'primary' }]);
  await close();
  await database.drop();
});

async function readiness(url: string, query = '', part = 'database') {
  const response = await fetch(`${url}/health/ready${query}`);
  const { checks } = (await response.json()) as { checks: Record<string, string> };
  return [response.status, checks[part]];
}

/** When the last sweep ended. */
async function sweptAt(url: string): Promise<number | undefined> {
  const [row] = await runOn<{ at: Date | null }>(
    url,
    `select last_finished_at as at from agenda_jobs where name = 'sweep'`,
  );
  return row?.at?.getTime();
}

async function rollbacks(url: string): Promise<number> {
  const [row] = await runOn<{ count: number }>(
    url,
    `select xact_rollback::int as count from pg_stat_database where datname = current_database()`,
  );
  return row?.count ?? 0;
}
