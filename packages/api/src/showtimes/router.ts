import { tracked } from '@trpc/server';
import { parsedOnce } from '../parsed-once.ts';
import { Deleted } from '../schema.ts';
import { adminProcedure, idempotent, publicProcedure, userProcedure } from '../trpc.ts';
import { cancelShowtime } from './cancel.ts';
import { extendLock, lockSeats, unlockSeats } from './lock-seats.ts';
import {
  CancelledShowtime,
  CancelShowtime,
  CreateShowtime,
  ExtendLock,
  ListShowtimes,
  LockSeats,
  SeatLock,
  SeatMap,
  Showtime,
  ShowtimeId,
  ShowtimePage,
  UnlockedSeats,
  UnlockSeats,
  UpdateShowtime,
  WatchSeats,
} from './schema.ts';
import { getSeatMap } from './seat-map.ts';
import {
  createShowtime,
  deleteShowtime,
  getShowtime,
  listShowtimes,
  updateShowtime,
} from './service.ts';

const tags = ['showtimes'];

export const showtimesRouter = {
  /** Showtimes by start; without dates those that have not ended. */
  list: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/showtimes',
        tags,
        summary: 'List showtimes',
        description:
          'By start. Without `date`, `from` and `to`: those that have not ended. Dates are days in ' +
          'the time zone of the theater.',
      },
    })
    .input(ListShowtimes)
    .output(ShowtimePage)
    .query(({ ctx, input }) => listShowtimes(ctx, input)),

  /** One showtime; a cancelled one can still be read. */
  get: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/showtimes/{showtimeId}',
        tags,
        summary: 'Read a showtime',
        description: 'Availability is at most a second old.',
      },
    })
    .input(ShowtimeId)
    .output(Showtime)
    .query(({ ctx, input }) => getShowtime(ctx, input.showtimeId)),

  /** Schedules a showtime; it ends after the movie's length. */
  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/showtimes',
        tags,
        summary: 'Schedule a showtime',
        description:
          'Ends after the length of the movie; then the theater is cleaned. Overlaps are refused. ' +
          'A start in the past is accepted.',
      },
      successStatus: 201,
      message: 'Showtime created.',
      refusals: ['NOT_FOUND', 'SHOWTIME_OVERLAP'],
    })
    .input(CreateShowtime)
    .use(idempotent)
    .output(Showtime)
    .mutation(({ ctx, input }) => createShowtime(ctx, input)),

  /** Changes a showtime. What is locked or sold keeps its price. */
  update: adminProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/showtimes/{showtimeId}',
        tags,
        summary: 'Change a showtime',
        description:
          'Prices can always be changed; what is locked or sold keeps its price. Time and movie ' +
          'only while nothing is locked or booked, the theater only if there never was a ' +
          'reservation. `seatTypePrices` is replaced as a whole.',
      },
      message: 'Showtime updated.',
      refusals: ['SHOWTIME_OVERLAP', 'IN_USE', 'EDIT_CONFLICT', 'SHOWTIME_CANCELLED'],
    })
    .input(UpdateShowtime)
    .use(idempotent)
    .output(Showtime)
    .mutation(({ ctx, input }) => updateShowtime(ctx, input)),

  /** Takes a showtime away in which nothing is locked or booked. */
  delete: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/showtimes/{showtimeId}',
        tags,
        summary: 'Delete a showtime',
        description: 'Erased only if no reservation ever named it, otherwise archived.',
      },
      message: 'Showtime deleted.',
      refusals: ['IN_USE'],
    })
    .input(ShowtimeId)
    .use(idempotent)
    .output(Deleted)
    .mutation(({ ctx, input }) => deleteShowtime(ctx, input.showtimeId)),

  /** The show does not take place: ends every seat lock and reservation of it at once. */
  cancel: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/showtimes/{showtimeId}/cancel',
        tags,
        summary: 'Cancel a show',
        description:
          'Every seat lock and reservation of it ends, all or none. It stays readable. Possible until ' +
          'the show has ended.',
      },
      message: 'Showtime cancelled.',
      refusals: ['ALREADY_CANCELLED', 'SHOWTIME_STARTED'],
    })
    .input(CancelShowtime)
    .use(idempotent)
    .output(CancelledShowtime)
    .mutation(({ ctx, input }) => cancelShowtime(ctx, input)),

  /** The seats of a showtime with status and price; your own locks are marked. */
  seats: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/showtimes/{showtimeId}/seats',
        tags,
        summary: 'Read the seat map',
        description:
          'With a token it is fresh and marks the seats you have locked; without one it is at most ' +
          '250 ms old. Send the `ETag` back in `If-None-Match` to get 304 while nothing changed.',
      },
      etag: true,
    })
    .input(ShowtimeId)
    .output(parsedOnce(SeatMap))
    .query(({ ctx, input }) => getSeatMap(ctx, input.showtimeId)),

  /** Locks seats for you for some minutes: all of them or none. */
  lockSeats: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/showtimes/{showtimeId}/lock-seats',
        tags,
        summary: 'Lock seats',
        description:
          'All or none. The price is fixed now. What you have locked already is kept with its ' +
          'clock. A refusal names every seat that is taken.',
      },
      successStatus: 201,
      message: 'Seats locked.',
      keepsOwnKey: true,
      refusals: [
        'SEATS_UNAVAILABLE',
        'SHOWTIME_STARTED',
        'SHOWTIME_CANCELLED',
        'SEAT_LIMIT_EXCEEDED',
      ],
    })
    .input(LockSeats)
    .use(idempotent)
    .output(SeatLock)
    .mutation(({ ctx, input }) => lockSeats(ctx, input)),

  /** Gives your seat locks a fresh time, up to the hard cap of each seat. */
  extendLock: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/showtimes/{showtimeId}/extend-lock',
        tags,
        summary: 'Extend seat locks',
        description:
          'Each seat’s time starts anew, up to its hard cap. Without `seatIds`: all yours.',
      },
      message: 'Seat locks extended.',
      keepsOwnKey: true,
      refusals: ['LOCK_EXPIRED', 'SHOWTIME_STARTED', 'SHOWTIME_CANCELLED', 'LOCK_EXTENSION_LIMIT'],
    })
    .input(ExtendLock)
    .use(idempotent)
    .output(SeatLock)
    .mutation(({ ctx, input }) => extendLock(ctx, input)),

  /** Gives seats back. Without `seatIds`: all yours. */
  unlockSeats: userProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/showtimes/{showtimeId}/lock-seats',
        tags,
        summary: 'Give seats back',
        description: 'Without `seatIds`: all yours. Seats that are not yours are passed over.',
      },
      message: 'Seats released.',
      keepsOwnKey: true,
    })
    .input(UnlockSeats)
    .use(idempotent)
    .output(UnlockedSeats)
    .mutation(({ ctx, input }) => unlockSeats(ctx, input)),

  /** A snapshot of the seats, then every change, until the show starts, is cancelled or deleted. */
  onSeatsChanged: publicProcedure.input(WatchSeats).subscription(async function* ({
    ctx,
    input,
    signal,
  }) {
    const options = { since: input.lastEventId ?? undefined, signal: signal as AbortSignal };
    for await (const event of ctx.app.seatMaps.watch(input.showtimeId, options)) {
      yield tracked(event.version, event);
    }
  }),
};
