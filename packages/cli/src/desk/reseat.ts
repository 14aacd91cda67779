import type { Inputs, Moved, Seat } from '@matinee/sdk';
import { askValid } from '../ask.ts';
import { findSeats } from '../booking/seat-names.ts';
import { reportRefusal } from '../booking/seats.ts';
import { endsWith, exitCodes, usageError } from '../failure.ts';
import { exactFinder } from '../named/find-id.ts';
import { showReservation } from '../output/reservation.ts';
import type { Format, Session } from '../session.ts';
import { askForReason, askForTender, confirmCard, tenders } from './tender.ts';
import type { Tender, TenderFlags } from './tender.ts';

/** The flags of a move. */
export interface ReseatFlags extends Format, Pick<TenderFlags, 'tender' | 'reason'> {
  /** `B1=B7`. */
  move?: string[];
}

type Moves = Inputs['desk']['reseat']['moves'];

/** Moves seats of a reservation to other seats of its show. */
export async function reseatAtDesk(
  session: Session,
  flags: ReseatFlags,
  [typed = '']: string[],
): Promise<void> {
  if (flags.move === undefined && !session.canAsk) {
    throw usageError('Missing: --move.', 'At a terminal, the command asks for it.');
  }
  const matinee = await session.matinee();
  const { id: reservationId } = await exactFinder(session, 'reservation', typed)();
  const { showtime } = await matinee.reservations.get({ reservationId });
  const { seats } = await matinee.showtimes.seats({ showtimeId: showtime.id });
  const moves = await movesOf(session, seats, flags);
  try {
    const moved = await withTender(session, { ...flags, tenders }, (paid) =>
      matinee.desk.reseat({ reservationId, moves, ...paid }),
    );
    await printMoved(session, flags, moved);
    session.talk(`Moved. ${differenceOf(moved)}`);
  } catch (error) {
    await reportRefusal(session, error, seats);
    throw endsWith(exitCodes.conflict);
  }
}

async function movesOf(
  session: Session,
  seats: readonly Seat[],
  { move }: ReseatFlags,
): Promise<Moves> {
  if (move !== undefined) {
    const read = readMoves(move.join(' '), seats);
    if ('fault' in read) {
      throw usageError(read.fault);
    }
    return read.moves;
  }
  return askValid(session, {
    message: 'Which seat becomes which? Such as B1=B7 B2=B8',
    hint: 'Enter seats of this show, such as B1=B7.',
    read: (text) => {
      const read = readMoves(text, seats);
      return 'fault' in read ? undefined : read.moves;
    },
  });
}

function readMoves(text: string, seats: readonly Seat[]): { moves: Moves } | { fault: string } {
  const moves: Moves = [];
  for (const word of text.split(/[\s,;]+/).filter(Boolean)) {
    const [from = '', to = '', ...more] = word.split('=');
    const [old, next] = [oneSeat(from, seats), oneSeat(to, seats)];
    if (!old || !next || more.length > 0) {
      return { fault: `${word} is not two seats of this show, such as B1=B7.` };
    }
    moves.push({ from: old.id, to: next.id });
  }
  return moves.length > 0 ? { moves } : { fault: 'Enter two seats, such as B1=B7.' };
}

function oneSeat(name: string, seats: readonly Seat[]): Seat | undefined {
  const found = findSeats(name, seats);
  return 'fault' in found || found.seats.length > 1 ? undefined : found.seats[0];
}

/** How a difference may be paid, and what the flags say. */
interface WaysToPay<Way> {
  tenders: readonly Way[];
  tender?: Way;
  reason?: string;
}

/** How a difference is paid. */
type DifferencePaid<Way> = { tender?: Way; reason?: string };

/**
 * Sends a change, and asks how it is paid when the server says that something is to be paid. What is
 * to be paid is known to the server alone.
 */
export async function withTender<Way extends Tender, Answer>(
  session: Session,
  { tender, reason, tenders: offered }: WaysToPay<Way>,
  send: (paid: DifferencePaid<Way>) => Promise<Answer>,
): Promise<Answer> {
  const why = reason === undefined ? {} : { reason };
  if (tender !== undefined) {
    return send({ tender, ...why });
  }
  try {
    return await send(why);
  } catch (error) {
    const price = await priceIn(error);
    if (price === undefined || !session.canAsk) {
      throw error;
    }
    const chosen = await askForTender(session, price, offered);
    if (chosen === 'card_terminal') {
      await confirmCard(session, price);
    }
    const words = chosen === 'comp' ? { reason: reason ?? (await askForReason(session)) } : why;
    return send({ tender: chosen, ...words });
  }
}

/** The amount in the refusal of a change without a tender. */
async function priceIn(error: unknown): Promise<string | undefined> {
  const { isMatineeError } = await import('@matinee/sdk');
  if (!isMatineeError(error) || error.code !== 'VALIDATION_ERROR') {
    return undefined;
  }
  const issue = error.details.issues?.find(({ path }) => path.join('.') === 'tender');
  return /\d+\.\d\d/.exec(issue?.message ?? '')?.[0];
}

/** Prints what the customer has now. */
export async function printMoved(session: Session, flags: Format, moved: Moved): Promise<void> {
  const { reservation } = moved;
  const matinee = await session.matinee();
  const { theater } = await matinee.showtimes.get({ showtimeId: reservation.showtime.id });
  const zones = new Map([[theater.id, theater.timezone]]);
  session.print(flags, moved, () => showReservation(reservation, zones, session.paint));
}

/** What was paid or is returned, in words. */
export function differenceOf({
  difference,
  waiting,
  previous,
  reservation: { currency, reference, payment },
}: Moved): string {
  if (payment === null && Number(difference) !== 0) {
    return `The difference is ${difference} ${currency}; it is not settled here.`;
  }
  if (difference.startsWith('-')) {
    const all = `${difference.slice(1)} ${currency} is returned.`;
    return waiting === '0.00'
      ? all
      : `${all} ${waiting} waits: matinee desk pay-out ${previous?.reference ?? reference}.`;
  }
  return Number(difference) === 0 ? 'Nothing is to be paid.' : `Paid: ${difference} ${currency}.`;
}
