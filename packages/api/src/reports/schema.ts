import { z } from 'zod';
import {
  Amount,
  CalendarDate,
  CalendarDateOutput,
  Count,
  Currency,
  idOf,
  IdOutput,
  Instant,
  PositiveInteger,
} from '../schema.ts';

const division = 'What each row of the report stands for.';

const range = {
  from: CalendarDate.meta({
    description: 'First day; by default 29 days before `to`.',
  }).optional(),
  to: CalendarDate.meta({ description: 'Last day; by default today.' }).optional(),
  theaterId: idOf('theater').optional(),
  movieId: idOf('movie').optional(),
};

export const CapacityInput = z.strictObject({
  ...range,
  groupBy: z
    .enum(['showtime', 'date', 'movie', 'theater'])
    .default('showtime')
    .meta({ description: division }),
});
export const RevenueInput = z.strictObject({
  ...range,
  groupBy: z
    .enum(['movie', 'date', 'theater', 'showtime'])
    .default('movie')
    .meta({ description: division }),
});
export const OccupancyInput = z.strictObject({
  ...range,
  groupBy: z
    .enum(['theater', 'date', 'weekday', 'hour'])
    .default('theater')
    .meta({ description: division }),
});
export const PopularMoviesInput = z.strictObject({
  ...range,
  limit: z.int().min(1).max(100).default(10).meta({ description: 'Movies in the report.' }),
});
export type PopularMoviesInput = z.infer<typeof PopularMoviesInput>;

/** What the rows of a report can stand for. */
export type GroupBy = 'showtime' | 'date' | 'movie' | 'theater' | 'weekday' | 'hour';
export interface ReportInput {
  from?: string | undefined;
  to?: string | undefined;
  theaterId?: string | undefined;
  movieId?: string | undefined;
  groupBy: GroupBy;
}

const Share = z.number().min(0).max(1).meta({ description: 'At most four decimals.' });

/** What a row stands for; `groupBy` decides which of the keys it has. */
const rowKey = {
  showtimeId: IdOutput.optional(),
  startTime: Instant.optional(),
  movieTitle: z.string().optional(),
  theaterName: z.string().optional(),
  timezone: z
    .string()
    .meta({ description: 'The time zone of the theater, in which `startTime` is local.' })
    .optional(),
  movieId: IdOutput.optional(),
  title: z.string().optional(),
  theaterId: IdOutput.optional(),
  name: z.string().optional(),
  date: CalendarDateOutput.optional(),
  weekday: z.int().min(1).max(7).meta({ description: '1 is Monday.' }).optional(),
  hour: z.int().min(0).max(23).meta({ description: 'Local hour of the start.' }).optional(),
};
export type RowKey = z.infer<z.ZodObject<typeof rowKey>>;

function report<GroupSchema extends z.ZodType, Figures extends z.ZodRawShape>(
  groupBy: GroupSchema,
  figures: Figures,
) {
  return z.object({
    from: CalendarDateOutput,
    to: CalendarDateOutput,
    groupBy,
    currency: Currency,
    rows: z.array(z.object({ ...rowKey, ...figures })),
    totals: z.object(figures),
  });
}

const capacityFigures = {
  showtimes: Count,
  seatsSold: Count,
  seatsTotal: Count,
  share: Share,
};
const revenueFigures = {
  revenue: Amount,
  reservations: Count,
  seats: Count,
  averagePerSeat: Amount.nullable(),
};
const occupancyFigures = { showtimes: Count, averageShare: Share };

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

const popularFigures = { reservations: Count, seats: Count, revenue: Amount };

export const PopularMoviesReport = z
  .object({
    from: CalendarDateOutput,
    to: CalendarDateOutput,
    groupBy: z.literal('movie'),
    currency: Currency,
    rows: z.array(
      z.object({ rank: PositiveInteger, movieId: IdOutput, title: z.string(), ...popularFigures }),
    ),
    totals: z.object(popularFigures).meta({ description: 'Over all movies, shown or not.' }),
  })
  .meta({ id: 'PopularMoviesReport' });
export type PopularMoviesReport = z.infer<typeof PopularMoviesReport>;
