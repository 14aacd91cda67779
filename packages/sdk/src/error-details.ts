/*
 * Generated from the router's schemas by `npm run openapi`. Do not edit.
 */

/** `details` of the server's errors, by code. */
export interface DetailsByCode {
  /**
   * The input breaks its schema: a wrong type, an unknown field, a value out of bounds, a bad
   * cursor, `date` together with `from` or `to`. Also malformed JSON, a wrong current password,
   * a damaged picture, an invalid batch. HTTP 400.
   */
  VALIDATION_ERROR: {
    /** One for each problem, at most twenty; empty when the body cannot be read. */
    issues: {
      /** Keys and indexes that lead to the value; empty: the input as a whole. */
      path: (string | number)[];
      /** Completes a sentence that begins with the path: `must not be empty`. */
      message: string;
    }[];
  };
  /** The call needs a signed-in user, and the request has no access token. HTTP 401. */
  AUTHENTICATION_REQUIRED: Record<string, never>;
  /**
   * The e-mail address or the password is wrong, or the account is disabled; the response does
   * not reveal which. HTTP 401.
   */
  INVALID_CREDENTIALS: Record<string, never>;
  /** The access token has expired. HTTP 401. */
  TOKEN_EXPIRED: Record<string, never>;
  /** The access token is not valid, or its session has ended. On public procedures too. HTTP 401. */
  TOKEN_INVALID: Record<string, never>;
  /** The role of the caller does not allow the call. HTTP 403. */
  FORBIDDEN: Record<string, never>;
  /** It does not exist, or it belongs to another user. HTTP 404. */
  NOT_FOUND: {
    /** Seats that are not in that theater. */
    seatIds?: string[] | undefined;
    /** The key of an id inside the body. */
    field?: string | undefined;
  };
  /**
   * The URL does not support this HTTP method; `Allow` lists those that it supports. Over tRPC:
   * a query sent as POST, a mutation sent as GET. HTTP 405.
   */
  METHOD_NOT_ALLOWED: Record<string, never>;
  /**
   * Some of the seats are locked by another customer, sold, or out of order. Nothing was locked.
   * HTTP 409.
   */
  SEATS_UNAVAILABLE: {
    /** Every seat that is not available. */
    seats: {
      seatId: string;
      reason: 'locked' | 'reserved' | 'blocked';
    }[];
  };
  /** Your lock on some of the seats has expired, or you never locked them. HTTP 409. */
  LOCK_EXPIRED: {
    /** Every seat that you have not locked; the reason is a hint. */
    seats: {
      seatId: string;
      reason: 'expired' | 'not_locked';
    }[];
  };
  /** Another show occupies the theater at that time, cleaning included. HTTP 409. */
  SHOWTIME_OVERLAP: {
    /** By start. */
    conflictingShowtimeIds: string[];
  };
  /** Showtimes, seat locks or reservations still need it. HTTP 409. */
  IN_USE: {
    showtimes: number;
    lockedSeats: number;
    reservedSeats: number;
  };
  /** Another edit was saved after the revision that the request names. HTTP 409. */
  EDIT_CONFLICT: {
    /** The present one. */
    revision: number;
  };
  /** An account with this e-mail address already exists. HTTP 409. */
  EMAIL_TAKEN: Record<string, never>;
  /**
   * The first request with this key is still running; `Retry-After` gives the seconds to wait.
   * HTTP 409.
   */
  IDEMPOTENCY_CONFLICT: Record<string, never>;
  /** The body, or the picture in it, is too large. HTTP 413. */
  PAYLOAD_TOO_LARGE: Record<string, never>;
  /**
   * The body is not JSON, the upload is not multipart, or the picture is not a JPEG, PNG or
   * WebP. HTTP 415.
   */
  UNSUPPORTED_MEDIA_TYPE: Record<string, never>;
  /**
   * The show has started: its seats cannot be locked, extended, confirmed or cancelled. When a
   * show is cancelled: it has ended. HTTP 422.
   */
  SHOWTIME_STARTED: {
    startTime: string;
  };
  /** The show has been cancelled. HTTP 422. */
  SHOWTIME_CANCELLED: Record<string, never>;
  /**
   * The reservation or the show has been cancelled already. Reported before `SHOWTIME_STARTED`.
   * HTTP 422.
   */
  ALREADY_CANCELLED: Record<string, never>;
  /** The account is the last active administrator, and one must remain. HTTP 422. */
  LAST_ADMIN: Record<string, never>;
  /** The key was used in the last 24 hours for another procedure or with other input. HTTP 422. */
  IDEMPOTENCY_KEY_REUSED: Record<string, never>;
  /**
   * The request would exceed the number of seats that one user may have locked in this showtime,
   * or 30 in all showtimes together; 40 that accounts younger than a day have locked in this
   * showtime from one address; or 50 in confirmed reservations of this showtime. HTTP 422.
   */
  SEAT_LIMIT_EXCEEDED: {
    /**
     * Which limit: over all showtimes (`account`), of new accounts at one address in this showtime
     * (`address`), of confirmed reservations in it (`showtime`); otherwise that of locked seats in
     * this showtime.
     */
    scope?: 'account' | 'address' | 'showtime' | undefined;
    /** The most seats. */
    limit: number;
    /** Seats that count already. */
    locked: number;
    /** Seats that you asked for in addition. */
    requested: number;
  };
  /**
   * No seat would gain a second: the locks have reached their hard cap, or were taken a moment
   * ago. When seats are locked: they were yours a short time ago, and their hard cap is over.
   * HTTP 422.
   */
  LOCK_EXTENSION_LIMIT: {
    /** The hard cap of your seat locks. */
    maxExpiresAt: string;
  };
  /**
   * Ten failed sign-ins of one address for one account in 15 minutes, or a hundred of all
   * addresses; 300 calls of `auth.login` and `auth.register` from one address in a minute; 30
   * new accounts from one address in an hour, or 100 in a day; 5,000 idempotency keys of one
   * account in a day; 100 live seat maps at one address; or too many sign-ins that wait. An IPv6
   * address counts with its /64 network. HTTP 429.
   */
  RATE_LIMITED: {
    retryAfterSeconds: number;
  };
  /** A defect of the server; `requestId` identifies its cause in the log. HTTP 500. */
  INTERNAL_ERROR: Record<string, never>;
  /**
   * The database cannot be reached or is too busy, the server has 10,000 viewers of live seat
   * maps, or it is stopping; `Retry-After` gives the seconds to wait. HTTP 503.
   */
  UNAVAILABLE: Record<string, never>;
}
