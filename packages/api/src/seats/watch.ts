import type { ServiceContext } from '../service-context.ts';
import type { LiveSeats, SeatsEvent, WatchSeats } from './schema.ts';

/**
 * The live map of one viewer, for whom the host has found room: `Viewers`.
 *
 * @returns first whether anything follows, then the events
 * @throws NotFoundError
 */
export function watchSeats(
  { app }: ServiceContext,
  { showtimeId, lastEventId }: WatchSeats,
  signal: AbortSignal,
): AsyncGenerator<LiveSeats | SeatsEvent> {
  // A generator keeps what it was called with: for thousands of viewers, not the whole of a call.
  return watch({ app, showtimeId, since: lastEventId ?? undefined, signal });
}

interface Watching extends Pick<ServiceContext, 'app'> {
  showtimeId: string;
  /** The version of the last event that a viewer has who comes back. */
  since: string | undefined;
  signal: AbortSignal;
}

async function* watch({
  app,
  showtimeId,
  since,
  signal,
}: Watching): AsyncGenerator<LiveSeats | SeatsEvent> {
  const live = await app.seatMaps.join(showtimeId);
  yield { isOver: live.isOver(since) };
  yield* live.events({ since, signal });
}
