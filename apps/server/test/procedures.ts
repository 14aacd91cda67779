import { randomUUID } from 'node:crypto';
import { password } from '@matinee/api/testing';
import {
  counted,
  delivery,
  deskExchange,
  deskReseat,
  deskSale,
  incident,
  madePayment,
  mailedLink,
  movie,
  mainSite,
  newMovie,
  newPriceList,
  newShow,
  newSite,
  newTheater,
  newTicketType,
  none,
  openShifts,
  pending,
  priceList,
  reservation,
  show,
  standardTicketType,
  theater,
  ticketType,
  unknown,
  unknownId,
  unsoldShow,
  unusedMovie,
  unusedSite,
  unusedTheater,
  user,
  waitingRefund,
} from './world.ts';
import type { InputOf } from './world.ts';

export { mainSite } from './world.ts';

/**
 * Who may call: everyone (P), users and guests (U), users but not guests (account), the owner of the thing and administrators (own), these and
 * whoever may sell and read at its site (own or staff), managers of its site and administrators
 * (manage), managers and the box office of its site (sell), or of any site (read list), managers of any
 * site (manage list),
 * administrators (A).
 */
export type Access =
  | 'P'
  | 'U'
  | 'account'
  | 'own'
  | 'own or staff'
  | 'manage'
  | 'manage list'
  | 'sell'
  | 'read list'
  | 'A';
export type Who = 'anonymous' | 'user' | 'admin';

