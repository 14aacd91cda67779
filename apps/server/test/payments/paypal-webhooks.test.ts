import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { WebhookRefused } from '@matinee/api';
import type { PaymentProvider, ProviderEvent, RawWebhook } from '@matinee/api';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { failure } from './failure.ts';
import { paypalHeaders } from './paypal-messages.ts';
import { aPaid, openPayPalShop, payment } from './paypal-shop.ts';
import type { PayPalShop } from './paypal-shop.ts';
import type { PayPalStandIn } from './paypal-stand-in.ts';

/* Messages of PayPal: whether it signed them, and what they are about. */

let paypal: PayPalStandIn;
let provider: PaymentProvider;
let shop: PayPalShop;
/** What arrived, in order. */
let arrived: ProviderEvent[];
let status: number;
beforeEach(async () => {
  arrived = [];
  status = 200;
  const receiver = createServer((req, res) => {
    void receive(req).then(() => res.writeHead(status).end());
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  const { port } = receiver.address() as AddressInfo;
  shop = await openPayPalShop(`http://127.0.0.1:${port}/webhooks/paypal`);
  ({ paypal, provider } = shop);
});

async function receive(req: IncomingMessage): Promise<void> {
  const names = Object.keys(req.headers);
  const headers = Object.fromEntries(names.map((name) => [name, req.headers[name]?.toString()]));
  arrived.push(await provider.parseWebhook({ body: await buffer(req), headers }));
}

function signed(raw: string, webhookId = paypal.webhookId): RawWebhook {
  return { body: Buffer.from(raw), headers: paypalHeaders(raw, webhookId) };
}

const anEvent = (event_type: string, resource: object) =>
  JSON.stringify({ id: 'WH-1', event_type, resource });

describe('a message', () => {
  const raw = anEvent('CHECKOUT.ORDER.APPROVED', { id: 'ORDER1' });

  test('that PayPal signed is accepted, byte by byte', async () => {
    const spaced = `{ "id" : "WH-1", "amount": 1.50, "event_type":"CHECKOUT.ORDER.APPROVED",
      "resource": { "id": "ORDER1", "name": "Zo\\u00eb Ünal" } }`;

    expect(await provider.parseWebhook(signed(spaced))).toEqual({
      eventId: 'WH-1',
      kind: 'CHECKOUT.ORDER.APPROVED',
      ref: 'ORDER1',
    });
  });

  test('that was changed is refused', async () => {
    const { headers } = signed(raw);
    const body = Buffer.from(raw.replace('ORDER1', 'ORDER2'));

    await expect(provider.parseWebhook({ body, headers })).rejects.toThrow(WebhookRefused);
  });

  test('for another webhook is refused', async () => {
    await expect(provider.parseWebhook(signed(raw, 'WEBHOOK2'))).rejects.toThrow(WebhookRefused);
  });

  test.each([
    'paypal-auth-algo',
    'paypal-cert-url',
    'paypal-transmission-id',
    'paypal-transmission-sig',
    'paypal-transmission-time',
  ])('without %s is refused, and PayPal is not asked', async (header) => {
    const { body, headers } = signed(raw);

    await expect(
      provider.parseWebhook({ body, headers: { ...headers, [header]: undefined } }),
    ).rejects.toThrow(WebhookRefused);
    expect(paypal.requests).toEqual([]);
  });

  test.each(['', '{', 'null', '[]', '{}', `${raw},"webhook_id":"WEBHOOK2"`])(
    'of the body %j is refused, and PayPal is not asked',
    async (text) => {
      await expect(provider.parseWebhook(signed(text))).rejects.toThrow(WebhookRefused);
      expect(paypal.requests).toEqual([]);
    },
  );

  test('is to be sent again when PayPal cannot be asked', async () => {
    paypal.switches.unavailable = 503;

    await expect(provider.parseWebhook(signed(raw))).rejects.toEqual(failure('unavailable', /503/));
  });

  test.each([
    ['CHECKOUT.ORDER.COMPLETED', { id: 'ORDER1' }, 'ORDER1'],
    ['CHECKOUT.PAYMENT-APPROVAL.REVERSED', { order_id: 'ORDER1' }, 'ORDER1'],
    [
      'PAYMENT.CAPTURE.COMPLETED',
      { id: 'C1', supplementary_data: { related_ids: { order_id: 'ORDER1' } } },
      'ORDER1',
    ],
    [
      'PAYMENT.CAPTURE.PENDING',
      {
        id: 'C1',
        links: [{ rel: 'up', href: 'https://api.paypal.com/v2/checkout/orders/ORDER1' }],
      },
      'ORDER1',
    ],
    ['PAYMENT.CAPTURE.REFUNDED', { id: 'R1' }, null],
    [
      'PAYMENT.CAPTURE.REFUNDED',
      { id: 'R1', links: [{ rel: 'up', href: 'https://api.paypal.com/v2/payments/captures/C9' }] },
      null,
    ],
    ['PAYMENT.SALE.COMPLETED', { id: 'S1' }, null],
    ['CUSTOMER.DISPUTE.CREATED', { disputed_transactions: [] }, null],
    ['BILLING.PLAN.CREATED', { id: 'P1' }, null],
  ])('of the kind %s with %j is about %s', async (kind, resource, ref) => {
    expect(await provider.parseWebhook(signed(anEvent(kind, resource)))).toEqual({
      eventId: 'WH-1',
      kind,
      ref,
    });
  });
});

describe('the stand-in', () => {
  test('signs what happens to an order, in order', async () => {
    const { ref } = await aPaid(shop);
    paypal.refundInDashboard(ref, { currency_code: 'USD', value: '5.00' });
    const dispute = paypal.dispute(ref);
    paypal.closeDispute(dispute, 'RESOLVED_BUYER_FAVOUR');
    await paypal.deliverWebhooks();

    expect(arrived.map(({ kind }) => kind)).toEqual([
      'CHECKOUT.ORDER.APPROVED',
      'PAYMENT.CAPTURE.COMPLETED',
      'PAYMENT.CAPTURE.REFUNDED',
      'CUSTOMER.DISPUTE.CREATED',
      'CUSTOMER.DISPUTE.RESOLVED',
    ]);
    expect(new Set(arrived.map((event) => event.ref))).toEqual(new Set([ref]));
    expect(paypal.balance()).toEqual({ USD: '-5.00' });
    expect(await paypal.deliverWebhooks()).toEqual([]);
  });

  test('sends messages twice, in reverse order, again, or not at all', async () => {
    const { ref } = await provider.create(payment);
    paypal.pay(ref);
    paypal.switches.duplicate = true;
    paypal.switches.reordered = true;
    status = 500;
    await paypal.deliverWebhooks();
    expect(arrived.map(({ kind }) => kind)).toEqual([
      'PAYMENT.CAPTURE.COMPLETED',
      'PAYMENT.CAPTURE.COMPLETED',
      'CHECKOUT.ORDER.APPROVED',
      'CHECKOUT.ORDER.APPROVED',
    ]);

    status = 200;
    paypal.switches.duplicate = false;
    expect(await paypal.deliverWebhooks()).toHaveLength(2);
    paypal.switches.dropped = true;
    paypal.dispute(ref);
    expect(await paypal.deliverWebhooks()).toEqual([]);
    paypal.switches.dropped = false;
    expect(await paypal.deliverWebhooks()).toEqual([]);
  });
});
