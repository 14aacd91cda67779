import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime } from '../../test/builders.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { aPurchase, followUp, letPaymentExpire } from '../../test/sale.ts';
import { expirePayments } from '../payments/expire.ts';
import type { Mail } from './mailer.ts';

const mails: Mail[] = [];
const stripe = new FakeProvider();
let running: TestApp;
beforeAll(async () => {
  const mailer = { send: async (mail: Mail) => void mails.push(mail) };
  running = await createTestApp({}, undefined, { mailer, payments: [stripe] });
});
afterAll(() => running.close());
beforeEach(() => {
  mails.length = 0;
});

/** The mails of what has happened after the time to pay was over. */
async function afterItsTime(reservationId: string): Promise<Mail[]> {
  await letPaymentExpire(running.app, reservationId, { locks: false });
  await expirePayments(running.app);
  await followUp(running.app);
  return [...mails];
}

/** Why the delivery of the end of a reservation did nothing. */
async function noteOn(reservationId: string): Promise<string | null | undefined> {
  const { rows } = await running.app.pool.query<{ note: string | null }>(
    `select d.last_error as note from deliveries d join outbox o on o.id = d.outbox_id
     where o.key = 'reservation.cancelled:' || $1`,
    [reservationId],
  );
  return rows[0]?.note;
}

describe('the customer of a reservation that was not paid', () => {
  test('is mailed that the payment failed and the seats are released', async () => {
    const { start, reservationId, reservation, user } = await aPurchase(running.app, stripe);
    await start();
    const [mail, ...more] = await afterItsTime(reservationId);
    expect(more).toEqual([]);
    const { title } = reservation.showtime.movie;
    expect(mail).toMatchObject({
      to: user.email,
      subject: `Payment not completed: ${title}, ${reservation.reference}`,
    });
    expect(mail?.text).toContain('was not completed in time, and your seats have been released.');
    expect(mail?.text).toContain('You have not been charged.');
    expect(mail?.html).toContain('your seats have been released');
  });

  test('is mailed so in the language of the reservation, with the time in the zone of the theater', async () => {
    const scene = await aShowtime(running.app, { timezone: 'Asia/Tokyo' });
    const { start, reservationId, user } = await aPurchase(running.app, stripe, { scene });
    await running.app.pool.query(`update reservations set locale = 'ja' where id = $1`, [
      reservationId,
    ]);
    await start();
    const [mail] = await afterItsTime(reservationId);
    const time = new Intl.DateTimeFormat('ja', {
      timeZone: 'Asia/Tokyo',
      hour: 'numeric',
      minute: '2-digit',
      timeZoneName: 'short',
    });
    expect(mail).toMatchObject({
      to: user.email,
      subject: expect.stringMatching(/^お支払い未完了/),
    });
    expect(mail?.text).toContain('お取りしていた座席を解放しました');
    expect(mail?.text).toContain(time.format(scene.showtime.startTime));
  });

  test('is mailed nothing when no payment was started', async () => {
    const { reservationId } = await aPurchase(running.app, stripe);
    expect(await afterItsTime(reservationId)).toEqual([]);
    expect(await noteOn(reservationId)).toBe('no payment was started');
  });

  test('learns that money of another amount is returned, and not that nothing was charged', async () => {
    const { start, sync } = await aPurchase(running.app, stripe);
    stripe.pay(await start(), { amount: '19.99' });
    await sync();
    await followUp(running.app);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain('was not the amount of your reservation');
    expect(mails[0]?.text).toContain('Your money is on its way back to you.');
    expect(mails[0]?.text).toMatch(/Refund: +\$19\.99/);
    expect(mails[0]?.text).not.toContain('not been charged');
  });
});
