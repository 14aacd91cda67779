import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aGuest, aShowtime, aUser, hours, refusalOf } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { followUp } from '../../test/sale.ts';
import { writeReminders } from '../notifications/reminders.ts';
import type { TextMessage, Texter } from '../notifications/texter.ts';
import { PermanentFailure } from '../outbox/retries.ts';
import { phoneCodeOf, stopTexts } from './phone.ts';

const sent: TextMessage[] = [];
let failure: Error | undefined;
const texter: Texter = {
  send: async (message) => {
    sent.push(message);
    if (failure) {
      throw failure;
    }
    return undefined;
  },
};

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp({}, undefined, { texter });
});
beforeEach(() => {
  sent.length = 0;
  failure = undefined;
});
afterAll(() => running.close());

const refused = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const sql = (text: string, values: unknown[] = []) => running.app.pool.query(text, values);

/** A number of its own: some may be texted three times an hour alone. */
let last = 0;
const aNumber = () => `+49151123${String((last += 1)).padStart(5, '0')}`;

/** Asks for a code and reads it from the message. */
async function askFor(user: Person, phone = aNumber()): Promise<{ phone: string; code: string }> {
  await user.call.auth.requestPhoneVerification({ phone });
  await followUp(running.app);
  const message = sent.findLast(({ to }) => to === phone);
  return { phone, code: /\d{6}/.exec(message?.body ?? '')?.[0] ?? '' };
}

/** A user who wants text messages. */
async function aTexted(): Promise<Person & { phone: string }> {
  const user = await aUser(running.app);
  const { phone, code } = await askFor(user);
  await user.call.auth.verifyPhone({ code });
  await user.call.auth.updateNotifications({ sms: true });
  sent.length = 0;
  return { ...user, phone };
}

const another = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('a telephone number', () => {
  test('is proven by the code that is sent to it, and then can be texted', async () => {
    const user = await aUser(running.app);
    expect(await refused(user.call.auth.updateNotifications({ sms: true }))).toBe(
      'VALIDATION_ERROR',
    );
    const phone = aNumber();
    const { code } = await askFor(user, phone);
    expect(sent).toEqual([{ to: phone, body: expect.stringContaining(code) as unknown }]);
    const typed = `${code.slice(0, 3)} ${code.slice(3)}`;
    expect((await user.call.auth.verifyPhone({ code: typed })).id).toBe(user.id);
    expect(await user.call.auth.notifications()).toMatchObject({ phone, sms: false });
    await user.call.auth.updateNotifications({ sms: true });
    expect(await refused(user.call.auth.verifyPhone({ code }))).toBe('VALIDATION_ERROR');
  });

  test('is read as people write it', async () => {
    const user = await aUser(running.app);
    await user.call.auth.requestPhoneVerification({ phone: '+44 (0)20 7946 0958' });
    await followUp(running.app);
    expect(sent[0]?.to).toBe('+442079460958');
  });

  test.each(['0151 12345678', '+49', '+999 1234567', 'a number', '+4915112345678901234'])(
    'is not %j',
    async (phone) => {
      const user = await aUser(running.app);
      const asked = refusalOf(user.call.auth.requestPhoneVerification({ phone }));
      expect(await asked).toMatchObject({
        code: 'VALIDATION_ERROR',
        details: { issues: [{ path: ['phone'] }] },
      });
    },
  );

  test('takes the newest code alone', async () => {
    const user = await aUser(running.app);
    const phone = aNumber();
    const { code: first } = await askFor(user, phone);
    await sql(
      `update notification_settings set pending_since = pending_since - interval '1 second'`,
    );
    const { code: second } = await askFor(user, phone);
    expect(await refused(user.call.auth.verifyPhone({ code: first }))).toBe('VALIDATION_ERROR');
    await user.call.auth.verifyPhone({ code: second });
  });

  test('takes five tries, and five more for another code', async () => {
    const user = await aUser(running.app);
    const { code, phone } = await askFor(user);
    for (let count = 0; count < 5; count += 1) {
      const wrong = user.call.auth.verifyPhone({ code: another(code) });
      expect(await refused(wrong)).toBe('VALIDATION_ERROR');
    }
    expect(await refused(user.call.auth.verifyPhone({ code }))).toBe('VALIDATION_ERROR');
    const next = await askFor(user, phone);
    await user.call.auth.verifyPhone({ code: next.code });
    expect(await user.call.auth.notifications()).toMatchObject({ phone });
  });

  test.each([
    [9, 'takes'],
    [10, 'does not take'],
  ])('after %d minutes %s its code', async (minutes, outcome) => {
    const user = await aUser(running.app);
    const { phone } = await askFor(user);
    const { rows } = await sql(
      `update notification_settings set pending_since = pending_since - make_interval(mins => $2)
       where user_id = $1 returning pending_since as since`,
      [user.id, minutes],
    );
    // The time is part of the code.
    const { since } = rows[0] as { since: Date };
    const code = phoneCodeOf(running, { userId: user.id, phone, since });
    const verified = user.call.auth.verifyPhone({ code }).then(
      () => 'takes',
      () => 'does not take',
    );
    expect(await verified).toBe(outcome);
  });

  test('has another code for another user', async () => {
    const [ada, grace] = [await aUser(running.app), await aUser(running.app)];
    const phone = aNumber();
    const { code } = await askFor(ada, phone);
    await askFor(grace, phone);
    expect(await refused(grace.call.auth.verifyPhone({ code }))).toBe('VALIDATION_ERROR');
  });

  test('of an account whose code is late gets no message', async () => {
    const user = await aUser(running.app);
    await user.call.auth.requestPhoneVerification({ phone: aNumber() });
    await sql(
      `update notification_settings set pending_since = pending_since - interval '10 minutes'
       where user_id = $1`,
      [user.id],
    );
    await followUp(running.app);
    expect(sent).toEqual([]);
  });

  test('gets three messages an hour, from whomever, and an account asks for five a day', async () => {
    const limited = await createTestApp({ rateLimit: true }, running.databaseUrl, { texter });
    const phone = aNumber();
    const ask = (user: Person, to: string) =>
      callerOf(limited.app, { token: user.token }).auth.requestPhoneVerification({ phone: to });
    const [ada, grace] = [await aUser(limited.app), await aUser(limited.app)];
    await ask(ada, phone);
    await ask(grace, phone);
    await ask(ada, phone);
    expect(await refused(ask(grace, phone))).toBe('RATE_LIMITED');
    for (let count = 0; count < 3; count += 1) {
      await ask(ada, aNumber());
    }
    expect(await refused(ask(ada, aNumber()))).toBe('RATE_LIMITED');
    await limited.close();
  });

  test('is not asked for where no text messages are sent, nor of guests', async () => {
    const silent = await createTestApp({}, running.databaseUrl);
    const user = await aUser(silent.app);
    const phone = aNumber();
    expect(await refused(user.call.auth.requestPhoneVerification({ phone }))).toBe('NOT_FOUND');
    await silent.close();
    const guest = await aGuest(running.app);
    expect(await refused(guest.call.auth.requestPhoneVerification({ phone }))).toBe('FORBIDDEN');
  });
});

