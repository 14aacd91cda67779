import { expect, onTestFinished, test } from 'vitest';
import { createTicketPrinter } from '../../src/tickets/printer.ts';
import { decodePage } from '../tickets/read-pdf.ts';
import { aBooking, mailerFor, openCinema, quiet } from './cinema.ts';
import { MailServer } from './mail-server.ts';

/* What comes with the mail of a booking. */

async function open(options: Parameters<typeof openCinema>[1] = {}) {
  const mails = await MailServer.start();
  return { mails, cinema: await openCinema(mailerFor(mails.url()), options) };
}

function aPrinter() {
  const printer = createTicketPrinter({ log: quiet });
  onTestFinished(() => printer.close());
  return printer;
}

test('the tickets and the show for the calendar', async () => {
  const { mails, cinema } = await open({ printer: aPrinter() });
  const { customer, reservation } = await aBooking(cinema);
  await cinema.deliver();
  const [mail] = mails.accepted;
  const { reference, id: reservationId } = reservation;
  const { attachments = [], text } = mail?.parsed ?? {};
  expect(attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
    [`tickets-${reference}.pdf`, 'application/pdf'],
    [`matinee-${reference}.ics`, 'text/calendar'],
  ]);
  const [ticket] = await customer.call.tickets.list({ reservationId });
  const [pdf, calendar] = attachments.map(({ content }) => content);
  expect((await decodePage(pdf ?? Buffer.alloc(0)))?.data).toBe(ticket?.code);
  expect(calendar?.toString()).toContain(`UID:${reservationId}@matinee`);
  const [, link = ''] = /tickets\.pdf\?link=([\w-]+)/.exec(text ?? '') ?? [];
  expect(cinema.app.fileLinks.read(link)).toMatchObject({ reservationId });
});

test('new tickets, when they were issued anew', async () => {
  const { mails, cinema } = await open({ printer: aPrinter() });
  const { show, customer, reservation } = await aBooking(cinema);
  const { id: reservationId, reference } = reservation;
  await cinema.deliver();
  await show.admin.tickets.reissue({ reservationId });
  await cinema.deliver();
  const mail = mails.accepted[1]?.parsed;
  expect(mail?.subject).toBe(`New tickets for ${reservation.showtime.movie.title}: ${reference}`);
  const [ticket] = await customer.call.tickets.list({ reservationId });
  const [pdf] = mail?.attachments ?? [];
  expect((await decodePage(pdf?.content ?? Buffer.alloc(0)))?.data).toBe(ticket?.code);
});

test('the link alone, when they cannot be drawn', async () => {
  const printer = { pdf: () => Promise.reject(new Error('No font.')) };
  const { mails, cinema } = await open({ printer });
  await aBooking(cinema);
  await cinema.deliver();
  const mail = mails.accepted[0]?.parsed;
  expect(mail?.attachments.map(({ contentType }) => contentType)).toEqual(['text/calendar']);
  expect(mail?.text).toContain('/tickets.pdf?link=');
});
