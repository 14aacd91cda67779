import { RateLimitedError, UnavailableError } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import { calendarOf } from '../tickets/calendar.ts';
import { readSold, sheetOf } from '../tickets/list.ts';
import type { SoldReservation } from '../tickets/list.ts';
import type { Attachment } from './mailer.ts';

/**
 * The tickets of a sold reservation as PDF, and its calendar file. Where nothing is sent, nothing is
 * drawn; a mail without its tickets, which its link leads to, is better than none.
 */
export async function ticketFiles(
  ctx: ServiceContext,
  { id, reference }: { id: string; reference: string },
): Promise<Attachment[]> {
  const { app } = ctx;
  const reservation = app.sendsMail && app.ticketKeys.isOn ? await readSold(ctx, id) : undefined;
  if (reservation?.status !== 'confirmed') {
    return [];
  }
  return [
    ...(await pdfOf(ctx, reservation)),
    {
      filename: `matinee-${reference}.ics`,
      contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
      content: calendarOf(reservation, app.clock()),
    },
  ];
}

async function pdfOf(ctx: ServiceContext, reservation: SoldReservation): Promise<Attachment[]> {
  const { app } = ctx;
  if (!app.tickets.isOn) {
    return [];
  }
  try {
    const content = await app.tickets.pdf('mail', sheetOf(ctx, reservation));
    const filename = `tickets-${reservation.reference}.pdf`;
    return [{ filename, contentType: 'application/pdf', content }];
  } catch (error) {
    if (!(error instanceof UnavailableError || error instanceof RateLimitedError)) {
      throw error;
    }
    app.log.warn(
      { err: error.cause, reservationId: reservation.reservationId },
      'No tickets drawn',
    );
    return [];
  }
}
