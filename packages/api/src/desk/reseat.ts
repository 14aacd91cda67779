import { databaseNow, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { ConflictError, ValidationError } from '../errors.ts';
import { formatMinor, parseMinor } from '../money.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { requestRefunds, writeLogEntry } from '../reservations/log.ts';
import { getReservation } from '../reservations/read.ts';
import { lockSale, readSale, seatsToCancel } from '../reservations/sale.ts';
import type { SaleRow } from '../reservations/sale.ts';
import { answerOf } from '../seats/booking.ts';
import type { Outcome } from '../seats/outcome.ts';
import type { ActorContext } from '../service-context.ts';
import {
  assertSold,
  assertTenderFits,
  drawerFor,
  takeDifference,
  waitingAtDesk,
} from './difference.ts';
import type { Moved, Reseat } from './schema.ts';

const moveSeats = statement('select move_seats($1, $2, $3, $4, $5) as result', {
  result: jsonOf<Outcome>(),
});

/** The answer of `move_seats`; amounts are decimal strings. */
interface Moves {
  difference: string;
  moves: { from: string; to: string; before: string; price: string }[];
}

/**
 * Moves seats of a reservation to other seats of its show, until it ends. Seats of one type cost the
 * same; otherwise the difference is paid or returned. Writes the fact `reservation.reseated`. Runs in a
 * transaction.
 *
 * @throws NotFoundError, with the seats that are not in the reservation or the theater
 * @throws ConflictError `SEATS_SOLD`, `SEATS_UNAVAILABLE`, `NO_OPEN_SHIFT`, `PAYMENT_PENDING`;
 * `PRICE_CHANGED` when the difference is not the expected one
 * @throws StateError `ALREADY_CANCELLED`, `SHOWTIME_STARTED` after its end, `NOT_REFUNDABLE`
 * @throws ValidationError for a difference without a tender, or `comp` without a reason
 */
export async function reseat(tx: ActorContext, input: Reseat): Promise<Moved> {
  const { reservationId, tender, reason } = input;
  if (tender === 'comp' && reason === undefined) {
    throw new ValidationError([{ path: ['reason'], message: 'must be given for a comp' }]);
  }
  const before = await readSale(tx, reservationId, 'sell');
  const shift = await drawerFor(tx, before.siteId, tender);
  await lockSale(tx, before);
  const sale = await readSale(tx, reservationId, 'sell');
  assertSold(sale);
  assertTenderFits(sale, tender);
  assertMovable(sale, input);
  const { difference, moves } = await move(tx, input);
  const { expectedDifference: expected } = input;
  if (expected !== undefined && expected !== difference) {
    throw new ConflictError('PRICE_CHANGED', { expected, actual: difference });
  }
  const at = await databaseNow(tx);
  const returned = await settle(tx, sale, { input, difference, shift, at });
  const entryId = await writeLogEntry(tx, {
    reservationId,
    kind: 'reseated',
    seats: 0,
    price: '0.00',
    kept: keptOf(sale, difference, returned),
    data: { moves, difference: sale.remaining === null ? '0.00' : difference, tender, reason },
    at,
  });
  const payload = { reservationId, entryId };
  await enqueue(tx, [{ kind: 'reservation.reseated', subject: entryId, payload }]);
  tx.changes.push({ event: 'moved', seats: moves.length });
  return {
    reservation: await getReservation(tx, reservationId, 'sell'),
    difference,
    waiting: await waitingAtDesk(tx, reservationId),
    previous: null,
  };
}

/** @throws NotFoundError, StateError as `seatsToCancel`; ValidationError */
function assertMovable(sale: SaleRow, { moves }: Reseat): void {
  seatsToCancel(
    sale,
    moves.map(({ from }) => from),
  );
  const leaving = new Set(moves.map(({ from }) => from));
  for (const [at, { to }] of moves.entries()) {
    const own = sale.seats.find(({ seatId }) => seatId === to);
    if (own && !leaving.has(to)) {
      const message = own.isCancelled
        ? 'was given back in this reservation: sell it anew'
        : 'is a seat of this reservation already';
      throw new ValidationError([{ path: ['moves', at, 'to'], message }]);
    }
  }
}

async function move(tx: ActorContext, { reservationId, moves, tender }: Reseat): Promise<Moves> {
  const { result } = await queryOne(tx, moveSeats, [
    tx.caller.id,
    reservationId,
    moves.map(({ from }) => from),
    moves.map(({ to }) => to),
    tender === 'comp',
  ]);
  return answerOf(tx, result, 'moves') as Moves;
}

/** Takes or returns the difference. @returns what is returned */
async function settle(
  tx: ActorContext,
  { reservationId, remaining }: SaleRow,
  what: { input: Reseat; difference: string; shift: string | undefined; at: Date },
): Promise<string> {
  const { input, difference, shift, at } = what;
  const cents = parseMinor(difference);
  if (remaining === null || cents === 0n) {
    return '0.00';
  }
  if (cents < 0n) {
    const amount = formatMinor(-cents);
    const { reason } = input;
    return requestRefunds(tx, { reservationId, amount, cause: 'reseated', reason });
  }
  const { tender } = input;
  if (tender === undefined) {
    const message = `must be given: ${difference} is to be paid`;
    throw new ValidationError([{ path: ['tender'], message }]);
  }
  await takeDifference(tx, { reservationId, amount: difference, tender, shift, at });
  return '0.00';
}

/** What is not returned of cheaper seats, because it has been returned before. */
function keptOf({ remaining }: SaleRow, difference: string, returned: string): string {
  const cents = parseMinor(difference);
  return remaining === null || cents >= 0n ? '0.00' : formatMinor(-cents - parseMinor(returned));
}
