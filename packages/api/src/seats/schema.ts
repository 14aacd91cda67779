import { z } from 'zod';
import {
  Amount,
  Count,
  Currency,
  Id,
  idOf,
  IdOutput,
  Instant,
  InstantInput,
  optionalText,
  outputIdOf,
  outputText,
  PositiveInteger,
} from '../schema.ts';
import { priceListOutput, ShowTicketTypes } from '../showtimes/schema.ts';
import { SeatFeatures, SeatType } from '../theaters/schema.ts';
import { typeNames } from '../type-names.ts';

export const SeatIds = z
  .array(Id)
  .min(1)
  .max(50)
  .refine((ids) => new Set(ids).size === ids.length, { message: 'names a seat twice' })
  .meta({ uniqueItems: true });

export const LockSeats = z.strictObject({
  showtimeId: idOf('showtime'),
  seatIds: SeatIds.meta({ description: 'The seats to lock.' }),
  accessibility: z
    .literal(true)
    .meta({ description: 'The party needs a wheelchair place. No proof is asked for.' })
    .optional(),
});
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

export const BlockSeats = z.strictObject({
  showtimeId: idOf('showtime'),
  seatIds: SeatIds.meta({ description: 'The seats to block.' }),
  kind: z.enum(['house', 'broken', 'hold']).meta({
    description: '`house`: kept for guests of the house; `broken`; `hold`: any other reason.',
  }),
  reason: optionalText(500).meta({ description: 'For the staff; customers never see it.' }),
  releaseAt: InstantInput.nullable()
    .optional()
    .meta({
      description:
        'When the seats are for sale again, without a call; in the future. By default they stay ' +
        'blocked until they are unblocked.',
    }),
});
export type BlockSeats = z.infer<typeof BlockSeats>;

export const UnblockSeats = z.strictObject({
  showtimeId: idOf('showtime'),
  seatIds: SeatIds.meta({ description: 'By default all that are blocked.' }).optional(),
});
export type UnblockSeats = z.infer<typeof UnblockSeats>;

export const WatchSeats = z.strictObject({
  showtimeId: idOf('showtime'),
  lastEventId: z.string().max(100).nullish().meta({
    description: 'The version that you have; the changes since then follow, without a snapshot.',
  }),
});
export type WatchSeats = z.infer<typeof WatchSeats>;

export const SeatStatus = z.enum(['available', 'locked', 'reserved', 'blocked']);
export type SeatStatus = z.infer<typeof SeatStatus>;

export const SeatMap = z
  .object({
    showtimeId: outputIdOf('showtime'),
    version: z.string().meta({
      description: 'Opaque; changes whenever a seat does. The same for every caller and server.',
    }),
    now: Instant.meta({ description: 'The database’s clock.' }),
    currency: Currency,
    priceListId: priceListOutput,
    ticketTypes: ShowTicketTypes,
    seats: z
      .array(
        z
          .object({
            id: outputIdOf('seat'),
            rowLabel: outputText('The label of its row.'),
            seatNumber: PositiveInteger.meta({ description: 'Unique in the row.' }),
            rowIndex: PositiveInteger.meta({
              description: 'Row, counted from the screen, from 1.',
            }),
            position: PositiveInteger.meta({
              description: 'Position from the left, from 1; gaps are counted.',
            }),
            seatType: SeatType.meta({ description: 'The type, which decides the price.' }),
            features: SeatFeatures,
            price: Amount.meta({
              description:
                'Of the first ticket type; on your own locked seats the price fixed at the lock.',
            }),
            status: SeatStatus.meta({ description: '`blocked` seats are not sold.' }),
            yours: z.literal(true).meta({ description: 'You have locked it.' }).optional(),
            lockedUntil: Instant.meta({ description: 'Only on your own seats.' }).optional(),
          })
          .register(typeNames, { name: 'Seat' }),
      )
      .meta({ description: 'All seats, row by row.' }),
    counts: z
      .object({
        total: Count.meta({ description: 'All seats.' }),
        available: Count.meta({ description: 'Seats that can be locked.' }),
        locked: Count.meta({ description: 'Seats that customers are buying.' }),
        reserved: Count.meta({ description: 'Seats that are sold.' }),
        blocked: Count.meta({ description: 'Seats that are not sold.' }),
      })
      .meta({ description: 'The number of seats by status.' }),
  })
  .meta({ id: 'SeatMap' });
export type SeatMap = z.infer<typeof SeatMap>;

export const SeatLock = z
  .object({
    showtimeId: outputIdOf('showtime'),
    now: Instant.meta({ description: 'The database’s clock: count down from here.' }),
    seats: z
      .array(
        z.object({
          seatId: outputIdOf('seat'),
          price: Amount.meta({
            description: 'Of the first ticket type; fixed until the lock ends.',
          }),
          prices: z
            .array(
              z
                .object({
                  ticketTypeId: outputIdOf('ticket type'),
                  price: Amount.meta({ description: 'What it costs on this seat.' }),
                })
                .register(typeNames, { name: 'TicketPrice' }),
            )
            .meta({ description: 'Of each ticket type; fixed until the lock ends.' }),
          expiresAt: Instant.meta({ description: 'When the lock ends.' }),
          maxExpiresAt: Instant.meta({ description: 'The latest end that extensions can reach.' }),
        }),
      )
      .meta({ description: 'The seats, with what holds for each of them.' }),
    totalPrice: Amount.meta({ description: 'The price of these seats together.' }),
    currency: Currency,
    expiresAt: Instant.meta({ description: 'The earliest of the seats.' }),
    maxExpiresAt: Instant.meta({ description: 'The earliest of the seats.' }),
  })
  .meta({ id: 'SeatLock' });
export type SeatLock = z.infer<typeof SeatLock>;

export const UnlockedSeats = z
  .object({
    seatIds: z.array(IdOutput).meta({ description: 'Ids of the seats that are free again.' }),
  })
  .register(typeNames, { name: 'UnlockedSeats' });
export type UnlockedSeats = z.infer<typeof UnlockedSeats>;

/** One event of the live seat map; a seat is its id and its status, the same for every viewer. */
export const SeatsEvent = z
  .object({
    type: z.enum(['snapshot', 'change']).meta({
      description: '`snapshot`: all seats; replace what you have. `change`: the seats that differ.',
    }),
    version: outputText('Version of the seat map after this event.'),
    seats: z
      .array(
        z.object({
          id: outputIdOf('seat'),
          status: SeatStatus.meta({ description: 'What it is now.' }),
        }),
      )
      .meta({ description: 'The seats.' }),
  })
  .register(typeNames, { name: 'SeatsEvent' });
export type SeatsEvent = z.infer<typeof SeatsEvent>;

/** What precedes the events of a live map: from here on, nothing is refused. */
export interface LiveSeats {
  /** Whether the show is over, and the viewer has received every event. */
  isOver: boolean;
}

/** Seats as an SVG picture, and what changes with it: of a show the version of its map. */
export const DrawnSeats = z.object({ version: z.string(), text: z.string() });
export type DrawnSeats = z.infer<typeof DrawnSeats>;
