import { formatMinor, parseMinor } from '../money.ts';
import type { RefundPolicy } from '../sites/schema.ts';

const hourMs = 3_600_000;

/** A seat with what was paid for it, as a decimal string. */
export interface PaidSeat {
  seatId: string;
  price: string;
}

/** A reservation as far as its cancellation is concerned. */
export interface Sale {
  seats: readonly PaidSeat[];
  /** What was charged beside the seats. */
  fees: string;
  startTime: Date;
  /** Null: nothing is returned. */
  policy: RefundPolicy | null;
  /** What is left of the payment; null when nothing was paid in advance. */
  remaining: string | null;
}

/** How a cancellation is worked out. */
export interface Cancellation {
  seats: { seatId: string; paid: string; refund: string }[];
  /** Prices and fees that were paid for what is cancelled. */
  paid: string;
  feeKept: string;
  refundTotal: string;
  /** What the cinema keeps; negative when it returns more than was paid for what is cancelled. */
  kept: string;
  /** When a smaller share is returned; null when that does not happen, or depends on nothing. */
  validUntil: Date | null;
}

/**
 * What cancelling some seats of a reservation returns: the share of the policy for this moment, rounded
 * half up on the sum and spread over the seats by largest remainder, and the fees when nothing else of
 * the reservation is left and they are refundable. Never more than is left of the payment.
 *
 * @param cancelled the seats to cancel, at least one
 * @param share `policy`, or a decision of the staff: `full` returns fees as well, `none` returns nothing
 */
export function workOut(
  sale: Sale,
  cancelled: readonly PaidSeat[],
  { share, now }: { share: 'policy' | 'full' | 'none'; now: Date },
): Cancellation {
  const isWhole = cancelled.length === sale.seats.length;
  const fees = isWhole ? parseMinor(sale.fees) : 0n;
  const prices = cancelled.map(({ price }) => parseMinor(price));
  const paid = prices.reduce((sum, price) => sum + price, 0n);
  const { basisPoints, validUntil, feeRefundable } = termsOf(sale, share, now);
  const left = leftOf(sale);
  const wanted = (paid * basisPoints + 5_000n) / 10_000n;
  const seatRefund = wanted < left ? wanted : left;
  const feeWanted = feeRefundable ? fees : 0n;
  const feeRefund = feeWanted < left - seatRefund ? feeWanted : left - seatRefund;
  const refunds = spread(seatRefund, prices);
  const refundTotal = seatRefund + feeRefund;
  const isPaid = sale.remaining !== null;
  return {
    seats: cancelled.map(({ seatId, price }, at) => ({
      seatId,
      paid: isPaid ? price : '0.00',
      refund: formatMinor(refunds[at] ?? 0n),
    })),
    paid: formatMinor(paid + fees),
    feeKept: formatMinor(isPaid ? fees - feeRefund : 0n),
    refundTotal: formatMinor(refundTotal),
    kept: formatMinor(isPaid ? paid + fees - refundTotal : 0n),
    validUntil,
  };
}

/** More may have been returned than was paid: by the provider's pages, or in a dispute. */
function leftOf({ remaining }: Pick<Sale, 'remaining'>): bigint {
  const left = remaining === null ? 0n : parseMinor(remaining);
  return left > 0n ? left : 0n;
}

interface Terms {
  basisPoints: bigint;
  validUntil: Date | null;
  feeRefundable: boolean;
}

function termsOf({ policy, startTime }: Sale, share: 'policy' | 'full' | 'none', now: Date): Terms {
  if (share !== 'policy' || policy === null) {
    const isFull = share === 'full';
    return { basisPoints: isFull ? 10_000n : 0n, validUntil: null, feeRefundable: isFull };
  }
  const tier = policy.tiers.find((each) => now <= endOf(each.hoursBefore, startTime));
  const basisPoints = BigInt(Math.round((tier?.percent ?? 0) * 100));
  return {
    basisPoints,
    validUntil: tier ? endOf(tier.hoursBefore, startTime) : null,
    feeRefundable: policy.feeRefundable && basisPoints > 0n,
  };
}

function endOf(hoursBefore: number, startTime: Date): Date {
  return new Date(startTime.getTime() - hoursBefore * hourMs);
}

/** Splits an amount in proportion to weights; what rounding leaves goes to the largest remainders. */
function spread(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) {
    return weights.map(() => 0n);
  }
  const parts = weights.map((weight) => (amount * weight) / total);
  const left = amount - parts.reduce((sum, part) => sum + part, 0n);
  const byRemainder = weights
    .map((weight, at) => ({ at, remainder: (amount * weight) % total }))
    .toSorted((a, b) =>
      a.remainder < b.remainder ? 1 : a.remainder > b.remainder ? -1 : a.at - b.at,
    );
  const largest = new Set(byRemainder.slice(0, Number(left)).map(({ at }) => at));
  return parts.map((part, at) => (largest.has(at) ? part + 1n : part));
}
