import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { WebhookRefused } from '@matinee/api';
import type { PaymentProvider, ProviderEvent, RawWebhook } from '@matinee/api';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createStripeProvider } from '../../src/payments/stripe.ts';
import { stripeSignature } from './stripe-messages.ts';
import { StripeStandIn } from './stripe-stand-in.ts';

/* Messages of Stripe: who signed them and when, and what they are about. */

const options = {
  secretKey: 'sk_test_unused',
  publishableKey: 'pk_test_unused',
  paymentMethods: ['card'],
};
const secret = 'whsec_first';
const payload = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  data: { object: { id: 'pi_1', object: 'payment_intent' } },
});

const providerWith = (...webhookSecrets: string[]) =>
  createStripeProvider({ ...options, webhookSecrets });

function aMessage(text: string, signature?: string): RawWebhook {
  return { body: Buffer.from(text), headers: { 'stripe-signature': signature } };
}

describe('a signature', () => {
  const now = Math.floor(Date.parse('2026-12-01T20:00:00Z') / 1000);
  let provider: PaymentProvider;
  beforeEach(async () => {
    provider = await providerWith(secret);
    vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 });
  });
  afterEach(() => void vi.useRealTimers());

  const signed = (at: number, by = secret) => aMessage(payload, stripeSignature(payload, by, at));
  const parsed = { eventId: 'evt_1', kind: 'payment_intent.succeeded', ref: 'pi_1' };

  test.each([0, -300, 300])('made %i s from now is accepted', async (seconds) => {
    expect(await provider.parseWebhook(signed(now + seconds))).toEqual(parsed);
  });

  test.each([-301, 301, 3_600, -3_600])('made %i s from now is refused', async (seconds) => {
    await expect(provider.parseWebhook(signed(now + seconds))).rejects.toThrow(WebhookRefused);
  });

  test('of another body is refused', async () => {
    const { headers } = signed(now);
    const body = Buffer.from(payload.replace('pi_1', 'pi_2'));

    await expect(provider.parseWebhook({ body, headers })).rejects.toThrow(WebhookRefused);
  });

  test('with a time that was changed is refused', async () => {
    const signature = stripeSignature(payload, secret, now - 400).replace(/t=\d+/, `t=${now}`);

    await expect(provider.parseWebhook(aMessage(payload, signature))).rejects.toThrow(
      WebhookRefused,
    );
  });

  test.each([
    [3_600, 0],
    [0, 3_600],
  ])('with two times, one in the future, is refused (%i, %i)', async (first, second) => {
    const signature = `t=${now + first},${stripeSignature(payload, secret, now + second)}`;

    await expect(provider.parseWebhook(aMessage(payload, signature))).rejects.toThrow(
      WebhookRefused,
    );
  });

  test.each([undefined, '', 't=,v1=', 'v1=00', 't=x,v1=00', `t=${now},v0=00`])(
    'that is %j is refused',
    async (signature) => {
      await expect(provider.parseWebhook(aMessage(payload, signature))).rejects.toThrow(
        WebhookRefused,
      );
    },
  );

  test.each(['', '{', '[]', 'null', '{}'])('of the body %j is refused', async (text) => {
    const message = aMessage(text, stripeSignature(text, secret, now));

    await expect(provider.parseWebhook(message)).rejects.toThrow(WebhookRefused);
  });

  test('by another secret is refused', async () => {
    await expect(provider.parseWebhook(signed(now, 'whsec_other'))).rejects.toThrow(WebhookRefused);
  });

  test('by either secret is accepted while the secret is being replaced', async () => {
    const both = await providerWith('whsec_second', secret);

    expect(await both.parseWebhook(signed(now))).toEqual(parsed);
    expect(await both.parseWebhook(signed(now, 'whsec_second'))).toEqual(parsed);
    await expect(both.parseWebhook(signed(now, 'whsec_third'))).rejects.toThrow(WebhookRefused);
  });

  test('by both secrets in one header is accepted with one of them', async () => {
    const other = stripeSignature(payload, 'whsec_second', now).split(',')[1];
    const signature = `t=${now},${other},${stripeSignature(payload, secret, now).split(',')[1]}`;

    expect(await provider.parseWebhook(aMessage(payload, signature))).toEqual(parsed);
  });

  test('is never accepted without a secret', async () => {
    const without = await providerWith();

    await expect(without.parseWebhook(signed(now))).rejects.toThrow(WebhookRefused);
  });
});

