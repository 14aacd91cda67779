/*
 * Generated from the router's schemas by `npm run openapi`. Do not edit.
 */

import type {
  TRPC_ERROR_CODE_KEY,
  TRPC_ERROR_CODE_NUMBER,
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type { CallOptions, MutationOptions } from './call.ts';
import type { DetailsByCode } from './error-details.ts';
import type { WatchSeats } from './live.ts';
import type { List, Page } from './paging.ts';
import type { Uploads } from './poster.ts';
import type { Requests } from './rest.ts';
import type {
  AdminAuditListInput,
  AdminOutboxDropInput,
  AdminOutboxListInput,
  AdminOutboxRetryInput,
  AdminReportsCapacityInput,
  AdminReportsOccupancyInput,
  AdminReportsPopularMoviesInput,
  AdminReportsRevenueInput,
  AdminReservationsListInput,
  AdminUsersDemoteInput,
  AdminUsersDisableInput,
  AdminUsersEnableInput,
  AdminUsersListInput,
  AdminUsersPromoteInput,
  AuditEvent,
  AuthChangePasswordInput,
  AuthLoginInput,
  AuthLogoutInput,
  AuthRegisterInput,
  AuthUpdateMeInput,
  CancelledShowtime,
  CapacityGroupBy,
  CapacityReport,
  Deleted,
  Delivery,
  Genre,
  HeldLocks,
  LoggedOut,
  Movie,
  MoviesCreateInput,
  MoviesDeleteInput,
  MoviesGetInput,
  MoviesListInput,
  MoviesShowtimesInput,
  MoviesUpdateInput,
  OccupancyGroupBy,
  OccupancyReport,
  PasswordChanged,
  PopularMoviesReport,
  Reservation,
  ReservationWithUser,
  ReservationsCancelInput,
  ReservationsCreateInput,
  ReservationsGetInput,
  ReservationsListInput,
  RevenueGroupBy,
  RevenueReport,
  SeatLock,
  SeatMap,
  SeatsEvent,
  Showtime,
  ShowtimesCancelInput,
  ShowtimesCreateInput,
  ShowtimesDeleteInput,
  ShowtimesExtendLockInput,
  ShowtimesGetInput,
  ShowtimesListInput,
  ShowtimesLockSeatsInput,
  ShowtimesOnSeatsChangedInput,
  ShowtimesSeatsInput,
  ShowtimesUnlockSeatsInput,
  ShowtimesUpdateInput,
  SignedIn,
  Status,
  Theater,
  TheaterWithSeats,
  TheatersCreateInput,
  TheatersDeleteInput,
  TheatersGetInput,
  TheatersListInput,
  TheatersUpdateInput,
  UnlockedSeats,
  User,
} from './types.ts';

/** The calls of `auth`. */
export interface AuthApi {
  /**
   * Create an account. Creates an account with the role `user` and signs it in. The e-mail
   * address is trimmed and compared ignoring case. The password has 8 to 128 characters of any
   * script; common ones are refused.
   *
   * @throws MatineeError `EMAIL_TAKEN`
   *
   * @example
   * ```ts
   * await matinee.auth.register({
   *   email: 'ada@example.com',
   *   password: 'test-password',
   *   firstName: 'Ada',
   *   lastName: 'Lovelace',
   * });
   * ```
   * @see `POST /api/v1/auth/register`
   */
  readonly register: (input: AuthRegisterInput, options?: MutationOptions) => Promise<SignedIn>;
  /**
   * Sign in. Returns an access token for the `Authorization: Bearer` header. After ten failed
   * attempts of one address on one account within 15 minutes, further ones are refused.
   *
   * @throws MatineeError `INVALID_CREDENTIALS`
   *
   * @example
   * ```ts
   * await matinee.auth.login({ email: 'ada@example.com', password: 'test-password' });
   * ```
   * @see `POST /api/v1/auth/login`
   */
  readonly login: (input: AuthLoginInput, options?: MutationOptions) => Promise<SignedIn>;
  /**
   * Read your own account. The account of the token. Needs a signed-in user.
   *
   * @example
   * ```ts
   * await matinee.auth.me();
   * ```
   * @see `GET /api/v1/auth/me`
   */
  readonly me: (input?: Record<string, never>, options?: CallOptions) => Promise<User>;
  /**
   * Change your own account. Fields that are left out stay; `null` clears a name. Needs a
   * signed-in user.
   *
   * @example
   * ```ts
   * await matinee.auth.updateMe({ lastName: 'King' });
   * ```
   * @see `PUT /api/v1/auth/me`
   */
  readonly updateMe: (input?: AuthUpdateMeInput, options?: MutationOptions) => Promise<User>;
  /**
   * Sign out. The token, or with `everywhere` every token of the user, is refused from now on.
   * Needs a signed-in user.
   *
   * @example
   * ```ts
   * await matinee.auth.logout({ everywhere: true });
   * ```
   * @see `POST /api/v1/auth/logout`
   */
  readonly logout: (input?: AuthLogoutInput, options?: MutationOptions) => Promise<LoggedOut>;
  /**
   * Change your password. Ends all sessions, this one too, and returns the token of a new one. A
   * wrong current password is a validation error, and counts as a failed sign-in. Needs a
   * signed-in user.
   *
   * @throws MatineeError `RATE_LIMITED`
   *
   * @example
   * ```ts
   * await matinee.auth.changePassword({
   *   currentPassword: 'test-password',
   *   newPassword: 'correct-horse-battery',
   * });
   * ```
   * @see `POST /api/v1/auth/change-password`
   */
  readonly changePassword: (input: AuthChangePasswordInput, options?: MutationOptions) => Promise<PasswordChanged>;
}

/** The calls of `movies`. */
export interface MoviesApi extends Uploads {
  /**
   * List movies. By title, as people sort. All filters ignore case, and the search ignores
   * accents.
   *
   * @example
   * ```ts
   * await matinee.movies.list({ genre: 'thriller', search: 'third', limit: 20 });
   * ```
   * @see `GET /api/v1/movies`
   */
  readonly list: List<MoviesListInput, Page<Movie>>;
  /**
   * List genres. Every genre with the number of its movies.
   *
   * @example
   * ```ts
   * await matinee.movies.genres();
   * ```
   * @see `GET /api/v1/movies/genres`
   */
  readonly genres: (input?: Record<string, never>, options?: CallOptions) => Promise<Genre[]>;
  /**
   * Read a movie. As long as it is in the catalogue.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.movies.get({ movieId: '019ac0de-0000-7000-8000-000000000002' });
   * ```
   * @see `GET /api/v1/movies/{movieId}`
   */
  readonly get: (input: MoviesGetInput, options?: CallOptions) => Promise<Movie>;
  /**
   * Create a movie. Adds it to the catalogue. Upload the poster afterwards. Needs an
   * administrator.
   *
   * @example
   * ```ts
   * await matinee.movies.create({
   *   title: 'The Third Man',
   *   description: 'A writer comes to Vienna, where his friend has just been buried.',
   *   genre: 'Film noir',
   *   durationMinutes: 104,
   *   releaseDate: '1949-09-02',
   *   contentRating: 'PG',
   * });
   * ```
   * @see `POST /api/v1/movies`
   */
  readonly create: (input: MoviesCreateInput, options?: MutationOptions) => Promise<Movie>;
  /**
   * Change a movie. Fields that are left out stay; `null` clears an optional field. A new length
   * applies to showtimes that are created or moved afterwards. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `EDIT_CONFLICT`
   *
   * @example
   * ```ts
   * await matinee.movies.update({
   *   movieId: '019ac0de-0000-7000-8000-000000000002',
   *   genre: 'Thriller',
   *   revision: 1,
   * });
   * ```
   * @see `PUT /api/v1/movies/{movieId}`
   */
  readonly update: (input: MoviesUpdateInput, options?: MutationOptions) => Promise<Movie>;
  /**
   * List the showtimes of a movie. By start. Without `date`, `from` and `to`: those that have
   * not ended.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.movies.showtimes({
   *   movieId: '019ac0de-0000-7000-8000-000000000002',
   *   date: '2026-12-05',
   *   limit: 20,
   * });
   * ```
   * @see `GET /api/v1/movies/{movieId}/showtimes`
   */
  readonly showtimes: List<MoviesShowtimesInput, Page<Showtime>>;
  /**
   * Delete a movie. Showtimes in which nothing is locked or booked go with it. It is erased if
   * no reservation ever named it, otherwise archived. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `IN_USE`
   *
   * @example
   * ```ts
   * await matinee.movies.delete({ movieId: '019ac0de-0000-7000-8000-000000000010' });
   * ```
   * @see `DELETE /api/v1/movies/{movieId}`
   */
  readonly delete: (input: MoviesDeleteInput, options?: MutationOptions) => Promise<Deleted>;
}

/** The calls of `theaters`. */
export interface TheatersApi {
  /**
   * List theaters. By name, without their seats.
   *
   * @example
   * ```ts
   * await matinee.theaters.list({ limit: 20 });
   * ```
   * @see `GET /api/v1/theaters`
   */
  readonly list: List<TheatersListInput, Page<Theater>>;
  /**
   * Read a theater. With its seats, row by row.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.theaters.get({ theaterId: '019ac0de-0000-7000-8000-000000000004' });
   * ```
   * @see `GET /api/v1/theaters/{theaterId}`
   */
  readonly get: (input: TheatersGetInput, options?: CallOptions) => Promise<TheaterWithSeats>;
  /**
   * Create a theater. Rows run from the screen backwards. `seats` is the number of positions; a
   * gap has no seat. Seats are numbered from 1, left to right, without the gaps. Needs an
   * administrator.
   *
   * @example
   * ```ts
   * await matinee.theaters.create({
   *   name: 'Gartenbau',
   *   timezone: 'Europe/Vienna',
   *   turnaroundMinutes: 20,
   *   rows: [{ label: 'A', seats: 4, overrides: [{ position: 3, gap: true }] }, { label: 'B', seats: 2, seatType: 'vip' }],
   * });
   * ```
   * @see `POST /api/v1/theaters`
   */
  readonly create: (input: TheatersCreateInput, options?: MutationOptions) => Promise<TheaterWithSeats>;
  /**
   * Change a theater. Fields that are left out stay. `rows` replaces the layout as a whole; a
   * seat with the same label and number keeps its id. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `IN_USE`, `EDIT_CONFLICT`
   *
   * @example
   * ```ts
   * await matinee.theaters.update({
   *   theaterId: '019ac0de-0000-7000-8000-000000000004',
   *   turnaroundMinutes: 15,
   * });
   * ```
   * @see `PUT /api/v1/theaters/{theaterId}`
   */
  readonly update: (input: TheatersUpdateInput, options?: MutationOptions) => Promise<TheaterWithSeats>;
  /**
   * Delete a theater. Not before its last showtime has ended. It is erased if no reservation
   * ever named it, otherwise archived. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `IN_USE`
   *
   * @example
   * ```ts
   * await matinee.theaters.delete({ theaterId: '019ac0de-0000-7000-8000-000000000011' });
   * ```
   * @see `DELETE /api/v1/theaters/{theaterId}`
   */
  readonly delete: (input: TheatersDeleteInput, options?: MutationOptions) => Promise<Deleted>;
}

/** The calls of `showtimes`. */
export interface ShowtimesApi {
  /**
   * List showtimes. By start. Without `date`, `from`, `to` and `idEndsWith`: those that have not
   * ended. Dates are days in the time zone of the theater.
   *
   * @example
   * ```ts
   * await matinee.showtimes.list({
   *   movieId: '019ac0de-0000-7000-8000-000000000002',
   *   theaterId: '019ac0de-0000-7000-8000-000000000004',
   *   from: '2026-12-01',
   *   to: '2026-12-07',
   *   limit: 20,
   * });
   * ```
   * @see `GET /api/v1/showtimes`
   */
  readonly list: List<ShowtimesListInput, Page<Showtime>>;
  /**
   * Read a showtime. Its availability is at most a second old.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.showtimes.get({ showtimeId: '019ac0de-0000-7000-8000-00000000000a' });
   * ```
   * @see `GET /api/v1/showtimes/{showtimeId}`
   */
  readonly get: (input: ShowtimesGetInput, options?: CallOptions) => Promise<Showtime>;
  /**
   * Schedule a showtime. The show ends after the length of the movie; then the theater is
   * cleaned. Overlaps are refused. A start in the past is accepted. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `SHOWTIME_OVERLAP`
   *
   * @example
   * ```ts
   * await matinee.showtimes.create({
   *   movieId: '019ac0de-0000-7000-8000-000000000002',
   *   theaterId: '019ac0de-0000-7000-8000-000000000004',
   *   startTime: '2026-12-05T19:30:00.000Z',
   *   price: '12.50',
   *   seatTypePrices: { vip: '20.00' },
   * });
   * ```
   * @see `POST /api/v1/showtimes`
   */
  readonly create: (input: ShowtimesCreateInput, options?: MutationOptions) => Promise<Showtime>;
  /**
   * Change a showtime. Prices can always be changed; locked and sold seats keep theirs. Time and
   * movie can be changed only while nothing is locked or booked, the theater only if there never
   * was a reservation. `seatTypePrices` is replaced as a whole. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `SHOWTIME_OVERLAP`, `IN_USE`, `EDIT_CONFLICT`,
   * `SHOWTIME_CANCELLED`
   *
   * @example
   * ```ts
   * await matinee.showtimes.update({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000000a',
   *   price: '13.00',
   * });
   * ```
   * @see `PUT /api/v1/showtimes/{showtimeId}`
   */
  readonly update: (input: ShowtimesUpdateInput, options?: MutationOptions) => Promise<Showtime>;
  /**
   * Delete a showtime. It is erased if no reservation ever named it, otherwise archived. Needs
   * an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `IN_USE`
   *
   * @example
   * ```ts
   * await matinee.showtimes.delete({ showtimeId: '019ac0de-0000-7000-8000-00000000000f' });
   * ```
   * @see `DELETE /api/v1/showtimes/{showtimeId}`
   */
  readonly delete: (input: ShowtimesDeleteInput, options?: MutationOptions) => Promise<Deleted>;
  /**
   * Cancel a show. Every seat lock and reservation of it ends, all or none. It stays readable.
   * Possible until the show has ended. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `SHOWTIME_STARTED`, `ALREADY_CANCELLED`
   *
   * @example
   * ```ts
   * await matinee.showtimes.cancel({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000000a',
   *   reason: 'The projector is broken',
   * });
   * ```
   * @see `POST /api/v1/showtimes/{showtimeId}/cancel`
   */
  readonly cancel: (input: ShowtimesCancelInput, options?: MutationOptions) => Promise<CancelledShowtime>;
  /**
   * Read the seat map. With a token it is fresh and marks the seats that you have locked;
   * without one it is at most 250 ms old. Send the `ETag` back in `If-None-Match` to get 304
   * while nothing has changed.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.showtimes.seats({ showtimeId: '019ac0de-0000-7000-8000-00000000000a' });
   * ```
   * @see `GET /api/v1/showtimes/{showtimeId}/seats`
   */
  readonly seats: (input: ShowtimesSeatsInput, options?: CallOptions) => Promise<SeatMap>;
  /**
   * Lock seats. All or none. The price is fixed now. Seats that you have locked already keep
   * their clock. Seats that were yours within the last 15 minutes keep the end of their
   * extensions. A refusal lists every seat that is taken. Needs a signed-in user.
   *
   * @throws MatineeError `NOT_FOUND`, `SEATS_UNAVAILABLE`, `SHOWTIME_STARTED`,
   * `SHOWTIME_CANCELLED`, `SEAT_LIMIT_EXCEEDED`, `LOCK_EXTENSION_LIMIT`
   *
   * @example
   * ```ts
   * await matinee.showtimes.lockSeats({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000000a',
   *   seatIds: ['019ac0de-0000-7000-8000-000000000005', '019ac0de-0000-7000-8000-000000000006', '019ac0de-0000-7000-8000-000000000007'],
   * });
   * ```
   * @see `POST /api/v1/showtimes/{showtimeId}/lock-seats`
   */
  readonly lockSeats: (input: ShowtimesLockSeatsInput, options?: MutationOptions) => Promise<SeatLock>;
  /**
   * Extend seat locks. The time of each seat starts anew, up to its hard cap. Without `seatIds`:
   * all your own. Needs a signed-in user.
   *
   * @throws MatineeError `NOT_FOUND`, `LOCK_EXPIRED`, `SHOWTIME_STARTED`, `SHOWTIME_CANCELLED`,
   * `LOCK_EXTENSION_LIMIT`
   *
   * @example
   * ```ts
   * await matinee.showtimes.extendLock({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000000a',
   * });
   * ```
   * @see `POST /api/v1/showtimes/{showtimeId}/extend-lock`
   */
  readonly extendLock: (input: ShowtimesExtendLockInput, options?: MutationOptions) => Promise<SeatLock>;
  /**
   * Give seats back. Without `seatIds`: all your own. Seats that you have not locked are
   * ignored. Needs a signed-in user.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.showtimes.unlockSeats({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000000a',
   *   seatIds: ['019ac0de-0000-7000-8000-000000000007'],
   * });
   * ```
   * @see `DELETE /api/v1/showtimes/{showtimeId}/lock-seats`
   */
  readonly unlockSeats: (input: ShowtimesUnlockSeatsInput, options?: MutationOptions) => Promise<UnlockedSeats>;
  /** The live seat map: a snapshot first, then every change. */
  readonly onSeatsChanged: WatchSeats;
}

/** The calls of `reservations`. */
export interface ReservationsApi {
  /**
   * Confirm locked seats. Turns seats that you have locked, all or some of them, into a
   * reservation at the prices fixed when they were locked. Needs a signed-in user.
   *
   * @throws MatineeError `NOT_FOUND`, `LOCK_EXPIRED`, `SHOWTIME_STARTED`, `SHOWTIME_CANCELLED`,
   * `SEAT_LIMIT_EXCEEDED`
   *
   * @example
   * ```ts
   * await matinee.reservations.create({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000000a',
   *   seatIds: ['019ac0de-0000-7000-8000-000000000005', '019ac0de-0000-7000-8000-000000000006'],
   * });
   * ```
   * @see `POST /api/v1/reservations`
   */
  readonly create: (input: ReservationsCreateInput, options?: MutationOptions) => Promise<Reservation>;
  /**
   * List your reservations. Newest first. Needs a signed-in user.
   *
   * @example
   * ```ts
   * await matinee.reservations.list({ when: 'upcoming', limit: 20 });
   * ```
   * @see `GET /api/v1/reservations`
   */
  readonly list: List<ReservationsListInput, Page<Reservation>>;
  /**
   * List your seat locks. The live ones, by showtime. Needs a signed-in user.
   *
   * @example
   * ```ts
   * await matinee.reservations.listLocks();
   * ```
   * @see `GET /api/v1/reservations/locks`
   */
  readonly listLocks: (input?: Record<string, never>, options?: CallOptions) => Promise<HeldLocks[]>;
  /**
   * Read a reservation. Your own; administrators may read any. Needs a signed-in user.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.reservations.get({ reservationId: '019ac0de-0000-7000-8000-00000000000b' });
   * ```
   * @see `GET /api/v1/reservations/{reservationId}`
   */
  readonly get: (input: ReservationsGetInput, options?: CallOptions) => Promise<Reservation>;
  /**
   * Cancel a reservation. Until the showtime starts. Your own; administrators may cancel any.
   * Needs a signed-in user.
   *
   * @throws MatineeError `NOT_FOUND`, `SHOWTIME_STARTED`, `ALREADY_CANCELLED`
   *
   * @example
   * ```ts
   * await matinee.reservations.cancel({
   *   reservationId: '019ac0de-0000-7000-8000-00000000000b',
   * });
   * ```
   * @see `DELETE /api/v1/reservations/{reservationId}`
   */
  readonly cancel: (input: ReservationsCancelInput, options?: MutationOptions) => Promise<Reservation>;
}

/** The calls of `admin.reports`. */
export interface AdminReportsApi {
  /**
   * Capacity report. A reservation that is not cancelled counts on the local date of its
   * showtime’s start, whenever it was bought. All figures come from one snapshot. Needs an
   * administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.reports.capacity({
   *   from: '2026-12-01',
   *   to: '2026-12-07',
   *   groupBy: 'showtime',
   * });
   * ```
   * @see `GET /api/v1/admin/reports/capacity`
   */
  readonly capacity: <By extends CapacityGroupBy = 'showtime'>(
    input?: AdminReportsCapacityInput & { groupBy?: By | undefined },
    options?: CallOptions,
  ) => Promise<CapacityReport<By>>;
  /**
   * Revenue report. A reservation that is not cancelled counts on the local date of its
   * showtime’s start, whenever it was bought. All figures come from one snapshot. Needs an
   * administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.reports.revenue({
   *   from: '2026-12-01',
   *   to: '2026-12-07',
   *   groupBy: 'movie',
   * });
   * ```
   * @see `GET /api/v1/admin/reports/revenue`
   */
  readonly revenue: <By extends RevenueGroupBy = 'movie'>(
    input?: AdminReportsRevenueInput & { groupBy?: By | undefined },
    options?: CallOptions,
  ) => Promise<RevenueReport<By>>;
  /**
   * Popular movies report. A reservation that is not cancelled counts on the local date of its
   * showtime’s start, whenever it was bought. All figures come from one snapshot. Needs an
   * administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.reports.popularMovies({
   *   from: '2026-12-01',
   *   to: '2026-12-07',
   *   limit: 10,
   * });
   * ```
   * @see `GET /api/v1/admin/reports/popular-movies`
   */
  readonly popularMovies: (input?: AdminReportsPopularMoviesInput, options?: CallOptions) => Promise<PopularMoviesReport>;
  /**
   * Occupancy report. A reservation that is not cancelled counts on the local date of its
   * showtime’s start, whenever it was bought. All figures come from one snapshot. Needs an
   * administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.reports.occupancy({
   *   from: '2026-12-01',
   *   to: '2026-12-07',
   *   groupBy: 'theater',
   * });
   * ```
   * @see `GET /api/v1/admin/reports/occupancy`
   */
  readonly occupancy: <By extends OccupancyGroupBy = 'theater'>(
    input?: AdminReportsOccupancyInput & { groupBy?: By | undefined },
    options?: CallOptions,
  ) => Promise<OccupancyReport<By>>;
}

/** The calls of `admin.users`. */
export interface AdminUsersApi {
  /**
   * List accounts. Oldest first. Needs an administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.users.list({ email: 'ada', role: 'user' });
   * ```
   * @see `GET /api/v1/admin/users`
   */
  readonly list: List<AdminUsersListInput, Page<User>>;
  /**
   * Make a user an administrator. From the next request on. An administrator stays one. Needs an
   * administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.users.promote({ userId: '019ac0de-0000-7000-8000-000000000001' });
   * ```
   * @see `POST /api/v1/admin/users/{userId}/promote`
   */
  readonly promote: (input: AdminUsersPromoteInput, options?: MutationOptions) => Promise<User>;
  /**
   * Make an administrator a user. Not the last active one. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `LAST_ADMIN`
   *
   * @example
   * ```ts
   * await matinee.admin.users.demote({ userId: '019ac0de-0000-7000-8000-000000000001' });
   * ```
   * @see `POST /api/v1/admin/users/{userId}/demote`
   */
  readonly demote: (input: AdminUsersDemoteInput, options?: MutationOptions) => Promise<User>;
  /**
   * Disable an account. Every session ends immediately, seat locks are freed, bookings stay.
   * Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `LAST_ADMIN`
   *
   * @example
   * ```ts
   * await matinee.admin.users.disable({ userId: '019ac0de-0000-7000-8000-000000000001' });
   * ```
   * @see `POST /api/v1/admin/users/{userId}/disable`
   */
  readonly disable: (input: AdminUsersDisableInput, options?: MutationOptions) => Promise<User>;
  /**
   * Enable an account. It can sign in again; ended sessions stay ended. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.users.enable({ userId: '019ac0de-0000-7000-8000-000000000001' });
   * ```
   * @see `POST /api/v1/admin/users/{userId}/enable`
   */
  readonly enable: (input: AdminUsersEnableInput, options?: MutationOptions) => Promise<User>;
}

/** The calls of `admin.reservations`. */
export interface AdminReservationsApi {
  /**
   * List all reservations. Newest first. Needs an administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.reservations.list({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000000a',
   *   status: 'confirmed',
   * });
   * ```
   * @see `GET /api/v1/admin/reservations`
   */
  readonly list: List<AdminReservationsListInput, Page<ReservationWithUser>>;
}

/** The calls of `admin.outbox`. */
export interface AdminOutboxApi {
  /**
   * List deliveries. What follows from bookings and cancellations, such as mails; newest first.
   * Needs an administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.outbox.list({ state: 'done', limit: 1 });
   * ```
   * @see `GET /api/v1/admin/outbox`
   */
  readonly list: List<AdminOutboxListInput, Page<Delivery>>;
  /**
   * Retry a delivery. It is attempted immediately, with all its attempts before it. Needs an
   * administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.outbox.retry({ deliveryId: '019ac0de-0000-7000-8000-00000000000c' });
   * ```
   * @see `POST /api/v1/admin/outbox/{deliveryId}/retry`
   */
  readonly retry: (input: AdminOutboxRetryInput, options?: MutationOptions) => Promise<Delivery>;
  /**
   * Drop a delivery. It is not attempted again and counts as done. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.outbox.drop({ deliveryId: '019ac0de-0000-7000-8000-00000000000c' });
   * ```
   * @see `POST /api/v1/admin/outbox/{deliveryId}/drop`
   */
  readonly drop: (input: AdminOutboxDropInput, options?: MutationOptions) => Promise<Delivery>;
}

/** The calls of `admin.audit`. */
export interface AdminAuditApi {
  /**
   * List the audit log. What administrators changed, sign-ins, and refusals; newest first. Of
   * refusals of one kind by one client, the first in a quarter of an hour. Entries are kept for
   * 400 days. Needs an administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.audit.list({ action: 'admin.users.promote', limit: 1 });
   * ```
   * @see `GET /api/v1/admin/audit`
   */
  readonly list: List<AdminAuditListInput, Page<AuditEvent>>;
}

/** The calls of `admin`. */
export interface AdminApi {
  readonly reports: AdminReportsApi;
  readonly users: AdminUsersApi;
  readonly reservations: AdminReservationsApi;
  readonly outbox: AdminOutboxApi;
  readonly audit: AdminAuditApi;
  /**
   * Read the state of the system. Versions, clocks, jobs, disk. Needs an administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.status();
   * ```
   * @see `GET /api/v1/admin/status`
   */
  readonly status: (input?: Record<string, never>, options?: CallOptions) => Promise<Status>;
}

/** The whole API: every procedure a function under its own name. */
export interface Matinee extends Requests {
  readonly auth: AuthApi;
  readonly movies: MoviesApi;
  readonly theaters: TheatersApi;
  readonly showtimes: ShowtimesApi;
  readonly reservations: ReservationsApi;
  readonly admin: AdminApi;
}

/** What the procedures take, by path: `Inputs['showtimes']['create']`. */
export interface Inputs {
  auth: {
    register: AuthRegisterInput;
    login: AuthLoginInput;
    me: Record<string, never> | undefined;
    updateMe: AuthUpdateMeInput;
    logout: AuthLogoutInput | undefined;
    changePassword: AuthChangePasswordInput;
  };
  movies: {
    list: MoviesListInput;
    genres: Record<string, never> | undefined;
    get: MoviesGetInput;
    create: MoviesCreateInput;
    update: MoviesUpdateInput;
    showtimes: MoviesShowtimesInput;
    delete: MoviesDeleteInput;
  };
  theaters: {
    list: TheatersListInput;
    get: TheatersGetInput;
    create: TheatersCreateInput;
    update: TheatersUpdateInput;
    delete: TheatersDeleteInput;
  };
  showtimes: {
    list: ShowtimesListInput;
    get: ShowtimesGetInput;
    create: ShowtimesCreateInput;
    update: ShowtimesUpdateInput;
    delete: ShowtimesDeleteInput;
    cancel: ShowtimesCancelInput;
    seats: ShowtimesSeatsInput;
    lockSeats: ShowtimesLockSeatsInput;
    extendLock: ShowtimesExtendLockInput;
    unlockSeats: ShowtimesUnlockSeatsInput;
    onSeatsChanged: ShowtimesOnSeatsChangedInput;
  };
  reservations: {
    create: ReservationsCreateInput;
    list: ReservationsListInput;
    listLocks: Record<string, never> | undefined;
    get: ReservationsGetInput;
    cancel: ReservationsCancelInput;
  };
  admin: {
    reports: {
      capacity: AdminReportsCapacityInput;
      revenue: AdminReportsRevenueInput;
      popularMovies: AdminReportsPopularMoviesInput;
      occupancy: AdminReportsOccupancyInput;
    };
    users: {
      list: AdminUsersListInput;
      promote: AdminUsersPromoteInput;
      demote: AdminUsersDemoteInput;
      disable: AdminUsersDisableInput;
      enable: AdminUsersEnableInput;
    };
    reservations: {
      list: AdminReservationsListInput;
    };
    outbox: {
      list: AdminOutboxListInput;
      retry: AdminOutboxRetryInput;
      drop: AdminOutboxDropInput;
    };
    audit: {
      list: AdminAuditListInput;
    };
    status: Record<string, never> | undefined;
  };
}

/** What the procedures answer, by path. */
export interface Outputs {
  auth: {
    register: SignedIn;
    login: SignedIn;
    me: User;
    updateMe: User;
    logout: LoggedOut;
    changePassword: PasswordChanged;
  };
  movies: {
    list: Page<Movie>;
    genres: Genre[];
    get: Movie;
    create: Movie;
    update: Movie;
    showtimes: Page<Showtime>;
    delete: Deleted;
  };
  theaters: {
    list: Page<Theater>;
    get: TheaterWithSeats;
    create: TheaterWithSeats;
    update: TheaterWithSeats;
    delete: Deleted;
  };
  showtimes: {
    list: Page<Showtime>;
    get: Showtime;
    create: Showtime;
    update: Showtime;
    delete: Deleted;
    cancel: CancelledShowtime;
    seats: SeatMap;
    lockSeats: SeatLock;
    extendLock: SeatLock;
    unlockSeats: UnlockedSeats;
    onSeatsChanged: AsyncIterable<{ id: string; data: SeatsEvent }, void>;
  };
  reservations: {
    create: Reservation;
    list: Page<Reservation>;
    listLocks: HeldLocks[];
    get: Reservation;
    cancel: Reservation;
  };
  admin: {
    reports: {
      capacity: CapacityReport;
      revenue: RevenueReport;
      popularMovies: PopularMoviesReport;
      occupancy: OccupancyReport;
    };
    users: {
      list: Page<User>;
      promote: User;
      demote: User;
      disable: User;
      enable: User;
    };
    reservations: {
      list: Page<ReservationWithUser>;
    };
    outbox: {
      list: Page<Delivery>;
      retry: Delivery;
      drop: Delivery;
    };
    audit: {
      list: Page<AuditEvent>;
    };
    status: Status;
  };
}

/** The codes of the server with which a call can fail, by path. */
export interface Refusals {
  auth: {
    register: 'VALIDATION_ERROR' | 'EMAIL_TAKEN' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    login: 'VALIDATION_ERROR' | 'INVALID_CREDENTIALS' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    me: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    updateMe: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    logout: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    changePassword: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  movies: {
    list: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    genres: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    update: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'EDIT_CONFLICT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    showtimes: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  theaters: {
    list: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    update: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'EDIT_CONFLICT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  showtimes: {
    list: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SHOWTIME_OVERLAP' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    update: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SHOWTIME_OVERLAP' | 'IN_USE' | 'EDIT_CONFLICT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    cancel: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'ALREADY_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    seats: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    lockSeats: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'SEATS_UNAVAILABLE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'SHOWTIME_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'SEAT_LIMIT_EXCEEDED' | 'LOCK_EXTENSION_LIMIT' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    extendLock: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'LOCK_EXPIRED' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'SHOWTIME_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'LOCK_EXTENSION_LIMIT' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    unlockSeats: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    onSeatsChanged: never;
  };
  reservations: {
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'LOCK_EXPIRED' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'SHOWTIME_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'SEAT_LIMIT_EXCEEDED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    listLocks: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    cancel: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'ALREADY_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  admin: {
    reports: {
      capacity: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      revenue: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      popularMovies: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      occupancy: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    users: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      promote: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      demote: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'LAST_ADMIN' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      disable: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'LAST_ADMIN' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      enable: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    reservations: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    outbox: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      retry: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      drop: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    audit: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    status: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
}

/** A failure as tRPC carries it. */
export interface FailureShape {
  message: string;
  code: TRPC_ERROR_CODE_NUMBER;
  data: {
    code: TRPC_ERROR_CODE_KEY;
    httpStatus: number;
    path: string | null;
    appCode: keyof DetailsByCode;
    details: DetailsByCode[keyof DetailsByCode];
    requestId: string | null;
  };
}

/**
 * The router's type, for `@trpc/client` and `@trpc/tanstack-react-query` against `/trpc`. The
 * wire's transformer is superjson.
 */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: FailureShape; transformer: true },
  Procedures
>;

export type Procedures = {
  auth: {
    register: TRPCMutationProcedure<{ input: AuthRegisterInput; output: SignedIn; meta: object; errorShape: FailureShape }>;
    login: TRPCMutationProcedure<{ input: AuthLoginInput; output: SignedIn; meta: object; errorShape: FailureShape }>;
    me: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: User; meta: object; errorShape: FailureShape }>;
    updateMe: TRPCMutationProcedure<{ input: AuthUpdateMeInput; output: User; meta: object; errorShape: FailureShape }>;
    logout: TRPCMutationProcedure<{ input: AuthLogoutInput | undefined; output: LoggedOut; meta: object; errorShape: FailureShape }>;
    changePassword: TRPCMutationProcedure<{ input: AuthChangePasswordInput; output: PasswordChanged; meta: object; errorShape: FailureShape }>;
  };
  movies: {
    list: TRPCQueryProcedure<{ input: MoviesListInput; output: Page<Movie>; meta: object; errorShape: FailureShape }>;
    genres: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: Genre[]; meta: object; errorShape: FailureShape }>;
    get: TRPCQueryProcedure<{ input: MoviesGetInput; output: Movie; meta: object; errorShape: FailureShape }>;
    create: TRPCMutationProcedure<{ input: MoviesCreateInput; output: Movie; meta: object; errorShape: FailureShape }>;
    update: TRPCMutationProcedure<{ input: MoviesUpdateInput; output: Movie; meta: object; errorShape: FailureShape }>;
    showtimes: TRPCQueryProcedure<{ input: MoviesShowtimesInput; output: Page<Showtime>; meta: object; errorShape: FailureShape }>;
    delete: TRPCMutationProcedure<{ input: MoviesDeleteInput; output: Deleted; meta: object; errorShape: FailureShape }>;
  };
  theaters: {
    list: TRPCQueryProcedure<{ input: TheatersListInput; output: Page<Theater>; meta: object; errorShape: FailureShape }>;
    get: TRPCQueryProcedure<{ input: TheatersGetInput; output: TheaterWithSeats; meta: object; errorShape: FailureShape }>;
    create: TRPCMutationProcedure<{ input: TheatersCreateInput; output: TheaterWithSeats; meta: object; errorShape: FailureShape }>;
    update: TRPCMutationProcedure<{ input: TheatersUpdateInput; output: TheaterWithSeats; meta: object; errorShape: FailureShape }>;
    delete: TRPCMutationProcedure<{ input: TheatersDeleteInput; output: Deleted; meta: object; errorShape: FailureShape }>;
  };
  showtimes: {
    list: TRPCQueryProcedure<{ input: ShowtimesListInput; output: Page<Showtime>; meta: object; errorShape: FailureShape }>;
    get: TRPCQueryProcedure<{ input: ShowtimesGetInput; output: Showtime; meta: object; errorShape: FailureShape }>;
    create: TRPCMutationProcedure<{ input: ShowtimesCreateInput; output: Showtime; meta: object; errorShape: FailureShape }>;
    update: TRPCMutationProcedure<{ input: ShowtimesUpdateInput; output: Showtime; meta: object; errorShape: FailureShape }>;
    delete: TRPCMutationProcedure<{ input: ShowtimesDeleteInput; output: Deleted; meta: object; errorShape: FailureShape }>;
    cancel: TRPCMutationProcedure<{ input: ShowtimesCancelInput; output: CancelledShowtime; meta: object; errorShape: FailureShape }>;
    seats: TRPCQueryProcedure<{ input: ShowtimesSeatsInput; output: SeatMap; meta: object; errorShape: FailureShape }>;
    lockSeats: TRPCMutationProcedure<{ input: ShowtimesLockSeatsInput; output: SeatLock; meta: object; errorShape: FailureShape }>;
    extendLock: TRPCMutationProcedure<{ input: ShowtimesExtendLockInput; output: SeatLock; meta: object; errorShape: FailureShape }>;
    unlockSeats: TRPCMutationProcedure<{ input: ShowtimesUnlockSeatsInput; output: UnlockedSeats; meta: object; errorShape: FailureShape }>;
    onSeatsChanged: TRPCSubscriptionProcedure<{ input: ShowtimesOnSeatsChangedInput; output: AsyncIterable<{ id: string; data: SeatsEvent }, void>; meta: object; errorShape: FailureShape }>;
  };
  reservations: {
    create: TRPCMutationProcedure<{ input: ReservationsCreateInput; output: Reservation; meta: object; errorShape: FailureShape }>;
    list: TRPCQueryProcedure<{ input: ReservationsListInput; output: Page<Reservation>; meta: object; errorShape: FailureShape }>;
    listLocks: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: HeldLocks[]; meta: object; errorShape: FailureShape }>;
    get: TRPCQueryProcedure<{ input: ReservationsGetInput; output: Reservation; meta: object; errorShape: FailureShape }>;
    cancel: TRPCMutationProcedure<{ input: ReservationsCancelInput; output: Reservation; meta: object; errorShape: FailureShape }>;
  };
  admin: {
    reports: {
      capacity: TRPCQueryProcedure<{ input: AdminReportsCapacityInput; output: CapacityReport; meta: object; errorShape: FailureShape }>;
      revenue: TRPCQueryProcedure<{ input: AdminReportsRevenueInput; output: RevenueReport; meta: object; errorShape: FailureShape }>;
      popularMovies: TRPCQueryProcedure<{ input: AdminReportsPopularMoviesInput; output: PopularMoviesReport; meta: object; errorShape: FailureShape }>;
      occupancy: TRPCQueryProcedure<{ input: AdminReportsOccupancyInput; output: OccupancyReport; meta: object; errorShape: FailureShape }>;
    };
    users: {
      list: TRPCQueryProcedure<{ input: AdminUsersListInput; output: Page<User>; meta: object; errorShape: FailureShape }>;
      promote: TRPCMutationProcedure<{ input: AdminUsersPromoteInput; output: User; meta: object; errorShape: FailureShape }>;
      demote: TRPCMutationProcedure<{ input: AdminUsersDemoteInput; output: User; meta: object; errorShape: FailureShape }>;
      disable: TRPCMutationProcedure<{ input: AdminUsersDisableInput; output: User; meta: object; errorShape: FailureShape }>;
      enable: TRPCMutationProcedure<{ input: AdminUsersEnableInput; output: User; meta: object; errorShape: FailureShape }>;
    };
    reservations: {
      list: TRPCQueryProcedure<{ input: AdminReservationsListInput; output: Page<ReservationWithUser>; meta: object; errorShape: FailureShape }>;
    };
    outbox: {
      list: TRPCQueryProcedure<{ input: AdminOutboxListInput; output: Page<Delivery>; meta: object; errorShape: FailureShape }>;
      retry: TRPCMutationProcedure<{ input: AdminOutboxRetryInput; output: Delivery; meta: object; errorShape: FailureShape }>;
      drop: TRPCMutationProcedure<{ input: AdminOutboxDropInput; output: Delivery; meta: object; errorShape: FailureShape }>;
    };
    audit: {
      list: TRPCQueryProcedure<{ input: AdminAuditListInput; output: Page<AuditEvent>; meta: object; errorShape: FailureShape }>;
    };
    status: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: Status; meta: object; errorShape: FailureShape }>;
  };
};
