import type { PaymentProvider } from '@matinee/api';
import { beforeEach, describe, expect, test } from 'vitest';
import { failure } from './failure.ts';
import { aPaid, openShop, payment, refundOf } from './stripe-shop.ts';
import type { Shop } from './stripe-shop.ts';
import type { StripeStandIn } from './stripe-stand-in.ts';

/* The adapter for Stripe, with Stripe's own library, against the stand-in: payments. */

let shop: Shop;
let stripe: StripeStandIn;
let provider: PaymentProvider;
beforeEach(async () => {
  shop = await openShop();
  ({ stripe, provider } = shop);
});

describe('create', () => {
  test('opens a PaymentIntent that can be found by our ids', async () => {
    const opened = await provider.create(payment);

    const [intent] = stripe.payments();
    expect(opened).toEqual({
      ref: intent?.id,
      paymentId: 'payment-1',
      status: 'open',
      received: '0.00',
      currency: 'USD',
      lastError: null,
      refunds: [],
      dispute: null,
      clientAction: {
        type: 'stripe_payment_intent',
        clientSecret: intent?.client_secret,
        publishableKey: stripe.publishableKey,
      },
    });
    expect(intent).toMatchObject({
      amount: 2500,
      currency: 'usd',
      capture_method: 'automatic',
      description: 'MT-7Q2K9D',
      payment_method_types: ['card', 'link'],
      metadata: {
        paymentId: 'payment-1',
        reservationId: 'reservation-1',
        reference: 'MT-7Q2K9D',
      },
    });
    expect(stripe.requests).toMatchObject([
      { idempotencyKey: 'pi:payment-1', version: '2026-10-28.endive' },
    ]);
  });

  test('opens one for the same id, and reports what has become of it', async () => {
    const first = await provider.create(payment);
    stripe.pay(first.ref);
    const second = await provider.create(payment);

    expect(stripe.payments()).toHaveLength(1);
    expect(second).toMatchObject({ ref: first.ref, status: 'succeeded', received: '25.00' });
  });

  test('opens one when many ask simultaneously', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => provider.create(payment)));

    expect(stripe.payments()).toHaveLength(1);
    expect(new Set(all.map(({ ref }) => ref)).size).toBe(1);
  });

  test('refuses another amount for the same id', async () => {
    await provider.create(payment);

    await expect(provider.create({ ...payment, amount: '26.00' })).rejects.toEqual(
      failure('declined', /same parameters/),
    );
    expect(stripe.payments()).toHaveLength(1);
  });

  test.each(['lost', 'kept'] as const)(
    'has one effect when the response is a 500 that is %s',
    async (kind) => {
      stripe.switches.failAfterEffect = kind;
      await expect(provider.create(payment)).rejects.toEqual(failure('unavailable', /unknown/));
      const found = await provider.create(payment);

      expect(stripe.payments()).toHaveLength(1);
      expect(found).toMatchObject({ ref: stripe.payments()[0]?.id, status: 'open' });
    },
  );

  test('refuses an amount below the minimum of Stripe', async () => {
    await expect(provider.create({ ...payment, amount: '0.49' })).rejects.toEqual(
      failure('declined', /at least \$0\.50/),
    );
  });
});

