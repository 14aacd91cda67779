import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { reconcilePayments } from '@matinee/api';
import { aShowtime, aUser, followUp } from '@matinee/api/testing';
import type { Person, Scene } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { stripeSignature } from './stripe-messages.ts';
import { providerFor } from './stripe-shop.ts';
import { StripeStandIn } from './stripe-stand-in.ts';

/* What strangers and customers can send about money, over HTTP, and what they are answered. */

let stripe: StripeStandIn;
let server: TestServer;
let scene: Scene;
beforeAll(async () => {
  stripe = await StripeStandIn.start();
  server = await startTestServer({}, undefined, { payments: [await providerFor(stripe)] });
  stripe.sendWebhooksTo(`${server.url}/webhooks/stripe`);
  scene = await aShowtime(server.app, { rows: manyRows });
});
afterAll(async () => {
  await server.close();
  await stripe.stop();
});

const manyRows = Array.from({ length: 10 }, (_row, index) => ({
  label: String.fromCodePoint(65 + index),
  seats: 20,
}));

interface Answer {
  status: number;
  code: string | undefined;
  details: unknown;
  data: Record<string, unknown>;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = (text === '' ? {} : JSON.parse(text)) as {
    data?: Record<string, unknown>;
    error?: { code: string; details: unknown };
  };
  const { code, details } = { code: undefined, details: undefined, ...json.error };
  return { status: response.status, code, details, data: json.data ?? {} };
}

