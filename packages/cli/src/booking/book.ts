import type { Reservation, Seat, Showtime } from '@matinee/sdk';
import { usageError } from '../failure.ts';
import { withIds } from '../named/find-id.ts';
import { showReservation } from '../output/reservation.ts';
import { nameShowtime } from '../output/showtime.ts';
import { plain } from '../output/text.ts';
import type { Format, Session } from '../session.ts';
import { chooseShowtime } from './choose-showtime.ts';
import type { ShowFilters } from './choose-showtime.ts';
import { confirmBooking } from './confirm.ts';
import { waitForPayment } from './pay.ts';
import { chooseSeats, lockSeats } from './seats.ts';
import type { Desk } from './seats.ts';
import { chooseTickets } from './tickets.ts';
import type { ShowType, Ticket, TicketFlag } from './tickets.ts';

/** Flags that replace a prompt. */
export interface BookFlags extends Format, ShowFilters {
  showtimeId?: string;
  contactEmail?: string;
  accessibility?: true;
  ticket?: TicketFlag[];
}

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
  const { contactEmail, accessibility, ticket, ...choices } = flags;
  const { showtimeId, ...filters } = await withIds(session, choices);
  const showtime = showtimeId
    ? await matinee.showtimes.get({ showtimeId })
    : await chooseShowtime(session, matinee, filters);
  session.talk(plain(nameShowtime(showtime)));

  const desk = { session, matinee, showtime, contactEmail, accessibility };
  const booked = await chooseAndBook(desk, ticket);
  const { timezone } = showtime.theater;
  const reservation =
    booked.status === 'pending'
      ? await waitForPayment(session, matinee, { reservation: booked, timezone })
      : booked;
  const zones = new Map([[showtime.theater.id, showtime.theater.timezone]]);
  session.print(flags, reservation, () => showReservation(reservation, zones, session.paint));
  session.talk(`Booked. The reference is ${reservation.reference}.`);
}

/** Repeats until seats are booked: a lock may be refused, or expire before the confirmation. */
async function chooseAndBook(desk: Desk, flags?: readonly TicketFlag[]): Promise<Reservation> {
  for (;;) {
    const seats = await chooseSeats(desk);
    const tickets = await ticketsFor(desk, seats, flags);
    const lock = await lockSeats(desk, seats);
    const reservation = lock && (await confirmBooking(desk, { seats, tickets }, lock));
    if (reservation) {
      return reservation;
    }
  }
}

/** Who the seats are for; undefined for a show with one ticket type, whose seats are booked alone. */
async function ticketsFor(
  { session, showtime }: Desk,
  seats: Seat[],
  flags: readonly TicketFlag[] | undefined,
): Promise<Ticket[] | undefined> {
  const types = typesOf(showtime);
  if (flags !== undefined && types.length === 0) {
    throw usageError('This server has no ticket types.', 'Book without --ticket.');
  }
  return types.length > 1 || flags !== undefined
    ? chooseTickets(session, { seats, types, flags })
    : undefined;
}

/** A server of release 0.1.0 does not send ticket types. */
function typesOf({ ticketTypes = [] }: Partial<Pick<Showtime, 'ticketTypes'>>): ShowType[] {
  return ticketTypes;
}
