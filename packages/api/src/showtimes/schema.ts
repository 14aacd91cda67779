import { z } from 'zod';
import {
  Amount,
  dayFilter,
  Id,
  Instant,
  InstantInput,
  Money,
  page,
  pageInput,
  Revision,
  text,
} from '../schema.ts';
import { SeatType } from '../theaters/schema.ts';

const SeatTypePrices = z.strictObject({ premium: Money.optional(), vip: Money.optional() }).meta({
  description: 'Prices of the other seat types; one that is left out costs `price`.',
});

export const ListShowtimes = z.strictObject({
  movieId: Id.optional(),
  theaterId: Id.optional(),
  ...dayFilter,
  ...pageInput,
});
export type ListShowtimes = z.infer<typeof ListShowtimes>;

export const ShowtimeId = z.strictObject({ showtimeId: Id });

export const CreateShowtime = z.strictObject({
  movieId: Id,
  theaterId: Id,
  startTime: InstantInput,
  price: Money,
  seatTypePrices: SeatTypePrices.nullable().optional(),
});
export type CreateShowtime = z.infer<typeof CreateShowtime>;

export const UpdateShowtime = z.strictObject({
  showtimeId: Id,
  movieId: Id.optional(),
  theaterId: Id.optional(),
  startTime: InstantInput.optional(),
  price: Money.optional(),
  seatTypePrices: SeatTypePrices.nullable().optional(),
  revision: Revision.optional(),
});
export type UpdateShowtime = z.infer<typeof UpdateShowtime>;

export const CancelShowtime = z.strictObject({ showtimeId: Id, reason: text(500) });
export type CancelShowtime = z.infer<typeof CancelShowtime>;

export const SeatIds = z
  .array(Id)
  .min(1)
  .max(50)
  .refine((ids) => new Set(ids).size === ids.length, { message: 'Names a seat twice' })
  .meta({ uniqueItems: true });

export const LockSeats = z.strictObject({ showtimeId: Id, seatIds: SeatIds });
export type LockSeats = z.infer<typeof LockSeats>;

export const ExtendLock = z.strictObject({
  showtimeId: Id,
  seatIds: SeatIds.optional().meta({ description: 'All your own if left out.' }),
});
export type ExtendLock = z.infer<typeof ExtendLock>;

export const UnlockSeats = z.strictObject({
  showtimeId: Id,
  seatIds: SeatIds.optional().meta({ description: 'All your own if left out.' }),
});
export type UnlockSeats = z.infer<typeof UnlockSeats>;

export const WatchSeats = z.strictObject({
  showtimeId: Id,
  lastEventId: z.string().max(100).nullish(),
});
export type WatchSeats = z.infer<typeof WatchSeats>;

export const Showtime = z
  .object({
    id: z.string(),
    movie: z.object({
      id: z.string(),
      title: z.string(),
      durationMinutes: z.int(),
      posterUrl: z.string().nullable(),
    }),
    theater: z.object({ id: z.string(), name: z.string(), timezone: z.string() }),
    startTime: Instant,
    endTime: Instant,
    price: Amount,
    seatTypePrices: z
      .object({ premium: Amount.optional(), vip: Amount.optional() })
      .meta({ description: 'As sent; a type left out costs `price`.' }),
    currency: z.string(),
    availability: z.object({ total: z.int(), available: z.int() }),
    cancelledAt: Instant.nullable(),
    revision: z.int(),
    createdAt: Instant,
  })
  .meta({ id: 'Showtime' });
export type Showtime = z.infer<typeof Showtime>;

export const ShowtimePage = page(Showtime);

export const CancelledShowtime = z.object({
  showtime: Showtime,
  cancelledReservations: z.int(),
  seats: z.int().meta({ description: 'Seats of those reservations.' }),
});
export type CancelledShowtime = z.infer<typeof CancelledShowtime>;

export const SeatStatus = z.enum(['available', 'locked', 'reserved', 'blocked']);
export type SeatStatus = z.infer<typeof SeatStatus>;

export const SeatMap = z
  .object({
    showtimeId: z.string(),
    version: z.string().meta({
      description: 'Opaque; differs whenever a seat does, the same for every caller and server.',
    }),
    now: Instant.meta({ description: 'The database’s clock.' }),
    currency: z.string(),
    seats: z.array(
      z.object({
        id: z.string(),
        rowLabel: z.string(),
        seatNumber: z.int(),
        rowIndex: z.int(),
        position: z.int(),
        seatType: SeatType,
        price: Amount,
        status: SeatStatus,
        yours: z.literal(true).optional().meta({ description: 'You have locked it.' }),
        lockedUntil: Instant.optional().meta({ description: 'Only on your own seats.' }),
      }),
    ),
    counts: z.object({
      total: z.int(),
      available: z.int(),
      locked: z.int(),
      reserved: z.int(),
      blocked: z.int(),
    }),
  })
  .meta({ id: 'SeatMap' });
export type SeatMap = z.infer<typeof SeatMap>;

export const SeatLock = z
  .object({
    showtimeId: z.string(),
    now: Instant,
    seats: z.array(
      z.object({ seatId: z.string(), price: Amount, expiresAt: Instant, maxExpiresAt: Instant }),
    ),
    totalPrice: Amount,
    currency: z.string(),
    expiresAt: Instant.meta({ description: 'The earliest of the seats.' }),
    maxExpiresAt: Instant.meta({ description: 'The earliest of the seats.' }),
  })
  .meta({ id: 'SeatLock' });
export type SeatLock = z.infer<typeof SeatLock>;

export const UnlockedSeats = z.object({ seatIds: z.array(z.string()) });
export type UnlockedSeats = z.infer<typeof UnlockedSeats>;

/** What a watcher is told; a seat is its id and its status, the same for everyone. */
export const SeatsEvent = z.object({
  type: z.enum(['snapshot', 'change']),
  version: z.string(),
  seats: z.array(z.object({ id: z.string(), status: SeatStatus })),
});
export type SeatsEvent = z.infer<typeof SeatsEvent>;
