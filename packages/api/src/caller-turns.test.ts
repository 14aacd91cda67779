import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../test/app.ts';
import type { TestApp } from '../test/app.ts';
import { aUser } from '../test/builders.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp({ rateLimit: true });
});
afterAll(() => running.close());

test('writes of one account that wait for its row leave connections to others', async () => {
  const { pool } = running.app;
  const [many, other] = [await aUser(running.app), await aUser(running.app)];
  const holder = await pool.connect();
  await holder.query('begin');
  const { rowCount } = await holder.query('select from users where id = $1 for update', [many.id]);
  expect(rowCount).toBe(1);
  const writes = Array.from({ length: 3 * (pool.options.max ?? 10) }, (_, index) =>
    many.call.auth.updateMe({ firstName: `Ada ${index}` }),
  );

  expect(await other.call.auth.updateMe({ firstName: 'Eve' })).toMatchObject({ firstName: 'Eve' });

  await holder.query('commit');
  holder.release();
  await Promise.all(writes);
  expect((await many.call.auth.me()).firstName).toMatch(/^Ada /);
});
