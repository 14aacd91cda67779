import { record } from '../audit/record.ts';
import { databaseNow, inTransaction, query, queryOne, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { noSuch, StateError } from '../errors.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { freeSeatsOfReservation } from '../seats/claims.ts';
import type { UserContext } from '../service-context.ts';
import { getReservation } from './read.ts';
import type { Reservation } from './schema.ts';

const showtimeOf = statement(
  `select showtime_id as "showtimeId", user_id = $2 as "isOwn" from reservations
   where id = $1 and (user_id = $2 or $3)`,
  { showtimeId: 'uuid', isOwn: 'bool' },
);

const startForShare = statement(
  'select start_time as start from showtimes where id = $1 for key share',
  { start: 'instant' },
);

const statusForUpdate = statement('select status from "reservations" where id = $1 for update', {
  status: textOf<'pending' | 'confirmed' | 'cancelled'>(),
});

const endReservation = statement(
  `with ended as (
     update reservations set status = 'cancelled', cancelled_at = $2, updated_at = $2
     where id = $1 returning id, theater_id, showtime_id)
   insert into reservation_events
     (theater_id, showtime_id, reservation_id, step, actor_id, created_at)
   select theater_id, showtime_id, id, 'cancelled', $3, $2 from ended`,
);

/**
 * Cancels a reservation before its showtime starts; its seats are free in the next statement.
 * Writes the fact `reservation.cancelled`.
 *
 * @throws StateError `ALREADY_CANCELLED`, then `SHOWTIME_STARTED`
 */
export async function cancelReservation(
  ctx: UserContext,
  reservationId: string,
): Promise<Reservation> {
  return inTransaction(ctx, async (tx) => {
    const { showtimeId, isOwn } = await findShowtime(tx, reservationId);
    // The showtime before the reservation: the order in which all transactions lock rows.
    const { start } = await queryOne(tx, startForShare, [showtimeId]);
    const { status } = await queryOne(tx, statusForUpdate, [reservationId]);
    const now = await databaseNow(tx);
    if (status === 'cancelled') {
      throw new StateError('ALREADY_CANCELLED');
    }
    if (start <= now) {
      throw new StateError('SHOWTIME_STARTED', { startTime: start.toISOString() });
    }
    await query(tx, endReservation, [reservationId, now, ctx.caller.id]);
    await freeSeatsOfReservation(tx, { reservationId, showtimeId });
    const payload = { reservationId, cause: 'cancelled' as const };
    await enqueue(tx, [{ kind: 'reservation.cancelled', subject: reservationId, payload }]);
    if (!isOwn) {
      const actorId = tx.caller.id;
      await record(tx, {
        action: 'reservations.cancel',
        actorId,
        subject: reservationId,
        data: {},
      });
    }
    return getReservation(tx, reservationId);
  });
}

/** Another user's reservation is not found: which ids exist is not for the caller to learn. */
async function findShowtime(
  tx: UserContext,
  reservationId: string,
): Promise<{ showtimeId: string; isOwn: boolean }> {
  const values = [reservationId, tx.caller.id, tx.caller.role === 'admin'];
  const [found] = await query(tx, showtimeOf, values);
  if (!found) {
    throw noSuch('reservation');
  }
  return found;
}
