import { z } from 'zod';
import {
  Amount,
  Count,
  Currency,
  dayFilter,
  idOf,
  IdOutput,
  Instant,
  InstantInput,
  Money,
  page,
  pageInput,
  PositiveInteger,
  Revision,
  RevisionOutput,
} from '../schema.ts';

const StartTime = InstantInput.meta({
  description: 'ISO 8601 with `Z` or an offset; seconds are optional. Between 1900 and 2199.',
});

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

export const Showtime = z
  .object({
    id: IdOutput,
    movie: z.object({
      id: IdOutput,
      title: z.string(),
      durationMinutes: PositiveInteger,
      posterUrl: z.string().nullable(),
    }),
    theater: z.object({ id: IdOutput, name: z.string(), timezone: z.string() }),
    startTime: Instant,
    endTime: Instant.meta({ description: 'After the length of the movie.' }),
    price: Amount.meta({ description: 'The price of a regular seat.' }),
    seatTypePrices: z
      .object({ premium: Amount.optional(), vip: Amount.optional() })
      .meta({ description: 'As sent; a type that is left out costs `price`.' }),
    currency: Currency,
    availability: z.object({ total: Count, available: Count }).meta({
      description: 'In seats; at most a second old. Of a cancelled show none is available.',
    }),
    cancelledAt: Instant.nullable().meta({ description: 'When the show was cancelled.' }),
    cancelReason: z
      .string()
      .nullable()
      .default(null)
      .meta({ description: 'Why the show was cancelled, for its customers.' }),
    revision: RevisionOutput,
    createdAt: Instant,
  })
  .meta({ id: 'Showtime' });
export type Showtime = z.infer<typeof Showtime>;

export const ShowtimePage = page(Showtime);
