import { route } from '../meta.ts';
import { adminProcedure } from '../trpc.ts';
import {
  CapacityInput,
  CapacityReport,
  OccupancyInput,
  OccupancyReport,
  PopularMoviesInput,
  PopularMoviesReport,
  RevenueInput,
  RevenueReport,
} from './schema.ts';
import { reportCapacity, reportOccupancy, reportPopularMovies, reportRevenue } from './service.ts';

const counted =
  'A reservation that is not cancelled counts on the local date of its showtime’s start, whenever ' +
  'it was bought. All figures come from one snapshot.';

export const reportsRouter = {
  /** Seats sold against seats in total. */
  capacity: adminProcedure
    .meta(route('GET /admin/reports/capacity', 'Capacity report', counted))
    .input(CapacityInput)
    .output(CapacityReport)
    .query(({ ctx, input }) => reportCapacity(ctx, input)),

  /** Revenue by movie, date, theater or showtime. */
  revenue: adminProcedure
    .meta(route('GET /admin/reports/revenue', 'Revenue report', counted))
    .input(RevenueInput)
    .output(RevenueReport)
    .query(({ ctx, input }) => reportRevenue(ctx, input)),

  /** The movies with the most seats sold. */
  popularMovies: adminProcedure
    .meta(route('GET /admin/reports/popular-movies', 'Popular movies report', counted))
    .input(PopularMoviesInput)
    .output(PopularMoviesReport)
    .query(({ ctx, input }) => reportPopularMovies(ctx, input)),

  /** The average share of seats sold. */
  occupancy: adminProcedure
    .meta(route('GET /admin/reports/occupancy', 'Occupancy report', counted))
    .input(OccupancyInput)
    .output(OccupancyReport)
    .query(({ ctx, input }) => reportOccupancy(ctx, input)),
};
