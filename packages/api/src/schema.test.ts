import fc from 'fast-check';
import { expect, test } from 'vitest';
import { issuesOf, wordFindings } from './issues.ts';
import { InstantInput } from './schema.ts';

wordFindings();

/** An instant in some offset, with or without its seconds. */
const spellings = fc
  .record({
    minute: fc.date({
      min: new Date('1900-01-02T00:00Z'),
      max: new Date('2199-12-30T00:00Z'),
      noInvalidDate: true,
    }),
    offsetMinutes: fc.option(fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 })),
    seconds: fc.constantFrom('', ':00', ':07', ':59', ':07.5', ':07.125', ':07.1234567'),
  })
  .map(({ minute, offsetMinutes, seconds }) => {
    const clock = new Date(minute.getTime() + (offsetMinutes ?? 0) * 60_000).toISOString();
    return `${clock.slice(0, 16)}${seconds}${offsetOf(offsetMinutes)}`;
  });

function offsetOf(minutes: number | null): string {
  if (minutes === null) {
    return 'Z';
  }
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${digits(hours)}:${digits(rest)}`;
}

test('an instant is read as Date.parse reads it, with and without seconds', () => {
  fc.assert(
    fc.property(spellings, (text) => {
      expect(InstantInput.parse(text).getTime()).toBe(Date.parse(text));
    }),
    { numRuns: 2_000 },
  );
});

/** An instant that is damaged: a character is dropped, replaced or added. */
const damaged = fc
  .tuple(
    spellings,
    fc.nat({ max: 35 }),
    fc.constantFrom('', '0', '9', ':', '-', '+', 'Z', 'T', ' '),
  )
  .chain(([text, at, character]) =>
    fc.constantFrom(
      text.slice(0, at) + character + text.slice(at + 1),
      text.slice(0, at) + character + text.slice(at),
    ),
  );

test('what is accepted is an instant, and the one that Date.parse reads', () => {
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string()), (text) => {
      const { success, data } = InstantInput.safeParse(text);
      if (success) {
        expect(data.getTime()).toBe(Date.parse(text));
      }
    }),
    { numRuns: 5_000 },
  );
});

const messageFor = (input: unknown) => {
  const { error } = InstantInput.safeParse(input);
  return error && issuesOf(error)[0]?.message;
};
const wanted =
  'must be an instant with a time zone, such as 2026-12-24T19:30:00Z or 2026-12-24T20:30+01:00';

test.each([
  ['2027-05-01T20:00', wanted],
  ['2027-05-01T20Z', wanted],
  ['2027-05-01', wanted],
  ['2027-02-29T20:00Z', wanted],
  ['2027-05-01T24:00Z', wanted],
  ['2027-05-01T20:60Z', wanted],
  ['2027-05-01T20:00:60Z', wanted],
  ['2027-05-01 20:00Z', wanted],
  ['2027-05-01T20:00+25:00', wanted],
  ['2027-05-01T20:00.5Z', wanted],
  ['2027-05-01T20:00+0200', 'must have a colon in its offset: +02:00'],
  ['2027-05-01T20:00:00-0530', 'must have a colon in its offset: -05:30'],
  ['2027-05-01T20:00+02', wanted],
  ['1899-12-31T23:59Z', 'must be between 1900 and 2199'],
  [1_809_201_600, 'must be text'],
])('refuses %s', (input, message) => {
  expect(messageFor(input)).toBe(message);
});

test('refuses a long text in little time', () => {
  expect(messageFor(`2027-05-01T${'T0:'.repeat(300_000)}`)).toBe(wanted);
});
