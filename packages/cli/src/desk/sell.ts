import type { DeskSale, Inputs, Matinee, Seat, Showtime } from '@matinee/sdk';
import { promptStreams } from '../ask.ts';
import { choose, openShowtimes } from '../booking/choose-showtime.ts';
import type { Option, ShowFilters } from '../booking/choose-showtime.ts';
import { findSeats } from '../booking/seat-names.ts';
import { chooseSeats, reportRefusal } from '../booking/seats.ts';
import type { Desk } from '../booking/seats.ts';
import { chooseTickets, nameTickets, toInput, totalOf } from '../booking/tickets.ts';
import type { TicketFlag } from '../booking/tickets.ts';
import { given } from '../command.ts';
import { endsWith, exitCodes, usageError } from '../failure.ts';
import { findId } from '../named/find-id.ts';
import { bigDigits } from '../output/big-digits.ts';
import { showReservation } from '../output/reservation.ts';
import { nameShowtime } from '../output/showtime.ts';
import { plain } from '../output/text.ts';
import { localTime } from '../output/time.ts';
import type { Format, Session } from '../session.ts';
import { takePayment } from './tender.ts';
import type { TenderFlags } from './tender.ts';

/** The flags of a sale. Each of them replaces a prompt. */
export interface SellFlags extends Format, TenderFlags {
  seat?: string[];
  ticket?: TicketFlag[];
  date?: string;
  name?: string;
  email?: string;
  user?: string;
}

/** Sells seats over the counter, to one customer after the other, and says what they get back. */
export async function sellAtDesk(
  session: Session,
  flags: SellFlags,
  [typed]: string[],
): Promise<void> {
  assertComplete(session, flags, typed);
  let showtime = await sellOnce(session, flags, typed);
  // Where the clerk chooses the seats, the next customer is a key away.
  while (session.canAsk && flags.seat === undefined && flags.json !== true) {
    const next = await askForNext(session);
    if (next === 'done') {
      return;
    }
    const same = next === 'same' ? showtime.id : undefined;
    showtime = await sellOnce(session, given(flags, ['date']), same);
  }
}

/** @returns the show that was sold */
async function sellOnce(
  session: Session,
  flags: SellFlags,
  typed: string | undefined,
): Promise<Showtime> {
  const matinee = await session.matinee();
  const showtime = await showtimeOf(session, matinee, { typed, ...given(flags, ['date']) });
  session.hint(nameShowtime(showtime));
  const customer = await customerOf(session, flags);
  const sale = await sellSeats({ session, matinee, showtime }, flags, customer);
  session.print(flags, sale.made, () => showSale(sale, showtime, session));
  session.talk(`Sold. The reference is ${sale.made.reservation.reference}.`);
  return showtime;
}

type Next = 'same' | 'other' | 'done';

/** Ctrl-C is an answer too: everything is sold. */
async function askForNext(session: Session): Promise<Next> {
  const prompts = await import('@clack/prompts');
  const next = await prompts.select<Next>({
    message: 'Next customer?',
    options: [
      { value: 'same', label: 'Same show' },
      { value: 'other', label: 'Another show' },
      { value: 'done', label: 'Done' },
    ],
    ...promptStreams(session),
  });
  return prompts.isCancel(next) ? 'done' : next;
}

function assertComplete(session: Session, flags: SellFlags, typed: string | undefined): void {
  if (flags.user !== undefined && (flags.name !== undefined || flags.email !== undefined)) {
    throw usageError('--user cannot be combined with --name or --email.');
  }
  const missing = [
    ...(typed === undefined ? ['<showtime>'] : []),
    ...(flags.seat === undefined ? ['--seat'] : []),
    ...(flags.tender === undefined ? ['--tender'] : []),
  ];
  if (missing.length > 0 && !session.canAsk) {
    throw usageError(
      `Missing: ${missing.join(', ')}.`,
      'At a terminal, the command asks for them.',
    );
  }
}

/** The show of the argument, or one that a prompt offers: the next one first. */
export async function showtimeOf(
  session: Session,
  matinee: Matinee,
  { typed, ...filters }: ShowFilters & { typed: string | undefined },
): Promise<Showtime> {
  if (typed !== undefined) {
    const showtimeId = await findId(session, 'showtime', typed);
    return matinee.showtimes.get({ showtimeId });
  }
  const sites = await matinee.sites.list.all({}).toArray();
  const lateMinutes = Math.max(0, ...sites.map((site) => site.lateSalesMinutes));
  const shows = await openShowtimes(matinee, filters, lateMinutes);
  const showtimeId = await choose(session, 'Which show?', shows.map(showOption));
  return matinee.showtimes.get({ showtimeId });
}

function showOption({ id, movie, theater, startTime, availability }: Showtime): Option {
  const start = localTime(startTime, theater.timezone);
  return {
    value: id,
    label: plain(`${start}  ${movie.title}, ${theater.name}`),
    hint: `${availability.available} free`,
  };
}

/** A sale, and whether the customer handed over cash that was counted. */
interface Sale {
  made: DeskSale;
  hasChange: boolean;
}

type Customer = Inputs['desk']['sell']['customer'];

async function customerOf(session: Session, { user, name, email }: SellFlags): Promise<Customer> {
  if (user !== undefined) {
    return { userId: await findId(session, 'user', user) };
  }
  return name === undefined && email === undefined
    ? undefined
    : { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
}

/** Repeats until seats are sold: another customer may be faster, and a rule may refuse the tickets. */
async function sellSeats(desk: Desk, flags: SellFlags, customer: Customer): Promise<Sale> {
  const { session, matinee, showtime } = desk;
  for (;;) {
    const seats = await seatsOf(desk, flags);
    const types = showtime.ticketTypes;
    const tickets = await chooseTickets(session, { seats, types, flags: flags.ticket });
    session.hint(nameTickets(tickets));
    const { currency } = showtime;
    const paid = await takePayment(session, flags, { total: totalOf(tickets), currency });
    try {
      const made = await matinee.desk.sell({
        showtimeId: showtime.id,
        seats: toInput(tickets),
        ...paid,
        ...(customer === undefined ? {} : { customer }),
      });
      return { made, hasChange: paid.tendered !== undefined };
    } catch (error) {
      await reportRefusal(session, error, seats);
      if (flags.seat) {
        throw endsWith(exitCodes.conflict);
      }
    }
  }
}

/** The seats of the flags, or those that are chosen on the map. */
export async function seatsOf(desk: Desk, { seat }: Pick<SellFlags, 'seat'>): Promise<Seat[]> {
  if (seat === undefined) {
    return chooseSeats(desk, isForSaleHere);
  }
  const map = await desk.matinee.showtimes.seats({ showtimeId: desk.showtime.id });
  const found = findSeats(seat.join(' '), map.seats);
  if ('fault' in found) {
    throw usageError(found.fault);
  }
  return found.seats;
}

/** The desk sells house seats as well. They are blocked; the server knows which of those they are. */
function isForSaleHere({ status, yours }: Seat): boolean {
  return status === 'available' || status === 'blocked' || yours === true;
}

function showSale(
  { made: { reservation, changeDue }, hasChange }: Sale,
  { theater }: Showtime,
  { paint, width }: Session,
): string {
  const zones = new Map([[theater.id, theater.timezone]]);
  const sold = showReservation(reservation, zones, paint);
  if (!hasChange) {
    return sold;
  }
  const change = paint.bold(`Change due: ${changeDue} ${reservation.currency}`);
  const drawn = width === undefined ? [] : ['', paint.bold(bigDigits(changeDue, width)), ''];
  return [sold, '', change, ...drawn].join('\n');
}
