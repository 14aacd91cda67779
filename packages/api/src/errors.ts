import { z } from 'zod';
import { scheduleRow } from './schedule-row.ts';
import { Count, PositiveInteger } from './schema.ts';

/*
 * The closed list of failures. Everything that leaves the product as an error has one of these
 * codes. The types, the OpenAPI document, `docs/errors.md` and the command's exit codes come from
 * this list.
 */

/** Reads the details of a code. zod's schemas fit; the SDK's declarations need no zod for it. */
interface DetailsSchema<Details> {
  parse(value: unknown): Details;
}

/** Everything there is to know about one code. */
export interface ErrorRecord<Status extends number, Details> {
  /** The HTTP status it goes out with. */
  readonly status: Status;
  /** What a person reads when the thrower has nothing better to say. */
  readonly message: string;
  /** When it is returned, for the documents. */
  readonly meaning: string;
  /** What `details` holds; undefined when that is nothing. */
  readonly details: DetailsSchema<Details> | undefined;
}

type Texts = Pick<ErrorRecord<number, unknown>, 'message' | 'meaning'>;

function record<const Status extends number, Details = Record<string, never>>(
  status: Status,
  { details, ...texts }: Texts & { details?: DetailsSchema<Details> },
): ErrorRecord<Status, Details> {
  return { status, ...texts, details };
}

const validationDetails = z.object({
  issues: z
    .array(
      z.object({
        path: z.array(z.union([z.string(), Count])).meta({
          description: 'Keys and indexes that lead to the value; empty: the input as a whole.',
        }),
        message: z.string().meta({
          description: 'Completes a sentence that begins with the path: `must not be empty`.',
        }),
      }),
    )
    .meta({
      description: 'One for each problem, at most twenty; empty when the body cannot be read.',
    }),
});

const notFoundDetails = z.object({
  seatIds: z
    .array(z.guid())
    .exactOptional()
    .meta({ description: 'Seats that are not in that theater.' }),
  field: z.string().exactOptional().meta({ description: 'The key of an id inside the body.' }),
});

const seatsUnavailableDetails = z.object({
  seats: z
    .array(z.object({ seatId: z.guid(), reason: z.enum(['locked', 'reserved', 'blocked']) }))
    .meta({ description: 'Every seat that is not available.' }),
});

const seatsSoldDetails = z.object({
  reservations: z
    .array(z.object({ id: z.guid(), reference: z.string(), seatIds: z.array(z.guid()) }))
    .meta({ description: 'Every reservation that has one of the seats, with these seats.' }),
});

const paidShowsDetails = z.object({
  reservations: z
    .array(z.object({ id: z.guid(), reference: z.string() }))
    .meta({ description: 'The reservations, at most 100, by the start of their shows.' }),
});

const lockExpiredDetails = z.object({
  seats: z
    .array(z.object({ seatId: z.guid(), reason: z.enum(['expired', 'not_locked']) }))
    .meta({ description: 'Every seat that you have not locked; the reason is a hint.' }),
});

const overlapDetails = z.object({
  conflictingShowtimeIds: z.array(z.guid()).meta({ description: 'By start.' }),
});

const scheduleConflictDetails = z.object({
  rows: z
    .array(
      scheduleRow(
        z.iso
          .datetime()
          .nullable()
          .meta({ description: '`null` for a time that the clocks leave out or repeat.' }),
      ),
    )
    .meta({ description: 'Every show of the plan, by date and time.' }),
});

const inUseDetails = z
  .object({ showtimes: Count, lockedSeats: Count, reservedSeats: Count })
  .meta({ description: 'How many of each still need it.' });

const editConflictDetails = z.object({
  revision: PositiveInteger.meta({ description: 'The present one.' }),
});

const emailProofDetails = z.object({
  limit: Count.meta({
    description: 'Seats of one showtime that may be locked; 0: none may be booked.',
  }),
});

const seatLimitDetails = z.object({
  scope: z
    .enum(['account', 'address', 'showtime'])
    .optional()
    .meta({
      description:
        'Which limit: over all showtimes (`account`), of guests and new accounts at one address ' +
        'in this showtime (`address`), of confirmed reservations in it (`showtime`); otherwise that of ' +
        'locked seats in this showtime.',
    }),
  limit: Count.meta({ description: 'The most seats.' }),
  locked: Count.meta({ description: 'Seats that count already.' }),
  requested: Count.meta({ description: 'Seats that you asked for in addition.' }),
});

const extensionLimitDetails = z.object({
  maxExpiresAt: z.iso.datetime().meta({ description: 'The hard cap of your seat locks.' }),
});

