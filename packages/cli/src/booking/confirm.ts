import type { Reservation, Seat } from '@matinee/sdk';
import { CliError, exitCodes, interrupted } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import { table } from '../output/table.ts';
import type { Column } from '../output/table.ts';
import { plain } from '../output/text.ts';
import type { Session } from '../session.ts';
import { widthFor } from '../terminal.ts';
import { askWithCountdown } from './countdown.ts';
import type { Deadline } from './countdown.ts';
import { seatName } from './seat-names.ts';
import { reportRefusal } from './seats.ts';
import type { Desk, Lock } from './seats.ts';
import { toInput } from './tickets.ts';
import type { Ticket } from './tickets.ts';

/** Seats to book, and who they are for if the show has several ticket types. */
export interface Choice {
  seats: Seat[];
  tickets: Ticket[] | undefined;
}

/** What the customer pays. */
interface Price {
  totalPrice: string;
  currency: string;
}

/** @returns undefined if the seat lock has expired, and the seats must be chosen again */
export async function confirmBooking(
  desk: Desk,
  { seats, tickets }: Choice,
  lock: Lock,
): Promise<Reservation | undefined> {
  const { session, matinee, showtime, contactEmail } = desk;
  const seatIds = seats.map(({ id }) => id);
  const giveBack = async () => {
    await matinee.showtimes.unlockSeats({ showtimeId: showtime.id, seatIds });
    session.talk('The seats are free again.');
  };
  const forget = onInterrupt(() => {
    session.talk('');
    return giveBack();
  });
  let isSettled = false;
  try {
    const price = await priceOf(desk, { seats, tickets }, lock);
    if (!(await waitForYes(desk, seats, { ...lock, ...price }))) {
      return undefined;
    }
    const contact = contactEmail === undefined ? {} : { contactEmail };
    const reservation = await matinee.reservations.create({
      showtimeId: showtime.id,
      ...(tickets ? { seats: toInput(tickets) } : { seatIds }),
      ...contact,
    });
    isSettled = true;
    return reservation;
  } catch (error) {
    await reportRefusal(session, error, seats);
    return undefined;
  } finally {
    forget();
    if (!isSettled) {
      await giveBack().catch(() => {
        session.talk('The seats could not be released. They are free again when the lock expires.');
      });
    }
  }
}

/** What is to be paid. Only a price list has fees. */
async function priceOf(desk: Desk, { seats, tickets }: Choice, lock: Lock): Promise<Price> {
  const { session, matinee, showtime } = desk;
  if (tickets) {
    return showSum(desk, tickets);
  }
  // A server of release 0.1.0 knows no lists.
  if ((showtime.priceListId ?? null) === null) {
    return lock;
  }
  const seatIds = seats.map(({ id }) => id);
  const quote = await matinee.reservations.quote({ showtimeId: showtime.id, seatIds });
  if (Number(quote.fees) > 0) {
    session.talk(`\nSeats ${quote.totalPrice}, fees ${quote.fees} ${quote.currency}.\n`);
  }
  return { totalPrice: quote.total, currency: quote.currency };
}

/** Prints what each ticket costs, and the fees. @returns the sum with the fees */
async function showSum({ session, matinee, showtime }: Desk, tickets: Ticket[]): Promise<Price> {
  const quote = await matinee.reservations.quote({
    showtimeId: showtime.id,
    seats: toInput(tickets),
  });
  const { currency, fees, total } = quote;
  const prices = new Map(quote.seats.map(({ seatId, price }) => [seatId, price]));
  const lines = tickets.map(({ seat, type }) => ({
    seat: seatName(seat),
    name: type.name,
    price: prices.get(seat.id) ?? '',
  }));
  const fee = Number(fees) === 0 ? [] : [{ seat: 'Fees', name: '', price: fees }];
  const sum = { seat: 'Sum', name: '', price: total };
  session.talk(`\n${sumTable([...lines, ...fee, sum], currency, session)}\n`);
  return { totalPrice: total, currency };
}

interface SumLine {
  seat: string;
  name: string;
  price: string;
}

function sumTable(
  lines: SumLine[],
  currency: string,
  { terminal, talkPaint: paint }: Session,
): string {
  const columns: Column<SumLine>[] = [
    { title: 'SEAT', value: ({ seat }) => seat },
    { title: 'TICKET', value: ({ name }) => name, shrinks: true },
    { title: currency, value: ({ price }) => price, align: 'right' },
  ];
  return table(columns, lines, { paint, width: widthFor(terminal.talk) });
}

/** @returns false if the seat lock has expired @throws CliError if the user declines */
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
      session.talk('Your seat lock has expired. Choose seats again.');
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
    await reportRefusal(session, error, seats);
    return undefined;
  }
}
