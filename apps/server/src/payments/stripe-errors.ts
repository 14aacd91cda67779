import { ProviderError } from '@matinee/api';
import type { Stripe } from 'stripe';

/**
 * Makes an error of Stripe's library one of the port. A secret key that Stripe rejects counts as `unavailable`:
 * the operator can correct it, and the same call then succeeds.
 */
export function toProviderError(thrown: unknown): unknown {
  if (!isStripeError(thrown)) {
    return thrown;
  }
  return new ProviderError(kindOf(thrown), messageOf(thrown), { cause: thrown });
}

/** Whether Stripe refused a request, as it refuses to cancel a payment that has succeeded or was cancelled. */
export function isRefusal(thrown: unknown): boolean {
  return isStripeError(thrown) && kindOf(thrown) === 'declined';
}

/**
 * Whether Stripe repeats a failure of its own. It keeps the first response to an idempotency key for 24 hours,
 * including a 500, although the request may have had its effect.
 */
export function isReplayedFailure(thrown: unknown): boolean {
  return isStripeError(thrown) && (thrown.statusCode ?? 0) >= 500 && isReplay(thrown.headers);
}

/** Whether a response is a stored one: its content may be out of date. */
export function isReplay(headers: Record<string, string> | undefined): boolean {
  return headers?.['idempotent-replayed'] === 'true';
}

function isStripeError(thrown: unknown): thrown is Stripe.errors.StripeError {
  return thrown instanceof Error && 'rawType' in thrown && 'type' in thrown;
}

function kindOf({ type, code }: Stripe.errors.StripeError): ProviderError['kind'] {
  switch (type) {
    case 'StripeInvalidRequestError':
      return code === 'resource_missing' ? 'not_found' : 'declined';
    case 'StripeCardError':
    case 'StripeIdempotencyError':
      return 'declined';
    default:
      return 'unavailable';
  }
}

function messageOf({ type, message }: Stripe.errors.StripeError): string {
  switch (type) {
    case 'StripeAuthenticationError':
      return `Stripe rejected the secret key. Check STRIPE_SECRET_KEY: ${message}`;
    case 'StripePermissionError':
      return `The secret key of Stripe lacks a permission: ${message}`;
    default:
      return `Stripe: ${message}`;
  }
}