const decimal = z.string().meta({ pattern: '^\\d+\\.\\d{2}$', examples: ['12.50'] });

const paymentFailedDetails = z.object({
  reason: z.string().meta({ description: 'What the payment provider said.' }),
  mayRetry: z.boolean().meta({ description: 'Whether another attempt can succeed.' }),
});

/** A difference may be below zero. */
const balance = z.string().meta({ pattern: '^-?\\d+\\.\\d{2}$' });

const priceChangedDetails = z.object({
  expected: balance.meta({ description: 'The amount that the request named.' }),
  actual: balance.meta({ description: 'What it is now.' }),
});

const paymentPendingDetails = z.object({
  reservationId: z.guid().meta({ description: 'The reservation that the seats belong to.' }),
});

const tooSmallDetails = z.object({
  minimum: decimal.meta({ description: 'The least that the payment provider takes.' }),
  currency: z.string().meta({ description: 'ISO 4217 code.' }),
});

const ticketTypeDetails = z.object({
  ticketTypeId: z.guid(),
  reason: z.string().meta({ description: 'Why it cannot be used.' }),
});

/** Why seats with features cannot be locked like this. */
const SeatRule = z.enum([
  'accessibility_not_asked',
  'companion_alone',
  'too_many_companions',
  'pair_split',
]);
export type SeatRule = z.infer<typeof SeatRule>;

const seatRuleDetails = z.object({
  seatIds: z.array(z.guid()).meta({ description: 'The seats that break the rule.' }),
  rule: SeatRule.meta({
    description:
      '`accessibility_not_asked`: a wheelchair place without `accessibility`; `companion_alone`: ' +
      'no wheelchair place beside it is yours; `too_many_companions`: more than three for each ' +
      'wheelchair place; `pair_split`: half of a love seat.',
  }),
});

const ageDetails = z.object({
  minimumAge: Count.meta({ description: 'The age from which the film may be seen.' }),
});

const notPendingDetails = z.object({
  status: z.enum(['pending', 'confirmed', 'cancelled']).meta({
    description: 'Where the reservation stands; `pending`: its time to pay is over.',
  }),
});

const notRefundableDetails = z.object({
  blockReason: z.enum(['checked_in', 'not_permitted', 'disputed']),
});

const tooLargeDetails = z.object({
  remaining: decimal.meta({ description: 'What is left of the payment.' }),
});

const linkDetails = z.object({
  reason: z.enum(['unknown', 'used', 'expired']).meta({
    description: 'Why: it is not one of ours, it was for one use, or its time is over.',
  }),
});

const startedDetails = z.object({ startTime: z.iso.datetime() });
const rateLimitedDetails = z.object({ retryAfterSeconds: Count });

