import { LockMode } from '@mikro-orm/core';
import { Reservation as ReservationEntity, ReservationEvent } from '../db/entities/index.ts';
import { databaseNow, inTransaction, queryOne, statement } from '../db/query.ts';
import { noSuch, StateError } from '../errors.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { freeSeatsOfReservation } from '../seats/claims.ts';
import type { UserContext } from '../service-context.ts';
import { getReservation } from './read.ts';
import type { Reservation } from './schema.ts';

const startForShare = statement(
  'select start_time as start from showtimes where id = $1 for key share',
  { start: 'instant' },
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
    const showtimeId = (await findOwn(tx, reservationId)).showtime.id;
    // The showtime before the reservation: the order in which all transactions lock rows.
    const { start } = await queryOne(tx, startForShare, [showtimeId]);
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true };
    const reservation = await tx.em.findOneOrFail(ReservationEntity, { id: reservationId }, lock);
    const now = await databaseNow(tx);
    if (reservation.status === 'cancelled') {
      throw new StateError('ALREADY_CANCELLED');
    }
    if (start <= now) {
      throw new StateError('SHOWTIME_STARTED', { startTime: start.toISOString() });
    }
    tx.em.assign(reservation, { status: 'cancelled', cancelledAt: now, updatedAt: now });
    const step = { reservation, step: 'cancelled', actor: ctx.caller.id, createdAt: now } as const;
    tx.em.create(ReservationEvent, step);
    await tx.em.flush();
    await freeSeatsOfReservation(tx, { reservationId, showtimeId });
    const payload = { reservationId, cause: 'cancelled' as const };
    await enqueue(tx, [{ kind: 'reservation.cancelled', subject: reservationId, payload }]);
    return getReservation(tx, reservationId);
  });
}

/** Another user's reservation is not found: which ids exist is not for the caller to learn. */
async function findOwn({ em, caller }: UserContext, id: string): Promise<ReservationEntity> {
  const own = caller.role === 'admin' ? { id } : { id, user: caller.id };
  const reservation = await em.findOne(ReservationEntity, own);
  if (!reservation) {
    throw noSuch('reservation');
  }
  return reservation;
}
