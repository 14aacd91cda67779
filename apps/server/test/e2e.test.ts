import { fileURLToPath } from 'node:url';
import { anAdmin, days, password } from '@matinee/api/testing';
import { createMatinee, isMatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCommand } from './command.ts';
import type { Command } from './command.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/*
 * The main job, as the people who use it do it: staff with the command, customers with the SDK, the
 * bookkeeper over REST.
 */

let server: TestServer;
let command: Command;
beforeAll(async () => {
  server = await startTestServer({ seatLock: { ttlMinutes: 10, maxMinutes: 30, maxSeats: 10 } });
  command = await aCommand(server.url, { MATINEE_PASSWORD: password });
});
afterAll(async () => {
  await command.close();
  await server.close();
});

const films = fileURLToPath(new URL('fixtures/films.json', import.meta.url));

interface Imported {
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  refusedRows: { row: number; reason: string }[];
}

interface Listed<Item> {
  items: Item[];
  nextCursor: null;
}

test('a cinema opens, sells a week and closes its books to the cent', async () => {
  const admin = await anAdmin(server.app);
  expect((await command.run('login', '--email', admin.email)).code).toBe(0);

  const movies = await importFilms();
  const theater = await command.json<{ id: string }>(
    ...['theaters', 'create', '--name', 'Grand', '--timezone', 'Europe/Paris'],
    ...['--turnaround-minutes', '20', '--rows', JSON.stringify(rows)],
  );
  const showtimes = await scheduleWeek(movies, theater.id);
  const sold = await sellOut(showtimes[0] ?? '');

  const report = await readReports(admin.token);
  expect(report.capacity.totals).toMatchObject({ showtimes: 30, seatsSold: sold.seats });
  expect(report.capacity.totals.seatsTotal).toBe(30 * 116);
  expect(report.revenue.totals).toEqual({
    revenue: sold.revenue,
    reservations: sold.reservations,
    seats: sold.seats,
    averagePerSeat: ((Number(sold.revenue) * 100) / sold.seats / 100).toFixed(2),
  });
}, 120_000);

const rows = [
  ...Array.from({ length: 8 }, (_none, index) => ({
    label: String.fromCharCode(65 + index),
    seats: 13,
    overrides: [{ position: 7, gap: true }],
  })),
  { label: 'V', seats: 20, seatType: 'vip' },
];

/** Every fault of a public list, reported by number; a second run changes nothing. */
async function importFilms(): Promise<string[]> {
  const first = await command.run('movies', 'import', films, '--json');
  expect(first.code).toBe(6);
  const imported = JSON.parse(first.out) as Imported;
  expect(imported.refusedRows.map(({ row }) => row)).toEqual([3, 4, 5, 6, 11]);
  expect(imported).toMatchObject({ created: 6, updated: 0, unchanged: 1, refused: 5 });
  const second = JSON.parse(
    (await command.run('movies', 'import', films, '--json')).out,
  ) as Imported;
  expect(second).toMatchObject({ created: 0, updated: 0, unchanged: 7, refused: 5 });
  const { items } = await command.json<Listed<{ id: string; title: string }>>('movies', 'list');
  expect(items.map(({ title }) => title)).toContain('1776');
  return items.map(({ id }) => id);
}

/** Thirty showtimes over seven days, none of which the theater refuses. */
async function scheduleWeek(movies: string[], theaterId: string): Promise<string[]> {
  const today = Math.floor(Date.now() / days(1)) * days(1);
  const ids: string[] = [];
  for (let index = 0; index < 30; index += 1) {
    const start = today + days(1 + (index % 7)) + Math.floor(index / 7) * 4 * 3_600_000;
    const showtime = await command.json<{ id: string }>(
      ...['showtimes', 'create', '--theater-id', theaterId],
      ...['--movie-id', movies[index % movies.length] ?? ''],
      ...['--start-time', new Date(start).toISOString(), '--price', '11.30'],
      ...['--seat-type-prices', '{"vip":"17.45"}'],
    );
    ids.push(showtime.id);
  }
  return ids;
}

/** Fifty customers buy different seats at once, while ten of them fight for the same four. */
async function sellOut(showtimeId: string) {
  const anyone = createMatinee({ url: server.url });
  const { seats } = await anyone.showtimes.seats({ showtimeId });
  const customers = await Promise.all(Array.from({ length: 50 }, (_none, index) => join(index)));
  const contested = seats.slice(-4).map(({ id }) => id);
  const mine = (index: number) => seats.slice(index * 2, index * 2 + 2).map(({ id }) => id);

  const fights = Promise.all(
    customers.slice(0, 10).map((customer) => buy(customer, showtimeId, contested)),
  );
  const purchases = await Promise.all(
    customers.slice(10).map((customer, index) => buy(customer, showtimeId, mine(index))),
  );
  const fought = await fights;

  expect(purchases.every((price) => price !== undefined)).toBe(true);
  const won = fought.filter((price) => price !== undefined);
  expect(won).toHaveLength(1);
  const prices = [...purchases, ...won].map((price) => Math.round(Number(price) * 100));
  const cents = prices.reduce((sum, price) => sum + price, 0);
  return { reservations: 41, seats: 84, revenue: (cents / 100).toFixed(2) };
}

async function join(index: number): Promise<Matinee> {
  let token: string | undefined;
  const customer = createMatinee({ url: server.url, token: () => token });
  const signedIn = await customer.auth.register({
    email: `customer-${index}@example.com`,
    password: 'a-customers-password',
  });
  token = signedIn.accessToken;
  return customer;
}

/** What was paid; undefined when somebody else was quicker. */
async function buy(
  customer: Matinee,
  showtimeId: string,
  seatIds: string[],
): Promise<string | undefined> {
  try {
    await customer.showtimes.lockSeats({ showtimeId, seatIds });
  } catch (error) {
    if (isMatineeError(error) && error.code === 'SEATS_UNAVAILABLE') {
      expect(error.details.seats).toHaveLength(seatIds.length);
      return undefined;
    }
    throw error;
  }
  return (await customer.reservations.create({ showtimeId, seatIds })).totalPrice;
}

async function readReports(token: string) {
  const to = new Date(Date.now() + days(10)).toISOString().slice(0, 10);
  const from = new Date(Date.now() - days(1)).toISOString().slice(0, 10);
  const read = async (report: string) => {
    const response = await fetch(
      `${server.url}/api/v1/admin/reports/${report}?from=${from}&to=${to}`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    const { data } = (await response.json()) as { data: { totals: Record<string, unknown> } };
    return data;
  };
  return { capacity: await read('capacity'), revenue: await read('revenue') };
}
