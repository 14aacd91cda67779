import { describe, expect, test } from 'vitest';
import { readMovie } from './movie-row.ts';

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
