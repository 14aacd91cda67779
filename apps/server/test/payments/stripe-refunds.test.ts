import type { Observed, PaymentProvider } from '@matinee/api';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { failure } from './failure.ts';
import { aPaid, openShop, payment, providerFor, refundOf } from './stripe-shop.ts';
import type { Shop } from './stripe-shop.ts';
import type { StripeStandIn } from './stripe-stand-in.ts';

/* The adapter for Stripe: refunds, the list, and what becomes of a call when Stripe fails. */

let shop: Shop;
let stripe: StripeStandIn;
let provider: PaymentProvider;
beforeEach(async () => {
  shop = await openShop();
  ({ stripe, provider } = shop);
});

describe('refund', () => {
  test('returns a part, with our ids', async () => {
    const refund = await provider.refund(refundOf(await aPaid(shop)));

    expect(refund).toEqual({
      ref: stripe.refunds()[0]?.id,
      refundId: 'refund-1',
      status: 'succeeded',
      amount: '10.00',
      reason: null,
    });
    expect(stripe.refunds()).toMatchObject([
      { metadata: { refundId: 'refund-1', reservationId: 'reservation-1' } },
    ]);
    expect(stripe.requests.at(-1)).toMatchObject({ idempotencyKey: 'refund:refund-1' });
    expect(stripe.balance()).toEqual({ USD: '15.00' });
  });

  test('repeated, has one effect and reports what has become of it', async () => {
    const paid = await aPaid(shop);
    stripe.switches.refundPends = true;
    const first = await provider.refund(refundOf(paid));
    expect(first.status).toBe('pending');
    stripe.finishRefund(first.ref, 'succeeded');

    expect(await provider.refund(refundOf(paid))).toMatchObject({
      ref: first.ref,
      status: 'succeeded',
    });
    expect(stripe.balance()).toEqual({ USD: '15.00' });
  });

  test.each(['lost', 'kept'] as const)(
    'has one effect when the response is a 500 that is %s',
    async (kind) => {
      const paid = await aPaid(shop);
      stripe.switches.failAfterEffect = kind;
      const refund = refundOf(paid);
      await expect(provider.refund(refund)).rejects.toEqual(failure('unavailable', /unknown/));

      expect(await provider.refund(refund)).toMatchObject({
        refundId: 'refund-1',
        status: 'succeeded',
      });
      expect(stripe.balance()).toEqual({ USD: '15.00' });
    },
  );

  test('reports a refund that fails later', async () => {
    const paid = await aPaid(shop);
    stripe.switches.refundFails = 'later';
    const { ref, status } = await provider.refund(refundOf(paid));
    expect(status).toBe('pending');
    stripe.finishRefund(ref, 'failed');

    expect((await provider.retrieve(paid.ref)).refunds).toMatchObject([
      { status: 'failed', reason: 'expired_or_canceled_card' },
    ]);
    expect(stripe.balance()).toEqual({ USD: '25.00' });
  });

  test('is declined when Stripe refuses', async () => {
    const paid = await aPaid(shop);
    stripe.switches.refundFails = 'refused';

    await expect(provider.refund(refundOf(paid))).rejects.toEqual(
      failure('declined', /cannot be refunded/),
    );
  });

  test('is declined beyond what was received', async () => {
    const paid = await aPaid(shop);
    await provider.refund(refundOf(paid, { amount: '20.00' }));
    const more = refundOf(paid, { refundId: 'refund-2', amount: '5.01' });

    await expect(provider.refund(more)).rejects.toEqual(failure('declined', /greater than/));
    await provider.refund(refundOf(paid, { refundId: 'refund-3', amount: '5.00' }));
    const empty = refundOf(paid, { refundId: 'refund-4', amount: '0.01' });
    await expect(provider.refund(empty)).rejects.toEqual(failure('declined', /already/));
  });

  test('is declined while the payment is disputed', async () => {
    const paid = await aPaid(shop);
    stripe.dispute(paid.ref);

    await expect(provider.refund(refundOf(paid))).rejects.toEqual(
      failure('declined', /charged back/),
    );
  });
});

describe('list', () => {
  async function listed(since: Date): Promise<Observed[]> {
    const found: Observed[] = [];
    for await (const each of provider.list(since)) {
      found.push(each);
    }
    return found;
  }

  test('has payments that were opened since then, ours and others', async () => {
    const since = new Date();
    const ours = await aPaid(shop);
    const other = stripe.openElsewhere(900, 'USD');
    const old = await provider.create({ ...payment, paymentId: 'payment-2' });
    stripe.age(old.ref, 7_200);

    const found = await listed(since);
    expect(found.map(({ ref }) => ref).toSorted()).toEqual([ours.ref, other].toSorted());
    expect(found).toContainEqual(ours);
  });

  test('has an older payment that was paid since then', async () => {
    const old = await provider.create(payment);
    stripe.age(old.ref, 7_200);
    stripe.pay(old.ref);

    expect(await listed(new Date())).toMatchObject([{ ref: old.ref, status: 'succeeded' }]);
  });

  test('has no older payment that was declined since then', async () => {
    const old = await provider.create(payment);
    stripe.age(old.ref, 7_200);
    stripe.switches.decline = true;
    expect(() => stripe.pay(old.ref)).toThrow('declined');

    expect(await listed(new Date(Date.now() - 1_000))).toEqual([]);
  });

  test('has more payments than one page', async () => {
    const made = Array.from({ length: 250 }, () => stripe.openElsewhere(900, 'USD'));

    const found = await listed(new Date(Date.now() - 60_000));
    expect(found.map(({ ref }) => ref)).toEqual(made.toReversed());
  });

  test('fails when Stripe fails', async () => {
    stripe.switches.unavailable = 429;
    await expect(listed(new Date())).rejects.toEqual(failure('unavailable', /Too many/));
  });
});

describe('a failure of Stripe', () => {
  test.each([
    [429, /Too many requests/],
    [503, /Service unavailable/],
  ] as const)('with %s is unavailable', async (status, message) => {
    stripe.switches.unavailable = status;

    await expect(provider.create(payment)).rejects.toEqual(failure('unavailable', message));
    expect(stripe.payments()).toHaveLength(0);
  });

  test('to accept a connection is unavailable, until it is back', async () => {
    await stripe.goDown();
    await expect(provider.create(payment)).rejects.toEqual(failure('unavailable', /connection/));
    await stripe.comeBack();

    expect(await provider.create(payment)).toMatchObject({ status: 'open' });
  });

  test('to accept the secret key is unavailable, and names the variable', async () => {
    const other = await providerFor(stripe, { secretKey: 'sk_test_other' });

    await expect(other.create(payment)).rejects.toEqual(
      failure('unavailable', /STRIPE_SECRET_KEY.*Invalid API Key/),
    );
  });

  test('to let the key make a call is unavailable', async () => {
    const other = await providerFor(stripe, { secretKey: stripe.publishableKey });

    await expect(other.create(payment)).rejects.toEqual(failure('unavailable', /permission/));
  });

  test('to respond in time is unavailable, and a repetition finds the payment', async () => {
    stripe.switches.slow = 20_000;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const creation = provider.create(payment).catch((error: unknown) => error);
      await vi.waitFor(() => expect(stripe.payments()).toHaveLength(1));
      await vi.advanceTimersByTimeAsync(11_000);
      expect(await creation).toEqual(failure('unavailable', /within 11 seconds/));
    } finally {
      vi.useRealTimers();
      stripe.switches.slow = 0;
    }

    expect(await provider.create(payment)).toMatchObject({ ref: stripe.payments()[0]?.id });
    expect(stripe.payments()).toHaveLength(1);
  });
});
