import type { Movie, Showtime } from '@matinee/sdk';
import { hrefOf } from '../address.ts';
import { create, heading } from '../elements.ts';
import { addDays, dateWords, localDate, startOf } from '../local-time.ts';
import { drawPoster } from '../poster.ts';
import { isOnSale } from '../shop.ts';
import type { Shop } from '../shop.ts';
import { areInZones, drawTheaters } from '../show-times.ts';
import type { View } from '../view.ts';

/** How many days the customer can choose from. */
const daysShown = 14;

/** The first view: what is on, day by day. */
export async function openProgramme(
  { matinee, serverUrl }: Shop,
  wantedDate: string | undefined,
  signal: AbortSignal,
): Promise<View> {
  const options = { signal };
  // Calls that are made together travel in one request.
  const [theaters, { items: next }] = await Promise.all([
    matinee.theaters.list.all({}, options).toArray(),
    matinee.showtimes.list({ limit: 50 }, options),
  ]);
  const todays = theaters.map(({ timezone: timeZone }) =>
    localDate({ instant: new Date(), timeZone }),
  );
  const firstShow = next.find(isOnSale);
  const date = wantedDate ?? (firstShow ? localDate(startOf(firstShow)) : firstOf(todays));
  const [movies, showtimes] = await Promise.all([
    matinee.movies.list.all({ date }, options).toArray(),
    matinee.showtimes.list.all({ date }, options).toArray(),
  ]);
  const title = `What’s on ${dayName(date, todays)}`;
  const days = drawDays(date, todays);
  const body = create('section', { className: 'programme' }, [
    heading(title),
    days,
    ...drawMovies(movies, showtimes.filter(isOnSale), serverUrl),
  ]);
  // On phones the chosen day may be beyond the edge of the strip.
  const opened = () =>
    days.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  return { title, body, opened };
}

function firstOf(dates: string[]): string {
  return dates.toSorted()[0] ?? new Date().toISOString().slice(0, 10);
}

/** "today", "tomorrow", or the date. Of theaters around the world, all must agree on it. */
function dayName(date: string, todays: string[]): string {
  const full = dateWords(date, { weekday: 'long', day: 'numeric', month: 'long' });
  return relativeName(date, todays)?.toLowerCase() ?? full;
}

function relativeName(date: string, todays: string[]): string | undefined {
  if (todays.every((today) => date === today)) {
    return 'Today';
  }
  return todays.every((today) => date === addDays(today, 1)) ? 'Tomorrow' : undefined;
}

function drawDays(chosen: string, todays: string[]): HTMLElement {
  const first = firstOf(todays);
  const dates = Array.from({ length: daysShown }, (_, index) => addDays(first, index));
  const days = dates.map((date) => {
    const name = relativeName(date, todays) ?? dateWords(date, { weekday: 'short' });
    const link = create('a', { href: hrefOf({ view: 'programme', date }) }, [
      create('strong', { textContent: name }),
      ' ',
      create('span', { textContent: dateWords(date, { day: 'numeric', month: 'short' }) }),
    ]);
    if (date === chosen) {
      link.ariaCurrent = 'date';
    }
    return create('li', {}, [link]);
  });
  return create('nav', { className: 'days', ariaLabel: 'Days' }, [create('ul', {}, days)]);
}

function drawMovies(movies: Movie[], showtimes: Showtime[], serverUrl: string): HTMLElement[] {
  const byMovie = Map.groupBy(showtimes, ({ movie }) => movie.id);
  const withZones = areInZones(showtimes);
  const cards = movies.flatMap((movie) => {
    const shows = byMovie.get(movie.id);
    return shows ? [drawMovie(movie, serverUrl, drawTheaters(shows, withZones))] : [];
  });
  return cards.length > 0
    ? [create('div', { className: 'movies' }, cards)]
    : [create('p', { className: 'empty', textContent: 'No more shows on this day.' })];
}

function drawMovie(movie: Movie, serverUrl: string, theaters: HTMLElement[]): HTMLElement {
  const href = hrefOf({ view: 'movie', movieId: movie.id });
  // The title is the link for the keyboard and screen readers; the poster is the larger target.
  const poster = create('a', { href, tabIndex: -1, ariaHidden: 'true' }, [
    drawPoster(movie, serverUrl),
  ]);
  return create('article', { className: 'movie card' }, [
    poster,
    create('div', { className: 'about' }, [
      create('h2', {}, [create('a', { href, textContent: movie.title })]),
      create('p', { className: 'quiet', textContent: factsOf(movie) }),
      ...theaters,
    ]),
  ]);
}

/** "Comedy · 79 minutes · NR" */
export function factsOf({ genre, durationMinutes, contentRating }: Movie): string {
  const facts = [genre, `${durationMinutes} minutes`, contentRating];
  return facts.filter((fact) => fact !== null).join(' · ');
}
