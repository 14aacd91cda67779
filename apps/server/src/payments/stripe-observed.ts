import type { Observed, ObservedRefund } from '@matinee/api';
import type { Stripe } from 'stripe';
import { fromStripeAmount } from './stripe-amounts.ts';

/* What Stripe has, in the words of the port. */

/** A PaymentIntent with everything that belongs to it. */
export interface StripePayment {
  intent: Stripe.PaymentIntent;
  refunds: readonly Stripe.Refund[];
  disputes: readonly Stripe.Dispute[];
}

/** @param publishableKey for the customer's browser */
export function observedOf(payment: StripePayment, publishableKey: string): Observed {
  const { intent, refunds, disputes } = payment;
  const currency = intent.currency.toUpperCase();
  const status = statusOf(intent.status);
  const { client_secret: clientSecret } = intent;
  return {
    ref: intent.id,
    paymentId: intent.metadata.paymentId ?? null,
    status,
    received: fromStripeAmount(status === 'succeeded' ? intent.amount_received : 0, currency),
    currency,
    lastError: intent.last_payment_error?.message ?? null,
    refunds: refunds.map(observedRefund),
    dispute: disputeOf(disputes),
    clientAction:
      status === 'open' && clientSecret !== null
        ? { type: 'stripe_payment_intent', clientSecret, publishableKey }
        : null,
  };
}

export function observedRefund(refund: Stripe.Refund): ObservedRefund {
  return {
    ref: refund.id,
    refundId: refund.metadata?.refundId ?? null,
    status: refundStatusOf(refund.status),
    amount: fromStripeAmount(refund.amount, refund.currency),
    reason: refund.failure_reason ?? refund.reason,
  };
}

function statusOf(status: Stripe.PaymentIntent.Status): Observed['status'] {
  switch (status) {
    case 'succeeded':
      return 'succeeded';
    case 'canceled':
      return 'cancelled';
    case 'requires_action':
    case 'requires_confirmation':
    case 'requires_payment_method':
      return 'open';
    default:
      // Money may be reserved or on its way: `processing`, `requires_capture`, or a status added later.
      return 'processing';
  }
}

function refundStatusOf(status: string | null): ObservedRefund['status'] {
  switch (status) {
    case 'succeeded':
      return 'succeeded';
    case 'failed':
    case 'canceled':
      return 'failed';
    default:
      return 'pending';
  }
}

/**
 * The disputes of one payment as one: lost if one of them is lost, otherwise open if one is open. The amount is
 * the sum of those with that status.
 */
function disputeOf(disputes: readonly Stripe.Dispute[]): Observed['dispute'] {
  for (const status of ['lost', 'open', 'won'] as const) {
    const some = disputes.filter((dispute) => disputeStatusOf(dispute.status) === status);
    const [first] = some;
    if (first) {
      const minor = some.reduce((sum, { amount }) => sum + amount, 0);
      return { status, amount: fromStripeAmount(minor, first.currency) };
    }
  }
  return null;
}

/** A closed inquiry (`warning_closed`) and a dispute that was prevented took no money. */
function disputeStatusOf(status: Stripe.Dispute.Status): 'open' | 'won' | 'lost' {
  switch (status) {
    case 'lost':
      return 'lost';
    case 'won':
    case 'warning_closed':
    case 'prevented':
      return 'won';
    default:
      return 'open';
  }
}
