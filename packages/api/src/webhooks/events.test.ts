import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { anAdmin, aShowtime } from '../../test/builders.ts';
import type { Person } from '../../test/builders.ts';
import { aDoor } from '../../test/door.ts';
import { FakeProvider } from '../../test/fake-provider.ts';
import { aPaidPurchase, aPurchase, followUp } from '../../test/sale.ts';
import { aReceiver, plainSender } from '../../test/webhook-receiver.ts';
import type { Receiver } from '../../test/webhook-receiver.ts';

const provider = new FakeProvider('stripe');
let paying: TestApp;
let free: TestApp;
let receiver: Receiver;
let admin: Person;

beforeAll(async () => {
  receiver = await aReceiver();
  const webhooks = { allowPrivate: true };
  const surroundings = { webhooks: plainSender };
  paying = await createTestApp({ webhooks }, undefined, { ...surroundings, payments: [provider] });
  // The same database, where nothing is paid in advance.
  free = await createTestApp({ webhooks }, paying.databaseUrl, surroundings);
  admin = await anAdmin(paying.app);
  await admin.call.admin.webhooks.create({ url: receiver.url, events: ['*'] });
});
afterAll(async () => {
  await receiver.close();
  await free.app.close();
  await paying.close();
});
beforeEach(async () => {
  await followUp(paying.app);
  receiver.received.length = 0;
});

interface Event {
  type: string;
  data: Record<string, unknown>;
}

/** What the receiver has been sent since the test began, by type. */
async function events(): Promise<Event[]> {
  await followUp(paying.app);
  const bodies = receiver.received.map(({ body }) => JSON.parse(body) as Event);
  return bodies.toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

/** Types and ids. */
const brief = (all: Event[]) => all.map(({ type, data }) => [type, data['id']]);

test('a payment is pending, declined, made, returned in part and disputed', async () => {
  const purchase = await aPurchase(paying.app, provider);
  const { reservationId, paymentId } = purchase;
  expect(brief(await events()).filter(([type]) => type === 'reservation.pending')).toEqual([
    ['reservation.pending', reservationId],
  ]);

  receiver.received.length = 0;
  const ref = await purchase.start();
  provider.decline(ref);
  await purchase.sync();
  await purchase.sync();
  const [declined, ...none] = await events();
  expect(none).toEqual([]);
  expect(declined).toMatchObject({
    type: 'payment.failed',
    data: { id: paymentId, status: 'open', lastError: 'Your card was declined.' },
  });

  receiver.received.length = 0;
  provider.pay(ref, { amount: purchase.reservation.total });
  await purchase.sync();
  await purchase.sync();
  expect(brief(await events())).toEqual([
    ['payment.succeeded', paymentId],
    ['reservation.confirmed', reservationId],
  ]);

  receiver.received.length = 0;
  await admin.call.admin.payments.refund({ paymentId, amount: '1.00', reason: 'The sound' });
  await followUp(paying.app);
  await purchase.sync();
  const returned = await events();
  expect(brief(returned)).toEqual([['payment.refunded', paymentId]]);
  expect(returned[0]?.data).toMatchObject({ refunded: '1.00' });

  receiver.received.length = 0;
  provider.change(ref, { dispute: { status: 'open', amount: '2.00' } });
  await purchase.sync();
  await purchase.sync();
  const disputed = await events();
  expect(disputed.map(({ type }) => type)).toEqual(['incident.opened', 'payment.disputed']);
  expect(disputed[0]?.data).toMatchObject({ kind: 'dispute', paymentId });
});

test('money that was returned elsewhere is an incident', async () => {
  const purchase = await aPaidPurchase(paying.app, provider);
  await events();
  receiver.received.length = 0;
  provider.refundElsewhere(purchase.ref, '1.00');
  await purchase.sync();
  expect((await events()).map(({ type }) => type)).toEqual(['incident.opened', 'payment.refunded']);
});

test('seats are given back, then a whole reservation, then the show is cancelled', async () => {
  const { reservationId, seatIds, user, showtimeId, ...scene } = await aPaidPurchase(
    paying.app,
    provider,
  );
  await events();
  receiver.received.length = 0;
  await user.call.reservations.cancel({ reservationId, seatIds: seatIds.slice(0, 1) });
  await user.call.reservations.cancel({ reservationId });
  const given = (await events()).filter(({ type }) => type.startsWith('reservation.'));
  expect(brief(given)).toEqual([
    ['reservation.cancelled', reservationId],
    ['reservation.seats_cancelled', reservationId],
  ]);
  receiver.received.length = 0;
  await scene.admin.call.showtimes.cancel({ showtimeId, reason: 'Flood' });
  const [cancelled] = await events();
  expect(cancelled).toMatchObject({
    type: 'showtime.cancelled',
    data: { id: showtimeId, cancelReason: 'Flood' },
  });
});

test('a show and its movie are made and changed', async () => {
  const { showtime, movieId } = await aShowtime(paying.app);
  await admin.call.showtimes.update({ showtimeId: showtime.id, price: '11.00' });
  await admin.call.movies.update({ movieId, contentRating: 'PG' });
  await admin.call.movies.update({ movieId, contentRating: 'R' });
  const got = await events();
  expect(brief(got)).toEqual([
    ['movie.updated', movieId],
    ['movie.updated', movieId],
    ['showtime.created', showtime.id],
    ['showtime.updated', showtime.id],
  ]);
  expect(got[3]?.data).toMatchObject({ price: '11.00', revision: 2 });
});

test('a ticket is admitted once, by a door that asks and by one that tells afterwards', async () => {
  const { gate, tickets, showtimeId } = await aDoor(free.app);
  await events();
  receiver.received.length = 0;
  const scan = { code: tickets[0]?.code ?? '', showtimeId, deviceId: 'east-1' };
  const { id } = await gate.call.checkIns.create({ ...scan, nonce: randomUUID() });
  const again = await gate.call.checkIns.create({ ...scan, nonce: randomUUID() });
  expect(again.result).toBe('already_admitted');
  const late = { ...scan, code: tickets[1]?.code ?? '', nonce: randomUUID(), at: new Date() };
  await gate.call.checkIns.upload({ scans: [late] });
  await gate.call.checkIns.upload({ scans: [late] });
  const admitted = await events();
  expect(admitted.map(({ type }) => type)).toEqual(['ticket.checked_in', 'ticket.checked_in']);
  expect(admitted.map(({ data }) => data['id'])).toContain(id);
  expect(admitted.map(({ data }) => data['result'])).toEqual(['admitted', 'admitted']);
});

test('a test is a ping', async () => {
  const [webhook] = (await admin.call.admin.webhooks.list({})).items;
  const webhookId = webhook?.id ?? '';
  await admin.call.admin.webhooks.test({ webhookId });
  expect(await events()).toMatchObject([{ type: 'ping', data: { webhookId } }]);
});