/** Who calls by default: the world's administrator where it takes one, else its user. */
export function callerOf(access: Access): Exclude<Who, 'anonymous'> {
  return ['P', 'U', 'account', 'own', 'own or staff'].includes(access) ? 'user' : 'admin';
}

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
  /** Who calls, if it is not `callerOf`. */
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
    name: 'auth.guest',
    route: 'POST /auth/guest',
    access: 'P',
    status: 201,
    by: 'anonymous',
    good: none,
    bad: () => ({ email: 'ada@example.com' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'auth.link',
    route: 'POST /auth/link',
    access: 'P',
    by: 'anonymous',
    good: mailedLink,
    bad: () => ({ token: 'unknown' }),
    refusal: '422 LINK_INVALID',
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
    access: 'account',
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
    access: 'account',
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
    access: 'manage',
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
    access: 'manage',
    status: 201,
    good: (world) => ({ ...newShow(world), seatTypePrices: { vip: '30.00' } }),
    bad: (world) => ({ ...newShow(world), startTime: world.showtime.startTime.toISOString() }),
    refusal: '409 SHOWTIME_OVERLAP',
  },
  {
    name: 'showtimes.update',
    route: 'PUT /showtimes/{showtimeId}',
    access: 'manage',
    good: (world) => ({ ...show(world), price: '9.00', seatTypePrices: {} }),
    bad: (world) => ({ ...show(world), startTime: '2040-01-01T00:00:00+01:00' }),
    refusal: '409 IN_USE',
  },
  {
    name: 'showtimes.delete',
    route: 'DELETE /showtimes/{showtimeId}',
    access: 'manage',
    good: unsoldShow,
    bad: show,
    refusal: '409 IN_USE',
  },
  {
    name: 'showtimes.cancel',
    route: 'POST /showtimes/{showtimeId}/cancel',
    access: 'manage',
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
    name: 'showtimes.blockSeats',
    route: 'POST /showtimes/{showtimeId}/block-seats',
    access: 'manage',
    good: ({ seat, seats }) => ({ ...seat, seatIds: seats.slice(-1), kind: 'house' }),
    bad: ({ seat, seats }) => ({ ...seat, seatIds: [seats[1]], kind: 'broken' }),
    refusal: '409 SEATS_SOLD',
  },
  {
    name: 'showtimes.unblockSeats',
    route: 'DELETE /showtimes/{showtimeId}/block-seats',
    access: 'manage',
    // The last seat, which no other row wants.
    good: async ({ admin, seat, seats }) => {
      const input = { ...seat, seatIds: seats.slice(-1) };
      await admin.call.showtimes.blockSeats({ ...input, kind: 'house' });
      return input;
    },
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
    access: 'own or staff',
    good: reservation,
    ...notFound('reservationId'),
  },
  {
    name: 'reservations.cancel',
    route: 'DELETE /reservations/{reservationId}',
    access: 'own or staff',
    good: reservation,
    ...notFound('reservationId'),
  },
  {
    name: 'reservations.previewCancel',
    route: 'GET /reservations/{reservationId}/cancellation',
    access: 'own or staff',
    good: reservation,
    ...notFound('reservationId'),
  },
  {
    name: 'reservations.quote',
    route: 'POST /reservations/quote',
    access: 'U',
    good: ({ seat }) => seat,
    bad: ({ seat }) => ({ ...seat, seatIds: [unknownId] }),
    refusal: '404 NOT_FOUND',
  },
  {
    name: 'payments.start',
    route: 'POST /reservations/{reservationId}/payment',
    access: 'own',
    good: pending,
    ...notFound('reservationId'),
  },
  {
    name: 'payments.get',
    route: 'GET /payments/{paymentId}',
    access: 'own or staff',
    good: madePayment,
    ...notFound('paymentId'),
  },
  {
    name: 'payments.sync',
    route: 'POST /payments/{paymentId}/sync',
    access: 'own or staff',
    good: madePayment,
    ...notFound('paymentId'),
  },
  {
    name: 'sites.list',
    route: 'GET /sites',
    access: 'P',
    good: () => ({ limit: 5 }),
    bad: () => ({ limit: 101 }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'sites.get',
    route: 'GET /sites/{siteId}',
    access: 'P',
    good: () => ({ siteId: mainSite }),
    ...notFound('siteId'),
  },
  {
    name: 'sites.update',
    route: 'PUT /sites/{siteId}',
    access: 'A',
    good: () => ({ siteId: mainSite, address: '1 Main Street', taxRate: 0, lateSalesMinutes: 15 }),
    ...notFound('siteId'),
  },
  {
    name: 'desk.sell',
    route: 'POST /desk/sales',
    access: 'sell',
    status: 201,
    good: deskSale,
    bad: async (world) => ({ ...(await deskSale(world)), tender: 'comp' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'desk.reseat',
    route: 'POST /desk/reseat',
    access: 'sell',
    good: deskReseat,
    bad: (world) => ({ ...deskReseat(world), reservationId: unknownId }),
    refusal: '404 NOT_FOUND',
  },
  {
    name: 'desk.exchange',
    route: 'POST /desk/exchange',
    access: 'sell',
    good: deskExchange,
    bad: (world) => ({ ...deskExchange(world), reservationId: unknownId }),
    refusal: '404 NOT_FOUND',
  },
  {
    name: 'desk.payOut',
    route: 'POST /desk/pay-outs',
    access: 'sell',
    good: waitingRefund,
    bad: () => ({ reservationId: unknownId }),
    refusal: '404 NOT_FOUND',
  },
  {
    name: 'desk.shift',
    route: 'GET /desk/shift',
    access: 'read list',
    good: openShifts,
    bad: none,
    refusal: '409 NO_OPEN_SHIFT',
  },
  {
    name: 'desk.openShift',
    route: 'POST /desk/shift',
    access: 'sell',
    status: 201,
    good: () => ({ siteId: mainSite, float: '100.00' }),
    bad: () => ({ siteId: unknownId, float: '100.00' }),
    refusal: '404 NOT_FOUND',
  },
  {
    name: 'desk.closeShift',
    route: 'POST /desk/shift/close',
    access: 'read list',
    good: async (world) => ({ ...(await openShifts(world)), counted }),
    bad: () => ({ counted }),
    refusal: '409 NO_OPEN_SHIFT',
  },
  {
    name: 'sites.create',
    route: 'POST /sites',
    access: 'A',
    status: 201,
    good: newSite,
    bad: () => ({ ...newSite(), businessDayStartsAt: '6:00' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'sites.delete',
    route: 'DELETE /sites/{siteId}',
    access: 'A',
    good: unusedSite,
    bad: () => ({ siteId: mainSite }),
    refusal: '409 IN_USE',
  },
  {
    name: 'ticketTypes.list',
    route: 'GET /ticket-types',
    access: 'P',
    good: () => ({ limit: 1 }),
    bad: () => ({ limit: 101 }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'ticketTypes.create',
    route: 'POST /ticket-types',
    access: 'A',
    status: 201,
    good: newTicketType,
    bad: () => ({ ...newTicketType(), code: 'Upper Case' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'ticketTypes.update',
    route: 'PUT /ticket-types/{ticketTypeId}',
    access: 'A',
    good: async (world) => ({ ...(await ticketType(world)), maxAge: 12, description: null }),
    ...notFound('ticketTypeId'),
  },
  {
    name: 'ticketTypes.delete',
    route: 'DELETE /ticket-types/{ticketTypeId}',
    access: 'A',
    good: ticketType,
    bad: () => ({ ticketTypeId: standardTicketType }),
    refusal: '409 IN_USE',
  },
  {
    name: 'priceLists.list',
    route: 'GET /price-lists',
    access: 'manage list',
    good: () => ({ limit: 1 }),
    bad: () => ({ siteId: 'x' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'priceLists.get',
    route: 'GET /price-lists/{priceListId}',
    access: 'manage',
    good: priceList,
    ...notFound('priceListId'),
  },
  {
    name: 'priceLists.create',
    route: 'POST /price-lists',
    access: 'manage',
    status: 201,
    good: newPriceList,
    bad: () => ({ ...newPriceList(), items: [] }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'priceLists.update',
    route: 'PUT /price-lists/{priceListId}',
    access: 'manage',
    good: async (world) => ({ ...(await priceList(world)), bookingFee: '1.00', revision: 1 }),
    bad: async (world) => ({ ...(await priceList(world)), name: 'Stale', revision: 7 }),
    refusal: '409 EDIT_CONFLICT',
  },
  {
    name: 'priceLists.delete',
    route: 'DELETE /price-lists/{priceListId}',
    access: 'manage',
    good: priceList,
    ...notFound('priceListId'),
  },
  {
    name: 'admin.payments.list',
    route: 'GET /admin/payments',
    access: 'manage list',
    good: () => ({ status: 'succeeded', limit: 2 }),
    bad: () => ({ status: 'paid' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'admin.payments.refund',
    route: 'POST /admin/payments/{paymentId}/refunds',
    access: 'manage',
    status: 201,
    good: async (world) => ({
      ...(await madePayment(world)),
      amount: '1.00',
      reason: 'The sound was bad',
    }),
    bad: () => ({ paymentId: unknownId, amount: '1.00', reason: 'The sound was bad' }),
    refusal: '404 NOT_FOUND',
  },
  {
    name: 'admin.incidents.list',
    route: 'GET /admin/incidents',
    access: 'manage list',
    good: () => ({ state: 'open', kind: 'dispute', limit: 2 }),
    bad: () => ({ state: 'closed' }),
    refusal: '400 VALIDATION_ERROR',
  },
  {
    name: 'admin.incidents.resolve',
    route: 'POST /admin/incidents/{incidentId}/resolve',
    access: 'manage',
    good: async (world) => ({ ...(await incident(world)), resolution: 'The bank was right' }),
    bad: () => ({ incidentId: unknownId, resolution: 'The bank was right' }),
    refusal: '404 NOT_FOUND',
  },
  {
    name: 'admin.reports.payments',
    route: 'GET /admin/reports/payments',
    access: 'manage list',
    good: none,
    bad: () => ({ from: 'yesterday' }),
    refusal: '400 VALIDATION_ERROR',
  },
  ...(['capacity', 'revenue', 'occupancy'] as const).map((report) => ({
    name: `admin.reports.${report}`,
    route: `GET /admin/reports/${report}`,
    access: 'manage list' as const,
    good: () => ({ groupBy: 'date' }),
    bad: () => ({ groupBy: 'color' }),
    refusal: '400 VALIDATION_ERROR',
  })),
  {
    name: 'admin.reports.popularMovies',
    route: 'GET /admin/reports/popular-movies',
    access: 'manage list',
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
  {
    name: 'admin.staff.list',
    route: 'GET /admin/staff',
    access: 'A',
    good: () => ({ siteId: mainSite }),
    bad: () => ({ siteId: unknownId }),
    refusal: '404 NOT_FOUND',
  },
  {
    name: 'admin.staff.grant',
    route: 'PUT /admin/staff/{userId}',
    access: 'A',
    good: (world) => ({ ...user(world), siteId: mainSite, role: 'box_office' }),
    bad: (world) => ({ ...user(world), siteId: unknownId, role: 'gate' }),
    refusal: '404 NOT_FOUND',
  },
  {
    name: 'admin.staff.revoke',
    route: 'DELETE /admin/staff/{userId}',
    access: 'A',
    good: (world) => ({ ...user(world), siteId: mainSite }),
    ...notFound('userId'),
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
    access: 'read list',
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
