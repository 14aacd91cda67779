import { minorOf, PayPalFailure } from './paypal-objects.ts';
import type {
  Money,
  PayPalCapture,
  PayPalDispute,
  PayPalOrder,
  PayPalRefund,
  PayPalSwitches,
} from './paypal-objects.ts';

interface Opening {
  referenceId: string;
  customId: string;
  description: string;
  amount: Money;
  returnUrl: string;
  cancelUrl: string;
}

/** Everything that PayPal has of one account, and what can happen to it. */
export class PayPalState {
  readonly orders: PayPalOrder[] = [];
  readonly disputes: PayPalDispute[] = [];
  readonly #switches: PayPalSwitches;
  readonly #emit: (type: string, resource: object) => void;
  readonly #tag: string;
  /** Where the links lead; known when the server listens. */
  #origin = '';
  #count = 0;

  /** @param tag part of each id, so that two stand-ins never make the same */
  constructor(
    switches: PayPalSwitches,
    emit: (type: string, resource: object) => void,
    tag: string,
  ) {
    this.#switches = switches;
    this.#emit = emit;
    this.#tag = tag;
  }

  linkTo(origin: string): void {
    this.#origin = origin;
  }

  /** @throws PayPalFailure */
  order(id: string): PayPalOrder {
    const found = this.orders.find((each) => each.id === id);
    if (!found) {
      throw new PayPalFailure(404, 'INVALID_RESOURCE_ID');
    }
    return found;
  }

  /** @throws PayPalFailure */
  capture(id: string): { order: PayPalOrder; capture: PayPalCapture } {
    for (const order of this.orders) {
      const capture = order.unit.captures.find((each) => each.id === id);
      if (capture) {
        return { order, capture };
      }
    }
    throw new PayPalFailure(404, 'INVALID_RESOURCE_ID');
  }

  open({ referenceId, customId, description, amount, returnUrl, cancelUrl }: Opening): PayPalOrder {
    const texts = { reference_id: referenceId, custom_id: customId, description };
    const at = new Date().toISOString();
    const order: PayPalOrder = {
      id: this.#id('O'),
      status: 'PAYER_ACTION_REQUIRED',
      intent: 'CAPTURE',
      create_time: at,
      update_time: at,
      returnUrl,
      cancelUrl,
      unit: { ...texts, amount, captures: [], refunds: [] },
    };
    this.orders.push(order);
    return order;
  }

  /** The customer agrees. */
  approve(order: PayPalOrder): void {
    if (order.status === 'COMPLETED' || order.status === 'VOIDED') {
      throw new PayPalFailure(422, 'ORDER_ALREADY_COMPLETED');
    }
    order.status = 'APPROVED';
    // An approval is a change, however soon it follows the one before.
    order.update_time = new Date(Date.parse(order.update_time) + 1_000).toISOString();
    this.#emit('CHECKOUT.ORDER.APPROVED', { id: order.id, status: order.status });
  }

