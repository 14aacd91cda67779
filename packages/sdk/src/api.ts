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
import type { ShowtimePictures, TheaterPictures } from './seat-pictures.ts';
import type { TicketFiles } from './ticket-files.ts';
import type {
  AccountDeleted,
  AccountExport,
  AdminApiKeysCreateInput,
  AdminApiKeysRevokeInput,
  AdminAuditListInput,
  AdminIncidentsListInput,
  AdminIncidentsResolveInput,
  AdminOutboxDropInput,
  AdminOutboxListInput,
  AdminOutboxRetryInput,
  AdminPaymentsListInput,
  AdminPaymentsRefundInput,
  AdminReportsCapacityInput,
  AdminReportsOccupancyInput,
  AdminReportsPaymentsInput,
  AdminReportsPopularMoviesInput,
  AdminReportsRevenueInput,
  AdminReservationsListInput,
  AdminStaffGrantInput,
  AdminStaffListInput,
  AdminStaffRevokeInput,
  AdminUsersDemoteInput,
  AdminUsersDisableInput,
  AdminUsersEnableInput,
  AdminUsersListInput,
  AdminUsersPromoteInput,
  AdminUsersRequestPasswordResetInput,
  AdminUsersResetSecondFactorInput,
  AdminWebhooksCreateInput,
  AdminWebhooksDeleteInput,
  AdminWebhooksDeliveriesInput,
  AdminWebhooksEventInput,
  AdminWebhooksGetInput,
  AdminWebhooksListInput,
  AdminWebhooksReplayInput,
  AdminWebhooksRotateSecretInput,
  AdminWebhooksTestInput,
  AdminWebhooksUpdateInput,
  ApiKey,
  ApiKeys,
  AuditEvent,
  AuthChangePasswordInput,
  AuthDeleteAccountInput,
  AuthLinkInput,
  AuthLoginInput,
  AuthLogoutInput,
  AuthRefreshInput,
  AuthRegisterInput,
  AuthRequestPasswordResetInput,
  AuthRequestPhoneVerificationInput,
  AuthResetPasswordInput,
  AuthSecondFactorConfirmInput,
  AuthSecondFactorRemoveInput,
  AuthSecondFactorStartInput,
  AuthSessionsRevokeInput,
  AuthUpdateMeInput,
  AuthUpdateNotificationsInput,
  AuthVerifyEmailInput,
  AuthVerifyPhoneInput,
  CancelPreview,
  CancelledShowtime,
  CapacityGroupBy,
  CapacityReport,
  CheckIn,
  CheckInPage,
  CheckInsCreateInput,
  CheckInsFindInput,
  CheckInsListInput,
  CheckInsManifestInput,
  CheckInsUndoInput,
  CheckInsUploadInput,
  Deleted,
  Delivery,
  DeskCloseShiftInput,
  DeskExchangeInput,
  DeskOpenShiftInput,
  DeskPayOutInput,
  DeskReseatInput,
  DeskSale,
  DeskSellInput,
  FoundMovie,
  FoundTicket,
  Genre,
  HeldLocks,
  Incident,
  LoggedOut,
  MailSent,
  Manifest,
  Moved,
  Movie,
  MoviesCreateInput,
  MoviesDeleteInput,
  MoviesGetInput,
  MoviesListInput,
  MoviesRecommendedInput,
  MoviesSearchInput,
  MoviesShowtimesInput,
  MoviesUpdateInput,
  NewApiKey,
  NotificationSettings,
  OccupancyGroupBy,
  OccupancyReport,
  PaidOut,
  PasswordChanged,
  PasswordReset,
  Payment,
  PaymentsGetInput,
  PaymentsReport,
  PaymentsStartInput,
  PaymentsSyncInput,
  PopularMoviesReport,
  PriceList,
  PriceListsCreateInput,
  PriceListsDeleteInput,
  PriceListsGetInput,
  PriceListsListInput,
  PriceListsUpdateInput,
  ProgrammeItem,
  Quote,
  RecommendedMovie,
  RecoveryCodes,
  Reservation,
  ReservationWithUser,
  ReservationsCancelInput,
  ReservationsCreateInput,
  ReservationsGetInput,
  ReservationsListInput,
  ReservationsPreviewCancelInput,
  ReservationsQuoteInput,
  ResetRequested,
  RevenueGroupBy,
  RevenueReport,
  ScanResult,
  Schedule,
  SchedulesCopyWeekInput,
  SchedulesCreateInput,
  SchedulesDeleteInput,
  SchedulesPreviewInput,
  SeatLock,
  SeatMap,
  SeatsEvent,
  SecondFactorRemoved,
  SecondFactorStarted,
  SeriesDeleted,
  Sessions,
  Shift,
  Showtime,
  ShowtimesBlockSeatsInput,
  ShowtimesCancelInput,
  ShowtimesCreateInput,
  ShowtimesDeleteInput,
  ShowtimesExtendLockInput,
  ShowtimesGetInput,
  ShowtimesListInput,
  ShowtimesLockSeatsInput,
  ShowtimesOnSeatsChangedInput,
  ShowtimesProgrammeInput,
  ShowtimesSeatsInput,
  ShowtimesUnblockSeatsInput,
  ShowtimesUnlockSeatsInput,
  ShowtimesUpdateInput,
  SignedIn,
  Site,
  SitesCreateInput,
  SitesDeleteInput,
  SitesGetInput,
  SitesListInput,
  SitesUpdateInput,
  StaffRoles,
  Status,
  TextSent,
  Theater,
  TheaterWithSeats,
  TheatersCreateInput,
  TheatersDeleteInput,
  TheatersGetInput,
  TheatersListInput,
  TheatersUpdateInput,
  Ticket,
  TicketKey,
  TicketType,
  TicketTypesCreateInput,
  TicketTypesDeleteInput,
  TicketTypesListInput,
  TicketTypesUpdateInput,
  TicketsListInput,
  TicketsReissueInput,
  UnlockedSeats,
  UploadedScans,
  User,
  Webhook,
  WebhookDelivery,
  WebhookEvent,
  WebhookReplay,
  WebhookWithSecret,
} from './types.ts';

/** The calls of `auth.sessions`. */
export interface AuthSessionsApi {
  /**
   * List your sessions. Where you are signed in; the one that was used last comes first. Needs a
   * signed-in user.
   *
   * @example
   * ```ts
   * await matinee.auth.sessions.list();
   * ```
   * @see `GET /api/v1/auth/sessions`
   */
  readonly list: (input?: Record<string, never>, options?: CallOptions) => Promise<Sessions>;
  /**
   * End one of your sessions. Its tokens are refused from now on. Returns the sessions that are
   * left. Ending this one signs you out. Needs a signed-in user.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.auth.sessions.revoke({ sessionId: '019ac0de-0000-7000-8000-00000000001b' });
   * ```
   * @see `DELETE /api/v1/auth/sessions/{sessionId}`
   */
  readonly revoke: (input: AuthSessionsRevokeInput, options?: MutationOptions) => Promise<Sessions>;
}

/** The calls of `auth.secondFactor`. */
export interface AuthSecondFactorApi {
  /**
   * Begin with a second factor. Returns a secret for an authenticator app, of no effect until it
   * is confirmed. Where there is a second factor already, it has to be removed first. A wrong
   * password counts as a failed sign-in. Needs a user with an account.
   *
   * @throws MatineeError `RATE_LIMITED`
   *
   * @example
   * ```ts
   * await matinee.auth.secondFactor.start({ password: 'test-password' });
   * ```
   * @see `POST /api/v1/auth/second-factor`
   */
  readonly start: (input: AuthSecondFactorStartInput, options?: MutationOptions) => Promise<SecondFactorStarted>;
  /**
   * Confirm your second factor. Takes a code of the authenticator app. From now on signing in
   * needs one; your other sessions end. Each of the recovery codes replaces the app once. Needs
   * a user with an account.
   *
   * @throws MatineeError `RATE_LIMITED`
   *
   * @example
   * ```ts
   * await matinee.auth.secondFactor.confirm({ code: '123456' });
   * ```
   * @see `POST /api/v1/auth/second-factor/confirm`
   */
  readonly confirm: (input: AuthSecondFactorConfirmInput, options?: MutationOptions) => Promise<RecoveryCodes>;
  /**
   * Remove your second factor. Takes the password and a code of the app, or a recovery code.
   * Needs a user with an account.
   *
   * @throws MatineeError `RATE_LIMITED`
   *
   * @example
   * ```ts
   * await matinee.auth.secondFactor.remove({ password: 'test-password', code: '123456' });
   * ```
   * @see `POST /api/v1/auth/second-factor/remove`
   */
  readonly remove: (input: AuthSecondFactorRemoveInput, options?: MutationOptions) => Promise<SecondFactorRemoved>;
}

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
   * attempts of one address on one account within 15 minutes, further ones are refused. Where
   * the account has a second factor, `code` is needed too.
   *
   * @throws MatineeError `INVALID_CREDENTIALS`, `SECOND_FACTOR_REQUIRED`
   *
   * @example
   * ```ts
   * await matinee.auth.login({ email: 'ada@example.com', password: 'test-password' });
   * ```
   * @see `POST /api/v1/auth/login`
   */
  readonly login: (input: AuthLoginInput, options?: MutationOptions) => Promise<SignedIn>;
  /**
   * Continue as a guest. Creates a user with the role `guest`, without e-mail address and
   * password, and signs it in for 24 hours. A guest locks, buys and cancels seats as other
   * customers do.
   *
   * @example
   * ```ts
   * await matinee.auth.guest();
   * ```
   * @see `POST /api/v1/auth/guest`
   */
  readonly guest: (input?: Record<string, never>, options?: MutationOptions) => Promise<SignedIn>;
  /**
   * Sign in by a mailed link. Takes the token of the link in the mail to a guest, and signs in
   * the guest who made that reservation. Usable until a day after the show, and more than once.
   *
   * @throws MatineeError `LINK_INVALID`
   *
   * @example
   * ```ts
   * await matinee.auth.link({
   *   token: 'aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09',
   * });
   * ```
   * @see `POST /api/v1/auth/link`
   */
  readonly link: (input: AuthLinkInput, options?: MutationOptions) => Promise<SignedIn>;
  /**
   * Ask for a new password. Mails a link that sets a new password, once and within 30 minutes.
   * The response is the same whether or not there is an account with the address. An address
   * gets five mails an hour.
   *
   * @example
   * ```ts
   * await matinee.auth.requestPasswordReset({ email: 'ada@example.com' });
   * ```
   * @see `POST /api/v1/auth/request-password-reset`
   */
  readonly requestPasswordReset: (input: AuthRequestPasswordResetInput, options?: MutationOptions) => Promise<MailSent>;
  /**
   * Set a new password. Takes the token of the mailed link. Ends all sessions, forgets failed
   * sign-ins, and proves the address. Sign in with the new password afterwards.
   *
   * @throws MatineeError `LINK_INVALID`
   *
   * @example
   * ```ts
   * await matinee.auth.resetPassword({
   *   token: 'aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ0',
   *   newPassword: 'battery-staple-horse',
   * });
   * ```
   * @see `POST /api/v1/auth/reset-password`
   */
  readonly resetPassword: (input: AuthResetPasswordInput, options?: MutationOptions) => Promise<PasswordReset>;
  /**
   * Ask for the mail that proves your address. Mails a link that works for a day. A new account
   * gets one by itself. Nothing is mailed when the address is proven already. Needs a user with
   * an account.
   *
   * @example
   * ```ts
   * await matinee.auth.requestEmailVerification();
   * ```
   * @see `POST /api/v1/auth/request-email-verification`
   */
  readonly requestEmailVerification: (input?: Record<string, never>, options?: MutationOptions) => Promise<MailSent>;
  /**
   * Prove your address. Takes the token of the mailed link. What guests have booked with the
   * address belongs to the account from now on. May be repeated.
   *
   * @throws MatineeError `LINK_INVALID`
   *
   * @example
   * ```ts
   * await matinee.auth.verifyEmail({
   *   token: 'aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ0',
   * });
   * ```
   * @see `POST /api/v1/auth/verify-email`
   */
  readonly verifyEmail: (input: AuthVerifyEmailInput, options?: MutationOptions) => Promise<User>;
  /**
   * Renew your session. Returns a new access token, and a new refresh token in place of the one
   * that you send. For 30 seconds the same one gets the same response again; used later, it ends
   * the session, because two clients have it. A session ends after 30 days without a renewal,
   * and after 180 days in any case.
   *
   * @throws MatineeError `TOKEN_EXPIRED`, `TOKEN_INVALID`
   *
   * @example
   * ```ts
   * await matinee.auth.refresh({
   *   refreshToken: 'aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ09aZ0',
   * });
   * ```
   * @see `POST /api/v1/auth/refresh`
   */
  readonly refresh: (input: AuthRefreshInput, options?: MutationOptions) => Promise<SignedIn>;
  readonly sessions: AuthSessionsApi;
  readonly secondFactor: AuthSecondFactorApi;
  /**
   * Ask for the code that proves your telephone number. Sends six digits by SMS, which work for
   * ten minutes and five tries. Where the server sends no SMS: 404. A number gets three messages
   * an hour, and an account asks for five a day. Needs a user with an account.
   *
   * @throws MatineeError `NOT_FOUND`, `RATE_LIMITED`
   *
   * @example
   * ```ts
   * await matinee.auth.requestPhoneVerification({ phone: '+4915112345678' });
   * ```
   * @see `POST /api/v1/auth/request-phone-verification`
   */
  readonly requestPhoneVerification: (input: AuthRequestPhoneVerificationInput, options?: MutationOptions) => Promise<TextSent>;
  /**
   * Prove your telephone number. Takes the six digits. Afterwards reminders by SMS can be
   * switched on: `auth.updateNotifications`. Needs a user with an account.
   *
   * @example
   * ```ts
   * await matinee.auth.verifyPhone({ code: '123456' });
   * ```
   * @see `POST /api/v1/auth/verify-phone`
   */
  readonly verifyPhone: (input: AuthVerifyPhoneInput, options?: MutationOptions) => Promise<User>;
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
   * Change your own account. Fields that are left out stay; `null` clears a name. Needs a user
   * with an account.
   *
   * @example
   * ```ts
   * await matinee.auth.updateMe({ lastName: 'King' });
   * ```
   * @see `PUT /api/v1/auth/me`
   */
  readonly updateMe: (input?: AuthUpdateMeInput, options?: MutationOptions) => Promise<User>;
  /**
   * Read what you are sent. Mails about your bookings and your account are always sent;
   * reminders, news and SMS are yours to choose. Needs a signed-in user.
   *
   * @example
   * ```ts
   * await matinee.auth.notifications();
   * ```
   * @see `GET /api/v1/auth/notifications`
   */
  readonly notifications: (input?: Record<string, never>, options?: CallOptions) => Promise<NotificationSettings>;
  /**
   * Choose what you are sent. Fields that are left out stay. Mails about your bookings and your
   * account cannot be turned off. Needs a signed-in user.
   *
   * @example
   * ```ts
   * await matinee.auth.updateNotifications({ reminders: false });
   * ```
   * @see `PUT /api/v1/auth/notifications`
   */
  readonly updateNotifications: (input?: AuthUpdateNotificationsInput, options?: MutationOptions) => Promise<NotificationSettings>;
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
   * wrong current password is a validation error, and counts as a failed sign-in. Needs a user
   * with an account.
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
  /**
   * Read everything kept about you. Your account, sessions, reservations, locks, scans and what
   * the audit log has, as JSON. Needs a user with an account.
   *
   * @example
   * ```ts
   * await matinee.auth.exportData();
   * ```
   * @see `GET /api/v1/auth/export`
   */
  readonly exportData: (input?: Record<string, never>, options?: CallOptions) => Promise<AccountExport>;
  /**
   * Delete your account. Your name, address and sign-in are forgotten, and all sessions end.
   * Bookings stay, without a name. Where a show ahead has been paid for, cancel it first, or
   * send `forfeit`. A wrong password counts as a failed sign-in. Needs a user with an account.
   *
   * @throws MatineeError `PAID_SHOWS_AHEAD`, `LAST_ADMIN`, `RATE_LIMITED`
   *
   * @example
   * ```ts
   * await matinee.auth.deleteAccount({ password: 'test-password' });
   * ```
   * @see `POST /api/v1/auth/delete-account`
   */
  readonly deleteAccount: (input: AuthDeleteAccountInput, options?: MutationOptions) => Promise<AccountDeleted>;
}

