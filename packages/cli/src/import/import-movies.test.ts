import { Readable } from 'node:stream';
import { MatineeError } from '@matinee/sdk';
import { describe, expect, test } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { emptyTally, importMovies } from './import-movies.ts';
import type { Tally } from './import-movies.ts';
import { KnownMovies } from './known-movies.ts';
import { judgeOf } from './movie-row.ts';
import type { ReadOptions } from './movie-row.ts';
import { readTable } from './rows.ts';

const heat = { title: 'Heat', genre: 'Crime', durationMinutes: 170, releaseDate: '1995-12-15' };
const stored = { ...heat, id: 'heat', revision: 3, description: 'A heist', contentRating: null };

const refusal = new MatineeError({
  code: 'VALIDATION_ERROR',
  message: 'title must not be rude',
  status: 400,
  details: { issues: [] },
});

interface StoredMovie {
  id: string;
  revision: number;
}

async function bring(
  rows: unknown[],
  options: {
    isDryRun?: boolean;
    create?: (input: never) => unknown;
    there?: StoredMovie[];
  } & Partial<ReadOptions> = {},
) {
  const there: StoredMovie[] = options.there ?? [stored];
  const movies = new Map(there.map((movie) => [movie.id, movie]));
  const save = (movie: StoredMovie) => {
    movies.set(movie.id, movie);
    return movie;
  };
  const { matinee, calls } = fakeMatinee({
    'movies.list': () => there,
    'movies.create':
      options.create ?? ((movie: object) => save({ ...movie, id: 'new', revision: 1 })),
    'movies.update': ({ movieId, revision, ...changes }: { movieId: string; revision: number }) =>
      save({ ...movies.get(movieId), ...changes, id: movieId, revision: revision + 1 }),
  });
  const known = await KnownMovies.read(matinee);
  const tally: Tally = emptyTally();
  const table = await readTable(Readable.from([JSON.stringify(rows)]), judgeOf({ columns: {} }));
  const importing = importMovies(
    table.rows,
    { columns: {}, isDryRun: false, ...options, matinee, known, onProgress: () => {} },
    tally,
  );
  return { importing, tally, changes: () => calls.filter(({ path }) => path !== 'movies.list') };
}

