import type { NewPayment, NewRefund, Observed, PaymentProvider } from '@matinee/api';
import { onTestFinished } from 'vitest';
import { createStripeProvider } from '../../src/payments/stripe.ts';
import type { StripeOptions } from '../../src/payments/stripe.ts';
import { StripeStandIn } from './stripe-stand-in.ts';

/** The stand-in for Stripe, which ends with the test, and the adapter for it. */
export interface Shop {
  stripe: StripeStandIn;
  provider: PaymentProvider;
}

export async function openShop(): Promise<Shop> {
  const stripe = await StripeStandIn.start();
  onTestFinished(() => stripe.stop());
  return { stripe, provider: await providerFor(stripe) };
}

export async function providerFor(
  { url, secretKey, publishableKey, webhookSecret }: StripeStandIn,
  options: Partial<StripeOptions> = {},
): Promise<PaymentProvider> {
  return await createStripeProvider({
    secretKey,
    publishableKey,
    webhookSecrets: [webhookSecret],
    apiBase: url,
    paymentMethods: ['card', 'link'],
    ...options,
  });
}

/** Input for `create`. */
export const payment: NewPayment = {
  paymentId: 'payment-1',
  reservationId: 'reservation-1',
  reference: 'MT-7Q2K9D',
  amount: '25.00',
  currency: 'USD',
};

/** Input for `refund`. */
export function refundOf({ ref }: Observed, change: Partial<NewRefund> = {}): NewRefund {
  const ids = { refundId: 'refund-1', reservationId: 'reservation-1' };
  return { ...ids, ref, amount: '10.00', currency: 'USD', ...change };
}

/** A payment of 25.00 USD that has succeeded. */
export async function aPaid({ stripe, provider }: Shop): Promise<Observed> {
  const { ref } = await provider.create(payment);
  stripe.pay(ref);
  return await provider.retrieve(ref);
}
