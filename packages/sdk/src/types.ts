/*
 * Generated from the router's schemas by `npm run openapi`. Do not edit.
 */

export interface AuthRegisterInput {
  /** An e-mail address. At most 255 characters. Such as `"ada@example.com"`. */
  email: string;
  /**
   * 8 to 128 characters of any script. Common passwords, your own e-mail address and your own
   * name are refused. Such as `"correct-horse-battery"`.
   */
  password: string;
  /** First name; at most 100 characters. */
  firstName?: string | null | undefined;
  /** Last name; at most 100 characters. */
  lastName?: string | null | undefined;
  /** The language of your mails, as a BCP 47 tag. At most 35 characters. */
  locale?: string | undefined;
}

export interface SignedIn {
  /** The account. */
  user: User;
  /** For `Authorization: Bearer`. */
  accessToken: string;
  /** How the token is sent. */
  tokenType: 'bearer';
  /** Seconds until the access token expires. */
  expiresIn: number;
  /** For `auth.refresh`, once; `null` for guests, whose sessions are not renewed. */
  refreshToken: string | null;
  /** Seconds until the session ends if it is not renewed; `null` for guests. */
  refreshExpiresIn: number | null;
}

/** The account. */
export interface User {
  /** Id of the user. */
  id: string;
  /** The e-mail address, which is unique ignoring case; `null` for guests. */
  email: string | null;
  /** First name. */
  firstName: string | null;
  /** Last name. */
  lastName: string | null;
  /** When the owner has shown that mail to the address arrives; `null` before. */
  emailVerifiedAt: Date | null;
  /** The language of its mails, as a BCP 47 tag; `null`: English. */
  locale: string | null;
  /** Since when signing in needs a code of an authenticator app; `null`: it does not. */
  secondFactorAt: Date | null;
  /** What the account may do. */
  role: 'admin' | 'user' | 'guest' | 'staff';
  /** Since when the account cannot sign in. */
  disabledAt: Date | null;
  /** When the account was created. */
  createdAt: Date;
}

export interface AuthLoginInput {
  /** The e-mail address of the account, ignoring case. At most 255 characters. */
  email: string;
  /** The present password. At most 1000 characters. */
  password: string;
  /**
   * The code of the authenticator app, or a recovery code, if the account has a second factor.
   * At most 100 characters.
   */
  code?: string | undefined;
}

export interface AuthLinkInput {
  /** What follows `#token=` in the link of the mail. At most 200 characters. */
  token: string;
}

export interface AuthRequestPasswordResetInput {
  /** An e-mail address. At most 255 characters. Such as `"ada@example.com"`. */
  email: string;
}

export interface MailSent {
  /** If the address is right, a mail comes. */
  sent: true;
}

export interface AuthResetPasswordInput {
  /** What follows `#token=` in the link of the mail. At most 200 characters. */
  token: string;
  /**
   * 8 to 128 characters of any script. Common passwords, your own e-mail address and your own
   * name are refused. Such as `"correct-horse-battery"`.
   */
  newPassword: string;
}

export interface PasswordReset {
  /** The new password holds. */
  changed: true;
}

export interface AuthVerifyEmailInput {
  /** What follows `#token=` in the link of the mail. At most 200 characters. */
  token: string;
}

export interface AuthRefreshInput {
  /** The newest one of the session. At most 2000 characters. */
  refreshToken: string;
}

export type Sessions = Session[];

export interface Session {
  /** Id of the session. */
  id: string;
  /** When it began, with a sign-in. */
  createdAt: Date;
  /** When it was used last; up to six minutes late. */
  lastUsedAt: Date;
  /** What the client called itself when it signed in; at most 255 characters. */
  userAgent: string | null;
  /** Whether this call was made in it. */
  current: boolean;
}

export interface AuthSessionsRevokeInput {
  /** Id of the session. */
  sessionId: string;
}

export interface AuthSecondFactorStartInput {
  /** The present password. At most 1000 characters. */
  password: string;
}

export interface SecondFactorStarted {
  /** In base32, for apps that are typed into. */
  secret: string;
  /** The same as an address, for a QR code. */
  otpauthUrl: string;
}

export interface AuthSecondFactorConfirmInput {
  /** The present code of the authenticator app. At most 100 characters. */
  code: string;
}

export interface RecoveryCodes {
  /** Ten codes, each of which replaces the app once. They are not shown again. */
  recoveryCodes: string[];
}

export interface AuthSecondFactorRemoveInput {
  /** The present password. At most 1000 characters. */
  password: string;
  /** The code of the authenticator app, or a recovery code. At most 100 characters. */
  code: string;
}

export interface SecondFactorRemoved {
  /** Signing in needs no code any more. */
  removed: true;
}

export interface AuthRequestPhoneVerificationInput {
  /**
   * With its country, such as `+49 151 12345678`. At most 50 characters. Such as
   * `"+4915112345678"`.
   */
  phone: string;
}

export interface TextSent {
  /** A text message with a code comes. */
  sent: true;
}

export interface AuthVerifyPhoneInput {
  /** The six digits of the message. At most 20 characters. */
  code: string;
}

export interface AuthUpdateMeInput {
  /** First name; at most 100 characters. */
  firstName?: string | null | undefined;
  /** Last name; at most 100 characters. */
  lastName?: string | null | undefined;
  /** The language of your mails, as a BCP 47 tag; `null`: English. */
  locale?: string | null | undefined;
}

export interface NotificationSettings {
  /** Whether a mail reminds you of each show a day before it starts. */
  reminders: boolean;
  /** Whether you want news of the cinema by mail. */
  news: boolean;
  /** Whether you want reminders by SMS as well. */
  sms: boolean;
  /** Whether what you saw counts for recommendations, yours and those of others. */
  recommendations: boolean;
  /** The proven telephone number for SMS, such as `+4915112345678`; read-only. */
  phone: string | null;
}

export interface AuthUpdateNotificationsInput {
  /** Whether a mail reminds you of each show a day before it starts. */
  reminders?: boolean | undefined;
  /** Whether you want news of the cinema by mail. */
  news?: boolean | undefined;
  /** Whether you want reminders by SMS as well; needs a proven telephone number. */
  sms?: boolean | undefined;
  /** Whether what you saw counts for recommendations, yours and those of others. */
  recommendations?: boolean | undefined;
}

export interface AuthLogoutInput {
  /** End all sessions of the user instead of this one. */
  everywhere?: boolean | undefined;
}

export interface LoggedOut {
  /** The session is over. */
  loggedOut: true;
}

export interface AuthChangePasswordInput {
  /** The present password. At most 1000 characters. */
  currentPassword: string;
  /**
   * 8 to 128 characters of any script. Common passwords, your own e-mail address and your own
   * name are refused. Such as `"correct-horse-battery"`.
   */
  newPassword: string;
}

export interface PasswordChanged {
  /** The new password holds. */
  changed: true;
  /** For `Authorization: Bearer`. */
  accessToken: string;
  /** How the token is sent. */
  tokenType: 'bearer';
  /** Seconds until the access token expires. */
  expiresIn: number;
  /** For `auth.refresh`, once; `null` for guests, whose sessions are not renewed. */
  refreshToken: string | null;
  /** Seconds until the session ends if it is not renewed; `null` for guests. */
  refreshExpiresIn: number | null;
}

export interface AccountExport {
  /** The database’s clock. */
  exportedAt: Date;
  /** The account. */
  user: User;
  /** Where it is signed in. */
  sessions: Session[];
  /** What it may do as a member of staff. */
  staffRoles: {
    /** The site; `null`: all sites. */
    siteId: string | null;
    /** The role there. */
    role: 'manager' | 'box_office' | 'gate';
  }[];
  /** All of them, newest first, with payments and refunds. */
  reservations: Reservation[];
  /** What was given with reservations beside the address. */
  contacts: {
    /** Id of the reservation. */
    reservationId: string;
    /** The telephone number given. */
    contactPhone: string | null;
    /** The language asked for. */
    locale: string | null;
  }[];
  /** What it wants to be sent. */
  notifications: NotificationSettings;
  /** Seats that are locked now. */
  locks: HeldLocks[];
  /** Scans of its tickets, newest first. */
  checkIns: {
    /** Id of the check-in. */
    id: string;
    /** Id of the reservation. */
    reservationId: string;
    /** The seat. */
    seatId: string | null;
    /** `entry` or `exit`. */
    type: string;
    /** What the door decided. */
    result: string;
    /** When the ticket was scanned. */
    at: Date;
  }[];
  /** What the account has done by the audit log, newest first, with addresses. */
  auditEvents: AuditEvent[];
}

export interface Reservation {
  /** Id of the reservation. */
  id: string;
  /** Eight characters that are easy to read out. */
  reference: string;
  /** Where the purchase stands. */
  status: 'pending' | 'confirmed' | 'cancelled';
  /** The show. */
  showtime: {
    /** Id of the showtime. */
    id: string;
    /** When the show begins. */
    startTime: Date;
    /** When the movie is over. */
    endTime: Date;
    /** The movie that is shown. */
    movie: {
      /** Id of the movie. */
      id: string;
      /** The title of the movie. */
      title: string;
    };
    /** Where it is shown. */
    theater: {
      /** Id of the theater. */
      id: string;
      /** The name of the theater. */
      name: string;
    };
  };
  /** The seats, row by row; those that were given back too. */
  seats: {
    /** Id of the seat. */
    id: string;
    /** The label of its row. */
    rowLabel: string;
    /** From 1; gaps are not counted. */
    seatNumber: number;
    /** Row, counted from the screen, from 1. */
    rowIndex: number;
    /** Position from the left, from 1; gaps are counted. */
    position: number;
    /** The type at the time of the purchase. */
    seatType: 'regular' | 'premium' | 'vip';
    /** What it cost, after its discount. Such as `"25.00"`. */
    price: string;
    /** Who the ticket is for. */
    ticketType: {
      /** Id of the ticket type. */
      id: string;
      /** A short name that does not change. */
      code: string;
      /** The name for customers. */
      name: string;
    };
    /** What was taken off. Such as `"25.00"`. */
    discount: string;
    /** The tax contained in the price. Such as `"25.00"`. */
    tax: string;
    /** When the seat was given back. */
    cancelledAt: Date | null;
  }[];
  /** The price of its seats together, of those that were given back too. Such as `"25.00"`. */
  totalPrice: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** When the seats were bought. */
  createdAt: Date;
  /** When the reservation was cancelled. */
  cancelledAt: Date | null;
  /** Why the cinema cancelled the show; `null` when it did not. */
  showCancelReason: string | null;
  /** Where it was sold. */
  channel: 'web' | 'desk' | 'api';
  /** Where its messages are sent. */
  contactEmail: string | null;
  /** The name given at the desk. */
  customerName: string | null;
  /**
   * Why it was cancelled: `customer`, `show_cancelled`, `payment_expired`, `seats_gone` or
   * `staff`.
   */
  cancelReason: CancelReason | null;
  /** What is charged beside the seats. Such as `"25.00"`. */
  fees: string;
  /** All discounts together. Such as `"25.00"`. */
  discount: string;
  /** The tax contained in all prices. Such as `"25.00"`. */
  tax: string;
  /** What is charged: `totalPrice` and `fees`. Such as `"25.00"`. */
  total: string;
  /** Refunds that did not fail. Such as `"25.00"`. */
  refunded: string;
  /** How it is paid; `null` when there was nothing to pay in advance. */
  payment: Payment | null;
  /** Money that went back, oldest first. */
  refunds: {
    /** Id of the refund. */
    id: string;
    /** What is returned. Such as `"25.00"`. */
    amount: string;
    /** How far it is. */
    status: 'pending' | 'succeeded' | 'failed';
    /** When it was decided. */
    createdAt: Date;
  }[];
}

export type CancelReason = 'customer' | 'show_cancelled' | 'payment_expired' | 'seats_gone' | 'staff';

export interface Payment {
  /** Id of the payment. */
  id: string;
  /** Id of the reservation. */
  reservationId: string;
  /** Who takes the money: `stripe`, `paypal` or `desk`; `null` before the payment is started. */
  provider: PaymentProvider | null;
  /** A payment that was declined is `open`: it can be tried again. */
  status: 'open' | 'processing' | 'succeeded' | 'cancelled';
  /** What is to be paid. Such as `"25.00"`. */
  amount: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** Refunds that did not fail. Such as `"25.00"`. */
  refunded: string;
  /** Until when the customer can pay. */
  payBefore: Date | null;
  /** Why the last attempt was declined. */
  lastError: string | null;
  /** What the client does so that the customer can pay; only in the answer of `payments.start`. */
  clientAction: ClientAction | null;
  /** When it was made. */
  createdAt: Date;
}

export type PaymentProvider = 'stripe' | 'paypal' | 'desk';

export type ClientAction = {
  /** Pay with Stripe.js. */
  type: 'stripe_payment_intent';
  /** For Stripe.js: it lets the customer pay, and nothing else. */
  clientSecret: string;
  /** The key that Stripe.js is loaded with. */
  publishableKey: string;
} | {
  /** Send the customer to a page. */
  type: 'redirect';
  /** Where the customer pays, and is sent back from. */
  url: string;
};

