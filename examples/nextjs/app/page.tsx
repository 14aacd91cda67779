import type { Showtime } from '@matinee/sdk';
import Link from 'next/link';
import { matinee } from './matinee';

// The program changes: read it for every request.
export const dynamic = 'force-dynamic';

export default async function Page() {
  const { items } = await matinee.showtimes.list({ limit: 20 });
  return (
    <>
      <h1>What’s on</h1>
      <ul>
        {items.filter(isOnSale).map(({ id, movie, theater, startTime }) => (
          <li key={id}>
            <Link href={`/shows/${id}`}>
              <strong>{movie.title}</strong>{' '}
              {startTime.toLocaleString('en-US', {
                weekday: 'short',
                month: 'short',
                day: 'numeric',
                hour: 'numeric',
                minute: '2-digit',
                timeZoneName: 'short',
                timeZone: theater.timezone,
              })}
              , {theater.name}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The list also has the shows that are running. */
function isOnSale({ startTime, cancelledAt }: Showtime): boolean {
  return startTime > new Date() && cancelledAt === null;
}
