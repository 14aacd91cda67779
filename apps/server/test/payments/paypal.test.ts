import type { PaymentProvider } from '@matinee/api';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkoutUrl } from '../../src/payments/paypal-client.ts';
import { failure } from './failure.ts';
import { aPaid, openPayPalShop, payment, refundOf } from './paypal-shop.ts';
import type { PayPalShop } from './paypal-shop.ts';
import type { PayPalStandIn } from './paypal-stand-in.ts';

/* The adapter for PayPal against the stand-in: payments. */

let shop: PayPalShop;
let paypal: PayPalStandIn;
let provider: PaymentProvider;
beforeEach(async () => {
  shop = await openPayPalShop();
  ({ paypal, provider } = shop);
});

const captures = () => paypal.requests.filter(({ path }) => path.endsWith('/capture'));

describe('create', () => {
  test('opens an order that the customer approves on a page of PayPal', async () => {
    const opened = await provider.create(payment);

    const [order] = paypal.payments();
    expect(opened).toEqual({
      ref: order?.id,
      paymentId: 'payment-1',
      status: 'open',
      received: '0.00',
      currency: 'USD',
      lastError: null,
      refunds: [],
      dispute: null,
      clientAction: { type: 'redirect', url: `${paypal.url}/checkoutnow?token=${opened.ref}` },
    });
    const back = 'https://cinema.example/checkout?lang=en&paymentId=payment-1';
    expect(order).toMatchObject({
      intent: 'CAPTURE',
      returnUrl: back,
      cancelUrl: back,
      unit: {
        reference_id: 'reservation-1',
        custom_id: 'payment-1',
        description: 'MT-7Q2K9D',
        amount: { currency_code: 'USD', value: '25.00' },
      },
    });
    expect(paypal.requests.at(-1)).toMatchObject({ requestId: 'order:payment-1' });
  });

  test('opens one for the same id, and reports what has become of it', async () => {
    const first = await provider.create(payment);
    paypal.pay(first.ref);
    const second = await provider.create(payment);

    expect(paypal.payments()).toHaveLength(1);
    expect(second).toMatchObject({ ref: first.ref, status: 'succeeded', received: '25.00' });
  });

  test('captures nothing', async () => {
    const { ref } = await provider.create(payment);
    paypal.approve(ref);

    expect(await provider.create(payment)).toMatchObject({
      status: 'open',
      received: '0.00',
      // PayPal's response has no link any more.
      clientAction: { type: 'redirect', url: `${paypal.url}/checkoutnow?token=${ref}` },
    });
    expect(captures()).toEqual([]);
  });

  test('has one effect when the response is lost', async () => {
    paypal.switches.failAfterEffect = true;
    await expect(provider.create(payment)).rejects.toEqual(failure('unavailable', /INTERNAL/));
    const found = await provider.create(payment);

    expect(paypal.payments()).toHaveLength(1);
    expect(found).toMatchObject({ ref: paypal.payments()[0]?.id, status: 'open' });
  });

  test.each([
    ['2500.00', 'HUF', '2500', '2500.00'],
    ['2500', 'JPY', '2500', '2500'],
    ['2500.00', 'JPY', '2500', '2500'],
    ['25.5', 'EUR', '25.50', '25.50'],
  ])('sends %s %s as %s', async (amount, currency, value, received) => {
    const { ref } = await provider.create({ ...payment, amount, currency });
    paypal.approve(ref);

    expect(paypal.payments()[0]?.unit.amount).toEqual({ currency_code: currency, value });
    expect(await provider.retrieve(ref)).toMatchObject({ received, currency });
  });

  test.each([
    ['2500.50', 'HUF'],
    ['25.005', 'USD'],
    ['-1.00', 'USD'],
    ['', 'USD'],
  ])('declines "%s" %s', async (amount, currency) => {
    await expect(provider.create({ ...payment, amount, currency })).rejects.toEqual(
      failure('declined', /cannot charge/),
    );
    expect(paypal.requests).toEqual([]);
  });

  test('declines what PayPal refuses', async () => {
    const reference = 'x'.repeat(200);
    await expect(provider.create({ ...payment, reference })).rejects.toEqual(
      failure('declined', /INVALID_REQUEST/),
    );
  });
});

