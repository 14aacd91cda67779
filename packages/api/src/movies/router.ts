import { Deleted, NoInput } from '../schema.ts';
import { ShowtimePage } from '../showtimes/schema.ts';
import { listShowtimesOfMovie } from '../showtimes/service.ts';
import { adminProcedure, idempotent, publicProcedure } from '../trpc.ts';
import {
  CreateMovie,
  Genres,
  ListMovies,
  ListMovieShowtimes,
  Movie,
  MovieId,
  MoviePage,
  PosterSet,
  SetPoster,
  UpdateMovie,
} from './schema.ts';
import {
  createMovie,
  deleteMovie,
  getMovie,
  listGenres,
  listMovies,
  setPoster,
  updateMovie,
} from './service.ts';

const tags = ['movies'];

export const moviesRouter = {
  /** Movies by title, filtered by genre, by words of the title, or by a day on which they show. */
  list: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/movies',
        tags,
        summary: 'List movies',
        description: 'Movies by title. All filters compare without case.',
      },
    })
    .input(ListMovies)
    .output(MoviePage)
    .query(({ ctx, input }) => listMovies(ctx, input)),

  /** Every genre with the number of its movies. */
  genres: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/movies/genres',
        tags,
        summary: 'List genres',
        description: 'Every genre with the number of its movies.',
      },
    })
    .input(NoInput)
    .output(Genres)
    .query(({ ctx }) => listGenres(ctx)),

  /** One movie. */
  get: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/movies/{movieId}',
        tags,
        summary: 'Read a movie',
        description: 'As long as it is in the catalogue.',
      },
    })
    .input(MovieId)
    .output(Movie)
    .query(({ ctx, input }) => getMovie(ctx, input.movieId)),

  /** The showtimes of a movie by start; without dates those that have not ended. */
  showtimes: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/movies/{movieId}/showtimes',
        tags,
        summary: 'List the showtimes of a movie',
        description: 'By start. Without `date`, `from` and `to`: those that have not ended.',
      },
    })
    .input(ListMovieShowtimes)
    .output(ShowtimePage)
    .query(({ ctx, input }) => listShowtimesOfMovie(ctx, input)),

  /** Adds a movie to the catalogue. */
  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/movies',
        tags,
        summary: 'Create a movie',
        description: 'Adds it to the catalogue; the poster is uploaded afterwards.',
      },
      successStatus: 201,
      message: 'Movie created.',
    })
    .input(CreateMovie)
    .use(idempotent)
    .output(Movie)
    .mutation(({ ctx, input }) => createMovie(ctx, input)),

  /** Changes a movie. What is left out stays, `null` clears what is optional. */
  update: adminProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/movies/{movieId}',
        tags,
        summary: 'Change a movie',
        description:
          'What is left out stays, `null` clears what is optional. A new length holds for ' +
          'showtimes that are created or moved afterwards.',
      },
      message: 'Movie updated.',
      refusals: ['EDIT_CONFLICT'],
    })
    .input(UpdateMovie)
    .use(idempotent)
    .output(Movie)
    .mutation(({ ctx, input }) => updateMovie(ctx, input)),

  /** Takes a movie out of the catalogue, together with showtimes in which nothing is booked. */
  delete: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/movies/{movieId}',
        tags,
        summary: 'Delete a movie',
        description:
          'Showtimes in which nothing is locked or booked go with it. Erased only if no ' +
          'reservation ever named it, otherwise archived.',
      },
      message: 'Movie deleted.',
      refusals: ['IN_USE'],
    })
    .input(MovieId)
    .use(idempotent)
    .output(Deleted)
    .mutation(({ ctx, input }) => deleteMovie(ctx, input.movieId)),
};

/** For the host alone, which keeps the files; not part of the public router. */
export const posterRouter = {
  /** Whether the caller may upload at all: asked before the picture is decoded. */
  mayUpload: adminProcedure.query(() => true),

  /** Sets the poster of a movie to a file that is already there. */
  setPoster: adminProcedure
    .meta({ notCompared: ['posterUrl'] })
    .input(SetPoster)
    .use(idempotent)
    .output(PosterSet)
    .mutation(({ ctx, input }) => setPoster(ctx, input)),
};
