import { randomUUID } from 'node:crypto';
import type { PaymentProvider } from '@matinee/api';
import { beforeAll, describe, expect, test } from 'vitest';
import { createStripeProvider } from '../../src/payments/stripe.ts';

/*
 * The main path in Stripe's own test mode, where no money moves. It runs only with a secret key of a test account:
 *
 *   STRIPE_TEST_SECRET_KEY=sk_test_… npx vitest run apps/server/test/payments/stripe-test-mode.test.ts
 */

const secretKey = process.env.STRIPE_TEST_SECRET_KEY ?? '';

/** Never a live key: the test pays. */
const isTestKey = /^(sk|rk)_test_/.test(secretKey);

describe.skipIf(!isTestKey)('in the test mode of Stripe', () => {
  let provider: PaymentProvider;
  beforeAll(async () => {
    provider = await createStripeProvider({
      secretKey,
      publishableKey: 'pk_test_unused',
      webhookSecrets: [],
      paymentMethods: ['card'],
    });
  });

  const aPayment = () => ({
    paymentId: randomUUID(),
    reservationId: randomUUID(),
    reference: 'MT-7Q2K9D',
    amount: '12.50',
    currency: 'USD',
  });

  /** What the customer's browser does. */
  async function confirm(ref: string): Promise<void> {
    const response = await fetch(`https://api.stripe.com/v1/payment_intents/${ref}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretKey}`, 'stripe-version': '2026-10-28.endive' },
      body: new URLSearchParams({ payment_method: 'pm_card_visa' }),
    });
    expect(await response.json()).toMatchObject({ status: 'succeeded' });
  }

  test('a payment is opened, paid, refunded in part, and cannot be cancelled', async () => {
    const { create, retrieve, refund, cancel } = provider;
    const payment = aPayment();
    const { ref, clientAction } = await create(payment);
    expect(clientAction).toMatchObject({ type: 'stripe_payment_intent' });
    expect(await create(payment)).toMatchObject({ ref, status: 'open' });
    await confirm(ref);
    expect(await retrieve(ref)).toMatchObject({
      status: 'succeeded',
      received: '12.50',
      currency: 'USD',
      paymentId: payment.paymentId,
    });

    const part = { refundId: randomUUID(), reservationId: payment.reservationId, ref };
    const made = await refund({ ...part, amount: '2.50', currency: 'USD' });
    expect(await refund({ ...part, amount: '2.50', currency: 'USD' })).toEqual(made);
    expect(await retrieve(ref)).toMatchObject({ refunds: [{ ...made, amount: '2.50' }] });
    expect(await cancel(ref)).toMatchObject({ status: 'succeeded', received: '12.50' });
  }, 60_000);

  test('a payment that is not paid is cancelled, once and again', async () => {
    const { create, cancel } = provider;
    const { ref } = await create(aPayment());
    expect(await cancel(ref)).toMatchObject({ status: 'cancelled' });
    expect(await cancel(ref)).toMatchObject({ status: 'cancelled' });
  }, 60_000);

  test('a payment of today is in the list', async () => {
    const { create, list } = provider;
    const since = new Date(Date.now() - 5_000);
    const { ref } = await create(aPayment());
    const refs: string[] = [];
    for await (const each of list(since)) {
      refs.push(each.ref);
    }
    expect(refs).toContain(ref);
  }, 60_000);

  test('a payment that does not exist is not found', async () => {
    const { retrieve } = provider;
    await expect(retrieve('pi_doesnotexist')).rejects.toMatchObject({ kind: 'not_found' });
  }, 60_000);
});
