import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aGuest, anAdmin, aShowtime, aUser, password, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { aPaidPurchase } from '../../test/sale.ts';
import { everyPage } from './export-data.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

const refused = async (call: Promise<unknown>) => (await refusalOf(call)).code;

/** A user with names, a booking with contact data, a lock, and an answer that is kept. */
async function aCustomer({ app } = running) {
  const user = await aUser(app);
  const scene = await aShowtime(app, { seats: 3 });
  const { showtime, seatIds } = scene;
  const [booked = '', locked = ''] = seatIds;
  await user.call.auth.updateMe({ firstName: 'Ada', lastName: 'Lovelace', locale: 'de' });
  await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [booked, locked] });
  const contact = { contactEmail: user.email, contactPhone: '+491511234567', locale: 'de' };
  const keyed = callerOf(app, { token: user.token, key: randomUUID() });
  const input = { showtimeId: showtime.id, seatIds: [booked], ...contact };
  const { id: reservationId } = await keyed.reservations.create(input);
  return { ...user, ...scene, reservationId, bookedSeat: booked };
}

/** Every row of the database that has a text in it. */
async function rowsWith(text: string): Promise<string[]> {
  const { rows: tables } = await running.app.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await running.app.pool.query(
      `select 1 from "${name}" t where position(lower($1) in lower(to_jsonb(t)::text)) > 0 limit 1`,
      [text],
    );
    found.push(...(rows.length > 0 ? [name] : []));
  }
  return found;
}

describe('deleting an account', () => {
  test('forgets who it was, and keeps the booking and the cinema’s books', async () => {
    const user = await aCustomer();
    await user.call.auth.updateNotifications({ news: true });
    await running.app.pool.query(
      `with refused as (
         insert into refused_addresses (address, refused_at, refusal) values ($1, now(), 'full'))
       insert into unsubscribed_addresses (address, unsubscribed_at) values ($1, now())`,
      [user.email],
    );
    const places = ['refused_addresses', 'reservations', 'unsubscribed_addresses', 'users'];
    expect(await rowsWith(user.email)).toEqual(['idempotency_keys', ...places]);
    expect(await user.call.auth.deleteAccount({ password })).toEqual({ deleted: true });
    expect(await rowsWith(user.email)).toEqual([]);
    expect(await rowsWith('+491511234567')).toEqual([]);
    const settings = 'select from notification_settings where user_id = $1';
    expect((await running.app.pool.query(settings, [user.id])).rowCount).toBe(0);
    expect(await refused(user.call.auth.me())).toBe('TOKEN_INVALID');
    const login = { email: user.email, password };
    expect(await refused(callerOf(running.app).auth.login(login))).toBe('INVALID_CREDENTIALS');
    const { reservationId } = user;
    const kept = await user.admin.call.reservations.get({ reservationId });
    expect(kept).toMatchObject({ status: 'confirmed', contactEmail: null, customerName: null });
    const { items } = await user.admin.call.admin.reservations.list({
      showtimeId: user.showtime.id,
      limit: 10,
    });
    expect(items.map((each) => each.user.email)).toEqual([null]);
    const { counts } = await user.admin.call.showtimes.seats({ showtimeId: user.showtime.id });
    expect(counts).toMatchObject({ reserved: 1, locked: 0 });
    // The address is free for another account.
    await callerOf(running.app).auth.register({ email: user.email, password });
  });

  test('needs the password', async () => {
    const user = await aUser(running.app);
    const wrong = await refusalOf(user.call.auth.deleteAccount({ password: 'wrong' }));
    expect(wrong).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { issues: [{ path: ['password'], message: 'is wrong' }] },
    });
    expect((await user.call.auth.me()).id).toBe(user.id);
  });

  test('is done once under one key, and answers each time', async () => {
    const user = await aUser(running.app);
    const key = randomUUID();
    const twice = [0, 1].map(() =>
      callerOf(running.app, { token: user.token, key }).auth.deleteAccount({ password }),
    );
    const outcomes = await Promise.allSettled(twice);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    expect(await rowsWith(user.email)).toEqual([]);
  });

  test('takes the roles at sites along', async () => {
    const admin = await anAdmin(running.app);
    const member = await aUser(running.app);
    await admin.call.admin.staff.grant({ userId: member.id, siteId: null, role: 'gate' });
    await member.call.auth.deleteAccount({ password });
    const roles = await admin.call.admin.staff.list({});
    expect(roles.filter(({ user }) => user.id === member.id)).toEqual([]);
  });

  test('is refused to the last administrator', async () => {
    const alone = await createTestApp();
    const admin = await anAdmin(alone.app);
    const { deleteAccount } = admin.call.auth;
    expect(await refused(deleteAccount({ password }))).toBe('LAST_ADMIN');
    await anAdmin(alone.app);
    expect(await deleteAccount({ password })).toEqual({ deleted: true });
    await alone.close();
  });

  test('is not for guests', async () => {
    const guest = await aGuest(running.app);
    expect(await refused(guest.call.auth.deleteAccount({ password }))).toBe('FORBIDDEN');
    expect(await refused(guest.call.auth.exportData())).toBe('FORBIDDEN');
  });
});