/** Every code, in the order of the documents. */
export const errors = {
  VALIDATION_ERROR: record(400, {
    message: 'The input is not valid.',
    meaning:
      'The input breaks its schema: a wrong type, an unknown field, a value out of bounds, ' +
      'a bad cursor, `date` together with `from` or `to`. Also malformed JSON, a wrong ' +
      'current password, a damaged picture, an invalid batch.',
    details: validationDetails,
  }),
  AUTHENTICATION_REQUIRED: record(401, {
    message: 'Sign in first: this call needs an access token.',
    meaning: 'The call needs a signed-in user, and the request has no access token.',
  }),
  INVALID_CREDENTIALS: record(401, {
    message: 'The e-mail address or the password is wrong.',
    meaning:
      'The e-mail address or the password is wrong, or the account is disabled; the ' +
      'response does not reveal which.',
  }),
  SECOND_FACTOR_REQUIRED: record(401, {
    message: 'Signing in needs the code of your authenticator app, or a recovery code.',
    meaning: 'The password fits, and the account has a second factor: send `code` too.',
  }),
  TOKEN_EXPIRED: record(401, {
    message: 'The access token has expired. Sign in again.',
    meaning: 'The access token has expired. Of `auth.refresh`: the session has ended by time.',
  }),
  TOKEN_INVALID: record(401, {
    message: 'The access token is not valid. Sign in again.',
    meaning: 'The access token is not valid, or its session has ended. On public procedures too.',
  }),
  PAYMENT_FAILED: record(402, {
    message: 'The payment could not be started.',
    meaning:
      'The payment provider refused to open the payment. A card that is declined is no failure of a ' +
      'call: the payment stays open, with `lastError`.',
    details: paymentFailedDetails,
  }),
  FORBIDDEN: record(403, {
    message: 'Your role does not allow this.',
    meaning: 'The role of the caller does not allow the call.',
  }),
  NOT_FOUND: record(404, {
    message: 'Not found.',
    meaning: 'It does not exist, or it belongs to another user.',
    details: notFoundDetails,
  }),
  METHOD_NOT_ALLOWED: record(405, {
    message: 'This URL does not support that HTTP method.',
    meaning:
      'The URL does not support this HTTP method; `Allow` lists those that it supports. ' +
      'Over tRPC: a query sent as POST, a mutation sent as GET.',
  }),
  SEATS_UNAVAILABLE: record(409, {
    message: 'Some of these seats are no longer available.',
    meaning:
      'Some of the seats are locked by another customer, sold, blocked by the staff, or out of ' +
      'order. Nothing was locked. When seats are blocked: customers have locked some of them.',
    details: seatsUnavailableDetails,
  }),
  SEATS_SOLD: record(409, {
    message: 'Some of these seats are sold.',
    meaning:
      'Seats that the staff want to block are sold. Nothing was blocked: cancel these seats of the ' +
      'reservations first.',
    details: seatsSoldDetails,
  }),
  LOCK_EXPIRED: record(409, {
    message: 'Your seat lock on some of these seats has expired.',
    meaning: 'Your lock on some of the seats has expired, or you never locked them.',
    details: lockExpiredDetails,
  }),
  PAYMENT_PENDING: record(409, {
    message: 'Some of these seats are being paid for already.',
    meaning: 'Some of the seats belong to a reservation of yours that is waiting for its payment.',
    details: paymentPendingDetails,
  }),
  PRICE_CHANGED: record(409, {
    message: 'The amount has changed.',
    meaning:
      'The total, the refund or the difference is not what the request expected. Nothing was done.',
    details: priceChangedDetails,
  }),
  SHIFT_OPEN: record(409, {
    message: 'Your shift is open already.',
    meaning: 'You have a shift that has not been closed, at this site or another.',
  }),
  NO_OPEN_SHIFT: record(409, {
    message: 'Open a shift first.',
    meaning: 'Cash needs your open shift at the site, and you have none there.',
  }),
  SHOWTIME_OVERLAP: record(409, {
    message: 'Another show occupies the theater at that time.',
    meaning: 'Another show occupies the theater at that time, cleaning included.',
    details: overlapDetails,
  }),
  SCHEDULE_CONFLICT: record(409, {
    message: 'Some of these shows cannot be scheduled, so none has been.',
    meaning:
      'A show of the plan has no room, is in the past, or is at a time that the clocks leave out or ' +
      'repeat. Nothing was created.',
    details: scheduleConflictDetails,
  }),
  IN_USE: record(409, {
    message: 'Seats are still locked or booked.',
    meaning: 'Showtimes, seat locks or reservations still need it.',
    details: inUseDetails,
  }),
  EDIT_CONFLICT: record(409, {
    message: 'Another edit was saved since you read this. Read it again, then repeat your change.',
    meaning: 'Another edit was saved after the revision that the request names.',
    details: editConflictDetails,
  }),
  EMAIL_TAKEN: record(409, {
    message: 'An account with this e-mail address already exists.',
    meaning: 'An account with this e-mail address already exists.',
  }),
  IDEMPOTENCY_CONFLICT: record(409, {
    message: 'The first request with this idempotency key is still running. Try again in a moment.',
    meaning:
      'The first request with this key is still running; `Retry-After` gives the seconds to ' +
      'wait.',
  }),
  PAYLOAD_TOO_LARGE: record(413, {
    message: 'The request is too large.',
    meaning: 'The body, or the picture in it, is too large.',
  }),
  UNSUPPORTED_MEDIA_TYPE: record(415, {
    message: 'This content type is not supported.',
    meaning:
      'The body is not JSON, the upload is not multipart, or the picture is not a JPEG, PNG ' +
      'or WebP.',
  }),
  SHOWTIME_STARTED: record(422, {
    message: 'The show has started.',
    meaning:
      'The show has started: its seats cannot be locked, extended, confirmed or cancelled. ' +
      'When a show is cancelled: it has ended.',
    details: startedDetails,
  }),
  SHOWTIME_CANCELLED: record(422, {
    message: 'The show has been cancelled.',
    meaning: 'The show has been cancelled.',
  }),
  ALREADY_CANCELLED: record(422, {
    message: 'It has been cancelled already.',
    meaning:
      'The reservation or the show has been cancelled already, or the entry taken back. Reported ' +
      'before `SHOWTIME_STARTED`.',
  }),
  NOT_PENDING: record(422, {
    message: 'The reservation is not waiting for a payment.',
    meaning: 'The reservation is paid or cancelled, or its time to pay is over.',
    details: notPendingDetails,
  }),
  AMOUNT_TOO_SMALL: record(422, {
    message: 'The amount is too small to be paid online.',
    meaning: 'The total is more than nothing and less than the payment provider takes.',
    details: tooSmallDetails,
  }),
  TICKET_TYPE_NOT_ALLOWED: record(422, {
    message: 'This ticket type is not for sale here.',
    meaning: 'The show does not sell this ticket type.',
    details: ticketTypeDetails,
  }),
  AGE_RESTRICTED: record(422, {
    message: 'The film is not for everyone among these tickets.',
    meaning:
      'A ticket type is for people younger than the film allows: never where its rule is ' +
      '`restricted`, and not without an adult where it is `accompanied`.',
    details: ageDetails,
  }),
  SEAT_RULE: record(422, {
    message: 'These seats cannot be locked like this.',
    meaning: 'A seat has a rule of its own: a wheelchair place, a companion seat or a love seat.',
    details: seatRuleDetails,
  }),
  NOT_REFUNDABLE: record(422, {
    message: 'This cannot be cancelled.',
    meaning:
      'A seat has been checked in, the payment is disputed, or the caller may not cancel it.',
    details: notRefundableDetails,
  }),
  REFUND_TOO_LARGE: record(422, {
    message: 'The refund is larger than what is left of the payment.',
    meaning: 'Captured, less all refunds that did not fail, is less than the amount.',
    details: tooLargeDetails,
  }),
  LINK_INVALID: record(422, {
    message: 'This link is not valid, or no longer.',
    meaning: 'The token of a mailed link is not one of ours, has been used, or has expired.',
    details: linkDetails,
  }),
  PAID_SHOWS_AHEAD: record(422, {
    message: 'You have paid for shows that are still ahead. Cancel them first, or forfeit them.',
    meaning: 'The account has paid for shows ahead, and does not say that it forfeits them.',
    details: paidShowsDetails,
  }),
  LAST_ADMIN: record(422, {
    message: 'At least one active administrator must remain.',
    meaning: 'The account is the last active administrator, and one must remain.',
  }),
  IDEMPOTENCY_KEY_REUSED: record(422, {
    message: 'This idempotency key belongs to another request. Use a new key.',
    meaning: 'The key was used in the last 24 hours for another procedure or with other input.',
  }),
  EMAIL_NOT_VERIFIED: record(422, {
    message: 'Prove your e-mail address first.',
    meaning:
      'The server asks for proven addresses (`EMAIL_PROOF=required`), and this account has none. Until ' +
      'then it may lock `limit` seats of a showtime, and confirm none.',
    details: emailProofDetails,
  }),
  SEAT_LIMIT_EXCEEDED: record(422, {
    message: 'One customer may not have that many seats.',
    meaning:
      'The request would exceed the number of seats that one user may have locked in this ' +
      'showtime, or 30 in all showtimes together; 40 that guests and accounts younger than a day have ' +
      'locked in this showtime from one address; or 50 in confirmed reservations of this showtime.',
    details: seatLimitDetails,
  }),
  LOCK_EXTENSION_LIMIT: record(422, {
    message: 'The lock on these seats cannot be extended further at the moment.',
    meaning:
      'No seat would gain a second: the locks have reached their hard cap, or were taken a ' +
      'moment ago. When seats are locked: they were yours a short time ago, and their hard cap is over.',
    details: extensionLimitDetails,
  }),
  RATE_LIMITED: record(429, {
    message: 'Too many attempts. Try again later.',
    meaning:
      'Ten failed sign-ins of one address for one account in 15 minutes, or a hundred of all ' +
      'addresses from which the account has not been signed in to; 300 calls of `auth` without a session, such as `auth.login`, from one ' +
      'address in a minute; 30 new accounts and guests from one address in an hour, or 100 in a day; 5,000 idempotency keys of one ' +
      'account in a day; ' +
      '100 live seat maps at one address; 20 calls of an account in 10 seconds that ask a payment ' +
      'provider; or too many sign-ins that wait. ' +
      'An IPv6 address counts with its /64 network.',
    details: rateLimitedDetails,
  }),
  INTERNAL_ERROR: record(500, {
    message: 'Something went wrong on our side.',
    meaning: 'A defect of the server; `requestId` identifies its cause in the log.',
  }),
  UNAVAILABLE: record(503, {
    message: 'The service is temporarily unavailable. Try again in a moment.',
    meaning:
      'The database cannot be reached or is too busy, the server has 10,000 viewers of live seat ' +
      'maps, or it is stopping; ' +
      '`Retry-After` gives the seconds to wait.',
  }),
};