/** A booking of a show tomorrow, made long before. */
async function aBooking(user: Person) {
  const { showtime, seatIds } = await aShowtime(running.app, { startsIn: hours(23), seats: 2 });
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
  await user.call.showtimes.lockSeats(input);
  const reservation = await user.call.reservations.create({ ...input, locale: 'en' });
  await sql(`update reservations set created_at = created_at - interval '2 days' where id = $1`, [
    reservation.id,
  ]);
  return { reservation, showtime };
}

describe('a reminder by SMS', () => {
  test('comes once to a customer who wants it, with what is needed at the door', async () => {
    const user = await aTexted();
    const { reservation, showtime } = await aBooking(user);
    await writeReminders(running.app);
    await writeReminders(running.app);
    await followUp(running.app);
    const mine = sent.filter(({ to }) => to === user.phone);
    expect(mine).toHaveLength(1);
    for (const part of [showtime.movie.title, reservation.reference, 'A1', 'STOP']) {
      expect(mine[0]?.body).toContain(part);
    }
  });

  test('does not come after STOP', async () => {
    const user = await aTexted();
    await aBooking(user);
    expect(await stopTexts(running.app, user.phone)).toBe(1);
    expect(await stopTexts(running.app, user.phone)).toBe(0);
    await writeReminders(running.app);
    await followUp(running.app);
    expect(sent.filter(({ to }) => to === user.phone)).toEqual([]);
    expect(await user.call.auth.notifications()).toMatchObject({ sms: false, phone: user.phone });
  });

  test('does not come for a cancelled booking', async () => {
    const user = await aTexted();
    const { reservation } = await aBooking(user);
    await writeReminders(running.app);
    await user.call.reservations.cancel({ reservationId: reservation.id });
    await followUp(running.app);
    expect(sent.filter(({ to }) => to === user.phone)).toEqual([]);
  });

  test('of which nobody can say whether it was sent is not sent again', async () => {
    const user = await aTexted();
    await aBooking(user);
    failure = new PermanentFailure('unknown whether it was sent');
    await writeReminders(running.app);
    await followUp(running.app);
    failure = undefined;
    await sql(`update deliveries set available_at = clock_timestamp() where done_at is null`);
    await followUp(running.app);
    expect(sent.filter(({ to }) => to === user.phone)).toHaveLength(1);
    const { rows } = await sql(
      `select dead_at is not null as "isDead", last_error as "lastError" from deliveries
       where consequence = 'sendReminderText' and last_error like 'unknown%'`,
    );
    expect(rows).toEqual([{ isDead: true, lastError: 'unknown whether it was sent' }]);
  });
});
