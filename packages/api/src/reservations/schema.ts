import { z } from 'zod';
import { Payment } from '../payments/schema.ts';
import {
  Amount,
  Count,
  Currency,
  idOf,
  Instant,
  LanguageTag,
  longText,
  Money,
  outputIdOf,
  outputText,
  page,
  pageInput,
  PositiveInteger,
  searchText,
  text,
} from '../schema.ts';
import { SeatIds } from '../seats/schema.ts';
import { Showtime } from '../showtimes/schema.ts';
import { RefundPolicy } from '../sites/schema.ts';
import { SeatType } from '../theaters/schema.ts';
import { typeNames } from '../type-names.ts';

const ReservationStatus = z.enum(['pending', 'confirmed', 'cancelled']);

const Reference = searchText(20).meta({ description: 'Equals, ignoring case.' });

export const TicketSeats = z
  .array(z.strictObject({ seatId: idOf('seat'), ticketTypeId: idOf('ticket type') }))
  .min(1)
  .max(50)
  .refine((seats) => new Set(seats.map(({ seatId }) => seatId)).size === seats.length, {
    message: 'names a seat twice',
  })
  .meta({ description: 'Seats that you have locked, each with its ticket type.' });

/** Seats come as `seatIds` or as `seats`, and never as both. */
const purchase = {
  showtimeId: idOf('showtime'),
  seatIds: SeatIds.meta({ description: 'Seats that you have locked.' }).optional(),
  seats: TicketSeats.optional(),
  contactEmail: z
    .email()
    .max(255)
    .meta({
      description:
        'Where messages about this reservation are sent, instead of the account’s address. ' +
        'Guests must give it where mail is sent.',
    })
    .optional(),
  contactPhone: text(50).meta({ description: 'A telephone number for questions.' }).optional(),
  locale: LanguageTag.meta({
    description:
      'The language of the mails and tickets, as a BCP 47 tag; by default that of the account. Mails are in ' +
      'English, German and Japanese; others are in English.',
  }).optional(),
  expectedTotal: Money.meta({
    description: 'The total that the customer has seen; when it differs, nothing is done.',
  }).optional(),
};

export const CreateReservation = z.strictObject(purchase);
export type CreateReservation = z.infer<typeof CreateReservation>;

export const Quote = z
  .object({
    seats: z
      .array(
        z.object({
          seatId: outputIdOf('seat'),
          ticketTypeId: outputIdOf('ticket type'),
          price: Amount.meta({ description: 'What it costs, after its discount.' }),
          discount: Amount.meta({ description: 'What was taken off.' }),
          tax: Amount.meta({ description: 'The tax contained in the price.' }),
        }),
      )
      .meta({ description: 'The seats, in the order of the request.' }),
    totalPrice: Amount.meta({ description: 'The price of the seats together.' }),
    fees: Amount.meta({ description: 'What is charged beside the seats.' }),
    discount: Amount.meta({ description: 'All discounts together.' }),
    tax: Amount.meta({ description: 'The tax contained in all prices.' }),
    total: Amount.meta({ description: 'What is to be paid.' }),
    currency: Currency,
    refundPolicy: RefundPolicy.meta({
      description: 'What would be returned for seats given back.',
    }),
  })
  .register(typeNames, { name: 'Quote' });
export type Quote = z.infer<typeof Quote>;

export const ListAllReservations = z.strictObject({
  showtimeId: idOf('showtime').optional(),
  userId: idOf('user').optional(),
  status: ReservationStatus.meta({ description: 'Reservations in this state.' }).optional(),
  reference: Reference.optional(),
  ...pageInput,
});
export type ListAllReservations = z.infer<typeof ListAllReservations>;

export const CancelShowtime = z.strictObject({
  showtimeId: idOf('showtime'),
  reason: longText(500).meta({ description: 'Why, for the customers; at most 500 characters.' }),
});
export type CancelShowtime = z.infer<typeof CancelShowtime>;

export const CancelledShowtime = z
  .object({
    showtime: Showtime.meta({ description: 'The show, cancelled.' }),
    cancelledReservations: Count.meta({ description: 'Reservations that were cancelled with it.' }),
    seats: Count.meta({ description: 'Seats of those reservations.' }),
  })
  .register(typeNames, { name: 'CancelledShowtime' });
