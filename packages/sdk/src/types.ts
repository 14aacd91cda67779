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
}

export interface SignedIn {
  /** The account. */
  user: User;
  /** For `Authorization: Bearer`. */
  accessToken: string;
  /** How the token is sent. */
  tokenType: 'bearer';
  /** Seconds. */
  expiresIn: number;
}

/** The account. */
export interface User {
  /** Id of the user. */
  id: string;
  /** The e-mail address, which is unique ignoring case. */
  email: string;
  /** First name. */
  firstName: string | null;
  /** Last name. */
  lastName: string | null;
  /** What the account may do. */
  role: 'admin' | 'user';
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
}

export interface AuthUpdateMeInput {
  /** First name; at most 100 characters. */
  firstName?: string | null | undefined;
  /** Last name; at most 100 characters. */
  lastName?: string | null | undefined;
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
  /** For `Authorization: Bearer`, from now on. */
  accessToken: string;
  /** How the token is sent. */
  tokenType: 'bearer';
  /** Seconds. */
  expiresIn: number;
}

export interface MoviesListInput {
  /** Equals, ignoring case. At most 100 characters. */
  genre?: string | undefined;
  /** The title contains this, ignoring case and accents. At most 255 characters. */
  search?: string | undefined;
  /**
   * Movies with a show that starts on this day, in the time zone of its theater. Written as
   * `YYYY-MM-DD`.
   */
  date?: string | undefined;
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
  /** Path on this server, `/uploads/…`. */
  posterUrl: string | null;
  /** The genre. */
  genre: string;
  /** Length in minutes. */
  durationMinutes: number;
  /** The day of the first release, as `YYYY-MM-DD`. */
  releaseDate: string | null;
  /** The age rating, such as `PG-13`. */
  contentRating: string | null;
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
  /** The revision that the change was made from. Without it the change overwrites later ones. */
  revision?: number | undefined;
}

export interface MoviesShowtimesInput {
  /** Id of the movie. */
  movieId: string;
  /** A day in the theater’s time zone. Written as `YYYY-MM-DD`. */
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
    /** Path on this server, `/uploads/…`. */
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
  /** The price of a regular seat. Such as `"25.00"`. */
  price: string;
  /** As sent; a type that is left out costs `price`. */
  seatTypePrices: {
    /** The price of a premium seat. Such as `"25.00"`. */
    premium?: string | undefined;
    /** The price of a VIP seat. Such as `"25.00"`. */
    vip?: string | undefined;
  };
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** In seats; at most a second old. Of a cancelled show none is available. */
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

export interface TheatersListInput {
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
  /** From 1; gaps are not counted. */
  seatNumber: number;
  /** Row, counted from the screen, from 1. */
  rowIndex: number;
  /** Position from the left, from 1; gaps are counted. */
  position: number;
  /** The type, which decides the price. */
  seatType: 'regular' | 'premium' | 'vip';
  /** The seat cannot be sold. */
  outOfOrder: boolean;
}

export interface TheatersCreateInput {
  /** The name of the theater. At most 255 characters. */
  name: string;
  /** IANA name of the time zone. At most 64 characters. Such as `"Europe/Paris"`. */
  timezone: string;
  /** Minutes of cleaning after each show. From 0 to 480. */
  turnaroundMinutes?: number | undefined;
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
  /** A day in the theater’s time zone. Written as `YYYY-MM-DD`. */
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

export interface ShowtimesCreateInput {
  /** Id of the movie. */
  movieId: string;
  /** Id of the theater. */
  theaterId: string;
  /** ISO 8601 with `Z` or an offset; seconds are optional. Between 1900 and 2199. */
  startTime: string | Date;
  /** The price of a regular seat, with two decimals. Such as `"12.50"`. */
  price: string;
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
  /** From 1; gaps are not counted. */
  seatNumber: number;
  /** Row, counted from the screen, from 1. */
  rowIndex: number;
  /** Position from the left, from 1; gaps are counted. */
  position: number;
  /** The type, which decides the price. */
  seatType: 'regular' | 'premium' | 'vip';
  /** On your own locked seats the price fixed at the lock. Such as `"25.00"`. */
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
    /** Fixed until the lock ends. Such as `"25.00"`. */
    price: string;
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
  seatIds: string[];
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
  /** The seats, row by row. */
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
    /** What it cost. Such as `"25.00"`. */
    price: string;
  }[];
  /** The price of its seats together. Such as `"25.00"`. */
  totalPrice: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** When the seats were bought. */
  createdAt: Date;
  /** When the reservation was cancelled. */
  cancelledAt: Date | null;
  /** Why the cinema cancelled the show; `null` when it did not. */
  showCancelReason: string | null;
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
  }[];
}

