import { z } from 'zod';
import {
  Amount,
  Currency,
  dayFilter,
  Id,
  idOf,
  IdOutput,
  Instant,
  InstantInput,
  Money,
  page,
  pageInput,
  Revision,
  RevisionOutput,
  text,
} from '../schema.ts';
import { SeatType } from '../theaters/schema.ts';

const StartTime = InstantInput.meta({ description: 'Between 1900 and 2199.' });

const SeatTypePrices = z.strictObject({ premium: Money.optional(), vip: Money.optional() }).meta({
  description: 'Prices of the other seat types; one that is left out costs `price`.',
});

export const ListShowtimes = z.strictObject({
  movieId: idOf('movie').optional(),
  theaterId: idOf('theater').optional(),
  ...dayFilter,
  ...pageInput,
});
export type ListShowtimes = z.infer<typeof ListShowtimes>;

export const ShowtimeId = z.strictObject({ showtimeId: idOf('showtime') });

export const CreateShowtime = z.strictObject({
  movieId: idOf('movie'),
  theaterId: idOf('theater'),
  startTime: StartTime,
  price: Money,
  seatTypePrices: SeatTypePrices.nullable().optional(),
});
export type CreateShowtime = z.infer<typeof CreateShowtime>;

export const UpdateShowtime = z.strictObject({
  showtimeId: idOf('showtime'),
  movieId: idOf('movie').optional(),
  theaterId: idOf('theater').optional(),
  startTime: StartTime.optional(),
  price: Money.optional(),
  seatTypePrices: SeatTypePrices.nullable().optional(),
  revision: Revision.optional(),
});
export type UpdateShowtime = z.infer<typeof UpdateShowtime>;

export const CancelShowtime = z.strictObject({ showtimeId: idOf('showtime'), reason: text(500) });
export type CancelShowtime = z.infer<typeof CancelShowtime>;

export const SeatIds = z
  .array(Id)
  .min(1)
  .max(50)
  .refine((ids) => new Set(ids).size === ids.length, { message: 'Names a seat twice' })
  .meta({ uniqueItems: true });

export const LockSeats = z.strictObject({ showtimeId: idOf('showtime'), seatIds: SeatIds });
export type LockSeats = z.infer<typeof LockSeats>;

export const ExtendLock = z.strictObject({
  showtimeId: idOf('showtime'),
  seatIds: SeatIds.meta({ description: 'All your own if left out.' }).optional(),
});
export type ExtendLock = z.infer<typeof ExtendLock>;

export const UnlockSeats = z.strictObject({
  showtimeId: idOf('showtime'),
  seatIds: SeatIds.meta({ description: 'All your own if left out.' }).optional(),
});
export type UnlockSeats = z.infer<typeof UnlockSeats>;

export const WatchSeats = z.strictObject({
  showtimeId: idOf('showtime'),
  lastEventId: z.string().max(100).nullish(),
});
export type WatchSeats = z.infer<typeof WatchSeats>;

export const Showtime = z
  .object({
    id: IdOutput,
    movie: z.object({
      id: IdOutput,
      title: z.string(),
      durationMinutes: z.int(),
      posterUrl: z.string().nullable(),
    }),
    theater: z.object({ id: IdOutput, name: z.string(), timezone: z.string() }),
    startTime: Instant,
    endTime: Instant.meta({ description: 'After the length of the movie.' }),
    price: Amount.meta({ description: 'Of a regular seat.' }),
    seatTypePrices: z
      .object({ premium: Amount.optional(), vip: Amount.optional() })
      .meta({ description: 'As sent; a type left out costs `price`.' }),
    currency: Currency,
    availability: z
      .object({ total: z.int(), available: z.int() })
      .meta({ description: 'Seats; at most a second old.' }),
    cancelledAt: Instant.nullable().meta({ description: 'The show does not take place.' }),
    revision: RevisionOutput,
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
    showtimeId: IdOutput,
    version: z.string().meta({
      description: 'Opaque; differs whenever a seat does, the same for every caller and server.',
    }),
    now: Instant.meta({ description: 'The database’s clock.' }),
    currency: Currency,
    seats: z.array(
      z.object({
        id: IdOutput,
        rowLabel: z.string(),
        seatNumber: z.int(),
        rowIndex: z.int().meta({ description: 'Row from the screen, from 1.' }),
        position: z.int().meta({ description: 'Place from the left, from 1, gaps counted.' }),
        seatType: SeatType,
        price: Amount.meta({ description: 'The fixed one if it is yours.' }),
        status: SeatStatus,
        yours: z.literal(true).meta({ description: 'You have locked it.' }).optional(),
        lockedUntil: Instant.meta({ description: 'Only on your own seats.' }).optional(),
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
    showtimeId: IdOutput,
    now: Instant.meta({ description: 'The database’s clock: count down from here.' }),
    seats: z.array(
      z.object({
        seatId: IdOutput,
        price: Amount.meta({ description: 'Fixed until the lock ends.' }),
        expiresAt: Instant.meta({ description: 'When the seat is free again.' }),
        maxExpiresAt: Instant.meta({ description: 'The hard cap of extensions.' }),
      }),
    ),
    totalPrice: Amount,
    currency: Currency,
    expiresAt: Instant.meta({ description: 'The earliest of the seats.' }),
    maxExpiresAt: Instant.meta({ description: 'The earliest of the seats.' }),
  })
  .meta({ id: 'SeatLock' });
export type SeatLock = z.infer<typeof SeatLock>;

export const UnlockedSeats = z.object({ seatIds: z.array(IdOutput) });
export type UnlockedSeats = z.infer<typeof UnlockedSeats>;

/** What a watcher is told; a seat is its id and its status, the same for everyone. */
export const SeatsEvent = z.object({
  type: z.enum(['snapshot', 'change']),
  version: z.string(),
  seats: z.array(z.object({ id: IdOutput, status: SeatStatus })),
});
export type SeatsEvent = z.infer<typeof SeatsEvent>;
