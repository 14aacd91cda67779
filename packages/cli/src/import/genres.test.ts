import { expect, test } from 'vitest';
import { readMovie } from './movie-row.ts';

const reading = (genre: unknown) =>
  readMovie({ title: 'Heat', genre, durationMinutes: 170 }, { columns: {} });

test.each([
  [['Crime', 'Drama']],
  [[{ id: 80, name: 'Crime' }, { id: 18, name: ' Drama ' }, null, '']],
  ['["Crime", "Drama"]'],
  ['[{"id": 80, "name": "Crime"}, {"id": 18, "name": "Drama"}]'],
  ["[{'id': 80, 'name': 'Crime'}, {'id': 18, 'name': 'Drama'}]"],
  ["['Crime', 'Drama', 'Crime']"],
])('the genres in a list are joined: %j', (genre) => {
  expect(reading(genre)).toMatchObject({ movie: { genre: 'Crime, Drama' } });
});

test.each([
  [{ id: 80, name: 'Crime' }, 'Crime'],
  [`["Children's", 'Sci-Fi "B"']`, `Children's, Sci-Fi "B"`],
  ['Crime, Drama', 'Crime, Drama'],
  ['Crime|Drama', 'Crime|Drama'],
  ['[Drama]', '[Drama]'],
])('%j is one text', (genre, text) => {
  expect(reading(genre)).toMatchObject({ movie: { genre: text } });
});

test.each([[[]], ['[]'], [['']], ['[{"name": ""}]'], [['N/A']]])('%j is an empty cell', (genre) => {
  expect(reading(genre)).toEqual({ fault: 'genre is missing' });
});

test.each([
  [[28, 12]],
  ['[28, 12]'],
  ['[{"id": 28}]'],
  ['[{"id": 28, "na'],
  [{ id: 28 }],
  [[['Crime']]],
])('a list without names is refused: %j', (genre) => {
  expect(reading(genre)).toEqual({ fault: 'genre must be text, or a list of names' });
});

test('genres that are too long together are refused', () => {
  expect(reading(Array.from({ length: 20 }, (_none, index) => `Genre ${index}`))).toEqual({
    fault: 'genre must have at most 100 characters, and has 188',
  });
});
