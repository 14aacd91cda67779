import type { DetailsByCode } from './error-details.ts';

/** The codes of the server. */
export type ErrorCode = keyof DetailsByCode;

/** Failures that the client itself finds: no answer of Matinee's came. */
export type ClientErrorCode = 'NETWORK_ERROR' | 'TIMEOUT' | 'ABORTED' | 'BAD_RESPONSE';

/** Every code that a `MatineeError` can have. */
export type MatineeErrorCode = ErrorCode | ClientErrorCode;

/** What the client's own codes say beside their name; one that is not here says `{}`. */
interface ClientErrorDetails {
  /** How long one attempt was given. */
  TIMEOUT: { timeoutMs: number };
  /** The HTTP status of what came instead of an answer of Matinee's. */
  BAD_RESPONSE: { httpStatus: number };
}

/** `details` of the errors with this code. */
export type ErrorDetails<Code extends MatineeErrorCode> = Code extends ErrorCode
  ? DetailsByCode[Code]
  : Code extends keyof ClientErrorDetails
    ? ClientErrorDetails[Code]
    : Record<string, never>;

/** What an error is made from. */
export interface ErrorFacts<Code extends MatineeErrorCode> {
  code: Code;
  /** A sentence for people. */
  message: string;
  /** The HTTP status; 0 for the client's own codes. */
  status: number;
  details: ErrorDetails<Code>;
  requestId?: string | undefined;
  /** The call that failed, `movies.get` for example. */
  procedure?: string | undefined;
  cause?: unknown;
}

/** Recognises errors of another copy of this package: ESM beside CJS, or two versions. */
const brand = Symbol.for('@matinee/sdk/error');

class Failure<Code extends MatineeErrorCode> extends Error {
  static {
    // Consoles print the name of the class beside the name of the error.
    Object.defineProperty(this, 'name', { value: 'MatineeError' });
    this.prototype.name = 'MatineeError';
  }

  /**
   * For a log: the call, the code, the sentence and the request, as in `movies.get: NOT_FOUND: There
   * is no movie with this id. (request 7166…)`. For a page, use `userMessage`.
   */
  declare readonly message: string;
  /** The sentence alone, for people. */
  readonly userMessage: string;
  /** What went wrong, from the closed list. Treat a code that you do not know as "not for me". */
  readonly code: Code;
  /** The HTTP status; 0 when no answer of Matinee's came. */
  readonly status: number;
  /** What belongs to the code: which seats, which fields, how long to wait. */
  readonly details: ErrorDetails<Code>;
  /** Finds the call in the server's log. */
  readonly requestId: string | undefined;
  /** The call that failed, `movies.get` for example. */
  readonly procedure: string | undefined;

  constructor(facts: ErrorFacts<Code>) {
    const { code, message, status, details, requestId, procedure, cause } = facts;
    super(describe(facts), cause === undefined ? {} : { cause });
    this.code = code;
    this.userMessage = message;
    this.procedure = procedure;
    this.status = status;
    this.details = details;
    this.requestId = requestId;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether the same call may succeed later; the client has tried again by itself already. */
  get isRetryable(): boolean {
    return retryableCodes.has(this.code) || this.status === 408 || this.status >= 500;
  }
}

function describe({ procedure, code, message, requestId }: ErrorFacts<MatineeErrorCode>): string {
  const call = procedure === undefined ? '' : `${procedure}: `;
  const request = requestId === undefined ? '' : ` (request ${requestId})`;
  return `${call}${code}: ${message}${request}`;
}

/** The same error, with the call that it belongs to. */
export function ofProcedure(error: MatineeError, procedure: string): MatineeError {
  const { code, userMessage: message, status, details, requestId, cause } = error;
  return new MatineeError({ code, message, status, details, requestId, procedure, cause });
}

/** A 409 of its kind: the first request with this key is still running, nothing was refused. */
const retryableCodes: ReadonlySet<string> = new Set<MatineeErrorCode>([
  'NETWORK_ERROR',
  'TIMEOUT',
  'RATE_LIMITED',
  'IDEMPOTENCY_CONFLICT',
]);

type FailureOf = { [Code in MatineeErrorCode]: Failure<Code> };

/**
 * The one error that calls reject with. A union over the codes, so that comparing `code` says what
 * `details` holds.
 */
export type MatineeError = FailureOf[MatineeErrorCode];

/** The class behind the type: `instanceof MatineeError` narrows as `isMatineeError` does. */
export const MatineeError = Failure as unknown as {
  new <Code extends MatineeErrorCode>(facts: ErrorFacts<Code>): FailureOf[Code];
  readonly prototype: MatineeError;
};

/**
 * Tells errors of Matinee's from everything else that can be thrown.
 *
 * @example
 * ```ts
 * import { isMatineeError } from '@matinee/sdk';
 *
 * try {
 *   await matinee.showtimes.lockSeats({ showtimeId, seatIds });
 * } catch (error) {
 *   if (isMatineeError(error) && error.code === 'SEATS_UNAVAILABLE') {
 *     console.log(error.details.seats.map((seat) => seat.seatId));
 *   } else {
 *     throw error;
 *   }
 * }
 * ```
 */
export function isMatineeError(error: unknown): error is MatineeError {
  return error instanceof Error && brand in error;
}
