import { noSuch } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import { calendarOf } from './calendar.ts';
import { readForFile, sheetOf, ticketsOf } from './list.ts';
import { pictureOf } from './picture.ts';
import type { TicketFile, TicketPicture, TicketText } from './schema.ts';
import type { TicketSheet } from './sheet.ts';

/** What is printed on the tickets of a reservation. @throws as `readForFile`, `sheetOf` */
export async function readTicketSheet(
  ctx: ServiceContext,
  input: TicketFile,
): Promise<TicketSheet> {
  return sheetOf(ctx, await readForFile(ctx, input));
}

/**
 * The calendar file of a reservation, also when it has been cancelled.
 *
 * @throws as `readForFile`; NotFoundError while it is not paid for
 */
export async function readTicketCalendar(
  ctx: ServiceContext,
  input: TicketFile,
): Promise<TicketText> {
  const reservation = await readForFile(ctx, input);
  if (reservation.status === 'pending') {
    throw noSuch('ticket');
  }
  const { reference } = reservation;
  return { text: calendarOf(reservation, ctx.app.clock()), reference };
}

/** The QR code of one ticket as SVG. @throws as `readForFile`; NotFoundError when it is void */
export async function readTicketPicture(
  ctx: ServiceContext,
  input: TicketPicture,
): Promise<TicketText> {
  const reservation = await readForFile(ctx, input);
  const tickets = ticketsOf(ctx, reservation);
  const ticket = tickets.find(({ seatId, status }) => seatId === input.seatId && status !== 'void');
  if (!ticket) {
    throw noSuch('ticket');
  }
  const { rowLabel, seatNumber, code } = ticket;
  const { movie, reference } = reservation;
  return { text: pictureOf(code, `${movie}: ${rowLabel}${seatNumber}`), reference };
}
