import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCinema, aMovie, aTheater } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable } from './stable.ts';

/* A run of shows over the night in which the clocks in Paris skip an hour. */

let cinema: Cinema;
let common: string[];
let theaterId: string;
beforeAll(async () => {
  cinema = await aCinema();
  const movie = await aMovie(cinema);
  const theater = await aTheater(cinema);
  theaterId = theater.id;
  common = ['--movie-id', movie.id, '--theater-id', theater.id, '--price', '12.50'];
});
afterAll(() => cinema.close());

const weekend = ['--from', '2031-03-28', '--to', '2031-03-30', '--times', '17:00,20:30'];

async function startsOf(): Promise<string[]> {
  const { items } = await cinema.matinee.showtimes.list({ theaterId });
  return items.map(({ startTime }) => startTime.toISOString());
}

/** Six shows in local time. From the last Sunday, the instants are an hour earlier. */
const starts = [
  '2031-03-28T16:00:00.000Z',
  '2031-03-28T19:30:00.000Z',
  '2031-03-29T16:00:00.000Z',
  '2031-03-29T19:30:00.000Z',
  '2031-03-30T15:00:00.000Z',
  '2031-03-30T18:30:00.000Z',
];

test('a run is planned, confirmed and created, and then conflicts with itself', async () => {
  const tried = cinema.binary.open(['showtimes', 'create', ...common, ...weekend, '--dry-run']);
  expect(await tried.ended).toBe(0);
  await expect(stable(tried.screen())).toMatchFileSnapshot('screens/run-dry.txt');
  expect(await startsOf()).toEqual([]);

  const refused = cinema.binary.open(['showtimes', 'create', ...common, ...weekend]);
  await refused.shows('Schedule 6 shows?');
  refused.type('n');
  expect(await refused.ended).toBe(1);
  expect(await startsOf()).toEqual([]);

  const made = cinema.binary.open(['showtimes', 'create', ...common, ...weekend]);
  await made.shows('Schedule 6 shows?');
  made.type('y');
  expect(await made.ended).toBe(0);
  await expect(stable(made.screen())).toMatchFileSnapshot('screens/run.txt');
  expect(await startsOf()).toEqual(starts);

  const conflicts = cinema.binary.open([
    ...['showtimes', 'create', ...common, '--from', '2031-03-29', '--to', '2031-03-30'],
    ...['--times', '02:30,12:00,16:30'],
  ]);
  expect(await conflicts.ended).toBe(5);
  await expect(stable(conflicts.screen())).toMatchFileSnapshot('screens/run-conflicts.txt');
  expect(await startsOf()).toEqual(starts);
});
