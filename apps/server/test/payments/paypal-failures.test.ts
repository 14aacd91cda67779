import type { Observed, PaymentProvider } from '@matinee/api';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { failure } from './failure.ts';
import { aPaid, openPayPalShop, payment, providerFor, refundOf } from './paypal-shop.ts';
import type { PayPalShop } from './paypal-shop.ts';
import type { PayPalStandIn } from './paypal-stand-in.ts';

/* The adapter for PayPal: its token, the list, and what becomes of a call when PayPal fails. */

let shop: PayPalShop;
let paypal: PayPalStandIn;
let provider: PaymentProvider;
beforeEach(async () => {
  shop = await openPayPalShop();
  ({ paypal, provider } = shop);
});

const tokens = () => paypal.requests.filter(({ path }) => path === '/v1/oauth2/token');

describe('the token', () => {
  test('serves many calls', async () => {
    await aPaid(shop);
    await aPaid(shop, 'payment-2');

    expect(tokens()).toHaveLength(1);
  });

  test('is replaced before it expires', async () => {
    const { ref } = await provider.create(payment);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 32_400_000 - 30_000 });
    try {
      await provider.retrieve(ref);
    } finally {
      vi.useRealTimers();
    }
    expect(tokens()).toHaveLength(2);
  });

  test('is replaced when PayPal has ended it', async () => {
    const { ref } = await provider.create(payment);
    paypal.endTokens();

    expect(await provider.retrieve(ref)).toMatchObject({ status: 'open' });
    expect(tokens()).toHaveLength(2);
  });
});

describe('a failure of PayPal', () => {
  test.each([429, 503] as const)('with %s is unavailable', async (status) => {
    const { ref } = await provider.create(payment);
    paypal.switches.unavailable = status;

    await expect(provider.retrieve(ref)).rejects.toEqual(failure('unavailable', /NOT_AVAILABLE/));
  });

  test('to issue a token is unavailable', async () => {
    paypal.switches.unavailable = 503;

    await expect(provider.create(payment)).rejects.toEqual(failure('unavailable', /503/));
  });

  test('to accept the credentials is unavailable, and names the variables', async () => {
    const other = providerFor(paypal, { clientSecret: 'another' });

    await expect(other.create(payment)).rejects.toEqual(
      failure('unavailable', /PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET/),
    );
  });

  test('to accept a connection is unavailable, until it is back', async () => {
    await paypal.goDown();
    await expect(provider.create(payment)).rejects.toEqual(failure('unavailable', /reached/));
    await paypal.comeBack();

    expect(await provider.create(payment)).toMatchObject({ status: 'open' });
  });

  test('to respond in a known form is unavailable', async () => {
    const { ref } = await provider.create(payment);
    paypal.switches.strange = true;

    await expect(provider.retrieve(ref)).rejects.toEqual(failure('unavailable', /unknown/));
  });

  test('to respond in time is unavailable, and a repetition finds the order', async () => {
    paypal.switches.slow = 20_000;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const creation = provider.create(payment).catch((error: unknown) => error);
      await vi.waitFor(() => expect(paypal.payments()).toHaveLength(1));
      await vi.advanceTimersByTimeAsync(11_000);
      expect(await creation).toEqual(failure('unavailable', /within 11 seconds/));
    } finally {
      vi.useRealTimers();
      paypal.switches.slow = 0;
    }

    expect(await provider.create(payment)).toMatchObject({ ref: paypal.payments()[0]?.id });
    expect(paypal.payments()).toHaveLength(1);
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

  test('has all orders that were paid since then, from all pages', async () => {
    const since = new Date();
    const paid = [];
    for (const paymentId of ['payment-1', 'payment-2', 'payment-3']) {
      paid.push(await aPaid(shop, paymentId));
    }
    const [first] = paid;
    if (first) {
      await provider.refund(refundOf(first));
    }
    await provider.create({ ...payment, paymentId: 'payment-4' });

    const found = await listed(since);
    expect(found.map(({ paymentId }) => paymentId)).toEqual([
      'payment-1',
      'payment-2',
      'payment-3',
    ]);
    expect(found[0]).toMatchObject({ status: 'succeeded', refunds: [{ refundId: 'refund-1' }] });
  });

  test('looks at long periods in parts', async () => {
    const days = 24 * 3_600_000;
    const paid = await aPaid(shop);

    expect(await listed(new Date(Date.now() - 70 * days))).toEqual([paid]);
    const searches = paypal.requests.filter(({ path }) => path === '/v1/reporting/transactions');
    expect(searches).toHaveLength(3);
  });

  test('has no order that was paid before', async () => {
    await aPaid(shop);
    const hour = 3_600_000;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * hour });
    try {
      expect(await listed(new Date(Date.now() - hour))).toEqual([]);
      expect(await listed(new Date(Date.now() - 3 * hour))).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('fails without the permission to search transactions', async () => {
    paypal.switches.forbidden = ['search'];

    await expect(listed(new Date(0))).rejects.toEqual(failure('unavailable', /NOT_AUTHORIZED/));
  });
});
