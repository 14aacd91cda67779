import { audited } from '../audit/record.ts';
import { idempotent, keepsOwnKey } from '../idempotency.ts';
import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import { adminProcedure, claimantProcedure, userProcedure } from '../trpc.ts';
import { cancelShowtime } from './cancel-showtime.ts';
import { cancelReservation } from './cancel.ts';
import { createReservation } from './create.ts';
import { getReservation, listAllReservations, listLocks, listReservations } from './read.ts';
import {
  CancelledShowtime,
  CancelShowtime,
  CreateReservation,
  HeldLocks,
  ListAllReservations,
  ListReservations,
  Reservation,
  ReservationId,
  ReservationPage,
  ReservationWithUserPage,
} from './schema.ts';

export const reservationsRouter = {
  /** Buys seats that you have locked: all the seats given, or nothing. */
  create: claimantProcedure
    .meta({
      ...route(
        'POST /reservations',
        'Confirm locked seats',
        'Turns seats that you have locked, all or some of them, into a reservation at the prices ' +
          'fixed when they were locked.',
      ),
      successStatus: 201,
      message: 'Reservation confirmed.',
      refusals: [
        'NOT_FOUND',
        'LOCK_EXPIRED',
        'SHOWTIME_STARTED',
        'SHOWTIME_CANCELLED',
        'SEAT_LIMIT_EXCEEDED',
      ],
    })
    .input(CreateReservation)
    .output(Reservation)
    .mutation(keepsOwnKey(({ ctx, input }) => createReservation(ctx, input))),

  /** Your reservations, newest first. */
  list: userProcedure
    .meta(route('GET /reservations', 'List your reservations', 'Newest first.'))
    .input(ListReservations)
    .output(ReservationPage)
    .query(({ ctx, input }) => listReservations(ctx, input)),

  /** Your live seat locks, by showtime. */
  listLocks: userProcedure
    .meta(route('GET /reservations/locks', 'List your seat locks', 'The live ones, by showtime.'))
    .input(NoInput)
    .output(HeldLocks)
    .query(({ ctx }) => listLocks(ctx)),

  /** One of your reservations. */
  get: userProcedure
    .meta(
      route(
        'GET /reservations/{reservationId}',
        'Read a reservation',
        'Your own; administrators may read any.',
      ),
    )
    .input(ReservationId)
    .output(Reservation)
    .query(({ ctx, input }) => getReservation(ctx, input.reservationId)),

  /** Cancels a reservation before its showtime starts; the seats are free immediately. */
  cancel: userProcedure
    .meta({
      ...route(
        'DELETE /reservations/{reservationId}',
        'Cancel a reservation',
        'Until the showtime starts. Your own; administrators may cancel any.',
      ),
      message: 'Reservation cancelled.',
      refusals: ['ALREADY_CANCELLED', 'SHOWTIME_STARTED'],
    })
    .input(ReservationId)
    .output(Reservation)
    .mutation(
      idempotent(Reservation, ({ ctx, input }) => cancelReservation(ctx, input.reservationId)),
    ),
};

/** Procedures of showtimes that reach into reservations. */
export const showtimeCancellationRouter = {
  /** Cancels a show: ends every seat lock and reservation of it. */
  cancel: adminProcedure
    .meta({
      ...route(
        'POST /showtimes/{showtimeId}/cancel',
        'Cancel a show',
        'Every seat lock and reservation of it ends, all or none. It stays readable. Possible ' +
          'until the show has ended.',
      ),
      message: 'Showtime cancelled.',
      refusals: ['ALREADY_CANCELLED', 'SHOWTIME_STARTED'],
    })
    .input(CancelShowtime)
    .output(CancelledShowtime)
    .mutation(
      audited(CancelledShowtime, ({ ctx, input }) => cancelShowtime(ctx, input), {
        subject: 'showtimeId',
      }),
    ),
};

/** For administrators. */
export const allReservationsRouter = {
  /** The reservations of all users, newest first. */
  list: adminProcedure
    .meta(route('GET /admin/reservations', 'List all reservations', 'Newest first.'))
    .input(ListAllReservations)
    .output(ReservationWithUserPage)
    .query(({ ctx, input }) => listAllReservations(ctx, input)),
};
