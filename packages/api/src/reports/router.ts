import { route } from '../meta.ts';
import { atItsSite, siteNamed } from '../staff/at-site.ts';
import { staffProcedure } from '../trpc.ts';
import { reportPayments } from './payments.ts';
import {
  CapacityInput,
  CapacityReport,
  OccupancyInput,
  OccupancyReport,
  PaymentsInput,
  PaymentsReport,
  PopularMoviesInput,
  PopularMoviesReport,
  RevenueInput,
  RevenueReport,
} from './schema.ts';
import { reportCapacity, reportOccupancy, reportPopularMovies, reportRevenue } from './service.ts';

const counted =
  'A confirmed reservation counts on the business day of its showtime’s start, whenever it was bought; ' +
  'so do refunds. The day is local, and begins when the site’s business day does. Holds your sites ' +
  'only. All figures come from one snapshot.';

export const reportsRouter = {
  /** Seats sold against seats in total. */
  capacity: staffProcedure('manage')
    .meta({
      ...route('GET /admin/reports/capacity', 'Capacity report', counted),
      refusals: ['NOT_FOUND'],
    })
    .input(CapacityInput)
    .output(CapacityReport)
    .query(
      atItsSite(
        ({ siteId }) => [siteNamed(siteId)],
        ({ ctx, input }) => reportCapacity(ctx, input),
      ),
    ),

  /** Revenue by movie, date, theater or showtime. */
  revenue: staffProcedure('manage')
    .meta({
      ...route('GET /admin/reports/revenue', 'Revenue report', counted),
      refusals: ['NOT_FOUND'],
    })
    .input(RevenueInput)
    .output(RevenueReport)
    .query(
      atItsSite(
        ({ siteId }) => [siteNamed(siteId)],
        ({ ctx, input }) => reportRevenue(ctx, input),
      ),
    ),

  /** The movies with the most seats sold. */
  popularMovies: staffProcedure('manage')
    .meta({
      ...route('GET /admin/reports/popular-movies', 'Popular movies report', counted),
      refusals: ['NOT_FOUND'],
    })
    .input(PopularMoviesInput)
    .output(PopularMoviesReport)
    .query(
      atItsSite(
        ({ siteId }) => [siteNamed(siteId)],
        ({ ctx, input }) => reportPopularMovies(ctx, input),
      ),
    ),

  /** What each payment provider took and returned, by day in UTC. */
  payments: staffProcedure('manage')
    .meta({
      ...route(
        'GET /admin/reports/payments',
        'Payments report',
        'What each provider took and returned, by the day in UTC on which the money moved. For all ' +
          'cinemas, it adds up to the provider’s own statement. Holds your sites only.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(PaymentsInput)
    .output(PaymentsReport)
    .query(
      atItsSite(
        ({ siteId }) => [siteNamed(siteId)],
        ({ ctx, input }) => reportPayments(ctx, input),
      ),
    ),

  /** The average share of seats sold. */
  occupancy: staffProcedure('manage')
    .meta({
      ...route('GET /admin/reports/occupancy', 'Occupancy report', counted),
      refusals: ['NOT_FOUND'],
    })
    .input(OccupancyInput)
    .output(OccupancyReport)
    .query(
      atItsSite(
        ({ siteId }) => [siteNamed(siteId)],
        ({ ctx, input }) => reportOccupancy(ctx, input),
      ),
    ),
};