/** The calls of `movies`. */
export interface MoviesApi extends Uploads {
  /**
   * List movies. By title, as people sort. All filters ignore case, and the search ignores
   * accents. With `siteId`: movies with a showtime ahead at that cinema, or on `date`.
   *
   * @throws MatineeError `NOT_FOUND`
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
   * await matinee.movies.delete({ movieId: '019ac0de-0000-7000-8000-000000000019' });
   * ```
   * @see `DELETE /api/v1/movies/{movieId}`
   */
  readonly delete: (input: MoviesDeleteInput, options?: MutationOptions) => Promise<Deleted>;
  /**
   * Search movies. By words of the title in any script, with typing errors, without accents,
   * written as one or apart, or by words of the description; a year of release beside them
   * helps. Equal ones by their next show.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.movies.search({ q: 'thrid man', limit: 5 });
   * ```
   * @see `GET /api/v1/movies/search`
   */
  readonly search: (input: MoviesSearchInput, options?: CallOptions) => Promise<FoundMovie[]>;
  /**
   * Recommend movies. Movies with a show ahead, each with the reason. From what customers who
   * saw the same movies saw as well, what was much booked in the last week, your favourite genre
   * and new movies. What you have seen or booked is left out. Counted anew every night; turn
   * your part of it off with `recommendations` of `PUT /auth/notifications`. Needs a user with
   * an account.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.movies.recommended({ limit: 5 });
   * ```
   * @see `GET /api/v1/movies/recommended`
   */
  readonly recommended: (input?: MoviesRecommendedInput, options?: CallOptions) => Promise<RecommendedMovie[]>;
}

/** The calls of `theaters`. */
export interface TheatersApi extends TheaterPictures {
  /**
   * List theaters. By name, without their seats.
   *
   * @throws MatineeError `NOT_FOUND`
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
   * await matinee.theaters.get({ theaterId: '019ac0de-0000-7000-8000-000000000003' });
   * ```
   * @see `GET /api/v1/theaters/{theaterId}`
   */
  readonly get: (input: TheatersGetInput, options?: CallOptions) => Promise<TheaterWithSeats>;
  /**
   * Create a theater. Rows run from the screen backwards. `seats` is the number of positions; a
   * gap has no seat. Seats are numbered from 1, left to right, without the gaps. Needs an
   * administrator.
   *
   * @throws MatineeError `NOT_FOUND`
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
   * seat with the same label and number keeps its id. A theater moves to another cinema with its
   * shows, once nothing is locked or booked in those that have not ended and none of them uses a
   * price list of one cinema. Needs an administrator or a manager of the site. API keys need the
   * scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`, `IN_USE`, `EDIT_CONFLICT`
   *
   * @example
   * ```ts
   * await matinee.theaters.update({
   *   theaterId: '019ac0de-0000-7000-8000-000000000003',
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
   * await matinee.theaters.delete({ theaterId: '019ac0de-0000-7000-8000-00000000001a' });
   * ```
   * @see `DELETE /api/v1/theaters/{theaterId}`
   */
  readonly delete: (input: TheatersDeleteInput, options?: MutationOptions) => Promise<Deleted>;
}

/** The calls of `showtimes`. */
export interface ShowtimesApi extends ShowtimePictures {
  /**
   * List showtimes. By start. Without `date`, `from`, `to` and `idEndsWith`: those that have not
   * ended. Dates are business days of the site, in the time zone of the theater.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.showtimes.list({
   *   movieId: '019ac0de-0000-7000-8000-000000000002',
   *   theaterId: '019ac0de-0000-7000-8000-000000000003',
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
   * Read the programme of a day. Movies by title, each with its shows by start: the whole
   * business day, with the shows that have begun and without those that have been cancelled. It
   * is at most a second old. Send the `ETag` back in `If-None-Match` to get 304 while nothing
   * has changed.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.showtimes.programme({
   *   siteId: '019ac0de-0000-7000-8000-000000000004',
   *   date: '2026-12-05',
   * });
   * ```
   * @see `GET /api/v1/programme`
   */
  readonly programme: (input: ShowtimesProgrammeInput, options?: CallOptions) => Promise<ProgrammeItem[]>;
  /**
   * Schedule a showtime. The show ends after the length of the movie; then the theater is
   * cleaned. Overlaps are refused. A start in the past is accepted. Needs an administrator or a
   * manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`, `SHOWTIME_OVERLAP`
   *
   * @example
   * ```ts
   * await matinee.showtimes.create({
   *   movieId: '019ac0de-0000-7000-8000-000000000002',
   *   theaterId: '019ac0de-0000-7000-8000-000000000003',
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
   * was a reservation. `seatTypePrices` is replaced as a whole. Needs an administrator or a
   * manager of the site. API keys need the scope `manage`.
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
   * an administrator or a manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`, `IN_USE`
   *
   * @example
   * ```ts
   * await matinee.showtimes.delete({ showtimeId: '019ac0de-0000-7000-8000-000000000018' });
   * ```
   * @see `DELETE /api/v1/showtimes/{showtimeId}`
   */
  readonly delete: (input: ShowtimesDeleteInput, options?: MutationOptions) => Promise<Deleted>;
  /**
   * Cancel a show. Every seat lock and reservation of it ends, all or none. It stays readable.
   * Possible until the show has ended. Needs an administrator or a manager of the site. API keys
   * need the scope `manage`.
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
   * extensions. A refusal lists every seat that is taken. A wheelchair place needs
   * `accessibility`; a companion seat goes with the wheelchair place beside it, at most three
   * for each; a love seat (`pair`) is locked as a whole. Needs a signed-in user.
   *
   * @throws MatineeError `NOT_FOUND`, `SEATS_UNAVAILABLE`, `SHOWTIME_STARTED`,
   * `SHOWTIME_CANCELLED`, `SEAT_RULE`, `EMAIL_NOT_VERIFIED`, `SEAT_LIMIT_EXCEEDED`,
   * `LOCK_EXTENSION_LIMIT`
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
  /**
   * Block seats. All or none. Seats that are blocked already get the new block. Sold seats are
   * refused with their reservations, and seats that a customer has locked with
   * `SEATS_UNAVAILABLE`. Possible until the show has ended. Needs an administrator or a manager
   * of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`, `SEATS_UNAVAILABLE`, `SEATS_SOLD`, `SHOWTIME_STARTED`,
   * `SHOWTIME_CANCELLED`
   *
   * @example
   * ```ts
   * await matinee.showtimes.blockSeats({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000000a',
   *   seatIds: ['019ac0de-0000-7000-8000-000000000005', '019ac0de-0000-7000-8000-000000000006'],
   *   kind: 'house',
   *   reason: 'Guests',
   *   releaseAt: '2026-12-05T18:00:00.000Z',
   * });
   * ```
   * @see `POST /api/v1/showtimes/{showtimeId}/block-seats`
   */
  readonly blockSeats: (input: ShowtimesBlockSeatsInput, options?: MutationOptions) => Promise<SeatMap>;
  /**
   * Unblock seats. Without `seatIds`: all that are blocked. Seats that are not blocked are
   * ignored; seats that are out of order in the theater stay so. Needs an administrator or a
   * manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.showtimes.unblockSeats({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000000a',
   *   seatIds: ['019ac0de-0000-7000-8000-000000000006'],
   * });
   * ```
   * @see `DELETE /api/v1/showtimes/{showtimeId}/block-seats`
   */
  readonly unblockSeats: (input: ShowtimesUnblockSeatsInput, options?: MutationOptions) => Promise<SeatMap>;
  /** The live seat map: a snapshot first, then every change. */
  readonly onSeatsChanged: WatchSeats;
}

