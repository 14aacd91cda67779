import { Refused } from './stripe-objects.ts';
import type { CardError, Charge, Dispute, Intent, Refund, StripeObject } from './stripe-objects.ts';
import type { StripeSwitches } from './stripe-switches.ts';

interface Opening {
  amount: number;
  currency: string;
  description: string | null;
  metadata: Record<string, string>;
  methods: string[];
}

interface RefundOrder {
  amount: number | null;
  metadata: Record<string, string>;
  reason: string | null;
}

/** What a customer's payment method does. */
export type CardOutcome = 'succeeds' | 'declined' | 'asks';

/** Everything that Stripe has of one account, and what can happen to it. Newest objects come first. */
export class StripeState {
  readonly intents: Intent[] = [];
  readonly charges: Charge[] = [];
  readonly refunds: Refund[] = [];
  readonly disputes: Dispute[] = [];
  readonly #switches: StripeSwitches;
  readonly #emit: (type: string, object: StripeObject) => void;
  readonly #tag: string;
  #count = 0;

  /** @param tag part of each id, so that two stand-ins never make the same */
  constructor(
    switches: StripeSwitches,
    emit: (type: string, object: StripeObject) => void,
    tag: string,
  ) {
    this.#switches = switches;
    this.#emit = emit;
    this.#tag = tag;
  }

  /** @throws Refused */
  intent(id: string): Intent {
    const found = this.intents.find((each) => each.id === id);
    if (!found) {
      throw Refused.missing('payment_intent', id);
    }
    return found;
  }

  /** Any object; undefined if there is none with this id. */
  find(id: string): StripeObject | undefined {
    const all = [...this.intents, ...this.charges, ...this.refunds, ...this.disputes];
    return all.find((each) => each.id === id);
  }

  open({ amount, currency, description, metadata, methods }: Opening): Intent {
    const id = this.#id('pi');
    const intent: Intent = {
      id,
      object: 'payment_intent',
      amount,
      amount_received: 0,
      canceled_at: null,
      capture_method: 'automatic',
      client_secret: `${id}_secret_${this.#tag}`,
      created: nowSeconds(),
      currency,
      description,
      last_payment_error: null,
      latest_charge: null,
      livemode: false,
      metadata,
      next_action: null,
      payment_method_types: methods,
      status: 'requires_payment_method',
    };
    this.intents.unshift(intent);
    this.#emit('payment_intent.created', intent);
    return intent;
  }

