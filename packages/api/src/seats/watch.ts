import type { ServiceContext } from '../service-context.ts';
import type { LiveSeats, SeatsEvent, WatchSeats } from './schema.ts';

/**
 * The live map of one viewer, who is counted while it lasts.
 *
 * @returns first whether anything follows, then the events
 * @throws RateLimitedError, UnavailableError when there is no room for another viewer
 * @throws NotFoundError
 */
export async function* watchSeats(
  { app, remoteAddress }: ServiceContext,
  { showtimeId, lastEventId }: WatchSeats,
  signal: AbortSignal,
): AsyncGenerator<LiveSeats | SeatsEvent> {
  const since = lastEventId ?? undefined;
  const leave = app.viewers.enter(remoteAddress);
  try {
    const live = await app.seatMaps.join(showtimeId);
    yield { isOver: live.isOver(since) };
    yield* live.events({ since, signal });
  } finally {
    leave();
  }
}
