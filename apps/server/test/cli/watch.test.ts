import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCinema, aCustomer, aShow } from './cinema.ts';
import type { Cinema } from './cinema.ts';

/* The commands that show changes as they come. */

let cinema: Cinema;
beforeAll(async () => {
  cinema = await aCinema();
});
afterAll(() => cinema.close());

test('the seat map is drawn again when seats are locked, until Ctrl-C', async () => {
  const { showtime, seatIds } = await aShow(cinema, 'Watched');
  const customer = await aCustomer(cinema, 'grace@example.com');
  const terminal = cinema.binary.open(['showtimes', 'seats', showtime.id, '--watch']);
  await terminal.shows('live, Ctrl-C ends');
  await terminal.shows('0 locked');
  const seats = { showtimeId: showtime.id, seatIds: seatIds('A1', 'A2') };
  await customer.showtimes.lockSeats(seats);
  await terminal.shows('2 locked');
  await customer.reservations.create(seats);
  await terminal.shows('2 reserved');
  expect(terminal.screen().match(/SCREEN/g)).toHaveLength(1);
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(130);
  expect(terminal.screen()).not.toContain('has ended');
});

test('the seat map of a cancelled show ends the command', async () => {
  const { showtime } = await aShow(cinema, 'Cancelled');
  const terminal = cinema.binary.open(['showtimes', 'seats', showtime.id, '--watch']);
  await terminal.shows('live, Ctrl-C ends');
  await cinema.matinee.showtimes.cancel({ showtimeId: showtime.id, reason: 'Fire' });
  expect(await terminal.ended).toBe(0);
  expect(terminal.screen()).toContain('The sale of this show has ended.');
});

test('a seat map needs a terminal to be watched', async () => {
  const { showtime } = await aShow(cinema, 'Piped');
  const { code, out, err } = await cinema.binary.run('showtimes', 'seats', showtime.id, '--watch');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('--watch needs a terminal.');
});

test('reservations are printed as they come, each once', async () => {
  const { showtime, seatIds } = await aShow(cinema, 'Tail');
  const customer = await aCustomer(cinema, 'alan@example.com');
  const book = async (seat: string) => {
    const seats = { showtimeId: showtime.id, seatIds: seatIds(seat) };
    await customer.showtimes.lockSeats(seats);
    return (await customer.reservations.create(seats)).reference;
  };
  const before = await book('B1');
  const terminal = cinema.binary.open(
    ['reservations', 'list', '--all', '--showtime-id', showtime.id, '--watch'],
    { columns: 140 },
  );
  await terminal.shows('Waiting for new reservations.');
  const after = [await book('B2'), await book('B3')];
  for (const reference of after) {
    await terminal.shows(reference);
  }
  const later = await book('B4');
  await terminal.shows(later);
  const printed = [...terminal.screen().matchAll(/\b[A-Z0-9]{8}\b(?= {2}B\d {2}.* alan)/g)];
  expect(printed.map(([reference]) => reference)).toEqual([before, ...after, later]);
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(130);
});
