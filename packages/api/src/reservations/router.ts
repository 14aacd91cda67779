import { audited } from '../audit/record.ts';
import type { RequestContext } from '../context.ts';
import { idempotent, idempotentInSteps, keepsOwnKey } from '../idempotency.ts';
import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import type { ActorContext } from '../service-context.ts';
import { atItsSite } from '../staff/at-site.ts';
import { claimantProcedure, ownOrStaffProcedure, staffProcedure, userProcedure } from '../trpc.ts';
import { cancelShowtime } from './cancel-showtime.ts';
import { cancelReservation, isUnpaid, prepareCancellation, previewCancellation } from './cancel.ts';
import { createReservation } from './create.ts';
import { quoteReservation } from './quote.ts';
import { getReservation, listAllReservations, listLocks, listReservations } from './read.ts';
import {
  CancelledShowtime,
  CancelPreview,
  CancelReservation,
  CancelShowtime,
  CreateReservation,
  HeldLocks,
  ListAllReservations,
  ListReservations,
  PreviewCancel,
  Quote,
  Reservation,
  ReservationId,
  ReservationPage,
  ReservationWithUserPage,
} from './schema.ts';

type Caller = ActorContext & Pick<RequestContext, 'idempotencyKey'>;

const cancelAtOnce = idempotent<Caller, CancelReservation, Reservation>(
  Reservation,
  ({ ctx, input }) => cancelReservation(ctx, input),
);

const cancelInSteps = idempotentInSteps<Caller, CancelReservation, Reservation, void>(Reservation, {
  prepare: ({ ctx, input }) => prepareCancellation(ctx, input),
  effect: ({ ctx, input }) => cancelReservation(ctx, input),
});

export const reservationsRouter = {
  /** Buys seats that you have locked: all the seats given, or nothing. */
  create: claimantProcedure
    .meta({
      ...route(
        'POST /reservations',
        'Confirm locked seats',
        'Turns seats that you have locked, all or some of them, into a reservation at the prices ' +
          'fixed when they were locked. Where payments are on it is `pending`, and the seats stay locked ' +
          'until `payment.payBefore`.',
      ),
      successStatus: 201,
      message: 'Reservation confirmed.',
      refusals: [
        'NOT_FOUND',
        'LOCK_EXPIRED',
        'SHOWTIME_STARTED',
        'SHOWTIME_CANCELLED',
        'SEAT_LIMIT_EXCEEDED',
        'EMAIL_NOT_VERIFIED',
        'PAYMENT_PENDING',
        'PRICE_CHANGED',
        'AMOUNT_TOO_SMALL',
        'TICKET_TYPE_NOT_ALLOWED',
        'AGE_RESTRICTED',
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
  get: ownOrStaffProcedure('read')
    .meta(
      route(
        'GET /reservations/{reservationId}',
        'Read a reservation',
        'Your own; administrators may read any, staff those of their sites.',
      ),
    )
    .input(ReservationId)
    .output(Reservation)
    .query(({ ctx, input }) => getReservation(ctx, input.reservationId, 'read')),

  /** Cancels a reservation before its showtime starts; the seats are free immediately. */
  cancel: ownOrStaffProcedure('sell')
    .meta({
      ...route(
        'DELETE /reservations/{reservationId}',
        'Cancel a reservation',
        'All of it or some seats, until the showtime starts. Your own; administrators and staff may ' +
          'cancel those of their sites, managers with `refund` or `reason` after the start too. What was paid goes back by the refund policy ' +
          'that the reservation was made under.',
      ),
      message: 'Reservation cancelled.',
      refusals: [
        'FORBIDDEN',
        'NOT_FOUND',
        'ALREADY_CANCELLED',
        'SHOWTIME_STARTED',
        'NOT_REFUNDABLE',
        'PRICE_CHANGED',
      ],
    })
    .input(CancelReservation)
    .output(Reservation)
    .mutation(
      // What waits for no provider reserves no key: if its server dies, it can be repeated at once.
      async (call) =>
        (await isUnpaid(call.ctx, call.input)) ? cancelInSteps(call) : cancelAtOnce(call),
    ),

  /** What cancelling would return at this moment; has no effect. */
  previewCancel: ownOrStaffProcedure('read')
    .meta(
      route(
        'GET /reservations/{reservationId}/cancellation',
        'See what cancelling returns',
        'By the refund policy that the reservation was made under. Send `refundTotal` as ' +
          '`expectedRefund` when you cancel.',
      ),
    )
    .input(PreviewCancel)
    .output(CancelPreview)
    .query(({ ctx, input }) => previewCancellation(ctx, input)),

  /** What a purchase would cost; has no effect, and asks for no locks. */
  quote: userProcedure
    .meta({
      ...route(
        'POST /reservations/quote',
        'See what a purchase costs',
        'Takes the input of a purchase. Your locks have their fixed prices; other seats cost what they ' +
          'would cost now. Has no effect.',
      ),
      isSafe: true,
      refusals: ['NOT_FOUND', 'TICKET_TYPE_NOT_ALLOWED', 'AGE_RESTRICTED'],
    })
    .input(CreateReservation)
    .output(Quote)
    .query(({ ctx, input }) => quoteReservation(ctx, input)),
};

/** Procedures of showtimes that reach into reservations. */
export const showtimeCancellationRouter = {
  /** Cancels a show: ends every seat lock and reservation of it. */
  cancel: staffProcedure('manage')
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
      atItsSite(
        ({ showtimeId }) => [{ kind: 'showtime', id: showtimeId }],
        audited(CancelledShowtime, ({ ctx, input }) => cancelShowtime(ctx, input), {
          subject: 'showtimeId',
        }),
      ),
    ),
};

/** For administrators and staff. */
export const allReservationsRouter = {
  /** The reservations of all users, newest first. */
  list: staffProcedure('read')
    .meta(route('GET /admin/reservations', 'List all reservations', 'Newest first.'))
    .input(ListAllReservations)
    .output(ReservationWithUserPage)
    .query(({ ctx, input }) => listAllReservations(ctx, input)),
};
