import { User } from '../auth/schema.ts';
import type { OpenApiMeta } from '../meta.ts';
import { ReservationWithUserPage } from '../reservations/schema.ts';
import { NoInput } from '../schema.ts';
import { adminProcedure, idempotent } from '../trpc.ts';
import { reportCapacity, reportOccupancy, reportPopularMovies, reportRevenue } from './reports.ts';
import {
  CapacityInput,
  CapacityReport,
  ListAllReservations,
  ListUsers,
  OccupancyInput,
  OccupancyReport,
  PopularMoviesInput,
  PopularMoviesReport,
  RevenueInput,
  RevenueReport,
  Status,
  UserId,
  UserPage,
} from './schema.ts';
import { getStatus, listAllReservations } from './service.ts';
import { demoteUser, disableUser, enableUser, listUsers, promoteUser } from './users.ts';

type Endpoint = `${'GET' | 'POST'} /${string}`;

function route(endpoint: Endpoint, summary: string, description: string): { openapi: OpenApiMeta } {
  const [method, path] = endpoint.split(' ') as ['GET' | 'POST', `/${string}`];
  return {
    openapi: {
      method,
      path: `/admin${path}`,
      tags: ['admin'],
      summary,
      description,
    },
  };
}

const counted =
  'A reservation that is not cancelled counts on the local date of its showtime’s start, whenever ' +
  'it was bought. All figures come from one snapshot.';

export const adminRouter = {
  reports: {
    /** Seats sold against seats there are. */
    capacity: adminProcedure
      .meta(route('GET /reports/capacity', 'Capacity report', counted))
      .input(CapacityInput)
      .output(CapacityReport)
      .query(({ ctx, input }) => reportCapacity(ctx, input)),

    /** What was taken, by movie, date, theater or showtime. */
    revenue: adminProcedure
      .meta(route('GET /reports/revenue', 'Revenue report', counted))
      .input(RevenueInput)
      .output(RevenueReport)
      .query(({ ctx, input }) => reportRevenue(ctx, input)),

    /** The movies with the most seats sold. */
    popularMovies: adminProcedure
      .meta(route('GET /reports/popular-movies', 'Popular movies report', counted))
      .input(PopularMoviesInput)
      .output(PopularMoviesReport)
      .query(({ ctx, input }) => reportPopularMovies(ctx, input)),

    /** How full the showtimes were on average. */
    occupancy: adminProcedure
      .meta(route('GET /reports/occupancy', 'Occupancy report', counted))
      .input(OccupancyInput)
      .output(OccupancyReport)
      .query(({ ctx, input }) => reportOccupancy(ctx, input)),
  },

  users: {
    /** Accounts, oldest first. */
    list: adminProcedure
      .meta(route('GET /users', 'List accounts', 'Oldest first.'))
      .input(ListUsers)
      .output(UserPage)
      .query(({ ctx, input }) => listUsers(ctx, input)),

    /** Makes a user an administrator. */
    promote: adminProcedure
      .meta(
        route(
          'POST /users/{userId}/promote',
          'Make a user an administrator',
          'From the next request on. Who is one already stays one.',
        ),
      )
      .input(UserId)
      .use(idempotent)
      .output(User)
      .mutation(({ ctx, input }) => promoteUser(ctx, input.userId)),

    /** Makes an administrator a user; the last active one stays. */
    demote: adminProcedure
      .meta({
        ...route(
          'POST /users/{userId}/demote',
          'Make an administrator a user',
          'Not the last active one.',
        ),
        refusals: ['LAST_ADMIN'],
      })
      .input(UserId)
      .use(idempotent)
      .output(User)
      .mutation(({ ctx, input }) => demoteUser(ctx, input.userId)),

    /** Disables an account: sessions end, seat locks are freed, bookings stay. */
    disable: adminProcedure
      .meta({
        ...route(
          'POST /users/{userId}/disable',
          'Disable an account',
          'Every session ends at once, seat locks are freed, bookings stay.',
        ),
        refusals: ['LAST_ADMIN'],
      })
      .input(UserId)
      .use(idempotent)
      .output(User)
      .mutation(({ ctx, input }) => disableUser(ctx, input.userId)),

    /** Lets a disabled account sign in again. */
    enable: adminProcedure
      .meta(
        route(
          'POST /users/{userId}/enable',
          'Enable an account',
          'It can sign in again; sessions that were ended stay ended.',
        ),
      )
      .input(UserId)
      .use(idempotent)
      .output(User)
      .mutation(({ ctx, input }) => enableUser(ctx, input.userId)),
  },

  reservations: {
    /** Everybody's reservations, newest first. */
    list: adminProcedure
      .meta(route('GET /reservations', 'List all reservations', 'Newest first.'))
      .input(ListAllReservations)
      .output(ReservationWithUserPage)
      .query(({ ctx, input }) => listAllReservations(ctx, input)),
  },

  /** How the system is: versions, clocks, jobs, disk. */
  status: adminProcedure
    .meta(route('GET /status', 'Read the state of the system', 'Versions, clocks, jobs, disk.'))
    .input(NoInput)
    .output(Status)
    .query(({ ctx }) => getStatus(ctx)),
};
