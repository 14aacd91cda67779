import { expect, test } from 'vitest';
import { readMovie } from './movie-row.ts';

const whole = { title: 'Heat', genre: 'Crime', durationMinutes: 170 };

const never = [
  '\\N',
  '\\\\N',
  'NULL',
  'null',
  '(null)',
  '[NULL]',
  '<null>',
  'N/A',
  'n/a',
  'NA',
  '<NA>',
  '#N/A',
  '#NV',
  '#REF!',
  '#DIV/0!',
  'NaN',
  'nan',
  'nil',
  'NaT',
  'undefined',
  '-',
  '--',
  '–',
  '—',
  '0000-00-00',
  '[]',
  '',
  '  ',
  '\u00a0',
  '\u200b',
  ' N/A ',
];
const sometimes = ['None', 'none', 'Null', 'Nil', 'Nan', 'Na', '?', '.', '...', 'Not available'];

test.each([...never, ...sometimes])('%j is an empty cell', (nothing) => {
  const record = {
    title: 'Heat',
    genre: nothing,
    durationMinutes: nothing,
    releaseDate: nothing,
    description: nothing,
    contentRating: nothing,
  };
  const options = { columns: {}, defaultGenre: 'Other', defaultDuration: 90 };
  expect(readMovie(record, options)).toEqual({
    movie: { title: 'Heat', genre: 'Other', durationMinutes: 90 },
    given: { title: 'Heat' },
  });
  expect(readMovie(record, { columns: {} })).toEqual({
    fault: 'genre is missing; duration is missing',
  });
});

test.each(never)('%j is not a title', (title) => {
  expect(readMovie({ ...whole, title }, { columns: {} })).toEqual({ fault: 'title is missing' });
});

test.each(sometimes)('%j may be the title of a movie', (title) => {
  expect(readMovie({ ...whole, title }, { columns: {} })).toMatchObject({ movie: { title } });
});

test.each(['Nothing', 'Unknown', 'TBA', 'Nap', 'N', 'A-', '-a', '0'])('%j is text', (text) => {
  const record = { ...whole, title: text, genre: text };
  expect(readMovie(record, { columns: {} })).toMatchObject({ movie: { title: text, genre: text } });
});

test('a column with a value is used instead of one without', () => {
  const record = { ...whole, genre: '\\N', 'Major Genre': 'Drama' };
  expect(readMovie(record, { columns: {} })).toMatchObject({ movie: { genre: 'Drama' } });
});