describe('import', () => {
  test('creates what is new, updates what differs, and leaves the rest', async () => {
    const { importing, tally, changes } = await bring([
      { ...heat, title: 'heat ' },
      { ...heat, contentRating: 'R' },
      { ...heat, releaseDate: '1986-01-01' },
      { title: 'Nothing else' },
      { title: ' ', genre: null },
    ]);
    await importing;
    expect(tally).toMatchObject({ created: 1, updated: 1, unchanged: 1, refused: 1, blank: 1 });
    expect(tally.refusedRows).toEqual([
      { row: 4, reason: 'genre is missing; duration is missing' },
    ]);
    expect(changes().toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: 'movies.create', input: { ...heat, releaseDate: '1986-01-01' } },
      { path: 'movies.update', input: { movieId: 'heat', revision: 3, contentRating: 'R' } },
    ]);
  });

  test('changes the minimum age and its rule, and leaves the rule that every movie has', async () => {
    const adults = { ...heat, minimumAge: 18, ageRule: 'restricted' };
    const { importing, tally, changes } = await bring([adults, adults]);
    await importing;
    expect(tally).toMatchObject({ updated: 1, unchanged: 1 });
    expect(changes().map(({ input }) => input)).toEqual([
      { movieId: 'heat', revision: 3, minimumAge: 18, ageRule: 'restricted' },
    ]);
    const advised = await bring([{ ...heat, ageRule: 'advisory' }]);
    await advised.importing;
    expect(advised.changes()).toEqual([]);
  });

  test('imports rows about the same movie one after the other', async () => {
    const alien = { title: 'Alien', genre: 'Horror', durationMinutes: 117 };
    const { importing, tally, changes } = await bring([
      alien,
      { ...alien, title: 'ALIEN' },
      { ...alien, contentRating: 'R' },
      { ...alien, description: 'A monster', contentRating: 'R' },
    ]);
    await importing;
    expect(tally).toMatchObject({ created: 1, updated: 2, unchanged: 1, refused: 0 });
    expect(changes().map(({ path }) => path)).toEqual([
      'movies.create',
      'movies.update',
      'movies.update',
    ]);
  });

  test.each([false, true])(
    'refuses a row that contradicts an earlier one, dry run: %s',
    async (isDryRun) => {
      const untitled = {
        title: 'Untitled',
        genre: 'Drama',
        durationMinutes: 90,
        releaseDate: '2001-05-04',
      };
      const rows = [
        { ...heat, genre: 'Drama' },
        untitled,
        { ...untitled, durationMinutes: 100, genre: 'Comedy' },
        { ...untitled, releaseDate: '2001-12-24' },
        { ...heat, genre: 'Crime' },
        untitled,
        { ...untitled, releaseDate: '2001' },
      ];
      const { importing, tally, changes } = await bring(rows, { isDryRun });
      await importing;
      expect(tally).toMatchObject({ created: 1, updated: 1, unchanged: 2, refused: 3 });
      const sentence = (row: number) => `the movie of row ${row} has the same title and year, but`;
      expect(tally.refusedRows.toSorted((a, b) => a.row - b.row)).toEqual([
        { row: 3, reason: `${sentence(2)} another genre and another duration` },
        { row: 4, reason: `${sentence(2)} another release date` },
        { row: 5, reason: `${sentence(1)} another genre` },
      ]);
      expect(changes()).toHaveLength(isDryRun ? 0 : 2);
    },
  );

  test('finds a movie by its title and year', async () => {
    const { importing, tally, changes } = await bring([
      { ...heat, releaseDate: '1995' },
      { ...heat, releaseDate: 1995, genre: 'Crime' },
      { ...heat, releaseDate: '1995-12' },
    ]);
    await importing;
    expect(tally).toMatchObject({ created: 0, updated: 0, unchanged: 3, refused: 0 });
    expect(changes()).toEqual([]);
  });

  test.each([
    ['1995-12-14', '1995-12-14'],
    ['Dec 1 1995', '1995-12-01'],
    ['1995-11', '1995-11-01'],
  ])('updates the date to %s', async (releaseDate, date) => {
    const { importing, tally, changes } = await bring([{ ...heat, releaseDate }]);
    await importing;
    expect(tally).toMatchObject({ created: 0, updated: 1 });
    expect(changes()[0]?.input).toMatchObject({ releaseDate: date });
  });

  test('creates a movie with a year alone on its first day, and then only completes the date', async () => {
    const row = { title: 'Alien', genre: 'Horror', durationMinutes: 117, releaseDate: '1979' };
    const { importing, changes } = await bring([row, { ...row, releaseDate: '1979-05-25' }, row]);
    await importing;
    expect(changes()).toEqual([
      { path: 'movies.create', input: { ...row, releaseDate: '1979-01-01' } },
      { path: 'movies.update', input: { movieId: 'new', revision: 1, releaseDate: '1979-05-25' } },
    ]);
  });

  test('tells stored movies of one title and year apart', async () => {
    const there = [
      { ...stored, id: 'first', durationMinutes: 100 },
      { ...stored, id: 'second', durationMinutes: 90 },
      { ...stored, id: 'third', releaseDate: '1995-01-02' },
    ];
    const rows = [
      { ...heat, durationMinutes: 90 },
      { ...heat, durationMinutes: 100 },
      { ...heat, releaseDate: '1995-01-02', contentRating: 'R' },
      { ...heat, durationMinutes: 90, releaseDate: '1995' },
    ];
    const { importing, tally, changes } = await bring(rows, { there });
    await importing;
    expect(tally).toMatchObject({ created: 0, updated: 1, unchanged: 3, refused: 0 });
    expect(changes()[0]?.input).toEqual({ movieId: 'third', revision: 3, contentRating: 'R' });
  });

  test('updates another stored movie with each row', async () => {
    const there = [stored, { ...stored, id: 'other' }];
    const rows = [
      { ...heat, genre: 'Drama' },
      { ...heat, genre: 'Noir' },
    ];
    const { importing, tally, changes } = await bring(rows, { there });
    await importing;
    expect(tally).toMatchObject({ updated: 2, refused: 0 });
    expect(changes().map(({ input }) => input)).toEqual([
      { movieId: 'heat', revision: 3, genre: 'Drama' },
      { movieId: 'other', revision: 3, genre: 'Noir' },
    ]);
  });

  test('does not let a refused row count as the first one', async () => {
    const create = (movie: { genre: string }) => {
      if (movie.genre === 'Rude') {
        throw refusal;
      }
      return { ...movie, id: 'new', revision: 1 };
    };
    const alien = { title: 'Alien', durationMinutes: 117 };
    const rows = [
      { ...alien, genre: 'Rude' },
      { ...alien, genre: 'Horror' },
    ];
    const { importing, tally } = await bring(rows, { create });
    await importing;
    expect(tally).toMatchObject({ created: 1, refused: 1 });
    expect(tally.refusedRows[0]?.row).toBe(1);
  });

  test('counts the defaults of new movies', async () => {
    const rows = [
      { title: 'Heat', releaseDate: '1995' },
      { title: 'Alien' },
      { title: 'Jaws', genre: 'Horror' },
    ];
    const { importing, tally } = await bring(rows, { defaultGenre: 'Other', defaultDuration: 90 });
    await importing;
    expect(tally).toMatchObject({
      created: 2,
      unchanged: 1,
      defaults: { genre: 1, durationMinutes: 2 },
    });
    expect([...tally.columns]).toEqual(['title', 'releaseDate', 'genre']);
  });

  test('changes nothing in a dry run, and reports the same figures', async () => {
    const alien = { title: 'Alien', genre: 'Horror', durationMinutes: 117 };
    const rows = [alien, alien, { ...heat, genre: 'Drama' }];
    const { importing, tally, changes } = await bring(rows, { isDryRun: true });
    await importing;
    expect(tally).toMatchObject({ created: 1, updated: 1, unchanged: 1 });
    expect(changes()).toEqual([]);
  });

  test('reports a refusal of the server with its row', async () => {
    const refuse = () => {
      throw refusal;
    };
    const rows = [heat, { ...heat, title: 'Rude' }];
    const { importing, tally } = await bring(rows, { create: refuse });
    await importing;
    expect(tally.refusedRows).toEqual([{ row: 2, reason: 'title must not be rude' }]);
  });

  test('ends if all rows would be refused, and keeps the tally', async () => {
    const refuse = () => {
      throw new MatineeError({
        code: 'FORBIDDEN',
        message: 'Your role does not allow this.',
        status: 403,
        details: {},
      });
    };
    const rows = [heat, { ...heat, title: 'New' }];
    const { importing, tally } = await bring(rows, { create: refuse });
    await expect(importing).rejects.toThrow('Your role does not allow this.');
    expect(tally).toMatchObject({ created: 0, unchanged: 1, refused: 0 });
  });

  test('notes rows whose characters were lost', async () => {
    const { importing, tally } = await bring([{ ...heat, title: 'L\ufffdon' }]);
    await importing;
    expect(tally.unreadableRows).toEqual([1]);
  });
});
