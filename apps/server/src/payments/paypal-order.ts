import type { Observed, ObservedRefund } from '@matinee/api';
import { z } from 'zod';
import { fromPayPalMoney } from './paypal-amounts.ts';

/* An order of PayPal, in the words of the port. */

const Money = z.object({ currency_code: z.string(), value: z.string() });
const StatusDetails = z.object({ reason: z.string().optional() }).optional();

const Refund = z.object({
  id: z.string(),
  status: z.string(),
  status_details: StatusDetails,
  amount: Money,
  custom_id: z.string().optional(),
  note_to_payer: z.string().optional(),
});

const Capture = z.object({
  id: z.string(),
  status: z.string(),
  status_details: StatusDetails,
  amount: Money,
});
export type Capture = z.infer<typeof Capture>;

/** Matinee opens orders with one purchase unit. */
export const Order = z.object({
  id: z.string(),
  status: z.string(),
  update_time: z.string().optional(),
  purchase_units: z
    .array(
      z.object({
        custom_id: z.string().optional(),
        amount: Money,
        payments: z
          .object({ captures: z.array(Capture).default([]), refunds: z.array(Refund).default([]) })
          .default({ captures: [], refunds: [] }),
      }),
    )
    .min(1),
  links: z.array(z.object({ rel: z.string(), href: z.string() })).default([]),
});
export type Order = z.infer<typeof Order>;

/** Prefix of the `custom_id` of our refunds: other refunds inherit that of the order. */
const refundPrefix = 'refund-';

export function customIdOf(refundId: string): string {
  return `${refundPrefix}${refundId}`;
}

/** What is known of an order besides the order itself. */
export interface Knowledge {
  dispute?: Observed['dispute'];
  lastError?: string | undefined;
  /** Where the customer can choose another way to pay, if PayPal said so. */
  redirectUrl?: string | null;
  /** Where an order is approved. */
  checkoutUrl: string;
}

export function observedOf(order: Order, known: Knowledge): Observed {
  const unit = order.purchase_units[0];
  const capture = captureOf(order);
  const status = statusOf(order, capture);
  const money = capture?.amount ?? unit?.amount ?? { currency_code: '', value: '0.00' };
  const received = status === 'succeeded' ? money : { ...money, value: '0' };
  return {
    ref: order.id,
    paymentId: unit?.custom_id ?? null,
    status,
    received: fromPayPalMoney(received),
    currency: money.currency_code,
    lastError: known.lastError ?? declineOf(capture),
    refunds: refundsOf(order),
    dispute: known.dispute ?? null,
    clientAction: status === 'open' ? { type: 'redirect', url: urlOf(order, known) } : null,
  };
}

export function refundsOf(order: Order): ObservedRefund[] {
  const refunds = order.purchase_units.flatMap((unit) => unit.payments.refunds);
  return refunds.map((refund) => observedRefund(refund));
}

/** @throws ZodError */
export function observedRefund(refund: unknown): ObservedRefund {
  const { id, status, status_details: details, amount, ...texts } = Refund.parse(refund);
  const isOurs = texts.custom_id?.startsWith(refundPrefix) ?? false;
  return {
    ref: id,
    refundId: isOurs ? (texts.custom_id ?? '').slice(refundPrefix.length) : null,
    status: status === 'COMPLETED' ? 'succeeded' : status === 'PENDING' ? 'pending' : 'failed',
    amount: fromPayPalMoney(amount),
    reason: details?.reason ?? texts.note_to_payer ?? null,
  };
}

/** The capture that has the money, otherwise one that may get it, otherwise the last that failed. */
export function captureOf(order: Order): Capture | undefined {
  const captures = order.purchase_units.flatMap((unit) => unit.payments.captures);
  const isPending = ({ status }: Capture) => status === 'PENDING';
  return captures.find(isPaid) ?? captures.find(isPending) ?? captures.at(-1);
}

function isPaid({ status }: Capture): boolean {
  return status === 'COMPLETED' || status === 'PARTIALLY_REFUNDED' || status === 'REFUNDED';
}

/**
 * An approved order is open: the money moves when it is captured. A completed order whose capture failed has
 * ended, because PayPal does not let a customer approve it again.
 */
function statusOf(order: Order, capture: Capture | undefined): Observed['status'] {
  if (order.status === 'VOIDED') {
    return 'cancelled';
  }
  if (order.status !== 'COMPLETED') {
    return 'open';
  }
  if (!capture || capture.status === 'PENDING') {
    return 'processing';
  }
  return isPaid(capture) ? 'succeeded' : 'cancelled';
}

function declineOf(capture: Capture | undefined): string | null {
  const hasFailed = capture?.status === 'DECLINED' || capture?.status === 'FAILED';
  return hasFailed ? (capture.status_details?.reason ?? capture.status) : null;
}

/** Not every response has the link. */
function urlOf({ links }: Order, { redirectUrl, checkoutUrl }: Knowledge): string {
  const link = links.find(({ rel }) => rel === 'payer-action' || rel === 'approve');
  return redirectUrl ?? link?.href ?? checkoutUrl;
}
