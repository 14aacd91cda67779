import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { MovieId } from '../movies/schema.ts';
import { parsedOnce } from '../parsed-once.ts';
import { Deleted } from '../schema.ts';
import { atItsSite } from '../staff/at-site.ts';
import { TheaterId, TheaterWithSeats, UpdateTheater } from '../theaters/schema.ts';
import { adminProcedure, publicProcedure, staffProcedure } from '../trpc.ts';
import { getShowtime, listShowtimes, listShowtimesOfMovie } from './list.ts';
import { readProgramme } from './programme.ts';
import { deleteMovie, deleteShowtime, deleteTheater } from './remove.ts';
import { createShowtime, updateShowtime } from './schedule.ts';
import {
  CreateShowtime,
  ListMovieShowtimes,
  ListShowtimes,
  Programme,
  ReadProgramme,
  Showtime,
  ShowtimeId,
  ShowtimePage,
  UpdateShowtime,
} from './schema.ts';
import { updateTheater } from './update-theater.ts';

const showtime = (id: string) => ({ kind: 'showtime', id }) as const;
/** Of the body. */
const theaterOf = (id: string) => ({ kind: 'theater', id, field: 'theaterId' }) as const;

const SharedProgramme = parsedOnce(Programme);

export const showtimesRouter = {
  /** Showtimes by start; without dates and the end of an id, those that have not ended. */
  list: publicProcedure
    .meta({
      ...route(
        'GET /showtimes',
        'List showtimes',
        'By start. Without `date`, `from`, `to` and `idEndsWith`: those that have not ended. Dates ' +
          'are business days of the site, in the time zone of the theater.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(ListShowtimes)
    .output(ShowtimePage)
    .query(({ ctx, input }) => listShowtimes(ctx, input)),

  /** One showtime; also one that has been cancelled. */
  get: publicProcedure
    .meta(
      route(
        'GET /showtimes/{showtimeId}',
        'Read a showtime',
        'Its availability is at most a second old.',
      ),
    )
    .input(ShowtimeId)
    .output(Showtime)
    .query(({ ctx, input }) => getShowtime(ctx, input.showtimeId)),

  /** What is shown on a business day: the movies by title, each with its shows. */
  programme: publicProcedure
    .meta({
      ...route(
        'GET /programme',
        'Read the programme of a day',
        'Movies by title, each with its shows by start: the whole business day, with the shows that have ' +
          'begun and without those that have been cancelled. It is at most a second old. Send the `ETag` ' +
          'back in `If-None-Match` to get 304 while nothing has changed.',
      ),
      shared: true,
      refusals: ['NOT_FOUND'],
    })
    .input(ReadProgramme)
    .output(SharedProgramme)
    .query(({ ctx, input }) => readProgramme(ctx, input)),

  /** Schedules a showtime; it ends after the movie's length. */
  create: staffProcedure('manage')
    .meta({
      ...route(
        'POST /showtimes',
        'Schedule a showtime',
        'The show ends after the length of the movie; then the theater is cleaned. Overlaps are ' +
          'refused. A start in the past is accepted.',
      ),
      successStatus: 201,
      message: 'Showtime created.',
      refusals: ['NOT_FOUND', 'SHOWTIME_OVERLAP'],
    })
    .input(CreateShowtime)
    .output(Showtime)
    .mutation(
      atItsSite(
        ({ theaterId }) => [theaterOf(theaterId)],
        audited(Showtime, ({ ctx, input }) => createShowtime(ctx, input)),
      ),
    ),

  /** Changes a showtime. Locked and sold seats keep their price. */
  update: staffProcedure('manage')
    .meta({
      ...route(
        'PUT /showtimes/{showtimeId}',
        'Change a showtime',
        'Prices can always be changed; locked and sold seats keep theirs. Time and movie can be ' +
          'changed only while nothing is locked or booked, the theater only if there never was a ' +
          'reservation. `seatTypePrices` is replaced as a whole.',
      ),
      message: 'Showtime updated.',
      refusals: ['SHOWTIME_OVERLAP', 'IN_USE', 'EDIT_CONFLICT', 'SHOWTIME_CANCELLED'],
    })
    .input(UpdateShowtime)
    .output(Showtime)
    .mutation(
      atItsSite(
        ({ showtimeId, theaterId }) => [
          showtime(showtimeId),
          theaterId === undefined ? undefined : theaterOf(theaterId),
        ],
        audited(Showtime, ({ ctx, input }) => updateShowtime(ctx, input), {
          subject: 'showtimeId',
        }),
      ),
    ),

  /** Deletes a showtime in which nothing is locked or booked. */
  delete: staffProcedure('manage')
    .meta({
      ...route(
        'DELETE /showtimes/{showtimeId}',
        'Delete a showtime',
        'It is erased if no reservation ever named it, otherwise archived.',
      ),
      message: 'Showtime deleted.',
      refusals: ['IN_USE'],
    })
    .input(ShowtimeId)
    .output(Deleted)
    .mutation(
      atItsSite(
        ({ showtimeId }) => [showtime(showtimeId)],
        audited(Deleted, ({ ctx, input }) => deleteShowtime(ctx, input.showtimeId), {
          subject: 'showtimeId',
        }),
      ),
    ),
};

/** Procedures of movies that reach into the schedule. */
export const movieScheduleRouter = {
  /** The showtimes of a movie by start; without dates those that have not ended. */
  showtimes: publicProcedure
    .meta(
      route(
        'GET /movies/{movieId}/showtimes',
        'List the showtimes of a movie',
        'By start. Without `date`, `from` and `to`: those that have not ended.',
      ),
    )
    .input(ListMovieShowtimes)
    .output(ShowtimePage)
    .query(({ ctx, input }) => listShowtimesOfMovie(ctx, input)),

  /** Takes a movie out of the catalogue, with the showtimes in which nothing is booked. */
  delete: adminProcedure
    .meta({
      ...route(
        'DELETE /movies/{movieId}',
        'Delete a movie',
        'Showtimes in which nothing is locked or booked go with it. It is erased if no ' +
          'reservation ever named it, otherwise archived.',
      ),
      message: 'Movie deleted.',
      refusals: ['IN_USE'],
    })
    .input(MovieId)
    .output(Deleted)
    .mutation(
      audited(Deleted, ({ ctx, input }) => deleteMovie(ctx, input.movieId), { subject: 'movieId' }),
    ),
};

/** Procedures of theaters that reach into the schedule. */
export const theaterScheduleRouter = {
  /** Changes a theater; `rows` replaces the layout as a whole. */
  update: staffProcedure('manage')
    .meta({
      ...route(
        'PUT /theaters/{theaterId}',
        'Change a theater',
        'Fields that are left out stay. `rows` replaces the layout as a whole; a seat with the ' +
          'same label and number keeps its id. A theater moves to another cinema with its shows, once ' +
          'nothing is locked or booked in those that have not ended and none of them uses a price list ' +
          'of one cinema.',
      ),
      message: 'Theater updated.',
      refusals: ['IN_USE', 'EDIT_CONFLICT'],
    })
    .input(UpdateTheater)
    .output(TheaterWithSeats)
    .mutation(
      atItsSite(
        ({ theaterId, siteId }) => [
          { kind: 'theater', id: theaterId },
          siteId === undefined ? undefined : { kind: 'site', id: siteId, field: 'siteId' },
        ],
        audited(TheaterWithSeats, ({ ctx, input }) => updateTheater(ctx, input), {
          subject: 'theaterId',
        }),
      ),
    ),

  /** Deletes a theater once all its showtimes have ended. */
  delete: adminProcedure
    .meta({
      ...route(
        'DELETE /theaters/{theaterId}',
        'Delete a theater',
        'Not before its last showtime has ended. It is erased if no reservation ever named it, ' +
          'otherwise archived.',
      ),
      message: 'Theater deleted.',
      refusals: ['IN_USE'],
    })
    .input(TheaterId)
    .output(Deleted)
    .mutation(
      audited(Deleted, ({ ctx, input }) => deleteTheater(ctx, input.theaterId), {
        subject: 'theaterId',
      }),
    ),
};
