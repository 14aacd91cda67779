import { tracked } from '@trpc/server';
import type { TrackedEnvelope } from '@trpc/server';
import { audited } from '../audit/record.ts';
import { keepsOwnKey } from '../idempotency.ts';
import { route } from '../meta.ts';
import { parsedOnce } from '../parsed-once.ts';
import type { ServiceContext } from '../service-context.ts';
import { ShowtimeId } from '../showtimes/schema.ts';
import { atItsSite } from '../staff/at-site.ts';
import { TheaterId } from '../theaters/schema.ts';
import { claimantProcedure, publicProcedure, staffProcedure, userProcedure } from '../trpc.ts';
import { blockSeats, unblockSeats } from './block.ts';
import { extendLock } from './extend.ts';
import { lockSeats } from './lock.ts';
import {
  BlockSeats,
  DrawnSeats,
  ExtendLock,
  LockSeats,
  SeatLock,
  SeatMap,
  UnblockSeats,
  UnlockedSeats,
  UnlockSeats,
  WatchSeats,
} from './schema.ts';
import type { LiveSeats, SeatsEvent } from './schema.ts';
import { getSeatMap } from './seat-map.ts';
import { drawShowtimeSeats, drawTheaterSeats } from './seat-pictures.ts';
import { unlockSeats } from './unlock.ts';

/** One schema for all that answer with a map: the document has one of this name. */
const SharedSeatMap = parsedOnce(SeatMap);

/** Procedures of showtimes that are about seats. */
export const seatsRouter = {
  /** The seats of a showtime with status and price; your own locks are marked. */
  seats: publicProcedure
    .meta({
      ...route(
        'GET /showtimes/{showtimeId}/seats',
        'Read the seat map',
        'With a token it is fresh and marks the seats that you have locked; without one it is at ' +
          'most 250 ms old. Send the `ETag` back in `If-None-Match` to get 304 while nothing has ' +
          'changed.',
      ),
      shared: true,
    })
    .input(ShowtimeId)
    .output(SharedSeatMap)
    .query(({ ctx, input }) => getSeatMap(ctx, input.showtimeId)),

  /** Locks seats for you for some minutes: all of them or none. */
  lockSeats: claimantProcedure
    .meta({
      ...route(
        'POST /showtimes/{showtimeId}/lock-seats',
        'Lock seats',
        'All or none. The price is fixed now. Seats that you have locked already keep their ' +
          'clock. Seats that were yours within the last 15 minutes keep the end of their extensions. A ' +
          'refusal lists every seat that is taken. A wheelchair place needs `accessibility`; a ' +
          'companion seat goes with the wheelchair place beside it, at most three for each; a love ' +
          'seat (`pair`) is locked as a whole.',
      ),
      successStatus: 201,
      message: 'Seats locked.',
      refusals: [
        'SEATS_UNAVAILABLE',
        'SHOWTIME_STARTED',
        'SHOWTIME_CANCELLED',
        'SEAT_LIMIT_EXCEEDED',
        'EMAIL_NOT_VERIFIED',
        'LOCK_EXTENSION_LIMIT',
        'SEAT_RULE',
      ],
    })
    .input(LockSeats)
    .output(SeatLock)
    .mutation(keepsOwnKey(({ ctx, input }) => lockSeats(ctx, input))),

  /** Gives your seat locks a fresh time, up to the hard cap of each seat. */
  extendLock: userProcedure
    .meta({
      ...route(
        'POST /showtimes/{showtimeId}/extend-lock',
        'Extend seat locks',
        'The time of each seat starts anew, up to its hard cap. Without `seatIds`: all your own.',
      ),
      message: 'Seat locks extended.',
      refusals: ['LOCK_EXPIRED', 'SHOWTIME_STARTED', 'SHOWTIME_CANCELLED', 'LOCK_EXTENSION_LIMIT'],
    })
    .input(ExtendLock)
    .output(SeatLock)
    .mutation(keepsOwnKey(({ ctx, input }) => extendLock(ctx, input))),

  /** Gives seats back. Without `seatIds`: all your own. */
  unlockSeats: userProcedure
    .meta({
      ...route(
        'DELETE /showtimes/{showtimeId}/lock-seats',
        'Give seats back',
        'Without `seatIds`: all your own. Seats that you have not locked are ignored.',
      ),
      message: 'Seats released.',
    })
    .input(UnlockSeats)
    .output(UnlockedSeats)
    .mutation(keepsOwnKey(({ ctx, input }) => unlockSeats(ctx, input))),

  /** Keeps seats of a showtime from being sold: all of them or none. */
  blockSeats: staffProcedure('manage')
    .meta({
      ...route(
        'POST /showtimes/{showtimeId}/block-seats',
        'Block seats',
        'All or none. Seats that are blocked already get the new block. Sold seats are refused with ' +
          'their reservations, and seats that a customer has locked with `SEATS_UNAVAILABLE`. Possible ' +
          'until the show has ended.',
      ),
      message: 'Seats blocked.',
      refusals: ['SEATS_SOLD', 'SEATS_UNAVAILABLE', 'SHOWTIME_STARTED', 'SHOWTIME_CANCELLED'],
    })
    .input(BlockSeats)
    .output(SharedSeatMap)
    .mutation(
      atItsSite(
        ({ showtimeId }) => [{ kind: 'showtime', id: showtimeId }],
        audited(SeatMap, ({ ctx, input }) => blockSeats(ctx, input), { subject: 'showtimeId' }),
      ),
    ),

  /** Ends blocks of seats. Without `seatIds`: all of the showtime. */
  unblockSeats: staffProcedure('manage')
    .meta({
      ...route(
        'DELETE /showtimes/{showtimeId}/block-seats',
        'Unblock seats',
        'Without `seatIds`: all that are blocked. Seats that are not blocked are ignored; seats that are ' +
          'out of order in the theater stay so.',
      ),
      message: 'Seats unblocked.',
    })
    .input(UnblockSeats)
    .output(SharedSeatMap)
    .mutation(
      atItsSite(
        ({ showtimeId }) => [{ kind: 'showtime', id: showtimeId }],
        audited(SeatMap, ({ ctx, input }) => unblockSeats(ctx, input), { subject: 'showtimeId' }),
      ),
    ),

  /** A snapshot of the seats, then every change, until the show starts, is cancelled or deleted. */
  onSeatsChanged: publicProcedure
    .input(WatchSeats)
    .subscription(({ ctx, input, signal }) => withVersions(watch(ctx, input, signal))),
};