describe('retrieve', () => {
  test('reports what was received', async () => {
    expect(await aPaid(shop)).toMatchObject({
      status: 'succeeded',
      received: '25.00',
      currency: 'USD',
      clientAction: null,
    });
  });

  test('reports a decline, after which the payment remains open', async () => {
    const { ref } = await provider.create(payment);
    stripe.switches.decline = true;
    expect(() => stripe.pay(ref)).toThrow('declined');

    expect(await provider.retrieve(ref)).toMatchObject({
      status: 'open',
      received: '0.00',
      lastError: 'Your card was declined.',
      clientAction: { type: 'stripe_payment_intent' },
    });
    stripe.pay(ref);
    expect(await provider.retrieve(ref)).toMatchObject({ status: 'succeeded', lastError: null });
  });

  test.each([
    [true, { status: 'succeeded', received: '25.00', lastError: null }],
    [false, { status: 'open', lastError: expect.stringContaining('authentication') as unknown }],
  ])('reports 3-D Secure, and that it passes: %s', async (passes, then) => {
    const { ref } = await provider.create(payment);
    stripe.switches.threeDSecure = true;
    stripe.pay(ref);
    expect(await provider.retrieve(ref)).toMatchObject({ status: 'open', received: '0.00' });
    stripe.finish(ref, passes);

    expect(await provider.retrieve(ref)).toMatchObject(then);
  });

  test.each(['processing', 'requires_capture'] as const)(
    'reports %s as processing',
    async (status) => {
      const { ref } = await provider.create(payment);
      stripe.wait(ref, status);

      expect(await provider.retrieve(ref)).toMatchObject({
        status: 'processing',
        received: '0.00',
        clientAction: null,
      });
      stripe.settle(ref);
      expect(await provider.retrieve(ref)).toMatchObject({ status: 'succeeded' });
    },
  );

  test('reports another amount and another currency as they are', async () => {
    stripe.switches.otherAmount = 2400;
    stripe.switches.otherCurrency = 'EUR';

    expect(await aPaid(shop)).toMatchObject({
      status: 'succeeded',
      received: '24.00',
      currency: 'EUR',
    });
  });

  test('reports all refunds, ours and those made elsewhere', async () => {
    const paid = await aPaid(shop);
    await provider.refund(refundOf(paid));
    const elsewhere = stripe.refundInDashboard(paid.ref, 100);

    const { refunds } = await provider.retrieve(paid.ref);
    expect(refunds).toEqual([
      {
        ref: elsewhere,
        refundId: null,
        status: 'succeeded',
        amount: '1.00',
        reason: 'requested_by_customer',
      },
      {
        ref: stripe.refunds()[1]?.id,
        refundId: 'refund-1',
        status: 'succeeded',
        amount: '10.00',
        reason: null,
      },
    ]);
  });

  test('reports more refunds than one page has', async () => {
    const paid = await aPaid(shop);
    const made = Array.from({ length: 130 }, () => stripe.refundInDashboard(paid.ref, 1));

    const { refunds } = await provider.retrieve(paid.ref);
    expect(refunds.map(({ ref }) => ref)).toEqual(made.toReversed());
  });

  test.each([
    ['won', 'won'],
    ['lost', 'lost'],
    ['warning_closed', 'won'],
  ] as const)('reports a dispute that ends as %s', async (end, status) => {
    const paid = await aPaid(shop);
    expect(paid.dispute).toBeNull();
    const dispute = stripe.dispute(paid.ref, 2000, end === 'warning_closed');
    expect((await provider.retrieve(paid.ref)).dispute).toEqual({
      status: 'open',
      amount: '20.00',
    });
    stripe.closeDispute(dispute, end);

    expect((await provider.retrieve(paid.ref)).dispute).toEqual({ status, amount: '20.00' });
  });

  test('reports a payment that another program opened', async () => {
    const ref = stripe.openElsewhere(1250, 'USD');
    stripe.pay(ref);

    expect(await provider.retrieve(ref)).toMatchObject({ paymentId: null, received: '12.50' });
  });

  test('knows no payment that Stripe does not have', async () => {
    await expect(provider.retrieve('pi_unknown')).rejects.toEqual(
      failure('not_found', /No such payment_intent/),
    );
  });
});

describe('cancel', () => {
  test('ends a payment, after which it cannot be paid', async () => {
    const { ref } = await provider.create(payment);

    expect(await provider.cancel(ref)).toMatchObject({ status: 'cancelled', clientAction: null });
    expect(() => stripe.pay(ref)).toThrow('status of canceled');
  });

  test('repeated, reports the same', async () => {
    const { ref } = await provider.create(payment);
    await provider.cancel(ref);

    expect(await provider.cancel(ref)).toMatchObject({ status: 'cancelled' });
  });

  test('ends a payment that waits for 3-D Secure', async () => {
    const { ref } = await provider.create(payment);
    stripe.switches.threeDSecure = true;
    stripe.pay(ref);

    expect(await provider.cancel(ref)).toMatchObject({ status: 'cancelled' });
  });

  test('reports a payment that is paid', async () => {
    const { ref } = await aPaid(shop);

    expect(await provider.cancel(ref)).toMatchObject({ status: 'succeeded', received: '25.00' });
  });

  test('reports a payment that is paid in the same moment', async () => {
    const { ref } = await provider.create(payment);
    stripe.switches.paidAfterCancel = true;

    expect(await provider.cancel(ref)).toMatchObject({ status: 'succeeded', received: '25.00' });
    expect(stripe.balance()).toEqual({ USD: '25.00' });
  });

  test('reports a payment that is processing', async () => {
    const { ref } = await provider.create(payment);
    stripe.wait(ref);

    expect(await provider.cancel(ref)).toMatchObject({ status: 'processing' });
  });

  test('is declined when Stripe refuses, and the payment remains open', async () => {
    const { ref } = await provider.create(payment);
    stripe.switches.cancelRefused = true;

    await expect(provider.cancel(ref)).rejects.toEqual(failure('declined', /cannot cancel/));
    expect(await provider.retrieve(ref)).toMatchObject({ status: 'open' });
  });

  test('reports a payment that was cancelled although the response was lost', async () => {
    const { ref } = await provider.create(payment);
    stripe.switches.failAfterEffect = 'lost';
    await expect(provider.cancel(ref)).rejects.toEqual(failure('unavailable', /unknown/));

    expect(await provider.cancel(ref)).toMatchObject({ status: 'cancelled' });
  });

  test('knows no payment that Stripe does not have', async () => {
    await expect(provider.cancel('pi_unknown')).rejects.toEqual(failure('not_found', /No such/));
  });
});
