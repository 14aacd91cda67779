import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, onTestFinished, test } from 'vitest';
import { readEnvironment } from '../../src/environment.ts';
import { createMailer } from '../../src/mailer.ts';
import { aBooking, onlyDelivery, openCinema, quiet, sender } from './cinema.ts';

/* What is sent without an SMTP server, and what of the environment is refused. */

/** A folder that ends with the test, and a mailer that has no server. */
async function withoutServer(ENVIRONMENT: 'development' | 'production') {
  const dir = await mkdtemp(path.join(tmpdir(), 'matinee-mail-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const settings = { MAIL_URL: undefined, MAIL_FROM: sender, ENVIRONMENT, DATA_DIR: dir };
  return { folder: path.join(dir, 'mail'), mailer: createMailer(settings, quiet) };
}

const mail = (id: string) => ({ id, to: 'a@example.com', subject: id, text: 'Hello', html: '' });

const modeOf = async (file: string) => (await stat(file)).mode & 0o777;

test('development writes a mail into a file that only its owner reads', async () => {
  const { folder, mailer } = await withoutServer('development');
  const cinema = await openCinema(mailer);
  const { customer, reservation } = await aBooking(cinema, { title: '千と千尋の神隠し' });
  await cinema.deliver();

  const name = `reservation.confirmed.${reservation.id}.eml`;
  const file = path.join(folder, name);
  expect(await readdir(folder)).toEqual([name]);
  expect([await modeOf(folder), await modeOf(file)]).toEqual([0o700, 0o600]);
  const parsed = await simpleParser(await readFile(file));
  expect(parsed.to).toMatchObject({ text: customer.email });
  expect(parsed.subject).toBe(`Your seats for 千と千尋の神隠し: ${reservation.reference}`);
  expect(await onlyDelivery(cinema.pool)).toMatchObject({ state: 'done', error: null });
});

test('development keeps the newest 500 mails, and touches no other file', async () => {
  const { folder, mailer } = await withoutServer('development');
  await mkdir(folder);
  const names = Array.from({ length: 509 }, (_, index) => `${String(index).padStart(3, '0')}.eml`);
  await Promise.all(
    ['notes.txt', ...names].map(async (name, index) => {
      await writeFile(path.join(folder, name), '');
      await utimes(path.join(folder, name), 1_000_000 + index, 1_000_000 + index);
    }),
  );
  await mailer.send(mail('newest'));

  const expected = [...names.slice(-499), 'newest.eml', 'notes.txt'];
  expect((await readdir(folder)).toSorted()).toEqual(expected.toSorted());
});

test('a mail that is written again replaces its file', async () => {
  const { folder, mailer } = await withoutServer('development');
  await mailer.send(mail('same'));
  await mailer.send(mail('same'));

  expect(await readdir(folder)).toEqual(['same.eml']);
});

test('a folder that was deleted meanwhile is made again', async () => {
  const { folder, mailer } = await withoutServer('development');
  await mailer.send(mail('first'));
  await rm(folder, { recursive: true });
  await mailer.send(mail('second'));

  expect(await readdir(folder)).toEqual(['second.eml']);
});

test('production without a server sends nothing, and says so in the log of deliveries', async () => {
  const { folder, mailer } = await withoutServer('production');
  const cinema = await openCinema(mailer);
  await aBooking(cinema);
  await cinema.deliver();

  expect(await onlyDelivery(cinema.pool)).toMatchObject({
    state: 'done',
    attempts: 1,
    error: 'no mail configured',
  });
  await expect(readdir(folder)).rejects.toThrow('ENOENT');
});

const secret = 'hunter2';
const url = `smtp://matinee:${secret}@mail.example.com`;

test.for([
  { what: 'a server without a sender', env: { MAIL_URL: url }, said: 'MAIL_FROM: is required' },
  {
    what: 'a server that does not speak SMTP',
    env: { MAIL_URL: `https://matinee:${secret}@mail.example.com`, MAIL_FROM: sender },
    said: 'MAIL_URL: must be smtp://',
  },
  {
    what: 'a password that does not fit into a URL',
    env: { MAIL_URL: `smtp://matinee:${secret}/#@mail.example.com:x`, MAIL_FROM: sender },
    said: 'MAIL_URL: must be a URL',
  },
  {
    what: 'a sender with a line break',
    env: { MAIL_URL: url, MAIL_FROM: `Matinee ${secret}\r\nBcc: a@example.com <b@example.com>` },
    said: 'MAIL_FROM: must be an address',
  },
  {
    what: 'a sender with a line break in the address',
    env: { MAIL_URL: url, MAIL_FROM: `${secret}@example.com\nBcc:a@example.com` },
    said: 'MAIL_FROM: must be an address',
  },
  {
    what: 'two senders',
    env: { MAIL_URL: url, MAIL_FROM: `${secret}@example.com, b@example.com` },
    said: 'MAIL_FROM: must be an address',
  },
  {
    what: 'two senders without a space',
    env: { MAIL_URL: url, MAIL_FROM: `${secret},b@example.com` },
    said: 'MAIL_FROM: must be an address',
  },
  {
    what: 'a sender that a header reads as a group',
    env: { MAIL_URL: url, MAIL_FROM: `${secret}: a <a@example.com>` },
    said: 'MAIL_FROM: must be an address',
  },
])('the environment refuses $what, and shows no value', ({ env, said }) => {
  const read = () => readEnvironment(env);

  expect(read).toThrow(said);
  expect(read).not.toThrow(secret);
});

test.for([sender, 'tickets@cinema.example', '"Große Bühne, Berlin" <a@cinema.example>'])(
  'the environment takes the sender %s',
  (from) => {
    expect(readEnvironment({ MAIL_URL: url, MAIL_FROM: from }).MAIL_FROM).toBe(from);
  },
);
