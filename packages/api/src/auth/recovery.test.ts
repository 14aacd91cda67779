import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerOf, createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import {
  aGuest,
  anAddress,
  anAdmin,
  aShowtime,
  aUser,
  hours,
  minutes,
  password,
  refusalOf,
} from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { proofTokenOf, resetTokenOf } from '../../test/links.ts';
import { consequences } from '../consequences.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';
import type { Mail } from '../notifications/mailer.ts';
import { OutboxWorker } from '../outbox/worker.ts';
import { bookingsOfGuests, takeOverClaims } from './recovery.ts';

const newPassword = 'battery-staple-horse';
const publicUrl = 'https://tickets.example/';

const mails: Mail[] = [];
let running: TestApp;
/** What the clock of the product is ahead of the true one, in milliseconds. */
let ahead = 0;
beforeAll(async () => {
  const mailer = { send: async (mail: Mail) => void mails.push(mail) };
  const clock = () => new Date(Date.now() + ahead);
  running = await createTestApp({ publicUrl }, undefined, { mailer, clock });
});
afterAll(() => running.close());
beforeEach(async () => {
  ahead = 0;
  await delivered();
});

/** The mails that follow from what has happened. */
async function delivered(): Promise<Mail[]> {
  mails.length = 0;
  await new OutboxWorker(running.app, consequences).round();
  return [...mails];
}

const anonymous = (remoteAddress = anAddress()) => callerOf(running.app, { remoteAddress });
const tokenIn = (mail: Mail | undefined, page: string) =>
  new RegExp(`https://tickets\\.example/m/${page}#token=([\\w-]+)\n`).exec(mail?.text ?? '')?.[1] ??
  '';

async function anAccount(): Promise<Person> {
  const person = await aUser(running.app);
  await delivered();
  return person;
}

describe('a forgotten password', () => {
  test('is replaced by the link in the mail, once; sessions end, and the owner is told', async () => {
    const { email, call, id } = await anAccount();
    expect(
      await anonymous().auth.requestPasswordReset({ email: ` ${email.toUpperCase()} ` }),
    ).toEqual({ sent: true });
    const [mail, ...more] = await delivered();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ to: email, subject: 'Set a new password' });
    const token = tokenIn(mail, 'reset-password');
    expect(mail?.html).toContain(`href="https://tickets.example/m/reset-password#token=${token}"`);

    expect(await anonymous().auth.resetPassword({ token, newPassword })).toEqual({ changed: true });
    expect((await refusalOf(call.auth.me())).code).toBe('TOKEN_INVALID');
    expect((await refusalOf(anonymous().auth.login({ email, password }))).code).toBe(
      'INVALID_CREDENTIALS',
    );
    const { user } = await anonymous().auth.login({ email, password: newPassword });
    expect(user).toMatchObject({ id, emailVerifiedAt: expect.any(Date) });
    const again = anonymous().auth.resetPassword({ token, newPassword: `${newPassword}-2` });
    expect(await refusalOf(again)).toEqual({ code: 'LINK_INVALID', details: { reason: 'used' } });
    expect(await delivered()).toMatchObject([{ to: email, subject: 'Your password was changed' }]);
  });

  test('has the same response for an address without an account, a guest’s and a disabled account’s', async () => {
    const disabled = await anAccount();
    const admin = await anAdmin(running.app);
    await admin.call.admin.users.disable({ userId: disabled.id });
    const guest = await aGuest(running.app);
    await delivered();
    for (const email of ['nobody@example.com', `${guest.id}@example.com`, disabled.email]) {
      expect(await anonymous().auth.requestPasswordReset({ email })).toEqual({ sent: true });
    }
    expect(await delivered()).toEqual([]);
    const { rows } = await running.app.pool.query(
      `select last_error as note from deliveries where consequence = 'sendPasswordReset'
       order by done_at desc limit 3`,
    );
    const note = 'there is no such account';
    expect(rows).toEqual([{ note }, { note }, { note }]);
  });

  test('is replaced by one of two requests with one link', async () => {
    const { id, email } = await anAccount();
    const token = await resetTokenOf(running.app, id);
    const wishes = ['first-of-two-words', 'second-of-two-words'];
    const outcomes = await Promise.allSettled(
      wishes.map((wish) => anonymous().auth.resetPassword({ token, newPassword: wish })),
    );
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const won = wishes[outcomes.findIndex(({ status }) => status === 'fulfilled')] ?? '';
    await expect(anonymous().auth.login({ email, password: won })).resolves.toBeDefined();
  });

  test.each<[string, (id: string) => Promise<string>, string]>([
    ['that is none', async () => 'x'.repeat(83), 'unknown'],
    ['of another purpose', (id) => proofTokenOf(running.app, id), 'unknown'],
    ['of nobody', async (id) => changed(await resetTokenOf(running.app, id)), 'unknown'],
    ['after half an hour', (id) => resetTokenOf(running.app, id, -1_000), 'expired'],
    ['after a change of the password', afterChange, 'used'],
    ['of an account that is disabled', afterDisabling, 'unknown'],
  ])('is not replaced by a link %s', async (_kind, tokenFor, reason) => {
    const { id } = await anAccount();
    const refused = anonymous().auth.resetPassword({ token: await tokenFor(id), newPassword });
    expect(await refusalOf(refused)).toEqual({ code: 'LINK_INVALID', details: { reason } });
  });

  test('is not replaced by the owner’s address', async () => {
    const { id, email } = await anAccount();
    const token = await resetTokenOf(running.app, id);
    const refused = anonymous().auth.resetPassword({ token, newPassword: email });
    expect((await refusalOf(refused)).code).toBe('VALIDATION_ERROR');
  });

  test('gets no link that would come after an hour', async () => {
    const { email } = await anAccount();
    await anonymous().auth.requestPasswordReset({ email });
    ahead = minutes(61);
    expect(await delivered()).toEqual([]);
  });
});

