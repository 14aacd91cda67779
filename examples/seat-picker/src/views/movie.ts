import type { Movie, Showtime } from '@matinee/sdk';
import { hrefOf } from '../address.ts';
import { create, heading } from '../elements.ts';
import { dateWords, localDate, startOf } from '../local-time.ts';
import { drawPoster, hueOf } from '../poster.ts';
import { isOnSale } from '../shop.ts';
import type { Shop } from '../shop.ts';
import { areInZones, drawTheaters } from '../show-times.ts';
import type { View } from '../view.ts';
import { factsOf } from './programme.ts';

/** A movie with all its coming shows. */
export async function openMovie(
  { matinee, serverUrl }: Shop,
  movieId: string,
  signal: AbortSignal,
): Promise<View> {
  const [movie, showtimes] = await Promise.all([
    matinee.movies.get({ movieId }, { signal }),
    matinee.showtimes.list.all({ movieId }, { signal }).toArray(),
  ]);
  const body = create('section', {}, [
    create('a', { className: 'back', href: hrefOf({ view: 'programme' }) }, ['← What’s on']),
    drawAbout(movie, serverUrl),
    ...drawDays(showtimes.filter(isOnSale)),
  ]);
  return { title: movie.title, body };
}

function drawAbout(movie: Movie, serverUrl: string): HTMLElement {
  const year = movie.releaseDate?.slice(0, 4);
  const about = create('div', { className: 'hero card' }, [
    drawPoster(movie, serverUrl),
    create('div', {}, [
      heading(movie.title),
      create('p', {
        className: 'quiet',
        textContent: [year, factsOf(movie)].filter((fact) => fact !== undefined).join(' · '),
      }),
      create('p', { textContent: movie.description ?? '' }),
    ]),
  ]);
  about.style.setProperty('--hue', String(hueOf(movie.title)));
  return about;
}

function drawDays(showtimes: Showtime[]): HTMLElement[] {
  const withZones = areInZones(showtimes);
  const byDate = Map.groupBy(showtimes, (showtime) => localDate(startOf(showtime)));
  const days = [...byDate].toSorted(([one], [other]) => one.localeCompare(other));
  if (days.length === 0) {
    return [create('p', { className: 'empty', textContent: 'No more shows of this movie.' })];
  }
  return days.map(([date, shows]) =>
    create('section', { className: 'day' }, [
      create('h2', {
        textContent: dateWords(date, { weekday: 'long', day: 'numeric', month: 'long' }),
      }),
      create('div', { className: 'theaters' }, drawTheaters(shows, withZones)),
    ]),
  );
}