/** The calls of `reservations`. */
export interface ReservationsApi {
  /**
   * Confirm locked seats. Turns seats that you have locked, all or some of them, into a
   * reservation at the prices fixed when they were locked. Where payments are on it is
   * `pending`, and the seats stay locked until `payment.payBefore`. Needs a signed-in user.
   *
   * @throws MatineeError `NOT_FOUND`, `LOCK_EXPIRED`, `PAYMENT_PENDING`, `PRICE_CHANGED`,
   * `SHOWTIME_STARTED`, `SHOWTIME_CANCELLED`, `AMOUNT_TOO_SMALL`, `TICKET_TYPE_NOT_ALLOWED`,
   * `AGE_RESTRICTED`, `EMAIL_NOT_VERIFIED`, `SEAT_LIMIT_EXCEEDED`
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
   * Read a reservation. Your own; administrators may read any, staff those of their sites. Needs
   * a signed-in user. API keys need the scope `read`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.reservations.get({ reservationId: '019ac0de-0000-7000-8000-000000000013' });
   * ```
   * @see `GET /api/v1/reservations/{reservationId}`
   */
  readonly get: (input: ReservationsGetInput, options?: CallOptions) => Promise<Reservation>;
  /**
   * Cancel a reservation. All of it or some seats, until the showtime starts. Your own;
   * administrators and staff may cancel those of their sites, managers with `refund` or `reason`
   * after the start too. What was paid goes back by the refund policy that the reservation was
   * made under. Needs a signed-in user. API keys need the scope `sell`.
   *
   * @throws MatineeError `FORBIDDEN`, `NOT_FOUND`, `PRICE_CHANGED`, `SHOWTIME_STARTED`,
   * `ALREADY_CANCELLED`, `NOT_REFUNDABLE`
   *
   * @example
   * ```ts
   * await matinee.reservations.cancel({
   *   reservationId: '019ac0de-0000-7000-8000-000000000013',
   * });
   * ```
   * @see `DELETE /api/v1/reservations/{reservationId}`
   */
  readonly cancel: (input: ReservationsCancelInput, options?: MutationOptions) => Promise<Reservation>;
  /**
   * See what cancelling returns. By the refund policy that the reservation was made under. Send
   * `refundTotal` as `expectedRefund` when you cancel. Needs a signed-in user. API keys need the
   * scope `read`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.reservations.previewCancel({
   *   reservationId: '019ac0de-0000-7000-8000-000000000013',
   * });
   * ```
   * @see `GET /api/v1/reservations/{reservationId}/cancellation`
   */
  readonly previewCancel: (input: ReservationsPreviewCancelInput, options?: CallOptions) => Promise<CancelPreview>;
  /**
   * See what a purchase costs. Takes the input of a purchase. Your locks have their fixed
   * prices; other seats cost what they would cost now. Has no effect. Needs a signed-in user.
   *
   * @throws MatineeError `NOT_FOUND`, `TICKET_TYPE_NOT_ALLOWED`, `AGE_RESTRICTED`
   *
   * @example
   * ```ts
   * await matinee.reservations.quote({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000000a',
   *   seatIds: ['019ac0de-0000-7000-8000-000000000005', '019ac0de-0000-7000-8000-000000000006'],
   * });
   * ```
   * @see `POST /api/v1/reservations/quote`
   */
  readonly quote: (input: ReservationsQuoteInput, options?: CallOptions) => Promise<Quote>;
}

/** The calls of `payments`. */
export interface PaymentsApi {
  /**
   * Start a payment. For a pending reservation, until `payBefore`. May be repeated: the same
   * payment is returned. With another `provider` the payment at the first one is ended before.
   * 404 where nothing is paid in advance (`PAYMENTS=none`). Needs a signed-in user.
   *
   * @throws MatineeError `PAYMENT_FAILED`, `NOT_FOUND`, `NOT_PENDING`
   *
   * @example
   * ```ts
   * await matinee.payments.start({
   *   reservationId: '019ac0de-0000-7000-8000-000000000022',
   *   provider: 'stripe',
   * });
   * ```
   * @see `POST /api/v1/reservations/{reservationId}/payment`
   */
  readonly start: (input: PaymentsStartInput, options?: MutationOptions) => Promise<Payment>;
  /**
   * Read a payment. For your own reservations; administrators may read any. Needs a signed-in
   * user. API keys need the scope `read`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.payments.get({ paymentId: '019ac0de-0000-7000-8000-000000000023' });
   * ```
   * @see `GET /api/v1/payments/{paymentId}`
   */
  readonly get: (input: PaymentsGetInput, options?: CallOptions) => Promise<Payment>;
  /**
   * Ask the provider about a payment. Call it when the customer has paid: the reservation is
   * confirmed without waiting for the provider’s webhook. Needs a signed-in user. API keys need
   * the scope `read`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.payments.sync({ paymentId: '019ac0de-0000-7000-8000-000000000023' });
   * ```
   * @see `POST /api/v1/payments/{paymentId}/sync`
   */
  readonly sync: (input: PaymentsSyncInput, options?: MutationOptions) => Promise<Payment>;
}

/** The calls of `tickets`. */
export interface TicketsApi extends TicketFiles {
  /**
   * List the tickets of a reservation. One for each seat, with what its QR code contains. Your
   * own; administrators may read any, staff those of their sites. None while the reservation is
   * not paid for. Needs a signed-in user. API keys need the scope `read`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.tickets.list({ reservationId: '019ac0de-0000-7000-8000-00000000003a' });
   * ```
   * @see `GET /api/v1/reservations/{reservationId}/tickets`
   */
  readonly list: (input: TicketsListInput, options?: CallOptions) => Promise<Ticket[]>;
  /**
   * Issue tickets anew. For a customer whose tickets have got into other hands. The old codes
   * become void immediately, and the customer is mailed the new tickets. Needs an administrator,
   * or a manager or the box office of the site. API keys need the scope `sell`.
   *
   * @throws MatineeError `NOT_FOUND`, `ALREADY_CANCELLED`
   *
   * @example
   * ```ts
   * await matinee.tickets.reissue({
   *   reservationId: '019ac0de-0000-7000-8000-00000000003a',
   *   seatIds: ['019ac0de-0000-7000-8000-00000000003b', '019ac0de-0000-7000-8000-00000000003c'],
   * });
   * ```
   * @see `POST /api/v1/reservations/{reservationId}/tickets/reissue`
   */
  readonly reissue: (input: TicketsReissueInput, options?: MutationOptions) => Promise<Ticket[]>;
  /**
   * List the keys of tickets. Public keys (Ed25519, RFC 8037). With them a door verifies a code
   * without asking anybody; the guide “Tickets and the door” has the format. In production there
   * are tickets only where `TICKET_KEYS` is set.
   *
   * @example
   * ```ts
   * await matinee.tickets.keys();
   * ```
   * @see `GET /api/v1/ticket-keys`
   */
  readonly keys: (input?: Record<string, never>, options?: CallOptions) => Promise<TicketKey[]>;
}

/** The calls of `checkIns`. */
export interface CheckInsApi {
  /**
   * Check a ticket in. Returns whether the holder goes in, always with 200. From 30 minutes
   * before the start to the end. Of many doors that scan one ticket, one admits it; the others
   * return which was first. Needs an administrator, or staff of the site. API keys need the
   * scope `check_in`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.checkIns.create({
   *   code: 'MT1-0FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM800',
   *   showtimeId: '019ac0de-0000-7000-8000-00000000003d',
   *   gate: 'East',
   *   deviceId: 'east-1',
   *   nonce: '2f9a-0001',
   *   force: true,
   * });
   * ```
   * @see `POST /api/v1/check-ins`
   */
  readonly create: (input: CheckInsCreateInput, options?: MutationOptions) => Promise<ScanResult>;
  /**
   * Take an entry back. Its ticket is admitted again. The door may do so for 15 minutes,
   * managers at any time. Needs an administrator, or staff of the site. API keys need the scope
   * `check_in`.
   *
   * @throws MatineeError `NOT_FOUND`, `ALREADY_CANCELLED`
   *
   * @example
   * ```ts
   * await matinee.checkIns.undo({
   *   checkInId: '019ac0de-0000-7000-8000-000000000040',
   *   reason: 'The wrong person was let in.',
   * });
   * ```
   * @see `POST /api/v1/check-ins/{checkInId}/undo`
   */
  readonly undo: (input: CheckInsUndoInput, options?: MutationOptions) => Promise<CheckIn>;
  /**
   * Load what a door needs offline. The keys that verify codes, and every ticket that is valid.
   * At most 60 kB for 500 seats; send the `ETag` back as `If-None-Match` to look for changes.
   * Needs an administrator, or staff of the site. API keys need the scope `check_in`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.checkIns.manifest({ showtimeId: '019ac0de-0000-7000-8000-00000000003d' });
   * ```
   * @see `GET /api/v1/showtimes/{showtimeId}/manifest`
   */
  readonly manifest: (input: CheckInsManifestInput, options?: CallOptions) => Promise<Manifest>;
  /**
   * Upload scans made offline. At most 500. Names the tickets with which more than one person
   * went in, and which was first by corrected clocks. One scan never refuses the others, and an
   * upload may be repeated. Needs an administrator, or staff of the site. API keys need the
   * scope `check_in`.
   *
   * @example
   * ```ts
   * await matinee.checkIns.upload({
   *   scans: [{ code: 'MT1-0FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM80FZM800', showtimeId: '019ac0de-0000-7000-8000-00000000003d', gate: 'East', deviceId: 'east-1', nonce: '2f9a-0002', at: '2026-12-07T19:20:00.000Z' }],
   * });
   * ```
   * @see `POST /api/v1/check-ins/upload`
   */
  readonly upload: (input: CheckInsUploadInput, options?: MutationOptions) => Promise<UploadedScans>;
  /**
   * List the scans of a show. Newest first, refused ones too, with how many are expected and how
   * many have come. Needs an administrator, or staff of the site. API keys need the scope
   * `check_in`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.checkIns.list({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000003d',
   *   limit: 20,
   * });
   * ```
   * @see `GET /api/v1/showtimes/{showtimeId}/check-ins`
   */
  readonly list: List<CheckInsListInput, CheckInPage>;
  /**
   * Find tickets of a show. By reference, seat, both, or a part of the customer’s name: for
   * customers who have nothing to scan. Send `reference` and `seat`, with a space between, as
   * the `code` of a check-in. Needs an administrator, or staff of the site. API keys need the
   * scope `check_in`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.checkIns.find({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000003d',
   *   q: 'A2',
   * });
   * ```
   * @see `GET /api/v1/showtimes/{showtimeId}/tickets`
   */
  readonly find: (input: CheckInsFindInput, options?: CallOptions) => Promise<FoundTicket[]>;
}

