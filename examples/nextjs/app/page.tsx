import Link from 'next/link';
import { matinee } from './matinee.ts';

// The program changes: read it for every request.
export const dynamic = 'force-dynamic';

export default async function Page() {
  const { items } = await matinee.showtimes.list({ limit: 20 });
  return (
    <>
      <h1>What’s on</h1>
      <ul>
        {items.map(({ id, movie, theater, startTime }) => (
          <li key={id}>
            <Link href={`/shows/${id}`}>
              <strong>{movie.title}</strong>{' '}
              {startTime.toLocaleString('en-US', {
                dateStyle: 'medium',
                timeStyle: 'short',
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
