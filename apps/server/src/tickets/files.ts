import { hostRouter, toAppError } from '@matinee/api';
import type { App, TicketSheet, TicketText } from '@matinee/api';
import { callTRPCProcedure } from '@trpc/server';
import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { contextOf, sendFailure } from '../request.ts';
import { refuseMethod } from '../rest/bridge.ts';

/** A picture that is opened as a page is nothing but itself. */
const picturePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/** The tickets of a reservation as files, for its owner, for staff, and by the token of a mailed link. */
export function ticketFiles(app: App): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const serve = (path: string, answer: (req: Request, res: Response) => Promise<void>) => {
    const handler: RequestHandler = (req, res) => {
      res.setHeader('Cache-Control', 'private, no-cache');
      res.vary('Authorization');
      answer(req, res).catch((failure: unknown) => sendFailure(res, toAppError(failure)));
    };
    router.get(path, handler);
    router.all(path, refuseMethod(['GET']));
  };

  serve('/reservations/:reservationId/tickets.pdf', async (req, res) => {
    const sheet = (await callFor(app, req, 'ticketFiles.sheet')) as TicketSheet;
    // A link has no caller: its files are made one after the other.
    const source = req.notes.userId ?? req.notes.apiKeyId ?? sheet.reservationId;
    const file = await app.tickets.pdf(source, sheet);
    res.setHeader('Content-Disposition', `inline; filename="tickets-${sheet.reference}.pdf"`);
    send(res, 'application/pdf', Buffer.from(file));
  });

  serve('/reservations/:reservationId/calendar.ics', async (req, res) => {
    const { text, reference } = (await callFor(app, req, 'ticketFiles.calendar')) as TicketText;
    res.setHeader('Content-Disposition', `attachment; filename="matinee-${reference}.ics"`);
    send(res, 'text/calendar; charset=utf-8', Buffer.from(text));
  });

  serve('/reservations/:reservationId/tickets/:seatId.svg', async (req, res) => {
    const { text } = (await callFor(app, req, 'ticketFiles.picture')) as TicketText;
    res.setHeader('Content-Security-Policy', picturePolicy);
    send(res, 'image/svg+xml; charset=utf-8', Buffer.from(text));
  });
  return router;
}

function send(res: Response, type: string, body: Buffer): void {
  res.setHeader('Content-Type', type);
  res.setHeader('Content-Length', body.length);
  res.end(res.req.method === 'HEAD' ? undefined : body);
}

/** Calls one of the host's procedures. Of the query only the link counts: mail programs add to it. */
function callFor(app: App, req: Request, path: string): Promise<unknown> {
  const { link } = req.query;
  const ctx = contextOf(app, req);
  return callTRPCProcedure({
    router: hostRouter,
    path,
    type: 'query',
    // A link needs no token, and an old one does not spoil it.
    ctx: link === undefined ? ctx : { ...ctx, authorization: undefined },
    getRawInput: async () => ({ ...req.params, ...(link === undefined ? {} : { link }) }),
    signal: undefined,
    batchIndex: 0,
  });
}