/** The calls of `desk`. */
export interface DeskApi {
  /**
   * Sell at the desk. Locks and confirms in one, without limits, until `lateSalesMinutes` of the
   * site after the start. House seats and seats that you have locked can be sold too. Cash needs
   * your open shift; no booking fee is charged. Without `customer` it is a walk-up’s. Needs an
   * administrator, or a manager or the box office of the site. API keys need the scope `sell`.
   *
   * @throws MatineeError `NOT_FOUND`, `SEATS_UNAVAILABLE`, `NO_OPEN_SHIFT`, `SHOWTIME_STARTED`,
   * `SHOWTIME_CANCELLED`, `TICKET_TYPE_NOT_ALLOWED`, `AGE_RESTRICTED`
   *
   * @example
   * ```ts
   * await matinee.desk.sell({
   *   showtimeId: '019ac0de-0000-7000-8000-00000000002a',
   *   seats: [{ seatId: '019ac0de-0000-7000-8000-00000000002b', ticketTypeId: '019ac0de-0000-7000-8000-00000000000b' }, { seatId: '019ac0de-0000-7000-8000-00000000002c', ticketTypeId: '019ac0de-0000-7000-8000-00000000000b' }],
   *   tender: 'cash',
   *   tendered: '50.00',
   *   customer: { name: 'Emmy' },
   * });
   * ```
   * @see `POST /api/v1/desk/sales`
   */
  readonly sell: (input: DeskSellInput, options?: MutationOptions) => Promise<DeskSale>;
  /**
   * Move seats of a reservation. To other seats of its show, until it ends; the tickets and the
   * reference stay. Seats of the same type cost the same. Otherwise the difference is paid with
   * `tender`, or returned the way the money came. House seats and seats that you have locked can
   * be taken too. Needs an administrator, or a manager or the box office of the site. API keys
   * need the scope `sell`.
   *
   * @throws MatineeError `NOT_FOUND`, `SEATS_UNAVAILABLE`, `SEATS_SOLD`, `PAYMENT_PENDING`,
   * `PRICE_CHANGED`, `NO_OPEN_SHIFT`, `SHOWTIME_STARTED`, `ALREADY_CANCELLED`, `NOT_REFUNDABLE`
   *
   * @example
   * ```ts
   * await matinee.desk.reseat({
   *   reservationId: '019ac0de-0000-7000-8000-00000000002d',
   *   moves: [{ from: '019ac0de-0000-7000-8000-00000000002b', to: '019ac0de-0000-7000-8000-000000000033' }],
   * });
   * ```
   * @see `POST /api/v1/desk/reseat`
   */
  readonly reseat: (input: DeskReseatInput, options?: MutationOptions) => Promise<Moved>;
  /**
   * Exchange a reservation. For other seats, of any show on sale at the desk: ends the one and
   * sells the other, to the same customer. What was paid for the old seats counts towards the
   * new ones; fees do not. What is missing is paid with `tender`, and what is left goes back the
   * way it came. Needs an administrator, or a manager or the box office of the site. API keys
   * need the scope `sell`.
   *
   * @throws MatineeError `NOT_FOUND`, `SEATS_UNAVAILABLE`, `PAYMENT_PENDING`, `NO_OPEN_SHIFT`,
   * `SHOWTIME_STARTED`, `SHOWTIME_CANCELLED`, `ALREADY_CANCELLED`, `TICKET_TYPE_NOT_ALLOWED`,
   * `AGE_RESTRICTED`, `NOT_REFUNDABLE`
   *
   * @example
   * ```ts
   * await matinee.desk.exchange({
   *   reservationId: '019ac0de-0000-7000-8000-00000000002d',
   *   showtimeId: '019ac0de-0000-7000-8000-00000000002a',
   *   seats: [{ seatId: '019ac0de-0000-7000-8000-000000000033', ticketTypeId: '019ac0de-0000-7000-8000-00000000000b' }, { seatId: '019ac0de-0000-7000-8000-000000000034', ticketTypeId: '019ac0de-0000-7000-8000-00000000000b' }],
   * });
   * ```
   * @see `POST /api/v1/desk/exchange`
   */
  readonly exchange: (input: DeskExchangeInput, options?: MutationOptions) => Promise<Moved>;
  /**
   * Pay out refunds at the desk. What waits for a customer who paid at the desk, after a show or
   * the customer cancelled. Comes out of your open shift. Needs an administrator, or a manager
   * or the box office of the site. API keys need the scope `sell`.
   *
   * @throws MatineeError `NOT_FOUND`, `NO_OPEN_SHIFT`, `REFUND_TOO_LARGE`
   *
   * @example
   * ```ts
   * await matinee.desk.payOut({ reservationId: '019ac0de-0000-7000-8000-000000000037' });
   * ```
   * @see `POST /api/v1/desk/pay-outs`
   */
  readonly payOut: (input: DeskPayOutInput, options?: MutationOptions) => Promise<PaidOut>;
  /**
   * Read your open shift. What was sold and paid out so far. Needs an administrator, or a
   * manager or the box office of the site. API keys need the scope `read`.
   *
   * @throws MatineeError `NO_OPEN_SHIFT`
   *
   * @example
   * ```ts
   * await matinee.desk.shift();
   * ```
   * @see `GET /api/v1/desk/shift`
   */
  readonly shift: (input?: Record<string, never>, options?: CallOptions) => Promise<Shift>;
  /**
   * Open a shift. With the change that is in the drawer. One at a time; cash needs it. Needs an
   * administrator, or a manager or the box office of the site.
   *
   * @throws MatineeError `NOT_FOUND`, `SHIFT_OPEN`
   *
   * @example
   * ```ts
   * await matinee.desk.openShift({
   *   siteId: '019ac0de-0000-7000-8000-000000000004',
   *   float: '100.00',
   * });
   * ```
   * @see `POST /api/v1/desk/shift`
   */
  readonly openShift: (input: DeskOpenShiftInput, options?: MutationOptions) => Promise<Shift>;
  /**
   * Close your shift. With the cash in the drawer, float included, and the total of the card
   * terminal. Returns the differences. Needs an administrator, or a manager or the box office of
   * the site. API keys need the scope `sell`.
   *
   * @throws MatineeError `NO_OPEN_SHIFT`
   *
   * @example
   * ```ts
   * await matinee.desk.closeShift({ counted: { cash: '119.50', card_terminal: '0.00' } });
   * ```
   * @see `POST /api/v1/desk/shift/close`
   */
  readonly closeShift: (input: DeskCloseShiftInput, options?: MutationOptions) => Promise<Shift>;
}

/** The calls of `sites`. */
export interface SitesApi {
  /**
   * List the cinemas. By name.
   *
   * @example
   * ```ts
   * await matinee.sites.list({ limit: 20 });
   * ```
   * @see `GET /api/v1/sites`
   */
  readonly list: List<SitesListInput, Page<Site>>;
  /**
   * Read a cinema. With its tax and its refund policy.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.sites.get({ siteId: '019ac0de-0000-7000-8000-000000000004' });
   * ```
   * @see `GET /api/v1/sites/{siteId}`
   */
  readonly get: (input: SitesGetInput, options?: CallOptions) => Promise<Site>;
  /**
   * Create a cinema. Theaters are created at it, or moved to it. Without a refund policy,
   * everything is returned until the start. The currency is the configured one. Needs an
   * administrator.
   *
   * @example
   * ```ts
   * await matinee.sites.create({
   *   name: 'Riverside',
   *   timezone: 'Europe/Vienna',
   *   address: '2 River Road',
   *   taxRate: 13,
   *   businessDayStartsAt: '06:00',
   * });
   * ```
   * @see `POST /api/v1/sites`
   */
  readonly create: (input: SitesCreateInput, options?: MutationOptions) => Promise<Site>;
  /**
   * Change a cinema. The tax rate and the refund policy hold for what is sold from then on; a
   * reservation keeps the policy that it was made under. `businessDayStartsAt` holds for past
   * shows too. The currency is the configured one. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `EDIT_CONFLICT`
   *
   * @example
   * ```ts
   * await matinee.sites.update({
   *   siteId: '019ac0de-0000-7000-8000-000000000004',
   *   name: 'Gartenbau',
   *   taxRate: 13,
   *   refundPolicy: { tiers: [{ hoursBefore: 24, percent: 100 }, { hoursBefore: 2, percent: 50 }], feeRefundable: false },
   * });
   * ```
   * @see `PUT /api/v1/sites/{siteId}`
   */
  readonly update: (input: SitesUpdateInput, options?: MutationOptions) => Promise<Site>;
  /**
   * Delete a cinema. Not while a theater belongs to it, and never the default cinema. It is
   * archived for reservations and reports. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `IN_USE`
   *
   * @example
   * ```ts
   * await matinee.sites.delete({ siteId: '019ac0de-0000-7000-8000-000000000026' });
   * ```
   * @see `DELETE /api/v1/sites/{siteId}`
   */
  readonly delete: (input: SitesDeleteInput, options?: MutationOptions) => Promise<Deleted>;
}

/** The calls of `schedules`. */
export interface SchedulesApi {
  /**
   * Preview a schedule. Takes the input of `POST /schedules` and returns every show of the plan
   * with its state. Conflicts are no failure here. Has no effect. Needs an administrator or a
   * manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.schedules.preview({
   *   movieId: '019ac0de-0000-7000-8000-000000000002',
   *   theaterId: '019ac0de-0000-7000-8000-000000000003',
   *   from: '2026-12-06',
   *   to: '2026-12-14',
   *   weekdays: [6, 7],
   *   times: ['02:30'],
   *   exceptDates: ['2026-12-07'],
   *   price: '12.50',
   *   dst: 'reject',
   * });
   * ```
   * @see `POST /api/v1/schedules/preview`
   */
  readonly preview: (input: SchedulesPreviewInput, options?: CallOptions) => Promise<Schedule>;
  /**
   * Schedule many showtimes. The movie at these local times of the theater, on each day from
   * `from` to `to` that the weekdays and exceptions leave; at most 500 shows. If a show cannot
   * be scheduled, none is, and the failure names every show with its state. With `onlyFree`
   * those with the state `ok` are created. Needs an administrator or a manager of the site. API
   * keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`, `SCHEDULE_CONFLICT`
   *
   * @example
   * ```ts
   * await matinee.schedules.create({
   *   movieId: '019ac0de-0000-7000-8000-000000000002',
   *   theaterId: '019ac0de-0000-7000-8000-000000000003',
   *   from: '2026-12-06',
   *   to: '2026-12-14',
   *   weekdays: [6, 7],
   *   times: ['19:30'],
   *   exceptDates: ['2026-12-07'],
   *   price: '12.50',
   *   dst: 'reject',
   * });
   * ```
   * @see `POST /api/v1/schedules`
   */
  readonly create: (input: SchedulesCreateInput, options?: MutationOptions) => Promise<Schedule>;
  /**
   * Copy a week. The shows of a theater in the week of `from`, at the same local times in the
   * week of `to`: at their own prices, or those of the newest version of their price lists.
   * Weeks have business days. Cancelled shows and movies that have left the catalogue are left
   * out. All shows or none, as with `POST /schedules`. Needs an administrator or a manager of
   * the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`, `SCHEDULE_CONFLICT`
   *
   * @example
   * ```ts
   * await matinee.schedules.copyWeek({
   *   theaterId: '019ac0de-0000-7000-8000-000000000003',
   *   from: '2026-12-08',
   *   to: '2037-01-05',
   * });
   * ```
   * @see `POST /api/v1/schedules/copy-week`
   */
  readonly copyWeek: (input: SchedulesCopyWeekInput, options?: MutationOptions) => Promise<Schedule>;
  /**
   * Delete a series. The shows that were planned together and have not started. Those in which a
   * seat is locked or booked stay, and are named. Needs an administrator or a manager of the
   * site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.schedules.delete({ seriesId: '019ac0de-0000-7000-8000-00000000000c' });
   * ```
   * @see `DELETE /api/v1/schedules/{seriesId}`
   */
  readonly delete: (input: SchedulesDeleteInput, options?: MutationOptions) => Promise<SeriesDeleted>;
}

/** The calls of `ticketTypes`. */
export interface TicketTypesApi {
  /**
   * List ticket types. In their order.
   *
   * @example
   * ```ts
   * await matinee.ticketTypes.list({ limit: 20 });
   * ```
   * @see `GET /api/v1/ticket-types`
   */
  readonly list: List<TicketTypesListInput, Page<TicketType>>;
  /**
   * Make a ticket type. It is sold once a price list has a price for it. Needs an administrator.
   *
   * @example
   * ```ts
   * await matinee.ticketTypes.create({
   *   code: 'child',
   *   name: 'Child',
   *   sortOrder: 10,
   *   maxAge: 12,
   * });
   * ```
   * @see `POST /api/v1/ticket-types`
   */
  readonly create: (input: TicketTypesCreateInput, options?: MutationOptions) => Promise<TicketType>;
  /**
   * Change a ticket type. Its rules hold for what is sold from then on. A price list in which
   * another type comes first after the change gets a new version. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.ticketTypes.update({
   *   ticketTypeId: '019ac0de-0000-7000-8000-000000000027',
   *   maxAge: 14,
   * });
   * ```
   * @see `PUT /api/v1/ticket-types/{ticketTypeId}`
   */
  readonly update: (input: TicketTypesUpdateInput, options?: MutationOptions) => Promise<TicketType>;
  /**
   * Delete a ticket type. Not while a price list has it, and never the standard type. What was
   * sold keeps it. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`, `IN_USE`
   *
   * @example
   * ```ts
   * await matinee.ticketTypes.delete({
   *   ticketTypeId: '019ac0de-0000-7000-8000-000000000027',
   * });
   * ```
   * @see `DELETE /api/v1/ticket-types/{ticketTypeId}`
   */
  readonly delete: (input: TicketTypesDeleteInput, options?: MutationOptions) => Promise<Deleted>;
}

