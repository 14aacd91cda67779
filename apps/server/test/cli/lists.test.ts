import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCinema, aPriceList, aShow, aTicketType } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable } from './stable.ts';

/* Lists, tables and drawings at a terminal and in a pipe. */

let cinema: Cinema;
let show: Awaited<ReturnType<typeof aShow>>;
beforeAll(async () => {
  cinema = await aCinema();
  show = await aShow(cinema);
  await aTicketType(cinema, 'child');
  await aPriceList(cinema, 'House');
  for (const movie of movies) {
    const { id } = await cinema.matinee.movies.create({ ...base, ...movie, title: 'Any' });
    // As a version stored it that took any characters.
    const rename = 'update movies set title = $2 where id = $1';
    await cinema.server.app.pool.query(rename, [id, movie.title]);
  }
});
afterAll(() => cinema.close());

const base = { genre: 'Drama', durationMinutes: 120 };
const longTitle =
  'Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb, in Its Uncut Version';
const movies = [
  { title: longTitle, genre: 'Comedy of the blackest kind', contentRating: 'PG' },
  { title: '七人の侍', durationMinutes: 207, releaseDate: '1954-04-26' },
  { title: 'Le Fabuleux Destin d’Ame\u0301lie Poulain', releaseDate: '2001-04-25' },
  { title: '=HYPERLINK("http://evil.example","win")', genre: '+1', contentRating: '@home' },
  { title: 'A "quoted", title', description: 'Two\nlines' },
  { title: 'Wipes \u001b[2J the screen', contentRating: 'R' },
];

async function screenOf(args: string[], columns: number): Promise<string> {
  const terminal = cinema.binary.open(args, { columns });
  expect(await terminal.ended).toBe(0);
  return stable(terminal.screen());
}

test.each([80, 120])('movies fit a terminal of %d columns', async (columns) => {
  const screen = await screenOf(['movies', 'list'], columns);
  await expect(screen).toMatchFileSnapshot(`screens/movies-${columns}.txt`);
});

test('the next command fits a terminal that has become wider', async () => {
  const script = 'matinee movies list; read answer; matinee movies list';
  const terminal = cinema.binary.openShell(script, { columns: 80 });
  await terminal.shows('7 movies.');
  await terminal.resize(120);
  terminal.type('\r');
  expect(await terminal.ended).toBe(0);
  const wide = await screenOf(['movies', 'list'], 120);
  expect(stable(terminal.screen()).endsWith(wide)).toBe(true);
});

test.each([
  ['movie', () => ['movies', 'get', show.movie.id]],
  ['theaters', () => ['theaters', 'list']],
  ['theater', () => ['theaters', 'get', show.theater.id]],
  ['showtimes', () => ['showtimes', 'list']],
  ['showtime', () => ['showtimes', 'get', show.showtime.id]],
  ['users', () => ['users', 'list']],
  ['whoami', () => ['whoami']],
])('%s at a terminal', async (name, args) => {
  await expect(await screenOf(args(), 100)).toMatchFileSnapshot(`screens/${name}.txt`);
});

test.each([
  ['ticket-types', ['ticket-types', 'list']],
  ['price-lists', ['price-lists', 'list']],
  ['price-list', ['price-lists', 'get', 'House']],
])('%s at a terminal of 80 columns', async (name, args) => {
  await expect(await screenOf(args, 80)).toMatchFileSnapshot(`screens/${name}.txt`);
});

describe('the seat map', () => {
  beforeAll(async () => {
    const { showtime, seatIds } = show;
    const sold = { showtimeId: showtime.id, seatIds: seatIds('C5', 'C6') };
    await cinema.matinee.showtimes.lockSeats(sold);
    await cinema.matinee.reservations.create(sold);
    await cinema.matinee.showtimes.lockSeats({
      showtimeId: showtime.id,
      seatIds: seatIds('A1', 'A2'),
    });
  });

  test.each([80, 30, 20])('is drawn with its legend in %d columns', async (columns) => {
    const terminal = cinema.binary.open(['showtimes', 'seats', show.showtime.id], { columns });
    expect(await terminal.ended).toBe(0);
    await expect(terminal.screen()).toMatchFileSnapshot(`screens/seats-${columns}.txt`);
  });

  test('has a colour for each meaning, also in the legend', async () => {
    const terminal = cinema.binary.open(['showtimes', 'seats', show.showtime.id]);
    await terminal.ended;
    await expect(terminal.colours()).toMatchFileSnapshot('screens/seats-colours.txt');
  });

  test.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('has none with %o', async (env) => {
    const args = ['showtimes', 'seats', show.showtime.id];
    const terminal = cinema.binary.open(args, { env });
    await terminal.ended;
    expect(terminal.screen()).toContain('SCREEN');
    expect(terminal.colours()).not.toMatch(/[a-z_]/i);
  });
});

describe('in a pipe', () => {
  test('a list is plain and complete, without messages', async () => {
    const { code, out, err } = await cinema.binary.run('movies', 'list');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(longTitle);
    // oxlint-disable-next-line no-control-regex -- that there is none is what is tested
    expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    const { items } = await cinema.matinee.movies.list({});
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split('\t')[0])).toEqual(items.map(({ id }) => id));
  });

  test('--json is what the SDK returned', async () => {
    const { out } = await cinema.binary.run('movies', 'list', '--json');
    const items = await cinema.matinee.movies.list.all({}).toArray();
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify({ items, nextCursor: null })));
    const seats = await cinema.binary.run('showtimes', 'seats', show.showtime.id, '--json');
    expect(JSON.parse(seats.out)).toMatchObject({ showtimeId: show.showtime.id });
  });

  test('--csv escapes formulas, and quotes cells', async () => {
    const { out } = await cinema.binary.run('movies', 'list', '--csv');
    expect(out).toContain(`"'=HYPERLINK(""http://evil.example"",""win"")"`);
    expect(out).toContain(`,'+1,`);
    expect(out).toContain(`,'@home,`);
    expect(out).toContain('"A ""quoted"", title","Two\nlines"');
    expect(out.split('\n')[0]).toBe(
      'id,title,description,genre,durationMinutes,releaseDate,contentRating,posterUrl,' +
        'revision,createdAt,updatedAt,minimumAge,ageRule',
    );
  });

  test('a reader that closes the pipe ends a list without a message', async () => {
    const terminal = cinema.binary.openShell('matinee movies list --csv | head -n 1; echo end', {
      columns: 140,
    });
    await terminal.shows('end');
    expect(terminal.screen()).toMatch(/^id,title,\S+\nend\n$/);
  });
});
