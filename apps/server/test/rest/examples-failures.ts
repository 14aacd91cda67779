import { FakeProvider, password } from '@matinee/api/testing';
import { Client } from 'pg';
import { expect } from 'vitest';
import { startTestServer } from '../server.ts';
import { mainSite } from '../world.ts';
import { aScene } from './story.ts';
import type { Answer, SceneIds, Story } from './story.ts';

/** One example of every failure. */
export async function tellFailures(story: Story): Promise<void> {
  const owner = { email: 'owner@example.com', password };
  const { data } = await story.ask('authLogin', { body: owner });
  const admin = String(data.accessToken);
  const userId = (data.user as Answer).id;
  const user = await newToken(story, 'grace@example.com');
  const scene = await aScene(story, admin);
  await tellRequestFailures(story, admin);
  await tellAccessFailures(story, { admin, user, userId });
  await tellBookingFailures(story, { scene, admin, user });
  await tellEditingFailures(story, { scene, admin });
  await tellRepetitionFailures(story, { scene, admin, user });
  await tellPaymentFailures(story, { admin, user });
  await tellBreakdowns(story, admin);
}

async function newToken(story: Story, email: string): Promise<string> {
  const { data } = await story.ask('authRegister', { body: { email, password } });
  return String(data.accessToken);
}

async function tellRequestFailures(story: Story, admin: string): Promise<void> {
  await story.recordFailure('VALIDATION_ERROR', 'moviesList', { parameters: { limit: 500 } });
  await story.recordFailure('METHOD_NOT_ALLOWED', '');
  const description = 'x'.repeat(2_000_000);
  await story.recordFailure('PAYLOAD_TOO_LARGE', 'moviesCreate', {
    token: admin,
    body: { description },
  });
  const form = new FormData();
  form.append('title', 'The Third Man');
  await story.recordFailure('UNSUPPORTED_MEDIA_TYPE', 'moviesCreate', { token: admin, body: form });
}

async function tellAccessFailures(
  story: Story,
  { admin, user, userId }: Record<'admin' | 'user' | 'userId', string>,
): Promise<void> {
  const wrong = { email: 'grace@example.com', password: 'not-her-password' };
  await story.recordFailure('INVALID_CREDENTIALS', 'authLogin', { body: wrong });
  await story.recordFailure('EMAIL_TAKEN', 'authRegister', { body: { ...wrong } });
  await story.recordFailure('LINK_INVALID', 'authLink', { body: { token: 'not-a-token' } });
  await story.recordFailure('AUTHENTICATION_REQUIRED', 'authMe');
  await story.recordFailure('TOKEN_INVALID', 'authMe', { token: 'not-a-token' });
  await story.recordFailure('FORBIDDEN', 'adminStatus', { token: user });
  await story.recordFailure('LAST_ADMIN', 'adminUsersDemote', {
    token: admin,
    parameters: { userId },
  });
  const late = await newToken(story, 'late@example.com');
  await story.server.app.pool.query(
    `update sessions set expires_at = clock_timestamp()
     where user_id = (select id from users where email = 'late@example.com')`,
  );
  await story.recordFailure('TOKEN_EXPIRED', 'authMe', { token: late });
  await tellRateLimit(story);
}

async function tellRateLimit(story: Story): Promise<void> {
  const unlimited = story.server;
  const limited = await startTestServer({ rateLimit: true }, unlimited.databaseUrl);
  story.server = limited;
  const wrong = { email: 'grace@example.com', password: 'not-her-password' };
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await story.ask('authLogin', { body: wrong });
  }
  await story.recordFailure('RATE_LIMITED', 'authLogin', { body: wrong });
  story.server = unlimited;
  await limited.close();
}

