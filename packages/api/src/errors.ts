/*
 * The closed list of failures. Everything that leaves the product as an error has one of these
 * codes; `docs/errors.md` carries the same table, and a test compares the two.
 */

/** Every error code with the HTTP status it goes out with. */
export const errorStatus = {
  VALIDATION_ERROR: 400,
  AUTHENTICATION_REQUIRED: 401,
  INVALID_CREDENTIALS: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_INVALID: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  SEATS_UNAVAILABLE: 409,
  LOCK_EXPIRED: 409,
  SHOWTIME_OVERLAP: 409,
  IN_USE: 409,
  EDIT_CONFLICT: 409,
  EMAIL_TAKEN: 409,
  IDEMPOTENCY_CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  SHOWTIME_STARTED: 422,
  SHOWTIME_CANCELLED: 422,
  ALREADY_CANCELLED: 422,
  LAST_ADMIN: 422,
  IDEMPOTENCY_KEY_REUSED: 422,
  SEAT_LIMIT_EXCEEDED: 422,
  LOCK_EXTENSION_LIMIT: 422,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  UNAVAILABLE: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** What a person reads when nothing better is known. */
const defaultMessages: Record<ErrorCode, string> = {
  VALIDATION_ERROR: 'The input is not valid.',
  AUTHENTICATION_REQUIRED: 'Sign in first: this needs an access token.',
  INVALID_CREDENTIALS: 'E-mail or password is wrong.',
  TOKEN_EXPIRED: 'The access token is past its time: sign in again.',
  TOKEN_INVALID: 'The access token is not valid: sign in again.',
  FORBIDDEN: 'Your role does not allow this.',
  NOT_FOUND: 'There is no such thing.',
  METHOD_NOT_ALLOWED: 'This address does not take that method.',
  SEATS_UNAVAILABLE: 'Some of the seats are taken.',
  LOCK_EXPIRED: 'You have no live lock on some of the seats.',
  SHOWTIME_OVERLAP: 'The theater is occupied at that time.',
  IN_USE: 'Seats are still locked or booked.',
  EDIT_CONFLICT: 'Somebody has changed this since you read it.',
  EMAIL_TAKEN: 'There is an account with this e-mail address already.',
  IDEMPOTENCY_CONFLICT: 'The first request with this idempotency key is still running.',
  PAYLOAD_TOO_LARGE: 'The request is too large.',
  UNSUPPORTED_MEDIA_TYPE: 'This content type is not supported.',
  SHOWTIME_STARTED: 'The show has started.',
  SHOWTIME_CANCELLED: 'The show does not take place.',
  ALREADY_CANCELLED: 'This has been cancelled already.',
  LAST_ADMIN: 'At least one active administrator must remain.',
  IDEMPOTENCY_KEY_REUSED: 'This idempotency key belongs to another request.',
  SEAT_LIMIT_EXCEEDED: 'That is more seats than one customer may lock.',
  LOCK_EXTENSION_LIMIT: 'The seats cannot be kept any longer.',
  RATE_LIMITED: 'Too many attempts: try again later.',
  INTERNAL_ERROR: 'Something went wrong on our side.',
  UNAVAILABLE: 'The service is not available at the moment: try again.',
};

/** One thing that is wrong with the input, and where. */
export interface Issue {
  path: (string | number)[];
  message: string;
}

/** A seat that could not be had, and why. `blocked`: out of order. */
export interface UnavailableSeat {
  seatId: string;
  reason: 'locked' | 'reserved' | 'blocked';
}

/** A seat that the caller has no live lock on. A swept lock reads `not_locked`. */
export interface MissingLock {
  seatId: string;
  reason: 'expired' | 'not_locked';
}

/** `details` per code; a code that is not here has `{}`. */
export interface ErrorDetails {
  VALIDATION_ERROR: { issues: Issue[] };
  NOT_FOUND: { seatIds?: string[]; field?: string };
  SEATS_UNAVAILABLE: { seats: UnavailableSeat[] };
  LOCK_EXPIRED: { seats: MissingLock[] };
  SHOWTIME_OVERLAP: { conflictingShowtimeIds: string[] };
  IN_USE: { showtimes: number; lockedSeats: number; reservedSeats: number };
  EDIT_CONFLICT: { revision: number };
  SHOWTIME_STARTED: { startTime: string };
  SEAT_LIMIT_EXCEEDED: { limit: number; locked: number; requested: number };
  LOCK_EXTENSION_LIMIT: { maxExpiresAt: string };
  RATE_LIMITED: { retryAfterSeconds: number };
}

export type DetailsOf<Code extends ErrorCode> = Code extends keyof ErrorDetails
  ? ErrorDetails[Code]
  : Record<string, never>;

/** A failure with a code of the closed list. Everything else that is thrown is a defect. */
export class AppError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly details: DetailsOf<Code> | Record<string, never>;

  constructor(code: Code, options: ErrorOptions & { message?: string; details?: DetailsOf<Code> }) {
    super(options.message ?? defaultMessages[code], { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }

  /** The HTTP status of this failure. */
  get status(): number {
    return errorStatus[this.code];
  }
}

/** 400: the input breaks its schema or a rule that it can be checked against alone. */
export class ValidationError extends AppError<'VALIDATION_ERROR'> {
  constructor(issues: Issue[], options: ErrorOptions & { message?: string } = {}) {
    const [first] = issues;
    const where = first?.path.length ? `${first.path.join('.')}: ` : '';
    const message = options.message ?? (first ? `${where}${first.message}` : undefined);
    super('VALIDATION_ERROR', {
      cause: options.cause,
      details: { issues },
      ...(message === undefined ? {} : { message }),
    });
  }
}

/** 401: who calls is not known. */
export class AuthenticationError extends AppError<
  'AUTHENTICATION_REQUIRED' | 'INVALID_CREDENTIALS' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID'
> {
  constructor(code: AuthenticationError['code']) {
    super(code, {});
  }
}

/** 403: the role does not suffice. */
export class ForbiddenError extends AppError<'FORBIDDEN'> {
  constructor() {
    super('FORBIDDEN', {});
  }
}

/** 404: not there, or somebody else's. */
export class NotFoundError extends AppError<'NOT_FOUND'> {
  constructor(details?: ErrorDetails['NOT_FOUND']) {
    super('NOT_FOUND', details ? { details } : {});
  }
}

type CodesOf<Status extends number> = {
  [Code in ErrorCode]: (typeof errorStatus)[Code] extends Status ? Code : never;
}[ErrorCode];

/** 409: somebody else has it, or has changed it. */
export class ConflictError<Code extends CodesOf<409>> extends AppError<Code> {
  constructor(code: Code, details?: DetailsOf<Code>) {
    super(code, details ? { details } : {});
  }
}

/** 422: understood, and not possible in the state things are in. */
export class StateError<Code extends CodesOf<422>> extends AppError<Code> {
  constructor(code: Code, details?: DetailsOf<Code>) {
    super(code, details ? { details } : {});
  }
}

/** 405, 413, 415: the request cannot be read at all. */
export class RequestError extends AppError<CodesOf<405 | 413 | 415>> {
  constructor(code: CodesOf<405 | 413 | 415>, message?: string) {
    super(code, message === undefined ? {} : { message });
  }
}

/** 429: too many attempts. */
export class RateLimitedError extends AppError<'RATE_LIMITED'> {
  constructor(retryAfterSeconds: number) {
    super('RATE_LIMITED', { details: { retryAfterSeconds } });
  }
}

/** 503: trying again later helps. */
export class UnavailableError extends AppError<'UNAVAILABLE'> {
  constructor(cause?: unknown) {
    super('UNAVAILABLE', { cause });
  }
}

/** 500: a defect. The cause goes to the log and nowhere else. */
export class InternalError extends AppError<'INTERNAL_ERROR'> {
  constructor(cause: unknown) {
    super('INTERNAL_ERROR', { cause });
  }
}
