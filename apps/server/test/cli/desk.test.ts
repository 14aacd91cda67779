import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCinema, aShow, openShift, sellByList } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable } from './stable.ts';

/* A clerk sells over the counter, with two ticket types, and counts the drawer. */

let cinema: Cinema;
let show: Awaited<ReturnType<typeof aShow>>;
beforeAll(async () => {
  cinema = await aCinema();
  show = await aShow(cinema);
  await sellByList(cinema, show.showtime.id);
});
afterAll(() => cinema.close());

test('a sale takes the keys of a few seconds, and fits 80 columns', async () => {
  await openShift(cinema);
  const terminal = cinema.binary.open(['desk', 'sell'], { rows: 60 });
  await terminal.shows('◆  Which seats?');
  terminal.type('A7 A8\r');
  await terminal.shows('How many of each?');
  terminal.type('1 child\r');
  await terminal.shows('20.00 USD. How is it paid?');
  terminal.type('\r');
  await terminal.shows('Cash handed over?');
  terminal.type('50\r');
  await terminal.shows('Next customer?');
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(0);
  const screen = stable(terminal.screen()).replace(/20\d\d-\d\d-\d\d \d\d:\d\d UTC/g, 'now');
  await expect(screen).toMatchFileSnapshot('screens/desk-sell.txt');
  const { lines } = await cinema.matinee.desk.shift();
  expect(lines.find(({ tender }) => tender === 'cash')).toMatchObject({ sold: '20.00' });
});

test('the shift is counted, and its differences are shown', async () => {
  await openShift(cinema);
  const { lines } = await cinema.matinee.desk.shift();
  const sold = Number(lines.find(({ tender }) => tender === 'cash')?.sold);
  const cash = (100 + sold - 0.5).toFixed(2);
  const terminal = cinema.binary.open(['desk', 'close', '--cash', cash, '--card-terminal', '0']);
  expect(await terminal.ended).toBe(0);
  expect(terminal.screen()).toMatch(/cash +\d+\.00 +0\.00 +\d+\.50 +-0\.50\n/);
  expect(terminal.screen()).toContain('Cash is 0.50 USD short. Card terminal is right.');
});
