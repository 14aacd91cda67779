import { baseUrl, stopTexts, ValidationError } from '@matinee/api';
import type { App } from '@matinee/api';
import express from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { isSignedByTwilio } from './twilio.ts';

/** The words that end messages everywhere, as Twilio has them by default. */
const stopWords = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'STOPP']);

/** Where Twilio posts what customers answer. */
export const inboundPath = '/webhooks/twilio';

/**
 * `/webhooks/twilio`: what customers answer to text messages. STOP ends them, for all accounts that have
 * proven the number. Signed with the account's token over the address that Twilio knows, which is that of `PUBLIC_URL`.
 */
export function inboundTexts(app: App, authToken: string): RequestHandler[] {
  const url = `${baseUrl(app.config.publicUrl)}${inboundPath}`;
  return [
    express.text({ type: () => true, limit: '64kb' }),
    async (req: Request, res: Response): Promise<void> => {
      const form = new URLSearchParams(typeof req.body === 'string' ? req.body : '');
      const signature = req.get('x-twilio-signature') ?? '';
      if (!isSignedByTwilio({ url, form, signature }, authToken)) {
        throw new ValidationError([], { message: 'The signature is not one of Twilio.' });
      }
      const words = (form.get('Body') ?? '').trim().toUpperCase();
      if (form.get('OptOutType') === 'STOP' || stopWords.has(words)) {
        await stopTexts(app, form.get('From') ?? '');
      }
      res.type('text/xml').send('<Response></Response>');
    },
  ];
}
