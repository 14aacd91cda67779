import { describe, expect, test } from 'vitest';
import { readColumns } from './columns.ts';
import { movieIdentity, readMovie } from './movie-row.ts';

const whole = { title: 'Heat', genre: 'Crime', durationMinutes: 170 };

describe('columns', () => {
  test('are recognised in any case and spacing', () => {
    const record = { 'DURATION minutes': '170', Major_Genre: 'Crime', ' tItLe ': 'Heat' };
    expect(readMovie(record, { columns: {} })).toEqual({ movie: whole, given: whole });
  });

  test('are named by --map', () => {
    const columns = readColumns('title=Name, Duration Minutes = Length = min ,genre=kind');
    expect(columns).toEqual({ title: 'Name', durationMinutes: 'Length = min', genre: 'kind' });
    const record = { Name: 'Heat', 'Length = min': 170, KIND: 'Crime', title: 'wrong' };
    expect(readMovie(record, { columns })).toMatchObject({ movie: whole });
  });

  test('that do not exist are refused', () => {
    expect(() => readColumns('titel=Name')).toThrow('--map cannot use "titel=Name"');
    expect(() => readColumns('title')).toThrow('--map cannot use "title"');
  });

  test('take the first name that holds something', () => {
    const record = { ...whole, genre: '', 'Major Genre': 'Drama' };
    expect(readMovie(record, { columns: {} })).toMatchObject({ movie: { genre: 'Drama' } });
  });
});

describe('defaults', () => {
  test('replace missing values, and are not values of the row', () => {
    const options = { columns: {}, defaultGenre: 'Other', defaultDuration: 90 };
    expect(readMovie({ title: 'Heat' }, options)).toEqual({
      movie: { title: 'Heat', genre: 'Other', durationMinutes: 90 },
      given: { title: 'Heat' },
    });
  });

  test('do not replace invalid values', () => {
    const options = { columns: {}, defaultDuration: 90 };
    const reading = readMovie({ ...whole, durationMinutes: -1 }, options);
    expect(reading).toEqual({ fault: 'duration "-1" must be 1 to 1440 whole minutes' });
  });
});

describe('the minimum age', () => {
  test('and its rule are read from an export', () => {
    const record = { ...whole, minimumAge: '16', ageRule: 'Accompanied' };
    const movie = { ...whole, minimumAge: 16, ageRule: 'accompanied' };
    expect(readMovie(record, { columns: {} })).toEqual({ movie, given: movie });
  });

  test('must be an age, and its rule one of the rules', () => {
    const record = { ...whole, minimumAge: '100', ageRule: 'strict' };
    expect(readMovie(record, { columns: {} })).toEqual({
      fault:
        'minimum age "100" must be 1 to 99 whole years; ' +
        'age rule "strict" must be one of advisory, accompanied, restricted',
    });
  });
});

describe('values', () => {
  test('have the server’s bounds', () => {
    const fault = (record: object) => readMovie({ ...whole, ...record }, { columns: {} });
    expect(fault({ title: 'x'.repeat(256) })).toEqual({
      fault: 'title must have at most 255 characters, and has 256',
    });
    expect(fault({ title: { en: 'Heat' } })).toEqual({ fault: 'title must be text' });
    expect(fault({ genre: 'a\ud800' })).toEqual({
      fault: 'genre contains characters that cannot be stored',
    });
    expect(fault({ title: 'Heat\u001b[2J' })).toEqual({
      fault: 'title must not contain control or invisible characters',
    });
    expect(fault({ description: 'Two\nlines' })).toHaveProperty('movie');
    expect(fault({ releaseDate: '1799-12-31' })).toHaveProperty('fault');
    expect(fault({ releaseDate: 'Foo 12 1998' })).toHaveProperty('fault');
    expect(fault({ releaseDate: '12.06.1998' })).toHaveProperty('fault');
    expect(fault({ durationMinutes: 1440, releaseDate: '2199-12-31' })).toHaveProperty('movie');
  });
});

test('is the same movie with the same title and date, case and spaces aside', () => {
  const identity = movieIdentity({ title: 'The Land Girls', releaseDate: '1998-06-12' });
  expect(movieIdentity({ title: ' the  LAND girls', releaseDate: '1998-06-12' })).toBe(identity);
  expect(movieIdentity({ title: 'The Land Girls' })).not.toBe(identity);
  expect(movieIdentity({ title: 'Heat', releaseDate: null })).toBe(
    movieIdentity({ title: 'Heat' }),
  );
});
