import fc from 'fast-check';
import superjson from 'superjson';
import { describe, expect, test } from 'vitest';
import { decode, encode } from './wire.ts';

const key = fc
  .oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom('a.b', '\\', '\\.', '..', '', 'a\\', '0', 'items'),
  )
  .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));

/** What procedures answer: plain values with dates anywhere. They take records of such. */
const { value, record } = fc.letrec((tie) => ({
  record: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('record'),
  ),
}));

describe('the wire format', () => {
  test('of an input is what superjson writes', () => {
    fc.assert(
      fc.property(record, (input) => {
        assertRecord(input);
        expect(JSON.parse(encode(input))).toEqual(JSON.parse(superjson.stringify(input)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('of an answer is read as superjson wrote it', () => {
    fc.assert(
      fc.property(value, (answered) => {
        const written = JSON.parse(superjson.stringify(answered)) as unknown;
        expect(decode(written)).toEqual(answered);
      }),
      { numRuns: 2_000 },
    );
  });

  test('reads an `undefined` that superjson writes', () => {
    const answered = { a: undefined, b: [undefined, 1], c: { d: undefined } };
    expect(decode(JSON.parse(superjson.stringify(answered)))).toEqual(answered);
    expect(decode(JSON.parse(superjson.stringify(undefined)))).toBeUndefined();
  });

  test('reads the same date in two places', () => {
    const same = new Date(0);
    const answered = { a: same, b: { c: same } };
    expect(decode(JSON.parse(superjson.stringify(answered)))).toEqual(answered);
  });

  test('leaves out what is undefined, and an invalid date is no date', () => {
    expect(encode({ a: undefined, b: 1 })).toBe('{"json":{"b":1}}');
    expect(encode({ at: new Date(Number.NaN) })).toBe('{"json":{"at":null}}');
  });

  test('does not follow an annotation into a prototype, or to nowhere', () => {
    const own = (name: string) => Object.getOwnPropertyDescriptor(Object.prototype, name);
    const before = own('toString');
    const values = { '__proto__.toString': ['Date'], 'a.b.c': ['Date'], missing: ['Date'] };

    expect(decode({ json: { a: 1 }, meta: { values } })).toEqual({ a: 1 });
    expect(own('toString')).toEqual(before);
  });

  test('leaves annotations that it does not know alone', () => {
    const values = { big: ['bigint'], deep: [['custom', 'Money'], { at: ['Date'] }] };
    const json = { big: '12', deep: { at: '1970-01-01T00:00:00.000Z' } };
    expect(decode({ json, meta: { values } })).toEqual({ big: '12', deep: { at: new Date(0) } });
  });
});

function assertRecord(input: unknown): asserts input is object {
  expect(input).toBeTypeOf('object');
}
