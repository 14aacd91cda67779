import { z } from 'zod';
import {
  Amount,
  Count,
  Currency,
  idOf,
  Instant,
  longText,
  outputIdOf,
  outputText,
  page,
  pageInput,
  PositiveInteger,
  searchText,
} from '../schema.ts';
import { SeatIds } from '../seats/schema.ts';
import { Showtime } from '../showtimes/schema.ts';
import { SeatType } from '../theaters/schema.ts';
import { typeNames } from '../type-names.ts';

const ReservationStatus = z.enum(['pending', 'confirmed', 'cancelled']);

const Reference = searchText(20).meta({ description: 'Equals, ignoring case.' });

export const CreateReservation = z.strictObject({
  showtimeId: idOf('showtime'),
  seatIds: SeatIds.meta({ description: 'Seats that you have locked.' }),
});
export type CreateReservation = z.infer<typeof CreateReservation>;

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
        price: Amount.meta({ description: 'What it cost.' }),
      }),
    )
    .meta({ description: 'The seats, row by row.' }),
  totalPrice: Amount.meta({ description: 'The price of its seats together.' }),
  currency: Currency,
  createdAt: Instant.meta({ description: 'When the seats were bought.' }),
  cancelledAt: Instant.nullable().meta({ description: 'When the reservation was cancelled.' }),
  showCancelReason: z
    .string()
    .nullable()
    .default(null)
    .meta({ description: 'Why the cinema cancelled the show; `null` when it did not.' }),
};

export const Reservation = z.object(reservation).meta({ id: 'Reservation' });
export type Reservation = z.infer<typeof Reservation>;

export const ReservationPage = page(Reservation);

/** A reservation with its user, for administrators. */
export const ReservationWithUser = z
  .object({
    ...reservation,
    user: z
      .object({ id: outputIdOf('user'), email: outputText('The e-mail address of the account.') })
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
          }),
        )
        .meta({ description: 'The seats that you have locked.' }),
    })
    .register(typeNames, { name: 'HeldLocks' }),
);
export type HeldLocks = z.infer<typeof HeldLocks>;