export type CancelledShowtime = z.infer<typeof CancelledShowtime>;

export const ListReservations = z.strictObject({
  when: z
    .enum(['upcoming', 'past', 'all'])
    .default('all')
    .meta({ description: 'By the start of the showtime. Cancelled reservations are included.' }),
  reference: Reference.optional(),
  ...pageInput,
});
export type ListReservations = z.infer<typeof ListReservations>;

export const ReservationId = z.strictObject({ reservationId: idOf('reservation') });

const seatsToCancel = SeatIds.meta({
  description: 'Seats of the reservation; by default all that are not cancelled.',
}).optional();

export const PreviewCancel = z.strictObject({
  reservationId: idOf('reservation'),
  seatIds: seatsToCancel,
});
export type PreviewCancel = z.infer<typeof PreviewCancel>;

export const CancelReservation = z.strictObject({
  reservationId: idOf('reservation'),
  seatIds: seatsToCancel,
  expectedRefund: Money.meta({
    description: 'The refund that the customer has seen; when it differs, nothing is done.',
  }).optional(),
  refund: z
    .enum(['policy', 'full', 'none'])
    .meta({ description: 'How much is returned; administrators only. By default `policy`.' })
    .optional(),
  reason: text(500)
    .meta({ description: 'Why, for the log; administrators only. Also after the start.' })
    .optional(),
});
export type CancelReservation = z.infer<typeof CancelReservation>;

const CancelBlockReason = z
  .enum(['already_cancelled', 'checked_in', 'showtime_started', 'not_permitted', 'disputed'])
  .meta({ id: 'CancelBlockReason' });

export const CancelPreview = z
  .object({
    allowed: z.boolean().meta({ description: 'Whether it can be cancelled by you now.' }),
    blockReason: CancelBlockReason.nullable().meta({
      description:
        'Why not: `already_cancelled`, `checked_in`, `showtime_started`, `not_permitted` or `disputed`.',
    }),
    seats: z
      .array(
        z.object({
          seatId: outputIdOf('seat'),
          paid: Amount.meta({ description: 'What was paid for it.' }),
          refund: Amount.meta({ description: 'What is returned for it.' }),
        }),
      )
      .meta({ description: 'The seats that would be cancelled, row by row.' }),
    feeKept: Amount.meta({ description: 'Fees that are not returned.' }),
    refundTotal: Amount.meta({ description: 'What is returned, fees included.' }),
    validUntil: Instant.nullable().meta({
      description: 'When the refund becomes smaller; `null` when that is not known.',
    }),
  })
  .register(typeNames, { name: 'CancelPreview' });
export type CancelPreview = z.infer<typeof CancelPreview>;

const CancelReason = z
  .enum(['customer', 'show_cancelled', 'payment_expired', 'seats_gone', 'staff'])
  .meta({ id: 'CancelReason' });

