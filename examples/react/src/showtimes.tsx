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

/** The start in the time zone of the theater, whatever the zone of the reader. */
function startOf({ startTime, theater }: Showtime): string {
  const { timezone: timeZone } = theater;
  const format = { dateStyle: 'medium', timeStyle: 'short', timeZone } as const;
  return `${startTime.toLocaleString('en-US', format)}, ${theater.name}`;
}
