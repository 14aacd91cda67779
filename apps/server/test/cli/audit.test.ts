import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCinema, aCustomer } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable } from './stable.ts';

/* What an administrator did and who was refused, as the command shows it. */

let cinema: Cinema;
let userId: string;
beforeAll(async () => {
  cinema = await aCinema();
  await aCustomer(cinema, 'grace@example.com');
  const { items } = await cinema.matinee.admin.users.list({ email: 'grace@' });
  userId = items[0]?.id ?? '';
  await cinema.matinee.admin.users.promote({ userId });
  await cinema.matinee.admin.users.demote({ userId });
});
afterAll(() => cinema.close());

test.each([80, 140])('the log fits a terminal of %d columns', async (columns) => {
  const words = ['audit', '--subject', userId];
  const terminal = cinema.binary.open(words, { columns });
  expect(await terminal.ended).toBe(0);
  await expect(stable(terminal.screen())).toMatchFileSnapshot(`screens/audit-${columns}.txt`);
});

test('it is asked for by person, action and day, and printed as JSON and CSV', async () => {
  const action = 'admin.users.promote';
  const email = (await cinema.matinee.auth.me()).email ?? '';
  const words = ['audit', '--actor', email, '--action', action, '--from', '2026-01-01'];
  const json = await cinema.binary.run(...words, '--json');
  expect(JSON.parse(json.out)).toMatchObject({ items: [{ action, subject: userId }] });
  const csv = await cinema.binary.run(...words, '--csv');
  const [head, row = '', ...more] = csv.out.trim().split('\n');
  expect(head).toBe('id,at,actorId,actorEmail,action,subject,remoteAddress,data,apiKeyId');
  expect(row).toContain(`,${email},${action},${userId},`);
  expect(more).toEqual([]);
  expect((await cinema.binary.run(...words, '--to', '2026-01-02', '--csv')).out.trim()).toBe(head);
});

test('a user who is not there, and a day that is none, are said', async () => {
  const nobody = await cinema.binary.run('audit', '--actor', 'nobody@example.com');
  expect(nobody.err).toContain('There is no account "nobody@example.com".');
  expect((await cinema.binary.run('audit', '--from', 'last week')).code).toBe(6);
});
