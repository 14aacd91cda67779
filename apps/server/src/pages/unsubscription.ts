import { hostRouter, toAppError } from '@matinee/api';
import type { App } from '@matinee/api';
import { callTRPCProcedure } from '@trpc/server';
import type { Request, RequestHandler } from 'express';
import { contextOf, sendFailure } from '../request.ts';

/**
 * `POST /m/unsubscribe?token=`: ends reminders and news, immediately and without a sign-in. Mail programs send
 * it when a button of theirs is pressed (RFC 8058), with a form that says nothing more; so does the page.
 */
export function unsubscription(app: App): RequestHandler {
  return (req, res) => {
    res.setHeader('Cache-Control', 'no-store');
    unsubscribe(app, req).then(
      (data) => res.json({ success: true, data, message: 'You get no more reminders and news.' }),
      (failure: unknown) => sendFailure(res, toAppError(failure)),
    );
  };
}

function unsubscribe(app: App, req: Request): Promise<unknown> {
  const { token } = req.query;
  return callTRPCProcedure({
    router: hostRouter,
    path: 'mails.unsubscribe',
    type: 'mutation',
    // The token in the address is enough, and that of a session does not spoil it.
    ctx: { ...contextOf(app, req), authorization: undefined },
    getRawInput: async () => ({ token }),
    signal: undefined,
    batchIndex: 0,
  });
}