export interface HeldLocks {
  /** The show. */
  showtime: Showtime;
  /** The seats that you have locked. */
  seats: {
    /** Id of the seat. */
    id: string;
    /** The label of its row. */
    rowLabel: string;
    /** From 1; gaps are not counted. */
    seatNumber: number;
    /** Fixed until the lock ends. Such as `"25.00"`. */
    price: string;
    /** When the lock ends. */
    expiresAt: Date;
    /** The reservation that it is being paid for. */
    reservationId: string | null;
  }[];
}

/** The show. */
export interface Showtime {
  /** Id of the showtime. */
  id: string;
  /** The movie that is shown. */
  movie: {
    /** Id of the movie. */
    id: string;
    /** The title of the movie. */
    title: string;
    /** Length in minutes. */
    durationMinutes: number;
    /**
     * The poster: a path on this server, `/uploads/…`, or a URL if the installation has a CDN for
     * posters (`POSTER_BASE_URL`). The name never gets another picture. With `?w=320`, `640` or
     * `1280` the picture is at most so many pixels wide, as AVIF or WebP by `Accept`.
     */
    posterUrl: string | null;
  };
  /** Where it is shown. */
  theater: {
    /** Id of the theater. */
    id: string;
    /** The name of the theater. */
    name: string;
    /** IANA name of its time zone. */
    timezone: string;
  };
  /** When the show begins. */
  startTime: Date;
  /** After the length of the movie. */
  endTime: Date;
  /** Where the prices come from; `null`: they are the show’s own. */
  priceListId: string | null;
  /** Shows that were planned together have it in common. */
  seriesId: string | null;
  /** Who tickets can be bought for, in their order; the first one is bought by `seatIds`. */
  ticketTypes: ShowTicketType[];
  /** The price of a regular seat, of the first ticket type. Such as `"25.00"`. */
  price: string;
  /**
   * As sent; a type that is left out costs `price`.
   *
   * @deprecated Since 2026-11-30, and kept until 2027-12-01 at least. Use `prices` of the first
   * of `ticketTypes`, which are the same figures.
   */
  seatTypePrices: {
    /** The price of a premium seat. Such as `"25.00"`. */
    premium?: string | undefined;
    /** The price of a VIP seat. Such as `"25.00"`. */
    vip?: string | undefined;
  };
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /**
   * In seats; at most a second old, and in a list from a replica older by its lag. Of a
   * cancelled show none is available.
   */
  availability: {
    /** Seats that can be sold. */
    total: number;
    /** Seats that are free. */
    available: number;
  };
  /** When the show was cancelled. */
  cancelledAt: Date | null;
  /** Why the show was cancelled, for its customers. */
  cancelReason: string | null;
  /** Grows with each change; an update that names an older one is refused. */
  revision: number;
  /** When the showtime was created. */
  createdAt: Date;
}

export interface ShowTicketType {
  /** Id of the ticket type. */
  id: string;
  /** A short name that programs use. */
  code: string;
  /** The name for customers. */
  name: string;
  /** A seat type that is left out costs `regular`. */
  prices: {
    /** On a regular seat. Such as `"25.00"`. */
    regular: string;
    /** On a premium seat. Such as `"25.00"`. */
    premium?: string | undefined;
    /** On a VIP seat. Such as `"25.00"`. */
    vip?: string | undefined;
  };
}

export interface AuditEvent {
  /** Id of the entry. */
  id: string;
  /** When it happened. */
  at: Date;
  /** Who did it: a user or an API key; `null`: a caller without a session. */
  actor: AuditActor | null;
  /** The name of the procedure. Such as `"admin.users.promote"`. */
  action: string;
  /** The id of what it was done to. */
  subject: string | null;
  /** The input, without what `subject` says. Of a refusal: `code`. Never a password. */
  data: {
    [key: string]: unknown;
  };
  /** The address of the client. */
  remoteAddress: string;
}

export type AuditActor = {
  /** Id of the user. */
  id: string;
  /** The e-mail address of the account; `null` for guests, and when the account is gone. */
  email: string | null;
} | {
  /** Id of the API key. */
  apiKeyId: string;
};

export interface AuthDeleteAccountInput {
  /** The present password. At most 1000 characters. */
  password: string;
  /** Give up what has been paid for shows ahead: it is not returned. */
  forfeit?: boolean | undefined;
}

export interface AccountDeleted {
  /** The account is gone. */
  deleted: true;
}

