import { sitesWith } from '../auth/rights.ts';
import { query, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { ActorContext } from '../service-context.ts';
import { unreachable } from '../staff/at-site.ts';
import type { Payment } from './schema.ts';

const readablePayment = statement(
  `select payment_answer(p.id) as answer
   from payments p
   join reservations r on r.id = p.reservation_id
   join theaters h on h.id = p.theater_id
   where p.id = $1 and (r.user_id = $2 or $3::uuid[] is null or h.site_id = any($3))`,
  { answer: jsonOf<unknown>() },
);

/**
 * A payment for one of the caller's reservations, or of a site where the caller has a right.
 *
 * @param right what admits to those of others: that of the call, which need not be to read
 * @throws NotFoundError, ForbiddenError
 */
export async function getPayment(
  ctx: ActorContext,
  paymentId: string,
  right: 'read' | 'manage' = 'read',
): Promise<Payment> {
  const values = [paymentId, ctx.caller.id, sitesWith(ctx.caller, right)];
  const [row] = await query(ctx, readablePayment, values);
  if (!row) {
    throw await unreachable(ctx, { kind: 'payment', id: paymentId });
  }
  return toPayment(row.answer);
}

/** A payment from the JSON that the database made of it. */
export function toPayment(answer: unknown): Payment {
  const payment = answer as Payment;
  return {
    ...payment,
    payBefore: payment.payBefore && new Date(payment.payBefore),
    createdAt: new Date(payment.createdAt),
  };
}
