import { aShowtime, aUser, createTestApp, createTestDatabase } from '@matinee/api/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServerProcess } from './races/processes.ts';
import type { ServerProcess } from './races/processes.ts';

/*
 * An upgrade is taken back by starting the version before. It finds a schema with migrations that it
 * does not know, and must go on selling.
 */

let database: { url: string; drop(): Promise<void> };
let server: ServerProcess;
beforeAll(async () => {
  database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(laterVersion);
  await client.end();
  server = await startServerProcess({ databaseUrl: database.url, jobs: true });
});
afterAll(async () => {
  await server.stop();
  await database.drop();
});

/** What the migration of a later version may do. */
const laterVersion = `
  create table trailers (id uuid primary key, movie_id uuid not null references movies);
  alter table movies add column trailer_url text;
  alter table reservations add column origin text not null default 'web';
  create function audit_forget(p_days integer) returns integer language sql as 'select 0';
  insert into migrations (name) values ('2999-01-01-trailers')`;

test('a server starts on the schema of a later version, and leaves it as it is', async () => {
  const ready = await fetch(`${server.url}/health/ready`);

  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ checks: { database: 'ok', jobs: 'ok' } });
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(
    `select name from migrations where name > '2999' union all
     select column_name from information_schema.columns where column_name = 'trailer_url'`,
  );
  await client.end();
  expect(rows).toEqual([{ name: '2999-01-01-trailers' }, { name: 'trailer_url' }]);
});

test('it sells there', async () => {
  const { app, close } = await createTestApp({}, database.url);
  const { showtime, seatIds } = await aShowtime(app);
  const { token } = await aUser(app);
  await close();
  const post = async (path: string, body: object) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.status;
  };
  const wanted = seatIds.slice(0, 2);

  expect(await post(`/showtimes/${showtime.id}/lock-seats`, { seatIds: wanted })).toBe(201);
  expect(await post('/reservations', { showtimeId: showtime.id, seatIds: wanted })).toBe(201);
});
