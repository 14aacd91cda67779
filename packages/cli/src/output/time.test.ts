import { expect, test } from 'vitest';
import { duration, hasSeveral, zoneName } from './time.ts';

const winter = new Date('2026-12-24T19:00:00Z');
const summer = new Date('2026-07-04T19:00:00Z');

test.each([
  ['America/New_York', 'EST', 'EDT'],
  ['America/Los_Angeles', 'PST', 'PDT'],
  ['Europe/Paris', 'CET', 'CEST'],
  ['Europe/London', 'GMT', 'BST'],
  ['Australia/Brisbane', 'AEST', 'AEST'],
  ['Asia/Tokyo', 'GMT+9', 'GMT+9'],
  ['UTC', 'UTC', 'UTC'],
])('%s is called %s in winter and %s in summer', (zone, inWinter, inSummer) => {
  expect([zoneName(winter, zone), zoneName(summer, zone)]).toEqual([inWinter, inSummer]);
});

test('a list needs zones if it has several', () => {
  expect(hasSeveral(['UTC', 'UTC'])).toBe(false);
  expect(hasSeveral(['UTC', undefined])).toBe(true);
  expect(hasSeveral([])).toBe(false);
});

test('a length of time has the unit that fits it', () => {
  expect([0.4, 119, 120, 5_399, 5_400, 172_799, 172_800].map(duration)).toEqual([
    '0 s',
    '119 s',
    '2 min',
    '89 min',
    '1 h',
    '47 h',
    '2 d',
  ]);
});
