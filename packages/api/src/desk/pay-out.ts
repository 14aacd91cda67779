import { query, statement } from '../db/query.ts';
import { ConflictError, StateError } from '../errors.ts';
import { formatMinor, parseMinor } from '../money.ts';
import { noteFacts } from '../outbox/enqueue.ts';
import { getReservation } from '../reservations/read.ts';
import type { ActorContext } from '../service-context.ts';
import type { PaidOut, PayOut } from './schema.ts';
import { openShiftAt } from './shifts.ts';

const reservationSite = statement(
  `select h.site_id as "siteId" from reservations r join theaters h on h.id = r.theater_id
   where r.id = $1 for update of r`,
  { siteId: 'uuid' },
);

const payOut = statement(
  `update refunds f set status = 'succeeded', shift_id = $2,
     settled_at = date_trunc('milliseconds', clock_timestamp())
   from payments p
   where p.reservation_id = $1 and p.provider = 'desk' and f.payment_id = p.id
     and f.status = 'pending'
   returning f.id, p.id as "paymentId", f.amount, case p.tender when 'exchange' then 'cash' else p.tender end as tender`,
  { id: 'uuid', paymentId: 'uuid', amount: 'numeric', tender: 'text?' },
);

/**
 * Pays out what waits for a customer who paid at the desk: the show was cancelled, or the customer
 * cancelled elsewhere. Comes out of the caller's drawer. Runs in a transaction.
 *
 * @throws NotFoundError
 * @throws ConflictError `NO_OPEN_SHIFT`
 * @throws StateError `REFUND_TOO_LARGE` when nothing waits
 */
export async function payOutRefunds(tx: ActorContext, { reservationId }: PayOut): Promise<PaidOut> {
  const [found] = await query(tx, reservationSite, [reservationId]);
  const shift = found && (await openShiftAt(tx, found.siteId));
  if (found && shift === undefined) {
    throw new ConflictError('NO_OPEN_SHIFT');
  }
  const paid = await query(tx, payOut, [reservationId, shift ?? null]);
  await noteFacts(
    tx,
    paid.map(({ id, paymentId }) => ({
      kind: 'payment.refunded',
      subject: `${paymentId}:${id}`,
      payload: { paymentId },
    })),
  );
  const reservation = await getReservation(tx, reservationId, 'sell');
  if (paid.length === 0) {
    throw new StateError('REFUND_TOO_LARGE', { remaining: '0.00' });
  }
  const sums = new Map<string, bigint>();
  for (const { tender, amount } of paid) {
    const name = tender ?? 'cash';
    sums.set(name, (sums.get(name) ?? 0n) + parseMinor(amount));
  }
  const sorted = [...sums].toSorted(([, a], [, b]) => (a < b ? 1 : -1));
  const amount = formatMinor([...sums.values()].reduce((sum, each) => sum + each, 0n));
  const lines = sorted.map(([tender, sum]) => ({ tender, amount: formatMinor(sum) }));
  return { reservation, amount, tender: lines[0]?.tender ?? 'cash', lines };
}