  /** The customer confirms. @throws Refused for a decline, and for a payment that has ended */
  confirm(intent: Intent, outcome: CardOutcome): Intent {
    if (!isPayable(intent)) {
      throw unexpectedState(intent, 'confirm');
    }
    const { decline, threeDSecure } = this.#switches;
    this.#switches.decline = false;
    if (decline || outcome === 'declined') {
      const message = 'Your card was declined.';
      return this.#decline(intent, {
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'generic_decline',
        message,
      });
    }
    this.#switches.threeDSecure = false;
    if (threeDSecure || outcome === 'asks') {
      intent.status = 'requires_action';
      intent.next_action = { type: 'use_stripe_sdk' };
      this.#emit('payment_intent.requires_action', intent);
      return intent;
    }
    return this.succeed(intent);
  }

  /** 3-D Secure ends. */
  finish(intent: Intent, passes: boolean): Intent {
    if (intent.status !== 'requires_action') {
      throw unexpectedState(intent, 'finish');
    }
    if (passes) {
      return this.succeed(intent);
    }
    this.#fail(intent, {
      type: 'card_error',
      code: 'payment_intent_authentication_failure',
      message: 'The provided payment method has failed authentication.',
    });
    return intent;
  }

  /** The payment method answers later, or the money is reserved only. */
  wait(intent: Intent, status: 'processing' | 'requires_capture'): void {
    intent.status = status;
    this.#emit(
      `payment_intent.${status === 'processing' ? status : 'amount_capturable_updated'}`,
      intent,
    );
  }

  succeed(intent: Intent): Intent {
    const { otherAmount, otherCurrency } = this.#switches;
    this.#switches.otherAmount = null;
    this.#switches.otherCurrency = null;
    intent.status = 'succeeded';
    intent.amount_received = otherAmount ?? intent.amount;
    intent.currency = (otherCurrency ?? intent.currency).toLowerCase();
    intent.last_payment_error = null;
    intent.next_action = null;
    const charge = this.#charge(intent, true);
    this.#emit('charge.succeeded', charge);
    this.#emit('payment_intent.succeeded', intent);
    return intent;
  }

  /** @throws Refused for a payment that has succeeded, is processing or was cancelled */
  cancel(intent: Intent): Intent {
    if (this.#switches.paidAfterCancel && isPayable(intent)) {
      this.#switches.paidAfterCancel = false;
      this.succeed(intent);
    }
    if (this.#switches.cancelRefused) {
      this.#switches.cancelRefused = false;
      throw Refused.invalid('payment_intent_invalid_parameter', 'You cannot cancel this payment.');
    }
    if (!isPayable(intent) && intent.status !== 'requires_capture') {
      throw unexpectedState(intent, 'cancel');
    }
    intent.status = 'canceled';
    intent.canceled_at = nowSeconds();
    intent.next_action = null;
    this.#emit('payment_intent.canceled', intent);
    return intent;
  }

  /** @throws Refused for more than remains, for a disputed payment, and as the switches say */
  refund(intent: Intent, { amount, metadata, reason }: RefundOrder): Refund {
    const charge = this.#paidCharge(intent);
    const left = charge.amount - charge.amount_refunded;
    const wanted = amount ?? left;
    this.#refuseRefund(charge, wanted, left);
    const isPending = this.#switches.refundPends || this.#switches.refundFails === 'later';
    const refund: Refund = {
      id: this.#id('re'),
      object: 'refund',
      amount: wanted,
      charge: charge.id,
      created: nowSeconds(),
      currency: charge.currency,
      metadata,
      payment_intent: intent.id,
      reason,
      status: isPending ? 'pending' : 'succeeded',
    };
    this.refunds.unshift(refund);
    this.#countRefunded(charge);
    this.#emit('refund.created', refund);
    this.#emit('charge.refunded', charge);
    return refund;
  }

  /** A pending refund ends. */
  finishRefund(refund: Refund, status: 'succeeded' | 'failed'): void {
    refund.status = status;
    if (status === 'failed') {
      refund.failure_reason = 'expired_or_canceled_card';
    }
    this.#countRefunded(this.#paidCharge(this.intent(refund.payment_intent)));
    this.#emit(status === 'failed' ? 'refund.failed' : 'refund.updated', refund);
  }

  /** @param isInquiry the bank asks first, and takes no money yet */
  dispute(intent: Intent, amount: number | null, isInquiry: boolean): Dispute {
    const charge = this.#paidCharge(intent);
    charge.disputed = true;
    const dispute: Dispute = {
      id: this.#id('du'),
      object: 'dispute',
      amount: amount ?? charge.amount,
      charge: charge.id,
      created: nowSeconds(),
      currency: charge.currency,
      payment_intent: intent.id,
      reason: 'fraudulent',
      status: isInquiry ? 'warning_needs_response' : 'needs_response',
    };
    this.disputes.unshift(dispute);
    this.#emit('charge.dispute.created', dispute);
    return dispute;
  }

  closeDispute(dispute: Dispute, status: 'won' | 'lost' | 'warning_closed'): void {
    dispute.status = status;
    this.#emit('charge.dispute.closed', dispute);
  }

  #refuseRefund(charge: Charge, wanted: number, left: number): void {
    if (this.#switches.refundFails === 'refused') {
      throw Refused.invalid('charge_not_refundable', 'This charge cannot be refunded.');
    }
    const isOpen = ({ status }: Dispute) => status === 'needs_response' || status === 'lost';
    if (this.disputes.some((dispute) => dispute.charge === charge.id && isOpen(dispute))) {
      throw Refused.invalid('charge_disputed', `Charge ${charge.id} has been charged back.`);
    }
    if (left === 0) {
      const message = `Charge ${charge.id} has already been refunded.`;
      throw Refused.invalid('charge_already_refunded', message);
    }
    if (wanted > left) {
      const message = `Refund amount (${wanted}) is greater than unrefunded amount on charge (${left})`;
      throw Refused.invalid('amount_too_large', message, 'amount');
    }
  }

  #decline(intent: Intent, error: CardError): never {
    this.#fail(intent, error);
    throw new Refused(402, { ...error, payment_intent: intent });
  }

  #fail(intent: Intent, error: CardError): void {
    intent.status = 'requires_payment_method';
    intent.next_action = null;
    intent.last_payment_error = error;
    const charge = this.#charge(intent, false);
    this.#emit('charge.failed', charge);
    this.#emit('payment_intent.payment_failed', intent);
  }

  #charge(intent: Intent, paid: boolean): Charge {
    const charge: Charge = {
      id: this.#id('ch'),
      object: 'charge',
      amount: paid ? intent.amount_received : intent.amount,
      amount_refunded: 0,
      created: nowSeconds(),
      currency: intent.currency,
      disputed: false,
      paid,
      payment_intent: intent.id,
      refunded: false,
      status: paid ? 'succeeded' : 'failed',
    };
    this.charges.unshift(charge);
    intent.latest_charge = charge.id;
    return charge;
  }

  #paidCharge(intent: Intent): Charge {
    const charge = this.charges.find((each) => each.payment_intent === intent.id && each.paid);
    if (!charge) {
      const message = 'This PaymentIntent does not have a successful charge to refund.';
      throw Refused.invalid('payment_intent_unexpected_state', message);
    }
    return charge;
  }

  #countRefunded(charge: Charge): void {
    const made = this.refunds.filter(({ status, ...each }) => {
      return each.charge === charge.id && status !== 'failed';
    });
    charge.amount_refunded = made.reduce((sum, { amount }) => sum + amount, 0);
    charge.refunded = charge.amount_refunded === charge.amount;
  }

  #id(prefix: string): string {
    this.#count += 1;
    return `${prefix}_${this.#tag}${this.#count.toString().padStart(4, '0')}`;
  }
}

function isPayable({ status }: Intent): boolean {
  return status === 'requires_payment_method' || status === 'requires_action';
}

function unexpectedState(intent: Intent, verb: string): Refused {
  return new Refused(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
    payment_intent: intent,
  });
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
