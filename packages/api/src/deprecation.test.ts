import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { adviceOf, deprecated, deprecatedParts, deprecationHeaders } from './deprecation.ts';
import { hostProcedureInfos, procedureInfos } from './procedure-info.ts';

const about = (field: string, since = '2026-11-30', sunset = '2027-12-01') => ({
  field,
  since,
  sunset,
  instead: '`line`',
});
const row = deprecated(z.string().meta({ description: 'The row.' }), about('Seat.row'));
const Seat = z.object({ id: z.string(), row }).meta({ id: 'Seat' });

describe('a deprecated field', () => {
  test('is the same field to those who parse it', () => {
    expect(Seat.parse({ id: '1', row: 'A' })).toEqual({ id: '1', row: 'A' });
    expect(row.meta()).toMatchObject({ description: 'The row.', deprecated: true });
  });

  test.each<[string, z.ZodType]>([
    ['itself', Seat],
    ['a page of it', z.object({ items: z.array(Seat), nextCursor: z.string().nullable() })],
    ['one that may be null', z.object({ seat: Seat.nullable() })],
    ['one that may be missing', z.object({ seat: Seat.optional() })],
    ['one with a default', z.object({ seat: Seat.default({ id: '', row: '' }) })],
    ['one of several', z.union([z.string(), z.object({ seat: Seat })])],
    ['a map of them', z.record(z.string(), Seat)],
    [
      'what is made from text',
      z
        .string()
        .transform((text) => ({ id: text, row: text }))
        .pipe(Seat),
    ],
    [
      'one that is described for its place',
      z.object({ seat: Seat.meta({ description: 'Mine.' }) }),
    ],
  ])('is found in %s', (_name, schema) => {
    expect(deprecatedParts(schema)).toEqual([about('Seat.row')]);
  });

  test('is not found where it is not', () => {
    expect(deprecatedParts(z.object({ id: z.string() }))).toEqual([]);
    expect(deprecatedParts(undefined)).toEqual([]);
  });

  test('must be declared by its own name', () => {
    const wrong = z
      .object({ line: deprecated(z.string(), about('Seat.row')) })
      .meta({ id: 'Line' });
    expect(() => deprecatedParts(wrong)).toThrow('The deprecation of Line.line names Seat.row.');
  });
});

test('no input of a procedure is declared as a part of a response', () => {
  for (const { name, input } of [...procedureInfos.values(), ...hostProcedureInfos.values()]) {
    expect([name, deprecatedParts(input)]).toEqual([name, []]);
  }
});

describe('the headers', () => {
  test('are dates in the forms of their RFCs', () => {
    expect(deprecationHeaders([about('Seat.row')], '/guides/versioning.md')).toEqual({
      Deprecation: '@1795996800',
      Sunset: 'Wed, 01 Dec 2027 00:00:00 GMT',
      Link: '</guides/versioning.md>; rel="deprecation"; type="text/plain"',
    });
    expect(new Date(1_795_996_800_000).toISOString()).toBe('2026-11-30T00:00:00.000Z');
  });

  test('have no link where no guides are served', () => {
    expect(deprecationHeaders([about('Seat.row')], undefined)).not.toHaveProperty('Link');
  });

  test('name the first date of several', () => {
    const parts = [
      about('Seat.row', '2027-01-01', '2028-06-01'),
      about('Seat.line', '2027-03-01', '2028-04-01'),
    ];
    expect(deprecationHeaders(parts, undefined)).toEqual({
      Deprecation: `@${Date.UTC(2027, 0, 1) / 1_000}`,
      Sunset: 'Sat, 01 Apr 2028 00:00:00 GMT',
    });
  });

  test('are none where nothing is deprecated', () => {
    expect(deprecationHeaders([], '/guides/versioning.md')).toEqual({});
  });
});

test('advice has the dates and what to read', () => {
  expect(adviceOf(about('Seat.row'))).toBe(
    'Deprecated since 2026-11-30, and kept until 2027-12-01 at least. Use `line`.',
  );
});
