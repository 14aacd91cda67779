import { query, statement } from '../db/query.ts';
import type { ServiceContext } from '../service-context.ts';

const ofShowtime = statement('delete from seat_claims where showtime_id = $1');

/** Frees every seat of a showtime that has been cancelled. The caller holds its row. */
export async function freeSeatsOfShowtime(tx: ServiceContext, showtimeId: string): Promise<void> {
  await query(tx, ofShowtime, [showtimeId]);
}
