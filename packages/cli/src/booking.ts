import type { Matinee, Reservation, Seat, SeatLock, SeatMap, Showtime } from '@matinee/sdk';
import { ask, promptStreams } from './ask.ts';
import type { BookFlags } from './commands/book.ts';
import { askWithCountdown } from './countdown.ts';
import type { Deadline } from './countdown.ts';
import { CliError, describe, exitCodes, interrupted, usageError } from './failure.ts';
import { onInterrupt } from './interrupt.ts';
import { showReservation } from './output/reservation.ts';
import { drawSeats, nameShowtime } from './output/showtime.ts';
import { plain } from './output/text.ts';
import { localTime } from './output/time.ts';
import { findSeats, seatName } from './seat-names.ts';
import type { Session } from './session.ts';
import { widthFor } from './terminal.ts';

/** Shows to choose from: more than a person reads, and a bound for what is asked of the server. */
const mostShowtimes = 500;

/** Books seats step by step. Seats that are locked and not booked are given back on every way out. */
export async function bookSeats(session: Session, flags: BookFlags): Promise<void> {
  if (!session.canAsk) {
    throw usageError('`matinee book` asks questions, and there is nobody at a terminal.');
  }
  const matinee = await session.matinee();
  await matinee.auth.me();
  const showtime = flags.showtimeId
    ? await matinee.showtimes.get({ showtimeId: flags.showtimeId })
    : await chooseShowtime(session, matinee, flags);
  session.talk(plain(nameShowtime(showtime)));

  const reservation = await chooseAndBook({ session, matinee, showtime });
  const zones = new Map([[showtime.theater.id, showtime.theater.timezone]]);
  session.answer(flags, reservation, () => showReservation(reservation, zones, session.paint));
  session.talk(`Booked. The reference is ${reservation.reference}.`);
}

interface Desk {
  session: Session;
  matinee: Matinee;
  showtime: Showtime;
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
    throw new CliError(exitCodes.notFound, 'There is no show to book.', 'Try another --date.');
  }
  const movie = await choose(session, 'Which movie?', moviesOf(open));
  const shows = open.filter((each) => each.movie.id === movie);
  const showtimeId = await choose(session, 'Which show?', shows.map(showOption));
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

function showOption(showtime: Showtime): Option {
  const { theater, availability, price, currency } = showtime;
  const start = localTime(showtime.startTime, theater.timezone);
  return {
    value: showtime.id,
    label: plain(`${start}  ${theater.name}`),
    hint: `${availability.available} of ${availability.total} free, ${price} ${currency}`,
  };
}

/** A list in which typing searches. A single choice is no question. */
async function choose(session: Session, message: string, options: Option[]): Promise<string> {
  const [only] = options;
  if (only && options.length === 1) {
    session.talk(`${message} ${only.label}`);
    return only.value;
  }
  const streams = promptStreams(session);
  return ask((prompts) =>
    prompts.autocomplete({ message, options, maxItems: 12, ...streams }),
  );
}

/** Until something is booked: a lock may be refused, and may run out while the customer thinks. */
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

async function chooseSeats({ session, matinee, showtime }: Desk): Promise<Seat[]> {
  const map = await matinee.showtimes.seats({ showtimeId: showtime.id });
  const width = widthFor(session.terminal.talk);
  session.talk(`\n${drawSeats(map, { paint: session.talkPaint, width })}\n`);
  if (!map.seats.some(isForSale)) {
    throw new CliError(exitCodes.conflict, 'There is no free seat left.');
  }
  const text = await ask((prompts) =>
    prompts.text({
      message: 'Which seats?',
      placeholder: 'such as C5 C6, or C5-C8',
      ...promptStreams(session),
      validate: (typed) => faultOf(typed ?? '', map),
    }),
  );
  const found = findSeats(text, map.seats);
  return 'seats' in found ? found.seats : [];
}