describe('an event', () => {
  test.each([
    ['payment_intent.created', { id: 'pi_1' }, 'pi_1'],
    ['payment_intent.payment_failed', { id: 'pi_1' }, 'pi_1'],
    ['charge.refunded', { id: 'ch_1', payment_intent: 'pi_1' }, 'pi_1'],
    ['charge.refunded', { id: 'ch_1', payment_intent: { id: 'pi_1' } }, 'pi_1'],
    ['charge.refunded', { id: 'ch_1', payment_intent: null }, null],
    ['refund.failed', { id: 're_1', payment_intent: 'pi_1' }, 'pi_1'],
    ['charge.dispute.closed', { id: 'du_1', payment_intent: 'pi_1' }, 'pi_1'],
    ['charge.succeeded', { id: 'ch_1', payment_intent: 'pi_1' }, null],
    ['payout.paid', { id: 'po_1' }, null],
    ['customer.created', { id: 'cus_1', payment_intent: 'pi_1' }, null],
  ])('%s with %j is about %s', async (type, object, ref) => {
    const provider = await providerWith(secret);
    const text = JSON.stringify({ id: 'evt_2', object: 'event', type, data: { object } });

    const event = await provider.parseWebhook(aMessage(text, stripeSignature(text, secret)));
    expect(event).toEqual({ eventId: 'evt_2', kind: type, ref });
  });
});

describe('the stand-in', () => {
  let stripe: StripeStandIn;
  let provider: PaymentProvider;
  let shop: Server;
  /** What arrived, in order. */
  let arrived: ProviderEvent[];
  let status: number;
  beforeEach(async () => {
    arrived = [];
    status = 200;
    shop = createServer((req, res) => void receive(req).then(() => res.writeHead(status).end()));
    await once(shop.listen(0, '127.0.0.1'), 'listening');
    const { port } = shop.address() as AddressInfo;
    stripe = await StripeStandIn.start(`http://127.0.0.1:${port}/webhooks/stripe`);
    provider = await createStripeProvider({
      ...options,
      secretKey: stripe.secretKey,
      webhookSecrets: [stripe.webhookSecret],
      apiBase: stripe.url,
    });
  });
  afterEach(async () => {
    shop.closeAllConnections();
    shop.close();
    await stripe.stop();
  });

  async function receive(req: IncomingMessage): Promise<void> {
    const headers = { 'stripe-signature': req.headers['stripe-signature']?.toString() };
    arrived.push(await provider.parseWebhook({ body: await buffer(req), headers }));
  }

  const kinds = () => arrived.map(({ kind }) => kind);

  async function aPayment(): Promise<string> {
    const ids = { paymentId: 'payment-1', reservationId: 'reservation-1', reference: 'MT-7Q2K9D' };
    return (await provider.create({ ...ids, amount: '25.00', currency: 'USD' })).ref;
  }

  test('signs what happens to a payment, in order', async () => {
    const ref = await aPayment();
    stripe.pay(ref);
    stripe.refundInDashboard(ref, 500);
    const dispute = stripe.dispute(ref);
    stripe.closeDispute(dispute, 'lost');
    const deliveries = await stripe.deliverWebhooks();

    expect(deliveries.map((each) => each.status)).toEqual(deliveries.map(() => 200));
    expect(arrived.filter((event) => event.ref === ref).map(({ kind }) => kind)).toEqual([
      'payment_intent.created',
      'payment_intent.succeeded',
      'refund.created',
      'charge.refunded',
      'charge.dispute.created',
      'charge.dispute.closed',
    ]);
    expect(stripe.balance()).toEqual({ USD: '-5.00' });
    expect(await stripe.deliverWebhooks()).toEqual([]);
  });

  test('sends messages twice, in reverse order, or not at all', async () => {
    await aPayment();
    stripe.switches.duplicate = true;
    stripe.switches.reordered = true;
    stripe.pay(stripe.payments()[0]?.id ?? '');
    await stripe.deliverWebhooks();
    expect(kinds()).toEqual([
      'payment_intent.succeeded',
      'payment_intent.succeeded',
      'charge.succeeded',
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.created',
    ]);
    expect(new Set(arrived.map(({ eventId }) => eventId)).size).toBe(3);

    stripe.switches.dropped = true;
    stripe.dispute(stripe.payments()[0]?.id ?? '');
    expect(await stripe.deliverWebhooks()).toEqual([]);
    stripe.switches.dropped = false;
    expect(await stripe.deliverWebhooks()).toEqual([]);
    expect(arrived).toHaveLength(6);
  });

  test('sends a message again until it is received', async () => {
    await aPayment();
    status = 503;
    expect(await stripe.deliverWebhooks()).toMatchObject([{ status: 503 }]);
    status = 200;
    expect(await stripe.deliverWebhooks()).toMatchObject([{ status: 200 }]);
    expect(new Set(arrived.map(({ eventId }) => eventId)).size).toBe(1);
    expect(arrived).toHaveLength(2);
  });
});
