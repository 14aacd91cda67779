import { compareWithProviders, reconcilePayments } from '@matinee/api';
import { aShowtime, aUser, followUp } from '@matinee/api/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stripeSignature } from '../payments/stripe-messages.ts';
import { providerFor } from '../payments/stripe-shop.ts';
import { StripeStandIn } from '../payments/stripe-stand-in.ts';
import { ordinary } from '../payments/stripe-switches.ts';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';

/*
 * Signed messages of the stand-in for Stripe, over HTTP to the adapter: however they arrive, the books
 * end the same, and like those of the provider.
 */

let stripe: StripeStandIn;
let server: TestServer;
beforeAll(async () => {
  stripe = await StripeStandIn.start();
  server = await startTestServer({}, undefined, { payments: [await providerFor(stripe)] });
  stripe.sendWebhooksTo(`${server.url}/webhooks/stripe`);
});
afterAll(async () => {
  await server.close();
  await stripe.stop();
});
beforeEach(async () => {
  Object.assign(stripe.switches, ordinary());
  await stripe.deliverWebhooks();
  await followUp(server.app);
});

/** What a run does when something has happened at the provider. */
type Arrival = () => Promise<void>;

const deliver: Arrival = async () => {
  await stripe.deliverWebhooks();
  await followUp(server.app);
};

/** A day passes: facts and deliveries are old, and whatever was sent may be sent again. */
const aDayLater: Arrival = async () => {
  await deliver();
  const { pool } = server.app;
  await pool.query(`update provider_events set received_at = received_at - interval '1 day'`);
  await pool.query(
    `update outbox set created_at = created_at - interval '1 day' where kind = 'provider.reported'`,
  );
  for (const event of stripe.messages.all) {
    expect(await stripe.messages.send(event)).toMatchObject({ status: 200 });
  }
  await followUp(server.app);
};

/** All messages that were ever kept are forgotten, and come again. */
const forgotten: Arrival = async () => {
  await deliver();
  const { pool } = server.app;
  await pool.query('delete from provider_events');
  await pool.query(`delete from deliveries using outbox o
    where o.id = outbox_id and o.kind = 'provider.reported'`);
  await pool.query(`delete from outbox where kind = 'provider.reported'`);
  for (const event of stripe.messages.all.toReversed()) {
    await stripe.messages.send(event);
  }
  await followUp(server.app);
};

const arrivals: Record<string, { switches?: Partial<typeof stripe.switches>; arrive: Arrival }> = {
  'in their order': { arrive: deliver },
  twice: { switches: { duplicate: true }, arrive: deliver },
  'in reverse order': { switches: { reordered: true }, arrive: deliver },
  'twice in reverse order': { switches: { duplicate: true, reordered: true }, arrive: deliver },
  'not at all': {
    switches: { dropped: true },
    arrive: async () => {
      await deliver();
      await pretendMinutesPass();
      await reconcilePayments(server.app);
      await compareWithProviders(server.app);
      await followUp(server.app);
    },
  },
  'and again a day later': { arrive: aDayLater },
  'and again when they have been forgotten': { arrive: forgotten },
};

/** The reconciler looks at what has been open for minutes. */
async function pretendMinutesPass(): Promise<void> {
  const { pool } = server.app;
  await pool.query(`update payments set created_at = created_at - interval '3 minutes'`);
  await pool.query(`update refunds set created_at = created_at - interval '11 minutes'`);
}

const steps = ['paid', 'one seat is cancelled', 'returned elsewhere', 'disputed', 'lost'] as const;

/** One purchase with all that can happen to it. @returns the books after each step */
async function play(arrive: Arrival): Promise<unknown[]> {
  const scene = await aShowtime(server.app, { seats: 4 });
  const { call } = await aUser(server.app);
  const seats = { showtimeId: scene.showtime.id, seatIds: scene.seatIds.slice(0, 3) };
  await call.showtimes.lockSeats(seats);
  const { id: reservationId, payment } = await call.reservations.create(seats);
  const paymentId = payment?.id ?? '';
  await call.payments.start({ reservationId });
  const ref = stripe.paymentOf(paymentId)?.id ?? '';
  let dispute = '';
  const happen: Record<(typeof steps)[number], () => unknown> = {
    paid: () => stripe.pay(ref),
    'one seat is cancelled': () =>
      call.reservations.cancel({ reservationId, seatIds: seats.seatIds.slice(0, 1) }),
    'returned elsewhere': () => stripe.refundInDashboard(ref, 250),
    disputed: () => (dispute = stripe.dispute(ref, 1_750)),
    lost: () => stripe.closeDispute(dispute, 'lost'),
  };
  const books: unknown[] = [];
  for (const step of steps) {
    await happen[step]();
    await arrive();
    books.push([step, await booksOf(paymentId)]);
  }
  return books;
}

