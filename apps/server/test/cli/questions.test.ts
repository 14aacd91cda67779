import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCinema } from './cinema.ts';
import type { Cinema } from './cinema.ts';

/* The commands that ask for missing values at a terminal. */

let cinema: Cinema;
beforeAll(async () => {
  cinema = await aCinema({}, 'ada@example.com');
});
afterAll(() => cinema.close());

type Terminal = ReturnType<Cinema['binary']['open']>;

async function answer(terminal: Terminal, answers: readonly (readonly [string, string])[]) {
  for (const [question, text] of answers) {
    await terminal.shows(`◆  ${question}`);
    terminal.type(`${text}\r`);
  }
}

test('movies create without flags asks for the fields of a movie', async () => {
  const terminal = cinema.binary.open(['movies', 'create']);
  await answer(terminal, [
    ['Title', 'Laura'],
    ['Summary', ''],
    ['One genre', 'Film noir'],
    ['Running time', '88'],
    ['Release date', '1944-10-11'],
    ['Rating', ''],
    ['Age from which', '16'],
    ['For younger people', 'accompanied'],
  ]);
  expect(await terminal.ended).toBe(0);
  const { items } = await cinema.matinee.movies.list({ search: 'Laura' });
  expect(items).toMatchObject([
    {
      title: 'Laura',
      description: null,
      genre: 'Film noir',
      durationMinutes: 88,
      releaseDate: '1944-10-11',
      contentRating: null,
      minimumAge: 16,
      ageRule: 'accompanied',
    },
  ]);
});

test('movies create with flags asks for required values only, and again for a wrong one', async () => {
  const args = ['movies', 'create', '--title', 'Gilda', '--genre', 'Drama'];
  const terminal = cinema.binary.open(args);
  await terminal.shows('◆  Running time');
  terminal.type('long\r');
  await terminal.shows('Enter a whole number.');
  terminal.type('\u007f'.repeat(4));
  terminal.type('110\r');
  expect(await terminal.ended).toBe(0);
  const { items } = await cinema.matinee.movies.list({ search: 'Gilda' });
  expect(items).toMatchObject([{ durationMinutes: 110, releaseDate: null }]);
});

test('--no-input and --data do not ask', async () => {
  const refused = cinema.binary.open(['movies', 'create', '--no-input']);
  expect(await refused.ended).toBe(2);
  expect(refused.screen()).toContain('Missing: --title, --genre, --duration-minutes.');
  const incomplete = cinema.binary.open(['movies', 'create', '--data', '{"title":"Heat"}']);
  expect(await incomplete.ended).toBe(6);
});

test('theaters create asks for a room, and draws it', async () => {
  const terminal = cinema.binary.open(['theaters', 'create'], {
    rows: 60,
    env: { TZ: 'America/New_York' },
  });
  await answer(terminal, [
    ['Name', 'Palace'],
    ['Time zone', ''],
    ['Minutes of cleaning', ''],
    ['Rows, such as', 'A-C'],
    ['Seats in each row', '8'],
    ['Aisles after', '4'],
    ['Type of these seats', ''],
  ]);
  await terminal.shows('3 rows, 24 seats');
  terminal.type('y');
  await answer(terminal, [
    ['Rows, such as', 'D'],
    ['Seats in each row', '6'],
    ['Aisles after', ''],
  ]);
  await terminal.shows('◆  Type of these seats');
  terminal.type('\u001b[B\u001b[B\r');
  await terminal.shows('4 rows, 30 seats');
  expect(terminal.screen()).toContain('SCREEN');
  terminal.type('n');
  expect(await terminal.ended).toBe(0);
  const { items } = await cinema.matinee.theaters.list({});
  const { id = '' } = items.find(({ name }) => name === 'Palace') ?? {};
  const theater = await cinema.matinee.theaters.get({ theaterId: id });
  expect(theater).toMatchObject({ timezone: 'America/New_York', totalSeats: 30 });
  const positions = (label: string) =>
    theater.seats.filter(({ rowLabel }) => rowLabel === label).map(({ position }) => position);
  expect(positions('B')).toEqual([1, 2, 3, 4, 6, 7, 8, 9]);
  expect(theater.seats.filter(({ seatType }) => seatType === 'vip')).toHaveLength(6);
});