  /** @throws PayPalFailure for an order that is not approved, and as the switches say */
  captureOrder(order: PayPalOrder): PayPalOrder {
    if (order.status === 'COMPLETED') {
      throw new PayPalFailure(422, 'ORDER_ALREADY_CAPTURED');
    }
    if (order.status !== 'APPROVED') {
      throw new PayPalFailure(422, 'ORDER_NOT_APPROVED');
    }
    const { decline, capture: outcome, otherAmount } = this.#switches;
    if (decline) {
      this.#switches.decline = false;
      throw new PayPalFailure(422, 'INSTRUMENT_DECLINED', this.checkoutUrl(order));
    }
    this.#switches.capture = null;
    this.#switches.otherAmount = null;
    order.status = 'COMPLETED';
    const id = this.#id('C');
    const capture: PayPalCapture = {
      id,
      status: outcome ?? 'COMPLETED',
      ...(outcome === null ? {} : { status_details: { reason: 'PENDING_REVIEW' } }),
      amount: otherAmount ?? order.unit.amount,
      custom_id: order.unit.custom_id,
      create_time: new Date().toISOString(),
      supplementary_data: { related_ids: { order_id: order.id } },
      links: [this.#up(`/v2/checkout/orders/${order.id}`)],
    };
    order.unit.captures.push(capture);
    this.#emit(`PAYMENT.CAPTURE.${capture.status}`, capture);
    return order;
  }

  /** A pending capture ends. */
  settle(order: PayPalOrder, status: 'COMPLETED' | 'DECLINED'): void {
    const capture = this.#captureOf(order);
    capture.status = status;
    this.#emit(`PAYMENT.CAPTURE.${status}`, capture);
  }

  /** @throws PayPalFailure for more than remains, while a dispute is open, and as the switches say */
  refund(capture: PayPalCapture, amount: Money | null, customId: string | null): PayPalRefund {
    const { order } = this.capture(capture.id);
    const left = minorOf(capture.amount) - refundedOf(order);
    const wanted = amount ?? { ...capture.amount, value: (left / 100).toFixed(2) };
    this.#refuseRefund(capture, minorOf(wanted), left);
    const refund: PayPalRefund = {
      id: this.#id('R'),
      status: this.#switches.refundPends ? 'PENDING' : 'COMPLETED',
      amount: wanted,
      // A refund without an id of its own has that of the order.
      custom_id: customId ?? order.unit.custom_id,
      create_time: new Date().toISOString(),
      links: [this.#up(`/v2/payments/captures/${capture.id}`)],
    };
    order.unit.refunds.push(refund);
    capture.status = left === minorOf(wanted) ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
    this.#emit('PAYMENT.CAPTURE.REFUNDED', refund);
    return refund;
  }

  /** A pending refund ends. */
  finishRefund(refund: PayPalRefund, status: 'COMPLETED' | 'FAILED'): void {
    refund.status = status;
    this.#emit(status === 'FAILED' ? 'PAYMENT.REFUND.FAILED' : 'PAYMENT.CAPTURE.REFUNDED', refund);
  }

  dispute(order: PayPalOrder, amount: Money | null): PayPalDispute {
    const capture = this.#captureOf(order);
    const dispute: PayPalDispute = {
      dispute_id: `PP-${this.#id('D')}`,
      status: 'OPEN',
      dispute_amount: amount ?? capture.amount,
      disputed_transactions: [{ seller_transaction_id: capture.id }],
    };
    capture.status_details = { reason: 'BUYER_COMPLAINT' };
    this.disputes.push(dispute);
    this.#emit('CUSTOMER.DISPUTE.CREATED', dispute);
    return dispute;
  }

  closeDispute(dispute: PayPalDispute, outcome: string): void {
    dispute.status = 'RESOLVED';
    dispute.dispute_outcome = { outcome_code: outcome };
    this.#emit('CUSTOMER.DISPUTE.RESOLVED', dispute);
  }

  checkoutUrl({ id }: PayPalOrder): string {
    return `${this.#origin}/checkoutnow?token=${id}`;
  }

  #refuseRefund(capture: PayPalCapture, wanted: number, left: number): void {
    if (this.#switches.refundRefused !== null) {
      throw new PayPalFailure(422, this.#switches.refundRefused);
    }
    if (capture.status === 'PENDING') {
      throw new PayPalFailure(422, 'PENDING_CAPTURE');
    }
    const isDisputed = this.disputes.some(({ status, disputed_transactions: [first] }) => {
      return status === 'OPEN' && first?.seller_transaction_id === capture.id;
    });
    if (isDisputed) {
      throw new PayPalFailure(422, 'TRANSACTION_DISPUTED');
    }
    if (left === 0) {
      throw new PayPalFailure(422, 'CAPTURE_FULLY_REFUNDED');
    }
    if (wanted > left) {
      throw new PayPalFailure(422, 'REFUND_AMOUNT_EXCEEDED');
    }
  }

  #captureOf(order: PayPalOrder): PayPalCapture {
    const capture = order.unit.captures.at(-1);
    if (!capture) {
      throw new Error(`The order ${order.id} has no capture`);
    }
    return capture;
  }

  #up(path: string) {
    return { rel: 'up', href: `${this.#origin}${path}`, method: 'GET' };
  }

  #id(prefix: string): string {
    this.#count += 1;
    return `${prefix}${this.#tag}${this.#count.toString().padStart(4, '0')}`;
  }
}

/** In minor units, refunds that did not fail. */
export function refundedOf({ unit }: PayPalOrder): number {
  const made = unit.refunds.filter(({ status }) => status !== 'FAILED');
  return made.reduce((sum, { amount }) => sum + minorOf(amount), 0);
}
