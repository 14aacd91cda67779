import { databaseNow, inTransaction, query, statement } from '../db/query.ts';
import { StateError } from '../errors.ts';
import { enqueue, noteFacts } from '../outbox/enqueue.ts';
import { freeSeatsOfShowtime } from '../seats/claims.ts';
import type { ActorContext } from '../service-context.ts';
import { getShowtime } from '../showtimes/list.ts';
import { getShowtimeForUpdate } from '../showtimes/rows.ts';
import type { CancelledShowtime, CancelShowtime } from './schema.ts';

/**
 * Cancels a show: every seat lock and every reservation of it ends, in one transaction. It can still
 * be read. What was paid is returned. Writes the fact `reservation.cancelled` for each reservation, and
 * `payment.unwanted` for those that are being paid for, and `showtime.cancelled`.
 *
 * @throws StateError `ALREADY_CANCELLED`; `SHOWTIME_STARTED` once it has ended
 */
export async function cancelShowtime(
  ctx: ActorContext,
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
    const { id: showtimeId } = showtime;
    await noteFacts(tx, [
      { kind: 'showtime.cancelled', subject: showtimeId, payload: { showtimeId } },
    ]);
    const ended = await endReservations(tx, input, now);
    const { seats, cancelledReservations: reservations } = ended;
    tx.changes.push({ event: 'cancelled', seats, reservations });
    return { showtime: await getShowtime(tx, showtime.id), ...ended };
  });
}

const cancelAll = statement(
  `with ended as (
     update reservations r
     set status = 'cancelled', cancelled_at = $2, updated_at = $2, cancel_reason = 'show_cancelled'
     from reservations before
     where r.showtime_id = $1 and r.status <> 'cancelled' and before.id = r.id
     returning r.id, r.theater_id, before.status = 'pending' as was_pending
   ), given_back as (
     update reservation_seats rs set cancelled_at = $2
     from ended where rs.reservation_id = ended.id and rs.cancelled_at is null
     returning ended.id
   ), audit as (
     insert into reservation_events
       (theater_id, showtime_id, reservation_id, step, actor_id, reason, created_at)
     select theater_id, $1, id, 'cancelled', $3, $4, $2 from ended
   )
   select id, was_pending as "wasPending",
     (select count(*)::int from given_back where given_back.id = ended.id) as seats
   from ended`,
  { id: 'uuid', wasPending: 'bool', seats: 'int' },
);

/**
 * Returns what was paid for the seats that these reservations had until now, with their fees. While a
 * payment is disputed, the money is the bank's to return.
 */
const returnMoney = statement(
  `with sale as materialized (
     select r.id, r.theater_id, r.showtime_id, count(*) as seats, r.fees + sum(rs.price) as paid
     from reservations r
     join reservation_seats rs on rs.reservation_id = r.id and rs.cancelled_at = $2
     where r.id = any($1) and exists (
       select from payments
       where showtime_id = r.showtime_id and reservation_id = r.id and status = 'succeeded')
     group by r.id
   ), returned as materialized (
     select sale.*, request_refunds(id, paid, 'show_cancelled', $3::text, $4::uuid) as amount
     from sale
   )
   insert into reservation_log (id, theater_id, showtime_id, reservation_id, kind, seats, price,
     kept, data, actor_id, created_at)
   select gen_random_uuid(), theater_id, showtime_id, id, 'cancelled', seats, paid,
     paid - amount, jsonb_build_object('refund', amount::text), $4, $2
   from returned`,
);

async function endReservations(
  tx: ActorContext,
  { showtimeId, reason }: CancelShowtime,
  now: Date,
): Promise<{ cancelledReservations: number; seats: number }> {
  const cancelled = await query(tx, cancelAll, [showtimeId, now, tx.caller.id, reason]);
  await freeSeatsOfShowtime(tx, showtimeId);
  const ids = cancelled.map(({ id }) => id);
  await query(tx, returnMoney, [ids, now, reason, tx.caller.id]);
  await enqueue(
    tx,
    cancelled
      .filter(({ wasPending }) => wasPending)
      .map(({ id }) => ({
        kind: 'payment.unwanted',
        subject: id,
        payload: { reservationId: id },
      })),
  );
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