/** The live map of one viewer, for whom the host has found room (`Viewers`), until the host's signal. */
function watch(
  { app }: ServiceContext,
  { showtimeId, lastEventId }: WatchSeats,
  signal: AbortSignal | undefined,
): AsyncGenerator<LiveSeats | SeatsEvent> {
  const since = lastEventId ?? undefined;
  return app.seatMaps.watch(showtimeId, { since, signal: signal as AbortSignal });
}

/** Events with their versions, which a viewer who comes back sends as `lastEventId`. */
async function* withVersions(
  events: AsyncIterable<LiveSeats | SeatsEvent>,
): AsyncIterable<TrackedEnvelope<SeatsEvent>, void> {
  for await (const event of events) {
    if (!('isOver' in event)) {
      yield tracked(event.version, event);
    }
  }
}

/** For the host alone, which serves the same live map without tRPC's wire. */
export const liveSeatsRouter = {
  /** As `onSeatsChanged`, but says first that the stream begins, so that a refusal has a status. */
  events: publicProcedure
    .input(WatchSeats)
    .subscription(({ ctx, input, signal }) => watch(ctx, input, signal)),
};

const SharedPicture = parsedOnce(DrawnSeats);

/** Pictures of seats, which the host serves as files. */
export const seatPicturesRouter = {
  theater: publicProcedure
    .input(TheaterId)
    .output(SharedPicture)
    .query(({ ctx, input }) => drawTheaterSeats(ctx, input.theaterId)),

  showtime: publicProcedure
    .input(ShowtimeId)
    .output(SharedPicture)
    .query(({ ctx, input }) => drawShowtimeSeats(ctx, input.showtimeId)),
};