const reservation = {
  id: outputIdOf('reservation'),
  reference: z.string().meta({ description: 'Eight characters that are easy to read out.' }),
  status: ReservationStatus.meta({ description: 'Where the purchase stands.' }),
  showtime: z
    .object({
      id: outputIdOf('showtime'),
      startTime: Instant.meta({ description: 'When the show begins.' }),
      endTime: Instant.meta({ description: 'When the movie is over.' }),
      movie: z
        .object({ id: outputIdOf('movie'), title: outputText('The title of the movie.') })
        .meta({ description: 'The movie that is shown.' }),
      theater: z
        .object({ id: outputIdOf('theater'), name: outputText('The name of the theater.') })
        .meta({ description: 'Where it is shown.' }),
    })
    .meta({ description: 'The show.' }),
  seats: z
    .array(
      z.object({
        id: outputIdOf('seat'),
        rowLabel: outputText('The label of its row.'),
        seatNumber: PositiveInteger.meta({ description: 'From 1; gaps are not counted.' }),
        rowIndex: PositiveInteger.meta({ description: 'Row, counted from the screen, from 1.' }),
        position: PositiveInteger.meta({
          description: 'Position from the left, from 1; gaps are counted.',
        }),
        seatType: SeatType.meta({ description: 'The type at the time of the purchase.' }),
        price: Amount.meta({ description: 'What it cost, after its discount.' }),
        ticketType: z
          .object({
            id: outputIdOf('ticket type'),
            code: outputText('A short name that does not change.'),
            name: outputText('The name for customers.'),
          })
          .meta({ description: 'Who the ticket is for.' }),
        discount: Amount.meta({ description: 'What was taken off.' }),
        tax: Amount.meta({ description: 'The tax contained in the price.' }),
        cancelledAt: Instant.nullable().meta({ description: 'When the seat was given back.' }),
      }),
    )
    .meta({ description: 'The seats, row by row; those that were given back too.' }),
  totalPrice: Amount.meta({
    description: 'The price of its seats together, of those that were given back too.',
  }),
  currency: Currency,
  createdAt: Instant.meta({ description: 'When the seats were bought.' }),
  cancelledAt: Instant.nullable().meta({ description: 'When the reservation was cancelled.' }),
  showCancelReason: z
    .string()
    .nullable()
    .default(null)
    .meta({ description: 'Why the cinema cancelled the show; `null` when it did not.' }),
  channel: z.enum(['web', 'desk', 'api']).meta({ description: 'Where it was sold.' }),
  contactEmail: z.string().nullable().meta({ description: 'Where its messages are sent.' }),
  customerName: z.string().nullable().meta({ description: 'The name given at the desk.' }),
  cancelReason: CancelReason.nullable().meta({
    description:
      'Why it was cancelled: `customer`, `show_cancelled`, `payment_expired`, `seats_gone` or `staff`.',
  }),
  fees: Amount.meta({ description: 'What is charged beside the seats.' }),
  discount: Amount.meta({ description: 'All discounts together.' }),
  tax: Amount.meta({ description: 'The tax contained in all prices.' }),
  total: Amount.meta({ description: 'What is charged: `totalPrice` and `fees`.' }),
  refunded: Amount.meta({ description: 'Refunds that did not fail.' }),
  payment: Payment.nullable().meta({
    description: 'How it is paid; `null` when there was nothing to pay in advance.',
  }),
  refunds: z
    .array(
      z.object({
        id: outputIdOf('refund'),
        amount: Amount.meta({ description: 'What is returned.' }),
        status: z.enum(['pending', 'succeeded', 'failed']).meta({ description: 'How far it is.' }),
        createdAt: Instant.meta({ description: 'When it was decided.' }),
      }),
    )
    .meta({ description: 'Money that went back, oldest first.' }),
};

export const Reservation = z.object(reservation).meta({ id: 'Reservation' });
export type Reservation = z.infer<typeof Reservation>;

export const ReservationPage = page(Reservation);

/** A reservation with its user, for administrators. */
export const ReservationWithUser = z
  .object({
    ...reservation,
    user: z
      .object({
        id: outputIdOf('user'),
        email: z.string().nullable().meta({
          description: 'The e-mail address of the account; `null` for guests.',
        }),
      })
      .meta({ description: 'Who bought it.' }),
  })
  .meta({ id: 'ReservationWithUser' });
export type ReservationWithUser = z.infer<typeof ReservationWithUser>;

export const ReservationWithUserPage = page(ReservationWithUser);

export const HeldLocks = z.array(
  z
    .object({
      showtime: Showtime.meta({ description: 'The show.' }),
      seats: z
        .array(
          z.object({
            id: outputIdOf('seat'),
            rowLabel: outputText('The label of its row.'),
            seatNumber: PositiveInteger.meta({ description: 'From 1; gaps are not counted.' }),
            price: Amount.meta({ description: 'Fixed until the lock ends.' }),
            expiresAt: Instant.meta({ description: 'When the lock ends.' }),
            reservationId: outputIdOf('reservation').nullable().meta({
              description: 'The reservation that it is being paid for.',
            }),
          }),
        )
        .meta({ description: 'The seats that you have locked.' }),
    })
    .register(typeNames, { name: 'HeldLocks' }),
);
export type HeldLocks = z.infer<typeof HeldLocks>;