async function booksOf(paymentId: string): Promise<unknown> {
  const { rows } = await server.app.pool.query(
    `select p.status, p.captured, p.dispute, p.disputed, r.status as reservation,
       (select json_agg(json_build_array(f.amount::text, f.status, f.cause) order by f.amount)
        from refunds f where f.payment_id = p.id) as refunds,
       (select json_agg(i.kind order by i.kind) from incidents i where i.payment_id = p.id)
         as incidents,
       (select json_agg(json_build_array(l.kind, l.kept::text) order by l.kind)
        from reservation_log l where l.reservation_id = r.id) as log
     from payments p join reservations r on r.id = p.reservation_id where p.id = $1`,
    [paymentId],
  );
  return rows[0];
}

describe('messages of a provider that arrive', () => {
  let expected: unknown[];
  beforeAll(async () => {
    expected = await play(deliver);
  });

  test('in their order tell everything', () => {
    expect(expected.at(-1)).toEqual([
      'lost',
      {
        status: 'succeeded',
        captured: '30.00',
        dispute: 'lost',
        disputed: '17.50',
        reservation: 'confirmed',
        refunds: [
          ['2.50', 'succeeded', 'elsewhere'],
          ['10.00', 'succeeded', 'cancellation'],
        ],
        incidents: ['dispute', 'refund_elsewhere'],
        log: [
          ['charged_back', '-17.50'],
          ['refunded', '-2.50'],
          ['seats_cancelled', '0.00'],
        ],
      },
    ]);
  });

  test.for(Object.entries(arrivals))('%s end the same', async ([, { switches = {}, arrive }]) => {
    Object.assign(stripe.switches, switches);
    expect(await play(arrive)).toEqual(expected);
  });

  test('a day late with the signature of then are refused', async () => {
    const [event] = stripe.messages.all;
    const body = JSON.stringify(event);
    const aDayAgo = Math.floor(Date.now() / 1_000) - 86_400;
    const response = await fetch(`${server.url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'stripe-signature': stripeSignature(body, stripe.webhookSecret, aDayAgo) },
      body,
    });
    expect(response.status).toBe(400);
  });

  test('ten at a time about one payment sell it once', async () => {
    const scene = await aShowtime(server.app, { seats: 1 });
    const { call } = await aUser(server.app);
    const seats = { showtimeId: scene.showtime.id, seatIds: scene.seatIds };
    await call.showtimes.lockSeats(seats);
    const { id: reservationId, payment } = await call.reservations.create(seats);
    await call.payments.start({ reservationId });
    const ref = stripe.paymentOf(payment?.id ?? '')?.id ?? '';
    stripe.pay(ref);
    const event = stripe.messages.all.findLast(({ type }) => type === 'payment_intent.succeeded');
    const send = (id: string) => event && stripe.messages.send({ ...event, id });
    await Promise.all(Array.from({ length: 10 }, (_each, index) => send(`evt_again_${index}`)));
    await followUp(server.app);
    expect(await booksOf(payment?.id ?? '')).toMatchObject({
      captured: '10.00',
      reservation: 'confirmed',
      refunds: null,
      incidents: null,
    });
  });
});

/* Observations are fetched before the row locks are taken, so an older one can be written after a newer one. */
test('an observation that a newer one has overtaken changes nothing', async () => {
  const scene = await aShowtime(server.app, { seats: 1 });
  const { call } = await aUser(server.app);
  const seats = { showtimeId: scene.showtime.id, seatIds: scene.seatIds };
  await call.showtimes.lockSeats(seats);
  const { id: reservationId, payment } = await call.reservations.create(seats);
  await call.payments.start({ reservationId });
  const paymentId = payment?.id ?? '';
  const ref = stripe.paymentOf(paymentId)?.id ?? '';
  stripe.pay(ref);
  await call.payments.sync({ paymentId });
  stripe.switches.refundPends = true;
  await call.reservations.cancel({ reservationId });
  await followUp(server.app);
  const provider = server.app.payments.get('stripe');
  const settle = (observed: unknown) =>
    server.app.pool.query('select settle_payment($1, $2, 1800)', [
      paymentId,
      JSON.stringify(observed),
    ]);
  const older = await provider.retrieve(ref);
  stripe.finishRefund(stripe.refunds()[0]?.id ?? '', 'failed');
  const newer = await provider.retrieve(ref);
  await settle(newer);
  const books = await booksOf(paymentId);
  await settle(older);
  await settle(newer);
  expect(await booksOf(paymentId)).toEqual(books);
});
