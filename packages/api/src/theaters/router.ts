import { Deleted } from '../schema.ts';
import { adminProcedure, idempotent, publicProcedure } from '../trpc.ts';
import {
  CreateTheater,
  ListTheaters,
  TheaterId,
  TheaterPage,
  TheaterWithSeats,
  UpdateTheater,
} from './schema.ts';
import {
  createTheater,
  deleteTheater,
  getTheater,
  listTheaters,
  updateTheater,
} from './service.ts';

const tags = ['theaters'];

export const theatersRouter = {
  /** Theaters by name. */
  list: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/theaters',
        tags,
        summary: 'List theaters',
        description: 'By name, without their seats.',
      },
    })
    .input(ListTheaters)
    .output(TheaterPage)
    .query(({ ctx, input }) => listTheaters(ctx, input)),

  /** One theater with its seats. */
  get: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/theaters/{theaterId}',
        tags,
        summary: 'Read a theater',
        description: 'With its seats, row by row.',
      },
    })
    .input(TheaterId)
    .output(TheaterWithSeats)
    .query(({ ctx, input }) => getTheater(ctx, input.theaterId)),

  /** Builds a theater and its seats from a compact layout. */
  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/theaters',
        tags,
        summary: 'Create a theater',
        description:
          'Rows from the screen backwards. `seats` is the number of positions; a gap has no seat; ' +
          'seats are numbered from 1, left to right, without the gaps.',
      },
      successStatus: 201,
      message: 'Theater created.',
    })
    .input(CreateTheater)
    .use(idempotent)
    .output(TheaterWithSeats)
    .mutation(({ ctx, input }) => createTheater(ctx, input)),

  /** Changes a theater; `rows` replaces the layout as a whole. */
  update: adminProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/theaters/{theaterId}',
        tags,
        summary: 'Change a theater',
        description:
          'What is left out stays. `rows` replaces the layout as a whole; a seat with the same ' +
          'label and number keeps its id.',
      },
      message: 'Theater updated.',
      refusals: ['IN_USE', 'EDIT_CONFLICT'],
    })
    .input(UpdateTheater)
    .use(idempotent)
    .output(TheaterWithSeats)
    .mutation(({ ctx, input }) => updateTheater(ctx, input)),

  /** Takes a theater away once all its showtimes have ended. */
  delete: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/theaters/{theaterId}',
        tags,
        summary: 'Delete a theater',
        description:
          'Not while a showtime has not ended. Erased only if no reservation ever named it, ' +
          'otherwise archived.',
      },
      message: 'Theater deleted.',
      refusals: ['IN_USE'],
    })
    .input(TheaterId)
    .use(idempotent)
    .output(Deleted)
    .mutation(({ ctx, input }) => deleteTheater(ctx, input.theaterId)),
};