/** The calls of `priceLists`. */
export interface PriceListsApi {
  /**
   * List price lists. By name; those of your sites and those of all sites, each at its newest
   * version. Needs an administrator or a manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.priceLists.list({ limit: 20 });
   * ```
   * @see `GET /api/v1/price-lists`
   */
  readonly list: List<PriceListsListInput, Page<PriceList>>;
  /**
   * Read a price list. At its newest version. Needs an administrator or a manager of the site.
   * API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.priceLists.get({ priceListId: '019ac0de-0000-7000-8000-000000000028' });
   * ```
   * @see `GET /api/v1/price-lists/{priceListId}`
   */
  readonly get: (input: PriceListsGetInput, options?: CallOptions) => Promise<PriceList>;
  /**
   * Make a price list. What each ticket type costs on each seat type. Showtimes name a list
   * instead of prices. Administrators make lists of all sites. Needs an administrator or a
   * manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.priceLists.create({
   *   name: 'House',
   *   siteId: '019ac0de-0000-7000-8000-000000000004',
   *   bookingFee: '1.00',
   *   items: [{ ticketTypeId: '019ac0de-0000-7000-8000-00000000000b', seatType: 'regular', price: '13.00' }, { ticketTypeId: '019ac0de-0000-7000-8000-00000000000b', seatType: 'vip', price: '20.00' }, { ticketTypeId: '019ac0de-0000-7000-8000-000000000027', seatType: 'regular', price: '8.00' }],
   * });
   * ```
   * @see `POST /api/v1/price-lists`
   */
  readonly create: (input: PriceListsCreateInput, options?: MutationOptions) => Promise<PriceList>;
  /**
   * Change a price list. Makes its next version. Showtimes that have not ended sell at the new
   * prices from then on; locked and sold seats keep theirs. `items` is replaced as a whole.
   * Needs an administrator or a manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`, `EDIT_CONFLICT`
   *
   * @example
   * ```ts
   * await matinee.priceLists.update({
   *   priceListId: '019ac0de-0000-7000-8000-000000000028',
   *   items: [{ ticketTypeId: '019ac0de-0000-7000-8000-00000000000b', seatType: 'regular', price: '13.00' }, { ticketTypeId: '019ac0de-0000-7000-8000-00000000000b', seatType: 'vip', price: '20.00' }],
   *   revision: 1,
   * });
   * ```
   * @see `PUT /api/v1/price-lists/{priceListId}`
   */
  readonly update: (input: PriceListsUpdateInput, options?: MutationOptions) => Promise<PriceList>;
  /**
   * Delete a price list. Not while a showtime that has not ended uses it. What was sold keeps
   * its version. Needs an administrator or a manager of the site. API keys need the scope
   * `manage`.
   *
   * @throws MatineeError `NOT_FOUND`, `IN_USE`
   *
   * @example
   * ```ts
   * await matinee.priceLists.delete({ priceListId: '019ac0de-0000-7000-8000-000000000028' });
   * ```
   * @see `DELETE /api/v1/price-lists/{priceListId}`
   */
  readonly delete: (input: PriceListsDeleteInput, options?: MutationOptions) => Promise<Deleted>;
}

