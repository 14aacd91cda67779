import { LockMode } from '@mikro-orm/core';
import { Reservation as ReservationEntity, ReservationEvent } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query, queryOne } from '../db/query.ts';
import { NotFoundError, StateError } from '../errors.ts';
import { readCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import { getShowtime } from '../showtimes/service.ts';
import type { UserContext } from '../trpc.ts';
import type { HeldLocks, ListReservations, Reservation } from './schema.ts';

interface AnswerRow {
  id: string;
  created_at: Date;
  answer: unknown;
}

/** The caller's reservations, newest first. */
export async function listReservations(
  ctx: UserContext,
  input: ListReservations,
): Promise<Page<Reservation>> {
  const after = readCursor(input.cursor, 'instant');
  const when = {
    all: '',
    upcoming: 'and t.start_time > clock_timestamp()',
    past: 'and t.start_time <= clock_timestamp()',
  }[input.when];
  const rows = await query<AnswerRow>(
    ctx,
    `select r.id, r.created_at, reservation_answer(r.id) as answer
     from reservations r join showtimes t on t.id = r.showtime_id
     where r.user_id = $1 ${when}
       ${after ? 'and (r.created_at, r.id) < ($3::timestamptz, $4::uuid)' : ''}
     order by r.created_at desc, r.id desc limit $2`,
    [ctx.caller.id, input.limit + 1, ...(after ? [new Date(after[0]), after[1]] : [])],
  );
  const keyOf = (row: AnswerRow) => [row.created_at.getTime(), row.id] as const;
  return toPage(rows, input.limit, { keyOf, toItem: (row) => toReservation(row.answer) });
}

/** One reservation of the caller's, or any for an administrator. @throws NotFoundError */
export async function getReservation(
  ctx: UserContext,
  reservationId: string,
): Promise<Reservation> {
  const [row] = await query<{ answer: unknown }>(
    ctx,
    `select reservation_answer(id) as answer from reservations
     where id = $1 and (user_id = $2 or $3)`,
    [reservationId, ctx.caller.id, ctx.caller.role === 'admin'],
  );
  if (!row) {
    throw new NotFoundError();
  }
  return toReservation(row.answer);
}

/**
 * Cancels a reservation before its showtime starts; its seats are free in the next statement.
 *
 * @throws StateError `ALREADY_CANCELLED`, then `SHOWTIME_STARTED`
 */
export async function cancelReservation(
  ctx: UserContext,
  reservationId: string,
): Promise<Reservation> {
  return inTransaction(ctx, async (tx) => {
    const showtimeId = (await findOwn(tx, reservationId)).showtime.id;
    const { start_time: start } = await queryOne<{ start_time: Date }>(
      tx,
      'select start_time from showtimes where id = $1 for key share',
      [showtimeId],
    );
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
    tx.em.create(ReservationEvent, {
      reservation,
      step: 'cancelled',
      actor: ctx.caller.id,
      createdAt: now,
    });
    await tx.em.flush();
    await query(
      tx,
      `delete from seat_claims c using reservation_seats rs
       where rs.reservation_id = $1 and c.showtime_id = $2 and c.seat_id = rs.seat_id
         and c.reservation_id = $1`,
      [reservationId, showtimeId],
    );
    return getReservation(tx, reservationId);
  });
}

/** The caller's live seat locks by showtime, soonest show first. */
export async function listLocks(ctx: UserContext): Promise<HeldLocks> {
  const held = await query<{ showtimeId: string; seats: HeldLocks[number]['seats'] }>(
    ctx,
    `select c.showtime_id as "showtimeId", json_agg(json_build_object(
         'id', s.id, 'rowLabel', s.row_label, 'seatNumber', s.seat_number,
         'price', c.price::text, 'expiresAt', c.expires_at)
       order by s.row_index, s.position) as seats
     from seat_claims c
     join seats s on s.id = c.seat_id
     join showtimes t on t.id = c.showtime_id
     where c.user_id = $1 and c.reservation_id is null and c.expires_at > clock_timestamp()
     group by c.showtime_id, t.start_time order by t.start_time, c.showtime_id`,
    [ctx.caller.id],
  );
  return Promise.all(
    held.map(async ({ showtimeId, seats }) => ({
      showtime: await getShowtime(ctx, showtimeId),
      seats: seats.map((seat) => ({ ...seat, expiresAt: new Date(seat.expiresAt) })),
    })),
  );
}

/** A reservation from the JSON that the database made of it. */
export function toReservation(answer: unknown): Reservation {
  const reservation = answer as Reservation;
  const { showtime, createdAt, cancelledAt } = reservation;
  return {
    ...reservation,
    showtime: {
      ...showtime,
      startTime: new Date(showtime.startTime),
      endTime: new Date(showtime.endTime),
    },
    createdAt: new Date(createdAt),
    cancelledAt: cancelledAt && new Date(cancelledAt),
  };
}

/** Somebody else's is not found: which ids exist is nobody's business. */
async function findOwn({ em, caller }: UserContext, id: string): Promise<ReservationEntity> {
  const own = caller.role === 'admin' ? { id } : { id, user: caller.id };
  const reservation = await em.findOne(ReservationEntity, own);
  if (!reservation) {
    throw new NotFoundError();
  }
  return reservation;
}
