import type { NewPayment, NewRefund, Observed, PaymentProvider } from '@matinee/api';
import { onTestFinished } from 'vitest';
import { createPayPalProvider } from '../../src/payments/paypal.ts';
import type { PayPalOptions } from '../../src/payments/paypal.ts';
import { PayPalStandIn } from './paypal-stand-in.ts';

/** The stand-in for PayPal, which ends with the test, and the adapter for it. */
export interface PayPalShop {
  paypal: PayPalStandIn;
  provider: PaymentProvider;
}

/** @param webhookUrl where the stand-in sends its messages */
export async function openPayPalShop(webhookUrl?: string): Promise<PayPalShop> {
  const paypal = await PayPalStandIn.start(webhookUrl);
  onTestFinished(() => paypal.stop());
  return { paypal, provider: providerFor(paypal) };
}

export function providerFor(
  { url, clientId, clientSecret, webhookId }: PayPalStandIn,
  options: Partial<PayPalOptions> = {},
): PaymentProvider {
  return createPayPalProvider({
    clientId,
    clientSecret,
    webhookId,
    apiBase: url,
    returnUrl: 'https://cinema.example/checkout?lang=en',
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
export async function aPaid(
  { paypal, provider }: PayPalShop,
  paymentId = 'payment-1',
): Promise<Observed> {
  const { ref } = await provider.create({ ...payment, paymentId });
  paypal.approve(ref);
  return await provider.retrieve(ref);
}
