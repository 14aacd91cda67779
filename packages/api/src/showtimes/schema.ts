import { z } from 'zod';
import { deprecated } from '../deprecation.ts';
import { Movie, PosterUrl } from '../movies/schema.ts';
import {
  Amount,
  CalendarDate,
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
import { typeNames } from '../type-names.ts';

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

const PriceListId = idOf('price list').meta({
  description: 'Id of the price list that the prices come from, instead of `price`.',
});

/** The price list of a show, in an answer. */
export const priceListOutput = outputIdOf('price list')
  .nullable()
  .default(null)
  .meta({ description: 'Where the prices come from; `null`: they are the show’s own.' });

/** The ticket types of a show with their prices. */
export const ShowTicketTypes = z
  .array(
    z
      .object({
        id: outputIdOf('ticket type'),
        code: outputText('A short name that programs use.'),
        name: outputText('The name for customers.'),
        prices: z
          .object({
            regular: Amount.meta({ description: 'On a regular seat.' }),
            premium: Amount.meta({ description: 'On a premium seat.' }).optional(),
            vip: Amount.meta({ description: 'On a VIP seat.' }).optional(),
          })
          .meta({ description: 'A seat type that is left out costs `regular`.' }),
      })
      .register(typeNames, { name: 'ShowTicketType' }),
  )
  .default([])
  .meta({
    description:
      'Who tickets can be bought for, in their order; the first one is bought by `seatIds`.',
  });

export const ListShowtimes = z.strictObject({
  movieId: idOf('movie').optional(),
  theaterId: idOf('theater').optional(),
  siteId: idOf('site').meta({ description: 'Showtimes at this cinema.' }).optional(),
  seriesId: idOf('series')
    .meta({ description: 'Showtimes that were planned together.' })
    .optional(),
  ...dayFilter,
  idEndsWith: IdEnding.optional(),
  ...pageInput,
});
export type ListShowtimes = z.infer<typeof ListShowtimes>;

export const ListMovieShowtimes = z.strictObject({
  movieId: idOf('movie'),
  siteId: idOf('site').meta({ description: 'Showtimes at this cinema.' }).optional(),
  ...dayFilter,
  ...pageInput,
});
export type ListMovieShowtimes = z.infer<typeof ListMovieShowtimes>;

export const ShowtimeId = z.strictObject({ showtimeId: idOf('showtime') });

export const CreateShowtime = z.strictObject({
  movieId: idOf('movie'),
  theaterId: idOf('theater'),
  startTime: StartTime,
  price: Money.meta({
    description: 'The price of a regular seat, with two decimals; or `priceListId`.',
  }).optional(),
  priceListId: PriceListId.optional(),
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
  priceListId: PriceListId.optional(),
  seatTypePrices: SeatTypePrices.nullable()
    .optional()
    .meta({ description: 'Prices of the other seat types; one that is left out costs `price`.' }),
  revision: Revision.optional(),
});
export type UpdateShowtime = z.infer<typeof UpdateShowtime>;

const Availability = z
  .object({
    total: Count.meta({ description: 'Seats that can be sold.' }),
    available: Count.meta({ description: 'Seats that are free.' }),
  })
  .meta({
    description:
      'In seats; at most a second old, and in a list from a replica older by its lag. Of a cancelled ' +
      'show none is available.',
  });

export const Showtime = z
  .object({
    id: outputIdOf('showtime'),
    movie: z
      .object({
        id: outputIdOf('movie'),
        title: outputText('The title of the movie.'),
        durationMinutes: PositiveInteger.meta({ description: 'Length in minutes.' }),
        posterUrl: PosterUrl,
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
    priceListId: priceListOutput,
    seriesId: outputIdOf('series').nullable().default(null).meta({
      description: 'Shows that were planned together have it in common.',
    }),
    ticketTypes: ShowTicketTypes,
    price: Amount.meta({ description: 'The price of a regular seat, of the first ticket type.' }),
    seatTypePrices: deprecated(
      z
        .object({
          premium: Amount.meta({ description: 'The price of a premium seat.' }).optional(),
          vip: Amount.meta({ description: 'The price of a VIP seat.' }).optional(),
        })
        .meta({ description: 'As sent; a type that is left out costs `price`.' }),
      {
        field: 'Showtime.seatTypePrices',
        since: '2026-11-30',
        sunset: '2027-12-01',
        instead: '`prices` of the first of `ticketTypes`, which are the same figures',
      },
    ),
    currency: Currency,
    availability: Availability,
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

export const ReadProgramme = z.strictObject({
  siteId: idOf('site').meta({ description: 'The programme of this cinema.' }).optional(),
  date: CalendarDate.meta({ description: 'A business day in the theater’s time zone.' }),
});
export type ReadProgramme = z.infer<typeof ReadProgramme>;

/** What a screen shows of a movie. */
const ProgrammeMovie = Movie.pick({
  id: true,
  title: true,
  posterUrl: true,
  genre: true,
  durationMinutes: true,
  contentRating: true,
  minimumAge: true,
  ageRule: true,
})
  .meta({ description: 'The movie that is shown.' })
  .register(typeNames, { name: 'ProgrammeMovie' });

const ProgrammeShowtime = z
  .object({
    id: outputIdOf('showtime'),
    startTime: Instant.meta({ description: 'When the show begins.' }),
    localTime: z.string().meta({
      description: 'The start on the wall of the theater, as `HH:MM`.',
      examples: ['20:15'],
    }),
    theater: Showtime.shape.theater,
    availability: Availability,
    priceFrom: Amount.meta({
      description:
        'The lowest price of a ticket: of all ticket types, and of the seat types in the theater.',
    }),
    currency: Currency,
  })
  .register(typeNames, { name: 'ProgrammeShowtime' });

const ProgrammeItem = z
  .object({
    movie: ProgrammeMovie,
    showtimes: z.array(ProgrammeShowtime).meta({ description: 'Its shows of the day, by start.' }),
  })
  .register(typeNames, { name: 'ProgrammeItem' });

/** What is shown on a day: movies by title, each with its shows. */
export const Programme = z.array(ProgrammeItem);
export type Programme = z.infer<typeof Programme>;
