import { v7 } from 'uuid';
import { isAmong, sitesWith } from '../auth/rights.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { noSuch, StateError, ValidationError } from '../errors.ts';
import { formatMinor, parseMinor } from '../money.ts';
import { requestRefunds, writeLogEntry } from '../reservations/log.ts';
import { getReservation, toReservation } from '../reservations/read.ts';
import { newReference } from '../reservations/reference.ts';
import { endSale, lockReservation, readSale } from '../reservations/sale.ts';
import type { SaleRow } from '../reservations/sale.ts';
import { answerOf } from '../seats/booking.ts';
import type { Outcome } from '../seats/outcome.ts';
import type { ActorContext } from '../service-context.ts';
import { assertSold, assertTenderFits, drawerFor, waitingAtDesk } from './difference.ts';
import type { Exchange, Moved } from './schema.ts';

const showById = statement(
  `select h.site_id as "siteId", t.currency
   from showtimes t join theaters h on h.id = t.theater_id
   where t.id = $1 and t.archived_at is null`,
  { siteId: 'uuid', currency: 'text' },
);

const sell = statement(
  `select sell_at_desk($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, null, $12) as result`,
  { result: jsonOf<Outcome>() },
);

/**
 * Exchanges a reservation for other seats, of any show that the desk sells: ends the one and sells the
 * other, to the same customer. What was paid for the seats is paid towards the new ones; the rest is
 * paid now, or returned the way it came. Runs in a transaction.
 *
 * @throws NotFoundError, ConflictError and StateError as `sellAtDesk`
 * @throws ConflictError `PAYMENT_PENDING`
 * @throws StateError `ALREADY_CANCELLED`, `SHOWTIME_STARTED`; `NOT_REFUNDABLE`, also when somebody has come
 * @throws ValidationError when something is to be paid and no tender is given
 */
export async function exchange(tx: ActorContext, input: Exchange): Promise<Moved> {
  const { reservationId, showtimeId, tender } = input;
  const before = await readSale(tx, reservationId, 'sell');
  const [show] = await query(tx, showById, [showtimeId]);
  if (!show) {
    throw noSuch('showtime', 'showtimeId');
  }
  const shift = await drawerFor(tx, show.siteId, tender);
  await lockBoth(tx, before, input);
  const sale = await readSale(tx, reservationId, 'sell');
  const { now } = sale;
  assertSold(sale);
  if (sale.seats.some(({ isCheckedIn }) => isCheckedIn)) {
    throw new StateError('NOT_REFUNDABLE', { blockReason: 'checked_in' });
  }
  assertTenderFits(sale, tender);
  assertComp(sale, input);
  assertExchangeable(tx, sale, { currency: show.currency, now });
  await endSale(tx, sale, { reason: 'exchanged', now });
  const credit = creditOf(sale);
  const result = await sellFor(tx, sale, { input, shift, credit });
  const bought = toReservation(answerOf(tx, result, 'showtimeId'));
  const total = parseMinor(bought.total);
  await moveMoney(tx, sale, { credit, total, now, newReservationId: bought.id });
  tx.changes.push(
    { event: 'cancelled', seats: soldSeats(sale).length, reservations: 1 },
    { event: 'confirmed', seats: bought.seats.length, reservations: 1 },
  );
  return {
    reservation: await getReservation(tx, bought.id, 'sell'),
    difference: formatMinor(total - credit),
    waiting: await waitingAtDesk(tx, reservationId),
    previous: { id: reservationId, reference: sale.reference },
  };
}

const lockShows = statement(
  'select id from showtimes where id = any($1) order by id for key share',
  { id: 'uuid' },
);
const lockPeople = statement(
  'select id from users where id = any($1) order by id for no key update',
  { id: 'uuid' },
);
const lockClaims = statement(
  `select seat_id as id from seat_claims
   where showtime_id = $1 and reservation_id = $2
     or showtime_id = $3 and seat_id = any($4)
   order by showtime_id, seat_id for update`,
  { id: 'uuid' },
);

