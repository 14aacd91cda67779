import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestApp } from '../test/app.ts';
import type { TestApp } from '../test/app.ts';
import { aGuest, aShowtime, aUser } from '../test/builders.ts';
import { allStatements } from './db/query.ts';
import { forgetGuests, retireClaims, sweep } from './housekeeping.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

/** A show of which two seats are sold, that ended so long ago. */
async function aSoldShow(endedAgo: string) {
  const scene = await aShowtime(running.app);
  const { showtime, seatIds } = scene;
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
  const { call } = await aUser(running.app);
  await call.showtimes.lockSeats(input);
  await call.reservations.create(input);
  const { pool } = running.app;
  for (const [table, column] of [
    ['reservation_events', 'created_at'],
    ['seat_claims', 'locked_at'],
  ] as const) {
    await pool.query(
      `update ${table} set ${column} = ${column} - interval '40 days' where showtime_id = $1`,
      [showtime.id],
    );
  }
  await pool.query(
    `update showtimes set start_time = now() - $2::interval - interval '2 hours',
       end_time = now() - $2::interval, blocked_until = now() - $2::interval where id = $1`,
    [showtime.id, endedAgo],
  );
  const claims = async () => {
    const text = 'select from seat_claims where showtime_id = $1';
    return (await pool.query(text, [showtime.id])).rowCount;
  };
  return { ...scene, claims };
}

test('claims of shows that ended days ago are removed, and nothing shows it', async () => {
  const past = await aSoldShow('4 days');
  const recent = await aSoldShow('1 day');
  const { admin, showtime, movieId } = past;
  const look = async () => ({
    map: (await admin.call.showtimes.seats({ showtimeId: showtime.id })).counts,
    detail: (await admin.call.showtimes.get({ showtimeId: showtime.id })).availability,
    list: (await admin.call.showtimes.list({ movieId, from: '2020-01-01' })).items,
  });
  const before = await look();
  expect(before.map.reserved).toBe(2);

  expect(await retireClaims(running.app)).toBe(2);
  expect([await past.claims(), await recent.claims()]).toEqual([0, 2]);
  expect(await look()).toEqual(before);
  expect(await retireClaims(running.app)).toBe(0);
});

test('a clock that has jumped ahead removes nothing, whose ever it is', async () => {
  const past = await aSoldShow('4 days');
  vi.spyOn(running.app, 'clock').mockReturnValue(new Date(Date.now() - 2 * 24 * 3_600_000));
  expect(await retireClaims(running.app)).toBe(0);
  vi.restoreAllMocks();
  const future = await aSoldShow('-1 day');
  vi.spyOn(running.app, 'clock').mockReturnValue(new Date(Date.now() + 40 * 24 * 3_600_000));
  expect(await retireClaims(running.app)).toBe(2);
  vi.restoreAllMocks();
  expect([await past.claims(), await future.claims()]).toEqual([0, 2]);
});

test('a show whose claims are gone stays where it is, for servers of the release before as well', async () => {
  const { admin, showtime } = await aSoldShow('4 days');
  await retireClaims(running.app);
  const startTime = new Date(Date.now() + 40 * 24 * 3_600_000);
  const { revision } = await admin.call.showtimes.get({ showtimeId: showtime.id });
  const input = { showtimeId: showtime.id, startTime, revision };
  await expect(admin.call.showtimes.update(input)).rejects.toMatchObject({
    cause: { code: 'IN_USE', details: { showtimes: 1, reservedSeats: 2 } },
  });
  const moved = running.app.pool.query('update showtimes set start_time = $2 where id = $1', [
    showtime.id,
    startTime,
  ]);
  await expect(moved).rejects.toMatchObject({ constraint: 'showtimes_fixed' });
});

test('expired locks are found by their key, whatever the statistics say', async () => {
  const { app } = running;
  const { showtime, seatIds, theater } = await aSoldShow('1 hour');
  const { id: userId } = await aUser(app);
  // The planner believes that no seat is locked, as after an hour without customers.
  await app.pool.query('analyze seat_claims');
  await app.pool.query(
    `insert into seat_claims
       (showtime_id, seat_id, theater_id, user_id, price, locked_at, expires_at)
     select $1, seat, $2, $3, 10, now() - interval '2 hours', now() - interval '1 hour'
     from unnest($4::uuid[]) seat`,
    [showtime.id, theater.id, userId, seatIds.slice(2)],
  );
  const plans = await Promise.all(
    [...allStatements()]
      .filter(({ text }) => /delete from seat_claims where .*showtime_id, seat_id/s.test(text))
      .map(async ({ text }) => {
        const { rows } = await app.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      }),
  );

  expect(plans).toHaveLength(2);
  // A join filter compares each row with each other: seconds for some ten thousand locks.
  expect(plans.filter((plan) => plan.includes('Join Filter'))).toEqual([]);
  expect((await sweep(app)).seatLocks).toBe(seatIds.length - 2);
});

test('guests who bought nothing are removed two days later, and no one else', async () => {
  const { app } = running;
  const sql = (text: string, values: unknown[]) => app.pool.query(text, values);
  const { showtime, seatIds } = await aShowtime(app, { seats: 3 });
  const seatOf = (place: number) => ({ showtimeId: showtime.id, seatIds: [seatIds[place] ?? ''] });
  const [idle, young, old, signedIn, holder, repeater, buyer] = await Promise.all(
    Array.from({ length: 7 }, () => aGuest(app)),
  );
  const user = await aUser(app);
  await holder?.call.showtimes.lockSeats(seatOf(0));
  await buyer?.call.showtimes.lockSeats(seatOf(1));
  await buyer?.call.reservations.create(seatOf(1));
  await sql(
    `insert into idempotency_keys (user_id, key, procedure, fingerprint, answer)
     values ($1, 'k', 'auth.logout', 'f', '{}')`,
    [repeater?.id],
  );
  const everyone = [idle, young, old, signedIn, holder, repeater, buyer, user].map(
    (each) => each?.id ?? '',
  );
  const present = async () => {
    const { rows } = await sql('select id from users where id = any($1)', [everyone]);
    const ids = new Set((rows as { id: string }[]).map(({ id }) => id));
    return everyone.filter((id) => ids.has(id));
  };
  const age = (ids: readonly string[], ago: string) =>
    sql('update users set created_at = now() - $2::interval where id = any($1)', [ids, ago]);
  await sql('delete from sessions where user_id = any($1) and user_id <> $2', [
    everyone,
    signedIn?.id,
  ]);
  await age(everyone, '49 hours');
  await age([young?.id ?? ''], '47 hours');
  await age([old?.id ?? ''], '10 days');

  expect(await forgetGuests(app)).toBe(1);
  expect(await present()).toEqual(everyone.filter((id) => id !== idle?.id));
  expect(await forgetGuests(app)).toBe(0);
  const entries = 'select action from audit_events where actor_id = $1';
  expect((await sql(entries, [idle?.id])).rows).toEqual([{ action: 'auth.guest' }]);
});

test('a guest whose row another transaction holds is left for the next time', async () => {
  const { app } = running;
  const { id } = await aGuest(app);
  await app.pool.query('delete from sessions where user_id = $1', [id]);
  await app.pool.query(`update users set created_at = now() - interval '3 days' where id = $1`, [
    id,
  ]);
  const other = await app.pool.connect();
  await other.query('begin');
  await other.query('select from users where id = $1 for no key update', [id]);
  expect(await forgetGuests(app)).toBe(0);
  await other.query('rollback');
  other.release();
  expect(await forgetGuests(app)).toBe(1);
});
