import { clientNumber } from '../address.ts';
import { queryOne } from '../db/query.ts';
import type { Statement } from '../db/query.ts';
import {
  AuthenticationError,
  ConflictError,
  noSuch,
  NotFoundError,
  StateError,
  UnavailableError,
} from '../errors.ts';
import { replayedAnswer } from '../idempotency.ts';
import type { ClaimantContext, ServiceContext, UserContext } from '../service-context.ts';
import type { BookingCall } from './booking-batches.ts';
import type { Outcome } from './outcome.ts';

/** The last arguments of every booking function: the idempotency key and the input's fingerprint. */
export function keyOf({
  idempotency,
}: Pick<ServiceContext, 'idempotency'>): [key: string | null, fingerprint: string | null] {
  return [idempotency?.key ?? null, idempotency?.fingerprint ?? null];
}

/** A request for seats as the batches take it. */
export function bookingCall(
  ctx: ClaimantContext,
  { showtimeId, seatIds }: { showtimeId: string; seatIds: readonly string[] },
): BookingCall {
  const [key, fingerprint] = keyOf(ctx);
  const { id: userId, sessionId, tokenEndsAt } = ctx.caller;
  const client = clientNumber(ctx.remoteAddress);
  return { userId, sessionId, tokenEndsAt, showtimeId, seatIds, client, key, fingerprint };
}

/**
 * The answer of a booking function that checks the session too. While it is not known to be alive,
 * the ladder finds out why when the call fails.
 *
 * @throws as `answerOf`
 */
export function checkedAnswerOf(
  ctx: ClaimantContext,
  result: Outcome,
  showtimeField?: string,
): unknown {
  ctx.session.isChecked = result.outcome !== 'session_over';
  return answerOf(ctx, result, showtimeField);
}

/** Calls one function of the booking core: one statement, one transaction, one round trip. */
export async function callBooking(
  ctx: UserContext,
  call: Statement<{ result: Outcome }>,
  values: unknown[],
): Promise<Outcome> {
  return (await queryOne(ctx, call, values)).result;
}

/**
 * The answer of a booking function.
 *
 * @param showtimeField where the showtime's id stands when it is inside a body
 * @throws the refusal that the outcome stands for
 */
export function answerOf(
  ctx: Pick<ServiceContext, 'notes'>,
  result: Outcome,
  showtimeField?: string,
): unknown {
  switch (result.outcome) {
    case 'ok':
      return result.answer;
    case 'showtime_not_found':
      throw noSuch('showtime', showtimeField);
    case 'seats_not_found': {
      const { seatIds } = result;
      throw new NotFoundError('Some of these seats are not in this theater.', { seatIds });
    }
    case 'user_disabled':
    case 'session_over':
      throw new AuthenticationError('TOKEN_INVALID');
    case 'showtime_cancelled':
      throw new StateError('SHOWTIME_CANCELLED');
    case 'showtime_started':
      throw new StateError('SHOWTIME_STARTED', { startTime: iso(result.startTime) });
    case 'seat_limit': {
      const { outcome: _outcome, ...details } = result;
      throw new StateError('SEAT_LIMIT_EXCEEDED', details);
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