/** The calls of `admin.reports`. */
export interface AdminReportsApi {
  /**
   * Capacity report. A confirmed reservation counts on the business day of its showtime’s start,
   * whenever it was bought; so do refunds. The day is local, and begins when the site’s business
   * day does. Holds your sites only. All figures come from one snapshot. Needs an administrator
   * or a manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
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
   * Revenue report. A confirmed reservation counts on the business day of its showtime’s start,
   * whenever it was bought; so do refunds. The day is local, and begins when the site’s business
   * day does. Holds your sites only. All figures come from one snapshot. Needs an administrator
   * or a manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
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
   * Popular movies report. A confirmed reservation counts on the business day of its showtime’s
   * start, whenever it was bought; so do refunds. The day is local, and begins when the site’s
   * business day does. Holds your sites only. All figures come from one snapshot. Needs an
   * administrator or a manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
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
   * Payments report. What each provider took and returned, by the day in UTC on which the money
   * moved. For all cinemas, it adds up to the provider’s own statement. Holds your sites only.
   * Needs an administrator or a manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.reports.payments();
   * ```
   * @see `GET /api/v1/admin/reports/payments`
   */
  readonly payments: (input?: AdminReportsPaymentsInput, options?: CallOptions) => Promise<PaymentsReport>;
  /**
   * Occupancy report. A confirmed reservation counts on the business day of its showtime’s
   * start, whenever it was bought; so do refunds. The day is local, and begins when the site’s
   * business day does. Holds your sites only. All figures come from one snapshot. Needs an
   * administrator or a manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
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
   * Let a user set a new password. Mails the user a link that works once, for 30 minutes. Where
   * no mail is sent, `link` has it, to be passed on. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.users.requestPasswordReset({
   *   userId: '019ac0de-0000-7000-8000-000000000001',
   * });
   * ```
   * @see `POST /api/v1/admin/users/{userId}/request-password-reset`
   */
  readonly requestPasswordReset: (input: AdminUsersRequestPasswordResetInput, options?: MutationOptions) => Promise<ResetRequested>;
  /**
   * Remove the second factor of a user. For one who has lost the authenticator app and the
   * recovery codes. Every session ends. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.users.resetSecondFactor({
   *   userId: '019ac0de-0000-7000-8000-000000000001',
   * });
   * ```
   * @see `POST /api/v1/admin/users/{userId}/reset-second-factor`
   */
  readonly resetSecondFactor: (input: AdminUsersResetSecondFactorInput, options?: MutationOptions) => Promise<User>;
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

/** The calls of `admin.staff`. */
export interface AdminStaffApi {
  /**
   * List staff. Who may do what at which site, by e-mail address. With `siteId`: at that site,
   * those with a role at all sites included. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.staff.list({ siteId: '019ac0de-0000-7000-8000-000000000004' });
   * ```
   * @see `GET /api/v1/admin/staff`
   */
  readonly list: (input?: AdminStaffListInput, options?: CallOptions) => Promise<StaffRoles>;
  /**
   * Give a role at a site. Replaces the role that the user had there. The first role makes a
   * `user` `staff`. Holds from the next request on. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.staff.grant({
   *   userId: '019ac0de-0000-7000-8000-000000000001',
   *   siteId: '019ac0de-0000-7000-8000-000000000004',
   *   role: 'box_office',
   * });
   * ```
   * @see `PUT /api/v1/admin/staff/{userId}`
   */
  readonly grant: (input: AdminStaffGrantInput, options?: MutationOptions) => Promise<StaffRoles>;
  /**
   * Take a role. At one site, or every role. The last one makes `staff` a `user` again. Needs an
   * administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.staff.revoke({
   *   userId: '019ac0de-0000-7000-8000-000000000001',
   *   siteId: '019ac0de-0000-7000-8000-000000000004',
   * });
   * ```
   * @see `DELETE /api/v1/admin/staff/{userId}`
   */
  readonly revoke: (input: AdminStaffRevokeInput, options?: MutationOptions) => Promise<StaffRoles>;
}

/** The calls of `admin.apiKeys`. */
export interface AdminApiKeysApi {
  /**
   * List API keys. Newest first, without their secrets; those that have expired or were revoked
   * too. Needs an administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.apiKeys.list();
   * ```
   * @see `GET /api/v1/admin/api-keys`
   */
  readonly list: (input?: Record<string, never>, options?: CallOptions) => Promise<ApiKeys>;
  /**
   * Make an API key. For a program that calls with rights of staff, at one site or at all. The
   * response has the key, which is not shown again: only a digest of it is stored. Needs an
   * administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.apiKeys.create({
   *   name: 'Kiosk in the foyer',
   *   scopes: ['sell', 'read'],
   *   siteId: '019ac0de-0000-7000-8000-000000000004',
   * });
   * ```
   * @see `POST /api/v1/admin/api-keys`
   */
  readonly create: (input: AdminApiKeysCreateInput, options?: MutationOptions) => Promise<NewApiKey>;
  /**
   * Revoke an API key. Holds from the next request on, and cannot be taken back. What the key
   * has done stays. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.apiKeys.revoke({ apiKeyId: '019ac0de-0000-7000-8000-000000000015' });
   * ```
   * @see `DELETE /api/v1/admin/api-keys/{apiKeyId}`
   */
  readonly revoke: (input: AdminApiKeysRevokeInput, options?: MutationOptions) => Promise<ApiKey>;
}

/** The calls of `admin.reservations`. */
export interface AdminReservationsApi {
  /**
   * List all reservations. Newest first. Needs an administrator, or a manager or the box office
   * of the site. API keys need the scope `read`.
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
   * await matinee.admin.outbox.retry({ deliveryId: '019ac0de-0000-7000-8000-000000000014' });
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
   * await matinee.admin.outbox.drop({ deliveryId: '019ac0de-0000-7000-8000-000000000014' });
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

/** The calls of `admin.payments`. */
export interface AdminPaymentsApi {
  /**
   * List payments. Of all customers, newest first. Needs an administrator or a manager of the
   * site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.payments.list({ status: 'succeeded', limit: 20 });
   * ```
   * @see `GET /api/v1/admin/payments`
   */
  readonly list: List<AdminPaymentsListInput, Page<Payment>>;
  /**
   * Refund a payment. Returns money and nothing else: the seats stay sold. Never more than is
   * left of the payment. The provider is asked within seconds; `refunds` of the reservation says
   * how it went. Needs an administrator or a manager of the site. API keys need the scope
   * `manage`.
   *
   * @throws MatineeError `NOT_FOUND`, `NOT_REFUNDABLE`, `REFUND_TOO_LARGE`
   *
   * @example
   * ```ts
   * await matinee.admin.payments.refund({
   *   paymentId: '019ac0de-0000-7000-8000-000000000023',
   *   amount: '2.50',
   *   reason: 'The sound failed for ten minutes',
   * });
   * ```
   * @see `POST /api/v1/admin/payments/{paymentId}/refunds`
   */
  readonly refund: (input: AdminPaymentsRefundInput, options?: MutationOptions) => Promise<Payment>;
}

/** The calls of `admin.incidents`. */
export interface AdminIncidentsApi {
  /**
   * List incidents. Differences about money that a person has to judge; newest first. Needs an
   * administrator or a manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.incidents.list({ state: 'open', limit: 20 });
   * ```
   * @see `GET /api/v1/admin/incidents`
   */
  readonly list: List<AdminIncidentsListInput, Page<Incident>>;
  /**
   * Resolve an incident. Notes what was found and done; moves no money. Needs an administrator
   * or a manager of the site. API keys need the scope `manage`.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.incidents.resolve({
   *   incidentId: '019ac0de-0000-7000-8000-000000000024',
   *   resolution: 'Returned by the accountant for a wrong seat',
   * });
   * ```
   * @see `POST /api/v1/admin/incidents/{incidentId}/resolve`
   */
  readonly resolve: (input: AdminIncidentsResolveInput, options?: MutationOptions) => Promise<Incident>;
}

/** The calls of `admin.webhooks`. */
export interface AdminWebhooksApi {
  /**
   * List webhooks. Where events are sent, newest first. Needs an administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.webhooks.list({ limit: 20 });
   * ```
   * @see `GET /api/v1/admin/webhooks`
   */
  readonly list: List<AdminWebhooksListInput, Page<Webhook>>;
  /**
   * Read a webhook. Where it is, what it receives, and whether it works; without its secret.
   * Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.webhooks.get({ webhookId: '019ac0de-0000-7000-8000-000000000042' });
   * ```
   * @see `GET /api/v1/admin/webhooks/{webhookId}`
   */
  readonly get: (input: AdminWebhooksGetInput, options?: CallOptions) => Promise<Webhook>;
  /**
   * Make a webhook. Events are sent to its URL from now on. Keep the `secret` of the response:
   * it is not shown again. A private address, a port below 1024 other than that of the protocol,
   * and a URL with a password are refused. Needs an administrator.
   *
   * @example
   * ```ts
   * await matinee.admin.webhooks.create({
   *   url: 'https://shop.example.com/matinee',
   *   events: ['reservation.confirmed', 'reservation.cancelled'],
   *   description: 'The newsletter',
   * });
   * ```
   * @see `POST /api/v1/admin/webhooks`
   */
  readonly create: (input: AdminWebhooksCreateInput, options?: MutationOptions) => Promise<WebhookWithSecret>;
  /**
   * Change a webhook. What is left out stays as it is, and so does the secret. `enabled: true`
   * enables an endpoint that was disabled. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.webhooks.update({
   *   webhookId: '019ac0de-0000-7000-8000-000000000042',
   *   events: ['reservation.confirmed'],
   * });
   * ```
   * @see `PUT /api/v1/admin/webhooks/{webhookId}`
   */
  readonly update: (input: AdminWebhooksUpdateInput, options?: MutationOptions) => Promise<Webhook>;
  /**
   * Delete a webhook. Events that were not sent yet are given up. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.webhooks.delete({
   *   webhookId: '019ac0de-0000-7000-8000-000000000042',
   * });
   * ```
   * @see `DELETE /api/v1/admin/webhooks/{webhookId}`
   */
  readonly delete: (input: AdminWebhooksDeleteInput, options?: MutationOptions) => Promise<Deleted>;
  /**
   * Test a webhook. Sends an event of the type `ping`, once, also to an endpoint that is
   * disabled. Its attempt is in the list of deliveries a moment later. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.webhooks.test({ webhookId: '019ac0de-0000-7000-8000-000000000042' });
   * ```
   * @see `POST /api/v1/admin/webhooks/{webhookId}/test`
   */
  readonly test: (input: AdminWebhooksTestInput, options?: MutationOptions) => Promise<WebhookDelivery>;
  /**
   * Replace the secret of a webhook. For 24 hours events are signed with the new secret and with
   * the one before. Keep the `secret` of the response: it is not shown again. Needs an
   * administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.webhooks.rotateSecret({
   *   webhookId: '019ac0de-0000-7000-8000-000000000042',
   * });
   * ```
   * @see `POST /api/v1/admin/webhooks/{webhookId}/rotate-secret`
   */
  readonly rotateSecret: (input: AdminWebhooksRotateSecretInput, options?: MutationOptions) => Promise<WebhookWithSecret>;
  /**
   * List the deliveries of a webhook. Newest first, each with its attempts and the first
   * kilobyte of their answers. Deliveries are kept for 30 days. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.webhooks.deliveries({
   *   webhookId: '019ac0de-0000-7000-8000-000000000042',
   *   state: 'done',
   *   limit: 20,
   * });
   * ```
   * @see `GET /api/v1/admin/webhooks/{webhookId}/deliveries`
   */
  readonly deliveries: List<AdminWebhooksDeliveriesInput, Page<WebhookDelivery>>;
  /**
   * Read the event of a delivery. The body as it would be sent now. 404 also when what it is
   * about is gone. Needs an administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.webhooks.event({
   *   webhookId: '019ac0de-0000-7000-8000-000000000042',
   *   deliveryId: '019ac0de-0000-7000-8000-000000000043',
   * });
   * ```
   * @see `GET /api/v1/admin/webhooks/{webhookId}/deliveries/{deliveryId}/event`
   */
  readonly event: (input: AdminWebhooksEventInput, options?: CallOptions) => Promise<WebhookEvent>;
  /**
   * Replay deliveries of a webhook. One by `deliveryId`, what happened between `from` and `to`,
   * or with `failed` everything that has failed for good. Each is sent once, with its id of
   * before and signed with the present secret, also to an endpoint that is disabled. Needs an
   * administrator.
   *
   * @throws MatineeError `NOT_FOUND`
   *
   * @example
   * ```ts
   * await matinee.admin.webhooks.replay({
   *   webhookId: '019ac0de-0000-7000-8000-000000000042',
   *   deliveryId: '019ac0de-0000-7000-8000-000000000043',
   * });
   * ```
   * @see `POST /api/v1/admin/webhooks/{webhookId}/replay`
   */
  readonly replay: (input: AdminWebhooksReplayInput, options?: MutationOptions) => Promise<WebhookReplay>;
}

/** The calls of `admin`. */
export interface AdminApi {
  readonly reports: AdminReportsApi;
  readonly users: AdminUsersApi;
  readonly staff: AdminStaffApi;
  readonly apiKeys: AdminApiKeysApi;
  readonly reservations: AdminReservationsApi;
  readonly outbox: AdminOutboxApi;
  readonly audit: AdminAuditApi;
  readonly payments: AdminPaymentsApi;
  readonly incidents: AdminIncidentsApi;
  readonly webhooks: AdminWebhooksApi;
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
  readonly payments: PaymentsApi;
  readonly tickets: TicketsApi;
  readonly checkIns: CheckInsApi;
  readonly desk: DeskApi;
  readonly sites: SitesApi;
  readonly schedules: SchedulesApi;
  readonly ticketTypes: TicketTypesApi;
  readonly priceLists: PriceListsApi;
  readonly admin: AdminApi;
}

/** What the procedures take, by path: `Inputs['showtimes']['create']`. */
export interface Inputs {
  auth: {
    register: AuthRegisterInput;
    login: AuthLoginInput;
    guest: Record<string, never> | undefined;
    link: AuthLinkInput;
    requestPasswordReset: AuthRequestPasswordResetInput;
    resetPassword: AuthResetPasswordInput;
    requestEmailVerification: Record<string, never> | undefined;
    verifyEmail: AuthVerifyEmailInput;
    refresh: AuthRefreshInput;
    sessions: {
      list: Record<string, never> | undefined;
      revoke: AuthSessionsRevokeInput;
    };
    secondFactor: {
      start: AuthSecondFactorStartInput;
      confirm: AuthSecondFactorConfirmInput;
      remove: AuthSecondFactorRemoveInput;
    };
    requestPhoneVerification: AuthRequestPhoneVerificationInput;
    verifyPhone: AuthVerifyPhoneInput;
    me: Record<string, never> | undefined;
    updateMe: AuthUpdateMeInput;
    notifications: Record<string, never> | undefined;
    updateNotifications: AuthUpdateNotificationsInput;
    logout: AuthLogoutInput | undefined;
    changePassword: AuthChangePasswordInput;
    exportData: Record<string, never> | undefined;
    deleteAccount: AuthDeleteAccountInput;
  };
  movies: {
    list: MoviesListInput;
    genres: Record<string, never> | undefined;
    get: MoviesGetInput;
    create: MoviesCreateInput;
    update: MoviesUpdateInput;
    showtimes: MoviesShowtimesInput;
    delete: MoviesDeleteInput;
    search: MoviesSearchInput;
    recommended: MoviesRecommendedInput;
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
    programme: ShowtimesProgrammeInput;
    create: ShowtimesCreateInput;
    update: ShowtimesUpdateInput;
    delete: ShowtimesDeleteInput;
    cancel: ShowtimesCancelInput;
    seats: ShowtimesSeatsInput;
    lockSeats: ShowtimesLockSeatsInput;
    extendLock: ShowtimesExtendLockInput;
    unlockSeats: ShowtimesUnlockSeatsInput;
    blockSeats: ShowtimesBlockSeatsInput;
    unblockSeats: ShowtimesUnblockSeatsInput;
    onSeatsChanged: ShowtimesOnSeatsChangedInput;
  };
  reservations: {
    create: ReservationsCreateInput;
    list: ReservationsListInput;
    listLocks: Record<string, never> | undefined;
    get: ReservationsGetInput;
    cancel: ReservationsCancelInput;
    previewCancel: ReservationsPreviewCancelInput;
    quote: ReservationsQuoteInput;
  };
  payments: {
    start: PaymentsStartInput;
    get: PaymentsGetInput;
    sync: PaymentsSyncInput;
  };
  tickets: {
    list: TicketsListInput;
    reissue: TicketsReissueInput;
    keys: Record<string, never> | undefined;
  };
  checkIns: {
    create: CheckInsCreateInput;
    undo: CheckInsUndoInput;
    manifest: CheckInsManifestInput;
    upload: CheckInsUploadInput;
    list: CheckInsListInput;
    find: CheckInsFindInput;
  };
  desk: {
    sell: DeskSellInput;
    reseat: DeskReseatInput;
    exchange: DeskExchangeInput;
    payOut: DeskPayOutInput;
    shift: Record<string, never> | undefined;
    openShift: DeskOpenShiftInput;
    closeShift: DeskCloseShiftInput;
  };
  sites: {
    list: SitesListInput;
    get: SitesGetInput;
    create: SitesCreateInput;
    update: SitesUpdateInput;
    delete: SitesDeleteInput;
  };
  schedules: {
    preview: SchedulesPreviewInput;
    create: SchedulesCreateInput;
    copyWeek: SchedulesCopyWeekInput;
    delete: SchedulesDeleteInput;
  };
  ticketTypes: {
    list: TicketTypesListInput;
    create: TicketTypesCreateInput;
    update: TicketTypesUpdateInput;
    delete: TicketTypesDeleteInput;
  };
  priceLists: {
    list: PriceListsListInput;
    get: PriceListsGetInput;
    create: PriceListsCreateInput;
    update: PriceListsUpdateInput;
    delete: PriceListsDeleteInput;
  };
  admin: {
    reports: {
      capacity: AdminReportsCapacityInput;
      revenue: AdminReportsRevenueInput;
      popularMovies: AdminReportsPopularMoviesInput;
      payments: AdminReportsPaymentsInput;
      occupancy: AdminReportsOccupancyInput;
    };
    users: {
      list: AdminUsersListInput;
      promote: AdminUsersPromoteInput;
      demote: AdminUsersDemoteInput;
      disable: AdminUsersDisableInput;
      requestPasswordReset: AdminUsersRequestPasswordResetInput;
      resetSecondFactor: AdminUsersResetSecondFactorInput;
      enable: AdminUsersEnableInput;
    };
    staff: {
      list: AdminStaffListInput;
      grant: AdminStaffGrantInput;
      revoke: AdminStaffRevokeInput;
    };
    apiKeys: {
      list: Record<string, never> | undefined;
      create: AdminApiKeysCreateInput;
      revoke: AdminApiKeysRevokeInput;
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
    payments: {
      list: AdminPaymentsListInput;
      refund: AdminPaymentsRefundInput;
    };
    incidents: {
      list: AdminIncidentsListInput;
      resolve: AdminIncidentsResolveInput;
    };
    webhooks: {
      list: AdminWebhooksListInput;
      get: AdminWebhooksGetInput;
      create: AdminWebhooksCreateInput;
      update: AdminWebhooksUpdateInput;
      delete: AdminWebhooksDeleteInput;
      test: AdminWebhooksTestInput;
      rotateSecret: AdminWebhooksRotateSecretInput;
      deliveries: AdminWebhooksDeliveriesInput;
      event: AdminWebhooksEventInput;
      replay: AdminWebhooksReplayInput;
    };
    status: Record<string, never> | undefined;
  };
}

/** What the procedures answer, by path. */
export interface Outputs {
  auth: {
    register: SignedIn;
    login: SignedIn;
    guest: SignedIn;
    link: SignedIn;
    requestPasswordReset: MailSent;
    resetPassword: PasswordReset;
    requestEmailVerification: MailSent;
    verifyEmail: User;
    refresh: SignedIn;
    sessions: {
      list: Sessions;
      revoke: Sessions;
    };
    secondFactor: {
      start: SecondFactorStarted;
      confirm: RecoveryCodes;
      remove: SecondFactorRemoved;
    };
    requestPhoneVerification: TextSent;
    verifyPhone: User;
    me: User;
    updateMe: User;
    notifications: NotificationSettings;
    updateNotifications: NotificationSettings;
    logout: LoggedOut;
    changePassword: PasswordChanged;
    exportData: AccountExport;
    deleteAccount: AccountDeleted;
  };
  movies: {
    list: Page<Movie>;
    genres: Genre[];
    get: Movie;
    create: Movie;
    update: Movie;
    showtimes: Page<Showtime>;
    delete: Deleted;
    search: FoundMovie[];
    recommended: RecommendedMovie[];
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
    programme: ProgrammeItem[];
    create: Showtime;
    update: Showtime;
    delete: Deleted;
    cancel: CancelledShowtime;
    seats: SeatMap;
    lockSeats: SeatLock;
    extendLock: SeatLock;
    unlockSeats: UnlockedSeats;
    blockSeats: SeatMap;
    unblockSeats: SeatMap;
    onSeatsChanged: AsyncIterable<{ id: string; data: SeatsEvent }, void>;
  };
  reservations: {
    create: Reservation;
    list: Page<Reservation>;
    listLocks: HeldLocks[];
    get: Reservation;
    cancel: Reservation;
    previewCancel: CancelPreview;
    quote: Quote;
  };
  payments: {
    start: Payment;
    get: Payment;
    sync: Payment;
  };
  tickets: {
    list: Ticket[];
    reissue: Ticket[];
    keys: TicketKey[];
  };
  checkIns: {
    create: ScanResult;
    undo: CheckIn;
    manifest: Manifest;
    upload: UploadedScans;
    list: CheckInPage;
    find: FoundTicket[];
  };
  desk: {
    sell: DeskSale;
    reseat: Moved;
    exchange: Moved;
    payOut: PaidOut;
    shift: Shift;
    openShift: Shift;
    closeShift: Shift;
  };
  sites: {
    list: Page<Site>;
    get: Site;
    create: Site;
    update: Site;
    delete: Deleted;
  };
  schedules: {
    preview: Schedule;
    create: Schedule;
    copyWeek: Schedule;
    delete: SeriesDeleted;
  };
  ticketTypes: {
    list: Page<TicketType>;
    create: TicketType;
    update: TicketType;
    delete: Deleted;
  };
  priceLists: {
    list: Page<PriceList>;
    get: PriceList;
    create: PriceList;
    update: PriceList;
    delete: Deleted;
  };
  admin: {
    reports: {
      capacity: CapacityReport;
      revenue: RevenueReport;
      popularMovies: PopularMoviesReport;
      payments: PaymentsReport;
      occupancy: OccupancyReport;
    };
    users: {
      list: Page<User>;
      promote: User;
      demote: User;
      disable: User;
      requestPasswordReset: ResetRequested;
      resetSecondFactor: User;
      enable: User;
    };
    staff: {
      list: StaffRoles;
      grant: StaffRoles;
      revoke: StaffRoles;
    };
    apiKeys: {
      list: ApiKeys;
      create: NewApiKey;
      revoke: ApiKey;
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
    payments: {
      list: Page<Payment>;
      refund: Payment;
    };
    incidents: {
      list: Page<Incident>;
      resolve: Incident;
    };
    webhooks: {
      list: Page<Webhook>;
      get: Webhook;
      create: WebhookWithSecret;
      update: Webhook;
      delete: Deleted;
      test: WebhookDelivery;
      rotateSecret: WebhookWithSecret;
      deliveries: Page<WebhookDelivery>;
      event: WebhookEvent;
      replay: WebhookReplay;
    };
    status: Status;
  };
}

/** The codes of the server with which a call can fail, by path. */
export interface Refusals {
  auth: {
    register: 'VALIDATION_ERROR' | 'EMAIL_TAKEN' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    login: 'VALIDATION_ERROR' | 'INVALID_CREDENTIALS' | 'SECOND_FACTOR_REQUIRED' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    guest: 'VALIDATION_ERROR' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    link: 'VALIDATION_ERROR' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'LINK_INVALID' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    requestPasswordReset: 'VALIDATION_ERROR' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    resetPassword: 'VALIDATION_ERROR' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'LINK_INVALID' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    requestEmailVerification: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    verifyEmail: 'VALIDATION_ERROR' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'LINK_INVALID' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    refresh: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    sessions: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      revoke: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    secondFactor: {
      start: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      confirm: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      remove: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    requestPhoneVerification: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    verifyPhone: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    me: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    updateMe: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    notifications: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    updateNotifications: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    logout: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    changePassword: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    exportData: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    deleteAccount: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'PAID_SHOWS_AHEAD' | 'LAST_ADMIN' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  movies: {
    list: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    genres: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    update: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'EDIT_CONFLICT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    showtimes: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    search: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    recommended: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  theaters: {
    list: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    update: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'EDIT_CONFLICT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  showtimes: {
    list: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    programme: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SHOWTIME_OVERLAP' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    update: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SHOWTIME_OVERLAP' | 'IN_USE' | 'EDIT_CONFLICT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    cancel: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'ALREADY_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    seats: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    lockSeats: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SEATS_UNAVAILABLE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'SHOWTIME_CANCELLED' | 'SEAT_RULE' | 'IDEMPOTENCY_KEY_REUSED' | 'EMAIL_NOT_VERIFIED' | 'SEAT_LIMIT_EXCEEDED' | 'LOCK_EXTENSION_LIMIT' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    extendLock: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'LOCK_EXPIRED' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'SHOWTIME_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'LOCK_EXTENSION_LIMIT' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    unlockSeats: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    blockSeats: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SEATS_UNAVAILABLE' | 'SEATS_SOLD' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'SHOWTIME_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    unblockSeats: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    onSeatsChanged: never;
  };
  reservations: {
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'LOCK_EXPIRED' | 'PAYMENT_PENDING' | 'PRICE_CHANGED' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'SHOWTIME_CANCELLED' | 'AMOUNT_TOO_SMALL' | 'TICKET_TYPE_NOT_ALLOWED' | 'AGE_RESTRICTED' | 'IDEMPOTENCY_KEY_REUSED' | 'EMAIL_NOT_VERIFIED' | 'SEAT_LIMIT_EXCEEDED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    listLocks: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    cancel: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'PRICE_CHANGED' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'ALREADY_CANCELLED' | 'NOT_REFUNDABLE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    previewCancel: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    quote: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'TICKET_TYPE_NOT_ALLOWED' | 'AGE_RESTRICTED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  payments: {
    start: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'PAYMENT_FAILED' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'NOT_PENDING' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    sync: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  tickets: {
    list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    reissue: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'ALREADY_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    keys: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  checkIns: {
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    undo: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'ALREADY_CANCELLED' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    manifest: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    upload: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    find: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  desk: {
    sell: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SEATS_UNAVAILABLE' | 'NO_OPEN_SHIFT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'SHOWTIME_CANCELLED' | 'TICKET_TYPE_NOT_ALLOWED' | 'AGE_RESTRICTED' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    reseat: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SEATS_UNAVAILABLE' | 'SEATS_SOLD' | 'PAYMENT_PENDING' | 'PRICE_CHANGED' | 'NO_OPEN_SHIFT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'ALREADY_CANCELLED' | 'NOT_REFUNDABLE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    exchange: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SEATS_UNAVAILABLE' | 'PAYMENT_PENDING' | 'NO_OPEN_SHIFT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'SHOWTIME_STARTED' | 'SHOWTIME_CANCELLED' | 'ALREADY_CANCELLED' | 'TICKET_TYPE_NOT_ALLOWED' | 'AGE_RESTRICTED' | 'NOT_REFUNDABLE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    payOut: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'NO_OPEN_SHIFT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'REFUND_TOO_LARGE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    shift: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NO_OPEN_SHIFT' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    openShift: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SHIFT_OPEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    closeShift: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NO_OPEN_SHIFT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  sites: {
    list: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    update: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'EDIT_CONFLICT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  schedules: {
    preview: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SCHEDULE_CONFLICT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    copyWeek: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'SCHEDULE_CONFLICT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  ticketTypes: {
    list: 'VALIDATION_ERROR' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    update: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  priceLists: {
    list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    get: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    update: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'EDIT_CONFLICT' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IN_USE' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
  };
  admin: {
    reports: {
      capacity: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      revenue: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      popularMovies: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      payments: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      occupancy: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    users: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      promote: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      demote: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'LAST_ADMIN' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      disable: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'LAST_ADMIN' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      requestPasswordReset: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      resetSecondFactor: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      enable: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    staff: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      grant: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      revoke: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    apiKeys: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      revoke: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
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
    payments: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      refund: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'NOT_REFUNDABLE' | 'REFUND_TOO_LARGE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    incidents: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      resolve: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
    };
    webhooks: {
      list: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      get: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      create: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      update: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      delete: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      test: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      rotateSecret: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      deliveries: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      event: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
      replay: 'VALIDATION_ERROR' | 'AUTHENTICATION_REQUIRED' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'FORBIDDEN' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'IDEMPOTENCY_KEY_REUSED' | 'RATE_LIMITED' | 'INTERNAL_ERROR' | 'UNAVAILABLE';
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
    guest: TRPCMutationProcedure<{ input: Record<string, never> | undefined; output: SignedIn; meta: object; errorShape: FailureShape }>;
    link: TRPCMutationProcedure<{ input: AuthLinkInput; output: SignedIn; meta: object; errorShape: FailureShape }>;
    requestPasswordReset: TRPCMutationProcedure<{ input: AuthRequestPasswordResetInput; output: MailSent; meta: object; errorShape: FailureShape }>;
    resetPassword: TRPCMutationProcedure<{ input: AuthResetPasswordInput; output: PasswordReset; meta: object; errorShape: FailureShape }>;
    requestEmailVerification: TRPCMutationProcedure<{ input: Record<string, never> | undefined; output: MailSent; meta: object; errorShape: FailureShape }>;
    verifyEmail: TRPCMutationProcedure<{ input: AuthVerifyEmailInput; output: User; meta: object; errorShape: FailureShape }>;
    refresh: TRPCMutationProcedure<{ input: AuthRefreshInput; output: SignedIn; meta: object; errorShape: FailureShape }>;
    sessions: {
      list: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: Sessions; meta: object; errorShape: FailureShape }>;
      revoke: TRPCMutationProcedure<{ input: AuthSessionsRevokeInput; output: Sessions; meta: object; errorShape: FailureShape }>;
    };
    secondFactor: {
      start: TRPCMutationProcedure<{ input: AuthSecondFactorStartInput; output: SecondFactorStarted; meta: object; errorShape: FailureShape }>;
      confirm: TRPCMutationProcedure<{ input: AuthSecondFactorConfirmInput; output: RecoveryCodes; meta: object; errorShape: FailureShape }>;
      remove: TRPCMutationProcedure<{ input: AuthSecondFactorRemoveInput; output: SecondFactorRemoved; meta: object; errorShape: FailureShape }>;
    };
    requestPhoneVerification: TRPCMutationProcedure<{ input: AuthRequestPhoneVerificationInput; output: TextSent; meta: object; errorShape: FailureShape }>;
    verifyPhone: TRPCMutationProcedure<{ input: AuthVerifyPhoneInput; output: User; meta: object; errorShape: FailureShape }>;
    me: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: User; meta: object; errorShape: FailureShape }>;
    updateMe: TRPCMutationProcedure<{ input: AuthUpdateMeInput; output: User; meta: object; errorShape: FailureShape }>;
    notifications: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: NotificationSettings; meta: object; errorShape: FailureShape }>;
    updateNotifications: TRPCMutationProcedure<{ input: AuthUpdateNotificationsInput; output: NotificationSettings; meta: object; errorShape: FailureShape }>;
    logout: TRPCMutationProcedure<{ input: AuthLogoutInput | undefined; output: LoggedOut; meta: object; errorShape: FailureShape }>;
    changePassword: TRPCMutationProcedure<{ input: AuthChangePasswordInput; output: PasswordChanged; meta: object; errorShape: FailureShape }>;
    exportData: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: AccountExport; meta: object; errorShape: FailureShape }>;
    deleteAccount: TRPCMutationProcedure<{ input: AuthDeleteAccountInput; output: AccountDeleted; meta: object; errorShape: FailureShape }>;
  };
  movies: {
    list: TRPCQueryProcedure<{ input: MoviesListInput; output: Page<Movie>; meta: object; errorShape: FailureShape }>;
    genres: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: Genre[]; meta: object; errorShape: FailureShape }>;
    get: TRPCQueryProcedure<{ input: MoviesGetInput; output: Movie; meta: object; errorShape: FailureShape }>;
    create: TRPCMutationProcedure<{ input: MoviesCreateInput; output: Movie; meta: object; errorShape: FailureShape }>;
    update: TRPCMutationProcedure<{ input: MoviesUpdateInput; output: Movie; meta: object; errorShape: FailureShape }>;
    showtimes: TRPCQueryProcedure<{ input: MoviesShowtimesInput; output: Page<Showtime>; meta: object; errorShape: FailureShape }>;
    delete: TRPCMutationProcedure<{ input: MoviesDeleteInput; output: Deleted; meta: object; errorShape: FailureShape }>;
    search: TRPCQueryProcedure<{ input: MoviesSearchInput; output: FoundMovie[]; meta: object; errorShape: FailureShape }>;
    recommended: TRPCQueryProcedure<{ input: MoviesRecommendedInput; output: RecommendedMovie[]; meta: object; errorShape: FailureShape }>;
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
    programme: TRPCQueryProcedure<{ input: ShowtimesProgrammeInput; output: ProgrammeItem[]; meta: object; errorShape: FailureShape }>;
    create: TRPCMutationProcedure<{ input: ShowtimesCreateInput; output: Showtime; meta: object; errorShape: FailureShape }>;
    update: TRPCMutationProcedure<{ input: ShowtimesUpdateInput; output: Showtime; meta: object; errorShape: FailureShape }>;
    delete: TRPCMutationProcedure<{ input: ShowtimesDeleteInput; output: Deleted; meta: object; errorShape: FailureShape }>;
    cancel: TRPCMutationProcedure<{ input: ShowtimesCancelInput; output: CancelledShowtime; meta: object; errorShape: FailureShape }>;
    seats: TRPCQueryProcedure<{ input: ShowtimesSeatsInput; output: SeatMap; meta: object; errorShape: FailureShape }>;
    lockSeats: TRPCMutationProcedure<{ input: ShowtimesLockSeatsInput; output: SeatLock; meta: object; errorShape: FailureShape }>;
    extendLock: TRPCMutationProcedure<{ input: ShowtimesExtendLockInput; output: SeatLock; meta: object; errorShape: FailureShape }>;
    unlockSeats: TRPCMutationProcedure<{ input: ShowtimesUnlockSeatsInput; output: UnlockedSeats; meta: object; errorShape: FailureShape }>;
    blockSeats: TRPCMutationProcedure<{ input: ShowtimesBlockSeatsInput; output: SeatMap; meta: object; errorShape: FailureShape }>;
    unblockSeats: TRPCMutationProcedure<{ input: ShowtimesUnblockSeatsInput; output: SeatMap; meta: object; errorShape: FailureShape }>;
    onSeatsChanged: TRPCSubscriptionProcedure<{ input: ShowtimesOnSeatsChangedInput; output: AsyncIterable<{ id: string; data: SeatsEvent }, void>; meta: object; errorShape: FailureShape }>;
  };
  reservations: {
    create: TRPCMutationProcedure<{ input: ReservationsCreateInput; output: Reservation; meta: object; errorShape: FailureShape }>;
    list: TRPCQueryProcedure<{ input: ReservationsListInput; output: Page<Reservation>; meta: object; errorShape: FailureShape }>;
    listLocks: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: HeldLocks[]; meta: object; errorShape: FailureShape }>;
    get: TRPCQueryProcedure<{ input: ReservationsGetInput; output: Reservation; meta: object; errorShape: FailureShape }>;
    cancel: TRPCMutationProcedure<{ input: ReservationsCancelInput; output: Reservation; meta: object; errorShape: FailureShape }>;
    previewCancel: TRPCQueryProcedure<{ input: ReservationsPreviewCancelInput; output: CancelPreview; meta: object; errorShape: FailureShape }>;
    quote: TRPCQueryProcedure<{ input: ReservationsQuoteInput; output: Quote; meta: object; errorShape: FailureShape }>;
  };
  payments: {
    start: TRPCMutationProcedure<{ input: PaymentsStartInput; output: Payment; meta: object; errorShape: FailureShape }>;
    get: TRPCQueryProcedure<{ input: PaymentsGetInput; output: Payment; meta: object; errorShape: FailureShape }>;
    sync: TRPCMutationProcedure<{ input: PaymentsSyncInput; output: Payment; meta: object; errorShape: FailureShape }>;
  };
  tickets: {
    list: TRPCQueryProcedure<{ input: TicketsListInput; output: Ticket[]; meta: object; errorShape: FailureShape }>;
    reissue: TRPCMutationProcedure<{ input: TicketsReissueInput; output: Ticket[]; meta: object; errorShape: FailureShape }>;
    keys: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: TicketKey[]; meta: object; errorShape: FailureShape }>;
  };
  checkIns: {
    create: TRPCMutationProcedure<{ input: CheckInsCreateInput; output: ScanResult; meta: object; errorShape: FailureShape }>;
    undo: TRPCMutationProcedure<{ input: CheckInsUndoInput; output: CheckIn; meta: object; errorShape: FailureShape }>;
    manifest: TRPCQueryProcedure<{ input: CheckInsManifestInput; output: Manifest; meta: object; errorShape: FailureShape }>;
    upload: TRPCMutationProcedure<{ input: CheckInsUploadInput; output: UploadedScans; meta: object; errorShape: FailureShape }>;
    list: TRPCQueryProcedure<{ input: CheckInsListInput; output: CheckInPage; meta: object; errorShape: FailureShape }>;
    find: TRPCQueryProcedure<{ input: CheckInsFindInput; output: FoundTicket[]; meta: object; errorShape: FailureShape }>;
  };
  desk: {
    sell: TRPCMutationProcedure<{ input: DeskSellInput; output: DeskSale; meta: object; errorShape: FailureShape }>;
    reseat: TRPCMutationProcedure<{ input: DeskReseatInput; output: Moved; meta: object; errorShape: FailureShape }>;
    exchange: TRPCMutationProcedure<{ input: DeskExchangeInput; output: Moved; meta: object; errorShape: FailureShape }>;
    payOut: TRPCMutationProcedure<{ input: DeskPayOutInput; output: PaidOut; meta: object; errorShape: FailureShape }>;
    shift: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: Shift; meta: object; errorShape: FailureShape }>;
    openShift: TRPCMutationProcedure<{ input: DeskOpenShiftInput; output: Shift; meta: object; errorShape: FailureShape }>;
    closeShift: TRPCMutationProcedure<{ input: DeskCloseShiftInput; output: Shift; meta: object; errorShape: FailureShape }>;
  };
  sites: {
    list: TRPCQueryProcedure<{ input: SitesListInput; output: Page<Site>; meta: object; errorShape: FailureShape }>;
    get: TRPCQueryProcedure<{ input: SitesGetInput; output: Site; meta: object; errorShape: FailureShape }>;
    create: TRPCMutationProcedure<{ input: SitesCreateInput; output: Site; meta: object; errorShape: FailureShape }>;
    update: TRPCMutationProcedure<{ input: SitesUpdateInput; output: Site; meta: object; errorShape: FailureShape }>;
    delete: TRPCMutationProcedure<{ input: SitesDeleteInput; output: Deleted; meta: object; errorShape: FailureShape }>;
  };
  schedules: {
    preview: TRPCQueryProcedure<{ input: SchedulesPreviewInput; output: Schedule; meta: object; errorShape: FailureShape }>;
    create: TRPCMutationProcedure<{ input: SchedulesCreateInput; output: Schedule; meta: object; errorShape: FailureShape }>;
    copyWeek: TRPCMutationProcedure<{ input: SchedulesCopyWeekInput; output: Schedule; meta: object; errorShape: FailureShape }>;
    delete: TRPCMutationProcedure<{ input: SchedulesDeleteInput; output: SeriesDeleted; meta: object; errorShape: FailureShape }>;
  };
  ticketTypes: {
    list: TRPCQueryProcedure<{ input: TicketTypesListInput; output: Page<TicketType>; meta: object; errorShape: FailureShape }>;
    create: TRPCMutationProcedure<{ input: TicketTypesCreateInput; output: TicketType; meta: object; errorShape: FailureShape }>;
    update: TRPCMutationProcedure<{ input: TicketTypesUpdateInput; output: TicketType; meta: object; errorShape: FailureShape }>;
    delete: TRPCMutationProcedure<{ input: TicketTypesDeleteInput; output: Deleted; meta: object; errorShape: FailureShape }>;
  };
  priceLists: {
    list: TRPCQueryProcedure<{ input: PriceListsListInput; output: Page<PriceList>; meta: object; errorShape: FailureShape }>;
    get: TRPCQueryProcedure<{ input: PriceListsGetInput; output: PriceList; meta: object; errorShape: FailureShape }>;
    create: TRPCMutationProcedure<{ input: PriceListsCreateInput; output: PriceList; meta: object; errorShape: FailureShape }>;
    update: TRPCMutationProcedure<{ input: PriceListsUpdateInput; output: PriceList; meta: object; errorShape: FailureShape }>;
    delete: TRPCMutationProcedure<{ input: PriceListsDeleteInput; output: Deleted; meta: object; errorShape: FailureShape }>;
  };
  admin: {
    reports: {
      capacity: TRPCQueryProcedure<{ input: AdminReportsCapacityInput; output: CapacityReport; meta: object; errorShape: FailureShape }>;
      revenue: TRPCQueryProcedure<{ input: AdminReportsRevenueInput; output: RevenueReport; meta: object; errorShape: FailureShape }>;
      popularMovies: TRPCQueryProcedure<{ input: AdminReportsPopularMoviesInput; output: PopularMoviesReport; meta: object; errorShape: FailureShape }>;
      payments: TRPCQueryProcedure<{ input: AdminReportsPaymentsInput; output: PaymentsReport; meta: object; errorShape: FailureShape }>;
      occupancy: TRPCQueryProcedure<{ input: AdminReportsOccupancyInput; output: OccupancyReport; meta: object; errorShape: FailureShape }>;
    };
    users: {
      list: TRPCQueryProcedure<{ input: AdminUsersListInput; output: Page<User>; meta: object; errorShape: FailureShape }>;
      promote: TRPCMutationProcedure<{ input: AdminUsersPromoteInput; output: User; meta: object; errorShape: FailureShape }>;
      demote: TRPCMutationProcedure<{ input: AdminUsersDemoteInput; output: User; meta: object; errorShape: FailureShape }>;
      disable: TRPCMutationProcedure<{ input: AdminUsersDisableInput; output: User; meta: object; errorShape: FailureShape }>;
      requestPasswordReset: TRPCMutationProcedure<{ input: AdminUsersRequestPasswordResetInput; output: ResetRequested; meta: object; errorShape: FailureShape }>;
      resetSecondFactor: TRPCMutationProcedure<{ input: AdminUsersResetSecondFactorInput; output: User; meta: object; errorShape: FailureShape }>;
      enable: TRPCMutationProcedure<{ input: AdminUsersEnableInput; output: User; meta: object; errorShape: FailureShape }>;
    };
    staff: {
      list: TRPCQueryProcedure<{ input: AdminStaffListInput; output: StaffRoles; meta: object; errorShape: FailureShape }>;
      grant: TRPCMutationProcedure<{ input: AdminStaffGrantInput; output: StaffRoles; meta: object; errorShape: FailureShape }>;
      revoke: TRPCMutationProcedure<{ input: AdminStaffRevokeInput; output: StaffRoles; meta: object; errorShape: FailureShape }>;
    };
    apiKeys: {
      list: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: ApiKeys; meta: object; errorShape: FailureShape }>;
      create: TRPCMutationProcedure<{ input: AdminApiKeysCreateInput; output: NewApiKey; meta: object; errorShape: FailureShape }>;
      revoke: TRPCMutationProcedure<{ input: AdminApiKeysRevokeInput; output: ApiKey; meta: object; errorShape: FailureShape }>;
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
    payments: {
      list: TRPCQueryProcedure<{ input: AdminPaymentsListInput; output: Page<Payment>; meta: object; errorShape: FailureShape }>;
      refund: TRPCMutationProcedure<{ input: AdminPaymentsRefundInput; output: Payment; meta: object; errorShape: FailureShape }>;
    };
    incidents: {
      list: TRPCQueryProcedure<{ input: AdminIncidentsListInput; output: Page<Incident>; meta: object; errorShape: FailureShape }>;
      resolve: TRPCMutationProcedure<{ input: AdminIncidentsResolveInput; output: Incident; meta: object; errorShape: FailureShape }>;
    };
    webhooks: {
      list: TRPCQueryProcedure<{ input: AdminWebhooksListInput; output: Page<Webhook>; meta: object; errorShape: FailureShape }>;
      get: TRPCQueryProcedure<{ input: AdminWebhooksGetInput; output: Webhook; meta: object; errorShape: FailureShape }>;
      create: TRPCMutationProcedure<{ input: AdminWebhooksCreateInput; output: WebhookWithSecret; meta: object; errorShape: FailureShape }>;
      update: TRPCMutationProcedure<{ input: AdminWebhooksUpdateInput; output: Webhook; meta: object; errorShape: FailureShape }>;
      delete: TRPCMutationProcedure<{ input: AdminWebhooksDeleteInput; output: Deleted; meta: object; errorShape: FailureShape }>;
      test: TRPCMutationProcedure<{ input: AdminWebhooksTestInput; output: WebhookDelivery; meta: object; errorShape: FailureShape }>;
      rotateSecret: TRPCMutationProcedure<{ input: AdminWebhooksRotateSecretInput; output: WebhookWithSecret; meta: object; errorShape: FailureShape }>;
      deliveries: TRPCQueryProcedure<{ input: AdminWebhooksDeliveriesInput; output: Page<WebhookDelivery>; meta: object; errorShape: FailureShape }>;
      event: TRPCQueryProcedure<{ input: AdminWebhooksEventInput; output: WebhookEvent; meta: object; errorShape: FailureShape }>;
      replay: TRPCMutationProcedure<{ input: AdminWebhooksReplayInput; output: WebhookReplay; meta: object; errorShape: FailureShape }>;
    };
    status: TRPCQueryProcedure<{ input: Record<string, never> | undefined; output: Status; meta: object; errorShape: FailureShape }>;
  };
};