/** Takes every row lock of both shows in the order in which all transactions take them. */
async function lockBoth(
  tx: ActorContext,
  { showtimeId: oldShow, customerId }: SaleRow,
  { reservationId, showtimeId, seats }: Exchange,
): Promise<void> {
  await query(tx, lockShows, [[oldShow, showtimeId]]);
  await query(tx, lockPeople, [[tx.caller.id, customerId]]);
  await query(tx, lockReservation, [reservationId]);
  const seatIds = seats.map(({ seatId }) => seatId);
  await query(tx, lockClaims, [oldShow, reservationId, showtimeId, seatIds]);
}

function assertExchangeable(
  { caller }: ActorContext,
  { siteId, startTime, currency: paidIn, isInvoiced }: SaleRow,
  { currency, now }: { currency: string; now: Date },
): void {
  // As with a cancellation, only managers give something for a show that has begun.
  if (startTime <= now && !isAmong(sitesWith(caller, 'manage'), siteId)) {
    throw new StateError('SHOWTIME_STARTED', { startTime: startTime.toISOString() });
  }
  // An invoice may never be paid: it does not become money of the drawer.
  if (currency !== paidIn || isInvoiced) {
    throw new StateError('NOT_REFUNDABLE', { blockReason: 'not_permitted' });
  }
}

/** What cost nothing is exchanged for as many seats at most, which cost nothing either. */
function assertComp(sale: SaleRow, { seats, tender }: Exchange): void {
  if (!sale.isComp) {
    return;
  }
  const issues = [
    ...(seats.length > soldSeats(sale).length
      ? [{ path: ['seats'], message: 'are more than the seats that cost nothing' }]
      : []),
    ...(tender === undefined
      ? []
      : [{ path: ['tender'], message: 'must be left out: the seats cost nothing' }]),
  ];
  if (issues.length > 0) {
    throw new ValidationError(issues);
  }
}

function soldSeats({ seats }: SaleRow) {
  return seats.filter(({ isCancelled }) => !isCancelled);
}

function priceOf(sale: SaleRow): bigint {
  return soldSeats(sale).reduce((sum, { price }) => sum + parseMinor(price), 0n);
}

/** What counts towards the new seats, in minor units: the prices of the old ones, as far as they are paid. */
function creditOf(sale: SaleRow): bigint {
  const price = priceOf(sale);
  const left = sale.remaining === null ? price : parseMinor(sale.remaining);
  return price < left ? price : left > 0n ? left : 0n;
}

async function sellFor(
  tx: ActorContext,
  { customerId, customerName, contactEmail, remaining, isComp }: SaleRow,
  what: { input: Exchange; shift: string | undefined; credit: bigint },
): Promise<Outcome> {
  const { input, shift, credit } = what;
  const isPaid = remaining !== null;
  const contact = { name: customerName, email: contactEmail };
  const { result } = await queryOne(tx, sell, [
    tx.caller.id,
    customerId,
    input.showtimeId,
    input.seats.map(({ seatId }) => seatId),
    input.seats.map(({ ticketTypeId }) => ticketTypeId),
    v7(),
    newReference(),
    isPaid ? v7() : null,
    // What cost nothing is exchanged for something that costs nothing.
    isComp ? 'comp' : (input.tender ?? null),
    shift ?? null,
    JSON.stringify(contact),
    isPaid && !isComp ? formatMinor(credit) : null,
  ]);
  return result;
}

/** Moves what was paid to the new reservation, and returns what it does not need. */
async function moveMoney(
  tx: ActorContext,
  sale: SaleRow,
  what: { credit: bigint; total: bigint; now: Date; newReservationId: string },
): Promise<void> {
  const { credit, total, now, newReservationId } = what;
  const { reservationId, remaining, fees } = sale;
  const isPaid = remaining !== null;
  const needed = credit < total ? credit : total;
  const refund = async (amount: bigint, cause: 'exchanged' | 'cancellation') => {
    if (isPaid && amount > 0n) {
      const money = { reservationId, amount: formatMinor(amount), cause, reason: undefined };
      await requestRefunds(tx, money);
    }
  };
  await refund(needed, 'exchanged');
  await refund(credit - needed, 'cancellation');
  const paid = priceOf(sale) + parseMinor(fees);
  await writeLogEntry(tx, {
    reservationId,
    kind: 'cancelled',
    seats: soldSeats(sale).length,
    price: formatMinor(paid),
    kept: formatMinor(isPaid ? paid - credit : 0n),
    data: { exchangedFor: newReservationId, credit: formatMinor(credit) },
    at: now,
  });
}
