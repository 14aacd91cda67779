import { aPaidPurchase } from '@matinee/api/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anIncident, aPayingCinema } from './cinema.ts';
import type { PayingCinema } from './cinema.ts';
import { stable } from './stable.ts';

/* A paid purchase that is disputed, and another one: an administrator judges and refunds. */

let cinema: PayingCinema;
let incident: Awaited<ReturnType<typeof anIncident>>;
beforeAll(async () => {
  cinema = await aPayingCinema();
  incident = await anIncident(cinema);
});
afterAll(() => cinema.close());

test.each([
  ['payments', 'payments', 'list'],
  ['incidents', 'incidents', 'list'],
  ['sites', 'sites', 'list'],
  ['report-payments', 'reports', 'payments'],
])('%s fits 80 columns', async (name, ...args) => {
  const terminal = cinema.binary.open(args);
  expect(await terminal.ended).toBe(0);
  const screen = stable(terminal.screen()).replace(/20\d\d-\d\d-\d\d/g, '2026-11-28');
  await expect(screen).toMatchFileSnapshot(`screens/${name}.txt`);
});

test('a refund is asked about, and is not sent without an answer of yes', async () => {
  const args = ['payments', 'refund', incident.paymentId, '5.00', '--reason', 'No sound'];
  const refused = cinema.binary.open(args);
  await refused.shows('Refund 5.00 USD of a payment of 20.00 USD?');
  refused.type('n');
  expect(await refused.ended).toBe(1);
  const paymentId = incident.paymentId;
  expect(await cinema.matinee.payments.get({ paymentId })).toMatchObject({ refunded: '0.00' });
  const { code, err } = await cinema.binary.run(...args, '--yes');
  expect({ code, err }).toEqual({
    code: 0,
    err: 'Refund requested. The server sends it to the provider within seconds.\n',
  });
  expect(await cinema.matinee.payments.get({ paymentId })).toMatchObject({ refunded: '5.00' });
});

test('more than is left of a payment is refused', async () => {
  const args = ['payments', 'refund', incident.paymentId, '99.00', '--reason', 'No sound'];
  const { code, out, err } = await cinema.binary.run(...args, '--yes');
  expect({ code, out }).toEqual({ code: 5, out: '' });
  expect(err).toMatch(/\d\.00 is left\./);
});

test('a cancellation of a paid seat says what goes back, and asks', async () => {
  const purchase = await aPaidPurchase(cinema.server.app, cinema.provider);
  const { reference, seats } = purchase.reservation;
  const [first] = seats;
  const name = `${first?.rowLabel}${first?.seatNumber}`;
  const args = ['reservations', 'cancel', '--seat', name, reference];
  const refused = cinema.binary.open(args);
  await refused.shows(/10\.00[\s│]+USD[\s│]+goes back/);
  refused.type('n');
  expect(await refused.ended).toBe(1);
  expect(await purchase.read()).toMatchObject({ refunds: [] });

  const agreed = cinema.binary.open(args);
  await agreed.shows(/10\.00[\s│]+USD[\s│]+goes back/);
  agreed.type('y');
  expect(await agreed.ended).toBe(0);
  expect(agreed.screen()).toMatch(/Given back +\w+/);
  expect(await purchase.read()).toMatchObject({ status: 'confirmed', refunded: '10.00' });
});

test('a cancellation whose refund has changed since the question is refused', async () => {
  const purchase = await aPaidPurchase(cinema.server.app, cinema.provider);
  const { id, reference } = purchase.reservation;
  const terminal = cinema.binary.open(['reservations', 'cancel', reference]);
  await terminal.shows(/20\.00[\s│]+USD[\s│]+goes back/);
  await cinema.server.app.pool.query(
    `update reservations
     set refund_policy = '{"tiers":[{"hoursBefore":0,"percent":50}],"feeRefundable":false}'
     where id = $1`,
    [id],
  );
  terminal.type('y');
  expect(await terminal.ended).toBe(5);
  expect(terminal.screen()).toContain('It was 20.00, and is 10.00 now.');
  expect(await purchase.read()).toMatchObject({ status: 'confirmed', refunds: [] });
});

test('an incident is resolved', async () => {
  const { code } = await cinema.binary.run('incidents', 'resolve', incident.id, 'Answered');
  expect(code).toBe(0);
  const { items } = await cinema.matinee.admin.incidents.list({ state: 'resolved' });
  expect(items).toMatchObject([{ id: incident.id, resolution: 'Answered' }]);
});