export interface MoviesListInput {
  /** Equals, ignoring case. At most 100 characters. */
  genre?: string | undefined;
  /** The title contains this, ignoring case and accents. At most 255 characters. */
  search?: string | undefined;
  /**
   * Movies with a show that starts on this business day, in the time zone of its theater.
   * Written as `YYYY-MM-DD`.
   */
  date?: string | undefined;
  /** Movies with a show at this cinema that has not started; with `date`, one on that day. */
  siteId?: string | undefined;
  /**
   * The id ends with this: at least six hexadecimal digits and dashes, in any case. At most 36
   * characters.
   */
  idEndsWith?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface Movie {
  /** Id of the movie. */
  id: string;
  /** The title. */
  title: string;
  /** A text about the movie. */
  description: string | null;
  /**
   * The poster: a path on this server, `/uploads/…`, or a URL if the installation has a CDN for
   * posters (`POSTER_BASE_URL`). The name never gets another picture. With `?w=320`, `640` or
   * `1280` the picture is at most so many pixels wide, as AVIF or WebP by `Accept`.
   */
  posterUrl: string | null;
  /** The genre. */
  genre: string;
  /** Length in minutes. */
  durationMinutes: number;
  /** The day of the first release, as `YYYY-MM-DD`. */
  releaseDate: string | null;
  /** The age rating, such as `PG-13`. */
  contentRating: string | null;
  /** The age from which it may be seen, by `ageRule`. */
  minimumAge: number | null;
  /** What `minimumAge` means for ticket types of younger people. */
  ageRule: 'advisory' | 'accompanied' | 'restricted';
  /** Grows with each change; an update that names an older one is refused. */
  revision: number;
  /** When the movie was added. */
  createdAt: Date;
  /** When the movie was last changed. */
  updatedAt: Date;
}

export interface Genre {
  /** The genre. */
  genre: string;
  /** The number of movies. */
  movies: number;
}

export interface MoviesGetInput {
  /** Id of the movie. */
  movieId: string;
}

export interface MoviesCreateInput {
  /** The title, as posters have it. At most 255 characters. */
  title: string;
  /** A text about the movie, of several lines. */
  description?: string | null | undefined;
  /** The genre. At most 100 characters. */
  genre: string;
  /** Length in minutes. From 1 to 1440. Such as `117`. */
  durationMinutes: number;
  /** The day of the first release, as `YYYY-MM-DD`. */
  releaseDate?: string | null | undefined;
  /** The age rating, such as `PG-13`; at most 20 characters. */
  contentRating?: string | null | undefined;
  /** The age from which it may be seen, by `ageRule`. Such as `18`. */
  minimumAge?: number | null | undefined;
  /**
   * What `minimumAge` means for ticket types of younger people: `advisory`: nothing;
   * `accompanied`: sold with an adult; `restricted`: not sold. By default `advisory`.
   */
  ageRule?: 'advisory' | 'accompanied' | 'restricted' | undefined;
}

export interface MoviesUpdateInput {
  /** Id of the movie. */
  movieId: string;
  /** The title, as posters have it. At most 255 characters. */
  title?: string | undefined;
  /** A text about the movie, of several lines. */
  description?: string | null | undefined;
  /** The genre. At most 100 characters. */
  genre?: string | undefined;
  /** Length in minutes. From 1 to 1440. Such as `117`. */
  durationMinutes?: number | undefined;
  /** The day of the first release, as `YYYY-MM-DD`. */
  releaseDate?: string | null | undefined;
  /** The age rating, such as `PG-13`; at most 20 characters. */
  contentRating?: string | null | undefined;
  /** The age from which it may be seen, by `ageRule`. Such as `18`. */
  minimumAge?: number | null | undefined;
  /**
   * What `minimumAge` means for ticket types of younger people: `advisory`: nothing;
   * `accompanied`: sold with an adult; `restricted`: not sold. By default `advisory`.
   */
  ageRule?: 'advisory' | 'accompanied' | 'restricted' | undefined;
  /** The revision that the change was made from. Without it the change overwrites later ones. */
  revision?: number | undefined;
}

export interface MoviesShowtimesInput {
  /** Id of the movie. */
  movieId: string;
  /** Showtimes at this cinema. */
  siteId?: string | undefined;
  /** A business day in the theater’s time zone. Written as `YYYY-MM-DD`. */
  date?: string | undefined;
  /** First day, inclusive. Written as `YYYY-MM-DD`. */
  from?: string | undefined;
  /** Last day, inclusive. Written as `YYYY-MM-DD`. */
  to?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface MoviesDeleteInput {
  /** Id of the movie. */
  movieId: string;
}

export interface Deleted {
  /** Id of the thing that is gone. */
  id: string;
  /** Kept for reservations and reports instead of erased. */
  archived: boolean;
}

export interface MoviesSearchInput {
  /**
   * Words of the title, of its description, or the beginning of one. Typing errors, accents,
   * case and spaces may differ. At most 255 characters. Such as `"godfahter"`.
   */
  q: string;
  /** Movies with a show ahead at this cinema. */
  siteId?: string | undefined;
  /** Movies with a show ahead on this business day or later. Written as `YYYY-MM-DD`. */
  from?: string | undefined;
  /** Movies with a show ahead on this business day or before. Written as `YYYY-MM-DD`. */
  to?: string | undefined;
  /**
   * Movies at most. From 1 to 50.
   *
   * @default 20
   */
  limit?: number | undefined;
}

export interface FoundMovie {
  /** The movie that was found. */
  movie: Movie;
  /** How well it fits: 1 is the title as it was typed. */
  score: number;
  /** The next show that has not started, within the filters; `null` without one. */
  nextShowtime: Showtime | null;
}

export interface MoviesRecommendedInput {
  /** Movies with a show ahead at this cinema. */
  siteId?: string | undefined;
  /**
   * Movies at most. From 1 to 20.
   *
   * @default 10
   */
  limit?: number | undefined;
}

export interface RecommendedMovie {
  /** The movie to see. */
  movie: Movie;
  /**
   * `seen`: people who saw the named movie, which you did too, saw this one as well. `popular`:
   * much booked in the last week. `genre`: of the genre that you see most. `new`: added of late.
   */
  because: {
    /** A movie that you saw leads to it. */
    type: 'seen';
    /** Id of the movie. */
    movieId: string;
    /** The title of a movie that you saw. */
    title: string;
  } | {
    /** Nothing that you saw leads to it. */
    type: 'popular' | 'new' | 'genre';
  };
}

export interface TheatersListInput {
  /** Theaters of this cinema. */
  siteId?: string | undefined;
  /**
   * The id ends with this: at least six hexadecimal digits and dashes, in any case. At most 36
   * characters.
   */
  idEndsWith?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface Theater {
  /** Id of the theater. */
  id: string;
  /** The name of the theater. */
  name: string;
  /** IANA name of the time zone. Such as `"Europe/Paris"`. */
  timezone: string;
  /** Minutes of cleaning after each show. */
  turnaroundMinutes: number;
  /** Id of the site. */
  siteId: string;
  /** The number of seats. */
  totalSeats: number;
  /** Grows with each change; an update that names an older one is refused. */
  revision: number;
  /** When the theater was created. */
  createdAt: Date;
}

export interface TheatersGetInput {
  /** Id of the theater. */
  theaterId: string;
}

export interface TheaterWithSeats {
  /** Id of the theater. */
  id: string;
  /** The name of the theater. */
  name: string;
  /** IANA name of the time zone. Such as `"Europe/Paris"`. */
  timezone: string;
  /** Minutes of cleaning after each show. */
  turnaroundMinutes: number;
  /** Id of the site. */
  siteId: string;
  /** The number of seats. */
  totalSeats: number;
  /** Grows with each change; an update that names an older one is refused. */
  revision: number;
  /** When the theater was created. */
  createdAt: Date;
  /** The seats, row by row. */
  seats: TheaterSeat[];
}

export interface TheaterSeat {
  /** Id of the seat. */
  id: string;
  /** The label of its row. */
  rowLabel: string;
  /** Unique in the row; from 1 unless the layout says otherwise. */
  seatNumber: number;
  /** Row, counted from the screen, from 1. */
  rowIndex: number;
  /** Position from the left, from 1; gaps are counted. */
  position: number;
  /** The type, which decides the price. */
  seatType: 'regular' | 'premium' | 'vip';
  /** The seat cannot be sold. */
  outOfOrder: boolean;
  /** `wheelchair` places, `companion` seats and love seats (`pair`) have rules of their own. */
  features: ('wheelchair' | 'companion' | 'transferArm' | 'aisle' | 'noSteps' | 'hearingLoop' | 'restrictedView' | 'pair')[];
}

export interface TheatersCreateInput {
  /** The name of the theater. At most 255 characters. */
  name: string;
  /** IANA name of the time zone. At most 64 characters. Such as `"Europe/Paris"`. */
  timezone: string;
  /** Minutes of cleaning after each show. From 0 to 480. */
  turnaroundMinutes?: number | undefined;
  /** Id of its cinema; by default the default cinema. */
  siteId?: string | undefined;
  /** The rows, from the screen backwards. From 1 to 60 items. */
  rows: SeatRow[];
}

export interface SeatRow {
  /** The letter or number of the row; unique in the theater. At most 10 characters. */
  label: string;
  /** Positions in the row, gaps included. From 1 to 60. */
  seats: number;
  /** `regular` if left out. */
  seatType?: 'regular' | 'premium' | 'vip' | undefined;
  /** The end of the row that numbers count from; `left` if left out. */
  numbering?: 'left' | 'right' | undefined;
  /** Positions that differ from the rest of the row. */
  overrides?: {
    /** Position from the left, from 1. From 1 to 60. */
    position: number;
    /** The type of this seat. */
    seatType?: 'regular' | 'premium' | 'vip' | undefined;
    /** No seat here: an aisle, a pillar. */
    gap?: true | undefined;
    /** A seat that cannot be sold. */
    outOfOrder?: true | undefined;
    /** Its own number, unique in the row; the other seats keep theirs. From 1 to 9999. */
    number?: number | undefined;
    /** What the seat offers. A `pair` is two seats side by side. */
    features?: ('wheelchair' | 'companion' | 'transferArm' | 'aisle' | 'noSteps' | 'hearingLoop' | 'restrictedView' | 'pair')[] | undefined;
  }[] | undefined;
}

export interface TheatersUpdateInput {
  /** Id of the theater. */
  theaterId: string;
  /** The name of the theater. At most 255 characters. */
  name?: string | undefined;
  /** IANA name of the time zone. At most 64 characters. Such as `"Europe/Paris"`. */
  timezone?: string | undefined;
  /** Minutes of cleaning after each show. From 0 to 480. */
  turnaroundMinutes?: number | undefined;
  /** Id of its cinema. */
  siteId?: string | undefined;
  /** The rows, from the screen backwards; replaces the layout. From 1 to 60 items. */
  rows?: SeatRow[] | undefined;
  /** The revision that the change was made from. Without it the change overwrites later ones. */
  revision?: number | undefined;
}

export interface TheatersDeleteInput {
  /** Id of the theater. */
  theaterId: string;
}

export interface ShowtimesListInput {
  /** Id of the movie. */
  movieId?: string | undefined;
  /** Id of the theater. */
  theaterId?: string | undefined;
  /** Showtimes at this cinema. */
  siteId?: string | undefined;
  /** Showtimes that were planned together. */
  seriesId?: string | undefined;
  /** A business day in the theater’s time zone. Written as `YYYY-MM-DD`. */
  date?: string | undefined;
  /** First day, inclusive. Written as `YYYY-MM-DD`. */
  from?: string | undefined;
  /** Last day, inclusive. Written as `YYYY-MM-DD`. */
  to?: string | undefined;
  /**
   * The id ends with this: at least six hexadecimal digits and dashes, in any case. At most 36
   * characters.
   */
  idEndsWith?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface ShowtimesGetInput {
  /** Id of the showtime. */
  showtimeId: string;
}

export interface ShowtimesProgrammeInput {
  /** The programme of this cinema. */
  siteId?: string | undefined;
  /** A business day in the theater’s time zone. Written as `YYYY-MM-DD`. */
  date: string;
}

export interface ProgrammeItem {
  /** The movie that is shown. */
  movie: ProgrammeMovie;
  /** Its shows of the day, by start. */
  showtimes: ProgrammeShowtime[];
}

/** The movie that is shown. */
export interface ProgrammeMovie {
  /** Id of the movie. */
  id: string;
  /** The title. */
  title: string;
  /**
   * The poster: a path on this server, `/uploads/…`, or a URL if the installation has a CDN for
   * posters (`POSTER_BASE_URL`). The name never gets another picture. With `?w=320`, `640` or
   * `1280` the picture is at most so many pixels wide, as AVIF or WebP by `Accept`.
   */
  posterUrl: string | null;
  /** The genre. */
  genre: string;
  /** Length in minutes. */
  durationMinutes: number;
  /** The age rating, such as `PG-13`. */
  contentRating: string | null;
  /** The age from which it may be seen, by `ageRule`. */
  minimumAge: number | null;
  /** What `minimumAge` means for ticket types of younger people. */
  ageRule: 'advisory' | 'accompanied' | 'restricted';
}

export interface ProgrammeShowtime {
  /** Id of the showtime. */
  id: string;
  /** When the show begins. */
  startTime: Date;
  /** The start on the wall of the theater, as `HH:MM`. Such as `"20:15"`. */
  localTime: string;
  /** Where it is shown. */
  theater: {
    /** Id of the theater. */
    id: string;
    /** The name of the theater. */
    name: string;
    /** IANA name of its time zone. */
    timezone: string;
  };
  /**
   * In seats; at most a second old, and in a list from a replica older by its lag. Of a
   * cancelled show none is available.
   */
  availability: {
    /** Seats that can be sold. */
    total: number;
    /** Seats that are free. */
    available: number;
  };
  /**
   * The lowest price of a ticket: of all ticket types, and of the seat types in the theater.
   * Such as `"25.00"`.
   */
  priceFrom: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
}

export interface ShowtimesCreateInput {
  /** Id of the movie. */
  movieId: string;
  /** Id of the theater. */
  theaterId: string;
  /** ISO 8601 with `Z` or an offset; seconds are optional. Between 1900 and 2199. */
  startTime: string | Date;
  /** The price of a regular seat, with two decimals; or `priceListId`. Such as `"12.50"`. */
  price?: string | undefined;
  /** Id of the price list that the prices come from, instead of `price`. */
  priceListId?: string | undefined;
  /** Prices of the other seat types; one that is left out costs `price`. */
  seatTypePrices?: {
    /** The price of a premium seat. Such as `"12.50"`. */
    premium?: string | undefined;
    /** The price of a VIP seat. Such as `"12.50"`. */
    vip?: string | undefined;
  } | null | undefined;
}

export interface ShowtimesUpdateInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** Id of the movie. */
  movieId?: string | undefined;
  /** Id of the theater. */
  theaterId?: string | undefined;
  /** ISO 8601 with `Z` or an offset; seconds are optional. Between 1900 and 2199. */
  startTime?: string | Date | undefined;
  /** The price of a regular seat, with two decimals. Such as `"12.50"`. */
  price?: string | undefined;
  /** Id of the price list that the prices come from, instead of `price`. */
  priceListId?: string | undefined;
  /** Prices of the other seat types; one that is left out costs `price`. */
  seatTypePrices?: {
    /** The price of a premium seat. Such as `"12.50"`. */
    premium?: string | undefined;
    /** The price of a VIP seat. Such as `"12.50"`. */
    vip?: string | undefined;
  } | null | undefined;
  /** The revision that the change was made from. Without it the change overwrites later ones. */
  revision?: number | undefined;
}

export interface ShowtimesDeleteInput {
  /** Id of the showtime. */
  showtimeId: string;
}

export interface ShowtimesCancelInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** Why, for the customers; at most 500 characters. */
  reason: string;
}

export interface CancelledShowtime {
  /** The show, cancelled. */
  showtime: Showtime;
  /** Reservations that were cancelled with it. */
  cancelledReservations: number;
  /** Seats of those reservations. */
  seats: number;
}

export interface ShowtimesSeatsInput {
  /** Id of the showtime. */
  showtimeId: string;
}

export interface SeatMap {
  /** Id of the showtime. */
  showtimeId: string;
  /** Opaque; changes whenever a seat does. The same for every caller and server. */
  version: string;
  /** The database’s clock. */
  now: Date;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** Where the prices come from; `null`: they are the show’s own. */
  priceListId: string | null;
  /** Who tickets can be bought for, in their order; the first one is bought by `seatIds`. */
  ticketTypes: ShowTicketType[];
  /** All seats, row by row. */
  seats: Seat[];
  /** The number of seats by status. */
  counts: {
    /** All seats. */
    total: number;
    /** Seats that can be locked. */
    available: number;
    /** Seats that customers are buying. */
    locked: number;
    /** Seats that are sold. */
    reserved: number;
    /** Seats that are not sold. */
    blocked: number;
  };
}

export interface Seat {
  /** Id of the seat. */
  id: string;
  /** The label of its row. */
  rowLabel: string;
  /** Unique in the row. */
  seatNumber: number;
  /** Row, counted from the screen, from 1. */
  rowIndex: number;
  /** Position from the left, from 1; gaps are counted. */
  position: number;
  /** The type, which decides the price. */
  seatType: 'regular' | 'premium' | 'vip';
  /** `wheelchair` places, `companion` seats and love seats (`pair`) have rules of their own. */
  features: ('wheelchair' | 'companion' | 'transferArm' | 'aisle' | 'noSteps' | 'hearingLoop' | 'restrictedView' | 'pair')[];
  /**
   * Of the first ticket type; on your own locked seats the price fixed at the lock. Such as
   * `"25.00"`.
   */
  price: string;
  /** `blocked` seats are not sold. */
  status: 'available' | 'locked' | 'reserved' | 'blocked';
  /** You have locked it. */
  yours?: true | undefined;
  /** Only on your own seats. */
  lockedUntil?: Date | undefined;
}

export interface ShowtimesLockSeatsInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** The seats to lock. From 1 to 50 items. */
  seatIds: string[];
  /** The party needs a wheelchair place. No proof is asked for. */
  accessibility?: true | undefined;
}

export interface SeatLock {
  /** Id of the showtime. */
  showtimeId: string;
  /** The database’s clock: count down from here. */
  now: Date;
  /** The seats, with what holds for each of them. */
  seats: {
    /** Id of the seat. */
    seatId: string;
    /** Of the first ticket type; fixed until the lock ends. Such as `"25.00"`. */
    price: string;
    /** Of each ticket type; fixed until the lock ends. */
    prices: TicketPrice[];
    /** When the lock ends. */
    expiresAt: Date;
    /** The latest end that extensions can reach. */
    maxExpiresAt: Date;
  }[];
  /** The price of these seats together. Such as `"25.00"`. */
  totalPrice: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** The earliest of the seats. */
  expiresAt: Date;
  /** The earliest of the seats. */
  maxExpiresAt: Date;
}

export interface TicketPrice {
  /** Id of the ticket type. */
  ticketTypeId: string;
  /** What it costs on this seat. Such as `"25.00"`. */
  price: string;
}

export interface ShowtimesExtendLockInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** By default all your own. From 1 to 50 items. */
  seatIds?: string[] | undefined;
}

export interface ShowtimesUnlockSeatsInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** By default all your own. From 1 to 50 items. */
  seatIds?: string[] | undefined;
}

export interface UnlockedSeats {
  /** Ids of the seats that are free again. */
  seatIds: string[];
}

export interface ShowtimesBlockSeatsInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** The seats to block. From 1 to 50 items. */
  seatIds: string[];
  /** `house`: kept for guests of the house; `broken`; `hold`: any other reason. */
  kind: 'house' | 'broken' | 'hold';
  /** For the staff; customers never see it. */
  reason?: string | null | undefined;
  /**
   * When the seats are for sale again, without a call; in the future. By default they stay
   * blocked until they are unblocked.
   */
  releaseAt?: string | Date | null | undefined;
}

export interface ShowtimesUnblockSeatsInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** By default all that are blocked. From 1 to 50 items. */
  seatIds?: string[] | undefined;
}

export interface ShowtimesOnSeatsChangedInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** The version that you have; the changes since then follow, without a snapshot. */
  lastEventId?: string | null | undefined;
}

export interface SeatsEvent {
  /** `snapshot`: all seats; replace what you have. `change`: the seats that differ. */
  type: 'snapshot' | 'change';
  /** Version of the seat map after this event. */
  version: string;
  /** The seats. */
  seats: {
    /** Id of the seat. */
    id: string;
    /** What it is now. */
    status: 'available' | 'locked' | 'reserved' | 'blocked';
  }[];
}

export interface ReservationsCreateInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** Seats that you have locked. From 1 to 50 items. */
  seatIds?: string[] | undefined;
  /** Seats that you have locked, each with its ticket type. From 1 to 50 items. */
  seats?: {
    /** Id of the seat. */
    seatId: string;
    /** Id of the ticket type. */
    ticketTypeId: string;
  }[] | undefined;
  /**
   * Where messages about this reservation are sent, instead of the account’s address. Guests
   * must give it where mail is sent. At most 255 characters.
   */
  contactEmail?: string | undefined;
  /** A telephone number for questions. At most 50 characters. */
  contactPhone?: string | undefined;
  /**
   * The language of the mails and tickets, as a BCP 47 tag; by default that of the account.
   * Mails are in English, German and Japanese; others are in English. At most 35 characters.
   */
  locale?: string | undefined;
  /** The total that the customer has seen; when it differs, nothing is done. Such as `"12.50"`. */
  expectedTotal?: string | undefined;
}

