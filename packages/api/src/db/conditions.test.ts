import { expect, test } from 'vitest';
import { given, selection } from './conditions.ts';

const films = selection({
  columns: { id: 'uuid' },
  fixed: 1,
  text: (conditions) => `select id from movies where ${conditions} limit $1`,
  conditions: {
    genre: 'genre = $1',
    between: 'duration_minutes >= $1 and duration_minutes <= $2 and $1 <= $2',
    archived: 'archived_at is not null',
  },
});

test('numbers the parameters of the conditions that apply, after its own', () => {
  const [{ text }, values] = films.where([20], { genre: ['Drama'], between: [90, 120] });
  expect(text).toBe(
    'select id from movies where (genre = $2) and ' +
      '(duration_minutes >= $3 and duration_minutes <= $4 and $3 <= $4) limit $1',
  );
  expect(values).toEqual([20, 'Drama', 90, 120]);
});

test('has a statement of its own for each combination, made once', () => {
  const [one] = films.where([20], { genre: ['Drama'] });
  const [same] = films.where([5], { genre: ['Comedy'], between: undefined });
  const [other] = films.where([20], { archived: [] });
  expect(same).toBe(one);
  expect(other.name).not.toBe(one.name);
  expect(other.text).toContain('(archived_at is not null)');
});

test('without a condition takes every row', () => {
  const [{ text }, values] = films.where([20], {});
  expect(text).toBe('select id from movies where true limit $1');
  expect(values).toEqual([20]);
});

test('a value that was not given makes no condition, whatever else is falsy', () => {
  expect([given(undefined), given(null), given(''), given(0)]).toEqual([
    undefined,
    [null],
    [''],
    [0],
  ]);
});
