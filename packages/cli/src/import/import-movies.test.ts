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

  test('imports rows about the same movie one after the other', async () => {
    const alien = { title: 'Alien', genre: 'Horror', durationMinutes: 117 };
    const { importing, tally, changes } = await bring([
      alien,
      { ...alien, title: 'ALIEN' },
      { ...alien, durationMinutes: 116 },
    ]);
    await importing;
    expect(tally).toMatchObject({ created: 1, updated: 1, unchanged: 1 });
    expect(changes().map(({ path }) => path)).toEqual(['movies.create', 'movies.update']);
  });

  test('counts the defaults of new movies', async () => {
    const rows = [
      { title: 'Heat', releaseDate: '1995-12-15' },
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
