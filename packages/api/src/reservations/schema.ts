import { z } from 'zod';
import { Amount, Id, Instant, page, pageInput } from '../schema.ts';
import { SeatIds, Showtime } from '../showtimes/schema.ts';
import { SeatType } from '../theaters/schema.ts';

export const CreateReservation = z.strictObject({ showtimeId: Id, seatIds: SeatIds });
export type CreateReservation = z.infer<typeof CreateReservation>;

export const ListReservations = z.strictObject({
  when: z
    .enum(['upcoming', 'past', 'all'])
    .default('all')
    .meta({ description: 'By the start of the showtime.' }),
  ...pageInput,
});
export type ListReservations = z.infer<typeof ListReservations>;

export const ReservationId = z.strictObject({ reservationId: Id });

export const ReservationStatus = z.enum(['pending', 'confirmed', 'cancelled']);

const reservation = {
  id: z.string(),
  reference: z.string().meta({ description: 'Eight characters that can be said aloud.' }),
  status: ReservationStatus,
  showtime: z.object({
    id: z.string(),
    startTime: Instant,
    endTime: Instant,
    movie: z.object({ id: z.string(), title: z.string() }),
    theater: z.object({ id: z.string(), name: z.string() }),
  }),
  seats: z.array(
    z.object({
      id: z.string(),
      rowLabel: z.string(),
      seatNumber: z.int(),
      rowIndex: z.int(),
      position: z.int(),
      seatType: SeatType,
      price: Amount,
    }),
  ),
  totalPrice: Amount,
  currency: z.string(),
  createdAt: Instant,
  cancelledAt: Instant.nullable(),
};

export const Reservation = z.object(reservation).meta({ id: 'Reservation' });
export type Reservation = z.infer<typeof Reservation>;

export const ReservationPage = page(Reservation);

/** As administrators see it: with who bought it. */
export const ReservationWithUser = z
  .object({ ...reservation, user: z.object({ id: z.string(), email: z.string() }) })
  .meta({ id: 'ReservationWithUser' });
export type ReservationWithUser = z.infer<typeof ReservationWithUser>;

export const ReservationWithUserPage = page(ReservationWithUser);

export const HeldLocks = z.array(
  z.object({
    showtime: Showtime,
    seats: z.array(
      z.object({
        id: z.string(),
        rowLabel: z.string(),
        seatNumber: z.int(),
        price: Amount,
        expiresAt: Instant,
      }),
    ),
  }),
);
export type HeldLocks = z.infer<typeof HeldLocks>;
