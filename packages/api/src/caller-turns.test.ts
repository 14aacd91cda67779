import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestApp } from '../test/app.ts';
import type { TestApp } from '../test/app.ts';
import { aUser, refusalOf } from '../test/builders.ts';

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

test('writes that are refused as too many keep the places of their account for half a second', async () => {
  const [many, other] = [await aUser(running.app), await aUser(running.app)];
  const wrong = { currentPassword: 'not the password', newPassword: 'another-password' };
  const guess = async () => (await refusalOf(many.call.auth.changePassword(wrong))).code;
  await Promise.all(Array.from({ length: 10 }, guess));
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    const refused = await Promise.all(Array.from({ length: 4 }, guess));
    expect(refused).toEqual(Array.from({ length: 4 }, () => 'RATE_LIMITED'));
    let isWritten = false;
    const write = many.call.auth.updateMe({ firstName: 'Ada' }).then(() => (isWritten = true));
    await other.call.auth.updateMe({ firstName: 'Eve' });
    vi.advanceTimersByTime(499);
    await other.call.auth.updateMe({ firstName: 'Eva' });
    expect(isWritten).toBe(false);

    vi.advanceTimersByTime(1);
    expect(await write).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
