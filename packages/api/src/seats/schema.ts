import { z } from 'zod';
import {
  Amount,
  Count,
  Currency,
  Id,
  idOf,
  IdOutput,
  Instant,
  PositiveInteger,
} from '../schema.ts';
import { SeatType } from '../theaters/schema.ts';

export const SeatIds = z
  .array(Id)
  .min(1)
  .max(50)
  .refine((ids) => new Set(ids).size === ids.length, { message: 'names a seat twice' })
  .meta({ uniqueItems: true });

export const LockSeats = z.strictObject({ showtimeId: idOf('showtime'), seatIds: SeatIds });
export type LockSeats = z.infer<typeof LockSeats>;

export const ExtendLock = z.strictObject({
  showtimeId: idOf('showtime'),
  seatIds: SeatIds.meta({ description: 'By default all your own.' }).optional(),
});
export type ExtendLock = z.infer<typeof ExtendLock>;

export const UnlockSeats = z.strictObject({
  showtimeId: idOf('showtime'),
  seatIds: SeatIds.meta({ description: 'By default all your own.' }).optional(),
});
export type UnlockSeats = z.infer<typeof UnlockSeats>;

export const WatchSeats = z.strictObject({
  showtimeId: idOf('showtime'),
  lastEventId: z.string().max(100).nullish(),
});
export type WatchSeats = z.infer<typeof WatchSeats>;

export const SeatStatus = z.enum(['available', 'locked', 'reserved', 'blocked']);
export type SeatStatus = z.infer<typeof SeatStatus>;

export const SeatMap = z
  .object({
    showtimeId: IdOutput,
    version: z.string().meta({
      description: 'Opaque; changes whenever a seat does. The same for every caller and server.',
    }),
    now: Instant.meta({ description: 'The database’s clock.' }),
    currency: Currency,
    seats: z.array(
      z.object({
        id: IdOutput,
        rowLabel: z.string(),
        seatNumber: PositiveInteger,
        rowIndex: PositiveInteger.meta({ description: 'Row, counted from the screen, from 1.' }),
        position: PositiveInteger.meta({
          description: 'Position from the left, from 1; gaps are counted.',
        }),
        seatType: SeatType,
        price: Amount.meta({
          description: 'On your own locked seats the price fixed at the lock.',
        }),
        status: SeatStatus,
        yours: z.literal(true).meta({ description: 'You have locked it.' }).optional(),
        lockedUntil: Instant.meta({ description: 'Only on your own seats.' }).optional(),
      }),
    ),
    counts: z.object({
      total: Count,
      available: Count,
      locked: Count,
      reserved: Count,
      blocked: Count,
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
        expiresAt: Instant.meta({ description: 'When the lock ends.' }),
        maxExpiresAt: Instant.meta({ description: 'The latest end that extensions can reach.' }),
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

/** One event of the live seat map; a seat is its id and its status, the same for every viewer. */
export const SeatsEvent = z.object({
  type: z.enum(['snapshot', 'change']),
  version: z.string(),
  seats: z.array(z.object({ id: IdOutput, status: SeatStatus })),
});
export type SeatsEvent = z.infer<typeof SeatsEvent>;
