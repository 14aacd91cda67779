import { expect, test } from 'vitest';
import type { Span } from '../../src/tickets/coverage.ts';
import type { TicketFont } from '../../src/tickets/fonts.ts';
import { runsOf } from '../../src/tickets/runs.ts';

/* The parts of a line in the order in which they are drawn, from left to right. */

const [one, other] = ['one', 'other'].map((family) => ({ family }) as TicketFont);
const spans = (...texts: string[]) =>
  texts.map((text, index) => ({ text, font: index % 2 === 0 ? one : other }) as Span);
const drawn = (line: readonly Span[], direction: 'ltr' | 'rtl') =>
  runsOf(line, direction).map(({ text }) => text);

test.each<[string, 'ltr' | 'rtl', string[], string[]]>([
  ['stays in one piece', 'ltr', ['The Train (2026)'], ['The Train (2026)']],
  ['is divided where the font changes', 'ltr', ['The ', '기생충', ' 2'], ['The ', '기생충', ' 2']],
  ['is divided where the script changes', 'ltr', ['श्री 5 abc'], ['श्री 5 ', 'abc']],
  ['keeps Hebrew in its place', 'ltr', ['Hall אולם, A'], ['Hall ', 'אולם', ', A']],
  ['has a number after Hebrew at its left', 'ltr', ['Hall אולם 7'], ['Hall ', '7', 'אולם ']],
  ['begins at the right', 'rtl', ['שלום abc עולם'], [' עולם', 'abc', 'שלום ']],
  ['turns brackets round', 'rtl', ['שלום (2026)'], ['(', '2026', 'שלום )']],
  ['turns signs round that stand alone', 'rtl', ['ABC (!'], ['!) ', 'ABC']],
  ['has no parts without a letter', 'rtl', [''], []],
])('a line %s', (_what, direction, texts, expected) => {
  expect(drawn(spans(...texts), direction)).toEqual(expected);
});
