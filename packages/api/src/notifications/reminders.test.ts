import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, requestContext } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aGuest, aShowtime, aUser, days, hours, minutes } from '../../test/builders.ts';
import type { Person, Scene } from '../../test/builders.ts';
import { consequences } from '../consequences.ts';
import { OutboxWorker } from '../outbox/worker.ts';
import { hostRouter } from '../router.ts';
import type { Mail } from './mailer.ts';
import { remind, writeReminders } from './reminders.ts';

const mails: Mail[] = [];
let running: TestApp;
/** What the clock of the product is ahead of the true one, in milliseconds. */
let ahead = 0;
beforeAll(async () => {
  const mailer = { send: async (mail: Mail) => void mails.push(mail) };
  const clock = () => new Date(Date.now() + ahead);
  const publicUrl = 'https://tickets.example/';
  running = await createTestApp({ publicUrl }, undefined, { mailer, clock });
});
afterAll(() => running.close());
beforeEach(async () => {
  ahead = 0;
  // The shows of other tests are looked at before.
  await reminded();
});

/** The reminders of a run that is due now. */
async function reminded(): Promise<Mail[]> {
  await writeReminders(running.app);
  return delivered();
}

/** The reminders among the mails that are due. */
async function delivered(): Promise<Mail[]> {
  mails.length = 0;
  const worker = new OutboxWorker(running.app, consequences);
  await worker.round();
  return mails.filter(({ id }) => id.startsWith('reminder.due.'));
}

interface Booked {
  scene: Scene;
  user: Person;
  id: string;
}

/** A booking of two seats that was made three days ago, for a show in two days. */
async function aBooking(options: { user?: Person; contactEmail?: string } = {}): Promise<Booked> {
  const scene = await aShowtime(running.app, { startsIn: days(2), timezone: 'Asia/Tokyo' });
  const user = options.user ?? (await aUser(running.app));
  const seats = { showtimeId: scene.showtime.id, seatIds: scene.seatIds.slice(0, 2) };
  await user.call.showtimes.lockSeats(seats);
  const { contactEmail } = options;
  const { id } = await user.call.reservations.create({
    ...seats,
    ...(contactEmail === undefined ? {} : { contactEmail }),
  });
  await made(id, days(3));
  return { scene, user, id };
}

/** A reservation was made that long ago, in milliseconds. */
async function made(id: string, ago: number): Promise<void> {
  await running.app.pool.query(
    `update reservations set created_at = clock_timestamp() - $2 * interval '1 millisecond'
     where id = $1`,
    [id, ago],
  );
}

/** The show begins in so many milliseconds. @returns when */
async function beginsIn({ scene }: Booked, ms: number): Promise<Date> {
  const { rows } = await running.app.pool.query<{ at: Date }>(
    `update showtimes set start_time = at, end_time = at + interval '90 minutes',
       blocked_until = at + interval '100 minutes'
     from (select date_trunc('seconds', clock_timestamp()) + $2 * interval '1 millisecond' as at) x
     where id = $1 returning start_time as at`,
    [scene.showtime.id, ms],
  );
  return rows[0]?.at ?? new Date(0);
}

/** A booking whose show begins in 23 hours. */
async function aNearBooking(options: Parameters<typeof aBooking>[0] = {}): Promise<Booked> {
  const booked = await aBooking(options);
  await beginsIn(booked, hours(23));
  return booked;
}

async function noteOn(id: string): Promise<string | null | undefined> {
  const { rows } = await running.app.pool.query<{ note: string | null }>(
    `select d.last_error as note from deliveries d join outbox o on o.id = d.outbox_id
     where d.consequence = 'sendReminder' and o.payload->>'reservationId' = $1
     order by d.created_at desc limit 1`,
    [id],
  );
  return rows[0]?.note;
}

const tokenIn = (mail: Mail | undefined) =>
  new URL(mail?.unsubscribeUrl ?? 'https://none.example').searchParams.get('token') ?? '';

