import type { PaymentProvider } from '@matinee/api';
import type { Environment } from '../environment.ts';
import { createPayPalProvider } from './paypal.ts';
import { createStripeProvider } from './stripe.ts';

/** The providers of `PAYMENTS`, in that order. */
export async function createProviders(environment: Environment): Promise<PaymentProvider[]> {
  return Promise.all(
    environment.PAYMENTS.flatMap((name) => {
      switch (name) {
        case 'stripe':
          return [stripe(environment)];
        case 'paypal':
          return [paypal(environment)];
        default:
          return [];
      }
    }),
  );
}

function stripe(environment: Environment): Promise<PaymentProvider> {
  return createStripeProvider({
    secretKey: environment.STRIPE_SECRET_KEY ?? '',
    publishableKey: environment.STRIPE_PUBLISHABLE_KEY ?? '',
    webhookSecrets: environment.STRIPE_WEBHOOK_SECRET,
    ...baseOf(environment.STRIPE_API_BASE),
    paymentMethods: environment.STRIPE_PAYMENT_METHODS,
  });
}

async function paypal(environment: Environment): Promise<PaymentProvider> {
  return createPayPalProvider({
    clientId: environment.PAYPAL_CLIENT_ID ?? '',
    clientSecret: environment.PAYPAL_CLIENT_SECRET ?? '',
    webhookId: environment.PAYPAL_WEBHOOK_ID ?? '',
    ...baseOf(environment.PAYPAL_API_BASE),
    returnUrl: environment.PAYMENT_RETURN_URL ?? '',
  });
}

function baseOf(apiBase: string | undefined): { apiBase?: string } {
  return apiBase === undefined ? {} : { apiBase };
}
