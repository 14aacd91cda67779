import type { Matinee, Ticket } from '@matinee/sdk';
import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { asJson, csvOption, examples, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { printItems, printList } from '../lists.ts';
import { exactFinder, findId } from '../named/find-id.ts';
import { noPaint } from '../output/paint.ts';
import { plain, widthOf } from '../output/text.ts';
import { seatOf, ticketLayout } from '../output/ticket.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { writeFile } from '../write-file.ts';

interface TicketsOptions extends Format {
  pdf?: string;
  calendar?: string;
  qr?: boolean;
  codes?: boolean;
}

interface ReissueOptions extends Format {
  seat?: string[];
}

const aReservation = ['<reservation>', 'reference or id'] as const;

/** Adds `tickets` and `reissue` to the commands of reservations. */
export function addReservationTickets(reservations: Command, terminal: Terminal): void {
  const tickets = asJson(reservations.command('tickets').argument(...aReservation))
    .addOption(csvOption())
    .description('list the tickets of a reservation, or save them as files')
    .option('--pdf <file>', 'save the tickets as PDF')
    .option('--calendar <file>', 'save the show for a calendar')
    .option('--qr', 'draw the QR codes')
    .option('--codes', 'print what the QR codes contain');
  examples(tickets, [
    'matinee reservations tickets ID',
    'matinee reservations tickets ID --pdf tickets.pdf --calendar show.ics',
    'matinee reservations tickets ID --qr',
  ]);
  runs<TicketsOptions>(tickets, terminal, listTickets);

  const reissue = asJson(reservations.command('reissue').argument(...aReservation))
    .addOption(csvOption())
    .description('issue tickets anew; the old codes become void (for staff)')
    .option(
      '--seat <seat>',
      'only this seat, such as C5; repeatable',
      (text: string, before?: string[]) => [...(before ?? []), text],
    );
  examples(reissue, [
    'matinee reservations reissue ID',
    'matinee reservations reissue ID --seat A1 --yes',
  ]);
  runs<ReissueOptions>(reissue, terminal, reissueTickets);
}

async function listTickets(
  session: Session,
  options: TicketsOptions,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const reservationId = await findId(session, 'reservation', typed);
  await saveFiles(session, options, reservationId);
  const items = await matinee.tickets.list({ reservationId });
  const isAtTerminal = !options.json && !options.csv && session.width !== undefined;
  const zone = isAtTerminal ? await zoneOf(matinee, reservationId) : 'UTC';
  const withCodes = options.codes === true && !isAtTerminal;
  const layout = ticketLayout({ zone, withCodes, paint: session.paint });
  printList(session, options, { items, layout });
  if (options.codes && isAtTerminal) {
    items.forEach((ticket) => session.write(`\n${seatOf(ticket)}\n${ticket.code}`));
  }
  if (options.qr && !options.json && !options.csv) {
    await drawCodes(session, items);
  }
}

async function saveFiles(
  session: Session,
  { pdf, calendar }: TicketsOptions,
  reservationId: string,
): Promise<void> {
  const { tickets } = await session.matinee();
  const wanted = [
    { file: pdf, read: tickets.pdf },
    { file: calendar, read: tickets.calendar },
  ];
  for (const { file, read } of wanted) {
    if (file !== undefined) {
      writeFile(file, await (await read({ reservationId })).bytes());
      session.talk(`Written to ${plain(file)}.`);
    }
  }
}

/** Void tickets are no use to a scanner. */
async function drawCodes(session: Session, tickets: readonly Ticket[]): Promise<void> {
  const { qrLines } = await import('../output/qr.ts');
  const hasColours = session.paint !== noPaint;
  for (const ticket of tickets.filter(({ status }) => status !== 'void')) {
    const lines = qrLines(ticket.code, { label: plain(seatOf(ticket)), hasColours });
    const width = Math.max(...lines.map(widthOf));
    if (width > (session.width ?? Infinity)) {
      throw usageError(`A QR code needs ${width} columns.`, 'Widen the terminal, or use --pdf.');
    }
    session.write(`\n${lines.join('\n')}`);
  }
}

async function reissueTickets(
  session: Session,
  options: ReissueOptions,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const found = exactFinder(session, 'reservation', typed);
  await confirm(session, async () => {
    const { reference, showtime } = await matinee.reservations.get({
      reservationId: (await found()).id,
    });
    const what = options.seat?.join(', ') ?? 'all seats';
    return `New tickets for ${reference}: ${showtime.movie.title}, ${what}? The old ones become void.`;
  });
  const { id: reservationId } = await found();
  const seatIds = options.seat && (await seatIdsOf(matinee, reservationId, options.seat));
  const items = await matinee.tickets.reissue({ reservationId, seatIds });
  const zone = await zoneOf(matinee, reservationId);
  const layout = ticketLayout({ zone, withCodes: false, paint: session.paint });
  printItems(session, options, { items, layout });
  session.talk('New tickets issued. The old codes are void, and the customer gets a mail.');
}

/** The ids of seats by their names, such as `C5`. @throws CliError for a seat that is not in it */
async function seatIdsOf(
  matinee: Matinee,
  reservationId: string,
  names: string[],
): Promise<string[]> {
  const tickets = await matinee.tickets.list({ reservationId });
  return names.map((name) => {
    const ticket = tickets.find((each) => seatOf(each).toLowerCase() === name.toLowerCase());
    if (!ticket) {
      throw usageError(`There is no seat ${name} in this reservation.`);
    }
    return ticket.seatId;
  });
}

async function zoneOf(matinee: Matinee, reservationId: string): Promise<string> {
  const { showtime } = await matinee.reservations.get({ reservationId });
  return (await matinee.showtimes.get({ showtimeId: showtime.id })).theater.timezone;
}
