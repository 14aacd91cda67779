import { v7 } from 'uuid';
import { query, statement } from '../db/query.ts';
import { noSuch, StateError } from '../errors.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { lockSale, readSale, seatsToCancel } from '../reservations/sale.ts';
import type { ActorContext } from '../service-context.ts';
import { readSold, ticketsOf } from './list.ts';
import type { ReissueTickets, Ticket } from './schema.ts';

const raiseVersions = statement(
  `update reservation_seats set ticket_version = ticket_version % 32767 + 1
   where reservation_id = $1 and seat_id = any($2)`,
);

/**
 * Issues tickets of a reservation anew: the old codes become void, and the customer is mailed the new
 * ones. Runs in a transaction.
 *
 * @throws NotFoundError with the seats that are not in the reservation; while it is not paid for there
 * are no tickets
 * @throws StateError `ALREADY_CANCELLED`
 */
export async function reissueTickets(
  tx: ActorContext,
  { reservationId, seatIds }: ReissueTickets,
): Promise<Ticket[]> {
  tx.app.ticketKeys.assertOn();
  const before = await readSale(tx, reservationId, 'sell');
  await lockSale(tx, before);
  const sale = await readSale(tx, reservationId, 'sell');
  if (sale.status === 'cancelled') {
    throw new StateError('ALREADY_CANCELLED');
  }
  if (sale.status === 'pending') {
    throw noSuch('ticket');
  }
  const seats = seatsToCancel(sale, seatIds).map(({ seatId }) => seatId);
  await query(tx, raiseVersions, [reservationId, seats]);
  const payload = { reservationId };
  await enqueue(tx, [{ kind: 'tickets.reissued', subject: v7(), payload }]);
  const reservation = await readSold(tx, reservationId);
  return reservation ? ticketsOf(tx, reservation) : [];
}
