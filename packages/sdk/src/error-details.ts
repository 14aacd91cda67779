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
  /** The password fits, and the account has a second factor: send `code` too. HTTP 401. */
  SECOND_FACTOR_REQUIRED: Record<string, never>;
  /** The access token has expired. Of `auth.refresh`: the session has ended by time. HTTP 401. */
  TOKEN_EXPIRED: Record<string, never>;
  /** The access token is not valid, or its session has ended. On public procedures too. HTTP 401. */
  TOKEN_INVALID: Record<string, never>;
  /**
   * The payment provider refused to open the payment. A card that is declined is no failure of a
   * call: the payment stays open, with `lastError`. HTTP 402.
   */
  PAYMENT_FAILED: {
    /** What the payment provider said. */
    reason: string;
    /** Whether another attempt can succeed. */
    mayRetry: boolean;
  };
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
   * Some of the seats are locked by another customer, sold, blocked by the staff, or out of
   * order. Nothing was locked. When seats are blocked: customers have locked some of them. HTTP
   * 409.
   */
  SEATS_UNAVAILABLE: {
    /** Every seat that is not available. */
    seats: {
      seatId: string;
      reason: 'locked' | 'reserved' | 'blocked';
    }[];
  };
  /**
   * Seats that the staff want to block are sold. Nothing was blocked: cancel these seats of the
   * reservations first. HTTP 409.
   */
  SEATS_SOLD: {
    /** Every reservation that has one of the seats, with these seats. */
    reservations: {
      id: string;
      reference: string;
      seatIds: string[];
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
  /**
   * Some of the seats belong to a reservation of yours that is waiting for its payment. HTTP
   * 409.
   */
  PAYMENT_PENDING: {
    /** The reservation that the seats belong to. */
    reservationId: string;
  };
  /**
   * The total, the refund or the difference is not what the request expected. Nothing was done.
   * HTTP 409.
   */
  PRICE_CHANGED: {
    /** The amount that the request named. */
    expected: string;
    /** What it is now. */
    actual: string;
  };
  /** You have a shift that has not been closed, at this site or another. HTTP 409. */
  SHIFT_OPEN: Record<string, never>;
  /** Cash needs your open shift at the site, and you have none there. HTTP 409. */
  NO_OPEN_SHIFT: Record<string, never>;
  /** Another show occupies the theater at that time, cleaning included. HTTP 409. */
  SHOWTIME_OVERLAP: {
    /** By start. */
    conflictingShowtimeIds: string[];
  };
  /**
   * A show of the plan has no room, is in the past, or is at a time that the clocks leave out or
   * repeat. Nothing was created. HTTP 409.
   */
  SCHEDULE_CONFLICT: {
    /** Every show of the plan, by date and time. */
    rows: {
      /** The day on the clocks of the theater. Written as `YYYY-MM-DD`. */
      date: string;
      /** The time of day on the clocks of the theater, `HH:MM`. Such as `"19:30"`. */
      time: string;
      /** `null` for a time that the clocks leave out or repeat. */
      startTime: string | null;
      /**
       * `conflict`: showtimes of the theater are in the way, cleaning included. `self_conflict`: it
       * overlaps another show of the plan. `nonexistent`: the clocks are set forward over this time.
       * `ambiguous`: the clocks are set back, and this time comes twice. `past`: it would have
       * started.
       */
      state: 'ok' | 'conflict' | 'self_conflict' | 'nonexistent' | 'ambiguous' | 'past';
      /** With `conflict`: the showtimes in the way, by start. */
      showtimeIds?: string[] | undefined;
      /** Id of the movie. */
      movieId: string;
    }[];
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
   * The reservation or the show has been cancelled already, or the entry taken back. Reported
   * before `SHOWTIME_STARTED`. HTTP 422.
   */
  ALREADY_CANCELLED: Record<string, never>;
  /** The reservation is paid or cancelled, or its time to pay is over. HTTP 422. */
  NOT_PENDING: {
    /** Where the reservation stands; `pending`: its time to pay is over. */
    status: 'pending' | 'confirmed' | 'cancelled';
  };
  /** The total is more than nothing and less than the payment provider takes. HTTP 422. */
  AMOUNT_TOO_SMALL: {
    /** The least that the payment provider takes. Such as `"12.50"`. */
    minimum: string;
    /** ISO 4217 code. */
    currency: string;
  };
  /** The show does not sell this ticket type. HTTP 422. */
  TICKET_TYPE_NOT_ALLOWED: {
    ticketTypeId: string;
    /** Why it cannot be used. */
    reason: string;
  };
  /**
   * A ticket type is for people younger than the film allows: never where its rule is
   * `restricted`, and not without an adult where it is `accompanied`. HTTP 422.
   */
  AGE_RESTRICTED: {
    /** The age from which the film may be seen. */
    minimumAge: number;
  };
  /** A seat has a rule of its own: a wheelchair place, a companion seat or a love seat. HTTP 422. */
  SEAT_RULE: {
    /** The seats that break the rule. */
    seatIds: string[];
    /**
     * `accessibility_not_asked`: a wheelchair place without `accessibility`; `companion_alone`: no
     * wheelchair place beside it is yours; `too_many_companions`: more than three for each
     * wheelchair place; `pair_split`: half of a love seat.
     */
    rule: 'accessibility_not_asked' | 'companion_alone' | 'too_many_companions' | 'pair_split';
  };
  /**
   * A seat has been checked in, the payment is disputed, or the caller may not cancel it. HTTP
   * 422.
   */
  NOT_REFUNDABLE: {
    blockReason: 'checked_in' | 'not_permitted' | 'disputed';
  };
  /** Captured, less all refunds that did not fail, is less than the amount. HTTP 422. */
  REFUND_TOO_LARGE: {
    /** What is left of the payment. Such as `"12.50"`. */
    remaining: string;
  };
  /** The token of a mailed link is not one of ours, has been used, or has expired. HTTP 422. */
  LINK_INVALID: {
    /** Why: it is not one of ours, it was for one use, or its time is over. */
    reason: 'unknown' | 'used' | 'expired';
  };
  /** The account has paid for shows ahead, and does not say that it forfeits them. HTTP 422. */
  PAID_SHOWS_AHEAD: {
    /** The reservations, at most 100, by the start of their shows. */
    reservations: {
      id: string;
      reference: string;
    }[];
  };
  /** The account is the last active administrator, and one must remain. HTTP 422. */
  LAST_ADMIN: Record<string, never>;
  /** The key was used in the last 24 hours for another procedure or with other input. HTTP 422. */
  IDEMPOTENCY_KEY_REUSED: Record<string, never>;
  /**
   * The server asks for proven addresses (`EMAIL_PROOF=required`), and this account has none.
   * Until then it may lock `limit` seats of a showtime, and confirm none. HTTP 422.
   */
  EMAIL_NOT_VERIFIED: {
    /** Seats of one showtime that may be locked; 0: none may be booked. */
    limit: number;
  };
  /**
   * The request would exceed the number of seats that one user may have locked in this showtime,
   * or 30 in all showtimes together; 40 that guests and accounts younger than a day have locked
   * in this showtime from one address; or 50 in confirmed reservations of this showtime. HTTP
   * 422.
   */
  SEAT_LIMIT_EXCEEDED: {
    /**
     * Which limit: over all showtimes (`account`), of guests and new accounts at one address in
     * this showtime (`address`), of confirmed reservations in it (`showtime`); otherwise that of
     * locked seats in this showtime.
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
   * addresses from which the account has not been signed in to; 300 calls of `auth` without a
   * session, such as `auth.login`, from one address in a minute; 30 new accounts and guests from
   * one address in an hour, or 100 in a day; 5,000 idempotency keys of one account in a day; 100
   * live seat maps at one address; 20 calls of an account in 10 seconds that ask a payment
   * provider; or too many sign-ins that wait. An IPv6 address counts with its /64 network. HTTP
   * 429.
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
