import { query, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import type { Fact } from '../outbox/facts.ts';
import { PermanentFailure } from '../outbox/retries.ts';
import type { ServiceContext } from '../service-context.ts';
import { attemptById, isOpened } from './attempts.ts';
import { ProviderError } from './provider.ts';
import { lookAndSettle } from './settle.ts';

const refundRow = {
  paymentId: 'uuid',
  reservationId: 'uuid',
  amount: 'numeric',
  currency: 'text',
  status: textOf<'pending' | 'succeeded' | 'failed'>(),
  wasSent: 'bool',
  isKnown: 'bool',
} as const;

/** Notes that the provider is about to be asked, and says whether it was asked before. */
const takeRefund = statement(
  `update refunds f set sent_at = coalesce(f.sent_at, clock_timestamp())
   from refunds before join payments p on p.id = before.payment_id
   where f.id = $1 and before.id = f.id
   returning f.payment_id as "paymentId", p.reservation_id as "reservationId", f.amount,
     f.currency, f.status, before.sent_at is not null as "wasSent",
     f.provider_ref is not null as "isKnown"`,
  refundRow,
);

const refuse = statement('select refund_refused($1, $2)::text as refused', { refused: 'text?' });

/**
 * Asks the provider to return money. A refund that was sent before is looked for first: providers forget
 * idempotency keys after a day.
 */
export async function sendRefund(
  ctx: ServiceContext,
  { payload: { refundId } }: Pick<Fact<'refund.due'>, 'payload'>,
): Promise<string | undefined> {
  let refund = await take(ctx, refundId);
  const attempt = await attemptById(ctx, refund.paymentId);
  if (!attempt || !isOpened(attempt)) {
    throw new PermanentFailure('The payment was not made at a provider.');
  }
  if (refund.wasSent) {
    await lookAndSettle(ctx.app, attempt);
    refund = await take(ctx, refundId);
  }
  if (refund.status !== 'pending') {
    return `the refund has ${refund.status}`;
  }
  if (refund.isKnown) {
    return 'the refund is on its way';
  }
  const { reservationId, amount, currency } = refund;
  const { ref } = attempt;
  try {
    const provider = ctx.app.payments.get(attempt.provider);
    await provider.refund({ refundId, reservationId, ref, amount, currency });
  } catch (error) {
    if (error instanceof ProviderError && error.kind !== 'unavailable') {
      await query(ctx, refuse, [refundId, error.message]);
      throw new PermanentFailure(error.message, { cause: error });
    }
    throw error;
  }
  await lookAndSettle(ctx.app, attempt);
  return undefined;
}

async function take(ctx: ServiceContext, refundId: string): Promise<RowOf<typeof refundRow>> {
  const [refund] = await query(ctx, takeRefund, [refundId]);
  if (!refund) {
    throw new PermanentFailure('There is no such refund.');
  }
  return refund;
}
