import { z } from 'zod';
import {
  Amount,
  Count,
  Currency,
  dayFilter,
  IdEnding,
  idOf,
  Instant,
  InstantInput,
  Money,
  outputIdOf,
  outputText,
  page,
  pageInput,
  PositiveInteger,
  Revision,
  RevisionOutput,
} from '../schema.ts';

const StartTime = InstantInput.meta({
  description: 'ISO 8601 with `Z` or an offset; seconds are optional. Between 1900 and 2199.',
});

const SeatTypePrices = z
  .strictObject({
    premium: Money.meta({ description: 'The price of a premium seat.' }).optional(),
    vip: Money.meta({ description: 'The price of a VIP seat.' }).optional(),
  })
  .meta({
    description: 'Prices of the other seat types; one that is left out costs `price`.',
  });

export const ListShowtimes = z.strictObject({
  movieId: idOf('movie').optional(),
  theaterId: idOf('theater').optional(),
  ...dayFilter,
  idEndsWith: IdEnding.optional(),
  ...pageInput,
});
export type ListShowtimes = z.infer<typeof ListShowtimes>;

export const ListMovieShowtimes = z.strictObject({
  movieId: idOf('movie'),
  ...dayFilter,
  ...pageInput,
});
export type ListMovieShowtimes = z.infer<typeof ListMovieShowtimes>;

export const ShowtimeId = z.strictObject({ showtimeId: idOf('showtime') });

export const CreateShowtime = z.strictObject({
  movieId: idOf('movie'),
  theaterId: idOf('theater'),
  startTime: StartTime,
  price: Money.meta({ description: 'The price of a regular seat, with two decimals.' }),
  seatTypePrices: SeatTypePrices.nullable()
    .optional()
    .meta({ description: 'Prices of the other seat types; one that is left out costs `price`.' }),
});
export type CreateShowtime = z.infer<typeof CreateShowtime>;

export const UpdateShowtime = z.strictObject({
  showtimeId: idOf('showtime'),
  movieId: idOf('movie').optional(),
  theaterId: idOf('theater').optional(),
  startTime: StartTime.optional(),
  price: Money.meta({ description: 'The price of a regular seat, with two decimals.' }).optional(),
  seatTypePrices: SeatTypePrices.nullable()
    .optional()
    .meta({ description: 'Prices of the other seat types; one that is left out costs `price`.' }),
  revision: Revision.optional(),
});
export type UpdateShowtime = z.infer<typeof UpdateShowtime>;

export const Showtime = z
  .object({
    id: outputIdOf('showtime'),
    movie: z
      .object({
        id: outputIdOf('movie'),
        title: outputText('The title of the movie.'),
        durationMinutes: PositiveInteger.meta({ description: 'Length in minutes.' }),
        posterUrl: z
          .string()
          .nullable()
          .meta({ description: 'Path on this server, `/uploads/…`.' }),
      })
      .meta({ description: 'The movie that is shown.' }),
    theater: z
      .object({
        id: outputIdOf('theater'),
        name: outputText('The name of the theater.'),
        timezone: outputText('IANA name of its time zone.'),
      })
      .meta({ description: 'Where it is shown.' }),
    startTime: Instant.meta({ description: 'When the show begins.' }),
    endTime: Instant.meta({ description: 'After the length of the movie.' }),
    price: Amount.meta({ description: 'The price of a regular seat.' }),
    seatTypePrices: z
      .object({
        premium: Amount.meta({ description: 'The price of a premium seat.' }).optional(),
        vip: Amount.meta({ description: 'The price of a VIP seat.' }).optional(),
      })
      .meta({ description: 'As sent; a type that is left out costs `price`.' }),
    currency: Currency,
    availability: z
      .object({
        total: Count.meta({ description: 'Seats that can be sold.' }),
        available: Count.meta({ description: 'Seats that are free.' }),
      })
      .meta({
        description: 'In seats; at most a second old. Of a cancelled show none is available.',
      }),
    cancelledAt: Instant.nullable().meta({ description: 'When the show was cancelled.' }),
    cancelReason: z
      .string()
      .nullable()
      .default(null)
      .meta({ description: 'Why the show was cancelled, for its customers.' }),
    revision: RevisionOutput,
    createdAt: Instant.meta({ description: 'When the showtime was created.' }),
  })
  .meta({ id: 'Showtime' });
export type Showtime = z.infer<typeof Showtime>;

export const ShowtimePage = page(Showtime);
