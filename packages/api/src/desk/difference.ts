import { v7 } from 'uuid';
import { query, queryOne, statement } from '../db/query.ts';
import { ConflictError, StateError, ValidationError } from '../errors.ts';
import { noteFacts } from '../outbox/enqueue.ts';
import type { SaleRow } from '../reservations/sale.ts';
import type { ActorContext } from '../service-context.ts';
import { openShiftAt } from './shifts.ts';

/**
 * The drawer that a difference is paid into; undefined when the caller has none at the site.
 *
 * @throws ConflictError `NO_OPEN_SHIFT` for cash without one
 */
export async function drawerFor(
  tx: ActorContext,
  siteId: string,
  tender: string | undefined,
): Promise<string | undefined> {
  const shift = await openShiftAt(tx, siteId);
  if (shift === undefined && tender === 'cash') {
    throw new ConflictError('NO_OPEN_SHIFT');
  }
  return shift;
}

/**
 * Refuses to change what is not sold.
 *
 * @throws ConflictError `PAYMENT_PENDING`
 * @throws StateError `ALREADY_CANCELLED`, then `NOT_REFUNDABLE` while a bank decides about a payment
 */
export function assertSold({ status, reservationId, isDisputed }: SaleRow): void {
  if (status === 'pending') {
    throw new ConflictError('PAYMENT_PENDING', { reservationId });
  }
  if (status === 'cancelled') {
    throw new StateError('ALREADY_CANCELLED');
  }
  if (isDisputed) {
    throw new StateError('NOT_REFUNDABLE', { blockReason: 'disputed' });
  }
}

/**
 * What was not paid for here is not settled here either.
 *
 * @throws ValidationError when a tender is given for it
 */
export function assertTenderFits(
  { remaining }: Pick<SaleRow, 'remaining'>,
  tender: string | undefined,
): void {
  if (remaining === null && tender !== undefined) {
    const message = 'must be left out: the reservation was not paid for here';
    throw new ValidationError([{ path: ['tender'], message }]);
  }
}

const insertPayment = statement(
  `insert into payments (id, theater_id, showtime_id, reservation_id, provider, tender, shift_id,
     status, amount, currency, captured, created_at, updated_at, succeeded_at)
   select $2, theater_id, showtime_id, id, 'desk', $3, $4, 'succeeded', $5, currency, $5, $6, $6, $6
   from reservations where id = $1`,
);

/** What a customer pays for the seats of a reservation after they were bought. */
export interface Payable {
  reservationId: string;
  amount: string;
  tender: string;
  shift: string | undefined;
  at: Date;
}

export async function takeDifference(
  tx: ActorContext,
  { reservationId, amount, tender, shift, at }: Payable,
): Promise<void> {
  const paymentId = v7();
  await query(tx, insertPayment, [reservationId, paymentId, tender, shift ?? null, amount, at]);
  await noteFacts(tx, [{ kind: 'payment.succeeded', subject: paymentId, payload: { paymentId } }]);
}

const waitingRefunds = statement(
  `select coalesce(sum(f.amount), 0)::numeric(12, 2) as amount
   from payments p join refunds f on f.payment_id = p.id
   where p.reservation_id = $1 and p.provider = 'desk' and f.status = 'pending'`,
  { amount: 'numeric' },
);

/** What waits at the desk of the reservation's site to be paid out, as a decimal string. */
export async function waitingAtDesk(tx: ActorContext, reservationId: string): Promise<string> {
  return (await queryOne(tx, waitingRefunds, [reservationId])).amount;
}