export interface ReservationsListInput {
  /**
   * By the start of the showtime. Cancelled reservations are included.
   *
   * @default "all"
   */
  when?: 'upcoming' | 'past' | 'all' | undefined;
  /** Equals, ignoring case. At most 20 characters. */
  reference?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface ReservationsGetInput {
  /** Id of the reservation. */
  reservationId: string;
}

export interface ReservationsCancelInput {
  /** Id of the reservation. */
  reservationId: string;
  /** Seats of the reservation; by default all that are not cancelled. From 1 to 50 items. */
  seatIds?: string[] | undefined;
  /** The refund that the customer has seen; when it differs, nothing is done. Such as `"12.50"`. */
  expectedRefund?: string | undefined;
  /** How much is returned; administrators only. By default `policy`. */
  refund?: 'policy' | 'full' | 'none' | undefined;
  /** Why, for the log; administrators only. Also after the start. At most 500 characters. */
  reason?: string | undefined;
}

export interface ReservationsPreviewCancelInput {
  /** Id of the reservation. */
  reservationId: string;
  /** Seats of the reservation; by default all that are not cancelled. From 1 to 50 items. */
  seatIds?: string[] | undefined;
}

export interface CancelPreview {
  /** Whether it can be cancelled by you now. */
  allowed: boolean;
  /**
   * Why not: `already_cancelled`, `checked_in`, `showtime_started`, `not_permitted` or
   * `disputed`.
   */
  blockReason: CancelBlockReason | null;
  /** The seats that would be cancelled, row by row. */
  seats: {
    /** Id of the seat. */
    seatId: string;
    /** What was paid for it. Such as `"25.00"`. */
    paid: string;
    /** What is returned for it. Such as `"25.00"`. */
    refund: string;
  }[];
  /** Fees that are not returned. Such as `"25.00"`. */
  feeKept: string;
  /** What is returned, fees included. Such as `"25.00"`. */
  refundTotal: string;
  /** When the refund becomes smaller; `null` when that is not known. */
  validUntil: Date | null;
}

export type CancelBlockReason = 'already_cancelled' | 'checked_in' | 'showtime_started' | 'not_permitted' | 'disputed';

export interface ReservationsQuoteInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** Seats that you have locked. From 1 to 50 items. */
  seatIds?: string[] | undefined;
  /** Seats that you have locked, each with its ticket type. From 1 to 50 items. */
  seats?: {
    /** Id of the seat. */
    seatId: string;
    /** Id of the ticket type. */
    ticketTypeId: string;
  }[] | undefined;
  /**
   * Where messages about this reservation are sent, instead of the account’s address. Guests
   * must give it where mail is sent. At most 255 characters.
   */
  contactEmail?: string | undefined;
  /** A telephone number for questions. At most 50 characters. */
  contactPhone?: string | undefined;
  /**
   * The language of the mails and tickets, as a BCP 47 tag; by default that of the account.
   * Mails are in English, German and Japanese; others are in English. At most 35 characters.
   */
  locale?: string | undefined;
  /** The total that the customer has seen; when it differs, nothing is done. Such as `"12.50"`. */
  expectedTotal?: string | undefined;
}

export interface Quote {
  /** The seats, in the order of the request. */
  seats: {
    /** Id of the seat. */
    seatId: string;
    /** Id of the ticket type. */
    ticketTypeId: string;
    /** What it costs, after its discount. Such as `"25.00"`. */
    price: string;
    /** What was taken off. Such as `"25.00"`. */
    discount: string;
    /** The tax contained in the price. Such as `"25.00"`. */
    tax: string;
  }[];
  /** The price of the seats together. Such as `"25.00"`. */
  totalPrice: string;
  /** What is charged beside the seats. Such as `"25.00"`. */
  fees: string;
  /** All discounts together. Such as `"25.00"`. */
  discount: string;
  /** The tax contained in all prices. Such as `"25.00"`. */
  tax: string;
  /** What is to be paid. Such as `"25.00"`. */
  total: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** What would be returned for seats given back. */
  refundPolicy: RefundPolicy;
}

/** What would be returned for seats given back. */
export interface RefundPolicy {
  /**
   * The first tier whose `hoursBefore` are left until the start decides; without one nothing is
   * returned.
   */
  tiers: {
    /** Hours before the start, at least. */
    hoursBefore: number;
    /** How much of a price is returned. */
    percent: number;
  }[];
  /** Whether fees are returned when the last seat is given back. */
  feeRefundable: boolean;
}

export interface PaymentsStartInput {
  /** Id of the reservation. */
  reservationId: string;
  /** Who takes the money; by default the first that is configured. */
  provider?: 'stripe' | 'paypal' | undefined;
}

export interface PaymentsGetInput {
  /** Id of the payment. */
  paymentId: string;
}

export interface PaymentsSyncInput {
  /** Id of the payment. */
  paymentId: string;
}

export interface TicketsListInput {
  /** Id of the reservation. */
  reservationId: string;
}

export interface Ticket {
  /** Id of the seat. */
  seatId: string;
  /** The label of its row. */
  rowLabel: string;
  /** From 1; gaps are not counted. */
  seatNumber: number;
  /** Who the ticket is for. */
  ticketType: {
    /** Id of the ticket type. */
    id: string;
    /** A short name that does not change. */
    code: string;
    /** The name for customers. */
    name: string;
  };
  /** What the QR code contains: `MT1-` and 172 characters, signed. Fits version 7 at level M. */
  code: string;
  /** Grows when the ticket is issued anew. */
  version: number;
  /** `used`: its holder is inside; `void`: the seat was given back, or the show cancelled. */
  status: 'valid' | 'used' | 'void';
  /** When its holder went in. */
  usedAt: Date | null;
}

export interface TicketsReissueInput {
  /** Id of the reservation. */
  reservationId: string;
  /** Seats of the reservation; by default all that are not cancelled. From 1 to 50 items. */
  seatIds?: string[] | undefined;
}

export interface TicketKey {
  /** Second byte of every code that it signed. */
  kid: number;
  /** As a JSON Web Key. */
  publicKey: {
    /** The kind of key. */
    kty: 'OKP';
    /** The curve. */
    crv: 'Ed25519';
    /** The 32 bytes of the key in base64url. */
    x: string;
  };
}

export interface CheckInsCreateInput {
  /**
   * What the scanner read, or a typed reference and seat: `K7Q2M9XD A12`. The seat may be left
   * out when the reservation has one seat. At most 300 characters.
   */
  code: string;
  /** The show at this door. Left out: every show of your sites. */
  showtimeId?: string | undefined;
  /** The name of the door. At most 100 characters. */
  gate?: string | undefined;
  /** The name of the scanner; of your choice. At most 100 characters. */
  deviceId: string;
  /**
   * Made by the device for this scan. The same scan sent twice counts once. At most 200
   * characters.
   */
  nonce: string;
  /**
   * An `exit` lets the ticket in again.
   *
   * @default "entry"
   */
  type?: 'entry' | 'exit' | undefined;
  /** When it was scanned; left out or in the future: now. */
  at?: string | Date | undefined;
  /**
   * Lets in too early, too late, or a second time; noted in the audit log. Nothing else is
   * forced.
   *
   * @default false
   */
  force?: boolean | undefined;
}

export interface ScanResult {
  /** Id of the check-in. */
  id: string;
  /** Whether the holder goes in, or, at an exit, out. */
  result: 'admitted' | 'already_admitted' | 'refused';
  /** In or out. */
  type: 'entry' | 'exit';
  /** When it was scanned. */
  at: Date;
  /**
   * Why not: `invalid_code`, `unknown`, `wrong_show`, `wrong_site`, `too_early`, `too_late`,
   * `cancelled`, `unpaid`, `void`; at an exit `not_inside`.
   */
  reason: CheckInRefusal | null;
  /** The scan that let the ticket in; with `already_admitted`. */
  first: {
    /** When it was scanned. */
    at: Date;
    /** At which door. */
    gate: string | null;
    /** By which scanner. */
    deviceId: string;
  } | null;
  /** Of the reservation. */
  reference: string | null;
  /** The seat; `null` when the ticket is none of this site’s. */
  seat: {
    /** Id of the seat. */
    id: string;
    /** The label of its row. */
    rowLabel: string;
    /** From 1; gaps are not counted. */
    seatNumber: number;
    /** The type of the seat. */
    seatType: 'regular' | 'premium' | 'vip';
  } | null;
  /** Who the ticket is for. */
  ticketType: {
    /** Id of the ticket type. */
    id: string;
    /** A short name that does not change. */
    code: string;
    /** The name for customers. */
    name: string;
  } | null;
  /** The show of the ticket. */
  showtime: {
    /** Id of the showtime. */
    id: string;
    /** The title of the movie. */
    movie: string;
    /** The name of the theater. */
    theater: string;
    /** When the show begins. */
    startTime: Date;
  } | null;
  /** What to look at before the holder goes in. */
  attention: ('check_age' | 'proof' | 'dispute' | 'wheelchair')[];
}

export type CheckInRefusal = 'invalid_code' | 'unknown' | 'wrong_show' | 'wrong_site' | 'too_early' | 'too_late' | 'cancelled' | 'unpaid' | 'void' | 'not_inside';

export interface CheckInsUndoInput {
  /** Id of the check-in. */
  checkInId: string;
  /** Why, for the log. At most 500 characters. */
  reason: string;
}

export interface CheckIn {
  /** Id of the check-in. */
  id: string;
  /** Whether the holder goes in, or, at an exit, out. */
  result: 'admitted' | 'already_admitted' | 'refused';
  /** In or out. */
  type: 'entry' | 'exit';
  /** When it was scanned. */
  at: Date;
  /**
   * Why not: `invalid_code`, `unknown`, `wrong_show`, `wrong_site`, `too_early`, `too_late`,
   * `cancelled`, `unpaid`, `void`; at an exit `not_inside`.
   */
  reason: CheckInRefusal | null;
  /** The scan that let the ticket in; with `already_admitted`. */
  first: {
    /** When it was scanned. */
    at: Date;
    /** At which door. */
    gate: string | null;
    /** By which scanner. */
    deviceId: string;
  } | null;
  /** Of the reservation. */
  reference: string | null;
  /** The seat; `null` when the ticket is none of this site’s. */
  seat: {
    /** Id of the seat. */
    id: string;
    /** The label of its row. */
    rowLabel: string;
    /** From 1; gaps are not counted. */
    seatNumber: number;
    /** The type of the seat. */
    seatType: 'regular' | 'premium' | 'vip';
  } | null;
  /** Who the ticket is for. */
  ticketType: {
    /** Id of the ticket type. */
    id: string;
    /** A short name that does not change. */
    code: string;
    /** The name for customers. */
    name: string;
  } | null;
  /** The show of the ticket. */
  showtime: {
    /** Id of the showtime. */
    id: string;
    /** The title of the movie. */
    movie: string;
    /** The name of the theater. */
    theater: string;
    /** When the show begins. */
    startTime: Date;
  } | null;
  /** What to look at before the holder goes in. */
  attention: ('check_age' | 'proof' | 'dispute' | 'wheelchair')[];
  /** The door. */
  gate: string | null;
  /** The scanner. */
  deviceId: string;
  /** When the holder left. */
  endedAt: Date | null;
  /** When it was taken back. */
  undoneAt: Date | null;
  /** Why it was taken back. */
  undoReason: string | null;
  /** Let in against the clock, or a second time. */
  isForced: boolean;
  /** Whether a person went in, rightly or not. */
  isLetIn: boolean;
}

export interface CheckInsManifestInput {
  /** Id of the showtime. */
  showtimeId: string;
}

export interface Manifest {
  /** Id of the showtime. */
  showtimeId: string;
  /** The title of the movie. */
  movie: string;
  /** The name of the theater. */
  theater: string;
  /** When the show begins. */
  startTime: Date;
  /** From when on people are let in. */
  opensAt: Date;
  /** When the movie is over; no ticket is admitted afterwards. */
  endTime: Date;
  /** When it was made. */
  now: Date;
  /** The keys that verify codes. */
  keys: TicketKey[];
  /** The types of its tickets. */
  ticketTypes: {
    /** A short name that does not change. */
    code: string;
    /** The name for customers. */
    name: string;
  }[];
  /** Every ticket that is valid now; no other lets anybody in. */
  tickets: {
    /**
     * First 12 bytes of SHA-256 over reservation, seat and version as they are in the code (33
     * bytes), in base64url.
     */
    id: string;
    /** The label of its row. */
    row: string;
    /** Its number. */
    seat: number;
    /** The code of the ticket type. */
    type: string;
    /** Of the reservation. */
    reference: string;
    /** When its holder went in. */
    usedAt?: Date | undefined;
    /** What to look at before the holder goes in. */
    attention?: string[] | undefined;
  }[];
}

export interface CheckInsUploadInput {
  /** The clock of the device at this moment: corrects `at` by what it is wrong. */
  sentAt?: string | Date | undefined;
  /** At most 500, in any order. Scans that were uploaded before are no harm. From 1 to 500 items. */
  scans: {
    /**
     * What the scanner read, or a typed reference and seat: `K7Q2M9XD A12`. The seat may be left
     * out when the reservation has one seat. At most 300 characters.
     */
    code: string;
    /** The show at this door. Left out: every show of your sites. */
    showtimeId?: string | undefined;
    /** The name of the door. At most 100 characters. */
    gate?: string | undefined;
    /** The name of the scanner; of your choice. At most 100 characters. */
    deviceId: string;
    /**
     * Made by the device for this scan. The same scan sent twice counts once. At most 200
     * characters.
     */
    nonce: string;
    /**
     * An `exit` lets the ticket in again.
     *
     * @default "entry"
     */
    type?: 'entry' | 'exit' | undefined;
    /** When it was scanned, by the clock of the device. */
    at: string | Date;
    /** Why the device did not let them in. Left out: it did. */
    refused?: CheckInRefusal | undefined;
  }[];
}

