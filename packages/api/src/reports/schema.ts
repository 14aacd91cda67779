import { z } from 'zod';
import {
  Amount,
  CalendarDate,
  CalendarDateOutput,
  Count,
  Currency,
  CurrencyCode,
  idOf,
  Instant,
  outputIdOf,
  outputText,
  PositiveInteger,
} from '../schema.ts';

const division = 'What each row of the report stands for.';

const range = {
  from: CalendarDate.meta({
    description: 'First day; by default 29 days before `to`.',
  }).optional(),
  to: CalendarDate.meta({
    description: 'Last day; by default today, or 29 days after a `from` that is ahead.',
  }).optional(),
  theaterId: idOf('theater').optional(),
  movieId: idOf('movie').optional(),
  siteId: idOf('site').meta({ description: 'Shows of this cinema.' }).optional(),
};

const currencyInput = CurrencyCode.meta({
  description: 'The currency of the money; by default that of `siteId`, else the configured one.',
}).optional();

const otherCurrencies = z.array(z.string()).meta({
  description: 'Currencies of other shows: their seats are counted, and their money is not.',
});

export const CapacityInput = z.strictObject({
  ...range,
  currency: currencyInput,
  groupBy: z
    .enum(['showtime', 'date', 'movie', 'theater'])
    .default('showtime')
    .meta({ description: division }),
});
export const RevenueInput = z.strictObject({
  ...range,
  currency: currencyInput,
  groupBy: z
    .enum(['movie', 'date', 'theater', 'showtime'])
    .default('movie')
    .meta({ description: division }),
});
export const OccupancyInput = z.strictObject({
  ...range,
  currency: currencyInput,
  groupBy: z
    .enum(['theater', 'date', 'weekday', 'hour'])
    .default('theater')
    .meta({ description: division }),
});
export const PopularMoviesInput = z.strictObject({
  ...range,
  currency: currencyInput,
  limit: z.int().min(1).max(100).default(10).meta({ description: 'Movies in the report.' }),
});
export type PopularMoviesInput = z.infer<typeof PopularMoviesInput>;

/** What the rows of a report can stand for. */
export type GroupBy = 'showtime' | 'date' | 'movie' | 'theater' | 'weekday' | 'hour';
export interface ReportInput {
  siteId?: string | undefined;
  currency?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  theaterId?: string | undefined;
  movieId?: string | undefined;
  groupBy: GroupBy;
}

/**
 * A day may return more than it brought. The revenue of a show can be negative in the same way, after a
 * lost dispute; its pattern stays as clients know it until the next minor version.
 */
const SignedAmount = z.string().meta({ pattern: '^-?\\d+\\.\\d{2}$', examples: ['25.00'] });

const Share = z.number().min(0).max(1).meta({ description: 'At most four decimals.' });

/** The keys of a row, by what it stands for. */
export const rowKeys = {
  showtime: {
    showtimeId: outputIdOf('showtime'),
    startTime: Instant.meta({ description: 'The start of the show.' }),
    movieTitle: outputText('The title of the movie.'),
    theaterName: outputText('The name of the theater.'),
    timezone: z
      .string()
      .meta({ description: 'The time zone of the theater, in which `startTime` is local.' }),
  },
  movie: {
    movieId: outputIdOf('movie'),
    title: z.string().meta({ description: 'The title of the movie.' }),
  },
  theater: {
    theaterId: outputIdOf('theater'),
    name: z.string().meta({ description: 'The name of the theater.' }),
  },
  date: { date: CalendarDateOutput.meta({ description: 'The business day of the start.' }) },
  weekday: {
    weekday: z.int().min(1).max(7).meta({ description: 'Of the business day; 1 is Monday.' }),
  },
  hour: { hour: z.int().min(0).max(23).meta({ description: 'Local hour of the start.' }) },
} satisfies Record<GroupBy, z.ZodRawShape>;

/** What a row stands for; `groupBy` decides which of the keys it has. */
const RowKeySchema = z
  .object({
    ...rowKeys.showtime,
    ...rowKeys.movie,
    ...rowKeys.theater,
    ...rowKeys.date,
    ...rowKeys.weekday,
    ...rowKeys.hour,
  })
  .partial();
export type RowKey = z.infer<typeof RowKeySchema>;

function report<GroupSchema extends z.ZodType, Figures extends z.ZodRawShape>(
  groupBy: GroupSchema,
  figures: Figures,
) {
  return z.object({
    from: CalendarDateOutput.meta({ description: 'First day, as `YYYY-MM-DD`.' }),
    to: CalendarDateOutput.meta({ description: 'Last day, as `YYYY-MM-DD`.' }),
    groupBy: groupBy.meta({ description: 'What each row stands for.' }),
    currency: Currency,
    otherCurrencies,
    rows: z.array(RowKeySchema.extend(figures)).meta({ description: 'The rows.' }),
    totals: z.object(figures).meta({ description: 'Over all rows.' }),
  });
}

