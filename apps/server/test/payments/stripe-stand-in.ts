import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromStripeAmount } from '../../src/payments/stripe-amounts.ts';
import { StripeMessages } from './stripe-messages.ts';
import type { StripeDelivery, StripeTarget } from './stripe-messages.ts';
import type { Charge, Dispute, Intent, Refund } from './stripe-objects.ts';
import { stripeSite } from './stripe-site.ts';
import type { StripeRequest } from './stripe-site.ts';
import { StripeState } from './stripe-state.ts';
import { ordinary } from './stripe-switches.ts';
import type { StripeSwitches } from './stripe-switches.ts';

/**
 * A stand-in for Stripe on a free port of 127.0.0.1. It speaks HTTP as Stripe does for the calls that Matinee and
 * the browsers of its customers make, keeps everything in memory, and misbehaves as its switches say.
 */
export class StripeStandIn {
  readonly secretKey = 'sk_test_stand_in';
  readonly publishableKey = 'pk_test_stand_in';
  readonly webhookSecret = 'whsec_stand_in';
  readonly switches: StripeSwitches = ordinary();
  /** All requests that arrived, oldest first. */
  readonly requests: StripeRequest[] = [];
  readonly messages: StripeMessages;
  readonly #state: StripeState;
  readonly #server: Server;
  #port = 0;

  private constructor() {
    const tag = randomUUID().slice(0, 8);
    this.messages = new StripeMessages(this.switches, tag);
    this.#state = new StripeState(this.switches, this.messages.write, tag);
    const { secretKey, publishableKey, switches, requests } = this;
    const keys = { secretKey, publishableKey };
    this.#server = createServer(stripeSite(this.#state, { keys, switches, requests }));
  }

  /** @param webhookUrl where messages are sent by `deliverWebhooks` */
  static async start(webhookUrl?: string): Promise<StripeStandIn> {
    const standIn = new StripeStandIn();
    if (webhookUrl !== undefined) {
      standIn.sendWebhooksTo(webhookUrl);
    }
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
  }

  async stop(): Promise<void> {
    if (this.#server.listening) {
      await this.goDown();
    }
  }

  sendWebhooksTo(url: string, secret = this.webhookSecret): void {
    const target: StripeTarget = { url, secret };
    this.messages.target = target;
  }

  /** Sends the messages that wait, and reports how each was answered. */
  async deliverWebhooks(): Promise<StripeDelivery[]> {
    return await this.messages.deliver();
  }

  /** Newest first. Currencies and amounts are as Stripe writes them: `usd`, minor units. */
  payments(): readonly Readonly<Intent>[] {
    return this.#state.intents;
  }

  /** Newest first. */
  refunds(): readonly Readonly<Refund>[] {
    return this.#state.refunds;
  }

  /** Newest first. */
  disputes(): readonly Readonly<Dispute>[] {
    return this.#state.disputes;
  }

  /** The payment that Matinee opened for this id; undefined if there is none. */
  paymentOf(paymentId: string): Readonly<Intent> | undefined {
    return this.#state.intents.find(({ metadata }) => metadata.paymentId === paymentId);
  }

  /** The customer pays with a card that works. @throws Refused for a decline, as the switches say, and for a payment that has ended */
  pay(ref: string): void {
    this.#state.confirm(this.#state.intent(ref), 'succeeds');
  }

  /** A payment that is processing, or whose money is reserved, succeeds. */
  settle(ref: string): void {
    this.#state.succeed(this.#state.intent(ref));
  }

  /** The payment method answers later, or the money is reserved only. */
  wait(ref: string, status: 'processing' | 'requires_capture' = 'processing'): void {
    this.#state.wait(this.#state.intent(ref), status);
  }

  /** 3-D Secure ends. */
  finish(ref: string, passes = true): void {
    this.#state.finish(this.#state.intent(ref), passes);
  }

  /** A payment that another program opened with the same account. */
  openElsewhere(amount: number, currency: string): string {
    const texts = { description: 'Popcorn', metadata: {}, methods: ['card'] };
    return this.#state.open({ amount, currency: currency.toLowerCase(), ...texts }).id;
  }

  /** Moves a payment into the past, by seconds. */
  age(ref: string, seconds: number): void {
    this.#state.intent(ref).created -= seconds;
  }

  /** A refund that the operator makes on Stripe's pages. @param amount minor units, default all that is left */
  refundInDashboard(ref: string, amount: number | null = null): string {
    const texts = { metadata: {}, reason: 'requested_by_customer' };
    return this.#state.refund(this.#state.intent(ref), { amount, ...texts }).id;
  }

  /** A pending refund ends. */
  finishRefund(refundRef: string, status: 'succeeded' | 'failed'): void {
    const refund = this.#state.refunds.find(({ id }) => id === refundRef);
    if (!refund) {
      throw new Error(`There is no refund ${refundRef}`);
    }
    this.#state.finishRefund(refund, status);
  }

  /** The customer's bank takes the money back. @param amount minor units, default all */
  dispute(ref: string, amount: number | null = null, isInquiry = false): string {
    return this.#state.dispute(this.#state.intent(ref), amount, isInquiry).id;
  }

  closeDispute(disputeRef: string, status: 'won' | 'lost' | 'warning_closed'): void {
    const dispute = this.#state.disputes.find(({ id }) => id === disputeRef);
    if (!dispute) {
      throw new Error(`There is no dispute ${disputeRef}`);
    }
    this.#state.closeDispute(dispute, status);
  }

  /**
   * What the account has: captured minus refunds that did not fail minus lost disputes, in decimal strings by
   * currency, such as `{ USD: '12.50' }`. An oracle for the books of Matinee.
   */
  balance(): Record<string, string> {
    const { charges, refunds, disputes } = this.#state;
    const sums = new Map<string, number>();
    const add = (each: { currency: string; amount: number }, sign: number) =>
      sums.set(each.currency, (sums.get(each.currency) ?? 0) + sign * each.amount);
    charges.filter((charge: Charge) => charge.paid).forEach((each) => add(each, 1));
    refunds.filter(({ status }) => status !== 'failed').forEach((each) => add(each, -1));
    disputes.filter(({ status }) => status === 'lost').forEach((each) => add(each, -1));
    return Object.fromEntries(
      [...sums].map(([currency, sum]) => [
        currency.toUpperCase(),
        (sum < 0 ? '-' : '') + fromStripeAmount(Math.abs(sum), currency),
      ]),
    );
  }
}
