import { record } from '../audit/record.ts';
import { isAmong, sitesWith } from '../auth/rights.ts';
import { inTransaction, query, statement } from '../db/query.ts';
import { ConflictError, ForbiddenError, StateError, UnavailableError } from '../errors.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { endPendingReservation, stopPayment } from '../payments/expire.ts';
import { refusalOf } from '../payments/start.ts';
import type { ServiceContext, ActorContext } from '../service-context.ts';
import { requestRefunds, writeLogEntry } from './log.ts';
import { getReservation } from './read.ts';
import { workOut } from './refund-policy.ts';
import type { Cancellation, PaidSeat } from './refund-policy.ts';
import { endSale, giveBackSeats, lockSale, readSale, seatsToCancel } from './sale.ts';
import type { SaleRow } from './sale.ts';
import type { CancelPreview, CancelReservation, PreviewCancel, Reservation } from './schema.ts';

/**
 * Before a cancellation, outside its transaction: ends the payment of a pending reservation at its
 * provider. When it was paid in that moment, it is settled, and the refund policy applies.
 *
 * @throws NotFoundError, ForbiddenError
 * @throws UnavailableError while the provider does not respond; nothing has changed
 */
export async function prepareCancellation(
  ctx: ActorContext,
  input: CancelReservation,
): Promise<void> {
  await saleToCancel(ctx, input);
  try {
    await stopPayment(ctx.app, input.reservationId);
  } catch (error) {
    throw refusalOf(error);
  }
}

const pending = statement(`select id from reservations where id = $1 and status = 'pending'`, {
  id: 'uuid',
});

/** Whether a cancellation has a payment to end first. It never has again once it has none. */
export async function isUnpaid(
  ctx: ServiceContext,
  { reservationId }: CancelReservation,
): Promise<boolean> {
  return (await query(ctx, pending, [reservationId])).length > 0;
}

/** Only staff decide about the refund. */
async function saleToCancel(
  ctx: ActorContext,
  { reservationId, refund, reason }: CancelReservation,
): Promise<SaleRow> {
  const isDecided = refund !== undefined || reason !== undefined;
  if (isDecided && sitesWith(ctx.caller, 'sell')?.length === 0) {
    throw new ForbiddenError();
  }
  const sale = await readSale(ctx, reservationId, 'sell');
  if (isDecided && !isAmong(sitesWith(ctx.caller, 'sell'), sale.siteId)) {
    throw new ForbiddenError();
  }
  return sale;
}

/**
 * Cancels a reservation before its showtime starts, or some seats of it; they are free in the next
 * statement, and money goes back by the policy. Writes the fact `reservation.cancelled` or
 * `reservation.seats_cancelled`.
 *
 * @throws NotFoundError with the seats that are not in the reservation, ForbiddenError
 * @throws StateError `ALREADY_CANCELLED`, then `SHOWTIME_STARTED`, then `NOT_REFUNDABLE`
 * @throws ConflictError `PRICE_CHANGED` when the refund is not the expected one
 */
export function cancelReservation(
  ctx: ActorContext,
  input: CancelReservation,
): Promise<Reservation> {
  return inTransaction(ctx, (tx) => cancelIn(tx, input));
}

async function cancelIn(tx: ActorContext, input: CancelReservation): Promise<Reservation> {
  const { reservationId, seatIds } = input;
  const before = await saleToCancel(tx, input);
  if (before.status === 'pending' && isPart(before, seatIds)) {
    throw new StateError('NOT_REFUNDABLE', { blockReason: 'not_permitted' });
  }
  const reason = before.isOwn ? 'customer' : 'staff';
  const end = { reason, actorId: tx.caller.id } as const;
  const ended =
    before.status === 'pending' ? await endPendingReservation(tx, reservationId, end) : undefined;
  if (ended === 'payment_open') {
    throw new UnavailableError('The payment is in progress.');
  }
  if (ended === 'ended') {
    tx.facts.written = true;
  } else {
    await cancelSold(tx, before, input);
  }
  if (!before.isOwn) {
    await record(tx, {
      action: 'reservations.cancel',
      actorId: tx.caller.id,
      subject: reservationId,
      data: dataOf(input),
    });
  }
  return getReservation(tx, reservationId, 'sell');
}

/** What cancelling would return at this moment. @throws NotFoundError */
export async function previewCancellation(
  ctx: ActorContext,
  { reservationId, seatIds }: PreviewCancel,
): Promise<CancelPreview> {
  const sale = await readSale(ctx, reservationId, 'read');
  const { now } = sale;
  if (sale.status === 'cancelled') {
    const nothing = { seats: [], feeKept: '0.00', refundTotal: '0.00', validUntil: null };
    return { allowed: false, blockReason: 'already_cancelled', ...nothing };
  }
  const seats = seatsToCancel(sale, seatIds);
  const blockReason = blockReasonOf(sale, seats, now);
  const { feeKept, refundTotal, validUntil, ...worked } = workOut(partOf(sale), seats, {
    share: 'policy',
    now,
  });
  return {
    allowed: blockReason === null,
    blockReason,
    seats: worked.seats,
    feeKept,
    refundTotal,
    validUntil: sale.remaining === null ? null : validUntil,
  };
}

