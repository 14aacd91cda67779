import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, password, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { createFirstAdmin } from '../auth/first-admin.ts';
import { sweep } from '../housekeeping.ts';
import type { ListAudit } from './schema.ts';

let running: TestApp;
let admin: Person;
beforeAll(async () => {
  running = await createTestApp({ rateLimit: true });
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

type Filters = Partial<ListAudit>;

const list = async (filters: Filters) => {
  await running.app.refusals.settle();
  return (await admin.call.admin.audit.list(filters)).items;
};
const sql = (text: string, values: unknown[] = []) => running.app.pool.query(text, values);

test('an entry says who did what, to what, and from where', async () => {
  const { id: userId } = await aUser(running.app);
  const before = Date.now();
  await admin.call.admin.users.promote({ userId });

  const [entry, ...more] = await list({ subject: userId, action: 'admin.users.promote' });
  expect(more).toEqual([]);
  expect(entry).toEqual({
    id: expect.any(String) as unknown,
    at: expect.any(Date) as unknown,
    actor: { id: admin.id, email: admin.email },
    action: 'admin.users.promote',
    subject: userId,
    data: {},
    remoteAddress: expect.any(String) as unknown,
  });
  expect(Math.abs((entry?.at.getTime() ?? 0) - before)).toBeLessThan(60_000);
});

test('a change of prices is kept with what was asked for, and not when it is refused', async () => {
  const { showtime } = await aShowtime(running.app);
  const showtimeId = showtime.id;
  await admin.call.showtimes.update({ showtimeId, price: '17.50' });
  const refused = admin.call.showtimes.update({ showtimeId, price: '1.00', revision: 1 });
  expect((await refusalOf(refused)).code).toBe('EDIT_CONFLICT');

  const entries = await list({ subject: showtimeId, action: 'showtimes.update' });
  expect(entries.map(({ data }) => data)).toEqual([{ price: '17.50' }]);
});

test('a repetition under one idempotency key is one entry', async () => {
  const { id: userId } = await aUser(running.app);
  const call = callerOf(running.app, { token: admin.token, key: randomUUID() });
  await call.admin.users.disable({ userId });
  await call.admin.users.disable({ userId });

  expect(await list({ subject: userId, action: 'admin.users.disable' })).toHaveLength(1);
});

test('an entry that cannot be written takes its effect with it', async () => {
  const { id: userId } = await aUser(running.app);
  await running.asOwner(`
    create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'no entry'; end $$;
    create trigger refuse before insert on audit_events
      for each row when (new.subject = '${userId}') execute function refuse()`);
  const refused = admin.call.admin.users.promote({ userId });
  expect((await refusalOf(refused)).code).toBe('INTERNAL_ERROR');
  await running.asOwner('drop trigger refuse on audit_events');

  const { rows } = await sql('select role from users where id = $1', [userId]);
  expect(rows).toEqual([{ role: 'user' }]);
  running.errors.length = 0;
});

test('a long input is kept by the names of its fields', async () => {
  const description = 'x'.repeat(4_500);
  const input = { title: randomUUID(), genre: 'Drama', durationMinutes: 90, description };
  const { id } = await admin.call.movies.create(input);
  const [entry] = await list({ subject: id });
  expect(entry?.data).toEqual({
    fields: ['title', 'description', 'genre', 'durationMinutes'],
  });
});

describe('of accounts', () => {
  test('sign-ups, sign-ins, new passwords and sign-outs are kept, without the password', async () => {
    const { id, email } = await aUser(running.app);
    const call = callerOf(running.app);
    const { accessToken: token } = await call.auth.login({ email, password });
    const input = { currentPassword: password, newPassword: 'another-password' };
    const changed = await callerOf(running.app, { token }).auth.changePassword(input);
    await callerOf(running.app, { token: changed.accessToken }).auth.logout();

    const entries = await list({ actorId: id });
    expect(entries.map(({ action }) => action)).toEqual([
      'auth.logout',
      'auth.changePassword',
      'auth.login',
      'auth.register',
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/password-|another-password/);
    expect(entries.every(({ subject }) => subject === id)).toBe(true);
  });

  test('the first of many refused sign-ins is kept, each is a line of the log', async () => {
    const { id, email } = await aUser(running.app);
    const lines = vi.spyOn(running.app.log, 'warn').mockClear();
    for (let index = 0; index < 5; index += 1) {
      await refusalOf(callerOf(running.app).auth.login({ email, password: 'wrong-password' }));
    }

    expect(await list({ subject: id, action: 'auth.login' })).toMatchObject([
      { actor: null, data: { code: 'INVALID_CREDENTIALS' } },
    ]);
    expect(lines.mock.calls.filter(([, message]) => message === 'security')).toHaveLength(5);
    expect(lines.mock.lastCall?.[0]).toMatchObject({
      action: 'auth.login',
      subject: id,
      outcome: 'INVALID_CREDENTIALS',
      address: expect.any(String) as unknown,
    });
    lines.mockRestore();
  });

  test('a client that has failed too often is kept, by its limit', async () => {
    const { id, email } = await aUser(running.app);
    const { login } = callerOf(running.app, { remoteAddress: '192.0.2.33' }).auth;
    for (let index = 0; index < 10; index += 1) {
      await refusalOf(login({ email, password: 'wrong-password' }));
    }
    const lines = vi.spyOn(running.app.log, 'warn').mockClear();
    expect((await refusalOf(login({ email, password }))).code).toBe('RATE_LIMITED');
    expect(lines.mock.lastCall).toEqual([
      expect.objectContaining({ subject: id, outcome: 'RATE_LIMITED', address: '192.0.2.33' }),
      'security',
    ]);
    lines.mockRestore();
    const entries = await list({ subject: id, action: 'auth.login' });
    expect(entries.map(({ data, remoteAddress }) => [data, remoteAddress])).toEqual([
      [{ code: 'RATE_LIMITED' }, '192.0.2.33'],
      [{ code: 'INVALID_CREDENTIALS' }, '192.0.2.33'],
    ]);
  });

  test('who would take the last administrator away is kept', async () => {
    const alone = await createTestApp();
    const last = await anAdmin(alone.app);
    expect((await refusalOf(last.call.admin.users.disable({ userId: last.id }))).code).toBe(
      'LAST_ADMIN',
    );
    await alone.app.refusals.settle();
    const { items } = await last.call.admin.audit.list({ action: 'admin.users.disable' });
    expect(items).toMatchObject([{ actor: { id: last.id }, data: { code: 'LAST_ADMIN' } }]);
    await alone.close();
  });

  test('a wrong current password is kept', async () => {
    const { id, call } = await aUser(running.app);
    const input = { currentPassword: 'wrong-password', newPassword: 'another-password' };
    await refusalOf(call.auth.changePassword(input));
    expect(await list({ actorId: id, action: 'auth.changePassword' })).toMatchObject([
      { data: { code: 'INVALID_CREDENTIALS' } },
    ]);
  });

  test('a caller without the role is kept, and a forged token only logged', async () => {
    const { id, call, token } = await aUser(running.app);
    await refusalOf(call.admin.users.list({}));
    expect(await list({ actorId: id, action: 'admin.users.list' })).toMatchObject([
      { data: { code: 'FORBIDDEN' } },
    ]);

    const lines = vi.spyOn(running.app.log, 'warn').mockClear();
    const { rows: before } = await sql('select count(*)::int as count from audit_events');
    await refusalOf(callerOf(running.app, { token: `${token}x` }).auth.me());
    await running.app.refusals.settle();
    expect(lines.mock.lastCall?.[0]).toMatchObject({ outcome: 'TOKEN_INVALID' });
    const { rows: after } = await sql('select count(*)::int as count from audit_events');
    expect(after).toEqual(before);
    lines.mockRestore();
  });
});

test('an administrator who cancels a customer’s reservation is kept, the customer is not', async () => {
  const { showtime, seatIds } = await aShowtime(running.app);
  const user = await aUser(running.app);
  const ids: string[] = [];
  for (const seatId of seatIds.slice(0, 2)) {
    const input = { showtimeId: showtime.id, seatIds: [seatId] };
    await user.call.showtimes.lockSeats(input);
    ids.push((await user.call.reservations.create(input)).id);
  }
  const [first = '', second = ''] = ids;
  await admin.call.reservations.cancel({ reservationId: first });
  await user.call.reservations.cancel({ reservationId: second });

  const actions = async (subject: string) =>
    (await list({ subject })).map(({ action, actor }) => [
      action,
      actor && 'id' in actor && actor.id,
    ]);
  expect(await actions(first)).toEqual([['reservations.cancel', admin.id]]);
  expect(await actions(second)).toEqual([]);
});

test('the list is newest first, by page, by day and by instant', async () => {
  const { id: userId } = await aUser(running.app);
  for (const change of ['promote', 'demote', 'disable', 'enable'] as const) {
    await admin.call.admin.users[change]({ userId });
  }
  const all = await list({ subject: userId, actorId: admin.id });
  expect(all.map(({ action }) => action.split('.')[2])).toEqual([
    'enable',
    'disable',
    'demote',
    'promote',
  ]);
  const filters = { subject: userId, actorId: admin.id };
  const first = await admin.call.admin.audit.list({ ...filters, limit: 3 });
  const rest = await admin.call.admin.audit.list({ ...filters, cursor: first.nextCursor ?? '' });
  expect([...first.items, ...rest.items]).toEqual(all);
  expect(rest.nextCursor).toBeNull();

  const today = new Date().toISOString().slice(0, 10);
  expect(await list({ ...filters, from: today, to: today })).toEqual(all);
  expect(await list({ ...filters, to: '2026-01-01' })).toEqual([]);
  const [, second] = all;
  const from = second?.at ?? new Date();
  expect((await list({ ...filters, from })).length).toBeGreaterThanOrEqual(2);
  expect((await list({ ...filters, to: from })).length).toBeLessThanOrEqual(2);
});

test('an administrator whom the command makes is kept', async () => {
  const email = `${randomUUID()}@example.com`;
  const account = { email, password: 'a-long-password', force: true };
  await createFirstAdmin(running.app, account);
  await createFirstAdmin(running.app, account);
  const { rows } = await sql('select id from users where email = $1', [email]);
  const { id: subject } = rows[0] as { id: string };
  const made = { action: 'create-admin', actor: null, remoteAddress: 'the server' };
  expect(await list({ subject })).toMatchObject([made, made]);
});

describe('nobody changes the log', () => {
  test.each([
    `update audit_events set action = 'other'`,
    'delete from audit_events',
    'truncate audit_events',
  ])('%s', async (text) => {
    await expect(sql(text)).rejects.toThrow('permission denied');
    await expect(running.asOwner(text)).rejects.toThrow('The audit log cannot be changed.');
  });

  test('but entries that are older than 400 days go', async () => {
    const insert = `insert into audit_events (id, at, action, data, remote_address)
      values ($1, clock_timestamp() - make_interval(days => $2), 'old', '{}', '127.0.0.1')`;
    await sql(insert, [randomUUID(), 401]);
    await sql(insert, [randomUUID(), 399]);

    expect((await sweep(running.app)).auditEvents).toBe(1);
    expect(await list({ action: 'old' })).toHaveLength(1);
  });
});
