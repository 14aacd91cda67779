import { query, statement } from '../db/query.ts';
import type { ServiceContext } from '../service-context.ts';

const ofReservation = statement(
  `delete from seat_claims c using reservation_seats rs
   where rs.reservation_id = $1 and c.showtime_id = $2 and c.seat_id = rs.seat_id
     and c.reservation_id = $1 and ($3::uuid[] is null or c.seat_id = any($3))`,
);

/** Frees seats of a reservation that have been cancelled, all by default. The caller holds its row. */
export async function freeSeatsOfReservation(
  tx: ServiceContext,
  seats: { reservationId: string; showtimeId: string; seatIds?: readonly string[] },
): Promise<void> {
  const { reservationId, showtimeId, seatIds = null } = seats;
  await query(tx, ofReservation, [reservationId, showtimeId, seatIds]);
}

const ofShowtime = statement('delete from seat_claims where showtime_id = $1');

/** Frees every seat of a showtime that has been cancelled. The caller holds its row. */
export async function freeSeatsOfShowtime(tx: ServiceContext, showtimeId: string): Promise<void> {
  await query(tx, ofShowtime, [showtimeId]);
}
