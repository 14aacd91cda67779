import { statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { UserContext } from '../service-context.ts';
import { answerOf, callBooking, keyOf, noteSeats } from './booking.ts';
import type { Outcome } from './outcome.ts';
import type { UnlockedSeats, UnlockSeats } from './schema.ts';

const unlock = statement('select unlock_seats($1, $2, $3, $4, $5, $6) as result', {
  result: jsonOf<Outcome>(),
});

/** Gives seats back; seats that the caller has not locked are ignored. */
export async function unlockSeats(ctx: UserContext, input: UnlockSeats): Promise<UnlockedSeats> {
  const result = await callBooking(ctx, unlock, [
    ctx.caller.id,
    input.showtimeId,
    input.seatIds ?? null,
    ctx.app.config.seatLock.maxMinutes * 60,
    ...keyOf(ctx),
  ]);
  const unlocked = answerOf(ctx, result) as UnlockedSeats;
  noteSeats(ctx, result, { event: 'released', seats: unlocked.seatIds.length });
  return unlocked;
}