describe('a reminder', () => {
  test('comes once, a day before the show, with the tickets and a way to end it', async () => {
    const booked = await aBooking();
    expect(await reminded()).toEqual([]);
    const start = await beginsIn(booked, hours(24) - minutes(1));
    const [mail, ...more] = await reminded();
    expect(more).toEqual([]);
    const { title } = booked.scene.showtime.movie;
    expect(mail).toMatchObject({
      to: booked.user.email,
      subject: expect.stringMatching(`^Your show is near: ${title}, `),
    });
    expect(mail?.id).toBe(`reminder.due.${booked.id}.${start.toISOString().replaceAll(':', '.')}`);
    const time = new Intl.DateTimeFormat('en', {
      timeZone: 'Asia/Tokyo',
      hour: 'numeric',
      minute: '2-digit',
      timeZoneName: 'short',
    });
    expect(mail?.text).toContain(time.format(start));
    expect(mail?.text).toMatch(/Seats: +A1, A2\n/);
    const page = `https://tickets.example/m/unsubscribe#token=${tokenIn(mail)}`;
    expect(mail?.unsubscribeUrl).toBe(page.replace('#', '?'));
    expect(mail?.text).toContain(`No more reminders and news:\n${page}\n`);
    expect(mail?.html).toContain(`<a href="${page}">No more reminders and news</a>`);
    expect(await writeReminders(running.app)).toEqual({ shows: 0, reminders: 0 });
  });

  test('is in the language of the reservation', async () => {
    const { id } = await aNearBooking();
    await running.app.pool.query(`update reservations set locale = 'de-AT' where id = $1`, [id]);
    const [mail] = await reminded();
    expect(mail?.subject).toMatch(/^Bald ist Ihre Vorstellung: /);
    expect(mail?.html).toContain('Keine Erinnerungen und Neuigkeiten mehr</a>');
  });

  test('is not written for a booking of the last day', async () => {
    const late = await aNearBooking();
    await made(late.id, minutes(30));
    expect(await reminded()).toEqual([]);
    expect(await noteOn(late.id)).toBeUndefined();
  });

  test('is not written for a show that was cancelled, has begun, or is two days ahead', async () => {
    const [cancelled, begun, far] = [await aNearBooking(), await aBooking(), await aBooking()];
    const { admin, showtime } = cancelled.scene;
    await admin.call.showtimes.cancel({ showtimeId: showtime.id, reason: 'Flood' });
    await beginsIn(begun, -minutes(1));
    expect(await writeReminders(running.app)).toEqual({ shows: 0, reminders: 0 });
    expect(await noteOn(far.id)).toBeUndefined();
    // Nothing may have been bought after the start.
    await beginsIn(begun, days(2));
  });

  test('of a show that was moved comes once more, and not again for the first start', async () => {
    const booked = await aNearBooking();
    const first = await beginsIn(booked, hours(23));
    expect(await reminded()).toHaveLength(1);
    await beginsIn(booked, hours(20));
    expect(await reminded()).toHaveLength(1);
    expect(await reminded()).toEqual([]);
    await beginsIn(booked, first.getTime() - Math.floor(Date.now() / 1_000) * 1_000);
    expect(await reminded()).toEqual([]);
  });

  test('is not sent when the show was moved, the booking cancelled, or the show has begun meanwhile', async () => {
    const [moved, cancelled, begun] = [
      await aNearBooking(),
      await aNearBooking(),
      await aNearBooking(),
    ];
    await writeReminders(running.app);
    await beginsIn(moved, days(2));
    await cancelled.user.call.reservations.cancel({ reservationId: cancelled.id });
    ahead = hours(23.5);
    expect(await delivered()).toEqual([]);
    expect(await noteOn(moved.id)).toBe('the show was moved before the reminder was sent');
    expect(await noteOn(cancelled.id)).toBe(
      'the reservation was cancelled before the reminder was sent',
    );
    expect(await noteOn(begun.id)).toBe('the show has begun');
  });

  test('names the seats that are left', async () => {
    const { id, user, scene } = await aNearBooking();
    const seatIds = scene.seatIds.slice(0, 1);
    await user.call.reservations.cancel({ reservationId: id, seatIds });
    const [mail] = await reminded();
    expect(mail?.text).toMatch(/Seat: +A2\n/);
  });

  test('is not sent to an address that has refused mail', async () => {
    const { id, user } = await aNearBooking();
    await delivered();
    await running.app.pool.query(
      `insert into refused_addresses values (lower($1), now(), '550 No such user')`,
      [user.email],
    );
    expect(await reminded()).toEqual([]);
    expect(await noteOn(id)).toBe('not sent: the address has refused mail: 550 No such user');
  });

  test('is not written where no mail is sent, or its links would lead nowhere', async () => {
    const { id } = await aNearBooking();
    const { app } = running;
    const silent = { ...app, sendsMail: false };
    const homeless = { ...app, config: { ...app.config, publicUrl: undefined } };
    for (const other of [silent, homeless]) {
      expect(await writeReminders(other)).toEqual({ shows: 0, reminders: 0 });
    }
    expect(await noteOn(id)).toBeUndefined();
    expect(await reminded()).toHaveLength(1);
  });
});

