import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasUnseen, hasUnseenBesideBreaks } from './characters.ts';
import { issuesOf, wordFindings } from './issues.ts';
import { longText, searchText, text } from './schema.ts';

wordFindings();

const range = (first: number, last = first) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));

const controls = [...range(0x00, 0x1f), ...range(0x7f, 0x9f)];
const breaks = ['\t', '\n', '\r'];
/** Refused everywhere, whatever stands beside them. */
const invisible = [
  ...range(0xad),
  ...range(0x34f),
  ...range(0x61c),
  ...range(0x115f, 0x1160),
  ...range(0x200b),
  ...range(0x200e, 0x200f),
  ...range(0x202a, 0x202e),
  ...range(0x2060, 0x2064),
  ...range(0x2066, 0x206f),
  ...range(0x3164),
  ...range(0xfeff),
  ...range(0xfff9, 0xfffb),
  ...range(0xe0000, 0xe007f),
];

/** Letters, marks, signs and pictures of many scripts; nothing that is refused. */
const seen = fc
  .string({
    unit: fc.constantFrom(...'aZ é ß 9 # ’ — 七 한 ら я ש م ی क ് ക ා ක 😀 ♂ 👩 🏽'.split(' '), ' '),
    minLength: 1,
    maxLength: 12,
  })
  .filter((value) => value.trim() !== '');

const pieces = fc.tuple(seen, seen);

describe('characters that a person cannot see', () => {
  test('are found between any others', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom(...controls, ...invisible), ([before, after], hidden) => {
        expect(hasUnseen(before + hidden + after)).toBe(true);
        expect(hasUnseenBesideBreaks(before + hidden + after)).toBe(!breaks.includes(hidden));
      }),
      { numRuns: 3_000 },
    );
  });

  test('are not found where there are none', () => {
    fc.assert(
      fc.property(seen, (value) => {
        expect(hasUnseen(value)).toBe(false);
      }),
    );
  });

  test.each([
    ['a Persian word', 'می\u200cخواهم'],
    ['a Sinhala cluster', 'ශ්\u200dරී'],
    ['a Devanagari half form', 'क्\u200dष'],
    ['an old Malayalam chillu', 'അവന്\u200d'],
    ['a family', '👨\u200d👩\u200d👧'],
    ['a profession with a colour', '👩🏽\u200d🚀'],
    ['a flag of two pictures', '🏳\ufe0f\u200d🌈'],
    ['a heart in colour', '❤\ufe0f'],
    ['a key', '1\ufe0f\u20e3'],
    ['a variant of a Japanese name', '葛\u{e0100}城'],
    ['a Mongolian suffix', 'ᠨᠠ\u180eᠠ'],
  ])('are left where they are needed: %s', (_what, value) => {
    expect(hasUnseen(value)).toBe(false);
  });

  test.each([
    ['a joiner between Latin letters', 'Ali\u200den'],
    ['a joiner behind a Latin letter with a mark', 'x\u0302\u200dy'],
    ['a joiner at the start', '\u200dکم'],
    ['a joiner at the end', 'کم\u200c'],
    ['two joiners', 'می\u200c\u200cخ'],
    ['a joiner between a picture and a letter', '😀\u200da'],
    ['a selector behind a Latin letter', 'A\ufe0f'],
    ['selectors that carry a message', '😀\ufe0f\u{e0101}\u{e0102}'],
    ['a flag that is spelled in tags', '🏴\u{e0067}\u{e0062}\u{e007f}'],
    ['a line separator', 'a\u2028b'],
  ])('are found where they are not: %s', (_what, value) => {
    expect(hasUnseen(value)).toBe(true);
  });

  test('are looked for in little time', () => {
    expect(hasUnseen('ക\u200d'.repeat(500_000))).toBe(false);
    expect(hasUnseen('😀\u200d'.repeat(500_000))).toBe(true);
  });
});

describe('text', () => {
  const refusal = (schema: ReturnType<typeof searchText>, value: string) => {
    const { error } = schema.safeParse(value);
    return error && issuesOf(error).map(({ message }) => message);
  };

  test('is in NFC, in whichever form it comes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
        fc.constantFrom('NFC', 'NFD'),
        (value, form) => {
          for (const schema of [text(255), longText(255), searchText(255)]) {
            const read = schema.safeParse(value.normalize(form));
            const same = schema.safeParse(value);
            expect(read.data).toBe(same.data);
            expect(read.data?.normalize('NFC')).toBe(read.data);
          }
        },
      ),
    );
  });

  test('is bounded in the form that is stored', () => {
    expect(text(3).parse('e\u0301e\u0301e\u0301')).toBe('ééé');
  });

  test.each(['a\u001b[2J', 'a\u0007b', 'a\u202eb', 'a\u200bb', '\u2066a'])(
    'of a person is refused with %j',
    (value) => {
      const message = 'must not contain control or invisible characters';
      expect(refusal(text(255), value)).toEqual([message]);
      expect(refusal(longText(255), value)).toEqual([message]);
      expect(refusal(searchText(255), value)).toBeUndefined();
    },
  );

  test('keeps its lines where it may have several', () => {
    const lines = 'One\r\n\tTwo\nThree';
    expect(longText(255).parse(lines)).toBe(lines);
    expect(refusal(text(255), lines)).toHaveLength(1);
  });
});