const capacityFigures = {
  showtimes: Count.meta({ description: 'The number of shows.' }),
  seatsSold: Count.meta({ description: 'Seats of confirmed reservations.' }),
  seatsTotal: Count.meta({ description: 'Seats that could be sold.' }),
  admitted: Count.meta({ description: 'Tickets with which a person went in.' }),
  noShows: Count.meta({
    description: 'Seats sold with which no person went in, of shows that are over.',
  }),
  share: Share.meta({
    description: 'Seats sold of all seats, from 0 to 1; at most four decimals.',
  }),
};
const revenueFigures = {
  revenue: Amount.meta({
    description:
      'The prices of the seats that are sold, the fees of their reservations, and what was kept of ' +
      'seats that were given back.',
  }),
  reservations: Count.meta({ description: 'Confirmed reservations.' }),
  seats: Count.meta({ description: 'Their seats, without those that were given back.' }),
  averagePerSeat: Amount.nullable().meta({
    description: 'What a seat that is sold costs, without fees; `null` without one.',
  }),
};
const occupancyFigures = {
  showtimes: Count.meta({ description: 'The number of shows.' }),
  averageShare: Share.meta({
    description: 'The mean of the shares of the shows that are sold; at most four decimals.',
  }),
};

export const CapacityReport = report(CapacityInput.shape.groupBy.unwrap(), capacityFigures).meta({
  id: 'CapacityReport',
});
export type CapacityReport = z.infer<typeof CapacityReport>;

export const RevenueReport = report(RevenueInput.shape.groupBy.unwrap(), revenueFigures).meta({
  id: 'RevenueReport',
});
export type RevenueReport = z.infer<typeof RevenueReport>;

export const OccupancyReport = report(OccupancyInput.shape.groupBy.unwrap(), occupancyFigures).meta(
  { id: 'OccupancyReport' },
);
export type OccupancyReport = z.infer<typeof OccupancyReport>;
const popularFigures = {
  reservations: Count.meta({ description: 'Confirmed reservations.' }),
  seats: Count.meta({ description: 'Their seats.' }),
  revenue: Amount.meta({ description: 'As in the revenue report.' }),
};

export const PopularMoviesReport = z
  .object({
    from: CalendarDateOutput.meta({ description: 'First day, as `YYYY-MM-DD`.' }),
    to: CalendarDateOutput.meta({ description: 'Last day, as `YYYY-MM-DD`.' }),
    groupBy: z.literal('movie').meta({ description: 'What each row stands for.' }),
    currency: Currency,
    otherCurrencies,
    rows: z
      .array(
        z.object({
          rank: PositiveInteger.meta({ description: '1 is the movie with the most seats.' }),
          movieId: outputIdOf('movie'),
          title: outputText('The title of the movie.'),
          ...popularFigures,
        }),
      )
      .meta({ description: 'The movies, by seats sold.' }),
    totals: z.object(popularFigures).meta({ description: 'Over all movies, shown or not.' }),
  })
  .meta({ id: 'PopularMoviesReport' });
export type PopularMoviesReport = z.infer<typeof PopularMoviesReport>;

export const PaymentsInput = z.strictObject({
  from: range.from,
  to: range.to,
  siteId: idOf('site').meta({ description: 'Payments for shows of this cinema.' }).optional(),
});
export type PaymentsInput = z.infer<typeof PaymentsInput>;

const paymentFigures = {
  payments: Count.meta({ description: 'Payments that succeeded.' }),
  captured: Amount.meta({ description: 'What they brought.' }),
  refunds: Count.meta({ description: 'Refunds that succeeded.' }),
  refunded: Amount.meta({ description: 'What they returned.' }),
  chargedBack: SignedAmount.meta({ description: 'What was lost in disputes.' }),
  net: SignedAmount.meta({ description: '`captured` less `refunded` and `chargedBack`.' }),
};

export const PaymentsReport = z
  .object({
    from: CalendarDateOutput.meta({ description: 'First day, as `YYYY-MM-DD`.' }),
    to: CalendarDateOutput.meta({ description: 'Last day, as `YYYY-MM-DD`.' }),
    rows: z
      .array(
        z.object({
          date: CalendarDateOutput.meta({ description: 'The day in UTC on which money moved.' }),
          provider: z.enum(['stripe', 'paypal', 'desk']).meta({ description: 'Who took it.' }),
          currency: Currency,
          ...paymentFigures,
        }),
      )
      .meta({ description: 'By day, provider and currency; days without money are left out.' }),
    totals: z
      .array(
        z.object({
          provider: z.enum(['stripe', 'paypal', 'desk']).meta({ description: 'Who took it.' }),
          currency: Currency,
          ...paymentFigures,
        }),
      )
      .meta({ description: 'Over all days.' }),
  })
  .meta({ id: 'PaymentsReport' });
export type PaymentsReport = z.infer<typeof PaymentsReport>;
