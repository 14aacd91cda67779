/*
 * The port to those who move money. A provider is asked, never believed: what an event says is
 * fetched again, and everything that reaches the database is an observation of the provider's side.
 */

import type { ProviderName } from '../db/entities/provider-event.ts';

export type { ProviderName };

/** What a client does next so that its customer can pay. */
export type ClientAction =
  | { type: 'stripe_payment_intent'; clientSecret: string; publishableKey: string }
  | { type: 'redirect'; url: string };

/** A payment that is to be opened at a provider. Amounts are decimal strings: `"12.50"`. */
export interface NewPayment {
  /** Part of the idempotency key, and of the metadata by which the payment is found again. */
  paymentId: string;
  reservationId: string;
  /** What the customer reads on the provider's page. */
  reference: string;
  amount: string;
  currency: string;
}

/** A refund that is to be made. */
export interface NewRefund {
  /** Part of the idempotency key, and of the metadata. */
  refundId: string;
  reservationId: string;
  /** The provider's name of the payment. */
  ref: string;
  amount: string;
  currency: string;
}

/** A refund as the provider has it. */
export interface ObservedRefund {
  /** The provider's name of it. */
  ref: string;
  /** Ours, when we made it; null for refunds made elsewhere. */
  refundId: string | null;
  status: 'pending' | 'succeeded' | 'failed';
  amount: string;
  reason: string | null;
}

/** A payment as the provider has it at this moment. */
export interface Observed {
  /** The provider's name of it. */
  ref: string;
  /** Ours, from the metadata; null for a payment that we did not open. */
  paymentId: string | null;
  status: 'open' | 'processing' | 'succeeded' | 'cancelled';
  /** What was received: `"0.00"` until it succeeds. */
  received: string;
  currency: string;
  /** Why the last attempt of the customer was declined. */
  lastError: string | null;
  refunds: ObservedRefund[];
  dispute: { status: 'open' | 'won' | 'lost'; amount: string } | null;
  /** Null once there is nothing to do for the customer. */
  clientAction: ClientAction | null;
}

/** What a provider's message is about. Its content is never used: the payment is fetched. */
export interface ProviderEvent {
  eventId: string;
  kind: string;
  /** The payment; null when the event is about none. */
  ref: string | null;
}

/** A raw HTTP request of a provider. */
export interface RawWebhook {
  body: Buffer;
  headers: Readonly<Record<string, string | undefined>>;
}

/** One provider. Every function may be called again after a failure, with one effect. */
export interface PaymentProvider {
  readonly name: ProviderName;
  /** The least that can be charged in a currency; null when it has no such limit. */
  minimum(currency: string): string | null;
  /** Opens a payment, or finds the one that was opened for this id. @throws ProviderError */
  create(payment: NewPayment): Promise<Observed>;
  /** @throws ProviderError */
  retrieve(ref: string): Promise<Observed>;
  /**
   * Ends a payment that is not paid. When it is, the answer says so: the provider is the referee.
   *
   * @throws ProviderError
   */
  cancel(ref: string): Promise<Observed>;
  /** Returns money. @throws ProviderError `declined` when no repetition can help */
  refund(refund: NewRefund): Promise<ObservedRefund>;
  /** Verifies a message. @throws WebhookRefused */
  parseWebhook(request: RawWebhook): Promise<ProviderEvent>;
  /** Payments that were opened or paid since an instant, ours and others, oldest first or not. */
  list(since: Date): AsyncIterable<Observed>;
}

/** A provider did not do what it was asked to. */
export class ProviderError extends Error {
  /**
   * `unavailable`: it did not respond, or is too busy: the same call may succeed later. `declined`: it
   * refused for good, such as an amount that it does not take. `not_found`: it has no such payment.
   */
  readonly kind: 'unavailable' | 'declined' | 'not_found';

  constructor(kind: ProviderError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProviderError';
    this.kind = kind;
  }
}

/** A message that a provider has not signed, or that is too old or from the future. */
export class WebhookRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WebhookRefused';
  }
}
