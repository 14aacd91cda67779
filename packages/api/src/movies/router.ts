import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import { adminProcedure, publicProcedure } from '../trpc.ts';
import {
  CreateMovie,
  Genres,
  ListMovies,
  Movie,
  MovieId,
  MoviePage,
  PosterSet,
  SetPoster,
  UpdateMovie,
} from './schema.ts';
import {
  createMovie,
  getMovie,
  listGenres,
  listMovies,
  setPoster,
  updateMovie,
} from './service.ts';

export const moviesRouter = {
  /** Movies by title, filtered by genre, by words of the title, or by a day on which they show. */
  list: publicProcedure
    .meta({
      ...route(
        'GET /movies',
        'List movies',
        'By title, as people sort. All filters ignore case, and the search ignores accents. With ' +
          '`siteId`: movies with a showtime ahead at that cinema, or on `date`.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(ListMovies)
    .output(MoviePage)
    .query(({ ctx, input }) => listMovies(ctx, input)),

  /** Every genre with the number of its movies. */
  genres: publicProcedure
    .meta(route('GET /movies/genres', 'List genres', 'Every genre with the number of its movies.'))
    .input(NoInput)
    .output(Genres)
    .query(({ ctx }) => listGenres(ctx)),

  /** One movie. */
  get: publicProcedure
    .meta(route('GET /movies/{movieId}', 'Read a movie', 'As long as it is in the catalogue.'))
    .input(MovieId)
    .output(Movie)
    .query(({ ctx, input }) => getMovie(ctx, input.movieId)),

  /** Adds a movie to the catalogue. */
  create: adminProcedure
    .meta({
      ...route(
        'POST /movies',
        'Create a movie',
        'Adds it to the catalogue. Upload the poster afterwards.',
      ),
      successStatus: 201,
      message: 'Movie created.',
    })
    .input(CreateMovie)
    .output(Movie)
    .mutation(audited(Movie, ({ ctx, input }) => createMovie(ctx, input))),

  /** Changes a movie. Fields that are left out stay; `null` clears an optional field. */
  update: adminProcedure
    .meta({
      ...route(
        'PUT /movies/{movieId}',
        'Change a movie',
        'Fields that are left out stay; `null` clears an optional field. A new length applies to ' +
          'showtimes that are created or moved afterwards.',
      ),
      message: 'Movie updated.',
      refusals: ['EDIT_CONFLICT'],
    })
    .input(UpdateMovie)
    .output(Movie)
    .mutation(audited(Movie, ({ ctx, input }) => updateMovie(ctx, input), { subject: 'movieId' })),
};

/** For the host alone, which keeps the files; not part of the public router. */
export const posterRouter = {
  /** Whether the caller may upload at all; the host asks before it decodes the picture. */
  mayUpload: adminProcedure.query(() => true),

  /** Sets the poster of a movie to a file that already exists. */
  setPoster: adminProcedure
    .input(SetPoster)
    .output(PosterSet)
    .mutation(
      audited(PosterSet, ({ ctx, input }) => setPoster(ctx, input), {
        subject: 'movieId',
        notCompared: ['posterUrl'],
      }),
    ),
};
