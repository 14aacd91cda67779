import { z } from 'zod';
import { Amount, Currency, idOf, IdOutput, Instant, page, pageInput } from '../schema.ts';
import { SeatIds, Showtime } from '../showtimes/schema.ts';
import { SeatType } from '../theaters/schema.ts';

export const CreateReservation = z.strictObject({ showtimeId: idOf('showtime'), seatIds: SeatIds });
export type CreateReservation = z.infer<typeof CreateReservation>;

export const ListReservations = z.strictObject({
  when: z
    .enum(['upcoming', 'past', 'all'])
    .default('all')
    .meta({ description: 'By the start of the showtime.' }),
  ...pageInput,
});
export type ListReservations = z.infer<typeof ListReservations>;

export const ReservationId = z.strictObject({ reservationId: idOf('reservation') });

export const ReservationStatus = z.enum(['pending', 'confirmed', 'cancelled']);

const reservation = {
  id: IdOutput,
  reference: z.string().meta({ description: 'Eight characters that can be said aloud.' }),
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
      seatNumber: z.int(),
      rowIndex: z.int(),
      position: z.int(),
      seatType: SeatType,
      price: Amount,
    }),
  ),
  totalPrice: Amount,
  currency: Currency,
  createdAt: Instant,
  cancelledAt: Instant.nullable(),
};

export const Reservation = z.object(reservation).meta({ id: 'Reservation' });
export type Reservation = z.infer<typeof Reservation>;

export const ReservationPage = page(Reservation);

/** As administrators see it: with who bought it. */
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
        seatNumber: z.int(),
        price: Amount,
        expiresAt: Instant,
      }),
    ),
  }),
);
export type HeldLocks = z.infer<typeof HeldLocks>;