describe('with a show ahead that is paid', () => {
  let paying: TestApp;
  const provider = new FakeProvider();
  beforeAll(async () => {
    paying = await createTestApp({}, undefined, { payments: [provider] });
  });
  afterAll(() => paying.close());

  async function aPayer(): Promise<Person & { reservationId: string }> {
    const { app } = paying;
    const user = await aUser(app);
    const scene = await aShowtime(app, { seats: 3 });
    const { reservationId } = await aPaidPurchase(app, provider, { scene, user, places: [0] });
    return { ...user, reservationId };
  }

  test('an account is deleted only if its owner forfeits it', async () => {
    const user = await aPayer();
    const { reservationId } = user;
    const { reference, status } = await user.call.reservations.get({ reservationId });
    const refusal = await refusalOf(user.call.auth.deleteAccount({ password }));
    expect(status).toBe('confirmed');
    expect(refusal).toMatchObject({
      code: 'PAID_SHOWS_AHEAD',
      details: { reservations: [{ id: reservationId, reference }] },
    });
    expect((await user.call.auth.me()).id).toBe(user.id);
    expect(await user.call.auth.deleteAccount({ password, forfeit: true })).toEqual({
      deleted: true,
    });
  });
});

describe('an export', () => {
  test('has the account, its bookings, locks and sessions, and nothing of others', async () => {
    const user = await aCustomer();
    const other = await aCustomer();
    const exported = await user.call.auth.exportData();
    expect(exported).toMatchObject({
      user: { id: user.id, email: user.email, firstName: 'Ada' },
      sessions: [{ current: true }],
      reservations: [{ id: user.reservationId, contactEmail: user.email }],
      contacts: [{ contactPhone: '+491511234567', locale: 'de' }],
      locks: [{ showtime: { id: user.showtime.id } }],
      notifications: { reminders: true, news: false },
      checkIns: [],
      staffRoles: [],
    });
    expect(exported.auditEvents.map(({ action }) => action)).toContain('auth.register');
    const text = JSON.stringify(exported);
    expect(text).not.toContain(other.email);
    expect(text).not.toContain(other.reservationId);
    expect(text).not.toMatch(/passwordHash|v2:/);
  });
});

test('an export reads page after page, up to a bound', async () => {
  const asked: (string | undefined)[] = [];
  const numbers =
    (count: number) =>
    async ({ limit, cursor }: { limit: number; cursor?: string }) => {
      asked.push(cursor);
      const first = Number(cursor ?? 0);
      const items = Array.from(
        { length: Math.min(limit, count - first) },
        (_, index) => first + index,
      );
      const next = first + items.length;
      return { items, nextCursor: next < count ? String(next) : null };
    };
  expect(await everyPage(numbers(250))).toEqual(Array.from({ length: 250 }, (_, index) => index));
  expect(asked).toEqual([undefined, '100', '200']);
  expect(await everyPage(numbers(0))).toEqual([]);
  expect(await everyPage(numbers(20_000))).toHaveLength(10_000);
});
