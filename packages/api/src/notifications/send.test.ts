import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aGuest, anAdmin, aShowtime, aUser } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { proofTokenOf, resetTokenOf } from '../../test/links.ts';
import { consequences } from '../consequences.ts';
import { PermanentFailure } from '../outbox/retries.ts';
import { OutboxWorker } from '../outbox/worker.ts';
import type { Mail } from './mailer.ts';

/** Mails that arrived. */
const mails: Mail[] = [];
/** What the mail server has against the next mails. */
let objection: Error | undefined;
let running: TestApp;
beforeAll(async () => {
  const send = async (mail: Mail) => {
    if (objection) {
      throw objection;
    }
    mails.push(mail);
    return undefined;
  };
  const publicUrl = 'https://tickets.example/';
  running = await createTestApp({ publicUrl }, undefined, { mailer: { send } });
});
afterAll(() => running.close());
beforeEach(async () => {
  objection = undefined;
  await deliver();
  mails.length = 0;
});

const noSuchUser = () => new PermanentFailure('550 5.1.1 No such user');

async function deliver(): Promise<void> {
  await new OutboxWorker(running.app, consequences).round();
}

async function marked(): Promise<string[]> {
  const { rows } = await running.app.pool.query<{ address: string }>(
    'select address from refused_addresses order by address',
  );
  return rows.map(({ address }) => address);
}

/** Books a seat of a new show, and forgets what arrived before. */
async function book({ call }: Person, contactEmail?: string): Promise<string> {
  const { showtime, seatIds } = await aShowtime(running.app);
  await deliver();
  mails.length = 0;
  const input = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
  await call.showtimes.lockSeats(input);
  const contact = contactEmail === undefined ? {} : { contactEmail };
  return (await call.reservations.create({ ...input, ...contact })).id;
}

/** An account whose address has refused a confirmation. */
async function aRefusing(): Promise<Person> {
  const person = await aUser(running.app);
  await deliver();
  await book(person);
  objection = noSuchUser();
  await deliver();
  objection = undefined;
  mails.length = 0;
  expect(await marked()).toContain(person.email);
  return person;
}

/** How the delivery about a reservation stands, as administrators see it. */
async function deliveryOf(reservationId: string) {
  const { call } = await anAdmin(running.app);
  const { items } = await call.admin.outbox.list({ limit: 100 });
  return items.find(({ fact }) => fact.key.endsWith(reservationId));
}

describe('an address that refuses a mail for good', () => {
  test('is marked, and mails about bookings are still tried', async () => {
    const person = await aRefusing();
    const id = await book(person);
    objection = noSuchUser();
    await deliver();
    expect(await deliveryOf(id)).toMatchObject({ state: 'dead', attempts: 1 });
    expect(await marked()).toContain(person.email);
  });

  test('is no longer marked when a mail arrives, and the delivery says so', async () => {
    const person = await aRefusing();
    const id = await book(person);
    await deliver();
    expect(mails).toMatchObject([{ to: person.email }]);
    expect(await deliveryOf(id)).toMatchObject({
      state: 'done',
      lastError: 'sent; the address had refused mail before: 550 5.1.1 No such user',
    });
    expect(await marked()).not.toContain(person.email);
  });

  test('may be the contact of a guest, in any spelling', async () => {
    const guest = await aGuest(running.app);
    objection = noSuchUser();
    await book(guest, 'Grace.Refuses@Example.com');
    await deliver();
    expect(await marked()).toContain('grace.refuses@example.com');
    objection = undefined;
    await book(guest, 'GRACE.refuses@example.com');
    await deliver();
    expect(await marked()).not.toContain('grace.refuses@example.com');
  });

  test('is no longer marked when its owner proves it, again if need be', async () => {
    const person = await aUser(running.app);
    await deliver();
    const { auth } = callerOf(running.app);
    await auth.verifyEmail({ token: await proofTokenOf(running.app, person.id) });
    await book(person);
    objection = noSuchUser();
    await deliver();
    expect(await marked()).toContain(person.email);

    // A mail that is not sent for the moment: the mark stays until the link is used.
    objection = new Error('451 4.7.1 Try again later');
    await person.call.auth.requestEmailVerification();
    await deliver();
    expect(await marked()).toContain(person.email);
    await auth.verifyEmail({ token: await proofTokenOf(running.app, person.id) });
    expect(await marked()).not.toContain(person.email);
  });

  test('is mailed a proof although it is proven', async () => {
    const person = await aRefusing();
    await running.app.pool.query('update users set email_verified_at = now() where id = $1', [
      person.id,
    ]);
    await person.call.auth.requestEmailVerification();
    await deliver();
    expect(mails).toMatchObject([{ to: person.email, subject: 'Confirm your e-mail address' }]);
  });

  test('is no longer marked when a password was set by a mailed link', async () => {
    const person = await aRefusing();
    const token = await resetTokenOf(running.app, person.id);
    await callerOf(running.app).auth.resetPassword({ token, newPassword: 'battery-staple-horse' });
    expect(await marked()).not.toContain(person.email);
  });
});

test('a mail that is refused for now marks nothing', async () => {
  const person = await aUser(running.app);
  objection = new Error('451 4.7.1 Try again later');
  await deliver();
  expect(await marked()).not.toContain(person.email);
});
