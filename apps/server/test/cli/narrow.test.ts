import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCinema, aCustomer } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable } from './stable.ts';

/* Lists of two houses in two time zones at a terminal of 80 columns and narrower. */

let cinema: Cinema;
beforeAll(async () => {
  cinema = await aCinema();
  const { matinee } = cinema;
  const film = { genre: 'Comedy', durationMinutes: 95 };
  const strangelove = await matinee.movies.create({ ...film, title: longTitle });
  const general = await matinee.movies.create({ ...film, title: 'The General' });
  const house = (name: string, timezone: string) =>
    matinee.theaters.create({ name, timezone, rows: [{ label: 'A', seats: 12 }] });
  const east = await house('Harbor Street, Grand Hall', 'America/New_York');
  const west = await house('Sunset Boulevard, Screen 2', 'America/Los_Angeles');
  const price = '11.00';
  const show = (movieId: string, theaterId: string, startTime: string) =>
    matinee.showtimes.create({ movieId, theaterId, startTime, price });
  await show(general.id, west.id, '2031-03-14T23:55:00Z');
  const evening = await show(strangelove.id, east.id, '2031-03-14T23:15:00Z');
  const late = await show(general.id, west.id, '2031-03-15T03:30:00Z');
  await show(strangelove.id, east.id, '2031-03-15T17:30:00Z');

  const names = ['Penelope.Featherstonehaugh@example.com', 'bob@example.com'];
  for (const [index, { id }] of [evening, late].entries()) {
    const customer = await aCustomer(cinema, names[index] ?? '');
    const theater = index === 0 ? east : west;
    const seatIds = theater.seats.slice(0, 8).map((seat) => seat.id);
    await customer.showtimes.lockSeats({ showtimeId: id, seatIds });
    const { id: reservationId } = await customer.reservations.create({ showtimeId: id, seatIds });
    if (index === 1) {
      await customer.reservations.cancel({ reservationId });
    }
  }
});
afterAll(() => cinema.close());

const longTitle = 'Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb';

describe.each([80, 50])('at %d columns', (columns) => {
  test.each([
    ['showtimes', ['showtimes', 'list']],
    ['reservations', ['reservations', 'list', '--all']],
    ['users', ['users', 'list']],
    ['theaters', ['theaters', 'list']],
    ['report-showtimes', ['reports', 'capacity', '--from', '2031-03-14', '--to', '2031-03-15']],
  ])('%s are readable', async (name, args) => {
    const terminal = cinema.binary.open(args, { columns });
    expect(await terminal.ended).toBe(0);
    const screen = stable(terminal.screen());
    await expect(screen).toMatchFileSnapshot(`screens/narrow-${name}-${columns}.txt`);
  });
});