describe('customers who want no reminders', () => {
  test('get none: accounts and guests that have turned them off', async () => {
    const [account, guest] = [await aUser(running.app), await aGuest(running.app)];
    for (const { call } of [account, guest]) {
      await call.auth.updateNotifications({ reminders: false });
    }
    const { id } = await aNearBooking({ user: account });
    await aNearBooking({ user: guest, contactEmail: 'grace@example.com' });
    expect(await reminded()).toEqual([]);
    expect(await noteOn(id)).toBe('the customer wants no reminders');
  });

  test('end them by the link in one, as often as it is sent, and turn them on again', async () => {
    const { user } = await aNearBooking();
    await user.call.auth.updateNotifications({ news: true });
    const token = tokenIn((await reminded())[0]);
    for (let time = 0; time < 2; time += 1) {
      expect(await unsubscribe(token)).toEqual({ unsubscribed: true });
      const settings = await user.call.auth.notifications();
      expect(settings).toMatchObject({ reminders: false, news: false });
    }
    await aNearBooking({ user });
    expect(await reminded()).toEqual([]);
    await user.call.auth.updateNotifications({ reminders: true });
    await aNearBooking({ user });
    expect(await reminded()).toHaveLength(1);
  });

  test('end them for their address, whoever books with it as a guest, in any spelling', async () => {
    const contactEmail = 'Linus@Example.com';
    await aNearBooking({ user: await aGuest(running.app), contactEmail });
    await unsubscribe(tokenIn((await reminded())[0]));
    const again = { user: await aGuest(running.app), contactEmail: 'linus@example.COM' };
    await aNearBooking(again);
    expect(await reminded()).toEqual([]);
    await aNearBooking({ user: await aUser(running.app), contactEmail });
    expect(await reminded()).toEqual([]);
    await aNearBooking({ user: await aGuest(running.app), contactEmail: 'margaret@example.com' });
    expect(await reminded()).toHaveLength(1);
  });

  test('keep that for an account of the address, until it chooses otherwise', async () => {
    const user = await aUser(running.app);
    const guest = { user: await aGuest(running.app), contactEmail: user.email };
    await aNearBooking(guest);
    await unsubscribe(tokenIn((await reminded())[0]));
    expect((await user.call.auth.notifications()).reminders).toBe(false);
    const { reminders } = await user.call.auth.updateNotifications({ news: true });
    expect(reminders).toBe(false);
    await aNearBooking({ user });
    expect(await reminded()).toEqual([]);
    await user.call.auth.updateNotifications({ reminders: true });
    await aNearBooking({ user });
    expect(await reminded()).toHaveLength(1);
  });

  test('of the desk end them for their address alone: all walk-ups are one guest', async () => {
    const { id, user } = await aNearBooking();
    const other = await aNearBooking();
    const walkUp = await aGuest(running.app);
    await running.app.pool.query('update sites set walk_up_user_id = $1', [walkUp.id]);
    const sell = `with sold as (
        update reservations set user_id = $1, contact_email = $3 where id = $2
        returning id, showtime_id)
      update seat_claims c set user_id = $1 from sold
      where c.showtime_id = sold.showtime_id and c.reservation_id = sold.id`;
    await running.app.pool.query(sell, [walkUp.id, id, user.email]);
    await running.app.pool.query(sell, [walkUp.id, other.id, other.user.email]);
    const link = running.app.unsubscriptions.sign(signedFor(id));
    await unsubscribe(link);
    expect((await reminded()).map(({ to }) => to)).toEqual([other.user.email]);
    await running.app.pool.query('update sites set walk_up_user_id = null');
  });

  test.each([
    ['none of ours', () => 'x'.repeat(72)],
    [
      'of another purpose',
      (id: string) => running.app.bookingLinks.sign({ ...signedFor(id), reservationId: id }),
    ],
    ['of no reservation', () => running.app.unsubscriptions.sign(signedFor(unknownId))],
  ])('do not end them by a token that is %s', async (_what, tokenOf) => {
    const { id, user } = await aBooking();
    await expect(unsubscribe(tokenOf(id))).rejects.toMatchObject({
      cause: { code: 'LINK_INVALID', details: { reason: 'unknown' } },
    });
    expect((await user.call.auth.notifications()).reminders).toBe(true);
  });
});

const unknownId = '00000000-0000-7000-8000-000000000000';
const signedFor = (id: string) => ({ id, expiresAt: new Date(Date.now() + days(1)) });

/** As a mail program does, through the server. */
function unsubscribe(token: string): Promise<unknown> {
  return hostRouter.createCaller(requestContext(running.app)).mails.unsubscribe({ token });
}

test('near shows and their bookings are found by indexes', async () => {
  const client = await running.app.pool.connect();
  try {
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${remind.text}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('idx_showtimes_start');
    expect(plan).toContain('reservations_place_unique');
    expect(plan).not.toContain('Seq Scan on reservations');
  } finally {
    client.release(true);
  }
});

test('two servers write each reminder once', async () => {
  await aNearBooking();
  const other = await createTestApp(
    { publicUrl: 'https://tickets.example/' },
    running.databaseUrl,
    { mailer: running.app.mailer },
  );
  const runs = await Promise.all([running.app, other.app].map(writeReminders));
  expect(runs.map(({ reminders }) => reminders).toSorted()).toEqual([0, 1]);
  await other.app.close();
  expect(await delivered()).toHaveLength(1);
});
