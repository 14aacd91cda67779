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
  ValidationError,
} from '../errors.ts';
import { replayedAnswer } from '../idempotency.ts';
import type { SeatsChange } from '../observer.ts';
import type { ClaimantContext, ServiceContext, ActorContext } from '../service-context.ts';
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
  {
    showtimeId,
    seatIds,
    accessibility,
  }: { showtimeId: string; seatIds: readonly string[]; accessibility?: true | undefined },
): BookingCall {
  const [key, fingerprint] = keyOf(ctx);
  const { id: userId, sessionId, tokenEndsAt } = ctx.caller;
  const client = clientNumber(ctx.remoteAddress);
  const caller = { userId, sessionId, tokenEndsAt, client };
  return {
    ...caller,
    showtimeId,
    seatIds,
    accessibility: accessibility ?? false,
    key,
    fingerprint,
  };
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
  ctx: ActorContext,
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
    case 'seats_sold':
      throw new ConflictError('SEATS_SOLD', { reservations: result.reservations });
    case 'release_past':
      throw new ValidationError([{ path: ['releaseAt'], message: 'must be in the future' }]);
    case 'tender_needed': {
      const message = `must be given: ${result.amount} is to be paid`;
      throw new ValidationError([{ path: ['tender'], message }]);
    }
    case 'lock_expired':
      throw new ConflictError('LOCK_EXPIRED', { seats: result.seats });
    case 'payment_pending':
      throw new ConflictError('PAYMENT_PENDING', { reservationId: result.reservationId });
    case 'price_changed':
      throw new ConflictError('PRICE_CHANGED', {
        expected: result.expected,
        actual: result.actual,
      });
    case 'amount_too_small':
      throw new StateError('AMOUNT_TOO_SMALL', {
        minimum: result.minimum,
        currency: result.currency,
      });
    case 'ticket_type_not_allowed':
    case 'age_restricted':
      throw refusalOfTypes(result);
    case 'seat_rule':
      throw new StateError('SEAT_RULE', { seatIds: result.seatIds, rule: result.rule });
    case 'busy':
    case 'reference_taken':
      throw new UnavailableError(result.outcome);
    default:
      return replayedAnswer(result, ctx);
  }
}

/** Why the ticket types of a purchase cannot be sold together. */
export type TypesRefusal = Extract<
  Outcome,
  { outcome: 'ticket_type_not_allowed' | 'age_restricted' }
>;

/** The failure that it stands for. */
export function refusalOfTypes(
  refusal: TypesRefusal,
): StateError<'TICKET_TYPE_NOT_ALLOWED' | 'AGE_RESTRICTED'> {
  if (refusal.outcome === 'age_restricted') {
    const { minimumAge } = refusal;
    return new StateError('AGE_RESTRICTED', { minimumAge });
  }
  const { ticketTypeId, reason } = refusal;
  return new StateError('TICKET_TYPE_NOT_ALLOWED', { ticketTypeId, reason });
}

/** Notes what a booking function has done; the answer of a repetition has done nothing. */
export function noteSeats(
  { changes }: Pick<ServiceContext, 'changes'>,
  { outcome }: Outcome,
  change: SeatsChange,
): void {
  if (outcome === 'ok') {
    changes.push(change);
  }
}

/** PostgreSQL writes an instant with the session's offset; outside it is UTC with `Z`. */
function iso(instant: string): string {
  return new Date(instant).toISOString();
}
