import type { RequestContext } from '../context.ts';
import { queryOne } from '../db/query.ts';
import {
  AuthenticationError,
  ConflictError,
  NotFoundError,
  StateError,
  UnavailableError,
} from '../errors.ts';
import type { MissingLock, UnavailableSeat } from '../errors.ts';
import { replayedAnswer } from '../idempotency.ts';
import type { IdempotencyOutcome } from '../idempotency.ts';
import type { ServiceContext, UserContext } from '../trpc.ts';

/** Everything that the database functions of the booking core answer (`db/functions`). */
type Outcome =
  | { outcome: 'ok'; answer: unknown }
  | { outcome: 'showtime_not_found' | 'showtime_cancelled' | 'user_disabled' | 'busy' }
  | { outcome: 'reference_taken' }
  | { outcome: 'seats_not_found'; seatIds: string[] }
  | { outcome: 'showtime_started'; startTime: string }
  | { outcome: 'seat_limit'; limit: number; locked: number; requested: number }
  | { outcome: 'seats_unavailable'; seats: UnavailableSeat[] }
  | { outcome: 'lock_expired'; seats: MissingLock[] }
  | { outcome: 'extension_limit'; maxExpiresAt: string }
  | IdempotencyOutcome;

/** The context of a booking procedure: who, with which key, and where replays are noted. */
export type BookingContext = UserContext & Pick<RequestContext, 'notes'>;

/** What the booking functions take last: the idempotency key and the fingerprint of the input. */
export function keyOf(ctx: ServiceContext): [key: string | null, fingerprint: string | null] {
  return [ctx.idempotency?.key ?? null, ctx.idempotency?.fingerprint ?? null];
}

/** Calls one function of the booking core: one statement, one transaction, one round trip. */
export async function callBooking(
  ctx: BookingContext,
  call: string,
  values: unknown[],
): Promise<Outcome> {
  const { result } = await queryOne<{ result: Outcome }>(ctx, `select ${call} as result`, values);
  return result;
}

/**
 * The answer of a booking function.
 *
 * @throws the refusal that the outcome stands for
 */
export function answerOf(
  ctx: BookingContext,
  result: Outcome,
  /** Where the showtime's id stands when it is not what the path names. */
  showtimeField?: { field: string },
): unknown {
  switch (result.outcome) {
    case 'ok':
      return result.answer;
    case 'showtime_not_found':
      throw new NotFoundError(showtimeField);
    case 'seats_not_found':
      throw new NotFoundError({ seatIds: result.seatIds });
    case 'user_disabled':
      throw new AuthenticationError('TOKEN_INVALID');
    case 'showtime_cancelled':
      throw new StateError('SHOWTIME_CANCELLED');
    case 'showtime_started':
      throw new StateError('SHOWTIME_STARTED', { startTime: iso(result.startTime) });
    case 'seat_limit': {
      const { limit, locked, requested } = result;
      throw new StateError('SEAT_LIMIT_EXCEEDED', { limit, locked, requested });
    }
    case 'extension_limit':
      throw new StateError('LOCK_EXTENSION_LIMIT', { maxExpiresAt: iso(result.maxExpiresAt) });
    case 'seats_unavailable':
      throw new ConflictError('SEATS_UNAVAILABLE', { seats: result.seats });
    case 'lock_expired':
      throw new ConflictError('LOCK_EXPIRED', { seats: result.seats });
    case 'busy':
    case 'reference_taken':
      throw new UnavailableError(result.outcome);
    default:
      return replayedAnswer(result, ctx);
  }
}

/** PostgreSQL writes an instant with the session's offset; outside it is UTC with `Z`. */
function iso(instant: string): string {
  return new Date(instant).toISOString();
}