function changed(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(3) ^ 1, 3);
  return bytes.toString('base64url');
}

async function afterChange(id: string): Promise<string> {
  const token = await resetTokenOf(running.app, id);
  await anonymous().auth.resetPassword({ token, newPassword: 'quite-another-one' });
  return token;
}

async function afterDisabling(id: string): Promise<string> {
  const token = await resetTokenOf(running.app, id);
  await (await anAdmin(running.app)).call.admin.users.disable({ userId: id });
  return token;
}

describe('with limits', () => {
  let limited: TestApp;
  beforeAll(async () => {
    const mailer = { send: async (mail: Mail) => void mails.push(mail) };
    limited = await createTestApp({ rateLimit: true, publicUrl }, undefined, { mailer });
  });
  afterAll(() => limited.close());

  test('an address gets five mails an hour, whoever asks; the response tells nothing', async () => {
    const { email } = await aUser(limited.app);
    mails.length = 0;
    for (let asked = 0; asked < 7; asked += 1) {
      const { auth } = callerOf(limited.app, { remoteAddress: anAddress() });
      const spelling = asked % 2 === 0 ? email : email.toUpperCase();
      expect(await auth.requestPasswordReset({ email: spelling })).toEqual({ sent: true });
    }
    await new OutboxWorker(limited.app, consequences).round();
    expect(mails.filter(({ subject }) => subject === 'Set a new password')).toHaveLength(5);
  });

  test('an owner who has guessed too often signs in with the new password', async () => {
    const remoteAddress = anAddress();
    const { auth } = callerOf(limited.app, { remoteAddress });
    const { id, email } = await aUser(limited.app, remoteAddress);
    for (let guess = 0; guess < 10; guess += 1) {
      await auth.login({ email, password: `guess-${guess}` }).catch(() => {});
    }
    expect((await refusalOf(auth.login({ email, password }))).code).toBe('RATE_LIMITED');
    await auth.resetPassword({ token: await resetTokenOf(limited.app, id), newPassword });
    await expect(auth.login({ email, password: newPassword })).resolves.toBeDefined();
  });
});

