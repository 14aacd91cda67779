import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { json } from '../output/json.ts';
import { judgeOf, readMovie } from './movie-row.ts';
import { readTable } from './rows.ts';
import type { RawRow } from './rows.ts';

const fixture = (name: string) =>
  createReadStream(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));

const rowsOf = (text: string | Buffer) => listOf(Readable.from([text]));

async function listOf(source: Readable): Promise<RawRow[]> {
  const { rows } = await readTable(source, judgeOf({ columns: {} }));
  const list: RawRow[] = [];
  for await (const row of rows) {
    list.push(row);
  }
  return list;
}

function outcome({ record, fault, isBlank }: RawRow): unknown {
  if (isBlank) {
    return 'blank';
  }
  const reading = record ? readMovie(record, { columns: {} }) : { fault };
  return 'movie' in reading ? reading.movie : reading.fault;
}

describe('a JSON file with every fault', () => {
  test('gives movies, and for every other row a reason', async () => {
    const rows = await listOf(fixture('movies.json'));
    expect(rows.map(({ row }) => row)).toEqual(rows.map((_, index) => index + 1));
    expect(rows.map(outcome)).toEqual([
      'genre is missing; duration is missing',
      {
        title: 'Slam',
        genre: 'Drama',
        durationMinutes: 100,
        releaseDate: '1998-10-09',
        contentRating: 'R',
      },
      {
        title: '300',
        genre: 'Action',
        durationMinutes: 117,
        releaseDate: '2007-03-09',
        contentRating: 'R',
      },
      'title is missing',
      {
        title: 'Per qualche dollaro in pi˘',
        genre: 'Western',
        durationMinutes: 132,
        releaseDate: '1965-12-18',
      },
      'release date "Dec 31 46" must be a date: YYYY-MM-DD or Mon D YYYY',
      'release date "Feb 30 1999" must be a date: YYYY-MM-DD or Mon D YYYY',
      'duration "5220" must be 1 to 1440 whole minutes',
      'duration "30.5" must be 1 to 1440 whole minutes',
      'the row is not an object',
      {
        title: 'the  LAND girls',
        genre: 'Drama',
        durationMinutes: 111,
        releaseDate: '1998-06-12',
        contentRating: 'PG',
      },
      'title must not contain control or invisible characters',
      'content rating must have at most 20 characters, and has 31',
    ]);
  });
});

describe('a CSV file with every fault', () => {
  test('gives movies, and for every other row a reason', async () => {
    const rows = await listOf(fixture('movies.csv'));
    expect(rows.map(outcome)).toEqual([
      {
        title: '300',
        genre: 'Action',
        durationMinutes: 117,
        releaseDate: '2007-03-09',
        contentRating: 'R',
      },
      {
        title: 'Crazy; Stupid',
        genre: 'Comedy',
        durationMinutes: 118,
        releaseDate: '2011-07-29',
        contentRating: 'PG-13',
      },
      'blank',
      {
        title: 'L\ufffdon',
        genre: 'Drama',
        durationMinutes: 110,
        releaseDate: '1994-09-14',
        contentRating: 'R',
      },
      'the row has 2 fields, and the header has 5',
      'duration is missing',
      { title: '=SUM(A1)', genre: 'Drama', durationMinutes: 90 },
    ]);
  });
});

