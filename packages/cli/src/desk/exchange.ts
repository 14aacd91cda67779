import { reportRefusal } from '../booking/seats.ts';
import { chooseTickets, nameTickets, toInput } from '../booking/tickets.ts';
import type { TicketFlag } from '../booking/tickets.ts';
import { given } from '../command.ts';
import { endsWith, exitCodes, usageError } from '../failure.ts';
import { exactFinder } from '../named/find-id.ts';
import { nameShowtime } from '../output/showtime.ts';
import type { Format, Session } from '../session.ts';
import { differenceOf, printMoved, withTender } from './reseat.ts';
import { seatsOf, showtimeOf } from './sell.ts';
import { exchangeTenders } from './tender.ts';
import type { ExchangeTender } from './tender.ts';

/** The flags of an exchange. */
export interface ExchangeFlags extends Format {
  seat?: string[];
  ticket?: TicketFlag[];
  date?: string;
  tender?: ExchangeTender;
}

/** Exchanges a reservation for seats of any show that the desk sells. */
export async function exchangeAtDesk(
  session: Session,
  flags: ExchangeFlags,
  [reservation = '', typed]: string[],
): Promise<void> {
  const missing = [
    ...(typed === undefined ? ['<showtime>'] : []),
    ...(flags.seat === undefined ? ['--seat'] : []),
  ];
  if (missing.length > 0 && !session.canAsk) {
    throw usageError(
      `Missing: ${missing.join(', ')}.`,
      'At a terminal, the command asks for them.',
    );
  }
  const matinee = await session.matinee();
  const { id: reservationId } = await exactFinder(session, 'reservation', reservation)();
  const showtime = await showtimeOf(session, matinee, { typed, ...given(flags, ['date']) });
  session.hint(nameShowtime(showtime));
  const seats = await seatsOf({ session, matinee, showtime }, flags);
  const tickets = await chooseTickets(session, {
    seats,
    types: showtime.ticketTypes,
    flags: flags.ticket,
  });
  session.hint(nameTickets(tickets));
  const wanted = { reservationId, showtimeId: showtime.id, seats: toInput(tickets) };
  try {
    const moved = await withTender(session, { ...flags, tenders: exchangeTenders }, (paid) =>
      matinee.desk.exchange({ ...wanted, ...given(paid, ['tender']) }),
    );
    await printMoved(session, flags, moved);
    session.talk(
      `Exchanged. The reference is ${moved.reservation.reference}. ${differenceOf(moved)}`,
    );
  } catch (error) {
    await reportRefusal(session, error, seats);
    throw endsWith(exitCodes.conflict);
  }
}
