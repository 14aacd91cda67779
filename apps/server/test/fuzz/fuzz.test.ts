import { brokenInvariants, createTestDatabase } from '@matinee/api/testing';
import type { TestDatabase } from '@matinee/api/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPool } from '../races/processes.ts';
import { freshDocument } from '../rest/document.ts';
import { Contract } from './answers.ts';
import { fuzz } from './fuzz.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** As many as a minute allows; `npm run fuzz` is the long run, with a new seed each time. */
const requests = 50_000;
const atMostMs = 60_000;

test('whatever is asked, the server answers as the document says', async () => {
  const report = await fuzz({ databaseUrl: database.url, requests, seed: 20_261_122, atMostMs });
  console.log(`fuzz: ${JSON.stringify(report)}`);

  expect(report.failure).toBeUndefined();
  expect(report.requests).toBeGreaterThan(1_000);
  // Depth: a run in which everything is refused would try little.
  expect(Object.keys(report.successes).length).toBeGreaterThan(25);
  const pool = openPool(database.url);
  expect(await brokenInvariants(pool)).toEqual({});
  await pool.end();
}, 240_000);

test('a server that answers something else is found out, and the failure replays', async () => {
  const own = await createTestDatabase();
  const client = new Client({ connectionString: own.url });
  await client.connect();
  await client.query(
    `create function break() returns trigger language plpgsql as
       $$ begin raise exception using errcode = 'XX000'; end $$;
     create trigger break before insert on idempotency_keys execute function break()`,
  );
  await client.end();

  const run = { databaseUrl: own.url, requests: 2_000, seed: 1, atMostMs: 60_000 };
  const { failure = '' } = await fuzz(run);
  expect(failure).toContain('status 500');
  const path = /--path (\S+)/.exec(failure)?.[1];
  expect((await fuzz({ ...run, path })).failure).toContain('status 500');
  await own.drop();
}, 120_000);

describe('the judge of answers', () => {
  const headers = {
    'x-request-id': 'a',
    'content-type': 'application/json; charset=utf-8',
  };
  const page = { items: [], nextCursor: null };
  const success = (data: object) => ({ success: true, data, message: 'OK' });
  const failure = (code: string, details: object) => ({
    success: false,
    error: { code, message: 'No.', details, requestId: 'a' },
  });

  test.each<[string, number, object, string[]]>([
    ['a page', 200, success(page), []],
    ['a refusal', 400, failure('VALIDATION_ERROR', { issues: [] }), []],
    ['a key too many', 200, success({ ...page, total: 0 }), ['/data must NOT have additional']],
    [
      'a key too few',
      200,
      success({ items: [] }),
      ["/data must have required property 'nextCursor'"],
    ],
    ['a wrong type', 200, success({ items: {}, nextCursor: null }), ['/data/items must be array']],
    ['a status of its own', 409, failure('IN_USE', {}), ['status 409 is not in the document']],
    [
      'a code of another route',
      400,
      failure('IN_USE', {}),
      ['/error/code must be equal to one of the allowed values'],
    ],
    [
      'details of another code',
      400,
      failure('VALIDATION_ERROR', { seats: [] }),
      ['/error/details'],
    ],
    ['a breakdown', 500, failure('INTERNAL_ERROR', {}), ['status 500']],
  ])('judges %s', async (_name, status, body, expected) => {
    const contract = new Contract(await freshDocument());
    const answer = { status, headers, text: JSON.stringify(body) };
    const problems = contract.problemsOf('moviesList', answer);
    expect(problems.length > 0).toBe(expected.length > 0);
    for (const each of expected) {
      expect(problems.join('\n')).toContain(each);
    }
  });
});
