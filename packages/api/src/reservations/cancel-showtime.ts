import { databaseNow, inTransaction, query, statement } from '../db/query.ts';
import { StateError } from '../errors.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { freeSeatsOfShowtime } from '../seats/claims.ts';
import type { UserContext } from '../service-context.ts';
import { getShowtime } from '../showtimes/list.ts';
import { getShowtimeForUpdate } from '../showtimes/rows.ts';
import type { CancelledShowtime, CancelShowtime } from './schema.ts';

/**
 * Cancels a show: every seat lock and every reservation of it ends, in one transaction. It can still
 * be read. Writes the fact `reservation.cancelled` for each reservation.
 *
 * @throws StateError `ALREADY_CANCELLED`; `SHOWTIME_STARTED` once it has ended
 */
export async function cancelShowtime(
  ctx: UserContext,
  input: CancelShowtime,
): Promise<CancelledShowtime> {
  return inTransaction(ctx, async (tx) => {
    const showtime = await getShowtimeForUpdate(tx, input.showtimeId);
    const now = await databaseNow(tx);
    if (showtime.cancelledAt) {
      throw new StateError('ALREADY_CANCELLED');
    }
    if (showtime.endTime <= now) {
      const startTime = showtime.startTime.toISOString();
      throw new StateError('SHOWTIME_STARTED', { startTime });
    }
    tx.em.assign(showtime, {
      cancelledAt: now,
      cancelReason: input.reason,
      revision: showtime.revision + 1,
    });
    await tx.em.flush();
    const ended = await endReservations(tx, input, now);
    return { showtime: await getShowtime(tx, showtime.id), ...ended };
  });
}

const cancelAll = statement(
  `with ended as (
     update reservations set status = 'cancelled', cancelled_at = $2, updated_at = $2
     where showtime_id = $1 and status <> 'cancelled' returning id, theater_id, seat_count
   ), audit as (
     insert into reservation_events
       (theater_id, showtime_id, reservation_id, step, actor_id, reason, created_at)
     select theater_id, $1, id, 'cancelled', $3, $4, $2 from ended
   )
   select id, seat_count as seats from ended`,
  { id: 'uuid', seats: 'int' },
);

async function endReservations(
  tx: UserContext,
  { showtimeId, reason }: CancelShowtime,
  now: Date,
): Promise<{ cancelledReservations: number; seats: number }> {
  const cancelled = await query(tx, cancelAll, [showtimeId, now, tx.caller.id, reason]);
  await freeSeatsOfShowtime(tx, showtimeId);
  await enqueue(
    tx,
    cancelled.map(({ id }) => ({
      kind: 'reservation.cancelled',
      subject: id,
      payload: { reservationId: id, cause: 'show_cancelled' },
    })),
  );
  return {
    cancelledReservations: cancelled.length,
    seats: cancelled.reduce((sum, each) => sum + each.seats, 0),
  };
}
