/* What the stand-in for Stripe keeps: objects in the form in which Stripe's API returns them. */

export interface CardError {
  type: 'card_error';
  code: string;
  decline_code?: string;
  message: string;
}

export interface Intent {
  id: string;
  object: 'payment_intent';
  /** In minor units, like all amounts here. */
  amount: number;
  amount_received: number;
  canceled_at: number | null;
  capture_method: string;
  client_secret: string;
  created: number;
  currency: string;
  description: string | null;
  last_payment_error: CardError | null;
  latest_charge: string | null;
  livemode: false;
  metadata: Record<string, string>;
  next_action: { type: string } | null;
  payment_method_types: string[];
  status:
    | 'requires_payment_method'
    | 'requires_action'
    | 'requires_capture'
    | 'processing'
    | 'succeeded'
    | 'canceled';
}

export interface Charge {
  id: string;
  object: 'charge';
  amount: number;
  amount_refunded: number;
  created: number;
  currency: string;
  disputed: boolean;
  paid: boolean;
  payment_intent: string;
  refunded: boolean;
  status: 'succeeded' | 'failed';
}

export interface Refund {
  id: string;
  object: 'refund';
  amount: number;
  charge: string;
  created: number;
  currency: string;
  failure_reason?: string;
  metadata: Record<string, string>;
  payment_intent: string;
  reason: string | null;
  status: 'pending' | 'succeeded' | 'failed';
}

export interface Dispute {
  id: string;
  object: 'dispute';
  amount: number;
  charge: string;
  created: number;
  currency: string;
  payment_intent: string;
  reason: string;
  status: 'needs_response' | 'warning_needs_response' | 'warning_closed' | 'won' | 'lost';
}

export type StripeObject = Intent | Charge | Refund | Dispute;

/** A message about an object as it was when it changed. */
export interface StripeEvent {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: StripeObject };
  livemode: false;
  type: string;
}

/** What Stripe puts under `error`. */
interface ErrorBody {
  type: string;
  code?: string;
  decline_code?: string;
  message: string;
  param?: string;
  payment_intent?: Intent;
}

/** A request that the stand-in refuses. */
export class Refused extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body;
  }

  /** A request with wrong parameters; Stripe does not keep this result for the idempotency key. */
  static invalid(code: string, message: string, param?: string): Refused {
    const named = param === undefined ? {} : { param };
    return new Refused(400, { type: 'invalid_request_error', code, message, ...named });
  }

  static missing(kind: string, id: string): Refused {
    const message = `No such ${kind}: '${id}'`;
    return new Refused(404, { type: 'invalid_request_error', code: 'resource_missing', message });
  }
}
