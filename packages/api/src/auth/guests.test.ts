import { randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import {
  aGuest,
  anAddress,
  anAdmin,
  aShowtime,
  aUser,
  days,
  hours,
  refusalOf,
} from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { consequences } from '../consequences.ts';
import { defaultSite } from '../db/entities/theater.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import type { Mail, Mailer } from '../notifications/mailer.ts';
import { OutboxWorker } from '../outbox/worker.ts';
import { BookingLinks } from './booking-links.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;

/** Buys the first seats of a show of its own. */
async function aBooking({ app }: TestApp, { call }: Person, contactEmail?: string) {
  const { showtime, seatIds } = await aShowtime(app);
  const seats = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
  await call.showtimes.lockSeats(seats);
  const contact = contactEmail === undefined ? {} : { contactEmail };
  return call.reservations.create({ ...seats, ...contact });
}

describe('a guest', () => {
  test('is signed in for a day, without address and password', async () => {
    const { user, accessToken, ...rest } = await callerOf(running.app).auth.guest();
    const noRenewal = { refreshToken: null, refreshExpiresIn: null };
    expect(rest).toEqual({ tokenType: 'bearer', expiresIn: 86_400, ...noRenewal });
    expect(user).toMatchObject({ email: null, role: 'guest', firstName: null, disabledAt: null });
    const guest = callerOf(running.app, { token: accessToken });
    expect(await guest.auth.me()).toEqual(user);
    // Servers of the release before read these claims.
    expect(jwt.decode(accessToken)).toMatchObject({ email: '', role: 'guest' });
    const { rows } = await running.app.pool.query<{ hours: number }>(
      `select round(extract(epoch from expires_at - clock_timestamp()) / 3600)::int as hours
       from sessions where user_id = $1`,
      [user.id],
    );
    expect(rows).toEqual([{ hours: 24 }]);
  });

  test('has no password that fits, whatever address is tried', async () => {
    const { id } = await aGuest(running.app);
    const { login } = callerOf(running.app).auth;
    for (const email of [id, '', 'null', 'guest']) {
      const code = await codeOf(login({ email, password: 'none' }));
      expect(['INVALID_CREDENTIALS', 'VALIDATION_ERROR']).toContain(code);
    }
  });

  test('buys, finds and cancels like other customers, and another does not', async () => {
    const guest = await aGuest(running.app);
    const { id: reservationId } = await aBooking(running, guest);
    const { reservations } = guest.call;
    expect((await reservations.list({})).items).toMatchObject([
      { id: reservationId, status: 'confirmed', contactEmail: null },
    ]);
    const other = (await aGuest(running.app)).call.reservations.get({ reservationId });
    expect(await codeOf(other)).toBe('NOT_FOUND');
    expect(await reservations.cancel({ reservationId })).toMatchObject({ status: 'cancelled' });
  });

  test('may not do what needs an account', async () => {
    const { auth, admin } = (await aGuest(running.app)).call;
    expect(await codeOf(auth.updateMe({ firstName: 'Ada' }))).toBe('FORBIDDEN');
    const change = { currentPassword: 'none', newPassword: 'correct-horse-battery' };
    expect(await codeOf(auth.changePassword(change))).toBe('FORBIDDEN');
    expect(await codeOf(admin.users.list({}))).toBe('FORBIDDEN');
    expect(await auth.logout()).toEqual({ loggedOut: true });
  });

  test('is listed by its role alone, and shown without address', async () => {
    const { app, close } = await createTestApp();
    const [boss, guest] = [await anAdmin(app), await aGuest(app)];
    const { users, reservations, audit } = boss.call.admin;
    const ids = async (input: object) => (await users.list(input)).items.map(({ id }) => id);
    expect(await ids({})).toEqual([boss.id]);
    expect(await ids({ idEndsWith: guest.id.slice(-6) })).toEqual([]);
    expect((await users.list({ role: 'guest' })).items).toMatchObject([
      { id: guest.id, email: null },
    ]);
    expect(await ids({ role: 'guest', email: guest.id })).toEqual([]);
    const { showtime, seatIds } = await aShowtime(app);
    const seats = { showtimeId: showtime.id, seatIds };
    await guest.call.showtimes.lockSeats(seats);
    await guest.call.reservations.create(seats);
    expect((await reservations.list({})).items).toMatchObject([
      { user: { id: guest.id, email: null } },
    ]);
    expect((await audit.list({ action: 'auth.guest' })).items).toMatchObject([
      { actor: { id: guest.id, email: null }, subject: guest.id },
    ]);
    await close();
  });

  test('is never promoted, demoted or given a right, and can be disabled', async () => {
    const [boss, { id: userId, call }] = [await anAdmin(running.app), await aGuest(running.app)];
    const { users, staff } = boss.call.admin;
    expect(await codeOf(users.promote({ userId }))).toBe('NOT_FOUND');
    expect(await codeOf(users.demote({ userId }))).toBe('NOT_FOUND');
    expect(await codeOf(staff.grant({ userId, siteId: null, role: 'gate' }))).toBe('NOT_FOUND');
    expect(await call.auth.me()).toMatchObject({ role: 'guest' });
    expect(await users.disable({ userId })).toMatchObject({ role: 'guest', email: null });
    expect(await codeOf(call.auth.me())).toBe('TOKEN_INVALID');
  });

  test('has a token of a day where accounts have shorter ones', async () => {
    const short = await createTestApp({
      jwt: { secret: 'only-for-tests-'.repeat(3), previousSecrets: [], expiresInMinutes: 5 },
    });
    const { call } = await aGuest(short.app);
    await expect(call.auth.me()).resolves.toMatchObject({ role: 'guest' });
    await short.close();
  });
});

describe('limits of guests', () => {
  let limited: TestApp;
  beforeAll(async () => {
    limited = await createTestApp({ rateLimit: true });
  });
  afterAll(() => limited.close());

  test('thirty guests and accounts together in an hour at an address, or in a /64', async () => {
    const { app } = limited;
    const at = async (address: (index: number) => string, count: number) => {
      for (let index = 0; index < count; index += 1) {
        await (index % 2 ? aUser(app, address(index)) : aGuest(app, address(index)));
      }
    };
    await at(() => '198.51.100.1', 30);
    expect(await codeOf(aGuest(app, '198.51.100.1'))).toBe('RATE_LIMITED');
    expect(await codeOf(aUser(app, '198.51.100.1'))).toBe('RATE_LIMITED');
    await expect(aGuest(app, '198.51.100.2')).resolves.toBeDefined();
    await at((index) => `2001:db8:1:1::${index + 1}`, 30);
    expect(await codeOf(aGuest(app, '2001:db8:1:1:ffff::1'))).toBe('RATE_LIMITED');
    await expect(aGuest(app, '2001:db8:1:2::1')).resolves.toBeDefined();
  });

  test('a hundred in a day', async () => {
    const { app } = limited;
    const hourLater = `delete from rate_limits where key like 'account-hour%'`;
    for (let index = 0; index < 100; index += 1) {
      if (index % 30 === 0) {
        await app.pool.query(hourLater);
      }
      await aGuest(app, '198.51.100.3');
    }
    await app.pool.query(hourLater);
    expect(await codeOf(aGuest(app, '198.51.100.3'))).toBe('RATE_LIMITED');
  });

  test('300 calls that open sessions in a minute', async () => {
    const { auth } = callerOf(limited.app, { remoteAddress: '198.51.100.4' });
    for (let index = 0; index < 300; index += 1) {
      expect(await codeOf(auth.link({ token: 'unknown' }))).toBe('LINK_INVALID');
    }
    expect(await codeOf(auth.link({ token: 'unknown' }))).toBe('RATE_LIMITED');
    expect(await codeOf(auth.guest())).toBe('RATE_LIMITED');
  });

  test('calls of one address wait for one another without a connection', async () => {
    const { pool } = limited.app;
    const callAt = (remoteAddress: string) =>
      codeOf(callerOf(limited.app, { remoteAddress }).auth.link({ token: 'unknown' }));
    expect(await callAt('198.51.100.6')).toBe('LINK_INVALID');
    const holder = await pool.connect();
    await holder.query('begin');
    const { rowCount } = await holder.query(
      `select from rate_limits where key = 'auth-call:198.51.100.6' for update`,
    );
    expect(rowCount).toBe(1);
    const crowd = Array.from({ length: 3 * (pool.options.max ?? 10) }, () =>
      callAt('198.51.100.6'),
    );

    expect(await callAt('198.51.100.7')).toBe('LINK_INVALID');

    await holder.query('commit');
    holder.release();
    expect(new Set(await Promise.all(crowd))).toEqual(new Set(['LINK_INVALID']));
    const { rows } = await pool.query<{ points: number }>(
      `select points from rate_limits where key = 'auth-call:198.51.100.6'`,
    );
    expect(rows).toEqual([{ points: crowd.length + 1 }]);
  });

  test('forty seats locked at an address, by guests of any age', async () => {
    const { app } = limited;
    const { showtime, seatIds } = await aShowtime(app, { rows: [{ label: 'A', seats: 50 }] });
    const address = '198.51.100.5';
    const guests = await Promise.all(Array.from({ length: 5 }, () => aGuest(app, address)));
    await app.pool.query(
      `update users set created_at = created_at - interval '20 days' where role = 'guest'`,
    );
    const lock = ({ call }: Person, place: number) =>
      call.showtimes.lockSeats({
        showtimeId: showtime.id,
        seatIds: seatIds.slice(place * 10, place * 10 + 10),
      });
    for (const [place, guest] of guests.slice(0, 4).entries()) {
      await lock(guest, place);
    }
    const [, , , , last] = guests;
    expect(last && (await refusalOf(lock(last, 4)))).toMatchObject({
      code: 'SEAT_LIMIT_EXCEEDED',
      details: { scope: 'address', limit: 40 },
    });
  });

  test('a hundred of as many addresses and a desk sell ten seats, each once', async () => {
    const { app } = limited;
    const { showtime, seatIds, admin } = await aShowtime(app);
    const showtimeId = showtime.id;
    const clerk = await aUser(app);
    await admin.call.admin.staff.grant({
      userId: clerk.id,
      siteId: defaultSite,
      role: 'box_office',
    });
    const guests = await Promise.all(Array.from({ length: 100 }, () => aGuest(app, anAddress())));
    const outcomeOf = (sale: Promise<unknown>) =>
      sale.then(
        () => 'sold',
        (error: { cause?: { code: string } }) => error.cause?.code,
      );
    const buy = ({ call }: Person, seatId: string) => {
      const seats = { showtimeId, seatIds: [seatId] };
      return call.showtimes.lockSeats(seats).then(() => call.reservations.create(seats));
    };
    const sell = (seatId: string) =>
      clerk.call.desk.sell({
        showtimeId,
        seats: [{ seatId, ticketTypeId: standardTicketType }],
        tender: 'card_terminal',
      });
    const [onTheWeb, atTheDesk] = await Promise.all([
      Promise.all(guests.map((guest, at) => outcomeOf(buy(guest, seatIds[at % 10] ?? '')))),
      Promise.all(seatIds.map((seatId) => outcomeOf(sell(seatId)))),
    ]);
    const outcomes = [...onTheWeb, ...atTheDesk];
    expect(outcomes.filter((outcome) => outcome === 'sold')).toHaveLength(10);
    expect(new Set(outcomes)).toEqual(new Set(['sold', 'SEATS_UNAVAILABLE']));
    expect(app.bookings.figures.lock.batches).toBeGreaterThan(0);
    const { counts } = await callerOf(app).showtimes.seats({ showtimeId });
    expect(counts).toMatchObject({ reserved: 10, available: 0 });
  });
});

/** Keeps what it is to send. */
class Outgoing implements Mailer {
  readonly mails: Mail[] = [];

  async send(mail: Mail): Promise<undefined> {
    this.mails.push(mail);
  }
}

describe('where mail is sent', () => {
  const mailer = new Outgoing();
  let mailing: TestApp;
  beforeAll(async () => {
    const publicUrl = 'https://tickets.example/';
    mailing = await createTestApp({ publicUrl }, undefined, { mailer });
  });
  afterAll(() => mailing.close());

  /** The mails about bookings that follow from what has happened. */
  async function delivered(): Promise<Mail[]> {
    mailer.mails.length = 0;
    await new OutboxWorker(mailing.app, consequences).round();
    return mailer.mails.filter(({ id }) => id.startsWith('reservation.'));
  }

  test('a guest gives an address, and an account need not', async () => {
    const guest = await aGuest(mailing.app);
    expect(await refusalOf(aBooking(mailing, guest))).toEqual({
      code: 'VALIDATION_ERROR',
      details: { issues: [{ path: ['contactEmail'], message: 'must be given by guests' }] },
    });
    const user = await aUser(mailing.app);
    await aBooking(mailing, user);
    const [mail] = await delivered();
    expect(mail).toMatchObject({ to: user.email });
    expect(mail?.text).not.toContain('/m/booking');
  });

  test('the address of a reservation goes before that of the account', async () => {
    await aBooking(mailing, await aUser(mailing.app), 'grace@example.com');
    expect(await delivered()).toMatchObject([{ to: 'grace@example.com' }]);
  });

  test('a reservation without any address is mailed to no one, and says so', async () => {
    const silent = await createTestApp({}, mailing.databaseUrl);
    const { id } = await aBooking(silent, await aGuest(silent.app));
    expect(await delivered()).toEqual([]);
    const { items } = await (await anAdmin(silent.app)).call.admin.outbox.list({ state: 'done' });
    const delivery = items.find(({ fact }) => fact.key.endsWith(id));
    expect(delivery).toMatchObject({ lastError: 'the customer has given no e-mail address' });
    await silent.close();
  });

  test('the mail has a link that signs the guest in again', async () => {
    const guest = await aGuest(mailing.app);
    const { id } = await aBooking(mailing, guest, 'grace@example.com');
    const [mail] = await delivered();
    const link = /https:\/\/tickets\.example\/m\/booking#token=([\w-]+)\n/.exec(mail?.text ?? '');
    expect(mail?.html).toContain(`<a href="https://tickets.example/m/booking#token=${link?.[1]}">`);
    const { auth } = callerOf(mailing.app);
    const { user, accessToken: token, expiresIn } = await auth.link({ token: link?.[1] ?? '' });
    expect([user.id, user.role, expiresIn]).toEqual([guest.id, 'guest', 86_400]);
    const again = callerOf(mailing.app, { token });
    expect(await again.reservations.get({ reservationId: id })).toMatchObject({ id });
  });
});

describe('a link to a booking', () => {
  const inTwoDays = () => new Date(Date.now() + days(2));
  const linkOf = (reservationId: string, { app } = running) =>
    app.bookingLinks.sign({ reservationId, expiresAt: inTwoDays() });
  const signIn = (token: string, { app } = running) => callerOf(app).auth.link({ token });
  const reasonOf = async (token: string, at = running) => {
    const { code, details } = await refusalOf(signIn(token, at));
    return [code, (details as { reason?: string }).reason];
  };

  test('opens a session each time, of the guest of that reservation', async () => {
    const [guest, other] = [await aGuest(running.app), await aGuest(running.app)];
    const { id } = await aBooking(running, guest);
    await aBooking(running, other);
    for (const token of [linkOf(id), linkOf(id)]) {
      expect((await signIn(token)).user.id).toBe(guest.id);
    }
  });

  test('with any byte changed is unknown', async () => {
    const token = linkOf((await aBooking(running, await aGuest(running.app))).id);
    const bytes = Buffer.from(token, 'base64url');
    for (let place = 0; place < bytes.length; place += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(place) ^ 1, place);
      expect(running.app.bookingLinks.read(changed.toString('base64url'))).toBeUndefined();
    }
    const others = [
      `${token}A`,
      `${token}=`,
      token.slice(1),
      randomBytes(54).toString('base64url'),
    ];
    for (const other of others) {
      expect(await reasonOf(other)).toEqual(['LINK_INVALID', 'unknown']);
    }
  });

  test('to a reservation of an account, of a disabled guest or of none is unknown', async () => {
    const { id } = await aBooking(running, await aUser(running.app));
    expect(await reasonOf(linkOf(id))).toEqual(['LINK_INVALID', 'unknown']);
    const guest = await aGuest(running.app);
    const booked = await aBooking(running, guest);
    await (await anAdmin(running.app)).call.admin.users.disable({ userId: guest.id });
    expect(await reasonOf(linkOf(booked.id))).toEqual(['LINK_INVALID', 'unknown']);
    expect(await reasonOf(linkOf(guest.id))).toEqual(['LINK_INVALID', 'unknown']);
  });

  test('expires at its end', async () => {
    const token = linkOf((await aBooking(running, await aGuest(running.app))).id);
    const at = async (later: number) => {
      const clock = () => new Date(Date.now() + later);
      const other = await createTestApp({}, running.databaseUrl, { clock });
      const outcome = await signIn(token, other).then(
        () => 'ok',
        () => reasonOf(token, other),
      );
      await other.close();
      return outcome;
    };
    expect(await at(days(2) - hours(1))).toBe('ok');
    expect(await at(days(2))).toEqual(['LINK_INVALID', 'expired']);
  });

  test('goes on working with a new secret, and not without the old one', () => {
    const [old, present] = ['only-for-tests-'.repeat(3), 'another-secret-'.repeat(3)];
    const reservationId = '01a2209b-c0a7-7264-8bc4-4bd0e2ab4f54';
    const expiresAt = new Date(2_000_000);
    const token = new BookingLinks('booking link', [old]).sign({ reservationId, expiresAt });
    expect(new BookingLinks('booking link', [present, old]).read(token)).toEqual({
      reservationId,
      expiresAt,
    });
    expect(new BookingLinks('booking link', [present]).read(token)).toBeUndefined();
  });
});