async function tellBookingFailures(
  story: Story,
  { scene, admin, user }: { scene: SceneIds; admin: string; user: string },
): Promise<void> {
  const { showtimeId, seatIds } = scene;
  const parameters = { showtimeId };
  const unknown = { showtimeId, seatIds: [crypto.randomUUID()] };
  await story.recordFailure('NOT_FOUND', 'reservationsCreate', { token: user, body: unknown });
  const two = { seatIds: seatIds.slice(0, 2) };
  await story.ask('showtimesLockSeats', { token: admin, parameters, body: two });
  await story.recordFailure('SEATS_UNAVAILABLE', 'showtimesLockSeats', {
    token: user,
    parameters,
    body: two,
  });
  await story.recordFailure('LOCK_EXPIRED', 'reservationsCreate', {
    token: user,
    body: { showtimeId, ...two },
  });
  await story.recordFailure('LOCK_EXTENSION_LIMIT', 'showtimesExtendLock', {
    token: admin,
    parameters,
    body: {},
  });
  Object.assign(story.server.app.config, { emailProof: true });
  await story.recordFailure('EMAIL_NOT_VERIFIED', 'showtimesLockSeats', {
    token: user,
    parameters,
    body: { seatIds: seatIds.slice(0, 3) },
  });
  Object.assign(story.server.app.config, { emailProof: false });
  await story.recordFailure('SEAT_LIMIT_EXCEEDED', 'showtimesLockSeats', {
    token: admin,
    parameters,
    body: { seatIds: seatIds.slice(2) },
  });
  const makePlace = `update seats set features = '{wheelchair}' where id = $1`;
  await story.server.app.pool.query(makePlace, [seatIds.at(-1)]);
  await story.recordFailure('SEAT_RULE', 'showtimesLockSeats', {
    token: user,
    parameters,
    body: { seatIds: seatIds.slice(-1) },
  });
  await tellEndedShows(story, { admin, user });
}

async function tellEndedShows(
  story: Story,
  { admin, user }: { admin: string; user: string },
): Promise<void> {
  const past = await aScene(story, admin, '2025-12-05T19:30:00.000Z');
  await story.recordFailure('SHOWTIME_STARTED', 'showtimesLockSeats', {
    token: user,
    parameters: { showtimeId: past.showtimeId },
    body: { seatIds: past.seatIds.slice(0, 1) },
  });
  const off = await aScene(story, admin);
  const parameters = { showtimeId: off.showtimeId };
  const cancelled = { token: admin, parameters, body: { reason: 'The projector is broken' } };
  await story.ask('showtimesCancel', cancelled);
  await story.recordFailure('ALREADY_CANCELLED', 'showtimesCancel', cancelled);
  await story.recordFailure('SHOWTIME_CANCELLED', 'showtimesLockSeats', {
    token: user,
    parameters,
    body: { seatIds: off.seatIds.slice(0, 1) },
  });
}

/** What can go wrong where customers pay in advance. */
async function tellPaymentFailures(
  story: Story,
  { admin, user }: { admin: string; user: string },
): Promise<void> {
  const free = story.server;
  const provider = new FakeProvider('stripe');
  story.server = await startTestServer({}, free.databaseUrl, { payments: [provider] });
  const { showtimeId, seatIds, movieId } = await aScene(story, admin);
  const seats = (from: number, to: number) => ({ showtimeId, seatIds: seatIds.slice(from, to) });
  const lock = async (from: number, to: number) => {
    const { seatIds: wanted } = seats(from, to);
    const body = { seatIds: wanted };
    await story.ask('showtimesLockSeats', { token: user, parameters: { showtimeId }, body });
    return { token: user, body: seats(from, to) };
  };
  const first = await lock(0, 1);
  const { data: reservation } = await story.ask('reservationsCreate', first);
  await story.recordFailure('PAYMENT_PENDING', 'reservationsCreate', first);
  const start = { token: user, parameters: { reservationId: reservation.id } };
  provider.switches.refuse = true;
  await story.recordFailure('PAYMENT_FAILED', 'paymentsStart', start);
  await story.ask('paymentsStart', start);
  const paymentId = (reservation.payment as Answer).id;
  const ref = `pi_${paymentId}`;
  provider.pay(ref, { amount: String(reservation.total) });
  await story.ask('paymentsSync', { token: user, parameters: { paymentId } });
  await story.recordFailure('NOT_PENDING', 'paymentsStart', start);
  await story.recordFailure('PAID_SHOWS_AHEAD', 'authDeleteAccount', {
    token: user,
    body: { password },
  });
  await story.recordFailure('SEATS_SOLD', 'showtimesBlockSeats', {
    token: admin,
    parameters: { showtimeId },
    body: { seatIds: seatIds.slice(0, 1), kind: 'broken' },
  });
  await story.recordFailure('REFUND_TOO_LARGE', 'adminPaymentsRefund', {
    token: admin,
    parameters: { paymentId },
    body: { amount: '500.00', reason: 'The sound failed' },
  });
  provider.change(ref, { dispute: { status: 'open', amount: String(reservation.total) } });
  await story.ask('paymentsSync', { token: user, parameters: { paymentId } });
  await story.recordFailure('NOT_REFUNDABLE', 'reservationsCancel', start);

  const second = await lock(1, 2);
  const expected = { ...second.body, expectedTotal: '1.00' };
  await story.recordFailure('PRICE_CHANGED', 'reservationsCreate', { ...second, body: expected });
  const unknown = '00000000-0000-7000-8000-000000000000';
  const [seatId] = second.body.seatIds;
  await story.recordFailure('TICKET_TYPE_NOT_ALLOWED', 'reservationsCreate', {
    token: user,
    body: { showtimeId, seats: [{ seatId, ticketTypeId: unknown }] },
  });
  await story.ask('moviesUpdate', {
    token: admin,
    parameters: { movieId },
    body: { minimumAge: 18, ageRule: 'restricted' },
  });
  await story.server.app.pool.query('update ticket_types set max_age = 12');
  await story.recordFailure('AGE_RESTRICTED', 'reservationsCreate', second);
  await story.server.app.pool.query('update ticket_types set max_age = null');
  await story.server.app.pool.query(
    `update seat_claims set price = 0.30 where showtime_id = $1 and reservation_id is null`,
    [showtimeId],
  );
  await story.recordFailure('AMOUNT_TOO_SMALL', 'reservationsCreate', second);
  await story.server.close();
  story.server = free;
}

