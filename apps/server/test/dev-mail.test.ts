import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headerOf, readMessage } from '../src/dev-mail/message.ts';
import { createMailer, mailBoxOf } from '../src/mailer.ts';
import { findings } from './axe.ts';
import { openBrowser } from './browser.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

const quiet = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const link = `https://tickets.example/m/reset-password#token=${'x'.repeat(83)}`;
const japanese = 'ご予約の座席「千と千尋の神隠し」：K7Q2M9XD とても長い件名のためのことば';
const lines = ['Grüß Gott Zoë,', '', 'a line = that is long. '.repeat(20).trim(), '', link, ''];

let dataDir: string;
let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'matinee-mails-'));
  const settings = { ENVIRONMENT: 'development', DATA_DIR: dataDir, MAIL_URL: undefined } as const;
  const mailer = createMailer({ ...settings, MAIL_FROM: 'Matinee <a@cinema.example>' }, quiet);
  await mailer.send({
    id: 'first',
    to: 'ada@example.com',
    subject: 'Set a new password',
    text: 'Hello,\n',
    html: '<p>Hello,</p>',
  });
  const old = path.join(dataDir, 'mail', 'first.eml');
  await utimes(old, 1_000_000, 1_000_000);
  await mailer.send({
    id: 'second.with-files',
    to: 'zoe@example.com',
    subject: japanese,
    text: lines.join('\n'),
    html: `<p style="color:red">Grüß Gott</p><script>top.document.title = 'taken'</script>`,
    attachments: [
      { filename: 'a.pdf', contentType: 'application/pdf', content: Buffer.from([0, 255, 10, 13]) },
      { filename: 'b.ics', contentType: 'text/calendar; charset=utf-8', content: 'BEGIN:Ä\r\n' },
    ],
    unsubscribeUrl: 'https://tickets.example/m/unsubscribe?token=abc',
  });
  await writeFile(path.join(dataDir, 'secret.eml'), 'Subject: secret\r\n\r\nsecret');
  server = await startTestServer({}, undefined, { mails: mailBoxOf(settings) });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await rm(dataDir, { recursive: true });
});

const at = (route: string) => `${server.url}/dev/mail${route}`;

/** The status for a client that names another host, or comes through another name of this machine. */
function statusFor(host: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  request(at(''), { headers: { host } }, (response) => {
    response.resume();
    resolve(response.statusCode);
  })
    .on('error', reject)
    .end();
  return promise;
}

test('a mail in a file is read as other programs read it', async () => {
  for (const name of ['first', 'second.with-files']) {
    const source = await readFile(path.join(dataDir, 'mail', `${name}.eml`));
    const [ours, theirs] = [readMessage(source), await simpleParser(source)];
    expect(headerOf(ours, 'subject')).toBe(theirs.subject);
    expect(ours.text.trim()).toBe(theirs.text?.trim());
    expect(ours.html.trim()).toBe((theirs.html || '').trim());
    expect(ours.attachments.map(({ filename, content }) => [filename, content])).toEqual(
      theirs.attachments.map(({ filename, content }) => [filename, content]),
    );
    expect(ours.headers.map(([key]) => key.toLowerCase())).toEqual(
      theirs.headerLines.map(({ key }) => key),
    );
  }
});

describe('the page of mails', () => {
  test.each([
    ['on a screen', 1280, 'light'],
    ['on a phone', 390, 'light'],
    ['on a phone in the dark', 390, 'dark'],
  ] as const)(
    'lists and shows them %s, without a finding of axe',
    async (_where, width, scheme) => {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: scheme,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      const fits = async () => {
        const sizes = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
        const [wide, inner] = sizes as [number, number];
        expect(wide).toBeLessThanOrEqual(inner);
      };
      await page.goto(at(''));
      expect(await page.getByRole('link').allInnerTexts()).toEqual([
        japanese,
        'Set a new password',
      ]);
      expect(await findings(page)).toEqual([]);
      await fits();

      await page.getByRole('link', { name: japanese }).click();
      const framed = page.frameLocator('iframe');
      await framed.getByText('Grüß Gott').waitFor();
      expect(await page.title()).toBe('Mail – Matinee');
      expect(await page.getByRole('link', { name: link }).getAttribute('href')).toBe(link);
      await page.getByText('<https://tickets.example/m/unsubscribe?token=abc>').waitFor();
      // axe waits without an end for a frame that runs nothing.
      await page.getByTitle('The mail as HTML').evaluate((frame) => frame.remove());
      expect(await findings(page)).toEqual([]);
      await fits();
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test('sends the files of a mail, and its HTML shut in', async () => {
    const pdf = await fetch(at('/second.with-files/0'));
    expect(pdf.headers.get('content-disposition')).toBe('attachment; filename=a.pdf');
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect([...new Uint8Array(await pdf.arrayBuffer())]).toEqual([0, 255, 10, 13]);
    const body = await fetch(at('/second.with-files/html'));
    const policy = body.headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none';.* sandbox$/);
    for (const response of [pdf, body]) {
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });

  test.each([
    '/none',
    '/..%2Fsecret',
    '/..%2Fsecret/html',
    '/first/0',
    '/second.with-files/2',
    '/second.with-files/x',
  ])('has nothing at %s', async (route) => {
    expect((await fetch(at(route))).status).toBe(404);
  });

  test('is for browsers on this machine, by a name of this machine', async () => {
    const { port } = new URL(server.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      expect([host, await statusFor(host)]).toEqual([host, 200]);
    }
    for (const host of ['tickets.example', `localhost.example:${port}`, '127.0.0.1.example']) {
      expect([host, await statusFor(host)]).toEqual([host, 404]);
    }
  });

  test('is open to no page of another origin, even one that may call the API', async () => {
    const response = await fetch(at(''), { headers: { origin: 'http://localhost:3000' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('there is no such page in production and in tests', async () => {
  const settings = { DATA_DIR: dataDir, MAIL_URL: undefined };
  expect(mailBoxOf({ ...settings, ENVIRONMENT: 'production' })).toBeUndefined();
  expect(mailBoxOf({ ...settings, ENVIRONMENT: 'test' })).toBeUndefined();
  const other = await startTestServer({}, server.databaseUrl);
  expect((await fetch(`${other.url}/dev/mail`)).status).toBe(404);
  await other.close();
});

test('where a server sends the mails, the page says so, and shows no password', async () => {
  const mails = mailBoxOf({
    ENVIRONMENT: 'development',
    DATA_DIR: dataDir,
    MAIL_URL: 'smtp://matinee:hunter2@mail.example.com:587',
  });
  const other = await startTestServer({}, server.databaseUrl, { mails });
  const page = await (await fetch(`${other.url}/dev/mail`)).text();
  expect(page).toContain('Mails are sent to mail.example.com:587 and not kept here.');
  expect(page).not.toContain('hunter2');
  await other.close();
});
