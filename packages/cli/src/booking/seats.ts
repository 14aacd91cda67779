import type { Matinee, Seat, SeatLock, SeatMap, Showtime } from '@matinee/sdk';
import { ask, promptStreams } from '../ask.ts';
import { CliError, exitCodes } from '../failure.ts';
import { drawSeats } from '../output/showtime.ts';
import { plain } from '../output/text.ts';
import { describe, seatLine, seatRule } from '../server-errors.ts';
import type { Session } from '../session.ts';
import { widthFor } from '../terminal.ts';
import { findSeats, seatName } from './seat-names.ts';

/** A sale: the session, the client and the show. */
export interface Desk {
  session: Session;
  matinee: Matinee;
  showtime: Showtime;
  contactEmail?: string | undefined;
  /** Wheelchair places are asked for. */
  accessibility?: true | undefined;
}

/** A seat lock, and `performance.now()` when the response arrived. */
export interface Lock extends SeatLock {
  readAt: number;
}

type IsForSale = (seat: Seat) => boolean;

/** Draws the seat map and prompts for seats. */
export async function chooseSeats(
  { session, matinee, showtime }: Desk,
  isForSale: IsForSale = isFree,
): Promise<Seat[]> {
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
      validate: (typed) => faultOf(typed ?? '', map, isForSale),
    }),
  );
  const found = findSeats(text, map.seats);
  return 'seats' in found ? found.seats : [];
}

function faultOf(text: string, map: SeatMap, isForSale: IsForSale): string | undefined {
  const found = findSeats(text, map.seats);
  if ('fault' in found) {
    return found.fault;
  }
  const taken = found.seats.filter((seat) => !isForSale(seat));
  const names = taken.map(seatName).join(', ');
  return taken.length > 0 ? `${names} ${taken.length === 1 ? 'is' : 'are'} not free.` : undefined;
}

function isFree({ status, yours }: Seat): boolean {
  return status === 'available' || yours === true;
}

/** @returns undefined if the server refuses the seats; the reason is printed */
export async function lockSeats(
  { session, matinee, showtime, accessibility }: Desk,
  seats: Seat[],
): Promise<Lock | undefined> {
  const seatIds = seats.map(({ id }) => id);
  try {
    const asked = accessibility ? { accessibility } : {};
    const lock = await matinee.showtimes.lockSeats({
      showtimeId: showtime.id,
      seatIds,
      ...asked,
    });
    return { ...lock, readAt: performance.now() };
  } catch (error) {
    await reportRefusal(session, error, seats);
    return undefined;
  }
}

/** Refusals after which other seats or tickets may be chosen. */
const refusals: ReadonlySet<string> = new Set([
  'SEAT_LIMIT_EXCEEDED',
  'LOCK_EXTENSION_LIMIT',
  'TICKET_TYPE_NOT_ALLOWED',
  'AGE_RESTRICTED',
]);

/** Prints a refusal with the names of the seats. Rethrows an error that is not about seats or tickets. */
export async function reportRefusal(
  session: Session,
  error: unknown,
  seats: Seat[],
): Promise<void> {
  const { isMatineeError } = await import('@matinee/sdk');
  if (!isMatineeError(error)) {
    throw error;
  }
  const names = new Map(seats.map((seat) => [seat.id, seatName(seat)]));
  if (error.code === 'SEAT_RULE') {
    const { rule, seatIds } = error.details;
    const broken = (seatIds ?? []).map((seatId) => names.get(seatId) ?? seatId).join(', ');
    session.talk(plain(`${broken}: ${seatRule(rule) ?? error.userMessage}`));
    return;
  }
  if (error.code === 'SEATS_UNAVAILABLE' || error.code === 'LOCK_EXPIRED') {
    const refused = (error.details.seats ?? []).map(({ seatId, reason }) =>
      seatLine(names.get(seatId) ?? seatId, reason),
    );
    session.talk(plain(`${error.userMessage} ${refused.join(', ')}`));
    return;
  }
  if (refusals.has(error.code)) {
    session.talk(describe(error).join('\n'));
    return;
  }
  throw error;
}