describe('files', () => {
  test('may have a byte order mark, other line ends, tabs, and UTF-16', async () => {
    const csv = '\ufeffTitle\tGenre\r\nHeat\tCrime\r\n';
    const expected = [{ row: 1, record: { Title: 'Heat', Genre: 'Crime' } }];
    expect(await rowsOf(csv)).toEqual(expected);
    expect(await rowsOf(Buffer.from(csv, 'utf16le'))).toEqual(expected);
    expect(await rowsOf(Buffer.from(csv, 'utf16le').swap16())).toEqual(expected);
    const utf16 = Buffer.from('\ufeff[{"Title":"Heat","Genre":"Crime"}]', 'utf16le');
    expect(await rowsOf(utf16)).toEqual(expected);
    const bytes = Array.from(utf16.swap16(), (byte) => Buffer.from([byte]));
    expect(await listOf(Readable.from(bytes))).toEqual(expected);
    expect(await rowsOf('\ufeff [{"Title":"Heat","Genre":"Crime"}]')).toEqual(expected);
  });

  test('in UTF-16 need no byte order mark', async () => {
    const expected = [{ row: 1, record: { Title: 'Héat', Genre: 'Crime' } }];
    for (const text of ['Title,Genre\nHéat,Crime', '[{"Title":"Héat","Genre":"Crime"}]']) {
      const little = Buffer.from(text, 'utf16le');
      expect(await rowsOf(little)).toEqual(expected);
      expect(await rowsOf(little.swap16())).toEqual(expected);
    }
  });

  test('may be one long line', async () => {
    const movies = Array.from({ length: 20_000 }, (_, index) => ({ title: `Movie ${index}` }));
    expect(await rowsOf(JSON.stringify(movies))).toHaveLength(20_000);
  });

  test('gives the rows around broken JSON', async () => {
    const rows = await rowsOf('[{"title":"Heat"}, {"title": oops}, {"title":"Alien, [1979]"}]');
    expect(rows[0]).toEqual({ row: 1, record: { title: 'Heat' } });
    expect(rows[1]?.fault).toContain('is not valid JSON: ');
    expect(rows[2]).toEqual({ row: 3, record: { title: 'Alien, [1979]' } });
  });

  test('gives the rows after a missing quote or brace', async () => {
    const rows = await rowsOf('[{"title":"Heat},{"title":"Jaws"}, {"title":"Alien"}]');
    expect(rows).toEqual([
      {
        row: 1,
        fault: 'the row is not valid JSON: it begins with {"title":"Heat},{"title":"Jaws"}',
      },
      { row: 2, record: { title: 'Alien' } },
    ]);
    const [first, second] = await rowsOf('[{"title":"Heat", {"title":"Jaws"}, {"title":"Alien"}]');
    expect(first?.fault).toContain('is not valid JSON: ');
    expect(second?.record).toEqual({ title: 'Alien' });
  });

  test('may have a comma too many, and comments', async () => {
    const rows = await rowsOf('[{"title":"Heat",}, // 1995\n {"title":"Alien"},]');
    expect(rows.map(({ record }) => record)).toEqual([{ title: 'Heat' }, { title: 'Alien' }]);
  });

  test('do not end silently before their last line', async () => {
    const rows = await rowsOf('[{"title":"Heat"}]\n[{"title":"Alien"}]');
    expect(rows[1]?.fault).toContain('is not valid JSON: ');
  });

  test('gives the rows before an early end', async () => {
    const rows = await rowsOf('[{"title":"Heat"}, {"title":"Al');
    expect(rows[0]?.record).toEqual({ title: 'Heat' });
    expect(rows[1]).toEqual({ row: 2, fault: 'the file ends before the end of the list' });
    expect(rows).toHaveLength(2);
  });

  test('is read the same wherever its chunks end', async () => {
    const text = '[ {"title":"A \\"quoted\\" \\\\"}, {"cast":[{"name":"]"}]} ,[1,[2]], 3 ]\n';
    const whole = await rowsOf(text);
    expect(whole).toHaveLength(4);
    const bytes = Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));
    expect(await listOf(Readable.from(bytes))).toEqual(whole);
  });

  test('ends where a quote is never closed', async () => {
    const rows = await rowsOf(`[{"title":"Heat"},{"title":"${'x'.repeat(5_000_000)}`);
    expect(rows).toHaveLength(2);
    expect(rows[1]?.fault).toContain('the row has no end');
  });

  test('may hold nothing', async () => {
    expect(await rowsOf('[]')).toEqual([]);
    expect(await rowsOf('title,genre\n')).toEqual([]);
    await expect(rowsOf(' \n')).rejects.toThrow('The file is empty.');
    expect(await rowsOf('{"items": []}')).toEqual([]);
    expect(await rowsOf('sep=;\ntitle;genre')).toEqual([]);
    await expect(rowsOf('sep=;\n')).rejects.toThrow('The file is empty.');
    await expect(rowsOf('')).rejects.toThrow('The file is empty.');
  });
});

