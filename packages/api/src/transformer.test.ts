import fc from 'fast-check';
import superjson from 'superjson';
import { describe, expect, test } from 'vitest';
import { toWire, transformer } from './transformer.ts';

/** Not those that superjson refuses, nor the empty one, which no answer has. */
const keys = fc
  .oneof(fc.string(), fc.constantFrom('a.b', 'a\\b', '\\.', '0'))
  .filter((key) => !['', '__proto__', 'constructor', 'prototype'].includes(key));

/** Values as answers have them, and keys that a path has to escape. */
const answers = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    // Without minus zero, which JSON has no word for and superjson has.
    fc.double({ noDefaultInfinity: true, noNaN: true }).map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).value;

const overTheWire = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe('the quick form of an answer', () => {
  test('is superjson’s', () => {
    fc.assert(
      fc.property(answers, (value) => {
        // superjson also tells which objects are the same one; in generated values dates can be.
        const original = superjson.serialize(value);
        delete original.meta?.referentialEqualities;
        expect(overTheWire(toWire(value))).toEqual(overTheWire(original));
      }),
    );
  });

  test('is read back by superjson as it was', () => {
    fc.assert(
      fc.property(answers, (value) => {
        const sent = overTheWire(toWire(value)) as Parameters<typeof superjson.deserialize>[0];
        expect(superjson.deserialize(sent)).toEqual(
          superjson.deserialize(superjson.serialize(value)),
        );
      }),
    );
  });
});

describe('an input', () => {
  const read = (value: unknown) => transformer.input.deserialize(value);

  test('may hold dates and undefined', () => {
    const input = { at: new Date(0), none: undefined, list: [new Date(1)] };
    expect(read(superjson.serialize(input))).toEqual(input);
  });

  test.for([
    ['a map', superjson.serialize({ a: new Map([[1, 2]]) })],
    ['a set', superjson.serialize({ a: new Set([1]) })],
    ['a regular expression', superjson.serialize({ a: /(a+)+$/ })],
    ['an error', superjson.serialize({ a: new Error('x') })],
    ['a big integer', superjson.serialize({ a: 1n })],
    [
      'a typed array',
      { json: { a: 4_000_000_000 }, meta: { values: { a: [['typed-array', 'Uint8Array']] } } },
    ],
    ['a cycle', { json: { a: null }, meta: { referentialEqualities: [['a']] } }],
    ['a polluted prototype', { json: {}, meta: { values: { '__proto__.x': ['Date'] } } }],
    [
      'a tree that is too deep',
      { json: {}, meta: { values: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown } },
    ],
    ['something else', { body: 1 }],
    ['a text', 'x'],
    ['a list', []],
  ] as const)('is refused with %s', ([, sent]) => {
    expect(() => read(sent)).toThrow('superjson of plain values');
  });
});
