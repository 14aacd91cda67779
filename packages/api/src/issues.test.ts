import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { issuesOf, wordFindings } from './issues.ts';
import { CalendarDate, text } from './schema.ts';
import { SeatIds } from './seats/schema.ts';

wordFindings();

/** The messages with which a value is refused. */
function refusalsOf(schema: z.ZodType, value: unknown): string[] {
  const { error } = schema.safeParse(value);
  return error ? issuesOf(error).map(({ message }) => message) : [];
}

describe('a finding of zod is worded as a predicate:', () => {
  test.each<[string, z.ZodType, unknown, string]>([
    ['a wrong type', z.string(), 1, 'must be text'],
    ['a missing value', z.string(), undefined, 'is required'],
    ['too few', z.array(z.string()).min(2), ['a'], 'must have at least 2 entries'],
    ['too many', z.string().max(1), 'ab', 'must have at most 1 character'],
    ['too small', z.number().min(1), 0, 'must be at least 1'],
    ['not less', z.number().lt(5), 5, 'must be less than 5'],
    ['a wrong value', z.enum(['a', 'b', 'c']), 'd', 'must be a, b or c'],
    ['a wrong format', z.iso.date(), 'x', 'must be a date, such as 2026-12-24'],
    ['another format', z.cuid2(), '-', 'has the wrong format'],
    ['a wrong step', z.number().multipleOf(5), 7, 'must be a multiple of 5'],
    ['no alternative', z.union([z.string(), z.boolean()]), 1, 'must be text'],
    ['an unknown key', z.strictObject({}), { a: 1 }, 'is an unknown field'],
    ['a wrong key', z.record(z.enum(['a']), z.string()), { b: 'x' }, 'is required'],
    ['a wrong key of a record', z.record(z.guid(), z.string()), { b: 'x' }, 'is not valid'],
    [
      'an element',
      z.map(z.string(), z.set(z.string())),
      new Map([['a', 1]]),
      'must be of the type set',
    ],
    ['a rule without words', z.custom(() => false), 1, 'is not valid'],
  ])('%s', (_what, schema, value, expected) => {
    expect(refusalsOf(schema, value)[0]).toBe(expected);
  });
});

describe('a value of the wrong kind', () => {
  test.each<[string, z.ZodType, unknown, string]>([
    ['a word for a day', CalendarDate, 'yesterday', 'must be a date, such as 2026-12-24'],
    ['a text for a list', SeatIds, 'x'.repeat(60), 'must be a list'],
  ])('is refused once: %s', (_what, schema, value, expected) => {
    expect(refusalsOf(schema, value)).toEqual([expected]);
  });

  test('does not hide what is wrong elsewhere', () => {
    const days = z.strictObject({ from: CalendarDate, to: CalendarDate });
    expect(refusalsOf(days, { from: 'yesterday', to: '1066-10-14' })).toEqual([
      'must be a date, such as 2026-12-24',
      'must be between 1800 and 2199',
    ]);
  });

  test('is not a value of the right kind that breaks two rules', () => {
    expect(refusalsOf(text(3), 'ab\u202ecd')).toEqual([
      'must have at most 3 characters',
      'must not contain control or invisible characters',
    ]);
  });
});
