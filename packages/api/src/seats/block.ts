import { v7 } from 'uuid';
import { inTransaction, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { ActorContext } from '../service-context.ts';
import { answerOf } from './booking.ts';
import type { Outcome } from './outcome.ts';
import type { BlockSeats, SeatMap, UnblockSeats, UnlockedSeats } from './schema.ts';
import { getSeatMapIn } from './seat-map.ts';

const block = statement('select block_seats($1, $2, $3, $4, $5, $6, $7) as result', {
  result: jsonOf<Outcome>(),
});

/**
 * Keeps seats of a showtime from being sold until `releaseAt`, or until they are unblocked: all of them
 * or none. A seat that is blocked already gets the new block.
 *
 * @throws ValidationError when `releaseAt` is not in the future
 * @throws NotFoundError with the seats that are not in the showtime's theater
 * @throws StateError `SHOWTIME_CANCELLED`; `SHOWTIME_STARTED` once it has ended
 * @throws ConflictError `SEATS_SOLD` with every reservation that has one of the seats; otherwise
 * `SEATS_UNAVAILABLE` with every seat that a customer has locked
 */
export async function blockSeats(ctx: ActorContext, input: BlockSeats): Promise<SeatMap> {
  const { showtimeId, seatIds, kind, reason = null, releaseAt = null } = input;
  return inTransaction(ctx, async (tx) => {
    const values = [tx.caller.id, showtimeId, seatIds, v7(), kind, reason, releaseAt];
    answerOf(tx, (await queryOne(tx, block, values)).result);
    tx.changes.push({ event: 'blocked', seats: seatIds.length });
    return getSeatMapIn(tx, showtimeId);
  });
}

const unblock = statement('select unblock_seats($1, $2, $3) as result', {
  result: jsonOf<Outcome>(),
});

/**
 * Ends blocks in a showtime, all by default; seats that are not blocked are ignored.
 *
 * @throws NotFoundError
 */
export async function unblockSeats(
  ctx: ActorContext,
  { showtimeId, seatIds }: UnblockSeats,
): Promise<SeatMap> {
  return inTransaction(ctx, async (tx) => {
    const values = [tx.caller.id, showtimeId, seatIds ?? null];
    const { result } = await queryOne(tx, unblock, values);
    const freed = answerOf(tx, result) as UnlockedSeats;
    tx.changes.push({ event: 'unblocked', seats: freed.seatIds.length });
    return getSeatMapIn(tx, showtimeId);
  });
}
