import type { Matinee, Reservation, Showtime } from '@matinee/sdk';
import { ask, promptStreams } from '../ask.ts';
import { CliError, exitCodes, usageError } from '../failure.ts';
import { withIds } from '../named/find-id.ts';
import { showReservation } from '../output/reservation.ts';
import { nameShowtime } from '../output/showtime.ts';
import { plain } from '../output/text.ts';
import { hasSeveral, localTime, zoneName } from '../output/time.ts';
import type { Format, Session } from '../session.ts';
import { confirmBooking } from './confirm.ts';
import { chooseSeats, lockSeats } from './seats.ts';
import type { Desk } from './seats.ts';

/** Flags that replace a prompt. */
export interface BookFlags extends Format {
  movieId?: string;
  showtimeId?: string;
  date?: string;
}

/** The most shows to choose from: more than a person reads, and a bound on the requests. */
const mostShowtimes = 500;

/** Books seats step by step. Cleanup releases seats that are locked and not booked. */
export async function bookSeats(session: Session, flags: BookFlags): Promise<void> {
  if (!session.canAsk) {
    throw usageError(
      '`matinee book` is interactive, and it cannot prompt here.',
      'Run it at a terminal, without --no-input.',
    );
  }
  const matinee = await session.matinee();
  await matinee.auth.me();
  const { showtimeId, ...filters } = await withIds(session, flags);
  const showtime = showtimeId
    ? await matinee.showtimes.get({ showtimeId })
    : await chooseShowtime(session, matinee, filters);
  session.talk(plain(nameShowtime(showtime)));

  const reservation = await chooseAndBook({ session, matinee, showtime });
  const zones = new Map([[showtime.theater.id, showtime.theater.timezone]]);
  session.print(flags, reservation, () => showReservation(reservation, zones, session.paint));
  session.talk(`Booked. The reference is ${reservation.reference}.`);
}

/** Repeats until seats are booked: a lock may be refused, or expire before the confirmation. */
async function chooseAndBook(desk: Desk): Promise<Reservation> {
  for (;;) {
    const seats = await chooseSeats(desk);
    const lock = await lockSeats(desk, seats);
    const reservation = lock && (await confirmBooking(desk, seats, lock));
    if (reservation) {
      return reservation;
    }
  }
}

async function chooseShowtime(
  session: Session,
  matinee: Matinee,
  { movieId, date }: BookFlags,
): Promise<Showtime> {
  const filters = { ...(movieId ? { movieId } : {}), ...(date ? { date } : {}) };
  const all = await matinee.showtimes.list.all(filters).toArray({ limit: mostShowtimes });
  const open = all.filter((each) => !each.cancelledAt && each.startTime.getTime() > Date.now());
  if (open.length === 0) {
    throw new CliError(exitCodes.notFound, 'There are no shows to book.', 'Try another --date.');
  }
  const movie = await choose(session, 'Which movie?', moviesOf(open));
  const shows = open.filter((each) => each.movie.id === movie);
  const withZone = hasSeveral(shows.map(({ theater }) => theater.timezone));
  const options = shows.map((show) => showOption(show, withZone));
  const showtimeId = await choose(session, 'Which show?', options);
  return matinee.showtimes.get({ showtimeId });
}

interface Option {
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
async function choose(session: Session, message: string, options: Option[]): Promise<string> {
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
