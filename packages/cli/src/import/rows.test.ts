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
      'has no genre; has no duration',
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
      'has no title',
      {
        title: 'Per qualche dollaro in pi˘',
        genre: 'Western',
        durationMinutes: 132,
        releaseDate: '1965-12-18',
      },
      'the release date "Dec 31 46" is not a day as YYYY-MM-DD or Mon D YYYY',
      'the release date "Feb 30 1999" is not a day as YYYY-MM-DD or Mon D YYYY',
      'the duration "5220" is not 1 to 1440 whole minutes',
      'the duration "30.5" is not 1 to 1440 whole minutes',
      'is not an object',
      {
        title: 'the  LAND girls',
        genre: 'Drama',
        durationMinutes: 111,
        releaseDate: '1998-06-12',
        contentRating: 'PG',
      },
      'the title has characters that cannot be stored',
      'the content rating has 31 characters, more than 20',
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
      'has 2 fields where the first line has 5',
      'has no duration',
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

  test('gives what stands around broken JSON', async () => {
    const rows = await rowsOf('[{"title":"Heat"}, {"title": oops}, {"title":"Alien, [1979]"}]');
    expect(rows[0]).toEqual({ row: 1, record: { title: 'Heat' } });
    expect(rows[1]?.fault).toContain('is not JSON: ');
    expect(rows[2]).toEqual({ row: 3, record: { title: 'Alien, [1979]' } });
  });

  test('gives what comes after a quote or a brace that is missing', async () => {
    const rows = await rowsOf('[{"title":"Heat},{"title":"Jaws"}, {"title":"Alien"}]');
    expect(rows).toEqual([
      { row: 1, fault: 'is not JSON: it begins with {"title":"Heat},{"title":"Jaws"}' },
      { row: 2, record: { title: 'Alien' } },
    ]);
    const [first, second] = await rowsOf('[{"title":"Heat", {"title":"Jaws"}, {"title":"Alien"}]');
    expect(first?.fault).toContain('is not JSON: ');
    expect(second?.record).toEqual({ title: 'Alien' });
  });

  test('may have a comma too many, and comments', async () => {
    const rows = await rowsOf('[{"title":"Heat",}, // 1995\n {"title":"Alien"},]');
    expect(rows.map(({ record }) => record)).toEqual([{ title: 'Heat' }, { title: 'Alien' }]);
  });

  test('do not end silently before their last line', async () => {
    const rows = await rowsOf('[{"title":"Heat"}]\n[{"title":"Alien"}]');
    expect(rows[1]?.fault).toContain('is not JSON: ');
  });

  test('gives what comes before an end that is too early', async () => {
    const rows = await rowsOf('[{"title":"Heat"}, {"title":"Al');
    expect(rows[0]?.record).toEqual({ title: 'Heat' });
    expect(rows[1]).toEqual({ row: 2, fault: 'is cut off: the file ends before the list does' });
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
    expect(rows[1]?.fault).toContain('does not end');
  });

  test('may hold nothing', async () => {
    expect(await rowsOf('[]')).toEqual([]);
    expect(await rowsOf('title,genre\n')).toEqual([]);
    await expect(rowsOf(' \n')).rejects.toThrow('The file is empty.');
    await expect(rowsOf('{"items": []}')).rejects.toThrow('must be an array');
  });
});