describe('an address', () => {
  test('of a new account is proven by the link in the mail, and may be again', async () => {
    const { email, call, id } = await aUser(running.app);
    const [mail, ...more] = await delivered();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ to: email, subject: 'Confirm your e-mail address' });
    expect(await call.auth.me()).toMatchObject({ emailVerifiedAt: null });
    const token = tokenIn(mail, 'verify-email');
    const { emailVerifiedAt, ...user } = await anonymous().auth.verifyEmail({ token });
    expect(user).toMatchObject({ id, email });
    expect(emailVerifiedAt).toBeInstanceOf(Date);
    expect(await anonymous().auth.verifyEmail({ token })).toMatchObject({ emailVerifiedAt });
    expect(await call.auth.requestEmailVerification()).toEqual({ sent: true });
    expect(await delivered()).toEqual([]);
  });

  test('is asked for again', async () => {
    const { email, call } = await anAccount();
    expect(await call.auth.requestEmailVerification()).toEqual({ sent: true });
    expect(await delivered()).toMatchObject([
      { to: email, subject: 'Confirm your e-mail address' },
    ]);
  });

  test.each<[string, (id: string) => Promise<string>, string]>([
    ['that is none', async () => 'unknown', 'unknown'],
    ['of another purpose', (id) => resetTokenOf(running.app, id), 'unknown'],
    ['after a day', (id) => proofTokenOf(running.app, id, -hours(1)), 'expired'],
    ['of an account that is disabled', disabledProof, 'unknown'],
  ])('is not proven by a link %s', async (_kind, tokenFor, reason) => {
    const { id } = await anAccount();
    const refused = anonymous().auth.verifyEmail({ token: await tokenFor(id) });
    expect(await refusalOf(refused)).toEqual({ code: 'LINK_INVALID', details: { reason } });
  });

  test('that is proven gets what guests have booked with it, on the web and at the desk', async () => {
    const scene = await aShowtime(running.app, { seats: 6 });
    const { email, call, id } = await anAccount();
    const booking = async (person: Person, at: number, contactEmail: string) => {
      const wanted = { showtimeId: scene.showtime.id, seatIds: scene.seatIds.slice(at, at + 1) };
      await person.call.showtimes.lockSeats(wanted);
      return (await person.call.reservations.create({ ...wanted, contactEmail })).id;
    };
    const guest = await aGuest(running.app);
    const ours = await booking(guest, 0, email.toUpperCase());
    const cancelled = await booking(guest, 1, email);
    await guest.call.reservations.cancel({ reservationId: cancelled });
    await booking(guest, 2, 'somebody-else@example.com');
    await booking(await anAccount(), 3, email);
    const { reservation } = await scene.admin.call.desk.sell({
      showtimeId: scene.showtime.id,
      seats: [{ seatId: scene.seatIds[4] ?? '', ticketTypeId: standardTicketType }],
      tender: 'invoice',
      customer: { email },
    });
    await anonymous().auth.verifyEmail({ token: await proofTokenOf(running.app, id) });
    const { items } = await call.reservations.list({ limit: 10 });
    expect(items.map((each) => each.id).toSorted()).toEqual(
      [ours, cancelled, reservation.id].toSorted(),
    );
    await call.reservations.cancel({ reservationId: ours });
    expect((await refusalOf(guest.call.reservations.get({ reservationId: ours }))).code).toBe(
      'NOT_FOUND',
    );
  });
});

