import { PermanentFailure } from '@matinee/api';
import { expect, test } from 'vitest';
import { aBooking, mailerFor, makeDue, onlyDelivery, openCinema } from './cinema.ts';
import { hangingAt, MailServer, refusing } from './mail-server.ts';
import type { Manner } from './mail-server.ts';

/* What becomes of a mail when its server refuses, hangs, breaks off or is not there. */

/** A cinema whose one booking awaits its first delivery. */
async function open(manner?: Manner, credentials?: string) {
  const mails = await MailServer.start(manner);
  const cinema = await openCinema(mailerFor(mails.url(credentials)));
  const { reservation, customer } = await aBooking(cinema);
  const messageId = `<reservation.confirmed.${reservation.id}@cinema.example>`;
  return { mails, cinema, messageId, customer };
}

test('a recipient who is refused for good is given up at once, with the reason, and marked', async () => {
  const { mails, cinema, customer } = await open(refusing('recipient', 550, '5.1.1 No such user'));
  await cinema.deliver();

  expect(await onlyDelivery(cinema.pool)).toMatchObject({
    state: 'dead',
    attempts: 1,
    error: expect.stringContaining('550 5.1.1 No such user') as unknown,
  });
  const { rows } = await cinema.pool.query('select address, refusal from refused_addresses');
  expect(rows).toEqual([
    {
      address: customer.email,
      refusal: expect.stringContaining('550 5.1.1 No such user') as unknown,
    },
  ]);

  mails.manner = () => {};
  await makeDue(cinema.pool);
  await cinema.deliver();
  expect(mails.connections).toBe(1);
});

test('a mail that is refused for good after its content is given up at once', async () => {
  const { mails, cinema } = await open(refusing('mail', 554, '5.6.0 Not in this house'));
  await cinema.deliver();

  expect(mails.arrived).toHaveLength(1);
  expect(await onlyDelivery(cinema.pool)).toMatchObject({
    state: 'dead',
    attempts: 1,
    error: expect.stringContaining('554 5.6.0 Not in this house') as unknown,
  });
});

test('a mail that is refused for now is tried for a day and a half, then given up', async () => {
  const { mails, cinema } = await open(refusing('recipient', 451, '4.7.1 Try again later'));
  const delays = [60, 300, 1_800, 7_200, 21_600, 86_400];
  for (const [index, delay] of delays.entries()) {
    await cinema.deliver();
    const delivery = await onlyDelivery(cinema.pool);
    expect(delivery).toMatchObject({
      state: 'open',
      attempts: index + 1,
      error: expect.stringContaining('451 4.7.1 Try again later') as unknown,
    });
    expect(delivery.seconds).toBeGreaterThan(delay * 0.8 - 10);
    expect(delivery.seconds).toBeLessThanOrEqual(delay * 1.2);
    await cinema.deliver();
    expect(mails.connections).toBe(index + 1);
    await makeDue(cinema.pool);
  }
  await cinema.deliver();

  expect(await onlyDelivery(cinema.pool)).toMatchObject({ state: 'dead', attempts: 7 });
  mails.manner = () => {};
  await makeDue(cinema.pool);
  await cinema.deliver();
  expect(mails.connections).toBe(7);
});

test.for([
  { what: 'its password', at: 'sign-in', code: 535, said: '5.7.8 Wrong password' },
  { what: 'its want of a password', at: 'sender', code: 530, said: '5.7.0 Sign in first' },
  { what: 'its sender', at: 'sender', code: 550, said: '5.7.1 Not your address' },
  { what: 'its connection', at: 'greeting', code: 554, said: '5.3.2 Go away' },
] as const)('a server that refuses us for $what is tried again', async ({ at, code, said }) => {
  const { mails, cinema, messageId } = await open(
    refusing(at, code, said),
    'matinee:pa%24%24word@',
  );
  await cinema.deliver();

  const delivery = await onlyDelivery(cinema.pool);
  expect(delivery).toMatchObject({
    state: 'open',
    attempts: 1,
    error: expect.stringContaining(`${code}`) as unknown,
  });
  expect(delivery.error).not.toMatch(/pa(%24%24|\$\$)word/);
  expect((await cinema.pool.query('select from refused_addresses')).rowCount).toBe(0);

  mails.manner = () => {};
  await makeDue(cinema.pool);
  await cinema.deliver();
  expect(mails.accepted.map((mail) => mail.messageId)).toEqual([messageId]);
});

test('a server that hangs fails the attempt before the outbox would', async () => {
  const steps = ['greeting', 'mail'] as const;
  const attempts = steps.map(async (step) => {
    const mails = await MailServer.start(hangingAt(step));
    const mail = { id: 'test.1', to: 'a@example.com', subject: 'Hello', text: 'Hello', html: '' };
    const began = performance.now();
    const error: unknown = await mailerFor(mails.url())
      .send(mail)
      .catch((reason: unknown) => reason);
    return { error, ms: performance.now() - began };
  });
  const [greeting, mail] = await Promise.all(attempts);

  expect(greeting?.error).toMatchObject({ message: 'Greeting never received' });
  expect(greeting?.ms).toBeLessThan(8_000);
  expect(mail?.error).toMatchObject({ message: 'Timeout' });
  expect(mail?.ms).toBeLessThan(12_000);
  expect([greeting?.error, mail?.error].some((error) => error instanceof PermanentFailure)).toBe(
    false,
  );
});

test.for(['content', 'mail'] as const)(
  'a connection that is cut in the %s is tried again, with the same Message-ID',
  async (at) => {
    const { mails, cinema, messageId } = await open((step) => {
      if (step === at) {
        mails.cut();
      }
    });
    await cinema.deliver();
    expect(await onlyDelivery(cinema.pool)).toMatchObject({ state: 'open', attempts: 1 });

    mails.manner = () => {};
    await makeDue(cinema.pool);
    await cinema.deliver();
    expect(await onlyDelivery(cinema.pool)).toMatchObject({ state: 'done', attempts: 2 });
    expect(new Set(mails.arrived.map((mail) => mail.messageId))).toEqual(new Set([messageId]));
  },
);

test('a server that is down delays the mail until it is back', async () => {
  const { mails, cinema, messageId } = await open();
  const { port } = mails;
  await mails.stop();
  await cinema.deliver();
  expect(await onlyDelivery(cinema.pool)).toMatchObject({
    state: 'open',
    attempts: 1,
    error: expect.stringContaining('ECONNREFUSED') as unknown,
  });

  const back = await MailServer.start(undefined, port);
  await makeDue(cinema.pool);
  await cinema.deliver();
  expect(back.accepted.map((mail) => mail.messageId)).toEqual([messageId]);
  expect(await onlyDelivery(cinema.pool)).toMatchObject({ state: 'done', attempts: 2 });
});
