import { randomUUID } from 'node:crypto';
import { password } from '@matinee/api/testing';
import {
  delivery,
  movie,
  newMovie,
  newShow,
  newTheater,
  none,
  reservation,
  show,
  theater,
  unknown,
  unknownId,
  unsoldShow,
  unusedMovie,
  unusedTheater,
  user,
} from './world.ts';
import type { InputOf } from './world.ts';

/**
 * Who may call: everyone (P), users (U), the owner of the thing and administrators (own),
 * administrators (A).
 */
export type Access = 'P' | 'U' | 'own' | 'A';
export type Who = 'anonymous' | 'user' | 'admin';

/** All that the tests know about a procedure. */
export interface ProcedureRow {
  /** Such as `movies.list`. */
  name: string;
  /** The REST route; none when only tRPC has the procedure. */
  route?: string;
  access: Access;
  /** The status of a REST success when it is not 200. */
  status?: 201;
  /** An input that succeeds. Things belong to the world's user. */
  good: InputOf;
  /** An input that is refused, and how. */
  bad: InputOf;
  refusal: string;
  /** Who calls; by default the world's administrator where it takes one, else its user. */
  by?: Who;
  /** Who calls with `bad` if it is another. */
  badBy?: Who;
}

/** What only REST has: a form, a stream without tRPC's wire, and the list of its own addresses. */
export const restOnly: ReadonlySet<string> = new Set([
  'api.index',
  'movies.uploadPoster',
  'showtimes.events',
]);

const notFound = (key: string) => ({ bad: unknown(key), refusal: '404 NOT_FOUND' });
const noUser = { bad: none, badBy: 'anonymous', refusal: '401 AUTHENTICATION_REQUIRED' } as const;
const noAdmin = { bad: none, badBy: 'user', refusal: '403 FORBIDDEN' } as const;

