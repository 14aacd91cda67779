/** How the stand-in for Stripe behaves. Each field marked "once" applies to the next case and is then reset. */
export interface StripeSwitches {
  /** Once: the next confirmation is declined. */
  decline: boolean;
  /** Once: the next confirmation asks for 3-D Secure, until `finish`. */
  threeDSecure: boolean;
  /** Once: a cancellation meets a payment that succeeded in the same moment, and is refused. */
  paidAfterCancel: boolean;
  /** Once: a cancellation is refused although the payment is open, as that of a payment of another product is. */
  cancelRefused: boolean;
  /** Once: the next payment receives this number of minor units instead of its amount. */
  otherAmount: number | null;
  /** Once: the next payment is received in this currency. */
  otherCurrency: string | null;
  /**
   * Once: the next request with an effect gets a 500 after it. `lost`: a repetition gets the response that was
   * lost. `kept`: a repetition gets the 500 again, as Stripe documents it for a failure of its own.
   */
  failAfterEffect: 'lost' | 'kept' | null;
  /** Refunds are refused, or are accepted and then fail. */
  refundFails: 'refused' | 'later' | null;
  /** Refunds remain pending until `finishRefund`. */
  refundPends: boolean;
  /** Every request gets this status and has no effect: 429 or 503. */
  unavailable: 429 | 503 | null;
  /** Milliseconds before each response; the effect comes first. */
  slow: number;
  /** Messages are sent twice. */
  duplicate: boolean;
  /** Messages are sent in reverse order. */
  reordered: boolean;
  /** Messages are lost. */
  dropped: boolean;
}

export function ordinary(): StripeSwitches {
  return {
    decline: false,
    threeDSecure: false,
    paidAfterCancel: false,
    cancelRefused: false,
    otherAmount: null,
    otherCurrency: null,
    failAfterEffect: null,
    refundFails: null,
    refundPends: false,
    unavailable: null,
    slow: 0,
    duplicate: false,
    reordered: false,
    dropped: false,
  };
}
