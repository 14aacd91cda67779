import type { Showtime } from '@matinee/sdk';
import { useInfiniteQuery } from '@tanstack/react-query';
import { queries } from './matinee.ts';

export function Showtimes({ onChoose }: { onChoose: (showtime: Showtime) => void }) {
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(queries.showtimes.list.infiniteQueryOptions({ limit: 20 }));
  if (isPending) {
    return <p>Loading …</p>;
  }
  if (error) {
    return <p role="alert">{error.userMessage}</p>;
  }
  return (
    <>
      <ul>
        {data.pages
          .flatMap(({ items }) => items)
          .filter(isOnSale)
          .map((showtime) => (
            <li key={showtime.id}>
              <button type="button" onClick={() => onChoose(showtime)}>
                <strong>{showtime.movie.title}</strong> {startOf(showtime)}
              </button>
            </li>
          ))}
      </ul>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          More shows
        </button>
      )}
    </>
  );
}

/** The list also has the shows that are running. */
function isOnSale({ startTime, cancelledAt }: Showtime): boolean {
  return startTime > new Date() && cancelledAt === null;
}

/** The start in the time zone of the theater, with its name: the theaters may have several. */
function startOf({ startTime, theater }: Showtime): string {
  const { timezone: timeZone } = theater;
  const date = { weekday: 'short', month: 'short', day: 'numeric', timeZone } as const;
  const time = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' } as const;
  return `${startTime.toLocaleString('en-US', { ...date, ...time })}, ${theater.name}`;
}