async function call(person: Person, method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${person.token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  return answerOf(await fetch(`${server.url}/api/v1${path}`, { method, headers, ...content }));
}

let nextSeat = 0;

/** Two seats that nobody has wanted yet, locked. */
async function lockedSeats(person: Person): Promise<{ showtimeId: string; seatIds: string[] }> {
  const seatIds = scene.seatIds.slice(nextSeat, (nextSeat += 2));
  const showtimeId = scene.showtime.id;
  await person.call.showtimes.lockSeats({ showtimeId, seatIds });
  return { showtimeId, seatIds };
}

async function aPayment(): Promise<{ buyer: Person; reservationId: string; paymentId: string }> {
  const buyer = await aUser(server.app);
  const { id, payment } = await buyer.call.reservations.create(await lockedSeats(buyer));
  await buyer.call.payments.start({ reservationId: id });
  return { buyer, reservationId: id, paymentId: payment?.id ?? '' };
}

const refOf = (paymentId: string) => stripe.paymentOf(paymentId)?.id ?? '';

function anEvent(ref: string, id = `evt_${randomUUID()}`): string {
  const object = { id: ref, object: 'payment_intent', status: 'succeeded' };
  return JSON.stringify({
    id,
    object: 'event',
    type: 'payment_intent.succeeded',
    data: { object },
  });
}

async function post(
  body: string,
  headers: Record<string, string> = {
    'stripe-signature': stripeSignature(body, stripe.webhookSecret),
  },
  path = '/webhooks/stripe',
): Promise<Answer> {
  return answerOf(await fetch(`${server.url}${path}`, { method: 'POST', headers, body }));
}

async function keptEvents(): Promise<number> {
  const { rowCount } = await server.app.pool.query('select from provider_events');
  return rowCount ?? 0;
}

describe('a message that the provider did not send', () => {
  const body = anEvent('pi_1');
  const now = Math.floor(Date.now() / 1_000);
  const mac = (text: string) => createHmac('sha256', 'whsec_guess').update(text).digest('hex');

  test.each([
    ['no signature', body, {}],
    ['an empty signature', body, { 'stripe-signature': '' }],
    ['a guessed signature', body, { 'stripe-signature': `t=${now},v1=${mac(body)}` }],
    ['a signature of another scheme', body, { 'stripe-signature': `t=${now},v0=${mac(body)}` }],
    ['a very long signature', body, { 'stripe-signature': `t=${now},v1=${'0'.repeat(10_000)}` }],
    ['PayPal’s headers', body, { 'paypal-transmission-id': '1', 'paypal-transmission-sig': 'x' }],
    ['no body', '', { 'stripe-signature': `t=${now},v1=${mac('')}` }],
  ])('with %s is 400, and is not kept', async (_what, text, headers) => {
    const before = await keptEvents();
    expect(await post(text, headers)).toMatchObject({ status: 400, code: 'VALIDATION_ERROR' });
    expect(await keptEvents()).toBe(before);
  });

  test('of more than 256 kB is 413, signed or not', async () => {
    const huge = anEvent('x'.repeat(256 * 1024));
    expect(await post(huge)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(await post(huge, {})).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(server.errors).toEqual([]);
  });

  test('in an encoding that is not known is 415', async () => {
    expect(await post(body, { 'content-encoding': 'nonsense' })).toMatchObject({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
  });

  test('that unpacks to more than 256 kB is 413', async () => {
    const packed = gzipSync(anEvent('x'.repeat(10_000_000)));
    const response = await fetch(`${server.url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: packed,
    });
    expect(await answerOf(response)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  test.each(['/webhooks/none', '/webhooks/paypal', '/webhooks/Stripe', '/webhooks', '/webhooks/'])(
    'to %s is 404',
    async (path) => {
      expect(await post(body, {}, path)).toMatchObject({ status: 404 });
    },
  );

  test('but read is not a page', async () => {
    const response = await fetch(`${server.url}/webhooks/stripe`);
    expect([404, 405]).toContain(response.status);
  });
});

describe('a message that the provider has signed', () => {
  test.each(['application/json', 'text/plain', 'application/octet-stream', 'nonsense'])(
    'is accepted as %s: the signature decides',
    async (contentType) => {
      const body = anEvent('pi_unknown');
      const signature = stripeSignature(body, stripe.webhookSecret);
      const headers = { 'content-type': contentType, 'stripe-signature': signature };
      expect(await post(body, headers)).toMatchObject({ status: 200 });
    },
  );

  test('is not believed: what it says of an open payment sells nothing', async () => {
    const { buyer, reservationId, paymentId } = await aPayment();
    expect(await post(anEvent(refOf(paymentId)))).toMatchObject({ status: 200 });
    await followUp(server.app);
    expect(await buyer.call.reservations.get({ reservationId })).toMatchObject({
      status: 'pending',
    });
  });

  test('about a payment of another system changes nothing and is no incident', async () => {
    const ref = stripe.openElsewhere(999, 'USD');
    stripe.pay(ref);
    await stripe.deliverWebhooks();
    await followUp(server.app);
    const { rows } = await server.app.pool.query('select kind from incidents');
    expect(rows).toEqual([]);
  });

  test('about what the provider does not have is dropped after a look', async () => {
    await post(anEvent('pi_nobody_has_this'));
    await followUp(server.app);
    const { rows } = await server.app.pool.query(
      `select d.done_at is not null as done, d.last_error as note from deliveries d
       join outbox o on o.id = d.outbox_id where o.payload->>'ref' = 'pi_nobody_has_this'`,
    );
    expect(rows).toEqual([{ done: true, note: 'the provider has no such payment' }]);
  });

  test('comes two hundred times at once, each is kept or sent again, and one seat pair is sold', async () => {
    const { buyer, reservationId, paymentId } = await aPayment();
    const ref = refOf(paymentId);
    stripe.pay(ref);
    const bodies = Array.from({ length: 200 }, () => anEvent(ref));
    const answers = await Promise.all(bodies.map((body) => post(body)));
    const accepted = answers.filter(({ status }) => status === 200).length;
    const refused = answers.filter(({ status }) => status === 503).length;
    console.log(`two hundred messages at once: ${accepted} kept, ${refused} to be sent again`);
    expect(accepted + refused).toBe(200);
    expect(accepted).toBeGreaterThanOrEqual(20);
    await followUp(server.app);
    expect(await buyer.call.reservations.get({ reservationId })).toMatchObject({
      status: 'confirmed',
      refunds: [],
    });
  }, 60_000);
});

describe('a provider that is down for an hour', () => {
  test('is told of every refund in the end, once', async () => {
    const { buyer, reservationId, paymentId } = await aPayment();
    stripe.pay(refOf(paymentId));
    await buyer.call.payments.sync({ paymentId });
    stripe.switches.unavailable = 503;
    await buyer.call.reservations.cancel({ reservationId });
    // The waits of the outbox until an hour has passed.
    for (const seconds of [10, 60, 300, 900, 3_600]) {
      await followUp(server.app);
      await pass(seconds);
    }
    expect(stripe.refunds().filter((refund) => refund.payment_intent === refOf(paymentId))).toEqual(
      [],
    );
    stripe.switches.unavailable = null;
    await followUp(server.app);
    const made = stripe.refunds().filter((refund) => refund.payment_intent === refOf(paymentId));
    expect(made.map(({ amount, status }) => [amount, status])).toEqual([[2_000, 'succeeded']]);
    expect(await buyer.call.reservations.get({ reservationId })).toMatchObject({
      refunds: [{ amount: '20.00', status: 'succeeded' }],
    });
  }, 60_000);

  test('refuses neither messages nor reads meanwhile; a start and a sync are 503', async () => {
    const { buyer, reservationId, paymentId } = await aPayment();
    stripe.pay(refOf(paymentId));
    stripe.switches.unavailable = 503;
    try {
      expect(await post(anEvent(refOf(paymentId)))).toMatchObject({ status: 200 });
      expect(await call(buyer, 'GET', `/payments/${paymentId}`)).toMatchObject({ status: 200 });
      const sync = await call(buyer, 'POST', `/payments/${paymentId}/sync`);
      const start = await call(buyer, 'POST', `/reservations/${reservationId}/payment`);
      expect([sync, start]).toMatchObject([
        { status: 503, code: 'UNAVAILABLE' },
        { status: 503, code: 'UNAVAILABLE' },
      ]);
    } finally {
      stripe.switches.unavailable = null;
    }
    await pass(10);
    await followUp(server.app);
    await pass(10);
    await followUp(server.app);
    expect(await buyer.call.reservations.get({ reservationId })).toMatchObject({
      status: 'confirmed',
    });
  }, 60_000);

  test('and for days, after which the outbox has given up: the reconciler sends the refund', async () => {
    const { buyer, reservationId, paymentId } = await aPayment();
    stripe.pay(refOf(paymentId));
    await buyer.call.payments.sync({ paymentId });
    stripe.switches.unavailable = 503;
    await buyer.call.reservations.cancel({ reservationId });
    await followUp(server.app);
    await server.app.pool.query(
      `update deliveries set dead_at = clock_timestamp() where done_at is null`,
    );
    await server.app.pool.query(
      `update refunds set created_at = created_at - interval '2 days' where status = 'pending'`,
    );
    stripe.switches.unavailable = null;
    await reconcilePayments(server.app);
    expect(await buyer.call.reservations.get({ reservationId })).toMatchObject({
      refunds: [{ amount: '20.00', status: 'succeeded' }],
    });
  }, 60_000);

  test('after it has begun a refund is not asked for it again', async () => {
    const { buyer, reservationId, paymentId } = await aPayment();
    stripe.pay(refOf(paymentId));
    await buyer.call.payments.sync({ paymentId });
    stripe.switches.refundPends = true;
    // The refund is made, and the answer is lost.
    stripe.switches.failAfterEffect = 'lost';
    await buyer.call.reservations.cancel({ reservationId });
    await followUp(server.app);
    const asked = () =>
      stripe.requests.filter(({ method, path, params }) => {
        const isOurs = params['payment_intent'] === refOf(paymentId);
        return method === 'POST' && path === '/v1/refunds' && isOurs;
      }).length;
    const before = asked();
    for (let hour = 0; hour < 3; hour += 1) {
      await pass(3_600);
      await followUp(server.app);
      await server.app.pool.query(
        `update refunds set created_at = created_at - interval '1 hour' where status = 'pending'`,
      );
      await reconcilePayments(server.app);
    }
    stripe.switches.refundPends = false;
    expect(before).toBeGreaterThan(0);
    expect(asked()).toBe(before);
  }, 60_000);

  /** So many seconds pass for what waits in the outbox. */
  async function pass(seconds: number): Promise<void> {
    await server.app.pool.query(
      `update deliveries set available_at = available_at - make_interval(secs => $1)
       where done_at is null and dead_at is null`,
      [seconds],
    );
  }
});

describe('another customer', () => {
  test.each<[string, string, (ids: { reservationId: string; paymentId: string }) => string]>([
    ['reads', 'GET', ({ paymentId }) => `/payments/${paymentId}`],
    ['asks the provider about', 'POST', ({ paymentId }) => `/payments/${paymentId}/sync`],
    ['starts', 'POST', ({ reservationId }) => `/reservations/${reservationId}/payment`],
    ['cancels', 'DELETE', ({ reservationId }) => `/reservations/${reservationId}`],
    [
      'previews the cancellation of',
      'GET',
      ({ reservationId }) => `/reservations/${reservationId}/cancellation`,
    ],
  ])('who %s a payment is told that there is none', async (_what, method, pathOf) => {
    const payment = await aPayment();
    const stranger = await aUser(server.app);
    expect(await call(stranger, method, pathOf(payment))).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
    expect(stripe.payments().some(({ status }) => status === 'canceled')).toBe(false);
  });

  test('cannot refund, list or resolve', async () => {
    const { buyer, paymentId } = await aPayment();
    const refund = { amount: '1.00', reason: 'For me' };
    const answers = [
      await call(buyer, 'POST', `/admin/payments/${paymentId}/refunds`, refund),
      await call(buyer, 'GET', '/admin/payments'),
      await call(buyer, 'GET', '/admin/incidents'),
    ];
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [403, 'FORBIDDEN'],
      [403, 'FORBIDDEN'],
      [403, 'FORBIDDEN'],
    ]);
  });
});

describe('an amount', () => {
  const amounts = [
    '-1.00',
    '+1.00',
    '1e3',
    '0.001',
    '1',
    '1.0',
    '1,00',
    ' 1.00',
    '1.00\n',
    '.50',
    'NaN',
    'Infinity',
    '0x10.00',
    '١.٠٠',
    '999999999.00',
    '0.00',
    '00.00',
    '',
    1,
    1.5,
    null,
    ['1.00'],
  ];

  test.each(amounts)('of %j is refused as a refund', async (amount) => {
    const { paymentId } = await paidOnce();
    const path = `/admin/payments/${paymentId}/refunds`;
    expect(await call(scene.admin, 'POST', path, { amount, reason: 'Sorry' })).toMatchObject({
      status: 400,
      code: 'VALIDATION_ERROR',
    });
  });

  test('of more than was paid is refused with what is left', async () => {
    const { paymentId } = await paidOnce();
    const path = `/admin/payments/${paymentId}/refunds`;
    const body = { amount: '99999999.99', reason: 'Sorry' };
    expect(await call(scene.admin, 'POST', path, body)).toMatchObject({
      status: 422,
      code: 'REFUND_TOO_LARGE',
      details: { remaining: '20.00' },
    });
  });

  test('that a customer expects is compared as a number, and refused as anything else', async () => {
    const buyer = await aUser(server.app);
    const seats = await lockedSeats(buyer);
    const expecting = (expectedTotal: unknown) =>
      call(buyer, 'POST', '/reservations', { ...seats, expectedTotal });
    for (const amount of ['-20.00', '2e1', 'NaN', 20, '20']) {
      expect(await expecting(amount)).toMatchObject({ status: 400, code: 'VALIDATION_ERROR' });
    }
    expect(await expecting('19.99')).toMatchObject({
      status: 409,
      code: 'PRICE_CHANGED',
      details: { expected: '19.99', actual: '20.00' },
    });
    expect(await expecting('020.00')).toMatchObject({ status: 201, data: { total: '20.00' } });
  });

  let paid: { paymentId: string } | undefined;
  async function paidOnce(): Promise<{ paymentId: string }> {
    if (paid === undefined) {
      const { buyer, paymentId } = await aPayment();
      stripe.pay(refOf(paymentId));
      await buyer.call.payments.sync({ paymentId });
      paid = { paymentId };
    }
    return paid;
  }
});

describe('a purchase', () => {
  test('with both kinds of seats, or none, is refused', async () => {
    const buyer = await aUser(server.app);
    const { showtimeId, seatIds } = await lockedSeats(buyer);
    const seats = seatIds.map((seatId) => ({ seatId }));
    const both = await call(buyer, 'POST', '/reservations', { showtimeId, seatIds, seats });
    const none = await call(buyer, 'POST', '/reservations', { showtimeId });
    expect([both, none]).toMatchObject([
      { status: 400, code: 'VALIDATION_ERROR' },
      { status: 400, code: 'VALIDATION_ERROR' },
    ]);
  });

  test('costs what was locked, however often the price changes while it is made', async () => {
    const own = await aShowtime(server.app, { seats: 10 });
    const showtimeId = own.showtime.id;
    const buyers = await Promise.all(
      own.seatIds.map(async (seatId) => {
        const buyer = await aUser(server.app);
        await buyer.call.showtimes.lockSeats({ showtimeId, seatIds: [seatId] });
        return { buyer, seatIds: [seatId] };
      }),
    );
    const change = async () => {
      for (const price of ['11.00', '12.00', '13.00', '14.00', '15.00']) {
        await own.admin.call.showtimes.update({ showtimeId, price });
      }
    };
    const buying = buyers.map(({ buyer, seatIds }) =>
      call(buyer, 'POST', '/reservations', { showtimeId, seatIds, expectedTotal: '10.00' }),
    );
    const [bought] = await Promise.all([Promise.all(buying), change()]);
    expect(bought.map(({ status, data }) => [status, data.total])).toEqual(
      bought.map(() => [201, '10.00']),
    );
  });
});
