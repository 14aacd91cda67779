/* What the stand-in for PayPal keeps: objects in the form in which PayPal's API returns them. */

export interface Money {
  currency_code: string;
  value: string;
}

interface Link {
  rel: string;
  href: string;
  method: string;
}

export interface PayPalRefund {
  id: string;
  status: 'COMPLETED' | 'PENDING' | 'FAILED';
  amount: Money;
  custom_id: string;
  create_time: string;
  note_to_payer?: string;
  links: Link[];
}

export interface PayPalCapture {
  id: string;
  status: 'COMPLETED' | 'PENDING' | 'DECLINED' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
  status_details?: { reason: string };
  amount: Money;
  custom_id: string;
  create_time: string;
  supplementary_data: { related_ids: { order_id: string } };
  links: Link[];
}

export interface PayPalOrder {
  id: string;
  status: 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'COMPLETED' | 'VOIDED';
  intent: string;
  create_time: string;
  update_time: string;
  /** Where the customer returns; not in responses. */
  returnUrl: string;
  cancelUrl: string;
  unit: {
    reference_id: string;
    custom_id: string;
    description: string;
    amount: Money;
    captures: PayPalCapture[];
    refunds: PayPalRefund[];
  };
}

export interface PayPalDispute {
  dispute_id: string;
  status: 'OPEN' | 'RESOLVED';
  dispute_amount: Money;
  dispute_outcome?: { outcome_code: string };
  disputed_transactions: { seller_transaction_id: string }[];
}

/** A message about an object as it was when it changed. */
export interface PayPalEvent {
  id: string;
  event_type: string;
  create_time: string;
  resource: object;
}

/** An error that the stand-in returns. */
export class PayPalFailure extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, issue: string, redirectUrl?: string) {
    super(issue);
    this.status = status;
    this.body = {
      name: status === 422 ? 'UNPROCESSABLE_ENTITY' : issue,
      message: 'The requested action could not be performed.',
      details: [{ issue, description: `The reason is ${issue}.` }],
      links: redirectUrl === undefined ? [] : [{ rel: 'redirect', href: redirectUrl }],
    };
  }
}

/** `"12.50"` → `1250`; exact for the amounts of tests. */
export function minorOf({ value }: Money): number {
  return Math.round(Number(value) * 100);
}

/** How the stand-in for PayPal behaves. Each field marked "once" applies to the next case and is then reset. */
export interface PayPalSwitches {
  /** Once: a capture is refused, and the customer has to choose another way to pay. */
  decline: boolean;
  /** Once: a capture waits for PayPal, or is declined by it, until `settle`. */
  capture: 'PENDING' | 'DECLINED' | null;
  /** Once: the next capture receives this amount. */
  otherAmount: Money | null;
  /** Once: the next request with an effect gets a 500 after it; a repetition with its key gets the response. */
  failAfterEffect: boolean;
  /** Refunds are refused with this issue. */
  refundRefused: string | null;
  /** Refunds remain pending until `finishRefund`. */
  refundPends: boolean;
  /** Every request gets this status and has no effect. */
  unavailable: 429 | 503 | null;
  /** Milliseconds before each response; the effect comes first. */
  slow: number;
  /** Permissions that the app lacks. */
  forbidden: ('disputes' | 'search')[];
  /** Responses have another form. */
  strange: boolean;
  /** Messages are sent twice, in reverse order, or not at all. */
  duplicate: boolean;
  reordered: boolean;
  dropped: boolean;
}

export function ordinaryPayPal(): PayPalSwitches {
  return {
    decline: false,
    capture: null,
    otherAmount: null,
    failAfterEffect: false,
    refundRefused: null,
    refundPends: false,
    unavailable: null,
    slow: 0,
    forbidden: [],
    strange: false,
    duplicate: false,
    reordered: false,
    dropped: false,
  };
}
