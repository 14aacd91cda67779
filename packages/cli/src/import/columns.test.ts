import { describe, expect, test } from 'vitest';
import { assertColumns, readColumns, unusedColumns } from './columns.ts';
import { readMovie } from './movie-row.ts';

describe('the columns of a file', () => {
  const names = ['Name', 'Genre', 'Length'];

  test('must have each one that --map names', () => {
    expect(() => assertColumns(names, { title: 'Name', durationMinutes: 'Lenght' })).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: 'The file has no column "Lenght". Its columns are Name, Genre, Length.',
      }),
    );
    expect(() => assertColumns(names, { title: 'NAME', durationMinutes: 'length' })).not.toThrow();
  });

  test('have one name for each key', () => {
    expect(readColumns('title=Name, genre = Kind')).toEqual({ title: 'Name', genre: 'Kind' });
    expect(() => readColumns('title=Name,Title=Genre')).toThrow(
      expect.objectContaining({ exitCode: 2, message: '--map names title twice.' }),
    );
  });

  test('must have one of a movie', () => {
    expect(() => assertColumns(['<html>', 'a\n b', ' '], {})).toThrow(
      expect.objectContaining({
        exitCode: 6,
        message: 'The file has no column of a movie. Its columns are <html>, a b.',
      }),
    );
    expect(() => assertColumns(names, { genre: 'Name' })).not.toThrow();
    expect(() => assertColumns([], { title: 'Name' })).not.toThrow();
  });

  test('are listed up to a number', () => {
    const many = Array.from({ length: 33 }, (_none, index) => `c${index}`);
    expect(() => assertColumns(many, {})).toThrow(/c28, c29 and 3 more\.$/);
    expect(() => assertColumns(['x'.repeat(100)], {})).toThrow(`${'x'.repeat(40)}….`);
  });

  test('are unused if no key is read from them', () => {
    const all = ['Title', 'Genre', 'Kind', 'release_date', 'Director', ''];
    expect(unusedColumns(all, {})).toEqual(['Kind', 'Director']);
    expect(unusedColumns(all, { genre: 'kind' })).toEqual(['Genre', 'Director']);
  });
});

describe('a year', () => {
  const movie = { title: 'Heat', genre: 'Crime', durationMinutes: 170 };
  const dateOf = (record: object) => readMovie({ ...movie, ...record }, { columns: {} });

  test('is the release date where there is no date', () => {
    const reading = { movie: { ...movie, releaseDate: '1995-01-01' } };
    expect(dateOf({ Year: 1995 })).toMatchObject(reading);
    expect(dateOf({ Year: '1995', 'Release Date': '\\N' })).toMatchObject(reading);
    expect(dateOf({ 'Release Year': '1995' })).toMatchObject(reading);
  });

  test('gives way to a date', () => {
    expect(dateOf({ Year: 1995, releaseDate: '1995-12-15' })).toMatchObject({
      movie: { releaseDate: '1995-12-15' },
    });
  });
});

test('of columns with one name, the first one with a value counts', () => {
  const record = {
    Title: '',
    title: 'Heat',
    TITLE: 'Alien',
    genre: 'Crime',
    'Running Time min': 1,
  };
  expect(readMovie(record, { columns: {} })).toMatchObject({ movie: { title: 'Heat' } });
});
