import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aGuest, aUser, refusalOf } from '../../test/builders.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

const untouched = { reminders: true, news: false, sms: false, recommendations: true, phone: null };

describe('what a user is sent', () => {
  test.each([
    ['an account', aUser],
    ['a guest', aGuest],
  ])('is reminders and no news before %s changes it, and is kept', async (_who, someone) => {
    const { call, id } = await someone(running.app);
    const other = await someone(running.app);
    expect(await call.auth.notifications()).toEqual(untouched);
    const chosen = { ...untouched, reminders: false, news: true };
    expect(await call.auth.updateNotifications({ reminders: false, news: true })).toEqual(chosen);
    expect(await call.auth.notifications()).toEqual(chosen);
    expect(await call.auth.updateNotifications({})).toEqual(chosen);
    const without = { ...chosen, news: false };
    expect(await call.auth.updateNotifications({ news: false })).toEqual(without);
    expect(await other.call.auth.notifications()).toEqual(untouched);
    const { rowCount } = await running.app.pool.query(
      'select from notification_settings where user_id = $1',
      [id],
    );
    expect(rowCount).toBe(1);
  });

  test('is changed once by a repetition', async () => {
    const { token, call } = await aUser(running.app);
    const again = callerOf(running.app, { token, key: randomUUID() });
    await again.auth.updateNotifications({ reminders: false });
    await call.auth.updateNotifications({ reminders: true });
    expect((await again.auth.updateNotifications({ reminders: false })).reminders).toBe(false);
    expect((await call.auth.notifications()).reminders).toBe(true);
  });

  test('is no SMS without a proven telephone number, which is not set here', async () => {
    const { call } = await aUser(running.app);
    const refusal = await refusalOf(call.auth.updateNotifications({ sms: true }));
    expect(refusal).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { issues: [{ path: ['sms'], message: 'needs a proven telephone number' }] },
    });
    const input = { phone: '+4915112345678' } as object;
    expect((await refusalOf(call.auth.updateNotifications(input))).code).toBe('VALIDATION_ERROR');
    expect(await call.auth.updateNotifications({ sms: false })).toEqual(untouched);
  });
});
