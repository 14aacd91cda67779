import { randomUUID } from 'node:crypto';
import { sweep } from '@matinee/api';
import {
  aShowtime,
  asServer,
  aUser,
  createTestApp,
  createTestDatabase,
} from '@matinee/api/testing';
import type { TestDatabase } from '@matinee/api/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openPool, startServerProcess } from './races/processes.ts';
import { callRest } from './surfaces.ts';

/*
 * The role that deploy/postgres/server-role.sql makes. All tests have it that make the product in their own
 * process (`createTestApp`); here a server runs with it, and what it cannot do is tried.
 */

let database: TestDatabase;
/** The same database, as the role. */
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  url = asServer(database.url, inject('serverRole'));
});
afterAll(() => database.drop());

test('products that tests make in their own process have the role', async () => {
  const own = await createTestApp({}, database.url);
  const { rows } = await own.app.pool.query('select session_user as role');
  expect(rows).toEqual([{ role: inject('serverRole') }]);
  await own.close();
});

test('a server starts with the role, signs users in, and runs its jobs', async () => {
  const server = await startServerProcess({
    databaseUrl: url,
    jobs: true,
    // No Redis listens there: it is never needed.
    env: { RATE_LIMIT: 'on', REDIS_URL: 'redis://127.0.0.1:1' },
  });
  const email = `${randomUUID()}@example.com`;
  const input = { email, password: 'a-password-of-mine' };
  const { outcome } = await callRest(server.url, 'POST /auth/register', { input });
  expect(outcome).toBe('201 ok');
  expect((await callRest(server.url, 'POST /auth/login', { input })).outcome).toBe('200 ok');

  const ready = async () => (await fetch(`${server.url}/health/ready`)).json();
  await expect.poll(ready, { timeout: 20_000 }).toMatchObject({
    status: 'ok',
    checks: { jobs: 'ok', migrations: 'ok' },
  });
  expect(server.output()).not.toMatch(/permission denied|42501/);
  expect(await server.stop()).toBe(0);
}, 90_000);

test('customers book and cancel, and administrators plan', async () => {
  const own = await createTestApp({ rateLimit: true }, url);
  const { admin, showtime, seatIds } = await aShowtime(own.app);
  const { call } = await aUser(own.app);
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
  await call.showtimes.lockSeats(input);
  await own.app.pool.query(`update seat_claims set expires_at = expires_at - interval '1 minute'`);
  await call.showtimes.extendLock(input);
  const { id: reservationId } = await call.reservations.create(input);
  await call.reservations.cancel({ reservationId });
  await call.showtimes.lockSeats(input);
  await call.showtimes.unlockSeats(input);
  await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason: 'Flood' });
  expect((await admin.call.admin.audit.list({ subject: showtime.id })).items).not.toEqual([]);
  await own.close();
});

test('old entries of the audit log go, although the role may not delete them', async () => {
  const own = await createTestApp({}, url);
  await own.app.pool.query(
    `insert into audit_events (id, at, action, data, remote_address)
     values ($1, clock_timestamp() - interval '401 days', 'old', '{}', '127.0.0.1')`,
    [randomUUID()],
  );
  expect((await sweep(own.app)).auditEvents).toBe(1);
  await own.close();
});

test.each([
  ['create a table', 'create table mine (id int)'],
  ['change a table', 'alter table users add column mine int'],
  ['drop a table', 'drop table sessions'],
  ['empty a table', 'truncate sessions'],
  ['delete from the audit log', 'delete from audit_events'],
  ['change the audit log', `update audit_events set action = 'other'`],
  ['switch the guard of the audit log off', 'alter table audit_events disable trigger all'],
  ['create a role', 'create role another superuser'],
  ['read the files of the server', `select pg_read_file('/etc/passwd')`],
  ['run a program', `copy movies to program 'cat'`],
])('the role cannot %s', async (_what, sql) => {
  const pool = openPool(url);
  await expect(pool.query(sql)).rejects.toThrow(/permission denied|must be owner/);
  await pool.end();
});
