import { expect, test } from 'vitest';
import { aBooking, aCustomer, aShow, book, mailerFor, onlyDelivery, openCinema } from './cinema.ts';
import { MailServer } from './mail-server.ts';

/* What a mail says, read from the wire by a real SMTP server. */

async function open() {
  const mails = await MailServer.start();
  return { mails, cinema: await openCinema(mailerFor(mails.url())) };
}

/** The one mail that was accepted. */
function theMail(mails: MailServer) {
  const [mail, ...others] = mails.accepted;
  if (!mail || others.length > 0) {
    throw new Error(`There are ${mails.accepted.length} mails`);
  }
  const { parsed } = mail;
  return { ...mail, text: parsed.text ?? '', html: parsed.html || '' };
}

test('a confirmation says what was bought, in both parts, and names no one else', async () => {
  const { mails, cinema } = await open();
  const show = await aShow(cinema, {
    title: '千と千尋の神隠し',
    theater: 'Große Bühne',
    timezone: 'America/New_York',
    startTime: new Date('2150-07-03T23:30:00Z'),
    price: '12.50',
  });
  const customer = await aCustomer(cinema, { firstName: 'Zoë' });
  const reservation = await book(customer, show, show.seatIds.slice(0, 2));
  await cinema.deliver();

  const { parsed, messageId, recipients, text, html } = theMail(mails);
  expect(recipients).toEqual([customer.email]);
  expect(parsed.to).toMatchObject({ text: customer.email });
  expect(parsed.from?.value).toEqual([{ name: 'Matinee', address: 'tickets@cinema.example' }]);
  expect(parsed.subject).toBe(`Your seats for 千と千尋の神隠し: ${reservation.reference}`);
  expect(messageId).toBe(`<reservation.confirmed.${reservation.id}@cinema.example>`);
  expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
  const facts = {
    Reference: reservation.reference,
    Movie: '千と千尋の神隠し',
    Starts: 'Friday, July 3, 2150 at 7:30 PM EDT',
    Theater: 'Große Bühne',
    Seats: 'A1, A2',
    Total: '$25.00',
  };
  const lines = Object.entries(facts).map(([name, value]) => `${name}:`.padEnd(11) + value);
  expect(text).toContain(`Hello Zoë,\n\nYour seats for 千と千尋の神隠し are booked.\n`);
  expect(text).toContain(`\n\n${lines.join('\n')}\n\n`);
  expect(html).toContain('<p>Hello Zoë,</p>');
  expect(
    [...html.matchAll(/<th[^>]*>([^<]*)<\/th><td[^>]*>([^<]*)<\/td>/g)].map(
      ([, ...cells]) => cells,
    ),
  ).toEqual(Object.entries(facts));
  expect(await onlyDelivery(cinema.pool)).toMatchObject({
    state: 'done',
    attempts: 1,
    error: null,
  });
});

test.each([
  {
    locale: 'de-AT',
    subject: /^Ihre Plätze für M: \w{8}$/,
    salutation: 'Guten Tag Zoë,',
    row: 'Beginn:         Freitag, 3. Juli 2150, 19:30 GMT-4',
    total: '€ 12,50',
    language: 'de',
  },
  {
    locale: 'ja',
    subject: /^ご予約の座席「M」：\w{8}$/,
    salutation: 'Zoë 様',
    row: '上映開始：2150年7月3日金曜日 19:30 GMT-4',
    total: '€12.50',
    language: 'ja',
  },
  {
    locale: 'fr',
    subject: /^Your seats for M: \w{8}$/,
    salutation: 'Hello Zoë,',
    row: 'Starts:    Friday, July 3, 2150 at 7:30 PM EDT',
    total: '€12.50',
    language: 'en',
  },
])('a mail in $locale has its words, its dates and its amounts', async (said) => {
  const { mails, cinema } = await open();
  const show = await aShow(cinema, {
    title: 'M',
    timezone: 'America/New_York',
    startTime: new Date('2150-07-03T23:30:00Z'),
    price: '12.50',
  });
  await cinema.pool.query(`update showtimes set currency = 'EUR'`);
  const customer = await aCustomer(cinema, { firstName: 'Zoë' });
  await customer.call.auth.updateMe({ locale: said.locale });
  await book(customer, show, show.seatIds.slice(0, 1));
  await cinema.deliver();
  const { parsed, text, html } = theMail(mails);
  expect(parsed.subject).toMatch(said.subject);
  expect(text.replaceAll('\u202f', ' ')).toContain(`\n${said.row}\n`);
  expect(text.replaceAll('\u00a0', ' ')).toContain(said.total);
  expect(text.startsWith(`${said.salutation}\n`)).toBe(true);
  expect(html).toContain(`<html lang="${said.language}">`);
});

test('the language of a reservation goes before that of the account', async () => {
  const { mails, cinema } = await open();
  const show = await aShow(cinema, { title: 'M' });
  const { call } = await aCustomer(cinema);
  await call.auth.updateMe({ locale: 'ja' });
  const seats = { showtimeId: show.id, seatIds: show.seatIds.slice(0, 1) };
  await call.showtimes.lockSeats(seats);
  await call.reservations.create({ ...seats, locale: 'de' });
  await cinema.deliver();
  expect(theMail(mails).parsed.subject).toContain('Ihre Plätze für M');
});

