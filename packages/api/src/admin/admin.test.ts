import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime, aUser, days, password, refusalOf } from '../../test/builders.ts';
import type { Person, Scene } from '../../test/builders.ts';

let running: TestApp;
let admin: Person;
beforeAll(async () => {
  running = await createTestApp();
  admin = await anAdmin(running.app);
});
afterAll(() => running.close());

const unknownId = '00000000-0000-7000-8000-000000000000';
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const verbs = ['promote', 'demote', 'disable', 'enable'] as const;

/** One administrator, alone in a database. */
async function alone(): Promise<TestApp & { boss: Person }> {
  const empty = await createTestApp();
  return { ...empty, boss: await anAdmin(empty.app) };
}

describe('users', () => {
  test.each([
    ['promote', { role: 'admin' }],
    ['demote', { role: 'user' }],
    ['disable', { disabledAt: expect.any(Date) as unknown }],
    ['enable', { disabledAt: null }],
  ] as const)('%s answers the user, and the same again', async (verb, changed) => {
    const { id: userId, call } = await aUser(running.app);
    const before = await call.auth.me();
    const change = () => admin.call.admin.users[verb]({ userId });
    const after = await change();
    expect(after).toEqual({ ...before, ...changed });
    expect(await change()).toEqual(after);
  });

  test.each(verbs)('%s of nobody is not found', async (verb) => {
    const change = admin.call.admin.users[verb];
    expect(await refusalOf(change({ userId: unknownId }))).toEqual({
      code: 'NOT_FOUND',
      details: {},
    });
    expect(await codeOf(change({ userId: admin.email }))).toBe('VALIDATION_ERROR');
  });

  test.each(['demote', 'disable'] as const)(
    'the last active administrator cannot %s themselves',
    async (verb) => {
      const { boss, app, close } = await alone();
      const change = (userId: string) => boss.call.admin.users[verb]({ userId });
      expect(await refusalOf(change(boss.id))).toEqual({ code: 'LAST_ADMIN', details: {} });
      expect(await boss.call.auth.me()).toMatchObject({ role: 'admin', disabledAt: null });
      const disabled = await anAdmin(app);
      await boss.call.admin.users.disable({ userId: disabled.id });
      expect(await codeOf(change(boss.id))).toBe('LAST_ADMIN');
      await anAdmin(app);
      await expect(change(boss.id)).resolves.toMatchObject({ id: boss.id });
      await close();
    },
  );

  test.each([
    ['demote', 'demote'],
    ['disable', 'disable'],
    ['demote', 'disable'],
  ] as const)(
    'one of two remains when they %s and %s each other in the same instant',
    async (firstVerb, secondVerb) => {
      const { boss, app, databaseUrl, close } = await alone();
      const rival = await anAdmin(app);
      // Both have been let in and wait for the same rows; then both go on together.
      const gate = new Client({ connectionString: databaseUrl });
      await gate.connect();
      await gate.query('begin');
      await gate.query('select 1 from users order by id for update');
      const calls = [
        boss.call.admin.users[firstVerb]({ userId: rival.id }),
        rival.call.admin.users[secondVerb]({ userId: boss.id }),
      ];
      const outcomes = Promise.all(
        calls.map((call) =>
          call.then(
            () => 'ok',
            () => codeOf(call),
          ),
        ),
      );
      const waiting = `select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      const look = async () => (await app.pool.query(waiting)).rows[0] as unknown;
      await expect.poll(look, { timeout: 4_000 }).toEqual({ count: 2 });
      await gate.query('commit');
      await gate.end();
      expect((await outcomes).toSorted()).toEqual(['LAST_ADMIN', 'ok']);
      const active = `select count(*)::int as left from users where role = 'admin' and disabled_at is null`;
      expect((await app.pool.query(active)).rows).toEqual([{ left: 1 }]);
      await close();
    },
  );

  test('disabling ends every session, frees the locks and keeps the bookings', async () => {
    const { showtime, seatIds } = await aShowtime(running.app);
    const user = await aUser(running.app);
    const [a = '', b = ''] = seatIds;
    await user.call.showtimes.lockSeats({ showtimeId: showtime.id, seatIds: [a, b] });
    await user.call.reservations.create({ showtimeId: showtime.id, seatIds: [a] });
    const { accessToken: token } = await callerOf(running.app).auth.login({
      email: user.email,
      password,
    });
    await admin.call.admin.users.disable({ userId: user.id });
    expect(await codeOf(user.call.auth.me())).toBe('TOKEN_INVALID');
    expect(await codeOf(callerOf(running.app, { token }).auth.me())).toBe('TOKEN_INVALID');
    const { counts } = await admin.call.showtimes.seats({ showtimeId: showtime.id });
    expect(counts).toMatchObject({ locked: 0, reserved: 1 });
    await admin.call.admin.users.enable({ userId: user.id });
    expect(await codeOf(user.call.auth.me())).toBe('TOKEN_INVALID');
    await expect(
      callerOf(running.app).auth.login({ email: user.email, password }),
    ).resolves.toBeDefined();
  });

  test('are listed by the time they came, by part of the address and by role', async () => {
    const { boss, app, close } = await alone();
    const people = [boss, await aUser(app), await aUser(app), await anAdmin(app), await aUser(app)];
    const emails = people.map(({ email }) => email);
    const list = async (input: object) =>
      (await boss.call.admin.users.list(input)).items.map(({ email }) => email);
    expect(await list({})).toEqual(emails);
    expect(await list({ role: 'admin' })).toEqual([emails[0], emails[3]]);
    expect(await list({ role: 'user', email: '@EXAMPLE.' })).toEqual([
      emails[1],
      emails[2],
      emails[4],
    ]);
    expect(await list({ email: emails[2]?.slice(3, 20).toUpperCase() })).toEqual([emails[2]]);
    expect(await list({ email: '%' })).toEqual([]);
    expect(await list({ idEndsWith: people[2]?.id.slice(-6) })).toEqual([emails[2]]);
    const seen: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const page = await boss.call.admin.users.list({ limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ email }) => email));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(emails);
    const [item] = (await boss.call.admin.users.list({ limit: 1 })).items;
    expect(item).toEqual(await boss.call.auth.me());
    expect(await codeOf(boss.call.admin.users.list({ role: 'owner' } as object))).toBe(
      'VALIDATION_ERROR',
    );
    await close();
  });
});

describe('reservations.list', () => {
  const buy = async ({ showtime, seatIds }: Scene, user: Person, place: number) => {
    const input = { showtimeId: showtime.id, seatIds: seatIds.slice(place, place + 1) };
    await user.call.showtimes.lockSeats(input);
    return user.call.reservations.create(input);
  };

  test('has everybody’s, newest first, with who bought them, by every filter', async () => {
    const [scene, other] = [await aShowtime(running.app), await aShowtime(running.app)];
    const [ada, bob] = [await aUser(running.app), await aUser(running.app)];
    const first = await buy(scene, ada, 0);
    const second = await buy(scene, bob, 1);
    const third = await buy(other, ada, 0);
    await bob.call.reservations.cancel({ reservationId: second.id });
    const { list } = admin.call.admin.reservations;
    const ids = async (input: object) => (await list(input)).items.map(({ id }) => id);
    const showtimeId = scene.showtime.id;
    expect(await ids({ limit: 3 })).toEqual([third.id, second.id, first.id]);
    expect(await ids({ showtimeId })).toEqual([second.id, first.id]);
    expect(await ids({ userId: ada.id })).toEqual([third.id, first.id]);
    expect(await ids({ showtimeId, status: 'confirmed' })).toEqual([first.id]);
    expect(await ids({ showtimeId, status: 'cancelled' })).toEqual([second.id]);
    expect(await ids({ reference: third.reference })).toEqual([third.id]);
    expect(await ids({ reference: ` ${third.reference.toLowerCase()}` })).toEqual([third.id]);
    expect(await ids({ reference: third.reference, userId: bob.id })).toEqual([]);
    const { items } = await list({ showtimeId, status: 'confirmed' });
    expect(items).toEqual([{ ...first, user: { id: ada.id, email: ada.email } }]);
    expect(await codeOf(list({ status: 'paid' } as object))).toBe('VALIDATION_ERROR');
    expect(await codeOf(list({ cursor: 'x' }))).toBe('VALIDATION_ERROR');
  });

  test('pages through everything once, while more is bought', async () => {
    const [scene, user] = [
      await aShowtime(running.app, { seats: 12, startsIn: days(3) }),
      await aUser(running.app),
    ];
    const bought: string[] = [];
    for (let place = 0; place < 5; place += 1) {
      bought.unshift((await buy(scene, user, place)).id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const input = { showtimeId: scene.showtime.id, limit: 2, ...(cursor ? { cursor } : {}) };
      const page = await admin.call.admin.reservations.list(input);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      await buy(scene, user, 5 + seen.length);
    } while (cursor !== undefined);
    expect(seen).toEqual(bought);
  });
});

test('status tells versions, the database’s clock, jobs and disk', async () => {
  const status = await admin.call.admin.status();
  expect(status).toEqual({
    version: '0.0.0-test',
    warnings: [],
    now: expect.any(Date) as unknown,
    database: {
      version: expect.stringMatching(/^\d+/) as unknown,
      latencyMs: expect.any(Number) as unknown,
      migrationsPending: 0,
    },
    jobs: { enabled: false, lastSweepAt: null },
    disk: { freeBytes: expect.any(Number) as unknown },
    uptimeSeconds: expect.any(Number) as unknown,
  });
  const { rows } = await running.app.pool.query<{ now: Date }>('select clock_timestamp() as now');
  expect(Math.abs((rows[0]?.now.getTime() ?? 0) - status.now.getTime())).toBeLessThan(5_000);
  expect(status.disk.freeBytes).toBeGreaterThan(0);
});
