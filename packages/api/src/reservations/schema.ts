import { z } from 'zod';
import {
  Amount,
  Count,
  Currency,
  idOf,
  IdOutput,
  Instant,
  longText,
  page,
  pageInput,
  PositiveInteger,
  searchText,
} from '../schema.ts';
import { SeatIds } from '../seats/schema.ts';
import { Showtime } from '../showtimes/schema.ts';
import { SeatType } from '../theaters/schema.ts';

const ReservationStatus = z.enum(['pending', 'confirmed', 'cancelled']);

export const CreateReservation = z.strictObject({ showtimeId: idOf('showtime'), seatIds: SeatIds });
export type CreateReservation = z.infer<typeof CreateReservation>;

export const ListAllReservations = z.strictObject({
  showtimeId: idOf('showtime').optional(),
  userId: idOf('user').optional(),
  status: ReservationStatus.meta({ description: 'Reservations in this state.' }).optional(),
  reference: searchText(20).meta({ description: 'Equals, ignoring case.' }).optional(),
  ...pageInput,
});
export type ListAllReservations = z.infer<typeof ListAllReservations>;

export const CancelShowtime = z.strictObject({
  showtimeId: idOf('showtime'),
  reason: longText(500),
});
export type CancelShowtime = z.infer<typeof CancelShowtime>;

export const CancelledShowtime = z.object({
  showtime: Showtime,
  cancelledReservations: Count,
  seats: Count.meta({ description: 'Seats of those reservations.' }),
});
export type CancelledShowtime = z.infer<typeof CancelledShowtime>;

export const ListReservations = z.strictObject({
  when: z
    .enum(['upcoming', 'past', 'all'])
    .default('all')
    .meta({ description: 'By the start of the showtime.' }),
  ...pageInput,
});
export type ListReservations = z.infer<typeof ListReservations>;

export const ReservationId = z.strictObject({ reservationId: idOf('reservation') });

const reservation = {
  id: IdOutput,
  reference: z.string().meta({ description: 'Eight characters that are easy to read out.' }),
  status: ReservationStatus,
  showtime: z.object({
    id: IdOutput,
    startTime: Instant,
    endTime: Instant,
    movie: z.object({ id: IdOutput, title: z.string() }),
    theater: z.object({ id: IdOutput, name: z.string() }),
  }),
  seats: z.array(
    z.object({
      id: IdOutput,
      rowLabel: z.string(),
      seatNumber: PositiveInteger,
      rowIndex: PositiveInteger,
      position: PositiveInteger,
      seatType: SeatType,
      price: Amount,
    }),
  ),
  totalPrice: Amount,
  currency: Currency,
  createdAt: Instant,
  cancelledAt: Instant.nullable(),
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
  .object({ ...reservation, user: z.object({ id: IdOutput, email: z.string() }) })
  .meta({ id: 'ReservationWithUser' });
export type ReservationWithUser = z.infer<typeof ReservationWithUser>;

export const ReservationWithUserPage = page(ReservationWithUser);

export const HeldLocks = z.array(
  z.object({
    showtime: Showtime,
    seats: z.array(
      z.object({
        id: IdOutput,
        rowLabel: z.string(),
        seatNumber: PositiveInteger,
        price: Amount,
        expiresAt: Instant,
      }),
    ),
  }),
);
export type HeldLocks = z.infer<typeof HeldLocks>;