function faultOf(text: string, map: SeatMap): string | undefined {
  const found = findSeats(text, map.seats);
  if ('fault' in found) {
    return found.fault;
  }
  const taken = found.seats.filter((seat) => !isForSale(seat));
  return taken.length > 0 ? `Not free: ${taken.map(seatName).join(', ')}.` : undefined;
}

function isForSale({ status, yours }: Seat): boolean {
  return status === 'available' || yours === true;
}

interface Lock extends SeatLock {
  readAt: number;
}

/** `undefined` when somebody was faster; who it was that refused is told. */
async function lockSeats(
  { session, matinee, showtime }: Desk,
  seats: Seat[],
): Promise<Lock | undefined> {
  const seatIds = seats.map(({ id }) => id);
  try {
    const lock = await matinee.showtimes.lockSeats({ showtimeId: showtime.id, seatIds });
    return { ...lock, readAt: performance.now() };
  } catch (error) {
    await tellRefusal(session, error, seats);
    return undefined;
  }
}

/** Seats are named as people call them; what is not about seats ends the booking. */
async function tellRefusal(session: Session, error: unknown, seats: Seat[]): Promise<void> {
  const { isMatineeError } = await import('@matinee/sdk');
  if (!isMatineeError(error)) {
    throw error;
  }
  if (error.code === 'SEATS_UNAVAILABLE' || error.code === 'LOCK_EXPIRED') {
    const names = new Map(seats.map((seat) => [seat.id, seatName(seat)]));
    const told = error.details.seats.map(({ seatId, reason }) => `${names.get(seatId)}: ${reason}`);
    session.talk(`${error.message} ${told.join(', ')}`);
    return;
  }
  if (error.code === 'SEAT_LIMIT_EXCEEDED' || error.code === 'LOCK_EXTENSION_LIMIT') {
    session.talk(describe(error).join('\n'));
    return;
  }
  throw error;
}

/** `undefined` when the lock ran out, and the seats have to be chosen again. */
async function confirmBooking(
  desk: Desk,
  seats: Seat[],
  lock: Lock,
): Promise<Reservation | undefined> {
  const { session, matinee, showtime } = desk;
  const seatIds = seats.map(({ id }) => id);
  const giveBack = async () => {
    await matinee.showtimes.unlockSeats({ showtimeId: showtime.id, seatIds });
    session.talk('The seats are free again.');
  };
  const forget = onInterrupt(giveBack);
  let isSettled = false;
  try {
    if (!(await waitForYes(desk, seats, lock))) {
      return undefined;
    }
    const reservation = await matinee.reservations.create({ showtimeId: showtime.id, seatIds });
    isSettled = true;
    return reservation;
  } catch (error) {
    await tellRefusal(session, error, seats);
    return undefined;
  } finally {
    forget();
    if (!isSettled) {
      await giveBack().catch(() => session.talk('The seats are free again when their time is up.'));
    }
  }
}

/** False when the time is up. A no ends the booking. */
async function waitForYes(desk: Desk, seats: Seat[], lock: Lock): Promise<boolean> {
  const { session } = desk;
  const names = seats.map(seatName).join(', ');
  const question = `Book ${plain(names)} for ${lock.totalPrice} ${lock.currency}?`;
  let deadline: Deadline = lock;
  for (;;) {
    const key = await askWithCountdown(session, question, deadline);
    if (key === 'yes') {
      return true;
    }
    if (key === 'expired') {
      session.talk('The time is up.');
      return false;
    }
    if (key === 'stop') {
      throw interrupted();
    }
    if (key === 'no') {
      throw new CliError(exitCodes.error, 'Nothing was booked.');
    }
    deadline = (await extend(desk, seats)) ?? deadline;
  }
}

async function extend(
  { session, matinee, showtime }: Desk,
  seats: Seat[],
): Promise<Deadline | undefined> {
  const seatIds = seats.map(({ id }) => id);
  try {
    const lock = await matinee.showtimes.extendLock({ showtimeId: showtime.id, seatIds });
    return { ...lock, readAt: performance.now() };
  } catch (error) {
    await tellRefusal(session, error, seats);
    return undefined;
  }
}
