import { query, statement } from '../db/query.ts';
import type { ServiceContext } from '../service-context.ts';

const ofReservation = statement(
  `delete from seat_claims c using reservation_seats rs
   where rs.reservation_id = $1 and c.showtime_id = $2 and c.seat_id = rs.seat_id
     and c.reservation_id = $1`,
);

/** Frees the seats of a reservation that has been cancelled. The caller holds its row. */
export async function freeSeatsOfReservation(
  tx: ServiceContext,
  { reservationId, showtimeId }: { reservationId: string; showtimeId: string },
): Promise<void> {
  await query(tx, ofReservation, [reservationId, showtimeId]);
}

const ofShowtime = statement('delete from seat_claims where showtime_id = $1');

/** Frees every seat of a showtime that has been cancelled. The caller holds its row. */
export async function freeSeatsOfShowtime(tx: ServiceContext, showtimeId: string): Promise<void> {
  await query(tx, ofShowtime, [showtimeId]);
}
