import { expect, test } from 'vitest';
import { readDuration } from './durations.ts';

function minutesOf(text: unknown): unknown {
  const faults: string[] = [];
  const minutes = readDuration(text, faults);
  return faults[0] ?? minutes;
}

test.each([
  112,
  '112',
  '112.0',
  '112 min',
  '112min',
  '112 mins',
  '112 Min.',
  '112 minutes',
  '112m',
  "112'",
  '1h 52min',
  '1h52',
  '1h52m',
  '1 h 52 m',
  '1 hr 52 mins',
  '1 hour, 52 minutes',
  '1 hour and 52 minutes',
  '1:52',
  '01:52:00',
  '01:51:30',
  '0 days 01:52:00',
  'PT1H52M',
  'PT1H52M0S',
  'P0DT1H52M',
  'PT112M',
  'pt6720s',
])('a length of 112 minutes may be written as %j', (text) => {
  expect(minutesOf(text)).toBe(112);
});

test.each([
  ['2h', 120],
  ['2 hours', 120],
  ['PT2H', 120],
  ['1440', 1_440],
  ['24:00', 1_440],
])('%j is %i minutes', (text, minutes) => {
  expect(minutesOf(text)).toBe(minutes);
});

test.each([0, '0', '0.0', '0 min', '00:00:00', '0h 0min', 'PT0S'])(
  'a length of %j is not known',
  (text) => {
    expect(minutesOf(text)).toBeUndefined();
  },
);

test('a value that is no text is told as the file has it', () => {
  expect(minutesOf({ value: 80 })).toBe('duration "{"value":80}" must be 1 to 1440 whole minutes');
});

test.each([
  -1,
  '30.5',
  '1,000',
  '1441',
  '24:01',
  '1:72',
  '1:30:61',
  '112:00',
  '1h 60',
  'PT',
  'P1D',
  '1.5h',
  'long',
  '1 52',
])('a length of %j is refused', (text) => {
  expect(minutesOf(text)).toBe(`duration "${text}" must be 1 to 1440 whole minutes`);
});
