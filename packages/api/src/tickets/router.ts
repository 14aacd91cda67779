import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import { atItsSite } from '../staff/at-site.ts';
import { ownOrStaffProcedure, publicProcedure, staffProcedure } from '../trpc.ts';
import { readTicketCalendar, readTicketPicture, readTicketSheet } from './files.ts';
import { listTicketKeys, listTickets } from './list.ts';
import { reissueTickets } from './reissue.ts';
import {
  ReissueTickets,
  TicketFile,
  TicketKeyList,
  TicketPicture,
  Tickets,
  TicketSheetOutput,
  TicketsOf,
  TicketText,
} from './schema.ts';

export const ticketsRouter = {
  /** The tickets of a reservation, one for each seat. */
  list: ownOrStaffProcedure('read')
    .meta({
      ...route(
        'GET /reservations/{reservationId}/tickets',
        'List the tickets of a reservation',
        'One for each seat, with what its QR code contains. Your own; administrators may read any, staff ' +
          'those of their sites. None while the reservation is not paid for.',
      ),
    })
    .input(TicketsOf)
    .output(Tickets)
    .query(({ ctx, input }) => listTickets(ctx, input)),

  /** Issues tickets anew; the old codes become void. */
  reissue: staffProcedure('sell')
    .meta({
      ...route(
        'POST /reservations/{reservationId}/tickets/reissue',
        'Issue tickets anew',
        'For a customer whose tickets have got into other hands. The old codes become void immediately, ' +
          'and the customer is mailed the new tickets.',
      ),
      message: 'Tickets issued anew.',
      refusals: ['NOT_FOUND', 'ALREADY_CANCELLED'],
    })
    .input(ReissueTickets)
    .output(Tickets)
    .mutation(
      atItsSite(
        ({ reservationId }) => [{ kind: 'reservation', id: reservationId }],
        audited(Tickets, ({ ctx, input }) => reissueTickets(ctx, input), {
          subject: 'reservationId',
        }),
      ),
    ),

  /** The public keys that verify tickets. */
  keys: publicProcedure
    .meta({
      ...route(
        'GET /ticket-keys',
        'List the keys of tickets',
        'Public keys (Ed25519, RFC 8037). With them a door verifies a code without asking anybody; the ' +
          'guide “Tickets and the door” has the format. In production there are tickets only where ' +
          '`TICKET_KEYS` is set.',
      ),
    })
    .input(NoInput)
    .output(TicketKeyList)
    .query(({ ctx }) => listTicketKeys(ctx)),
};

/** What the host makes files of. Anyone may ask: the service looks at the link, or at the caller. */
export const ticketFilesRouter = {
  sheet: publicProcedure
    .input(TicketFile)
    .output(TicketSheetOutput)
    .query(({ ctx, input }) => readTicketSheet(ctx, input)),

  calendar: publicProcedure
    .input(TicketFile)
    .output(TicketText)
    .query(({ ctx, input }) => readTicketCalendar(ctx, input)),

  picture: publicProcedure
    .input(TicketPicture)
    .output(TicketText)
    .query(({ ctx, input }) => readTicketPicture(ctx, input)),
};