function isPart({ seats }: SaleRow, seatIds: readonly string[] | undefined): boolean {
  return seatIds !== undefined && seatIds.length < seats.length;
}

function dataOf({ seatIds, refund, reason }: CancelReservation): object {
  return { seatIds, refund, reason };
}

/** What is still sold of a reservation, as the policy sees it. */
function partOf(sale: SaleRow) {
  return { ...sale, seats: sale.seats.filter(({ isCancelled }) => !isCancelled) };
}

/** Why seats of a reservation that has not ended cannot be cancelled now. */
function blockReasonOf({ startTime, isDisputed }: SaleRow, seats: SaleRow['seats'], now: Date) {
  if (seats.some(({ isCheckedIn }) => isCheckedIn)) {
    return 'checked_in';
  }
  if (startTime <= now) {
    return 'showtime_started';
  }
  return isDisputed ? 'disputed' : null;
}

async function cancelSold(
  tx: ActorContext,
  before: SaleRow,
  input: CancelReservation,
): Promise<void> {
  await lockSale(tx, before);
  const sale = await readSale(tx, input.reservationId, 'sell');
  const { now } = sale;
  if (sale.status === 'cancelled') {
    throw new StateError('ALREADY_CANCELLED');
  }
  const seats = seatsToCancel(sale, input.seatIds);
  refuseBlocked(sale, { seats, now, isDecided: mayAfterStart(tx, sale, input) });
  const share = input.refund ?? 'policy';
  const worked = workOut(partOf(sale), seats, { share, now });
  const { expectedRefund: expected } = input;
  if (expected !== undefined && expected !== worked.refundTotal) {
    throw new ConflictError('PRICE_CHANGED', { expected, actual: worked.refundTotal });
  }
  const isWhole = seats.length === partOf(sale).seats.length;
  await (isWhole
    ? endSale(tx, sale, { reason: sale.isOwn ? 'customer' : 'staff', now })
    : giveBackSeats(tx, sale, { seatIds: seats.map(({ seatId }) => seatId), now }));
  await note(tx, sale, { worked, seats, now, isWhole, reason: input.reason });
  if (worked.refundTotal !== '0.00') {
    const { reservationId, reason } = input;
    await requestRefunds(tx, {
      reservationId,
      amount: worked.refundTotal,
      cause: 'cancellation',
      reason,
    });
    tx.facts.written = true;
  }
  tx.changes.push({ event: 'cancelled', seats: seats.length, reservations: isWhole ? 1 : 0 });
}

/** Managers may cancel after the start, and what has been checked in, with words or a decision about the money. */
function mayAfterStart(
  { caller }: ActorContext,
  { siteId }: SaleRow,
  { refund, reason }: CancelReservation,
): boolean {
  const isDecided = refund !== undefined || reason !== undefined;
  return isDecided && isAmong(sitesWith(caller, 'manage'), siteId);
}

function refuseBlocked(
  sale: SaleRow,
  { seats, now, isDecided }: { seats: SaleRow['seats']; now: Date; isDecided: boolean },
): void {
  const blockReason = isDecided ? null : blockReasonOf(sale, seats, now);
  if (blockReason === 'checked_in') {
    throw new StateError('NOT_REFUNDABLE', { blockReason });
  }
  if (blockReason === 'showtime_started') {
    throw new StateError('SHOWTIME_STARTED', { startTime: sale.startTime.toISOString() });
  }
  if (sale.isDisputed) {
    throw new StateError('NOT_REFUNDABLE', { blockReason: 'disputed' });
  }
}

async function note(
  tx: ActorContext,
  { reservationId }: SaleRow,
  what: {
    worked: Cancellation;
    seats: readonly PaidSeat[];
    now: Date;
    isWhole: boolean;
    reason: string | undefined;
  },
): Promise<void> {
  const { worked, seats, now, isWhole, reason } = what;
  const seatIds = seats.map(({ seatId }) => seatId);
  const entryId = await writeLogEntry(tx, {
    reservationId,
    kind: isWhole ? 'cancelled' : 'seats_cancelled',
    seats: seats.length,
    price: worked.paid,
    kept: worked.kept,
    data: { seatIds, refund: worked.refundTotal, reason },
    at: now,
  });
  if (!isWhole) {
    const payload = { reservationId, entryId };
    await enqueue(tx, [{ kind: 'reservation.seats_cancelled', subject: entryId, payload }]);
  }
}
