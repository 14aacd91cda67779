import { afterAll, beforeEach, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PseudoTerminal } from '../../../../packages/cli/test/pseudo-terminal.ts';
import { aCinema, aCustomer, aShow, sellByList } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable } from './stable.ts';

/* Selling seats step by step at a terminal. */

let cinema: Cinema;
let show: Awaited<ReturnType<typeof aShow>>;
let shows = 0;
beforeAll(async () => {
  cinema = await aCinema({ seatLock: { ttlMinutes: 10, maxMinutes: 30, maxSeats: 10 } });
});
afterAll(() => cinema.close());

let terminal: PseudoTerminal;
beforeEach(async () => {
  shows += 1;
  show = await aShow(cinema, `Hall ${shows}`);
  terminal = cinema.binary.open(['book', '--showtime-id', show.showtime.id]);
});
afterEach(() => terminal.kill('SIGKILL'));

async function statusOf(...names: string[]): Promise<(string | undefined)[]> {
  const { seats } = await cinema.matinee.showtimes.seats({ showtimeId: show.showtime.id });
  const ids = show.seatIds(...names);
  return ids.map((id) => seats.find((seat) => seat.id === id)?.status);
}

async function choose(seats: string): Promise<void> {
  await terminal.shows('◆  Which seats?');
  terminal.type(`${seats}\r`);
}

test('leads from the movie to the reference, with a countdown', async () => {
  const other = await cinema.matinee.movies.create({
    title: 'Laura',
    genre: 'Crime',
    durationMinutes: 88,
  });
  await cinema.matinee.showtimes.create({
    movieId: other.id,
    theaterId: show.theater.id,
    startTime: '2031-03-15T19:00:00Z',
    price: '9.00',
  });
  const walk = cinema.binary.open(['book', '--date', '2031-03-15']);
  await walk.shows('Which show? Sat 2031-03-15 20:00');
  walk.kill('SIGKILL');

  const whole = cinema.binary.open(['book'], { columns: 90 });
  await whole.shows('Which movie?');
  whole.type('thi');
  await whole.shows(/Which movie\?(?![^]*Laura)/);
  whole.type('\r');
  await whole.shows(/Which seats\?|Which show\?/);
  if (whole.screen().includes('◆  Which show?')) {
    whole.type(`Hall ${shows}\r`);
  }
  await whole.shows('Which seats?');
  whole.type('C5-C6\r');
  await whole.shows(/9:5\d left +Book C5, C6 for 30\.00 USD\?/);
  const first = /\d+:\d\d left/.exec(whole.screen())?.[0] ?? '';
  await whole.shows(new RegExp(`(?!${first})9:5\\d left`));
  expect(await statusOf('C5', 'C6')).toEqual(['locked', 'locked']);
  whole.type('y');
  expect(await whole.ended).toBe(0);
  expect(await statusOf('C5', 'C6')).toEqual(['reserved', 'reserved']);
  await expect(stable(whole.screen())).toMatchFileSnapshot('screens/book.txt');
});

describe('releases the seats', () => {
  test.each([
    ['Ctrl-C', '\u0003', 130],
    ['a no', 'n', 1],
    ['Escape', '\u001b', 1],
  ])('after %s', async (_name, key, expected) => {
    await choose('A1 A2');
    await terminal.shows('Book A1, A2 for 25.00 USD?');
    expect(await statusOf('A1', 'A2')).toEqual(['locked', 'locked']);
    terminal.type(key);
    expect(await terminal.ended).toBe(expected);
    expect(await statusOf('A1', 'A2')).toEqual(['available', 'available']);
    expect(terminal.screen()).toContain('The seats are free again.');
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('after %s', async (signal) => {
    await choose('A1');
    await terminal.shows('Book A1 for 12.50 USD?');
    terminal.kill(signal);
    await terminal.ended;
    expect(await statusOf('A1')).toEqual(['available']);
  });
});

test('prompts again for seats that another customer has locked', async () => {
  await terminal.shows('Which seats?');
  const customer = await aCustomer(cinema, 'quick@example.com');
  const { id: showtimeId } = show.showtime;
  await customer.showtimes.lockSeats({ showtimeId, seatIds: show.seatIds('A2') });
  terminal.type('A1 A2\r');
  await terminal.shows('A2: locked');
  await terminal.shows('~ locked');
  await choose('A1 A9x');
  await terminal.shows('There is no seat A9x.');
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(130);
  expect(await statusOf('A1')).toEqual(['available']);
});

test('keeps the countdown on one line in a narrow terminal', async () => {
  await choose('A1 A2');
  await terminal.shows('[m]ore time');
  await terminal.resize(50);
  await terminal.shows(/left {2}Book A1, A2 for 25\.00 USD\? {2}\[y\].*…/);
  await terminal.resize(100);
  await terminal.shows('[m]ore time');
  expect(terminal.screen().match(/ left /g)).toHaveLength(1);
  terminal.type('n');
  expect(await terminal.ended).toBe(1);
});

test('asks who the seats are for, and shows the sum with the fee', async () => {
  const { showtime } = await aShow(cinema, 'Family');
  await sellByList(cinema, showtime.id);
  const family = cinema.binary.open(['book', '--showtime-id', showtime.id]);
  await family.shows('◆  Which seats?');
  family.type('A1-3\r');
  await family.shows('How many of each?');
  family.type('1 child\r');
  await family.shows('Book A1, A2, A3 for 33.00 USD?');
  family.type('y');
  expect(await family.ended).toBe(0);
  const { items } = await cinema.matinee.reservations.list({});
  const booked = items.find((each) => each.showtime.id === showtime.id);
  expect(booked).toMatchObject({ total: '33.00', fees: '1.00' });
  expect(booked?.seats.map(({ ticketType }) => ticketType.code)).toEqual([
    'standard',
    'standard',
    'child',
  ]);
  await expect(stable(family.screen())).toMatchFileSnapshot('screens/book-tickets.txt');
});

test('needs a terminal', async () => {
  const { code, err } = await cinema.binary.run('book');
  expect({ code, said: err.includes('Run it at a terminal') }).toEqual({ code: 2, said: true });
});
