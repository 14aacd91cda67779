import type { Matinee, Seat, SeatLock, SeatMap, Showtime } from '@matinee/sdk';
import { ask, promptStreams } from '../ask.ts';
import { CliError, exitCodes } from '../failure.ts';
import { drawSeats } from '../output/showtime.ts';
import { plain } from '../output/text.ts';
import { describe, seatLine } from '../server-errors.ts';
import type { Session } from '../session.ts';
import { widthFor } from '../terminal.ts';
import { findSeats, seatName } from './seat-names.ts';

/** A sale: the session, the client and the show. */
export interface Desk {
  session: Session;
  matinee: Matinee;
  showtime: Showtime;
}

/** A seat lock, and `performance.now()` when the response arrived. */
export interface Lock extends SeatLock {
  readAt: number;
}

/** Draws the seat map and prompts for seats. */
export async function chooseSeats({ session, matinee, showtime }: Desk): Promise<Seat[]> {
  const map = await matinee.showtimes.seats({ showtimeId: showtime.id });
  const width = widthFor(session.terminal.talk);
  session.talk(`\n${drawSeats(map, { paint: session.talkPaint, width })}\n`);
  if (!map.seats.some(isForSale)) {
    throw new CliError(exitCodes.conflict, 'No seat of this show is free.', 'Choose another show.');
  }
  const text = await ask((prompts) =>
    prompts.text({
      message: 'Which seats?',
      placeholder: 'such as C5 C6 or C5-C8',
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
  const names = taken.map(seatName).join(', ');
  return taken.length > 0 ? `${names} ${taken.length === 1 ? 'is' : 'are'} not free.` : undefined;
}

function isForSale({ status, yours }: Seat): boolean {
  return status === 'available' || yours === true;
}

/** @returns undefined if the server refuses the seats; the reason is printed */
export async function lockSeats(
  { session, matinee, showtime }: Desk,
  seats: Seat[],
): Promise<Lock | undefined> {
  const seatIds = seats.map(({ id }) => id);
  try {
    const lock = await matinee.showtimes.lockSeats({ showtimeId: showtime.id, seatIds });
    return { ...lock, readAt: performance.now() };
  } catch (error) {
    await reportRefusal(session, error, seats);
    return undefined;
  }
}

/** Prints a refusal with the names of the seats. Rethrows an error that is not about seats. */
export async function reportRefusal(
  session: Session,
  error: unknown,
  seats: Seat[],
): Promise<void> {
  const { isMatineeError } = await import('@matinee/sdk');
  if (!isMatineeError(error)) {
    throw error;
  }
  if (error.code === 'SEATS_UNAVAILABLE' || error.code === 'LOCK_EXPIRED') {
    const names = new Map(seats.map((seat) => [seat.id, seatName(seat)]));
    const refused = (error.details.seats ?? []).map(({ seatId, reason }) =>
      seatLine(names.get(seatId) ?? seatId, reason),
    );
    session.talk(plain(`${error.userMessage} ${refused.join(', ')}`));
    return;
  }
  if (error.code === 'SEAT_LIMIT_EXCEEDED' || error.code === 'LOCK_EXTENSION_LIMIT') {
    session.talk(describe(error).join('\n'));
    return;
  }
  throw error;
}