/** Every procedure, and what only REST has: access, parity, the document and its examples walk this table. */
export const procedureRows: readonly ProcedureRow[] = [
  {
    name: 'api.index',
    route: 'GET /',
    access: 'P',
    good: none,
    bad: () => ({ limit: 1 }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'auth.register',
    route: 'POST /auth/register',
    access: 'P',
    status: 201,
    by: 'anonymous',
    good: () => ({ email: `${randomUUID()}@a.org`, password }),
    bad: ({ user: { email } }) => ({ email: email.toUpperCase(), password }),
    refusal: '409 EMAIL_TAKEN',
  },
  {
    name: 'auth.login',
    route: 'POST /auth/login',
    access: 'P',
    by: 'anonymous',
    good: ({ user: { email } }) => ({ email, password }),
    bad: ({ user: { email } }) => ({ email, password: 'wrong' }),
    refusal: '401 INVALID_CREDENTIALS',
  },
  {
    name: 'auth.me',
    route: 'GET /auth/me',
    access: 'U',
    good: none,
    ...noUser,
  },
  {
    name: 'auth.updateMe',
    route: 'PUT /auth/me',
    access: 'U',
    good: () => ({ firstName: 'Ada', lastName: null }),
    bad: () => ({ firstName: '' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'auth.logout',
    route: 'POST /auth/logout',
    access: 'U',
    good: none,
    bad: () => ({ everywhere: 'yes' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'auth.changePassword',
    route: 'POST /auth/change-password',
    access: 'U',
    good: () => ({ currentPassword: password, newPassword: 'another-password' }),
    bad: () => ({ currentPassword: 'wrong', newPassword: 'another-password' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'movies.list',
    route: 'GET /movies',
    access: 'P',
    good: ({ movieId }) => ({
      limit: 2,
      genre: 'drama',
      search: 'MOVIE',
      idEndsWith: movieId.slice(-6),
    }),
    bad: () => ({ limit: 0 }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'movies.genres',
    route: 'GET /movies/genres',
    access: 'P',
    good: none,
    bad: () => ({ genre: 'x' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'movies.get',
    route: 'GET /movies/{movieId}',
    access: 'P',
    good: movie,
    ...notFound('movieId'),
  },
  {
    name: 'movies.showtimes',
    route: 'GET /movies/{movieId}/showtimes',
    access: 'P',
    good: movie,
    bad: (world) => ({ ...movie(world), date: '2026-01-01', to: '2026-01-02' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'movies.create',
    route: 'POST /movies',
    access: 'A',
    status: 201,
    good: newMovie,
    bad: () => ({ ...newMovie(), year: 1 }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'movies.update',
    route: 'PUT /movies/{movieId}',
    access: 'A',
    good: (world) => ({ ...movie(world), description: null, revision: 1 }),
    bad: (world) => ({ ...movie(world), revision: 7 }),
    refusal: '409 EDIT_CONFLICT',
  },
  {
    name: 'movies.delete',
    route: 'DELETE /movies/{movieId}',
    access: 'A',
    good: unusedMovie,
    bad: movie,
    refusal: '409 IN_USE',
  },
  {
    name: 'movies.uploadPoster',
    route: 'POST /movies/{movieId}/poster',
    access: 'A',
    status: 201,
    good: movie,
    ...notFound('movieId'),
  },
  {
    name: 'theaters.list',
    route: 'GET /theaters',
    access: 'P',
    good: ({ theater: { id } }) => ({ limit: 1, idEndsWith: id.slice(-6) }),
    bad: () => ({ idEndsWith: '12345' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'theaters.get',
    route: 'GET /theaters/{theaterId}',
    access: 'P',
    good: theater,
    ...notFound('theaterId'),
  },
  {
    name: 'theaters.create',
    route: 'POST /theaters',
    access: 'A',
    status: 201,
    good: newTheater,
    bad: () => ({ ...newTheater(), rows: [] }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'theaters.update',
    route: 'PUT /theaters/{theaterId}',
    access: 'A',
    good: (world) => ({ ...theater(world), name: randomUUID() }),
    bad: (world) => ({ ...theater(world), rows: [{ label: 'B', seats: 2 }] }),
    refusal: '409 IN_USE',
  },
  {
    name: 'theaters.delete',
    route: 'DELETE /theaters/{theaterId}',
    access: 'A',
    good: unusedTheater,
    bad: theater,
    refusal: '409 IN_USE',
  },
  {
    name: 'showtimes.list',
    route: 'GET /showtimes',
    access: 'P',
    good: (world) => ({
      ...theater(world),
      ...movie(world),
      idEndsWith: world.showtime.id.slice(-6),
    }),
    bad: () => ({ from: '2026-02-02', to: '2026-02-01' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'showtimes.get',
    route: 'GET /showtimes/{showtimeId}',
    access: 'P',
    good: show,
    ...notFound('showtimeId'),
  },
  {
    name: 'showtimes.create',
    route: 'POST /showtimes',
    access: 'A',
    status: 201,
    good: (world) => ({ ...newShow(world), seatTypePrices: { vip: '30.00' } }),
    bad: (world) => ({ ...newShow(world), startTime: world.showtime.startTime.toISOString() }),
    refusal: '409 SHOWTIME_OVERLAP',
  },
  {
    name: 'showtimes.update',
    route: 'PUT /showtimes/{showtimeId}',
    access: 'A',
    good: (world) => ({ ...show(world), price: '9.00', seatTypePrices: {} }),
    bad: (world) => ({ ...show(world), startTime: '2040-01-01T00:00:00+01:00' }),
    refusal: '409 IN_USE',
  },
  {
    name: 'showtimes.delete',
    route: 'DELETE /showtimes/{showtimeId}',
    access: 'A',
    good: unsoldShow,
    bad: show,
    refusal: '409 IN_USE',
  },
  {
    name: 'showtimes.cancel',
    route: 'POST /showtimes/{showtimeId}/cancel',
    access: 'A',
    good: (world) => ({ ...show(world), reason: 'Flood' }),
    bad: show,
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'showtimes.seats',
    route: 'GET /showtimes/{showtimeId}/seats',
    access: 'P',
    good: show,
    ...notFound('showtimeId'),
  },
  {
    name: 'showtimes.lockSeats',
    route: 'POST /showtimes/{showtimeId}/lock-seats',
    access: 'U',
    status: 201,
    good: ({ seat, seats }) => ({ ...seat, seatIds: [seats[3], seats[2]] }),
    bad: ({ seat, seats }) => ({ ...seat, seatIds: [seats[1]] }),
    refusal: '409 SEATS_UNAVAILABLE',
  },
  {
    name: 'showtimes.extendLock',
    route: 'POST /showtimes/{showtimeId}/extend-lock',
    access: 'U',
    good: ({ seat }) => seat,
    bad: ({ seat, seats }) => ({ ...seat, seatIds: [seats[2]] }),
    refusal: '409 LOCK_EXPIRED',
  },
  {
    name: 'showtimes.unlockSeats',
    route: 'DELETE /showtimes/{showtimeId}/lock-seats',
    access: 'U',
    good: show,
    ...notFound('showtimeId'),
  },
  {
    name: 'showtimes.onSeatsChanged',
    access: 'P',
    good: show,
    ...notFound('showtimeId'),
  },
  {
    name: 'showtimes.events',
    route: 'GET /showtimes/{showtimeId}/events',
    access: 'P',
    good: show,
    ...notFound('showtimeId'),
  },
  {
    name: 'reservations.create',
    route: 'POST /reservations',
    access: 'U',
    status: 201,
    good: ({ seat }) => seat,
    bad: ({ seat }) => ({ ...seat, seatIds: [unknownId] }),
    refusal: '404 NOT_FOUND',
  },
  {
    name: 'reservations.list',
    route: 'GET /reservations',
    access: 'U',
    good: async ({ user: { call }, reservationId }) => {
      const { reference } = await call.reservations.get({ reservationId });
      return { when: 'upcoming', reference };
    },
    bad: () => ({ when: 'never' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'reservations.listLocks',
    route: 'GET /reservations/locks',
    access: 'U',
    good: none,
    ...noUser,
  },
  {
    name: 'reservations.get',
    route: 'GET /reservations/{reservationId}',
    access: 'own',
    good: reservation,
    ...notFound('reservationId'),
  },
  {
    name: 'reservations.cancel',
    route: 'DELETE /reservations/{reservationId}',
    access: 'own',
    good: reservation,
    ...notFound('reservationId'),
  },
  ...(['capacity', 'revenue', 'occupancy'] as const).map((report) => ({
    name: `admin.reports.${report}`,
    route: `GET /admin/reports/${report}`,
    access: 'A' as const,
    good: () => ({ groupBy: 'date' }),
    bad: () => ({ groupBy: 'color' }),
    refusal: '400 VALIDATION_ERROR',
  })),
  {
    name: 'admin.reports.popularMovies',
    route: 'GET /admin/reports/popular-movies',
    access: 'A',
    good: () => ({ limit: 3 }),
    bad: () => ({ limit: 101 }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'admin.users.list',
    route: 'GET /admin/users',
    access: 'A',
    good: ({ user: { email, id } }) => ({ email, role: 'user', idEndsWith: id.slice(-6) }),
    ...noAdmin,
  },
  ...(['promote', 'demote', 'disable', 'enable'] as const).map((verb) => ({
    name: `admin.users.${verb}`,
    route: `POST /admin/users/{userId}/${verb}`,
    access: 'A' as const,
    good: user,
    ...notFound('userId'),
  })),
  {
    name: 'admin.reservations.list',
    route: 'GET /admin/reservations',
    access: 'A',
    good: (world) => ({ ...show(world), status: 'confirmed' }),
    bad: () => ({ status: 'paid' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'admin.outbox.list',
    route: 'GET /admin/outbox',
    access: 'A',
    good: async (world) => {
      const { deliveryId } = await delivery(world);
      return { state: 'done', limit: 1, idEndsWith: deliveryId?.slice(-6) };
    },
    bad: () => ({ state: 'lost' }),
    refusal: '400 VALIDATION_ERROR',
  },
  ...(['retry', 'drop'] as const).map((verb) => ({
    name: `admin.outbox.${verb}`,
    route: `POST /admin/outbox/{deliveryId}/${verb}`,
    access: 'A' as const,
    good: delivery,
    ...notFound('deliveryId'),
  })),
  {
    name: 'admin.audit.list',
    route: 'GET /admin/audit',
    access: 'A',
    good: () => ({ action: 'auth.register', from: '2026-01-01', limit: 2 }),
    bad: () => ({ from: 'yesterday' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'admin.status',
    route: 'GET /admin/status',
    access: 'A',
    good: none,
    ...noAdmin,
  },
];
