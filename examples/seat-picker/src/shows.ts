import type { Matinee, Movie, Showtime } from '@matinee/sdk';
import { create, find, openStep, say } from './page.ts';
import { explain, localTime, money } from './words.ts';

/** The second step: every movie that is shown, and when. */
export async function openShows(
  matinee: Matinee,
  onChosen: (showtime: Showtime) => void,
): Promise<void> {
  openStep('shows');
  const list = find('#movies');
  try {
    // Both are asked for together, so both travel in one request.
    const [movies, showtimes] = await Promise.all([
      matinee.movies.list.all({}).toArray(),
      matinee.showtimes.list.all({}).toArray(),
    ]);
    const now = new Date();
    const coming = showtimes.filter((each) => each.startTime > now && each.cancelledAt === null);
    const byMovie = Map.groupBy(coming, ({ movie }) => movie.id);
    const shown = movies.filter(({ id }) => byMovie.has(id));
    list.replaceChildren(
      ...shown.map((movie) => drawMovie(movie, byMovie.get(movie.id) ?? [], onChosen)),
    );
    if (shown.length === 0) {
      list.append(create('p', { textContent: 'No shows in the next days.' }));
    }
  } catch (error) {
    list.replaceChildren();
    say(explain(error));
  }
  list.ariaBusy = 'false';
}

function drawMovie(
  movie: Movie,
  showtimes: Showtime[],
  onChosen: (showtime: Showtime) => void,
): HTMLElement {
  const days = Map.groupBy(showtimes, (showtime) =>
    localTime(showtime, { weekday: 'long', day: 'numeric', month: 'long' }),
  );
  const about = `${movie.genre}, ${movie.durationMinutes} minutes`;
  return create('details', { name: 'movie', className: 'card' }, [
    create('summary', {}, [
      create('h2', { textContent: movie.title }),
      create('span', { className: 'quiet', textContent: about }),
    ]),
    create('p', { textContent: movie.description ?? '' }),
    ...[...days].flatMap(([day, ofDay]) => [
      create('h3', { textContent: day }),
      create(
        'div',
        { className: 'times' },
        ofDay.map((showtime) => drawShowtime(showtime, onChosen)),
      ),
    ]),
  ]);
}

function drawShowtime(showtime: Showtime, onChosen: (showtime: Showtime) => void): HTMLElement {
  const { availability, theater, price, currency } = showtime;
  const left = availability.available === 0 ? 'sold out' : `${availability.available} seats free`;
  const button = create('button', { type: 'button', disabled: availability.available === 0 }, [
    create('strong', { textContent: localTime(showtime, { timeStyle: 'short' }) }),
    create('span', { textContent: theater.name }),
    create('span', { className: 'quiet', textContent: `from ${money(price, currency)}, ${left}` }),
  ]);
  button.addEventListener('click', () => onChosen(showtime));
  return button;
}
