import { NoInput } from '../schema.ts';
import { idempotent, userProcedure } from '../trpc.ts';
import { createReservation } from './create.ts';
import {
  CreateReservation,
  HeldLocks,
  ListReservations,
  Reservation,
  ReservationId,
  ReservationPage,
} from './schema.ts';
import { cancelReservation, getReservation, listLocks, listReservations } from './service.ts';

const tags = ['reservations'];

export const reservationsRouter = {
  /** Buys seats that you have locked: all the seats given, or nothing. */
  create: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/reservations',
        tags,
        summary: 'Confirm locked seats',
        description:
          'Turns seats that you have locked, all or some of them, into a reservation at the prices ' +
          'fixed when they were locked.',
      },
      successStatus: 201,
      message: 'Reservation confirmed.',
      keepsOwnKey: true,
      refusals: ['NOT_FOUND', 'LOCK_EXPIRED', 'SHOWTIME_STARTED', 'SHOWTIME_CANCELLED'],
    })
    .input(CreateReservation)
    .use(idempotent)
    .output(Reservation)
    .mutation(({ ctx, input }) => createReservation(ctx, input)),

  /** Your reservations, newest first. */
  list: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/reservations',
        tags,
        summary: 'List your reservations',
        description: 'Newest first.',
      },
    })
    .input(ListReservations)
    .output(ReservationPage)
    .query(({ ctx, input }) => listReservations(ctx, input)),

  /** Your live seat locks, by showtime. */
  listLocks: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/reservations/locks',
        tags,
        summary: 'List your seat locks',
        description: 'The live ones, by showtime.',
      },
    })
    .input(NoInput)
    .output(HeldLocks)
    .query(({ ctx }) => listLocks(ctx)),

  /** One of your reservations. */
  get: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/reservations/{reservationId}',
        tags,
        summary: 'Read a reservation',
        description: 'Your own; administrators may read any.',
      },
    })
    .input(ReservationId)
    .output(Reservation)
    .query(({ ctx, input }) => getReservation(ctx, input.reservationId)),

  /** Cancels a reservation before its showtime starts; the seats are free at once. */
  cancel: userProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/reservations/{reservationId}',
        tags,
        summary: 'Cancel a reservation',
        description: 'Until the showtime starts. Your own; administrators may cancel any.',
      },
      message: 'Reservation cancelled.',
      refusals: ['ALREADY_CANCELLED', 'SHOWTIME_STARTED'],
    })
    .input(ReservationId)
    .use(idempotent)
    .output(Reservation)
    .mutation(({ ctx, input }) => cancelReservation(ctx, input.reservationId)),
};
