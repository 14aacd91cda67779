import type { Matinee, Showtime } from '@matinee/sdk';
import { ask, promptStreams } from '../ask.ts';
import { CliError, exitCodes } from '../failure.ts';
import { plain } from '../output/text.ts';
import { hasSeveral, localTime, zoneName } from '../output/time.ts';
import type { Session } from '../session.ts';

/** The most shows to choose from: more than a person reads, and a bound on the requests. */
const mostShowtimes = 500;

/** The shows to choose from. */
export interface ShowFilters {
  movieId?: string;
  date?: string;
}

/** Prompts for a movie, then for one of its shows. */
export async function chooseShowtime(
  session: Session,
  matinee: Matinee,
  { movieId, date }: ShowFilters,
): Promise<Showtime> {
  const filters = { ...(movieId ? { movieId } : {}), ...(date ? { date } : {}) };
  const open = await openShowtimes(matinee, filters);
  const movie = await choose(session, 'Which movie?', moviesOf(open));
  const shows = open.filter((each) => each.movie.id === movie);
  const withZone = hasSeveral(shows.map(({ theater }) => theater.timezone));
  const options = shows.map((show) => showOption(show, withZone));
  const showtimeId = await choose(session, 'Which show?', options);
  return matinee.showtimes.get({ showtimeId });
}

/**
 * The shows that are not cancelled, by start.
 *
 * @param lateMinutes shows that began so long ago are among them
 * @throws CliError if there are none
 */
export async function openShowtimes(
  matinee: Matinee,
  filters: ShowFilters,
  lateMinutes = 0,
): Promise<Showtime[]> {
  const all = await matinee.showtimes.list.all(filters).toArray({ limit: mostShowtimes });
  const since = Date.now() - lateMinutes * 60_000;
  const open = all.filter((each) => !each.cancelledAt && each.startTime.getTime() > since);
  if (open.length === 0) {
    throw new CliError(exitCodes.notFound, 'There are no shows to book.', 'Try another --date.');
  }
  return open;
}

/** A choice of a prompt. */
export interface Option {
  value: string;
  label: string;
  hint?: string;
}

function moviesOf(showtimes: readonly Showtime[]): Option[] {
  const titles = new Map(showtimes.map(({ movie }) => [movie.id, movie.title]));
  return [...titles]
    .map(([value, title]) => ({ value, label: plain(title) }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
}

function showOption(showtime: Showtime, withZone: boolean): Option {
  const { theater, availability, price, currency } = showtime;
  const start = localTime(showtime.startTime, theater.timezone);
  const zone = withZone ? ` ${zoneName(showtime.startTime, theater.timezone)}` : '';
  return {
    value: showtime.id,
    label: plain(`${start}${zone}  ${theater.name}`),
    hint: `${availability.available} of ${availability.total} free, ${price} ${currency}`,
  };
}

/** Prompts with a list that typing filters. A single option needs no prompt. */
export async function choose(
  session: Session,
  message: string,
  options: Option[],
): Promise<string> {
  const [only] = options;
  if (only && options.length === 1) {
    session.talk(`${message} ${only.label}`);
    return only.value;
  }
  const streams = promptStreams(session);
  for (;;) {
    // Without an option that fits the text, Enter chooses nothing.
    const chosen = await ask<string | undefined>((prompts) =>
      prompts.autocomplete({ message, options, maxItems: 12, ...streams }),
    );
    if (chosen !== undefined) {
      return chosen;
    }
    session.talk('Nothing fits. Type a part of what you look for.');
  }
}
