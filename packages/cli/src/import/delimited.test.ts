import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv } from '../output/csv.ts';
import { movieLayout } from '../output/movie.ts';
import { hasUnseen, hasUnseenBesideBreaks } from './characters.ts';
import { ageRules } from './columns.ts';
import { judgeOf, readMovie } from './movie-row.ts';
import { readTable } from './rows.ts';
import type { RawRow } from './rows.ts';

const head = ['Title', 'Genre', 'Running Time min'];

/** The rows of a file, read in one piece or in pieces. */
async function rowsOf(
  text: string,
  { pieces = 1, ...defaults }: { pieces?: number; defaultDuration?: number } = {},
): Promise<RawRow[]> {
  const size = Math.ceil(text.length / pieces) || 1;
  const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  const { rows } = await readTable(Readable.from(chunks), judgeOf({ columns: {}, ...defaults }));
  const list: RawRow[] = [];
  for await (const row of rows) {
    list.push(row);
  }
  return list;
}

const titlesOf = (rows: RawRow[]) => rows.map(({ record }) => String(record?.['Title']));

const delimiters = [',', ';', '\t', '|'];

describe.each(delimiters)('quotes between delimiters like %j', (delimiter) => {
  const rows = (...titles: string[]) =>
    [head, ...titles.map((title, index) => [title, 'Drama', String(80 + index)])]
      .map((cells) => cells.join(delimiter))
      .join('\n');

  test.each([
    ['that are not closed', ['"Aa', 'Bb', 'Cc "x"']],
    ['that begin and end cells of different rows', ['"Aa', 'Bb', 'Cc"']],
    ['that end a cell', ['Aa"', 'Bb"', 'Cc']],
    ['that are doubled', ['"Aa""', 'Bb', '""Cc""', '"""Dd']],
    ['alone in a cell', ['"', 'Bb', '"']],
    ['before and after a word', ['"Aa" and', 'the "Bb', 'Cc "x"']],
  ])('%s are text, and each row is a row', async (_name, titles) => {
    expect(titlesOf(await rowsOf(rows(...titles)))).toEqual(titles);
  });

  test('around a whole cell are not part of it', async () => {
    const quoted = [`"Crazy${delimiter} Stupid"`, '"She said ""hi"""', '"two\nlines"'];
    const titles = [`Crazy${delimiter} Stupid`, 'She said "hi"', 'two\nlines'];
    expect(titlesOf(await rowsOf(rows(...quoted)))).toEqual(titles);
  });

  test('in a row without them are the same wherever pieces of the file end', async () => {
    const text = rows('"Aa', 'Bb', '"two\r\nlines"', 'Cc"', '"Dd "" e"').replaceAll('\n', '\r\n');
    const whole = await rowsOf(text);
    expect(whole).toHaveLength(5);
    expect(await rowsOf(text, { pieces: text.length })).toEqual(whole);
  });

  test('of any number and place leave as many rows as the file has', async () => {
    const cell = fc.string({ unit: fc.constantFrom('"', '"', 'a', ' ', "'", '1'), maxLength: 5 });
    const genre = fc.constantFrom('Drama', '"Drama', 'Drama"', '"', '');
    const row = fc.tuple(cell, genre, fc.constantFrom('90', '"90', '90"', '9"0', '""', ''));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (cells) => {
        const lines = [head, ...cells].map((each) => each.join(delimiter));
        const found = await rowsOf(lines.join('\n'));
        expect(found.length).toBeGreaterThanOrEqual(cells.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a cell in quotes whose lines have the fields of a row', () => {
  const text = 'A heist\nin LA, with, cops';

  test('is a cell if its lines are no movies', async () => {
    const file = `Title,Genre,Running Time min,Description\nHeat,Crime,170,"A heist\nin LA, with, two, cops"`;
    const [row, ...others] = await rowsOf(file);
    expect(others).toEqual([]);
    expect(row?.record?.['Description']).toBe('A heist\nin LA, with, two, cops');
  });

  test('is a cell if its lines are movies only with defaults', async () => {
    const file = `Title,Genre,Description\nHeat,Crime,"${text}"`;
    const [row, ...others] = await rowsOf(file, { defaultDuration: 90 });
    expect(others).toEqual([]);
    expect(row?.record?.['Description']).toBe(text);
  });

  test('is several rows if its lines are movies', async () => {
    const file = `Title,Genre,Running Time min,Description\nHeat,Crime,170,"A heist\nAlien,Horror,117,A monster"`;
    const rows = await rowsOf(file);
    expect(rows.map(({ record }) => record?.['Description'])).toEqual(['"A heist', 'A monster"']);
  });
});

describe('a cell in quotes that may be rows', () => {
  const doubt = 'its quotes make one row of several lines that look like rows';
  const names = 'Title,Description,Genre,Running Time min';

  test.each([
    ['the first is a row with a default', 'Aa,"x,Drama,\nBb,y",Drama,81', 2],
    ['one in the middle is complete', 'Aa,"x,Drama,bad\nBb,y,Drama,81\nCc,y",Drama,83', 3],
  ])('is a fault for each of its lines: %s', async (_what, lines, count) => {
    const rows = await rowsOf(`${names}\n${lines}\nDd,z,Drama,82`, { defaultDuration: 90 });
    const faults = Array.from({ length: count }, () => doubt);
    expect(rows.map(({ fault }) => fault)).toEqual([...faults, undefined]);
  });

  test('is a cell if its lines have other fields', async () => {
    const rows = await rowsOf(`${names}\nAa,"x,\ny, z,\nw",Drama,81`);
    expect(rows.map(({ record }) => record?.['Description'])).toEqual(['x,\ny, z,\nw']);
  });
});

test('delimiters at the end of the header are no column, in quotes and without', async () => {
  const rows = await rowsOf(
    'Title,Genre,Description,,\nHeat,Crime,A\nAlien,Horror,B,,\nUp,Drama,"C\nD"\nBig,Drama,"E\nF",,',
    { defaultDuration: 90 },
  );
  expect(rows.map(({ record }) => record?.['Description'])).toEqual(['A', 'B', 'C\nD', 'E\nF']);
});

describe('a quote between tabs', () => {
  test('does not join rows, whether or not they are movies', async () => {
    const rows = [
      [...head, 'Description'],
      ['Heat', 'Crime', '170', '"A'],
      ['Alien', '', '', 'B"'],
    ];
    const found = await rowsOf(rows.map((cells) => cells.join('\t')).join('\n'));
    expect(found.map(({ record }) => record?.['Description'])).toEqual(['"A', 'B"']);
  });

  test('does not join a row that is too short with the next one', async () => {
    const found = await rowsOf(`${head.join('\t')}\n"Heat\tCrime\nAlien"\tHorror\t117`);
    expect(found.map(({ fault }) => fault)).toEqual([
      'the row has 2 fields, and the header has 3',
      undefined,
    ]);
  });
});

test('a quote does not join a row with one that has empty cells', async () => {
  const file = `${[...head, 'Description'].join(',')}\nHeat,Crime,170,"A\n",,,`;
  expect(titlesOf(await rowsOf(file))).toEqual(['Heat', '"']);
});

test('two apostrophes are an empty cell, and not an apostrophe that --csv has added', async () => {
  const [row] = await rowsOf(`${head.join(',')}\nHeat,'',170`);
  expect(readMovie(row?.record ?? {}, { columns: {} })).toEqual({ fault: 'genre is missing' });
});

test('a header in quotes may have several lines', async () => {
  const [row] = await rowsOf('Title,"Running\nTime min",Genre\nHeat,170,Crime');
  expect(row?.record).toEqual({ Title: 'Heat', 'Running\nTime min': '170', Genre: 'Crime' });
});

test('a quote in the header does not swallow the first row', async () => {
  const rows = await rowsOf('Title,"Genre,Running Time min\nHeat",Crime,170\nAlien,Horror,117');
  expect(titlesOf(rows)).toEqual(['Heat"', 'Alien']);
});

test('a line of more than a million characters is one refused row', async () => {
  const text = `Title,Genre\nHeat,Crime\n${'x'.repeat(2_500_000)}\nAlien,Horror`;
  const rows = await rowsOf(text, { pieces: 40 });
  expect(rows.map(({ fault }) => fault)).toEqual([
    undefined,
    'the row has more than 1000000 characters',
    undefined,
  ]);
});

test('a quote before a very long file is text', async () => {
  const more = Array.from({ length: 100_000 }, (_none, index) => `Film ${index}\tDrama\t90`);
  const rows = await rowsOf(
    ['Title\tGenre\tRunning Time min', '"Aa\tDrama\t80', ...more].join('\n'),
    { pieces: 30 },
  );
  expect(rows).toHaveLength(100_001);
  expect(rows[0]?.record?.['Title']).toBe('"Aa');
});

test('movies that the command writes as CSV are read back as they were', async () => {
  const special = fc.constantFrom("'", '=', '+', '-', '@', '"', ',', ';', '\t', '\n', '\r', '＝');
  const letters = fc.constantFrom('a', 'é', '\u001b', '\u202e');
  const text = fc
    .oneof(
      fc.string({ unit: fc.oneof(special, letters), minLength: 1 }),
      fc.constantFrom(
        "'=round trip",
        "''=x",
        "'+1",
        "'-1",
        "'@a",
        "'",
        "''",
        "'''",
        '-',
        "'-",
        '–',
      ),
      fc.constantFrom('NULL', "'NULL", 'None', 'N/A', '\\N', "'N/A", '#N/A', '[]'),
    )
    // The server stores no spaces around a text.
    .map((each) => each.trim())
    .filter((each) => each !== '' && !hasUnseenBesideBreaks(each))
    .map((each) => each.normalize());
  const line = text.filter((each) => !hasUnseen(each));
  const list = fc.constantFrom(
    '["Crime"]',
    '{"name":"X"}',
    "['A', 'B']",
    '["x"',
    '\'["x"]',
    '[REC]',
  );
  const movie = fc.record({
    title: fc.oneof(line, list),
    genre: fc.oneof(line, list),
    description: text,
    contentRating: line,
    durationMinutes: fc.integer({ min: 1, max: 1_440 }),
    releaseDate: fc.constant('1995-12-15'),
    minimumAge: fc.integer({ min: 1, max: 99 }),
    ageRule: fc.constantFrom(...ageRules),
  });
  const other = {
    id: '',
    posterUrl: null,
    revision: 1,
    createdAt: new Date(0),
    updatedAt: new Date(0),
  };
  await fc.assert(
    fc.asyncProperty(fc.array(movie, { minLength: 1 }), async (movies) => {
      const file = csv(
        movieLayout.csv,
        movies.map((each) => ({ ...each, ...other })),
      );
      const found = await rowsOf(file);
      const read = found.map(({ record }) => readMovie(record ?? {}, { columns: {} }));
      expect(read).toEqual(movies.map((each) => ({ movie: each, given: each })));
    }),
    { numRuns: 500 },
  );
});