export type ErrorCode = keyof typeof errors;

/** Every code, in the order of the documents. */
export const errorCodes = Object.keys(errors) as ErrorCode[];

/** `details` of the failures with this code. */
export type DetailsOf<Code extends ErrorCode> =
  (typeof errors)[Code] extends ErrorRecord<number, infer Details> ? Details : never;

/** One problem of the input. */
export type Issue = DetailsOf<'VALIDATION_ERROR'>['issues'][number];

/** A seat that is not available, and why. `blocked`: by the staff, or out of order. */
export type UnavailableSeat = DetailsOf<'SEATS_UNAVAILABLE'>['seats'][number];

/** A seat that the caller has not locked. A lock that was swept reads `not_locked`. */
export type MissingLock = DetailsOf<'LOCK_EXPIRED'>['seats'][number];

/** A failure with a code of the closed list. Everything else that is thrown is a defect. */
export class AppError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly details: DetailsOf<Code> | Record<string, never>;

  constructor(
    code: Code,
    options: ErrorOptions & {
      message?: string | undefined;
      details?: DetailsOf<Code> | undefined;
    } = {},
  ) {
    super(options.message ?? errors[code].message, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }

  /** The HTTP status of this failure. */
  get status(): number {
    return errors[this.code].status;
  }
}

