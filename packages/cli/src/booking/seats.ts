import type { Matinee, Seat, SeatLock, SeatMap, Showtime } from '@matinee/sdk';
import { ask, promptStreams } from '../ask.ts';
import { CliError, describe, exitCodes } from '../failure.ts';
import { drawSeats } from '../output/showtime.ts';
import type { Session } from '../session.ts';
import { widthFor } from '../terminal.ts';
import { findSeats, seatName } from './seat-names.ts';

/** One customer at the desk: who sells, and for which show. */
export interface Desk {
  session: Session;
  matinee: Matinee;
  showtime: Showtime;
}

/** A lock, and when the server told of it by this machine's steady clock. */
export interface Lock extends SeatLock {
  readAt: number;
}

/** Draws the seats and asks for some of them. */
export async function chooseSeats({ session, matinee, showtime }: Desk): Promise<Seat[]> {
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

/** `undefined` when the seats are not to be had; why is told. */
export async function lockSeats(
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
export async function tellRefusal(session: Session, error: unknown, seats: Seat[]): Promise<void> {
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
