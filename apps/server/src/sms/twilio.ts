import { createHmac, timingSafeEqual } from 'node:crypto';
import { noTexter, PermanentFailure } from '@matinee/api';
import type { Texter } from '@matinee/api';
import type { Environment } from '../environment.ts';

/** Below the twelve seconds that the outbox gives an attempt, in milliseconds. */
const patienceMs = 8_000;

/** Failures of a connection that was never made: nothing was sent. */
const notConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Answers with which Twilio says that it has not taken the message, and will later. */
const later = new Set([429, 503]);

interface Account {
  accountSid: string;
  authToken: string;
  from: string;
  base: string;
}

/** How this server sends text messages: by Twilio, or not at all. */
export function createTexter(environment: Environment): Texter {
  const {
    SMS,
    TWILIO_ACCOUNT_SID: accountSid = '',
    TWILIO_AUTH_TOKEN: authToken = '',
    TWILIO_FROM: from = '',
    TWILIO_API_BASE: base = 'https://api.twilio.com',
  } = environment;
  return SMS === 'twilio' ? twilio({ accountSid, authToken, from, base }) : noTexter;
}

/**
 * Sends by Twilio's API. It has no idempotency keys, so a message of which nobody can say whether it was
 * sent is not sent again.
 */
export function twilio(account: Account, longestMs = patienceMs): Texter {
  const url = `${account.base}/2010-04-01/Accounts/${account.accountSid}/Messages.json`;
  const credentials = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64');
  return {
    send: async ({ to, body }) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Basic ${credentials}` },
        body: new URLSearchParams({ To: to, From: account.from, Body: body }),
        signal: AbortSignal.timeout(longestMs),
      }).catch((error: unknown) => {
        throw isNotConnected(error) ? error : unknown('did not answer', error);
      });
      if (response.ok) {
        return undefined;
      }
      const reason = await reasonOf(response);
      if (later.has(response.status)) {
        throw new Error(reason);
      }
      throw response.status < 500 ? new PermanentFailure(reason) : unknown(reason);
    },
  };
}

function unknown(what: string, cause?: unknown): PermanentFailure {
  return new PermanentFailure(`unknown whether it was sent: Twilio ${what}`, { cause });
}

function isNotConnected(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' && notConnected.has(cause.code);
}

async function reasonOf(response: Response): Promise<string> {
  const { code, message } = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const details = [code, message].filter((each) => each !== undefined).join(': ');
  return `refused with HTTP ${response.status}${details === '' ? '' : ` (${details})`}`;
}

/**
 * Whether a message of Twilio to us is signed with the account's token.
 *
 * @param url as Twilio was given it
 * @param form what it has posted
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export function isSignedByTwilio(
  { url, form, signature }: { url: string; form: URLSearchParams; signature: string },
  authToken: string,
): boolean {
  const names = [...new Set(form.keys())].toSorted();
  const values = names.map((name) => `${name}${form.getAll(name).toSorted().join('')}`);
  const expected = createHmac('sha1', authToken)
    .update([url, ...values].join(''))
    .digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