test.each([
  ['what guests have booked with an address', bookingsOfGuests, 'idx_reservations_contact'],
  ['the seats of that', takeOverClaims, 'seat_claims_pkey'],
])('%s is found by an index', async (_what, { text }, index) => {
  const client = await running.app.pool.connect();
  try {
    await client.query('set enable_seqscan = off');
    const literal = text
      .replace('any($2)', `any('{00000000-0000-7000-8000-000000000001}'::uuid[])`)
      .replace('user_id = $1', `user_id = '00000000-0000-7000-8000-000000000001'`)
      .replace('$1', `'ada@example.com'`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${literal}`);
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain(index);
  } finally {
    client.release(true);
  }
});

async function disabledProof(id: string): Promise<string> {
  const token = await proofTokenOf(running.app, id);
  await (await anAdmin(running.app)).call.admin.users.disable({ userId: id });
  return token;
}

describe('an administrator', () => {
  test('has the link mailed, and never sees it', async () => {
    const { id: userId, email } = await anAccount();
    const admin = await anAdmin(running.app);
    await delivered();
    const asked = await admin.call.admin.users.requestPasswordReset({ userId });
    expect(asked).toEqual({ sent: true, link: null });
    expect(await delivered()).toMatchObject([{ to: email, subject: 'Set a new password' }]);
  });

  test('passes the link on where no mail is sent; it is not kept, and the log says who asked', async () => {
    const silent = await createTestApp({ publicUrl });
    try {
      const { id: userId, email } = await aUser(silent.app);
      const admin = await anAdmin(silent.app);
      const call = callerOf(silent.app, { token: admin.token, key: 'once' });
      const { sent, link } = await call.admin.users.requestPasswordReset({ userId });
      expect(sent).toBe(false);
      const token = link?.split('https://tickets.example/m/reset-password#token=')[1] ?? '';
      const again = await call.admin.users.requestPasswordReset({ userId });
      expect(again).toMatchObject({ sent: false, link: expect.any(String) });
      const { rows } = await silent.app.pool.query(
        `select answer from idempotency_keys where key = 'once'`,
      );
      expect(JSON.stringify(rows)).not.toContain(token);
      const { items } = await admin.call.admin.audit.list({ subject: userId, limit: 1 });
      expect(items).toMatchObject([{ action: 'admin.users.requestPasswordReset' }]);
      const { auth } = callerOf(silent.app);
      await auth.resetPassword({ token, newPassword });
      await expect(auth.login({ email, password: newPassword })).resolves.toBeDefined();
    } finally {
      await silent.close();
    }
  });

  test('passes it on as well where links in mails would lead nowhere', async () => {
    const mailer = { send: async (mail: Mail) => void mails.push(mail) };
    const nowhere = await createTestApp({}, undefined, { mailer });
    try {
      const { id: userId, email } = await aUser(nowhere.app);
      const admin = await anAdmin(nowhere.app);
      expect(await admin.call.admin.users.requestPasswordReset({ userId })).toEqual({
        sent: false,
        link: expect.stringMatching(/^\/m\/reset-password#token=[\w-]{83}$/),
      });
      mails.length = 0;
      await callerOf(nowhere.app).auth.requestPasswordReset({ email });
      await new OutboxWorker(nowhere.app, consequences).round();
      expect(mails).toEqual([]);
      const { items } = await admin.call.admin.outbox.list({ limit: 1 });
      expect(items).toMatchObject([{ state: 'done', lastError: 'PUBLIC_URL is not set' }]);
    } finally {
      await nowhere.close();
    }
  });

  test('finds no guest and no disabled account to send it to', async () => {
    const admin = await anAdmin(running.app);
    const guest = await aGuest(running.app);
    const disabled = await anAccount();
    await admin.call.admin.users.disable({ userId: disabled.id });
    for (const { id: userId } of [guest, disabled]) {
      const refused = admin.call.admin.users.requestPasswordReset({ userId });
      expect((await refusalOf(refused)).code).toBe('NOT_FOUND');
    }
  });
});

test('many requests for a proof at once do not hold each other up', async () => {
  const limited = await createTestApp({ rateLimit: true, publicUrl, database: { poolSize: 2 } });
  try {
    const { token } = await aUser(limited.app);
    const asked = Array.from({ length: 12 }, (_, at) =>
      callerOf(limited.app, { token, key: `proof ${at}` }).auth.requestEmailVerification(),
    );
    expect(new Set((await Promise.all(asked)).map(({ sent }) => sent))).toEqual(new Set([true]));
  } finally {
    await limited.close();
  }
});
