import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PermanentFailure } from '@matinee/api';
import { aUser } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSignedByTwilio, twilio } from '../src/sms/twilio.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/* The adapter of Twilio, against a stand-in of its API, and what Twilio posts to us. */

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let answer: Answer;
const received: { path: string; authorization: string; form: URLSearchParams }[] = [];
const standIn = createServer((request, response) => {
  void text(request).then((body) => {
    const { url: path = '', headers } = request;
    const form = new URLSearchParams(body);
    received.push({ path, authorization: headers.authorization ?? '', form });
    answer(request, response);
  });
});

const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a-token', from: '+15005550006' };
let base = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => standIn.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(standIn.address() as AddressInfo).port}`;
});
afterAll(() => {
  standIn.closeAllConnections();
  standIn.close();
});

const message = { to: '+4915112345678', body: 'Your code: 123456 ✓' };
const send = (longestMs?: number) => twilio({ ...account, base }, longestMs).send(message);
const replies =
  (status: number, body: object = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

/** The failure of an attempt, and whether another attempt may be made. */
async function failureOf(attempt: Promise<unknown>) {
  const error = await attempt.then(
    () => new Error('It was sent.'),
    (thrown: unknown) => thrown as Error,
  );
  return { isForGood: error instanceof PermanentFailure, message: error.message };
}

describe('a message to Twilio', () => {
  test('is posted as a form with the credentials of the account', async () => {
    answer = replies(201, { sid: 'SM1', status: 'queued' });
    received.length = 0;
    expect(await send()).toBeUndefined();
    expect(received).toHaveLength(1);
    const [{ path = '', authorization = '', form = new URLSearchParams() } = {}] = received;
    expect(path).toBe(`/2010-04-01/Accounts/${account.accountSid}/Messages.json`);
    expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe(
      `${account.accountSid}:a-token`,
    );
    expect(Object.fromEntries(form)).toEqual({
      To: message.to,
      From: account.from,
      Body: message.body,
    });
  });

  test('that is refused is not sent again, and the reason is kept', async () => {
    answer = replies(400, { code: 21_211, message: "Invalid 'To' Phone Number" });
    expect(await failureOf(send())).toEqual({
      isForGood: true,
      message: "refused with HTTP 400 (21211: Invalid 'To' Phone Number)",
    });
  });

  test.each([429, 503])('is sent again after HTTP %i: it was not taken', async (status) => {
    answer = replies(status);
    expect(await failureOf(send())).toMatchObject({ isForGood: false });
  });

  test.each<[string, Answer]>([
    ['HTTP 500', replies(500)],
    ['a connection that is cut', (request) => request.socket.destroy()],
    ['no answer', () => {}],
  ])('may have been sent before %s, so it is not sent again', async (_what, act) => {
    answer = act;
    const failed = await failureOf(send(200));
    expect(failed.isForGood).toBe(true);
    expect(failed.message).toContain('unknown whether it was sent');
  });

  test('is sent again when no connection could be made', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const nowhere = twilio({ ...account, base: `http://127.0.0.1:${port}` });
    expect(await failureOf(nowhere.send(message))).toMatchObject({ isForGood: false });
  });
});

// The example in Twilio's documentation of its signatures.
const example = {
  url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
  form: new URLSearchParams({
    Digits: '1234',
    To: '+18005551212',
    From: '+14158675309',
    Caller: '+14158675309',
    CallSid: 'CA1234567890ABCDE',
  }),
  signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
};

test('a signature of Twilio is recognised, and no other', () => {
  expect(isSignedByTwilio(example, '12345')).toBe(true);
  expect(isSignedByTwilio(example, '54321')).toBe(false);
  expect(isSignedByTwilio({ ...example, url: `${example.url}&more=1` }, '12345')).toBe(false);
  expect(isSignedByTwilio({ ...example, signature: '' }, '12345')).toBe(false);
  const form = new URLSearchParams([...example.form, ['Body', 'STOP']]);
  expect(isSignedByTwilio({ ...example, form }, '12345')).toBe(false);
});

describe('an answer of a customer', () => {
  const publicUrl = 'https://tickets.example.com';
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ publicUrl }, undefined, { twilioToken: '12345' });
  });
  afterAll(() => server.close());

  async function aTexted(phone: string) {
    const user = await aUser(server.app);
    await server.app.pool.query(
      'insert into notification_settings (user_id, sms, phone) values ($1, true, $2)',
      [user.id, phone],
    );
    return async () => (await user.call.auth.notifications()).sms;
  }

  /** As Twilio signs it; `sign` replaces the token. */
  async function post(fields: Record<string, string>, token = '12345'): Promise<number> {
    const form = new URLSearchParams(fields);
    const sorted = Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const signed = `${publicUrl}/webhooks/twilio${sorted.flat().join('')}`;
    const signature = createHmac('sha1', token).update(signed).digest('base64');
    const headers = { 'x-twilio-signature': signature };
    const init = { method: 'POST', headers, body: form };
    return (await fetch(`${server.url}/webhooks/twilio`, init)).status;
  }

  test.each(['STOP', ' stop ', 'Unsubscribe'])('%j ends messages to its number', async (Body) => {
    const phone = '+4915112300001';
    const wantsTexts = await aTexted(phone);
    const other = await aTexted('+4915112300002');
    expect(await post({ From: phone, Body })).toBe(200);
    expect(await wantsTexts()).toBe(false);
    expect(await other()).toBe(true);
  });

  test('with other words ends nothing', async () => {
    const phone = '+4915112300003';
    const wantsTexts = await aTexted(phone);
    expect(await post({ From: phone, Body: 'Please do not stop' })).toBe(200);
    expect(await wantsTexts()).toBe(true);
  });

  test('that Twilio has not signed is refused', async () => {
    const phone = '+4915112300004';
    const wantsTexts = await aTexted(phone);
    expect(await post({ From: phone, Body: 'STOP' }, 'another')).toBe(400);
    expect(await wantsTexts()).toBe(true);
  });
});

test('without Twilio the address is not there', async () => {
  const server = await startTestServer();
  const response = await fetch(`${server.url}/webhooks/twilio`, { method: 'POST' });
  expect(response.status).toBe(404);
  await server.close();
});