async function tellEditingFailures(
  story: Story,
  { scene, admin }: { scene: SceneIds; admin: string },
): Promise<void> {
  const { movieId, theaterId } = scene;
  const again = { movieId, theaterId, startTime: '2036-12-06T20:00:00.000Z', price: '10.00' };
  await story.recordFailure('SHOWTIME_OVERLAP', 'showtimesCreate', { token: admin, body: again });
  const { startTime, ...show } = again;
  const day = startTime.slice(0, 10);
  await story.recordFailure('SCHEDULE_CONFLICT', 'schedulesCreate', {
    token: admin,
    body: { ...show, from: day, to: day, times: [startTime.slice(11, 16)], dst: 'reject' },
  });
  await story.recordFailure('IN_USE', 'moviesDelete', { token: admin, parameters: { movieId } });
  const counted = { cash: '0.00', card_terminal: '0.00' };
  await story.recordFailure('NO_OPEN_SHIFT', 'deskCloseShift', { token: admin, body: { counted } });
  const shift = { token: admin, body: { siteId: mainSite, float: '0.00' } };
  await story.ask('deskOpenShift', shift);
  await story.recordFailure('SHIFT_OPEN', 'deskOpenShift', shift);
  await story.ask('deskCloseShift', { token: admin, body: { counted } });
  await story.recordFailure('EDIT_CONFLICT', 'moviesUpdate', {
    token: admin,
    parameters: { movieId },
    body: { genre: 'Comedy', revision: 7 },
  });
}

async function tellRepetitionFailures(
  story: Story,
  { scene, admin, user }: { scene: SceneIds; admin: string; user: string },
): Promise<void> {
  const key = 'b7c1d9a2';
  await story.ask('authUpdateMe', { token: user, body: { firstName: 'Grace' }, key });
  const other = { token: user, body: { firstName: 'Rear Admiral' }, key };
  await story.recordFailure('IDEMPOTENCY_KEY_REUSED', 'authUpdateMe', other);

  const busy = new Client({ connectionString: story.server.databaseUrl });
  await busy.connect();
  await busy.query('begin');
  await busy.query('select 1 from showtimes where id = $1 for update', [scene.showtimeId]);
  const parameters = { showtimeId: scene.showtimeId };
  const edit = { token: admin, parameters, body: { price: '9.00' }, key };
  const first = story.ask('showtimesUpdate', edit);
  const waiting = `select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  const look = async () => (await story.server.app.pool.query(waiting)).rows[0] as unknown;
  await expect.poll(look, { timeout: 4_000 }).toEqual({ count: 1 });
  await story.recordFailure('IDEMPOTENCY_CONFLICT', 'showtimesUpdate', edit);
  await busy.query('rollback');
  await busy.end();
  expect(await first).toMatchObject({ success: true });
}

/** The database fails as it does when it has a defect, and when it is shutting down. */
async function tellBreakdowns(story: Story, admin: string): Promise<void> {
  const film = { title: 'M', genre: 'Thriller', durationMinutes: 117 };
  const states = { INTERNAL_ERROR: 'XX000', UNAVAILABLE: '57P03' };
  for (const [code, state] of Object.entries(states)) {
    await story.server.asOwner(
      `create function break() returns trigger language plpgsql as
         $$ begin raise exception using errcode = '${state}'; end $$;
       create trigger break before insert on movies execute function break()`,
    );
    await story.recordFailure(code, 'moviesCreate', { token: admin, body: film });
    await story.server.asOwner('drop function break cascade');
  }
}