describe('retrieve', () => {
  test('leaves an order alone that is not approved', async () => {
    const { ref, clientAction } = await provider.create(payment);

    expect(await provider.retrieve(ref)).toMatchObject({ status: 'open', clientAction });
    expect(captures()).toEqual([]);
  });

  test('captures an approved order, once', async () => {
    const paid = await aPaid(shop);
    expect(paid).toMatchObject({
      paymentId: 'payment-1',
      status: 'succeeded',
      received: '25.00',
      currency: 'USD',
      clientAction: null,
    });
    expect(await provider.retrieve(paid.ref)).toEqual(paid);
    expect(captures()).toHaveLength(1);
    expect(paypal.balance()).toEqual({ USD: '25.00' });
  });

  test('captures once when many ask simultaneously', async () => {
    const { ref } = await provider.create(payment);
    paypal.approve(ref);
    const all = await Promise.all(Array.from({ length: 10 }, () => provider.retrieve(ref)));

    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    expect(paypal.balance()).toEqual({ USD: '25.00' });
  });

  test('captures once when the response is lost', async () => {
    const { ref } = await provider.create(payment);
    paypal.approve(ref);
    paypal.switches.failAfterEffect = true;
    await expect(provider.retrieve(ref)).rejects.toEqual(failure('unavailable', /INTERNAL/));

    expect(await provider.retrieve(ref)).toMatchObject({ status: 'succeeded' });
    expect(paypal.balance()).toEqual({ USD: '25.00' });
  });

  test('reports a decline, after which the customer approves again and pays', async () => {
    const { ref, clientAction } = await provider.create(payment);
    paypal.switches.decline = true;
    paypal.approve(ref);
    expect(await provider.retrieve(ref)).toMatchObject({
      status: 'open',
      received: '0.00',
      lastError: expect.stringContaining('INSTRUMENT_DECLINED') as unknown,
      clientAction,
    });

    paypal.approve(ref);
    expect(await provider.retrieve(ref)).toMatchObject({ status: 'succeeded', lastError: null });
    const keys = captures().map(({ requestId }) => requestId);
    expect(new Set(keys).size).toBe(2);
  });

  test.each([
    ['COMPLETED', { status: 'succeeded', received: '25.00' }],
    ['DECLINED', { status: 'cancelled', received: '0.00', lastError: 'PENDING_REVIEW' }],
  ] as const)('reports a pending capture, which ends as %s', async (end, then) => {
    paypal.switches.capture = 'PENDING';
    const paid = await aPaid(shop);
    expect(paid).toMatchObject({ status: 'processing', received: '0.00', clientAction: null });
    paypal.settle(paid.ref, end);

    expect(await provider.retrieve(paid.ref)).toMatchObject(then);
  });

  test('reports another amount and another currency as they are', async () => {
    paypal.switches.otherAmount = { currency_code: 'EUR', value: '24.00' };

    expect(await aPaid(shop)).toMatchObject({
      status: 'succeeded',
      received: '24.00',
      currency: 'EUR',
    });
  });

  test('reports an order that PayPal has ended', async () => {
    const { ref } = await provider.create(payment);
    paypal.voidOrder(ref);

    expect(await provider.retrieve(ref)).toMatchObject({ status: 'cancelled', clientAction: null });
  });

  test.each([
    ['RESOLVED_BUYER_FAVOUR', 'lost'],
    ['ACCEPTED', 'lost'],
    ['RESOLVED_SELLER_FAVOUR', 'won'],
    ['CANCELED_BY_BUYER', 'won'],
    ['RESOLVED_WITH_PAYOUT', 'won'],
  ])('reports a dispute that ends with %s', async (outcome, status) => {
    const paid = await aPaid(shop);
    expect(paid.dispute).toBeNull();
    const dispute = paypal.dispute(paid.ref, { currency_code: 'USD', value: '20.00' });
    expect((await provider.retrieve(paid.ref)).dispute).toEqual({
      status: 'open',
      amount: '20.00',
    });
    paypal.closeDispute(dispute, outcome);

    expect((await provider.retrieve(paid.ref)).dispute).toEqual({ status, amount: '20.00' });
  });

  test('reports a dispute without the permission to read disputes', async () => {
    paypal.switches.forbidden = ['disputes'];
    const paid = await aPaid(shop);
    expect(paid.dispute).toBeNull();
    paypal.dispute(paid.ref);

    expect((await provider.retrieve(paid.ref)).dispute).toEqual({
      status: 'open',
      amount: '25.00',
    });
  });

  test('knows no order that PayPal does not have', async () => {
    await expect(provider.retrieve('O-UNKNOWN')).rejects.toEqual(failure('not_found', /PayPal/));
    await expect(provider.retrieve('../../v1/oauth2/token')).rejects.toEqual(
      failure('not_found', /PayPal/),
    );
  });
});

describe('cancel', () => {
  test.each([false, true])('captures nothing; approved before: %s', async (isApproved) => {
    const { ref } = await provider.create(payment);
    if (isApproved) {
      paypal.approve(ref);
    }

    expect(await provider.cancel(ref)).toMatchObject({ status: 'cancelled', clientAction: null });
    expect(await provider.cancel(ref)).toMatchObject({ status: 'cancelled' });
    expect(captures()).toEqual([]);
    expect(paypal.balance()).toEqual({});
  });

  test('reports an order that is paid', async () => {
    const { ref } = await aPaid(shop);

    expect(await provider.cancel(ref)).toMatchObject({ status: 'succeeded', received: '25.00' });
  });

  test('repeated, reports a capture that was under way', async () => {
    const { ref } = await provider.create(payment);
    paypal.approve(ref);
    expect(await provider.cancel(ref)).toMatchObject({ status: 'cancelled' });
    paypal.pay(ref);

    expect(await provider.cancel(ref)).toMatchObject({ status: 'succeeded', received: '25.00' });
  });

  test('reports an order whose capture is pending', async () => {
    paypal.switches.capture = 'PENDING';
    const { ref } = await aPaid(shop);

    expect(await provider.cancel(ref)).toMatchObject({ status: 'processing' });
  });
});

