import type { FakeProvider } from '@matinee/api/testing';
import { centsOf, decimal } from './month-ledger.ts';
import type { Sums } from './month-ledger.ts';
import type { StripeStandIn } from './stripe-stand-in.ts';

/** What happens at a provider during the month, and the provider's own books. Amounts are cents. */
export interface ProviderSide {
  pay(paymentId: string, cents: number): void;
  decline(paymentId: string): void;
  payOther(paymentId: string, cents: number): void;
  refund(paymentId: string, cents: number): void;
  dispute(paymentId: string, cents: number): void;
  close(paymentId: string, status: 'won' | 'lost'): void;
  /** All until now. */
  books(): Sums;
}

const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, cents) => sum + cents, 0);

export function stripeSide(stripe: StripeStandIn): ProviderSide {
  const refOf = (paymentId: string) => stripe.paymentOf(paymentId)?.id ?? '';
  const disputes = new Map<string, string>();
  return {
    pay: (paymentId) => stripe.pay(refOf(paymentId)),
    decline: (paymentId) => {
      stripe.switches.decline = true;
      try {
        stripe.pay(refOf(paymentId));
      } catch {
        // That is what a decline is.
      }
    },
    payOther: (paymentId, cents) => {
      stripe.switches.otherAmount = cents;
      stripe.pay(refOf(paymentId));
    },
    refund: (paymentId, cents) => void stripe.refundInDashboard(refOf(paymentId), cents),
    dispute: (paymentId, cents) =>
      void disputes.set(paymentId, stripe.dispute(refOf(paymentId), cents)),
    close: (paymentId, status) => stripe.closeDispute(disputes.get(paymentId) ?? '', status),
    books: () => ({
      captured: sumOf(stripe.payments().map((intent) => intent.amount_received)),
      refunded: sumOf(
        stripe.refunds().map(({ status, amount }) => (status === 'succeeded' ? amount : 0)),
      ),
      lost: sumOf(stripe.disputes().map(({ status, amount }) => (status === 'lost' ? amount : 0))),
    }),
  };
}

export function fakeSide(fake: FakeProvider): ProviderSide {
  const ref = (paymentId: string) => `pi_${paymentId}`;
  const payments = () => fake.refs.map((each) => fake.of(each));
  return {
    pay: (paymentId, cents) => fake.pay(ref(paymentId), { amount: decimal(cents) }),
    decline: (paymentId) => fake.decline(ref(paymentId)),
    payOther: (paymentId, cents) => fake.pay(ref(paymentId), { amount: decimal(cents) }),
    refund: (paymentId, cents) => fake.refundElsewhere(ref(paymentId), decimal(cents)),
    dispute: (paymentId, cents) =>
      fake.change(ref(paymentId), { dispute: { status: 'open', amount: decimal(cents) } }),
    close: (paymentId, status) => {
      const { dispute } = fake.of(ref(paymentId));
      fake.change(ref(paymentId), { dispute: dispute && { ...dispute, status } });
    },
    books: () => ({
      captured: sumOf(payments().map(({ received }) => centsOf(received))),
      refunded: sumOf(
        payments().flatMap(({ refunds }) => refunds.map(({ amount }) => centsOf(amount))),
      ),
      lost: sumOf(
        payments().map(({ dispute }) => (dispute?.status === 'lost' ? centsOf(dispute.amount) : 0)),
      ),
    }),
  };
}
