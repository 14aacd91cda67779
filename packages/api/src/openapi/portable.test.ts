import { describe, expect, test } from 'vitest';
import { open, portable } from './portable.ts';

describe('a portable schema', () => {
  test.each<[string, unknown, unknown]>([
    ['has an enum for a const', { const: 'A', type: 'string' }, { enum: ['A'], type: 'string' }],
    [
      'has null among its types',
      { anyOf: [{ type: 'string', maxLength: 9 }, { type: 'null' }], description: 'A name.' },
      { type: ['string', 'null'], maxLength: 9, description: 'A name.' },
    ],
    [
      'has null among its values',
      { anyOf: [{ type: 'string', enum: ['A', 'B'] }, { type: 'null' }] },
      { type: ['string', 'null'], enum: ['A', 'B', null] },
    ],
    [
      'has null beside a reference',
      { anyOf: [{ $ref: '#/components/schemas/Movie' }, { type: 'null' }] },
      { anyOf: [{ $ref: '#/components/schemas/Movie' }, { type: 'null' }] },
    ],
    [
      'keeps alternatives apart',
      { anyOf: [{ type: 'string' }, { type: 'boolean' }] },
      { anyOf: [{ type: 'string' }, { type: 'boolean' }] },
    ],
    [
      'has no bounds where JavaScript ends',
      { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
      { type: 'integer' },
    ],
    [
      'has 32 bits where they suffice',
      { type: 'integer', minimum: 1, maximum: 60 },
      { type: 'integer', format: 'int32', minimum: 1, maximum: 60 },
    ],
    [
      'has more bits where they do not',
      { type: 'integer', minimum: 0, maximum: 2 ** 31 },
      { type: 'integer', minimum: 0, maximum: 2 ** 31 },
    ],
    [
      'has an instant as text',
      { anyOf: [{ anyOf: [{}, {}], format: 'date-time' }, { type: 'null' }] },
      { type: ['string', 'null'], format: 'date-time' },
    ],
  ])('%s', (_name, schema, expected) => {
    expect(portable(schema)).toEqual(expected);
    expect(portable({ content: [{ schema }] })).toEqual({ content: [{ schema: expected }] });
  });

  test('keeps examples, and properties with the names of keywords', () => {
    const value = {
      example: { const: 1, format: 'date-time' },
      properties: {
        const: { type: 'string' },
        examples: { type: 'string', examples: ['a'] },
        properties: { type: 'object', properties: { enum: { type: 'string' } } },
      },
    };
    expect(portable(value)).toEqual(value);
  });
});

test('an open schema takes other keys at every depth, and types keep theirs', () => {
  const closed = {
    type: 'object',
    properties: {
      seat: { type: 'object', properties: {}, additionalProperties: false },
      prices: { type: 'object', additionalProperties: { type: 'string' } },
    },
    additionalProperties: false,
  };
  expect(open(closed)).toEqual({
    type: 'object',
    properties: {
      seat: { type: 'object', properties: {} },
      prices: { type: 'object', additionalProperties: { type: 'string' } },
    },
  });
});