describe('a line that names the delimiter', () => {
  test.each(['sep=;\n', 'SEP=;\r\n', '"sep=;"\n', 'sep=;;;\n'])(
    'is not the header: %j',
    async (line) => {
      const expected = [{ row: 1, record: { 'Title, in short': 'Heat', Genre: 'Crime' } }];
      expect(await rowsOf(`${line}Title, in short;Genre\nHeat;Crime\n`)).toEqual(expected);
    },
  );

  test('may name any character', async () => {
    const expected = [{ row: 1, record: { 'Title, a;b': 'Heat', Genre: 'Crime' } }];
    for (const mark of ['\t', '|', '^', '~', ':', ']', '-']) {
      expect(await rowsOf(`sep=${mark}\nTitle, a;b${mark}Genre\nHeat${mark}Crime`)).toEqual(
        expected,
      );
    }
  });
});

describe('blank rows', () => {
  test('of a delimited file are counted', async () => {
    const rows = await rowsOf('Title,Genre\n\nHeat,Crime\n,\n  , \n""," "\n,,,,\n\n\n');
    expect(rows.map(({ row, isBlank }) => isBlank && row)).toEqual([
      1,
      undefined,
      3,
      4,
      5,
      6,
      7,
      8,
    ]);
  });

  test('of a JSON file are counted', async () => {
    const rows = await rowsOf('[{"title":"","genre":null},{"title":" "},{"title":"Heat"},{}]');
    expect(rows.map(({ row, isBlank }) => isBlank && row)).toEqual([1, 2, undefined, undefined]);
  });

  test('before the header are not', async () => {
    expect(await rowsOf('\n ,\nTitle,Genre\nHeat,Crime')).toHaveLength(1);
  });
});

describe('a list in an object', () => {
  test('is read as it is printed for a list of movies', async () => {
    const items = [{ title: 'Heat' }, { title: 'Alien' }];
    const expected = items.map((record, index) => ({ row: index + 1, record }));
    const text = json({ items, nextCursor: null });
    expect(await rowsOf(text)).toEqual(expected);
    expect(await rowsOf(JSON.stringify({ items, nextCursor: 'x' }))).toEqual(expected);
    const bytes = Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));
    expect(await listOf(Readable.from(bytes))).toEqual(expected);
  });

  test('is read from pages behind one another, and as the REST API sends it', async () => {
    const page = (...titles: string[]) => ({ items: titles.map((title) => ({ title })) });
    const titles = (rows: RawRow[]) => rows.map(({ record }) => record?.['title']);
    const pages = [page('Heat', 'Up'), page(), page('Alien')];
    const text = pages.map((each) => json({ ...each, nextCursor: 'x' })).join('\n');
    expect(titles(await rowsOf(text))).toEqual(['Heat', 'Up', 'Alien']);
    const sent = pages.map((data) => JSON.stringify({ success: true, data, message: 'OK' }));
    expect(titles(await rowsOf(sent.join('')))).toEqual(['Heat', 'Up', 'Alien']);
    const bytes = Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));
    expect(titles(await listOf(Readable.from(bytes)))).toEqual(['Heat', 'Up', 'Alien']);
  });

  test('loses no row of the next page behind a broken one', async () => {
    const text =
      '{"items":[{"title":"A"},{"title":bad}],"next":null}\n{"items":[{"title":"B"},{"title":"C"}],"total":2}';
    const bytes = Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));
    for (const rows of [await rowsOf(text), await listOf(Readable.from(bytes))]) {
      const found = rows.map(({ record, fault }) => record?.['title'] ?? typeof fault);
      expect(found).toEqual(['A', 'string', 'B', 'C']);
    }
  });

  test.each([
    ['{"items":[{"title":"Heat"}]} rubbish {"title":"Up"}', '} rubbish {"title":"Up"}'],
    ['{"items":[{"title":"Heat"}],"more":[{"title":"Up"}]}', ',"more":[{"title":"Up"}]}'],
  ])('with something else behind it is a fault: %s', async (text, rest) => {
    expect(await rowsOf(text)).toEqual([
      { row: 1, record: { title: 'Heat' } },
      { row: 2, fault: `the file has more than its list: ${rest}` },
    ]);
  });

  test('keeps what the texts of the own movies say', async () => {
    const own = { id: 'x', createdAt: 'y', durationMinutes: 90 };
    const texts = { title: 'NULL', genre: '["Crime"]', description: 'N/A' };
    const [row] = await rowsOf(json({ items: [{ ...own, ...texts }] }));
    expect(readMovie(row?.record ?? {}, { columns: {} })).toMatchObject({ movie: texts });
    const [other] = await rowsOf(json({ items: [{ durationMinutes: 90, ...texts }] }));
    expect(readMovie(other?.record ?? {}, { columns: {} })).toEqual({ fault: 'title is missing' });
  });

  test('that ends early is reported', async () => {
    const rows = await rowsOf('{"items": [{"title":"Heat"}, {"title":"Al');
    expect(rows[1]).toEqual({ row: 2, fault: 'the file ends before the end of the list' });
  });
});

