import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aShowtime, aUser, createTestApp, createTestDatabase } from '@matinee/api/testing';
import type { TestDatabase } from '@matinee/api/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { openDatabase } from '../../src/database.ts';
import { readEnvironment } from '../../src/environment.ts';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { runOn } from './pair.ts';
import { startTestPooler } from './test-pooler.ts';
import type { TestPooler } from './test-pooler.ts';

let database: TestDatabase;
let pooler: TestPooler;
let pooled: string;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  pooler = await startTestPooler(inject('postgresUrl'));
  pooled = pooler.urlOf(new URL(database.url).pathname.slice(1));
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-pooler-'));
});
afterAll(async () => {
  await pooler[Symbol.asyncDispose]();
  await runOn(inject('postgresUrl'), resetLimits());
  await database.drop();
  await rm(folder, { recursive: true });
});

/** The settings of the role in this database go with the database. */
function resetLimits(): string {
  return `alter role matinee in database ${new URL(database.url).pathname.slice(1)} reset all`;
}

/** How a start takes the addresses: what it found, or why it refuses. */
async function open(env: Record<string, string>): Promise<string> {
  const environment = readEnvironment({ DATA_DIR: folder, ...env });
  return openDatabase(environment).then(
    ({ pooler: found }) => found,
    (error: unknown) => (error as Error).message,
  );
}

test('a start finds out what it is led to, and says what is missing', async () => {
  const direct = { DATABASE_DIRECT_URL: database.url };
  expect(await open({ DATABASE_URL: database.url })).toBe('none');
  expect(await open({ DATABASE_URL: pooled })).toMatch(
    /^DATABASE_URL: leads to a connection pooler: set DATABASE_DIRECT_URL to/,
  );
  expect(await open({ DATABASE_URL: pooled, DATABASE_DIRECT_URL: pooled })).toMatch(
    /^DATABASE_DIRECT_URL: leads to a connection pooler/,
  );
  const elsewhere = await createTestDatabase();
  expect(await open({ DATABASE_URL: pooled, DATABASE_DIRECT_URL: elsewhere.url })).toBe(
    'DATABASE_URL: leads to another database than DATABASE_DIRECT_URL',
  );
  await elsewhere.drop();

  const refusal = await open({ DATABASE_URL: pooled, ...direct });
  expect(refusal).toMatch(/^DATABASE_URL: statements have no time limits behind the connection/);
  // The statements that it names are the cure, for connections that are made from then on.
  const statements = refusal.slice(refusal.indexOf('alter role'));
  await runOn(database.url, statements);
  const later = await startTestPooler(inject('postgresUrl'));
  const url = later.urlOf(new URL(database.url).pathname.slice(1));
  expect(await open({ DATABASE_URL: url, ...direct })).toBe('transaction');
  await later[Symbol.asyncDispose]();
});

/** A server whose connections all lead through the pooler. */
async function startPooled(kind: 'none' | 'transaction'): Promise<TestServer> {
  return startTestServer(
    { database: { pooler: kind, directUrl: database.url }, rateLimit: true },
    pooled,
  );
}

test('two servers sell behind a pooler that gives each transaction another connection', async () => {
  const servers = [await startPooled('transaction'), await startPooled('transaction')];
  const [first, second] = servers as [TestServer, TestServer];
  const { showtime, seatIds } = await aShowtime(first.app, { seats: 24 });
  const buyers = await Promise.all(
    seatIds.map((_seat, index) => aUser((index % 2 === 0 ? first : second).app)),
  );
  const sold = await Promise.all(
    buyers.map(async ({ token }, index) => {
      const { url } = index % 2 === 0 ? first : second;
      const post = (route: string, body: object) =>
        fetch(`${url}/api/v1${route}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const own = { seatIds: [seatIds[index]] };
      const locked = await post(`/showtimes/${showtime.id}/lock-seats`, own);
      const bought = await post('/reservations', { showtimeId: showtime.id, ...own });
      return [locked.status, bought.status];
    }),
  );
  expect(sold).toEqual(seatIds.map(() => [201, 201]));
  // The rate limits bring named statements of their own.
  const signIn = await fetch(`${second.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'someone@example.com', password: 'not-the-password' }),
  });
  expect(signIn.status).toBe(401);
  await Promise.all(servers.map((server) => server.close()));
});

test('a pooler whose connections are all busy is not taken for a database that is away', async () => {
  await using narrow = await startTestPooler(inject('postgresUrl'), 1);
  const url = narrow.urlOf(new URL(database.url).pathname.slice(1));
  const { app, close } = await createTestApp(
    { database: { pooler: 'transaction', directUrl: database.url } },
    url,
  );
  const looks = vi.spyOn(app.log, 'warn');
  const [slow] = await Promise.all([
    app.pool.query('select pg_sleep(2)'),
    app.pool.query('select 1'),
  ]);
  expect(slow.rowCount).toBe(1);
  expect(looks).not.toHaveBeenCalled();
  await close();
});

test('names and settings would not survive it: the pooler of this test is unkind enough', async () => {
  const clients = [new Client(pooled), new Client(pooled)];
  await Promise.all(clients.map((client) => client.connect()));
  const named = { name: 'one', text: 'select 1' };
  const tries = clients.flatMap((client) => [1, 2, 3, 4].map(() => client));
  const outcomes: string[] = [];
  for (const client of tries) {
    outcomes.push(
      await client.query(named).then(
        () => 'ok',
        (error: unknown) => String(Reflect.get(error as object, 'code')),
      ),
    );
  }
  // Unknown to the next connection, or known to it from another client.
  expect(outcomes.some((outcome) => /^(26000|42P05)$/.test(outcome))).toBe(true);
  const limited = new Client({ connectionString: pooled, statement_timeout: 1_000 });
  await expect(limited.connect()).rejects.toMatchObject({ code: '08P01' });
  await Promise.all(clients.map((client) => client.end()));
});
