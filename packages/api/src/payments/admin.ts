import { endOf, startOf } from '../days.ts';
import { given, selection } from '../db/conditions.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import { noSuch, StateError } from '../errors.ts';
import { readInstantCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { StaffContext, ActorContext } from '../service-context.ts';
import { getPayment, toPayment } from './read.ts';
import type { ListPayments, Payment, RefundPayment } from './schema.ts';

const payments = selection({
  columns: { id: 'uuid', createdAt: 'instant', answer: jsonOf<unknown>() },
  fixed: 1,
  text: (conditions) => `
    select p.id, p.created_at as "createdAt", payment_answer(p.id) as answer
    from payments p join theaters h on h.id = p.theater_id
    where ${conditions} order by p.created_at desc, p.id desc limit $1`,
  conditions: {
    status: 'p.status = $1',
    provider: 'p.provider = $1',
    from: 'p.created_at >= $1',
    to: 'p.created_at < $1',
    siteId: 'h.site_id = $1',
    sites: 'h.site_id = any($1)',
    after: '(p.created_at, p.id) < ($1::timestamptz, $2::uuid)',
  },
});

/** The payments of all customers at the caller's sites, newest first. @throws NotFoundError */
export async function listPayments(ctx: StaffContext, input: ListPayments): Promise<Page<Payment>> {
  const after = readInstantCursor(input.cursor);
  const bound = payments.where([input.limit + 1], {
    status: given(input.status),
    provider: given(input.provider),
    from: given(input.from === undefined ? undefined : startOf(input.from)),
    to: given(input.to === undefined ? undefined : endOf(input.to)),
    siteId: given(input.siteId),
    sites: given(ctx.sites ?? undefined),
    after,
  });
  return toPage(await query(ctx, ...bound), input.limit, {
    keyOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    toItem: ({ answer }) => toPayment(answer),
  });
}

const paidReservation = statement(
  `select r.id, r.theater_id as "theaterId", r.showtime_id as "showtimeId", p.dispute
   from payments p join reservations r on r.id = p.reservation_id
   where p.id = $1 for update of r`,
  {
    id: 'uuid',
    theaterId: 'uuid',
    showtimeId: 'uuid',
    dispute: textOf<'open' | 'won' | 'lost' | null>({ nullable: true }),
  },
);

const refundPart = statement(
  `select amount, remaining from request_refund($1, $2, false, 'goodwill', $3, $4)`,
  { amount: 'numeric?', remaining: 'numeric' },
);

const noteRefund = statement(
  `insert into reservation_log
     (id, theater_id, showtime_id, reservation_id, kind, kept, data, actor_id, created_at)
   values (gen_random_uuid(), $1, $2, $3, 'refunded', -$4::numeric,
     jsonb_build_object('reason', $5::text), $6, clock_timestamp())`,
);

/**
 * Returns part of a payment without touching its seats. The provider is asked by a worker, after the
 * commit. Runs in a transaction.
 *
 * @throws NotFoundError
 * @throws StateError `REFUND_TOO_LARGE` with what is left, `NOT_REFUNDABLE` while it is disputed
 */
export async function refundPayment(
  tx: ActorContext,
  { paymentId, amount, reason }: RefundPayment,
): Promise<Payment> {
  const [paid] = await query(tx, paidReservation, [paymentId]);
  if (!paid) {
    throw noSuch('payment');
  }
  if (paid.dispute === 'open') {
    throw new StateError('NOT_REFUNDABLE', { blockReason: 'disputed' });
  }
  const actorId = tx.caller.id;
  const refund = await queryOne(tx, refundPart, [paymentId, amount, reason, actorId]);
  if (refund.amount === null) {
    throw new StateError('REFUND_TOO_LARGE', { remaining: refund.remaining });
  }
  const { theaterId, showtimeId, id } = paid;
  await query(tx, noteRefund, [theaterId, showtimeId, id, amount, reason, actorId]);
  tx.facts.written = true;
  return getPayment(tx, paymentId, 'manage');
}
