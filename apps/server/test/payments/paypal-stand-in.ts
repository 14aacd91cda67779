import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PayPalMessages } from './paypal-messages.ts';
import type { PayPalDelivery } from './paypal-messages.ts';
import { minorOf, ordinaryPayPal } from './paypal-objects.ts';
import type { Money, PayPalOrder, PayPalRefund, PayPalSwitches } from './paypal-objects.ts';
import { paypalSite } from './paypal-site.ts';
import type { PayPalRequest } from './paypal-site.ts';
import { PayPalState, refundedOf } from './paypal-state.ts';

/**
 * A stand-in for PayPal on a free port of 127.0.0.1. It speaks HTTP as PayPal does for the calls that Matinee makes,
 * shows customers a page on which they approve, keeps everything in memory, and misbehaves as its switches say.
 */
export class PayPalStandIn {
  readonly clientId = 'client-of-stand-in';
  readonly clientSecret = 'secret-of-stand-in';
  readonly webhookId = 'WEBHOOK1';
  readonly switches: PayPalSwitches = ordinaryPayPal();
  /** All requests that arrived, oldest first. */
  readonly requests: PayPalRequest[] = [];
  readonly messages: PayPalMessages;
  readonly #tokens = new Set<string>();
  readonly #state: PayPalState;
  readonly #server: Server;
  #port = 0;

  private constructor() {
    const tag = randomUUID().slice(0, 8).toUpperCase();
    const { clientId, clientSecret, webhookId, switches, requests } = this;
    this.messages = new PayPalMessages(switches, webhookId, tag);
    this.#state = new PayPalState(switches, this.messages.write, tag);
    const credentials = { clientId, clientSecret, webhookId };
    const options = { credentials, switches, requests, tokens: this.#tokens };
    this.#server = createServer(paypalSite(this.#state, options));
  }

  /** @param webhookUrl where messages are sent by `deliverWebhooks` */
  static async start(webhookUrl?: string): Promise<PayPalStandIn> {
    const standIn = new PayPalStandIn();
    standIn.messages.url = webhookUrl ?? null;
    await standIn.comeBack();
    return standIn;
  }

  /** For `apiBase`. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Refuses connections until `comeBack`. */
  async goDown(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens, always on the same port. */
  async comeBack(): Promise<void> {
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    this.#state.linkTo(this.url);
  }

  async stop(): Promise<void> {
    if (this.#server.listening) {
      await this.goDown();
    }
  }

  /** Ends all tokens before their time. */
  endTokens(): void {
    this.#tokens.clear();
  }

  /** Sends the messages that wait, and reports how each was answered. */
  async deliverWebhooks(): Promise<PayPalDelivery[]> {
    return await this.messages.deliver();
  }

  /** Oldest first. */
  payments(): readonly Readonly<PayPalOrder>[] {
    return this.#state.orders;
  }

  /** Oldest first. */
  refunds(): readonly Readonly<PayPalRefund>[] {
    return this.#state.orders.flatMap(({ unit }) => unit.refunds);
  }

  /** The customer approves on PayPal's page. The money moves when the order is captured. */
  approve(ref: string): void {
    this.#state.approve(this.#state.order(ref));
  }

  /** The customer approves, and another request of Matinee captures. */
  pay(ref: string): void {
    this.approve(ref);
    this.#state.captureOrder(this.#state.order(ref));
  }

  /** A pending capture ends. */
  settle(ref: string, status: 'COMPLETED' | 'DECLINED' = 'COMPLETED'): void {
    this.#state.settle(this.#state.order(ref), status);
  }

  /** PayPal ends an order. */
  voidOrder(ref: string): void {
    this.#state.order(ref).status = 'VOIDED';
  }

  /** A refund that the operator makes on PayPal's pages. @param amount default all that is left */
  refundInDashboard(ref: string, amount: Money | null = null): string {
    const capture = this.#state.order(ref).unit.captures.at(-1);
    if (!capture) {
      throw new Error(`The order ${ref} has no capture`);
    }
    return this.#state.refund(capture, amount, null).id;
  }

  /** A pending refund ends. */
  finishRefund(refundRef: string, status: 'COMPLETED' | 'FAILED'): void {
    const all = this.#state.orders.flatMap(({ unit }) => unit.refunds);
    const refund = all.find(({ id }) => id === refundRef);
    if (!refund) {
      throw new Error(`There is no refund ${refundRef}`);
    }
    this.#state.finishRefund(refund, status);
  }

  /** The customer complains. @param amount default all */
  dispute(ref: string, amount: Money | null = null): string {
    return this.#state.dispute(this.#state.order(ref), amount).dispute_id;
  }

  /** @param outcome such as `RESOLVED_BUYER_FAVOUR` */
  closeDispute(disputeRef: string, outcome: string): void {
    const dispute = this.#state.disputes.find(({ dispute_id: id }) => id === disputeRef);
    if (!dispute) {
      throw new Error(`There is no dispute ${disputeRef}`);
    }
    this.#state.closeDispute(dispute, outcome);
  }

  /**
   * What the account has: captured minus refunds that did not fail minus lost disputes, in decimal strings by
   * currency, such as `{ USD: '12.50' }`. An oracle for the books of Matinee.
   */
  balance(): Record<string, string> {
    const sums = new Map<string, number>();
    const add = (currency: string, minor: number) =>
      sums.set(currency, (sums.get(currency) ?? 0) + minor);
    for (const order of this.#state.orders) {
      for (const { status, amount } of order.unit.captures) {
        const hasMoney = status !== 'PENDING' && status !== 'DECLINED';
        add(amount.currency_code, hasMoney ? minorOf(amount) - refundedOf(order) : 0);
      }
    }
    for (const { dispute_amount: amount, dispute_outcome: outcome } of this.#state.disputes) {
      const isLost = outcome?.outcome_code === 'RESOLVED_BUYER_FAVOUR';
      add(amount.currency_code, isLost ? -minorOf(amount) : 0);
    }
    return Object.fromEntries([...sums].map(([code, sum]) => [code, (sum / 100).toFixed(2)]));
  }
}