test.for([
  { startTime: '2150-03-08T00:30:00Z', said: 'Saturday, March 7, 2150 at 7:30 PM EST' },
  { startTime: '2150-03-08T23:30:00Z', said: 'Sunday, March 8, 2150 at 7:30 PM EDT' },
  { startTime: '2150-11-01T05:30:00Z', said: 'Sunday, November 1, 2150 at 1:30 AM EDT' },
  { startTime: '2150-11-01T06:30:00Z', said: 'Sunday, November 1, 2150 at 1:30 AM EST' },
])("a show starts $said by the theater's clock", async ({ startTime, said }) => {
  const { mails, cinema } = await open();
  await aBooking(cinema, { timezone: 'America/New_York', startTime: new Date(startTime) });
  await cinema.deliver();

  expect(theMail(mails).text).toContain(said);
  expect(theMail(mails).html).toContain(said);
});

test('one seat is a seat, and a customer without a name is greeted as well', async () => {
  const { mails, cinema } = await open();
  await aBooking(cinema);
  await cinema.deliver();

  expect(theMail(mails).text).toMatch(/^Hello,\n/);
  expect(theMail(mails).text).toMatch(/^Seat: +A1$/m);
});

const hostile = (word: string) =>
  `${word}\r\nBcc: thief@example.com\r\n\r\n<script>${word}()</script>`;

test('line breaks and markup in names add neither a header nor a line nor a tag', async () => {
  const { mails, cinema } = await open();
  const show = await aShow(cinema);
  const customer = await aCustomer(cinema);
  // As a version stored them that took any characters.
  for (const [table, column, word] of [
    ['movies', 'title', 'title'],
    ['theaters', 'name', 'theater'],
    ['users', 'first_name', 'name'],
  ] as const) {
    await cinema.app.pool.query(`update ${table} set ${column} = $1`, [hostile(word)]);
  }
  await book(customer, show, show.seatIds.slice(0, 1));
  await cinema.deliver();

  const { recipients, parsed, text, html } = theMail(mails);
  expect(recipients).toEqual([customer.email]);
  expect(parsed.headerLines.map(({ key }) => key).toSorted()).toEqual([
    'auto-submitted',
    'content-type',
    'date',
    'from',
    'message-id',
    'mime-version',
    'subject',
    'to',
  ]);
  expect(parsed.subject).toMatch(
    /^Your seats for title Bcc: thief@example\.com <script>.*: \w{8}$/,
  );
  expect(text).not.toMatch(/^(Bcc:|<script>)/m);
  expect(html).toContain('&lt;script&gt;theater()');
  expect(html).not.toMatch(/<script/i);
});

test('an address that looks like two never names two recipients', async () => {
  const mails = await MailServer.start();
  const mailer = mailerFor(mails.url());
  const addresses = [
    'a@example.com, b@example.com',
    'a@example.com,b@example.com',
    'a@example.com;b@example.com',
    'a@example.com b@example.com',
    'a,b@example.com',
    'all: a@example.com, b@example.com;',
    'Anna <a@example.com>, b@example.com',
    '<a@example.com> <b@example.com>',
    'a@example.com>\r\nRCPT TO:<b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    '"a" <a@example.com>\n, b@example.com',
  ];
  await Promise.allSettled(
    addresses.map((to, index) =>
      mailer.send({ id: `test.${index}`, to, subject: '', text: 'Hello', html: '' }),
    ),
  );

  expect(mails.arrived.length).toBeGreaterThan(0);
  expect(mails.arrived.filter(({ recipients }) => recipients.length !== 1)).toEqual([]);
  expect(new Set(mails.arrived.map(({ messageId }) => messageId)).size).toBe(mails.arrived.length);
  expect(mails.arrived.flatMap(({ recipients }) => recipients)).not.toContain('b@example.com');
  for (const { parsed } of mails.arrived) {
    expect(parsed.to).toMatchObject({ value: [expect.anything()] });
    expect(parsed.cc ?? parsed.bcc).toBeUndefined();
  }
});

test('a customer whose address has a comma receives a mail of their own alone', async () => {
  const { mails, cinema } = await open();
  const show = await aShow(cinema);
  const customer = await aCustomer(cinema, { email: 'anna,bob@example.com' });
  await book(customer, show, show.seatIds.slice(0, 1));
  await cinema.deliver();

  expect(mails.arrived.flatMap(({ recipients }) => recipients)).toEqual(['"anna,bob"@example.com']);
});

test('a mail that can be ended has the headers for one press of a button', async () => {
  const mails = await MailServer.start();
  const url = `https://tickets.example/m/unsubscribe?token=${'x'.repeat(72)}`;
  const mail = {
    id: 'r.1',
    to: 'a@example.com',
    subject: 'Soon',
    text: 'Soon',
    html: '<p>Soon</p>',
  };
  await mailerFor(mails.url()).send({ ...mail, unsubscribeUrl: url });
  await mailerFor(mails.url()).send(mail);

  const headers = mails.accepted.map(({ parsed }) =>
    parsed.headerLines
      .filter(({ key }) => key.startsWith('list-unsubscribe'))
      .map(({ line }) => line.replaceAll(/\r?\n\s+/g, ' ')),
  );
  expect(headers).toEqual([
    [`List-Unsubscribe: <${url}>`, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click'],
    [],
  ]);
});
