import { ConflictError, noSuch, UnavailableError } from '../errors.ts';
import type { AppError } from '../errors.ts';
import { DatabaseAway } from './database-away.ts';

/** The failures for violated constraints that a request can cause, by name. Others are defects. */
const violations: Record<string, () => AppError> = {
  users_email_unique: () => new ConflictError('EMAIL_TAKEN'),
  // The service names the conflicting showtimes; this is for one that was a moment faster.
  showtimes_no_overlap: () => new ConflictError('SHOWTIME_OVERLAP', { conflictingShowtimeIds: [] }),
  showtimes_fixed: () =>
    new ConflictError('IN_USE', { showtimes: 1, lockedSeats: 0, reservedSeats: 0 }),
  showtimes_movie_fk: () => noSuch('movie', 'movieId'),
  showtimes_theater_fk: () => noSuch('theater', 'theaterId'),
  sessions_user_fk: () => noSuch('user'),
  seats_theater_fk: () => noSuch('theater'),
  reservations_place_fk: () => noSuch('showtime'),
  seat_claims_showtime_fk: () => noSuch('showtime'),
};

/** Connection lost, refused, not admitted or cut off, too many, time limits: later it may work. */
const unavailable = /^(08...|28...|3D000|53300|53400|55000|55P03|57014|57P0[1-5]|25P03|25006)$/;

/** How Node and the driver word that the database cannot be reached. */
const unreachable =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|Connection terminated|timeout exceeded when|Query read timeout|not queryable/;

/** The database's code of an error, wherever in the chain of causes the driver put it. */
export function sqlStateOf(error: unknown): { code: string; constraint?: string } | undefined {
  for (const link of causes(error)) {
    const { code, constraint } = link as { code?: unknown; constraint?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) {
      return typeof constraint === 'string' ? { code, constraint } : { code };
    }
  }
  return undefined;
}

/** Whether a repetition may succeed: serialization failure or deadlock. */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state?.code === '40001' || state?.code === '40P01';
}

/** The failure for an error of the database; undefined for a defect or another kind of error. */
export function databaseError(error: unknown): AppError | undefined {
  const state = sqlStateOf(error);
  if (state?.constraint !== undefined && /^23(505|P01|503|001)$/.test(state.code)) {
    return violations[state.constraint]?.();
  }
  if (state && (unavailable.test(state.code) || isRetryable(error))) {
    return new UnavailableError(error);
  }
  const lost = [...causes(error)].some(
    (link) => link instanceof DatabaseAway || unreachable.test(String(link)),
  );
  return lost ? new UnavailableError(error) : undefined;
}

function* causes(error: unknown): Generator<object> {
  let link = error;
  for (let depth = 0; depth < 8 && typeof link === 'object' && link !== null; depth += 1) {
    yield link;
    const { cause, previous } = link as { cause?: unknown; previous?: unknown };
    link = cause ?? previous;
  }
}