/** 400: the input breaks its schema, or a rule that needs nothing but the input. */
export class ValidationError extends AppError<'VALIDATION_ERROR'> {
  constructor(issues: Issue[], options: ErrorOptions & { message?: string } = {}) {
    const message = options.message ?? issues.map(sentenceOf)[0];
    super('VALIDATION_ERROR', { cause: options.cause, details: { issues }, message });
  }
}

/** An issue as a sentence: `seats.0.price must be a decimal string`. */
export function sentenceOf({ path, message }: Issue): string {
  return `${path.length === 0 ? 'The input' : path.join('.')} ${message}`;
}

/** 401: the caller is not known. */
export class AuthenticationError extends AppError<CodesOf<401>> {}

/** 402: the payment provider refused. */
export class PaymentFailedError extends AppError<'PAYMENT_FAILED'> {
  constructor(details: DetailsOf<'PAYMENT_FAILED'>, options: ErrorOptions = {}) {
    super('PAYMENT_FAILED', { details, cause: options.cause });
  }
}

/** 403: the caller's role does not allow the call. */
export class ForbiddenError extends AppError<'FORBIDDEN'> {
  constructor(message?: string) {
    super('FORBIDDEN', { message });
  }
}

/** 404: it does not exist, or it belongs to another user. */
export class NotFoundError extends AppError<'NOT_FOUND'> {
  constructor(message?: string, details?: DetailsOf<'NOT_FOUND'>) {
    super('NOT_FOUND', { message, details });
  }
}

/**
 * The failure for an id that nothing has.
 *
 * @param thing in the singular, as in `movie`
 * @param field where the id stands when it is inside a body
 */
export function noSuch(thing: string, field?: string): NotFoundError {
  return new NotFoundError(
    `No ${thing} with this id.`,
    field === undefined ? undefined : { field },
  );
}

type CodesOf<Status extends number> = {
  [Code in ErrorCode]: (typeof errors)[Code]['status'] extends Status ? Code : never;
}[ErrorCode];

/** 409: another request was faster. */
export class ConflictError<Code extends CodesOf<409>> extends AppError<Code> {
  constructor(code: Code, details?: DetailsOf<Code>) {
    super(code, { details });
  }
}

/** 422: the request is understood, and not possible in the present state. */
export class StateError<Code extends CodesOf<422>> extends AppError<Code> {
  constructor(code: Code, details?: DetailsOf<Code>, message?: string) {
    super(code, { details, message });
  }
}

/** 405, 413, 415: the request cannot be read at all. */
export class RequestError extends AppError<CodesOf<405 | 413 | 415>> {
  constructor(code: CodesOf<405 | 413 | 415>, message?: string) {
    super(code, { message });
  }
}

/** 429: too many attempts. */
export class RateLimitedError extends AppError<'RATE_LIMITED'> {
  constructor(retryAfterSeconds: number) {
    super('RATE_LIMITED', { details: { retryAfterSeconds } });
  }
}

/** 503: the same request may succeed later. */
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
