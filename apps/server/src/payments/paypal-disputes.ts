import type { Observed } from '@matinee/api';
import { z } from 'zod';
import { fromPayPalMoney } from './paypal-amounts.ts';
import { PayPalRefusal } from './paypal-client.ts';
import type { PayPalClient } from './paypal-client.ts';
import type { Capture } from './paypal-order.ts';

/*
 * An order says nothing of disputes. The Disputes API does, if the app has its permission. Without it, a capture
 * may name a reason while the dispute is open; that a dispute was won or lost is then not known.
 */

const Money = z.object({ currency_code: z.string(), value: z.string() });
const List = z.object({ items: z.array(z.object({ dispute_id: z.string() })).default([]) });
const Dispute = z.object({
  status: z.string(),
  dispute_amount: Money,
  dispute_outcome: z
    .object({ outcome_code: z.string().optional(), amount_refunded: Money.optional() })
    .optional(),
});

type Known = NonNullable<Observed['dispute']>;

/** The dispute of a captured payment; of several, a lost one, otherwise an open one. @throws ProviderError */
export async function disputeOf(call: PayPalClient, capture: Capture): Promise<Known | null> {
  try {
    const query = new URLSearchParams({ disputed_transaction_id: capture.id });
    const { json } = await call({ method: 'GET', path: `/v1/customer/disputes?${query}` });
    const disputes: Known[] = [];
    for (const { dispute_id: id } of List.parse(json).items) {
      const path = `/v1/customer/disputes/${encodeURIComponent(id)}`;
      disputes.push(knownOf((await call({ method: 'GET', path })).json));
    }
    const withStatus = (status: string) => disputes.find((each) => each.status === status);
    return withStatus('lost') ?? withStatus('open') ?? withStatus('won') ?? null;
  } catch (error) {
    if (error instanceof PayPalRefusal && error.status === 403) {
      return fromCapture(capture);
    }
    throw error;
  }
}

/** A seller who accepts the claim loses; PayPal itself pays for `RESOLVED_WITH_PAYOUT`. */
function knownOf(json: unknown): Known {
  const { status, dispute_amount: disputed, dispute_outcome: outcome } = Dispute.parse(json);
  if (status !== 'RESOLVED') {
    return { status: 'open', amount: fromPayPalMoney(disputed) };
  }
  const code = outcome?.outcome_code ?? '';
  const isLost = code === 'RESOLVED_BUYER_FAVOUR' || code === 'ACCEPTED';
  const amount = isLost ? (outcome?.amount_refunded ?? disputed) : disputed;
  return { status: isLost ? 'lost' : 'won', amount: fromPayPalMoney(amount) };
}

function fromCapture({ status_details: details, amount }: Capture): Known | null {
  const isDisputed = ['BUYER_COMPLAINT', 'CHARGEBACK'].includes(details?.reason ?? '');
  return isDisputed ? { status: 'open', amount: fromPayPalMoney(amount) } : null;
}
