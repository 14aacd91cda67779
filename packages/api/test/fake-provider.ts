import { randomUUID } from 'node:crypto';
import { ProviderError } from '../src/payments/provider.ts';
import type {
  NewPayment,
  NewRefund,
  Observed,
  ObservedRefund,
  PaymentProvider,
  ProviderName,
} from '../src/payments/provider.ts';

/** What the next calls meet. */
interface Switches {
  /** It does not respond. */
  down: boolean;
  /** The next payment that is opened is refused. */
  refuse: boolean;
  /** The next call has its effect, and fails. */
  failAfterEffect: boolean;
  /** Refunds are refused for good. */
  refuseRefunds: boolean;
  /** Runs before a payment is ended: the customer pays in that moment. */
  beforeCancel: (ref: string) => void;
}

/**
 * A provider in memory, for tests of what the product makes of a provider's answers. What a real one
 * sends over the network is tried with the stand-ins of the server's tests.
 */
export class FakeProvider implements PaymentProvider {
  readonly name: ProviderName;
  readonly switches: Switches = {
    down: false,
    refuse: false,
    failAfterEffect: false,
    refuseRefunds: false,
    beforeCancel: () => {},
  };
  readonly #payments = new Map<string, Observed>();

  constructor(name: ProviderName = 'stripe') {
    this.name = name;
  }

  minimum(currency: string): string | null {
    return currency === 'USD' ? '0.50' : null;
  }

  async create({ paymentId, currency }: NewPayment): Promise<Observed> {
    this.#check();
    if (this.switches.refuse) {
      this.switches.refuse = false;
      throw new ProviderError('declined', 'This account cannot take payments.');
    }
    const ref = `pi_${paymentId}`;
    if (!this.#payments.has(ref)) {
      this.#payments.set(ref, {
        ref,
        paymentId,
        status: 'open',
        received: '0.00',
        currency,
        lastError: null,
        refunds: [],
        dispute: null,
        clientAction: null,
      });
    }
    return this.#answer(ref);
  }

  async retrieve(ref: string): Promise<Observed> {
    this.#check();
    return this.#answer(ref);
  }

  async cancel(ref: string): Promise<Observed> {
    this.#check();
    this.switches.beforeCancel(ref);
    const payment = this.of(ref);
    if (payment.status === 'open') {
      this.change(ref, { status: 'cancelled' });
    }
    return this.#answer(ref);
  }

  async refund({ refundId, ref, amount }: NewRefund): Promise<ObservedRefund> {
    this.#check();
    if (this.switches.refuseRefunds) {
      throw new ProviderError('declined', 'The card was closed.');
    }
    const known = this.of(ref).refunds.find((each) => each.refundId === refundId);
    const refund = known ?? this.#addRefund(ref, { refundId, amount });
    this.#failAfterEffect();
    return refund;
  }

  async parseWebhook(): Promise<never> {
    throw new Error('Not in this fake.');
  }

  async *list(): AsyncIterable<Observed> {
    this.#check();
    yield* [...this.#payments.keys()].map((ref) => this.#answer(ref));
  }

  /** The customer pays. */
  pay(ref: string, { amount, currency }: { amount: string; currency?: string }): void {
    const changed = currency === undefined ? {} : { currency };
    this.change(ref, { status: 'succeeded', received: amount, lastError: null, ...changed });
  }

  decline(ref: string): void {
    this.change(ref, { lastError: 'Your card was declined.' });
  }

  /** Somebody returns money in the provider's own pages. */
  refundElsewhere(ref: string, amount: string): void {
    this.#addRefund(ref, { refundId: null, amount });
  }

  change(ref: string, values: Partial<Observed>): void {
    this.#payments.set(ref, { ...this.of(ref), ...values });
  }

  /** A payment that another system has opened. */
  addForeign(values: Partial<Observed>): string {
    const ref = `pi_${randomUUID()}`;
    this.#payments.set(ref, {
      ref,
      paymentId: null,
      status: 'succeeded',
      received: '9.99',
      currency: 'USD',
      lastError: null,
      refunds: [],
      dispute: null,
      clientAction: null,
      ...values,
    });
    return ref;
  }

  of(ref: string): Observed {
    const payment = this.#payments.get(ref);
    if (!payment) {
      throw new ProviderError('not_found', `No payment ${ref}.`);
    }
    return payment;
  }

  get refs(): string[] {
    return [...this.#payments.keys()];
  }

  #addRefund(ref: string, given: Pick<ObservedRefund, 'refundId' | 'amount'>): ObservedRefund {
    const refund = {
      ref: `re_${randomUUID()}`,
      status: 'succeeded',
      reason: null,
      ...given,
    } as const;
    this.change(ref, { refunds: [...this.of(ref).refunds, refund] });
    return refund;
  }

  #answer(ref: string): Observed {
    const payment = this.of(ref);
    const clientAction =
      payment.status === 'open'
        ? ({
            type: 'stripe_payment_intent',
            clientSecret: `${ref}_secret`,
            publishableKey: 'pk_test',
          } as const)
        : null;
    this.#failAfterEffect();
    return { ...payment, clientAction };
  }

  #check(): void {
    if (this.switches.down) {
      throw new ProviderError('unavailable', 'connect ECONNREFUSED');
    }
  }

  #failAfterEffect(): void {
    if (this.switches.failAfterEffect) {
      this.switches.failAfterEffect = false;
      throw new ProviderError('unavailable', 'The connection was lost.');
    }
  }
}