describe('one object per line', () => {
  const heat = { title: 'Heat', genre: '}' };
  const alien = { title: 'Alien', genre: '{"' };

  test('may have several in one line', async () => {
    const objects = [heat, alien, { title: 'Up} {"' }].map((each) => JSON.stringify(each));
    const titles = ['Heat', 'Alien', 'Up} {"'];
    for (const text of [
      objects.join(''),
      objects.join(' '),
      `${objects[0]} ${objects[1]}\n${objects[2]}`,
    ]) {
      expect((await rowsOf(text)).map(({ record }) => record?.['title'])).toEqual(titles);
    }
    const broken = await rowsOf(`{"title"}${objects[0]}{"title"}${objects[1]}\n${objects[2]}`);
    expect(broken.map(({ fault }) => fault === undefined)).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
  });

  test('is a row per line', async () => {
    const expected = [heat, alien].map((record, index) => ({ row: index + 1, record }));
    const lines = [heat, alien].map((each) => JSON.stringify(each));
    expect(await rowsOf(lines.join('\n'))).toEqual(expected);
    expect(await rowsOf(lines.join(',\r\n\r\n'))).toEqual(expected);
    const bytes = Array.from(Buffer.from(lines.join('\n')), (byte) => Buffer.from([byte]));
    expect(await listOf(Readable.from(bytes))).toEqual(expected);
  });

  test('may have further lines', async () => {
    const rows = await rowsOf(
      `${JSON.stringify({ ...heat, cast: [{ name: 'Al' }] }, null, 2)}\n{}`,
    );
    expect(rows.map(({ record }) => record?.['title'])).toEqual(['Heat', undefined]);
  });

  test('loses only the lines that are broken', async () => {
    const rows = await rowsOf(
      '{"title":"Heat"}\n{"title":"Ja\n{"title":"Alien"}\noops\n[1]\n{"title"',
    );
    const broken = (text: string) => `the row is not valid JSON: it begins with ${text}`;
    expect(rows.map(({ record, fault }) => fault ?? record?.['title'])).toEqual([
      'Heat',
      broken('{"title":"Ja'),
      'Alien',
      broken('oops'),
      'the row is not an object',
      broken('{"title"'),
    ]);
  });
});

test('an object without an end ends the import, and is reported', async () => {
  const fault = 'the import ends here, because an object has more than 1000000 characters';
  const lines = Array.from(
    { length: 40 },
    (_none, index) => `  "key ${index}": "${'x'.repeat(50_000)}",\n`,
  );
  for (const chunks of [lines, lines.map((line) => line.replace('\n', ' '))]) {
    const rows = await listOf(Readable.from(['{"title":"Heat"}\n', '{\n', ...chunks]));
    expect(rows.map((row) => row.fault)).toEqual([undefined, fault]);
  }
});

test('columns are the header, or the keys of the first objects', async () => {
  const columnsOf = async (text: string) =>
    (await readTable(Readable.from([text]), judgeOf({ columns: {} }))).columns;
  expect(await columnsOf('Title;Genre\nHeat;Crime')).toEqual(['Title', 'Genre']);
  expect(await columnsOf('<html><title>Movies</title></html>')).toHaveLength(1);
  expect(await columnsOf('[{"a":1},2,{"b":1,"a":1}]')).toEqual(['a', 'b']);
});

test('a first line without an end is no table', async () => {
  const chunks = Array.from({ length: 40 }, () => 'x'.repeat(50_000));
  await expect(readTable(Readable.from(chunks), judgeOf({ columns: {} }))).rejects.toThrow(
    'The file is not a table: the row has more than 1000000 characters.',
  );
});