export interface ReservationsGetInput {
  /** Id of the reservation. */
  reservationId: string;
}

export interface ReservationsCancelInput {
  /** Id of the reservation. */
  reservationId: string;
}

export interface AdminReportsCapacityInput {
  /** First day; by default 29 days before `to`. Written as `YYYY-MM-DD`. */
  from?: string | undefined;
  /** Last day; by default today. Written as `YYYY-MM-DD`. */
  to?: string | undefined;
  /** Id of the theater. */
  theaterId?: string | undefined;
  /** Id of the movie. */
  movieId?: string | undefined;
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
  /** Last day; by default today. Written as `YYYY-MM-DD`. */
  to?: string | undefined;
  /** Id of the theater. */
  theaterId?: string | undefined;
  /** Id of the movie. */
  movieId?: string | undefined;
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
  /** Last day; by default today. Written as `YYYY-MM-DD`. */
  to?: string | undefined;
  /** Id of the theater. */
  theaterId?: string | undefined;
  /** Id of the movie. */
  movieId?: string | undefined;
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
  /** The movies, by seats sold. */
  rows: {
    /** 1 is the movie with the most seats. */
    rank: number;
    /** Id of the movie. */
    movieId: string;
    /** The title of the movie. */
    title: string;
    /** Reservations that are not cancelled. */
    reservations: number;
    /** Their seats. */
    seats: number;
    /** The prices of the seats together. Such as `"25.00"`. */
    revenue: string;
  }[];
  /** Over all movies, shown or not. */
  totals: {
    /** Reservations that are not cancelled. */
    reservations: number;
    /** Their seats. */
    seats: number;
    /** The prices of the seats together. Such as `"25.00"`. */
    revenue: string;
  };
}

export interface AdminReportsOccupancyInput {
  /** First day; by default 29 days before `to`. Written as `YYYY-MM-DD`. */
  from?: string | undefined;
  /** Last day; by default today. Written as `YYYY-MM-DD`. */
  to?: string | undefined;
  /** Id of the theater. */
  theaterId?: string | undefined;
  /** Id of the movie. */
  movieId?: string | undefined;
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
  /** Accounts with this role. */
  role?: 'admin' | 'user' | undefined;
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

export interface AdminUsersEnableInput {
  /** Id of the user. */
  userId: string;
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
  /** The seats, row by row. */
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
    /** What it cost. Such as `"25.00"`. */
    price: string;
  }[];
  /** The price of its seats together. Such as `"25.00"`. */
  totalPrice: string;
  /** ISO 4217 code. Such as `"USD"`. */
  currency: string;
  /** When the seats were bought. */
  createdAt: Date;
  /** When the reservation was cancelled. */
  cancelledAt: Date | null;
  /** Why the cinema cancelled the show; `null` when it did not. */
  showCancelReason: string | null;
  /** Who bought it. */
  user: {
    /** Id of the user. */
    id: string;
    /** The e-mail address of the account. */
    email: string;
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
  /** What this user did. */
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

export interface AuditEvent {
  /** Id of the entry. */
  id: string;
  /** When it happened. */
  at: Date;
  /** Who did it; `null`: a caller without a session. */
  actor: {
    /** Id of the user. */
    id: string;
    /** The e-mail address of the account; `null` when the account is gone. */
    email: string | null;
  } | null;
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
  /** Seconds since this server started. */
  uptimeSeconds: number;
}

/** Over all rows. */
export interface CapacityFigures {
  /** The number of shows. */
  showtimes: number;
  /** Seats in reservations that are not cancelled. */
  seatsSold: number;
  /** Seats that could be sold. */
  seatsTotal: number;
  /** Seats sold of all seats, from 0 to 1; at most four decimals. */
  share: number;
}

export type CapacityGroupBy = 'showtime' | 'date' | 'movie' | 'theater';

/** Over all rows. */
export interface RevenueFigures {
  /** The prices of the seats that were sold, together. Such as `"25.00"`. */
  revenue: string;
  /** Reservations that are not cancelled. */
  reservations: number;
  /** Their seats. */
  seats: number;
  /** Revenue by seat; `null` without one. */
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
    /** The local day of the start. Written as `YYYY-MM-DD`. */
    date: string;
  };
  /** A weekday. */
  weekday: {
    /** 1 is Monday. */
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
