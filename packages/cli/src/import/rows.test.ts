import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readMovie } from './movie-row.ts';
import { readRows } from './rows.ts';
import type { RawRow } from './rows.ts';

const fixture = (name: string) =>
  createReadStream(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));

const rowsOf = (text: string | Buffer) => listOf(readRows(Readable.from([text])));

async function listOf(rows: AsyncIterable<RawRow>): Promise<RawRow[]> {
  const list: RawRow[] = [];
  for await (const row of rows) {
    list.push(row);
  }
  return list;
}

function outcome({ record, fault }: RawRow): unknown {
  const reading = record ? readMovie(record, { columns: {} }) : { fault };
  return 'movie' in reading ? reading.movie : reading.fault;
}

describe('a JSON file with every fault', () => {
  test('gives movies, and for every other row a reason', async () => {
    const rows = await listOf(readRows(fixture('movies.json')));
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
      'title contains characters that cannot be stored',
      'content rating must have at most 20 characters, and has 31',
    ]);
  });
});

describe('a CSV file with every fault', () => {
  test('gives movies, and for every other row a reason', async () => {
    const rows = await listOf(readRows(fixture('movies.csv')));
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
    expect(await rowsOf('\ufeff [{"Title":"Heat","Genre":"Crime"}]')).toEqual(expected);
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
    expect(await listOf(readRows(Readable.from(bytes)))).toEqual(whole);
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
    await expect(rowsOf('{"items": []}')).rejects.toThrow('must be an array');
  });
});
