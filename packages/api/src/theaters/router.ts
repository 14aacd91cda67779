import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { adminProcedure, publicProcedure } from '../trpc.ts';
import { CreateTheater, ListTheaters, TheaterId, TheaterPage, TheaterWithSeats } from './schema.ts';
import { createTheater, getTheater, listTheaters } from './service.ts';

export const theatersRouter = {
  /** Theaters by name. */
  list: publicProcedure
    .meta({
      ...route('GET /theaters', 'List theaters', 'By name, without their seats.'),
      refusals: ['NOT_FOUND'],
    })
    .input(ListTheaters)
    .output(TheaterPage)
    .query(({ ctx, input }) => listTheaters(ctx, input)),

  /** One theater with its seats. */
  get: publicProcedure
    .meta(route('GET /theaters/{theaterId}', 'Read a theater', 'With its seats, row by row.'))
    .input(TheaterId)
    .output(TheaterWithSeats)
    .query(({ ctx, input }) => getTheater(ctx, input.theaterId)),

  /** Builds a theater and its seats from a compact layout. */
  create: adminProcedure
    .meta({
      ...route(
        'POST /theaters',
        'Create a theater',
        'Rows run from the screen backwards. `seats` is the number of positions; a gap has no ' +
          'seat. Seats are numbered from 1, left to right, without the gaps.',
      ),
      successStatus: 201,
      message: 'Theater created.',
      refusals: ['NOT_FOUND'],
    })
    .input(CreateTheater)
    .output(TheaterWithSeats)
    .mutation(audited(TheaterWithSeats, ({ ctx, input }) => createTheater(ctx, input))),
};
