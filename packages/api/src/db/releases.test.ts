import { readdir, readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { releaseDifferences } from '../../test/releases/differences.ts';
import type { Release } from '../../test/releases/release.ts';
import { migrations } from './migrations/index.ts';

/*
 * Servers of the release before run on the present schema: during an upgrade beside the new ones, and
 * alone when the upgrade is taken back. Here the database prepares each of their statements and runs
 * each of their calls.
 */

const folder = new URL('releases/', import.meta.url);
const releases = await Promise.all(
  (await readdir(folder)).map(async (file) => {
    return JSON.parse(await readFile(new URL(file, folder), 'utf8')) as Release;
  }),
);
const [previous] = releases;

let database: TestDatabase;
let client: Client;
beforeEach(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

test('one release is kept, with all that its servers ask for', () => {
  expect(releases.map(({ version }) => version)).toEqual([previous?.version]);
  const text = previous?.statements.map((statement) => statement.text).join('\n');
  expect(text).toContain('insert into "reservations"');
  expect(text).toContain('UPDATE "agenda_jobs"');
  expect(text).toMatch(/INSERT INTO \S*rate_limits/);
  expect(previous?.statements.length).toBeGreaterThan(150);
  expect(previous?.steps.length).toBeGreaterThan(50);
});

test('every migration of the release before is still there', () => {
  const names = migrations.map(({ name }) => name);
  expect(names.slice(0, previous?.migrations.length)).toEqual(previous?.migrations);
});

test.each(releases)('servers of $version work on the present schema', async (release) => {
  expect(await releaseDifferences(client, release)).toEqual([]);
});

/** What the servers of the release before stumble over after a change of the schema. */
async function differencesAfter(change: string): Promise<string[]> {
  if (!previous) {
    throw new Error('There is no release to compare with');
  }
  await client.query(change);
  return releaseDifferences(client, previous);
}

describe('the release before', () => {
  test.each([
    [
      'a column that is dropped',
      'alter table movies drop column content_rating',
      'column "content_rating" of relation "movies" does not exist',
    ],
    [
      'a column that is renamed',
      'alter table users rename column first_name to given_name',
      'column "first_name" of relation "users" does not exist',
    ],
    [
      'a column that must be given',
      'alter table theaters add column city text not null',
      'writes theaters: error: null value in column "city"',
    ],
    [
      'a column that is too narrow for what was written',
      'alter table seats add constraint seats_few check (seat_number < 5)',
      'writes seats: error: new row for relation "seats" violates',
    ],
    [
      'a column of another type',
      'alter table theaters alter column total_seats type bigint',
      'as bigint instead of integer',
    ],
    [
      'a column that may be null now',
      'alter table theaters alter column name drop not null',
      'may return null as name',
    ],
    [
      'a function that is renamed',
      'alter function extend_lock rename to prolong_lock',
      'extends the locks: error: function extend_lock',
    ],
    [
      'a function with another argument',
      `drop function audit_forget;
       create function audit_forget(p_days integer) returns integer language sql as 'select 1'`,
      'function audit_forget() does not exist',
    ],
    [
      'a call that has become ambiguous',
      `create function audit_forget(p_days integer default 400) returns integer
         language sql as 'select 1'`,
      'function audit_forget() is not unique',
    ],
    [
      'a result without one of its fields',
      `create or replace function reservation_answer(p_reservation uuid) returns json
         language sql as $$ select json_build_object('id', p_reservation) $$`,
      'reads a reservation: /0/answer/reference is undefined instead of "string"',
    ],
    [
      'a result of another type',
      `drop function sign_in_attempt;
       create function sign_in_attempt(uuid, text[], integer[], double precision) returns integer
         language sql as 'select 1'`,
      'returns wait as integer instead of double precision',
    ],
    [
      'a table of a library that is renamed',
      'alter table rate_limits rename to counters',
      'relation "rate_limits" does not exist',
    ],
  ])('is told of %s', async (_what, change, expected) => {
    expect((await differencesAfter(change)).join('\n')).toContain(expected);
  });

  test.each([
    ['a new table', 'create table trailers (id uuid primary key)'],
    ['a column that may be null', 'alter table movies add column trailer_url text'],
    ['a column with a default', 'alter table users add column points int not null default 0'],
    [
      'a column that a trigger fills',
      `alter table theaters add column city text not null;
       create function city() returns trigger language plpgsql as
         $$ begin new.city := coalesce(new.city, 'unknown'); return new; end $$;
       create trigger theaters_city before insert on theaters for each row execute function city()`,
    ],
    [
      'a function beside the old one',
      `create function audit_forget(p_days integer) returns integer language sql as 'select 1'`,
    ],
  ])('does not mind %s', async (_what, change) => {
    expect(await differencesAfter(change)).toEqual([]);
  });
});