export interface UploadedScans {
  /** One for each scan, in their order. */
  results: ScanResult[];
  /** Tickets with which more than one person went in. */
  conflicts: {
    /** Id of the seat. */
    seatId: string;
    /** The label of its row. */
    rowLabel: string;
    /** From 1; gaps are not counted. */
    seatNumber: number;
    /** Of the reservation. */
    reference: string;
    /** Every scan with which a person went in, by time. */
    scans: {
      /** The scanner. */
      deviceId: string;
      /** When, by its corrected clock. */
      at: Date;
    }[];
    /** The one that counts. */
    first: {
      /** The scanner. */
      deviceId: string;
      /** When, by its corrected clock. */
      at: Date;
    };
  }[];
}

export interface CheckInsListInput {
  /** Id of the showtime. */
  showtimeId: string;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface CheckInPage {
  /** The items of this page. */
  items: CheckIn[];
  /** `null` on the last page. */
  nextCursor: string | null;
  /** Tickets of the show. */
  expected: number;
  /** Tickets whose holders have come. */
  admitted: number;
  /** Those who have come and not left. */
  inside: number;
}

export interface CheckInsFindInput {
  /** Id of the showtime. */
  showtimeId: string;
  /**
   * A seat such as `A12`, four characters of a reference, a reference and a seat, or a part of
   * the customer’s name.
   */
  q: string;
}

export interface FoundTicket {
  /** Of the reservation. */
  reference: string;
  /** As far as it is known. */
  customerName: string | null;
  /** Its row and number: with the reference, a code to check in. */
  seat: string;
  /** Who the ticket is for. */
  ticketType: {
    /** Id of the ticket type. */
    id: string;
    /** A short name that does not change. */
    code: string;
    /** The name for customers. */
    name: string;
  };
  /** When its holder went in. */
  usedAt: Date | null;
}

export interface DeskSellInput {
  /** Id of the showtime. */
  showtimeId: string;
  /** The seats, each with its ticket type. From 1 to 50 items. */
  seats: {
    /** Id of the seat. */
    seatId: string;
    /** Id of the ticket type. */
    ticketTypeId: string;
  }[];
  /** How it is paid. A `comp` costs nothing and needs a `reason`. */
  tender: 'cash' | 'card_terminal' | 'comp' | 'invoice';
  /** The cash that the customer hands over. Such as `"12.50"`. */
  tendered?: string | undefined;
  /** Why it costs nothing. At most 500 characters. */
  reason?: string | undefined;
  /** An account, or what the customer says; left out: a walk-up. */
  customer?: {
    /** Id of the user. */
    userId: string;
  } | {
    /** The name of the customer. At most 255 characters. */
    name?: string | undefined;
    /** Where messages about this sale are sent. At most 255 characters. */
    email?: string | undefined;
  } | undefined;
}

export interface DeskSale {
  /** What was sold. */
  reservation: Reservation;
  /** What the customer gets back of the cash. Such as `"25.00"`. */
  changeDue: string;
}

export interface DeskReseatInput {
  /** Id of the reservation. */
  reservationId: string;
  /** Which seat becomes which. From 1 to 50 items. */
  moves: {
    /** A seat of the reservation. */
    from: string;
    /** The seat that it becomes. */
    to: string;
  }[];
  /**
   * How the difference is paid, if there is one to pay. Cash needs your open shift. What is
   * returned goes back the way it came. `comp`: the customer pays no difference; it needs a
   * `reason`.
   */
  tender?: 'cash' | 'card_terminal' | 'comp' | 'invoice' | undefined;
  /** Why the difference is not paid. At most 500 characters. */
  reason?: string | undefined;
  /** The difference that the customer has been shown; when it differs, nothing is done. */
  expectedDifference?: string | undefined;
}

export interface Moved {
  /** What the customer has now. */
  reservation: Reservation;
  /** What the customer paid now; negative: what is returned. Such as `"-0.50"`. */
  difference: string;
  /**
   * What waits at the desk to be paid out for the reservation of before: see `desk.payOut`. Such
   * as `"25.00"`.
   */
  waiting: string;
  /** The reservation that has ended; null when it stays. */
  previous: EndedReservation | null;
}

export interface EndedReservation {
  /** Id of the reservation. */
  id: string;
  /** Its reference. */
  reference: string;
}

export interface DeskExchangeInput {
  /** Id of the reservation. */
  reservationId: string;
  /** The new show; the same one is possible. */
  showtimeId: string;
  /** The new seats, each with its ticket type. From 1 to 50 items. */
  seats: {
    /** Id of the seat. */
    seatId: string;
    /** Id of the ticket type. */
    ticketTypeId: string;
  }[];
  /**
   * How the difference is paid, if there is one to pay. Cash needs your open shift. What is
   * returned goes back the way it came.
   */
  tender?: 'cash' | 'card_terminal' | 'invoice' | undefined;
}

export interface DeskPayOutInput {
  /** Id of the reservation. */
  reservationId: string;
}

export interface PaidOut {
  /** The reservation, with its refunds. */
  reservation: Reservation;
  /** What was paid out now. Such as `"25.00"`. */
  amount: string;
  /** How most of it was paid, and is returned. */
  tender: string;
  /** The amount by tender. */
  lines: PaidOutLine[];
}

export interface PaidOutLine {
  /** How it was paid, and is returned. */
  tender: string;
  /** What was paid out. Such as `"25.00"`. */
  amount: string;
}

export interface Shift {
  /** Id of the shift. */
  id: string;
  /** Id of the site. */
  siteId: string;
  /** Whose drawer it is. */
  operator: {
    /** Id of the user. */
    id: string;
    /** The e-mail address. */
    email: string | null;
  };
  /** When it began. */
  openedAt: Date;
  /** When it was counted. */
  closedAt: Date | null;
  /** The change in the drawer at the beginning. Such as `"25.00"`. */
  float: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** A line for each tender. */
  lines: ShiftLine[];
}

export interface ShiftLine {
  /** How it was paid. */
  tender: 'cash' | 'card_terminal' | 'comp' | 'invoice';
  /** What was taken for sales. Such as `"25.00"`. */
  sold: string;
  /** What was paid out. Such as `"25.00"`. */
  refunded: string;
  /** What was counted; of cash with the float. */
  counted: string | null;
  /** What was counted, less what should be there. */
  difference: string | null;
}

export interface DeskOpenShiftInput {
  /** Id of the site. */
  siteId: string;
  /** The change in the drawer at the beginning. Such as `"12.50"`. */
  float: string;
}

export interface DeskCloseShiftInput {
  /** What was counted. */
  counted: {
    /** The cash in the drawer, the float included. Such as `"12.50"`. */
    cash: string;
    /** The total of the card terminal. Such as `"12.50"`. */
    card_terminal: string;
  };
}

export interface SitesListInput {
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface Site {
  /** Id of the site. */
  id: string;
  /** The name of the cinema. */
  name: string;
  /** IANA time zone. */
  timezone: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** The postal address. */
  address: string | null;
  /** The tax contained in prices, in percent. Such as `19`. */
  taxRate: number;
  /** What is returned when seats are given back. */
  refundPolicy: RefundPolicy;
  /** How long after the start the desk sells. */
  lateSalesMinutes: number;
  /** When a business day begins, `HH:MM`; `null`: at midnight. */
  businessDayStartsAt: string | null;
  /** Grows with each change; an update that names an older one is refused. */
  revision: number;
  /** When it was made. */
  createdAt: Date;
}

export interface SitesGetInput {
  /** Id of the site. */
  siteId: string;
}

export interface SitesCreateInput {
  /** The name of the cinema. At most 255 characters. */
  name: string;
  /** IANA name of the time zone. At most 64 characters. Such as `"Europe/Paris"`. */
  timezone: string;
  /** ISO 4217 code; it must be the configured one. */
  currency?: string | undefined;
  /** The postal address. */
  address?: string | null | undefined;
  /** The tax contained in prices, in percent. From 0 to 100. Such as `19`. */
  taxRate?: number | undefined;
  /** What is returned when seats are given back. */
  refundPolicy?: RefundPolicy | undefined;
  /** How long after the start the desk sells. From 0 to 1440. */
  lateSalesMinutes?: number | undefined;
  /**
   * When a business day begins, `HH:MM` on the clock of the theater; shows that start earlier
   * belong to the day before. `null`: at midnight. Such as `"06:00"`.
   */
  businessDayStartsAt?: string | null | undefined;
}

export interface SitesUpdateInput {
  /** Id of the site. */
  siteId: string;
  /** The revision that the change was made from. Without it the change overwrites later ones. */
  revision?: number | undefined;
  /** The name of the cinema. At most 255 characters. */
  name?: string | undefined;
  /** IANA name of the time zone. At most 64 characters. Such as `"Europe/Paris"`. */
  timezone?: string | undefined;
  /** ISO 4217 code; it must be the configured one. */
  currency?: string | undefined;
  /** The postal address. */
  address?: string | null | undefined;
  /** The tax contained in prices, in percent. From 0 to 100. Such as `19`. */
  taxRate?: number | undefined;
  /** What is returned when seats are given back. */
  refundPolicy?: RefundPolicy | undefined;
  /** How long after the start the desk sells. From 0 to 1440. */
  lateSalesMinutes?: number | undefined;
  /**
   * When a business day begins, `HH:MM` on the clock of the theater; shows that start earlier
   * belong to the day before. `null`: at midnight. Such as `"06:00"`.
   */
  businessDayStartsAt?: string | null | undefined;
}

export interface SitesDeleteInput {
  /** Id of the site. */
  siteId: string;
}

export interface SchedulesPreviewInput {
  /** Id of the movie. */
  movieId: string;
  /** Id of the theater. */
  theaterId: string;
  /** First day, inclusive, on the clocks of the theater. Written as `YYYY-MM-DD`. */
  from: string;
  /** Last day, inclusive. Written as `YYYY-MM-DD`. */
  to: string;
  /** 1 is Monday, 7 Sunday; without it: every day. From 1 to 7 items. */
  weekdays?: number[] | undefined;
  /**
   * Times of day on the clocks of the theater, `HH:MM`. From 1 to 50 items. Such as
   * `["17:00","19:30"]`.
   */
  times: string[];
  /** Days without a show. From 1 to 500 items. */
  exceptDates?: string[] | undefined;
  /** The price of a regular seat, with two decimals; or `priceListId`. Such as `"12.50"`. */
  price?: string | undefined;
  /** Id of the price list that the prices come from, instead of `price`. */
  priceListId?: string | undefined;
  /** Prices of the other seat types; one that is left out costs `price`. */
  seatTypePrices?: {
    /** The price of a premium seat. Such as `"12.50"`. */
    premium?: string | undefined;
    /** The price of a VIP seat. Such as `"12.50"`. */
    vip?: string | undefined;
  } | null | undefined;
  /**
   * What becomes of times that the clocks of the theater leave out or repeat: `reject` refuses
   * the plan, `skip` leaves these shows out, `shift` moves a time that is left out by the hour
   * that is missing, and takes the first of two.
   */
  dst: 'reject' | 'skip' | 'shift';
  /**
   * Schedule what is `ok` and leave out the rest, instead of all or nothing.
   *
   * @default false
   */
  onlyFree?: boolean | undefined;
}

export interface Schedule {
  /** Every show of the plan, by date and time. */
  rows: {
    /** The day on the clocks of the theater. Written as `YYYY-MM-DD`. */
    date: string;
    /** The time of day on the clocks of the theater, `HH:MM`. Such as `"19:30"`. */
    time: string;
    /** When the show begins; `null` for a time that the clocks leave out or repeat. */
    startTime: Date | null;
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
  /** What the created shows have in common; `null` without any. */
  seriesId: string | null;
  /** The shows that were created, by start. */
  created: Showtime[];
}

export interface SchedulesCreateInput {
  /** Id of the movie. */
  movieId: string;
  /** Id of the theater. */
  theaterId: string;
  /** First day, inclusive, on the clocks of the theater. Written as `YYYY-MM-DD`. */
  from: string;
  /** Last day, inclusive. Written as `YYYY-MM-DD`. */
  to: string;
  /** 1 is Monday, 7 Sunday; without it: every day. From 1 to 7 items. */
  weekdays?: number[] | undefined;
  /**
   * Times of day on the clocks of the theater, `HH:MM`. From 1 to 50 items. Such as
   * `["17:00","19:30"]`.
   */
  times: string[];
  /** Days without a show. From 1 to 500 items. */
  exceptDates?: string[] | undefined;
  /** The price of a regular seat, with two decimals; or `priceListId`. Such as `"12.50"`. */
  price?: string | undefined;
  /** Id of the price list that the prices come from, instead of `price`. */
  priceListId?: string | undefined;
  /** Prices of the other seat types; one that is left out costs `price`. */
  seatTypePrices?: {
    /** The price of a premium seat. Such as `"12.50"`. */
    premium?: string | undefined;
    /** The price of a VIP seat. Such as `"12.50"`. */
    vip?: string | undefined;
  } | null | undefined;
  /**
   * What becomes of times that the clocks of the theater leave out or repeat: `reject` refuses
   * the plan, `skip` leaves these shows out, `shift` moves a time that is left out by the hour
   * that is missing, and takes the first of two.
   */
  dst: 'reject' | 'skip' | 'shift';
  /**
   * Schedule what is `ok` and leave out the rest, instead of all or nothing.
   *
   * @default false
   */
  onlyFree?: boolean | undefined;
}

export interface SchedulesCopyWeekInput {
  /** Id of the theater. */
  theaterId: string;
  /** Monday of the week that is copied. Written as `YYYY-MM-DD`. */
  from: string;
  /** Monday of the week that gets the shows. Written as `YYYY-MM-DD`. */
  to: string;
  /**
   * What becomes of times that the clocks of the theater leave out or repeat: `reject` refuses
   * the plan, `skip` leaves these shows out, `shift` moves a time that is left out by the hour
   * that is missing, and takes the first of two.
   *
   * @default "reject"
   */
  dst?: 'reject' | 'skip' | 'shift' | undefined;
  /**
   * Schedule what is `ok` and leave out the rest, instead of all or nothing.
   *
   * @default false
   */
  onlyFree?: boolean | undefined;
}

export interface SchedulesDeleteInput {
  /** Id of the series. */
  seriesId: string;
}

export interface SeriesDeleted {
  /** Id of the series. */
  id: string;
  /** Shows that were deleted. */
  deleted: number;
  /** Shows ahead that stay because a seat is locked or booked, by start. */
  kept: string[];
}

export interface TicketTypesListInput {
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface TicketType {
  /** Id of the ticket type. */
  id: string;
  /** A short name that programs use. */
  code: string;
  /** The name for customers. */
  name: string;
  /** Who may use it, for customers. */
  description: string | null;
  /** The place in lists; the lowest comes first. */
  sortOrder: number;
  /** The greatest age of its holder. */
  maxAge: number | null;
  /** The least age of its holder. */
  minAge: number | null;
  /** Where its holder shows a proof. */
  proof: 'none' | 'gate' | 'desk';
  /** The least number in one purchase. */
  minPerBooking: number | null;
  /** Sold only together with an adult. */
  withAdult: boolean;
  /** When it was made. */
  createdAt: Date;
}

export interface TicketTypesCreateInput {
  /** A short name that programs use; unique. Such as `"child"`. */
  code: string;
  /** The name for customers. At most 255 characters. Such as `"Child"`. */
  name: string;
  /** Who may use it, for customers. */
  description?: string | null | undefined;
  /** The place in lists; the lowest comes first. By default 0. From -1000000 to 1000000. */
  sortOrder?: number | undefined;
  /** The greatest age of its holder. */
  maxAge?: number | null | undefined;
  /** The least age of its holder. */
  minAge?: number | null | undefined;
  /** Where its holder shows a proof: nowhere, at the gate, or at the desk. */
  proof?: 'none' | 'gate' | 'desk' | undefined;
  /** The least number of such tickets in one purchase. */
  minPerBooking?: number | null | undefined;
  /** Sold only together with a ticket that people of 18 years may use. */
  withAdult?: boolean | undefined;
}

export interface TicketTypesUpdateInput {
  /** Id of the ticket type. */
  ticketTypeId: string;
  /** A short name that programs use; unique. Such as `"child"`. */
  code?: string | undefined;
  /** The name for customers. At most 255 characters. Such as `"Child"`. */
  name?: string | undefined;
  /** Who may use it, for customers. */
  description?: string | null | undefined;
  /** The place in lists; the lowest comes first. By default 0. From -1000000 to 1000000. */
  sortOrder?: number | undefined;
  /** The greatest age of its holder. */
  maxAge?: number | null | undefined;
  /** The least age of its holder. */
  minAge?: number | null | undefined;
  /** Where its holder shows a proof: nowhere, at the gate, or at the desk. */
  proof?: 'none' | 'gate' | 'desk' | undefined;
  /** The least number of such tickets in one purchase. */
  minPerBooking?: number | null | undefined;
  /** Sold only together with a ticket that people of 18 years may use. */
  withAdult?: boolean | undefined;
}

export interface TicketTypesDeleteInput {
  /** Id of the ticket type. */
  ticketTypeId: string;
}

export interface PriceListsListInput {
  /** Lists that showtimes of this site can use. */
  siteId?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface PriceList {
  /** Id of the price list. */
  id: string;
  /** Grows with each change. A seat keeps the version that it was locked at. */
  version: number;
  /** The name for the staff. */
  name: string;
  /** Where; `null`: at all sites. */
  siteId: string | null;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** Charged once for a purchase on the web. */
  bookingFee: string | null;
  /** The tax contained in its prices, in percent; `null`: that of the site. */
  taxRate: number | null;
  /** By the order of the ticket types; the first one is the default. */
  items: {
    /** Id of the ticket type. */
    ticketTypeId: string;
    /** The seats that it is for. */
    seatType: 'regular' | 'premium' | 'vip';
    /** What it costs, tax included. Such as `"25.00"`. */
    price: string;
  }[];
  /** Grows with each change; an update that names an older one is refused. */
  revision: number;
  /** When this version was made. */
  createdAt: Date;
}

export interface PriceListsGetInput {
  /** Id of the price list. */
  priceListId: string;
}

export interface PriceListsCreateInput {
  /** The name for the staff. At most 255 characters. Such as `"House"`. */
  name: string;
  /** The site whose showtimes can use it; by default all sites. */
  siteId?: string | null | undefined;
  /** That of the site; for a list of all sites the configured one. */
  currency?: string | undefined;
  /** Charged once for a purchase on the web; `null`: nothing. */
  bookingFee?: string | null | undefined;
  /** The tax contained in its prices, in percent; `null`: that of the site. */
  taxRate?: number | null | undefined;
  /**
   * What a ticket type costs on a seat type. Each type has a price for regular seats, which
   * holds for seat types without a price of their own. From 1 to 300 items.
   */
  items: {
    /** Id of the ticket type. */
    ticketTypeId: string;
    /** The seats that it is for. */
    seatType: 'regular' | 'premium' | 'vip';
    /** What it costs, tax included. Such as `"12.50"`. */
    price: string;
  }[];
}

export interface PriceListsUpdateInput {
  /** Id of the price list. */
  priceListId: string;
  /** The name for the staff. At most 255 characters. */
  name?: string | undefined;
  /** Charged once for a purchase on the web; `null`: nothing. */
  bookingFee?: string | null | undefined;
  /** The tax contained in its prices, in percent; `null`: that of the site. */
  taxRate?: number | null | undefined;
  /**
   * What a ticket type costs on a seat type. Each type has a price for regular seats, which
   * holds for seat types without a price of their own. From 1 to 300 items.
   */
  items?: {
    /** Id of the ticket type. */
    ticketTypeId: string;
    /** The seats that it is for. */
    seatType: 'regular' | 'premium' | 'vip';
    /** What it costs, tax included. Such as `"12.50"`. */
    price: string;
  }[] | undefined;
  /** The revision that the change was made from. Without it the change overwrites later ones. */
  revision?: number | undefined;
}

export interface PriceListsDeleteInput {
  /** Id of the price list. */
  priceListId: string;
}

export interface AdminReportsCapacityInput {
  /** First day; by default 29 days before `to`. Written as `YYYY-MM-DD`. */
  from?: string | undefined;
  /**
   * Last day; by default today, or 29 days after a `from` that is ahead. Written as
   * `YYYY-MM-DD`.
   */
  to?: string | undefined;
  /** Id of the theater. */
  theaterId?: string | undefined;
  /** Id of the movie. */
  movieId?: string | undefined;
  /** Shows of this cinema. */
  siteId?: string | undefined;
  /** The currency of the money; by default that of `siteId`, else the configured one. */
  currency?: string | undefined;
  /**
   * What each row of the report stands for.
   *
   * @default "showtime"
   */
  groupBy?: 'showtime' | 'date' | 'movie' | 'theater' | undefined;
}

/** Its rows have the keys that belong to `groupBy`. */
export interface CapacityReport<By extends CapacityGroupBy = CapacityGroupBy> {
  /** First day, as `YYYY-MM-DD`. */
  from: string;
  /** Last day, as `YYYY-MM-DD`. */
  to: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** Currencies of other shows: their seats are counted, and their money is not. */
  otherCurrencies: string[];
  /** What each row stands for. */
  groupBy: By;
  /** One row for each of them. */
  rows: ReportRow<By, CapacityGroupBy, CapacityFigures>[];
  /** Over all rows. */
  totals: CapacityFigures;
}

export interface AdminReportsRevenueInput {
  /** First day; by default 29 days before `to`. Written as `YYYY-MM-DD`. */
  from?: string | undefined;
  /**
   * Last day; by default today, or 29 days after a `from` that is ahead. Written as
   * `YYYY-MM-DD`.
   */
  to?: string | undefined;
  /** Id of the theater. */
  theaterId?: string | undefined;
  /** Id of the movie. */
  movieId?: string | undefined;
  /** Shows of this cinema. */
  siteId?: string | undefined;
  /** The currency of the money; by default that of `siteId`, else the configured one. */
  currency?: string | undefined;
  /**
   * What each row of the report stands for.
   *
   * @default "movie"
   */
  groupBy?: 'movie' | 'date' | 'theater' | 'showtime' | undefined;
}

/** Its rows have the keys that belong to `groupBy`. */
export interface RevenueReport<By extends RevenueGroupBy = RevenueGroupBy> {
  /** First day, as `YYYY-MM-DD`. */
  from: string;
  /** Last day, as `YYYY-MM-DD`. */
  to: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** Currencies of other shows: their seats are counted, and their money is not. */
  otherCurrencies: string[];
  /** What each row stands for. */
  groupBy: By;
  /** One row for each of them. */
  rows: ReportRow<By, RevenueGroupBy, RevenueFigures>[];
  /** Over all rows. */
  totals: RevenueFigures;
}

export interface AdminReportsPopularMoviesInput {
  /** First day; by default 29 days before `to`. Written as `YYYY-MM-DD`. */
  from?: string | undefined;
  /**
   * Last day; by default today, or 29 days after a `from` that is ahead. Written as
   * `YYYY-MM-DD`.
   */
  to?: string | undefined;
  /** Id of the theater. */
  theaterId?: string | undefined;
  /** Id of the movie. */
  movieId?: string | undefined;
  /** Shows of this cinema. */
  siteId?: string | undefined;
  /** The currency of the money; by default that of `siteId`, else the configured one. */
  currency?: string | undefined;
  /**
   * Movies in the report. From 1 to 100.
   *
   * @default 10
   */
  limit?: number | undefined;
}

export interface PopularMoviesReport {
  /** First day, as `YYYY-MM-DD`. */
  from: string;
  /** Last day, as `YYYY-MM-DD`. */
  to: string;
  /** What each row stands for. */
  groupBy: 'movie';
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** Currencies of other shows: their seats are counted, and their money is not. */
  otherCurrencies: string[];
  /** The movies, by seats sold. */
  rows: {
    /** 1 is the movie with the most seats. */
    rank: number;
    /** Id of the movie. */
    movieId: string;
    /** The title of the movie. */
    title: string;
    /** Confirmed reservations. */
    reservations: number;
    /** Their seats. */
    seats: number;
    /** As in the revenue report. Such as `"25.00"`. */
    revenue: string;
  }[];
  /** Over all movies, shown or not. */
  totals: {
    /** Confirmed reservations. */
    reservations: number;
    /** Their seats. */
    seats: number;
    /** As in the revenue report. Such as `"25.00"`. */
    revenue: string;
  };
}

export interface AdminReportsPaymentsInput {
  /** First day; by default 29 days before `to`. Written as `YYYY-MM-DD`. */
  from?: string | undefined;
  /**
   * Last day; by default today, or 29 days after a `from` that is ahead. Written as
   * `YYYY-MM-DD`.
   */
  to?: string | undefined;
  /** Payments for shows of this cinema. */
  siteId?: string | undefined;
}

export interface PaymentsReport {
  /** First day, as `YYYY-MM-DD`. */
  from: string;
  /** Last day, as `YYYY-MM-DD`. */
  to: string;
  /** By day, provider and currency; days without money are left out. */
  rows: {
    /** The day in UTC on which money moved. Written as `YYYY-MM-DD`. */
    date: string;
    /** Who took it. */
    provider: 'stripe' | 'paypal' | 'desk';
    /** ISO 4217 code. Such as `"USD"`. */
    currency: string;
    /** Payments that succeeded. */
    payments: number;
    /** What they brought. Such as `"25.00"`. */
    captured: string;
    /** Refunds that succeeded. */
    refunds: number;
    /** What they returned. Such as `"25.00"`. */
    refunded: string;
    /** What was lost in disputes. Such as `"25.00"`. */
    chargedBack: string;
    /** `captured` less `refunded` and `chargedBack`. Such as `"25.00"`. */
    net: string;
  }[];
  /** Over all days. */
  totals: {
    /** Who took it. */
    provider: 'stripe' | 'paypal' | 'desk';
    /** ISO 4217 code. Such as `"USD"`. */
    currency: string;
    /** Payments that succeeded. */
    payments: number;
    /** What they brought. Such as `"25.00"`. */
    captured: string;
    /** Refunds that succeeded. */
    refunds: number;
    /** What they returned. Such as `"25.00"`. */
    refunded: string;
    /** What was lost in disputes. Such as `"25.00"`. */
    chargedBack: string;
    /** `captured` less `refunded` and `chargedBack`. Such as `"25.00"`. */
    net: string;
  }[];
}

export interface AdminReportsOccupancyInput {
  /** First day; by default 29 days before `to`. Written as `YYYY-MM-DD`. */
  from?: string | undefined;
  /**
   * Last day; by default today, or 29 days after a `from` that is ahead. Written as
   * `YYYY-MM-DD`.
   */
  to?: string | undefined;
  /** Id of the theater. */
  theaterId?: string | undefined;
  /** Id of the movie. */
  movieId?: string | undefined;
  /** Shows of this cinema. */
  siteId?: string | undefined;
  /** The currency of the money; by default that of `siteId`, else the configured one. */
  currency?: string | undefined;
  /**
   * What each row of the report stands for.
   *
   * @default "theater"
   */
  groupBy?: 'theater' | 'date' | 'weekday' | 'hour' | undefined;
}

/** Its rows have the keys that belong to `groupBy`. */
export interface OccupancyReport<By extends OccupancyGroupBy = OccupancyGroupBy> {
  /** First day, as `YYYY-MM-DD`. */
  from: string;
  /** Last day, as `YYYY-MM-DD`. */
  to: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** Currencies of other shows: their seats are counted, and their money is not. */
  otherCurrencies: string[];
  /** What each row stands for. */
  groupBy: By;
  /** One row for each of them. */
  rows: ReportRow<By, OccupancyGroupBy, OccupancyFigures>[];
  /** Over all rows. */
  totals: OccupancyFigures;
}

export interface AdminUsersListInput {
  /** Contains, ignoring case. At most 255 characters. */
  email?: string | undefined;
  /** Accounts with this role. Guests are listed by their role alone. */
  role?: 'admin' | 'user' | 'guest' | 'staff' | undefined;
  /**
   * The id ends with this: at least six hexadecimal digits and dashes, in any case. At most 36
   * characters.
   */
  idEndsWith?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface AdminUsersPromoteInput {
  /** Id of the user. */
  userId: string;
}

export interface AdminUsersDemoteInput {
  /** Id of the user. */
  userId: string;
}

export interface AdminUsersDisableInput {
  /** Id of the user. */
  userId: string;
}

export interface AdminUsersRequestPasswordResetInput {
  /** Id of the user. */
  userId: string;
}

export interface ResetRequested {
  /** Whether a mail goes to the user. */
  sent: boolean;
  /** Where no mail is sent: the link, to be passed on to the user. `null` otherwise. */
  link: string | null;
}

export interface AdminUsersResetSecondFactorInput {
  /** Id of the user. */
  userId: string;
}

export interface AdminUsersEnableInput {
  /** Id of the user. */
  userId: string;
}

export interface AdminStaffListInput {
  /** Who may do something at this site. */
  siteId?: string | undefined;
}

export type StaffRoles = StaffRole[];

export interface StaffRole {
  /** Who has the role. */
  user: {
    /** Id of the user. */
    id: string;
    /** The e-mail address. */
    email: string;
  };
  /** Where; `null`: at all sites. */
  siteId: string | null;
  /** `manager`: all rights; `box_office`: sell, read and check in; `gate`: check in. */
  role: 'manager' | 'box_office' | 'gate';
}

export interface AdminStaffGrantInput {
  /** Id of the user. */
  userId: string;
  /** The site; `null`: all sites. */
  siteId: string | null;
  /** `manager`: all rights; `box_office`: sell, read and check in; `gate`: check in. */
  role: 'manager' | 'box_office' | 'gate';
}

export interface AdminStaffRevokeInput {
  /** Id of the user. */
  userId: string;
  /** The role at this site; left out: every role, that at all sites too. */
  siteId?: string | undefined;
}

export type ApiKeys = ApiKey[];

export interface ApiKey {
  /** Id of the API key. */
  id: string;
  /** What the key is for. */
  name: string;
  /** The last six characters of the key. */
  ending: string;
  /**
   * What the key may do: `manage`: the schedule, prices and reports; `sell`: the desk and
   * cancellations; `read`: reservations; `check_in`: the door.
   */
  scopes: ('manage' | 'sell' | 'read' | 'check_in')[];
  /** The site at which the key has its scopes; `null`: all sites. */
  siteId: string | null;
  /** Who made the key; `null` when the account is gone. */
  createdBy: {
    /** Id of the user. */
    id: string;
    /** The e-mail address. */
    email: string;
  } | null;
  /** When the key was made. */
  createdAt: Date;
  /** When the key ends; `null`: never. */
  expiresAt: Date | null;
  /** When the key was used, to the minute; `null`: never. */
  lastUsedAt: Date | null;
  /** When the key was revoked; `null` while it is not. */
  revokedAt: Date | null;
}

export interface AdminApiKeysCreateInput {
  /** What the key is for. At most 100 characters. Such as `"Kiosk in the foyer"`. */
  name: string;
  /**
   * What the key may do: `manage`: the schedule, prices and reports; `sell`: the desk and
   * cancellations; `read`: reservations; `check_in`: the door. From 1 to 4 items.
   */
  scopes: ('manage' | 'sell' | 'read' | 'check_in')[];
  /** The site at which the key has its scopes; left out: all sites. */
  siteId?: string | undefined;
  /** When the key ends; left out: when it is revoked. */
  expiresAt?: string | Date | undefined;
}

export interface NewApiKey {
  /** Id of the API key. */
  id: string;
  /** The key, which is not shown again. Send it as `Authorization: Bearer`. */
  key: string;
}

export interface AdminApiKeysRevokeInput {
  /** Id of the API key. */
  apiKeyId: string;
}

export interface AdminReservationsListInput {
  /** Id of the showtime. */
  showtimeId?: string | undefined;
  /** Id of the user. */
  userId?: string | undefined;
  /** Reservations in this state. */
  status?: 'pending' | 'confirmed' | 'cancelled' | undefined;
  /** Equals, ignoring case. At most 20 characters. */
  reference?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface ReservationWithUser {
  /** Id of the reservation. */
  id: string;
  /** Eight characters that are easy to read out. */
  reference: string;
  /** Where the purchase stands. */
  status: 'pending' | 'confirmed' | 'cancelled';
  /** The show. */
  showtime: {
    /** Id of the showtime. */
    id: string;
    /** When the show begins. */
    startTime: Date;
    /** When the movie is over. */
    endTime: Date;
    /** The movie that is shown. */
    movie: {
      /** Id of the movie. */
      id: string;
      /** The title of the movie. */
      title: string;
    };
    /** Where it is shown. */
    theater: {
      /** Id of the theater. */
      id: string;
      /** The name of the theater. */
      name: string;
    };
  };
  /** The seats, row by row; those that were given back too. */
  seats: {
    /** Id of the seat. */
    id: string;
    /** The label of its row. */
    rowLabel: string;
    /** From 1; gaps are not counted. */
    seatNumber: number;
    /** Row, counted from the screen, from 1. */
    rowIndex: number;
    /** Position from the left, from 1; gaps are counted. */
    position: number;
    /** The type at the time of the purchase. */
    seatType: 'regular' | 'premium' | 'vip';
    /** What it cost, after its discount. Such as `"25.00"`. */
    price: string;
    /** Who the ticket is for. */
    ticketType: {
      /** Id of the ticket type. */
      id: string;
      /** A short name that does not change. */
      code: string;
      /** The name for customers. */
      name: string;
    };
    /** What was taken off. Such as `"25.00"`. */
    discount: string;
    /** The tax contained in the price. Such as `"25.00"`. */
    tax: string;
    /** When the seat was given back. */
    cancelledAt: Date | null;
  }[];
  /** The price of its seats together, of those that were given back too. Such as `"25.00"`. */
  totalPrice: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** When the seats were bought. */
  createdAt: Date;
  /** When the reservation was cancelled. */
  cancelledAt: Date | null;
  /** Why the cinema cancelled the show; `null` when it did not. */
  showCancelReason: string | null;
  /** Where it was sold. */
  channel: 'web' | 'desk' | 'api';
  /** Where its messages are sent. */
  contactEmail: string | null;
  /** The name given at the desk. */
  customerName: string | null;
  /**
   * Why it was cancelled: `customer`, `show_cancelled`, `payment_expired`, `seats_gone` or
   * `staff`.
   */
  cancelReason: CancelReason | null;
  /** What is charged beside the seats. Such as `"25.00"`. */
  fees: string;
  /** All discounts together. Such as `"25.00"`. */
  discount: string;
  /** The tax contained in all prices. Such as `"25.00"`. */
  tax: string;
  /** What is charged: `totalPrice` and `fees`. Such as `"25.00"`. */
  total: string;
  /** Refunds that did not fail. Such as `"25.00"`. */
  refunded: string;
  /** How it is paid; `null` when there was nothing to pay in advance. */
  payment: Payment | null;
  /** Money that went back, oldest first. */
  refunds: {
    /** Id of the refund. */
    id: string;
    /** What is returned. Such as `"25.00"`. */
    amount: string;
    /** How far it is. */
    status: 'pending' | 'succeeded' | 'failed';
    /** When it was decided. */
    createdAt: Date;
  }[];
  /** Who bought it. */
  user: {
    /** Id of the user. */
    id: string;
    /** The e-mail address of the account; `null` for guests. */
    email: string | null;
  };
}

export interface AdminOutboxListInput {
  /** Deliveries in this state. */
  state?: 'open' | 'done' | 'dead' | undefined;
  /**
   * The id ends with this: at least six hexadecimal digits and dashes, in any case. At most 36
   * characters.
   */
  idEndsWith?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface Delivery {
  /** Id of the delivery. */
  id: string;
  /** What happened. */
  fact: {
    /** Id of the fact. */
    id: string;
    /** What kind of thing happened. Such as `"reservation.confirmed"`. */
    kind: string;
    /** Kind and subject; unique. */
    key: string;
  };
  /** What follows from it. Such as `"sendConfirmation"`. */
  consequence: string;
  /** Who receives it, when there are several; else empty. */
  target: string;
  /** `open`: waits for its next attempt; `dead`: given up, see `lastError`. */
  state: 'open' | 'done' | 'dead';
  /** How many times it was tried. */
  attempts: number;
  /** Why the last attempt failed, or a note on one that had nothing to do. */
  lastError: string | null;
  /** The next attempt of an open delivery. */
  availableAt: Date;
  /** When it was done. */
  doneAt: Date | null;
}

export interface AdminOutboxRetryInput {
  /** Id of the delivery. */
  deliveryId: string;
}

export interface AdminOutboxDropInput {
  /** Id of the delivery. */
  deliveryId: string;
}

export interface AdminAuditListInput {
  /** What this user, or this API key, did. */
  actorId?: string | undefined;
  /** The name of a procedure. At most 100 characters. Such as `"admin.users.promote"`. */
  action?: string | undefined;
  /** What was done to the thing with this id. At most 100 characters. */
  subject?: string | undefined;
  /** The first instant, or a day in UTC. */
  from?: string | Date | undefined;
  /** The instant before which it was, or the last day in UTC. */
  to?: string | Date | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface AdminPaymentsListInput {
  /** Payments in this state. */
  status?: 'open' | 'processing' | 'succeeded' | 'cancelled' | undefined;
  /** Payments that were started with this provider. */
  provider?: 'stripe' | 'paypal' | 'desk' | undefined;
  /** Made at this instant or later, or on this day in UTC. */
  from?: string | Date | undefined;
  /** Made before this instant, or by the end of this day in UTC. */
  to?: string | Date | undefined;
  /** Id of the site. */
  siteId?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface AdminPaymentsRefundInput {
  /** Id of the payment. */
  paymentId: string;
  /** Such as `"12.50"`. */
  amount: string;
  /** Why, for the log. At most 500 characters. */
  reason: string;
}

export interface AdminIncidentsListInput {
  /** Incidents in this state. */
  state?: 'open' | 'resolved' | undefined;
  /** Incidents of this kind. */
  kind?: 'amount_mismatch' | 'paid_without_seats' | 'unknown_payment' | 'refund_elsewhere' | 'dispute' | 'provider_differs' | undefined;
  /** Id of the site. */
  siteId?: string | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface Incident {
  /** Id of the incident. */
  id: string;
  /**
   * `amount_mismatch`: another amount or currency was paid, and is returned.
   * `paid_without_seats`: such a payment could not be returned. `unknown_payment`: the provider
   * has a payment that this database does not have. `refund_elsewhere`: money was returned in
   * the provider’s own pages. `dispute`: a customer has disputed the payment.
   * `provider_differs`: another difference from the provider.
   */
  kind: 'amount_mismatch' | 'paid_without_seats' | 'unknown_payment' | 'refund_elsewhere' | 'dispute' | 'provider_differs';
  /** The payment, if it is ours. */
  paymentId: string | null;
  /** The reservation that it was for. */
  reservationId: string | null;
  /** What a person needs to judge it. */
  data: IncidentData;
  /** When it was noticed. */
  openedAt: Date;
  /** When it was resolved. */
  resolvedAt: Date | null;
  /** What was found and done. */
  resolution: string | null;
}

/** What a person needs to judge it. */
export interface IncidentData {
  /** Who has the payment. */
  provider?: string | undefined;
  /** The provider’s name of the payment. */
  ref?: string | undefined;
  /** Where the provider has it. */
  status?: string | undefined;
  /** What was asked for, returned or disputed. */
  amount?: string | undefined;
  /** The currency that was asked for. */
  currency?: string | undefined;
  /** What the provider has received. */
  received?: string | undefined;
  /** The currency that was paid. */
  receivedCurrency?: string | undefined;
  /** The provider’s name of the refund. */
  refund?: string | undefined;
  /** Our id of the refund. */
  refundId?: string | undefined;
  /** What the provider said. */
  reason?: string | undefined;
}

export interface AdminIncidentsResolveInput {
  /** Id of the incident. */
  incidentId: string;
  /** What was found and done. At most 500 characters. */
  resolution: string;
}

export interface AdminWebhooksListInput {
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface Webhook {
  /** Id of the webhook. */
  id: string;
  /** Where events are sent; `null`: nowhere. */
  url: string | null;
  /** Types of events, or `*`. Such as `["reservation.confirmed"]`. */
  events: string[];
  /** What it is for. */
  description: string | null;
  /** Whether it receives events. */
  enabled: boolean;
  /** Since when it receives nothing. */
  disabledAt: Date | null;
  /**
   * `administrator`: on request; `gone`: it answered 410; `failing`: five days without a
   * success.
   */
  disabledReason: WebhookDisabledReason | null;
  /** The first failed attempt since the last success. */
  failingSince: Date | null;
  /** The last attempt that succeeded. */
  lastSuccessAt: Date | null;
  /** When it was made. */
  createdAt: Date;
  /** When it was changed by a person. */
  updatedAt: Date;
}

export type WebhookDisabledReason = 'administrator' | 'gone' | 'failing';

export interface AdminWebhooksGetInput {
  /** Id of the webhook. */
  webhookId: string;
}

export interface AdminWebhooksCreateInput {
  /**
   * Where events are sent: `https`, on a public address. `null`: nowhere, for a client that
   * reads them with `admin.webhooks.deliveries`; such an endpoint is deleted after a day. Such
   * as `"https://shop.example.com/matinee"`.
   */
  url: string | null;
  /**
   * Types of events; `["*"]`: all, those that later versions add as well. From 1 to 14 items.
   * Such as `["reservation.confirmed","reservation.cancelled"]`.
   */
  events: ('*' | 'showtime.created' | 'showtime.updated' | 'showtime.cancelled' | 'reservation.pending' | 'reservation.confirmed' | 'reservation.seats_cancelled' | 'reservation.cancelled' | 'payment.succeeded' | 'payment.failed' | 'payment.refunded' | 'payment.disputed' | 'ticket.checked_in' | 'movie.updated' | 'incident.opened')[];
  /** For people: what it is for. */
  description?: string | null | undefined;
  /**
   * Whether it receives events.
   *
   * @default true
   */
  enabled?: boolean | undefined;
}

export interface WebhookWithSecret {
  /** Id of the webhook. */
  id: string;
  /** Where events are sent; `null`: nowhere. */
  url: string | null;
  /** Types of events, or `*`. Such as `["reservation.confirmed"]`. */
  events: string[];
  /** What it is for. */
  description: string | null;
  /** Whether it receives events. */
  enabled: boolean;
  /** Since when it receives nothing. */
  disabledAt: Date | null;
  /**
   * `administrator`: on request; `gone`: it answered 410; `failing`: five days without a
   * success.
   */
  disabledReason: WebhookDisabledReason | null;
  /** The first failed attempt since the last success. */
  failingSince: Date | null;
  /** The last attempt that succeeded. */
  lastSuccessAt: Date | null;
  /** When it was made. */
  createdAt: Date;
  /** When it was changed by a person. */
  updatedAt: Date;
  /** Signs the events of this endpoint. It is shown in this response and never again. */
  secret: string;
}

export interface AdminWebhooksUpdateInput {
  /** Id of the webhook. */
  webhookId: string;
  /** Where events are sent. At most 2000 characters. */
  url?: string | undefined;
  /**
   * Types of events; `["*"]`: all, those that later versions add as well. From 1 to 14 items.
   * Such as `["reservation.confirmed","reservation.cancelled"]`.
   */
  events?: ('*' | 'showtime.created' | 'showtime.updated' | 'showtime.cancelled' | 'reservation.pending' | 'reservation.confirmed' | 'reservation.seats_cancelled' | 'reservation.cancelled' | 'payment.succeeded' | 'payment.failed' | 'payment.refunded' | 'payment.disputed' | 'ticket.checked_in' | 'movie.updated' | 'incident.opened')[] | undefined;
  /** For people: what it is for. */
  description?: string | null | undefined;
  /** `true` enables it again, with its days of failures forgotten. */
  enabled?: boolean | undefined;
}

export interface AdminWebhooksDeleteInput {
  /** Id of the webhook. */
  webhookId: string;
}

export interface AdminWebhooksTestInput {
  /** Id of the webhook. */
  webhookId: string;
}

export interface WebhookDelivery {
  /** Id of the delivery: the header `webhook-id` of all its attempts. */
  id: string;
  /** What happened. Such as `"reservation.confirmed"`. */
  type: string;
  /**
   * `open`: waits for its next attempt; `dead`: there is none. A delivery that is done can be
   * replayed for 30 days.
   */
  state: 'open' | 'done' | 'dead';
  /** When it happened. */
  timestamp: Date;
  /** The next attempt of an open delivery. */
  availableAt: Date;
  /** When it arrived, or was given up. */
  doneAt: Date | null;
  /** Why the last attempt failed, or a note on one that had nothing to do. */
  lastError: string | null;
  /** The attempts of the last 30 days, newest first. */
  attempts: WebhookAttempt[];
}

export interface WebhookAttempt {
  /** When it began. */
  at: Date;
  /** How long it took, in milliseconds. */
  durationMs: number;
  /** Whether an administrator asked for it. */
  isReplay: boolean;
  /** Of the answer; `null`: there was none. */
  status: number | null;
  /** The first kilobyte of the answer. */
  answer: string | null;
  /** Why it failed; `null`: it did not. */
  error: string | null;
}

export interface AdminWebhooksRotateSecretInput {
  /** Id of the webhook. */
  webhookId: string;
}

export interface AdminWebhooksDeliveriesInput {
  /** Id of the webhook. */
  webhookId: string;
  /** Deliveries in this state. */
  state?: 'open' | 'done' | 'dead' | undefined;
  /**
   * Items on one page. From 1 to 100.
   *
   * @default 20
   */
  limit?: number | undefined;
  /** `nextCursor` of the previous page. At most 4000 characters. */
  cursor?: string | undefined;
}

export interface AdminWebhooksEventInput {
  /** Id of the webhook. */
  webhookId: string;
  /** Id of the delivery. */
  deliveryId: string;
}

export type WebhookEvent = ShowtimeCreatedEvent | ShowtimeUpdatedEvent | ShowtimeCancelledEvent | ReservationPendingEvent | ReservationConfirmedEvent | ReservationSeatsCancelledEvent | ReservationCancelledEvent | PaymentSucceededEvent | PaymentFailedEvent | PaymentRefundedEvent | PaymentDisputedEvent | TicketCheckedInEvent | MovieUpdatedEvent | IncidentOpenedEvent | PingEvent;

export interface ShowtimeCreatedEvent {
  /** A show was scheduled. */
  type: 'showtime.created';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Showtime;
}

export interface ShowtimeUpdatedEvent {
  /** A show was changed: its time, theater, movie or prices. */
  type: 'showtime.updated';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Showtime;
}

export interface ShowtimeCancelledEvent {
  /** A show was cancelled, and its reservations with it. */
  type: 'showtime.cancelled';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Showtime;
}

export interface ReservationPendingEvent {
  /** A customer has seats and is to pay for them. */
  type: 'reservation.pending';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Reservation;
}

export interface ReservationConfirmedEvent {
  /** Seats were sold. */
  type: 'reservation.confirmed';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Reservation;
}

export interface ReservationSeatsCancelledEvent {
  /** Some seats of a reservation were given back. */
  type: 'reservation.seats_cancelled';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Reservation;
}

export interface ReservationCancelledEvent {
  /** A reservation has ended. */
  type: 'reservation.cancelled';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Reservation;
}

export interface PaymentSucceededEvent {
  /** A payment was made. */
  type: 'payment.succeeded';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Payment;
}

export interface PaymentFailedEvent {
  /** An attempt to pay was declined. The customer can try again. */
  type: 'payment.failed';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Payment;
}

export interface PaymentRefundedEvent {
  /** Money was returned. */
  type: 'payment.refunded';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Payment;
}

export interface PaymentDisputedEvent {
  /** A customer has disputed a payment, or a bank has decided about it. */
  type: 'payment.disputed';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Payment;
}

export interface TicketCheckedInEvent {
  /** A ticket was admitted at the door. */
  type: 'ticket.checked_in';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: CheckIn;
}

export interface MovieUpdatedEvent {
  /** A movie was changed. */
  type: 'movie.updated';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Movie;
}

export interface IncidentOpenedEvent {
  /** There is a difference about money for a person to judge. */
  type: 'incident.opened';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: Incident;
}

export interface PingEvent {
  /** An administrator tests the endpoint. */
  type: 'ping';
  /** When it happened. */
  timestamp: Date;
  /** What it is about, as it was at the attempt. */
  data: WebhookPing;
}

/** What it is about, as it was at the attempt. */
export interface WebhookPing {
  /** Id of the webhook. */
  webhookId: string;
}

export interface AdminWebhooksReplayInput {
  /** Id of the webhook. */
  webhookId: string;
  /** This delivery, and nothing else. */
  deliveryId?: string | undefined;
  /** Everything that happened at this instant or later; with `to`. */
  from?: string | Date | undefined;
  /** Everything that happened before this instant; with `from`. */
  to?: string | Date | undefined;
  /** Everything that has failed for good, and nothing else. */
  failed?: true | undefined;
}

export interface WebhookReplay {
  /** Deliveries that are sent again, once each; at most 10000 in one call, the oldest first. */
  replayed: number;
}

export interface Status {
  /** The version of the server. */
  version: string;
  /** The database’s clock. */
  now: Date;
  /** The database. */
  database: {
    /** The version of PostgreSQL. */
    version: string;
    /** The time of one round trip, in milliseconds. */
    latencyMs: number;
    /** Migrations that have not been applied. */
    migrationsPending: number;
  };
  /** The background jobs. */
  jobs: {
    /** Whether this server runs jobs. */
    enabled: boolean;
    /** When expired locks were last swept. */
    lastSweepAt: Date | null;
  };
  /** The disk of the data folder. */
  disk: {
    /** Free space, in bytes. */
    freeBytes: number;
  };
  /** Settings of this server that are unwise in production; empty elsewhere. */
  warnings: string[];
  /** Seconds since this server started. */
  uptimeSeconds: number;
}

/** Over all rows. */
export interface CapacityFigures {
  /** The number of shows. */
  showtimes: number;
  /** Seats of confirmed reservations. */
  seatsSold: number;
  /** Seats that could be sold. */
  seatsTotal: number;
  /** Tickets with which a person went in. */
  admitted: number;
  /** Seats sold with which no person went in, of shows that are over. */
  noShows: number;
  /** Seats sold of all seats, from 0 to 1; at most four decimals. */
  share: number;
}

export type CapacityGroupBy = 'showtime' | 'date' | 'movie' | 'theater';

/** Over all rows. */
export interface RevenueFigures {
  /**
   * The prices of the seats that are sold, the fees of their reservations, and what was kept of
   * seats that were given back. Such as `"25.00"`.
   */
  revenue: string;
  /** Confirmed reservations. */
  reservations: number;
  /** Their seats, without those that were given back. */
  seats: number;
  /** What a seat that is sold costs, without fees; `null` without one. */
  averagePerSeat: string | null;
}

export type RevenueGroupBy = 'movie' | 'date' | 'theater' | 'showtime';

/** Over all rows. */
export interface OccupancyFigures {
  /** The number of shows. */
  showtimes: number;
  /** The mean of the shares of the shows that are sold; at most four decimals. */
  averageShare: number;
}

export type OccupancyGroupBy = 'theater' | 'date' | 'weekday' | 'hour';

/** The keys of a row, by `groupBy`. */
export interface ReportRowKeys {
  /** A showtime. */
  showtime: {
    /** Id of the showtime. */
    showtimeId: string;
    /** The start of the show. */
    startTime: Date;
    /** The title of the movie. */
    movieTitle: string;
    /** The name of the theater. */
    theaterName: string;
    /** The time zone of the theater, in which `startTime` is local. */
    timezone: string;
  };
  /** A movie. */
  movie: {
    /** Id of the movie. */
    movieId: string;
    /** The title of the movie. */
    title: string;
  };
  /** A theater. */
  theater: {
    /** Id of the theater. */
    theaterId: string;
    /** The name of the theater. */
    name: string;
  };
  /** A day. */
  date: {
    /** The business day of the start. Written as `YYYY-MM-DD`. */
    date: string;
  };
  /** A weekday. */
  weekday: {
    /** Of the business day; 1 is Monday. */
    weekday: number;
  };
  /** A hour. */
  hour: {
    /** Local hour of the start. */
    hour: number;
  };
}

/** A row: its figures, and the keys of its group; while the group is not known, any of them. */
export type ReportRow<By extends keyof ReportRowKeys, All, Figures> = Figures &
  ([All] extends [By] ? AnyRowKey : ReportRowKeys[By]);

type KeyOfAny<Keys> = Keys extends unknown ? keyof Keys : never;
type ValueOfAny<Keys, Key> = Keys extends unknown
  ? Key extends keyof Keys
    ? Keys[Key]
    : never
  : never;
type AnyRowKey = {
  [Key in KeyOfAny<ReportRowKeys[keyof ReportRowKeys]>]?:
    | ValueOfAny<ReportRowKeys[keyof ReportRowKeys], Key>
    | undefined;
};