describe('refund', () => {
  test('returns a part, with our id', async () => {
    const paid = await aPaid(shop);
    const refund = await provider.refund(refundOf(paid));

    expect(refund).toEqual({
      ref: paypal.refunds()[0]?.id,
      refundId: 'refund-1',
      status: 'succeeded',
      amount: '10.00',
      reason: null,
    });
    expect(paypal.requests.at(-1)).toMatchObject({ requestId: 'refund:refund-1' });
    expect((await provider.retrieve(paid.ref)).refunds).toEqual([refund]);
    expect(paypal.balance()).toEqual({ USD: '15.00' });
  });

  test('repeated, has one effect and reports what has become of it', async () => {
    const paid = await aPaid(shop);
    paypal.switches.refundPends = true;
    const first = await provider.refund(refundOf(paid));
    expect(first.status).toBe('pending');
    paypal.finishRefund(first.ref, 'FAILED');

    expect(await provider.refund(refundOf(paid))).toEqual({ ...first, status: 'failed' });
    expect(paypal.refunds()).toHaveLength(1);
    expect(paypal.balance()).toEqual({ USD: '25.00' });
  });

  test('has one effect when the response is lost', async () => {
    const paid = await aPaid(shop);
    paypal.switches.failAfterEffect = true;
    await expect(provider.refund(refundOf(paid))).rejects.toEqual(
      failure('unavailable', /INTERNAL/),
    );

    expect(await provider.refund(refundOf(paid))).toMatchObject({ status: 'succeeded' });
    expect(paypal.balance()).toEqual({ USD: '15.00' });
  });

  test('has one effect when many ask simultaneously', async () => {
    const paid = await aPaid(shop);
    await Promise.all(Array.from({ length: 10 }, () => provider.refund(refundOf(paid))));

    expect(paypal.balance()).toEqual({ USD: '15.00' });
  });

  test('made elsewhere is reported without an id of ours', async () => {
    const paid = await aPaid(shop);
    const ref = paypal.refundInDashboard(paid.ref);

    expect((await provider.retrieve(paid.ref)).refunds).toMatchObject([
      { ref, refundId: null, status: 'succeeded', amount: '25.00' },
    ]);
  });

  test.each([
    ['REFUND_NOT_ALLOWED', 'declined'],
    ['REFUND_TIME_LIMIT_EXCEEDED', 'declined'],
    ['REFUND_FAILED_INSUFFICIENT_FUNDS', 'unavailable'],
  ] as const)('refused with %s is %s', async (issue, kind) => {
    const paid = await aPaid(shop);
    paypal.switches.refundRefused = issue;

    await expect(provider.refund(refundOf(paid))).rejects.toEqual(failure(kind, RegExp(issue)));
  });

  test('is declined beyond what was received, and without any', async () => {
    const paid = await aPaid(shop);
    await expect(provider.refund(refundOf(paid, { amount: '25.01' }))).rejects.toEqual(
      failure('declined', /REFUND_AMOUNT_EXCEEDED/),
    );
    const open = await provider.create({ ...payment, paymentId: 'payment-2' });
    await expect(provider.refund(refundOf(open))).rejects.toEqual(
      failure('declined', /received no money/),
    );
  });

  test('is declined while the payment is disputed', async () => {
    const paid = await aPaid(shop);
    paypal.dispute(paid.ref);

    await expect(provider.refund(refundOf(paid))).rejects.toEqual(
      failure('declined', /TRANSACTION_DISPUTED/),
    );
  });
});

test('the page of PayPal returns the customer, who has paid then', async () => {
  const { ref, clientAction } = await provider.create(payment);
  const url = clientAction?.type === 'redirect' ? clientAction.url : '';
  const page = await (await fetch(url)).text();
  expect(page).toContain('MT-7Q2K9D: 25.00 USD');
  const approval = await fetch(url, { method: 'POST', redirect: 'manual' });

  expect(approval.headers.get('location')).toBe(
    `https://cinema.example/checkout?lang=en&paymentId=payment-1&token=${ref}`,
  );
  expect(await provider.retrieve(ref)).toMatchObject({ status: 'succeeded' });
});

test.each([
  [undefined, 'https://www.paypal.com/checkoutnow?token=ORDER1'],
  ['https://api-m.paypal.com', 'https://www.paypal.com/checkoutnow?token=ORDER1'],
  ['https://api-m.sandbox.paypal.com', 'https://www.sandbox.paypal.com/checkoutnow?token=ORDER1'],
  ['http://127.0.0.1:8421', 'http://127.0.0.1:8421/checkoutnow?token=ORDER1'],
])('the page beside the API %s is %s', (apiBase, url) => {
  expect(checkoutUrl(apiBase === undefined ? {} : { apiBase }, 'ORDER1')).toBe(url);
});

test('PayPal has no minimum', () => {
  expect(provider.minimum('USD')).toBeNull();
});
