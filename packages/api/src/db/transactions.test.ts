import { once } from 'node:events';
import { connect } from 'node:net';
import bcrypt from 'bcrypt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { takeWaits } from '../../test/transactions.ts';
import { databaseNow, inTransaction, query, statementPlannedEachTime } from './query.ts';

/* The probe of all tests: it notices what would wait while a transaction is open. */

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

const waitsOf = async (work: () => Promise<unknown>) => {
  const { orm, pool } = running.app;
  await inTransaction({ em: orm.em.fork(), pool }, async () => void (await work()));
  return takeWaits();
};

test.each<[string, () => Promise<unknown>]>([
  ['a hash', () => bcrypt.hash('secret', 4)],
  ['a comparison of a password', async () => bcrypt.compare('secret', await hash)],
  ['a second connection', () => running.app.pool.query('select 1')],
  ['a fetch', () => fetch('http://127.0.0.1:1').catch(() => undefined)],
  ['another system', () => once(connect(1, '127.0.0.1'), 'error')],
])('%s', async (what, wait) => {
  expect(await waitsOf(wait)).toContain(what);
  await wait();
  expect(takeWaits()).toEqual([]);
});

const hash = bcrypt.hash('secret', 4);

test('a statement is kept prepared by the connection of a transaction', async () => {
  const { orm, pool } = running.app;
  await inTransaction({ em: orm.em.fork(), pool }, async (tx) => {
    await databaseNow(tx);
    const kept = await tx.em.execute<{ name: string }[]>(
      `select name from pg_prepared_statements where statement like '%clock_timestamp()) as now'`,
    );
    expect(kept).toEqual([{ name: expect.stringMatching(/^m_[0-9a-f]{16}$/) }]);
  });
});

const plannedEachTime = statementPlannedEachTime(
  'select count(*)::int as shows from showtimes where start_time > $1::timestamptz',
  { shows: 'int' },
);

test('a statement that is planned each time is not kept', async () => {
  const { orm, pool } = running.app;
  await inTransaction({ em: orm.em.fork(), pool }, async (tx) => {
    expect(await query(tx, plannedEachTime, [new Date()])).toEqual([{ shows: 0 }]);
    const kept = await tx.em.execute<{ name: string }[]>(
      `select name from pg_prepared_statements where statement like '%as shows from showtimes%'`,
    );
    expect(kept).toEqual([]);
  });
  expect(await query({ em: orm.em.fork(), pool }, plannedEachTime, [new Date()])).toEqual([
    { shows: 0 },
  ]);
  const { rows: kept } = await pool.query(
    `select name from pg_prepared_statements where statement like '%as shows from showtimes%'`,
  );
  expect(kept).toEqual([]);
});

test('the transaction’s own statements are no waiting', async () => {
  const { orm, pool } = running.app;
  await inTransaction({ em: orm.em.fork(), pool }, async ({ em }) => {
    await em.execute('select 1');
    await inTransaction({ em, pool }, ({ em: nested }) => nested.execute('select 1'));
  });
  expect(takeWaits()).toEqual([]);
});
