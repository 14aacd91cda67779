import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantsAt, isTimeZone, localDateOf, localTimeOf } from './local-time.ts';

test.for([
  ['2026-12-05T06:30:00.000Z', 'America/Denver', '2026-12-04 23:30:00.000'],
  ['2027-06-30T22:30:00.000Z', 'CET', '2027-07-01 00:30:00.000'],
  ['2027-12-31T23:30:00.000Z', 'CET', '2028-01-01 00:30:00.000'],
  ['2027-06-30T21:30:00.000Z', 'EET', '2027-07-01 00:30:00.000'],
  ['2026-03-29T00:59:59.999Z', 'Europe/Berlin', '2026-03-29 01:59:59.999'],
  ['2026-03-29T01:00:00.000Z', 'Europe/Berlin', '2026-03-29 03:00:00.000'],
  ['2026-10-25T00:30:00.000Z', 'Europe/Berlin', '2026-10-25 02:30:00.000'],
  ['2026-10-25T01:30:00.000Z', 'Europe/Berlin', '2026-10-25 02:30:00.000'],
  ['2026-01-01T00:00:00.000Z', 'UTC', '2026-01-01 00:00:00.000'],
  ['2026-01-01T10:15:00.000Z', 'Pacific/Kiritimati', '2026-01-02 00:15:00.000'],
  ['2026-07-01T00:00:00.000Z', 'Asia/Kathmandu', '2026-07-01 05:45:00.000'],
  ['1900-01-01T00:00:00.000Z', 'UTC', '1900-01-01 00:00:00.000'],
])('%s in %s is %s', ([instant = '', zone = '', local]) => {
  expect(localTimeOf(new Date(instant), zone)).toBe(local);
  expect(localDateOf(new Date(instant), zone)).toBe(local?.slice(0, 10));
});

test('no zone is more than a day away from UTC', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.date({ min: new Date('1950-01-01'), max: new Date('2199-12-31'), noInvalidDate: true }),
      (zone, instant) => {
        const local = Date.parse(`${localTimeOf(instant, zone).replace(' ', 'T')}Z`);
        expect(Math.abs(local - instant.getTime())).toBeLessThan(24 * 3_600_000);
      },
    ),
    { numRuns: 2_000 },
  );
});

test.for([
  ['Europe/Paris', true],
  ['CET', true],
  ['UTC', true],
  ['+02:00', false],
  ['-05', false],
  ['Europe/Atlantis', false],
  ['', false],
] as const)('%s is a time zone: %s', ([name, expected]) => {
  expect(isTimeZone(name)).toBe(expected);
});

test('an instant is among those of its local time, and each of these has that local time', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(1990, 0) / 60_000, max: Date.UTC(2037, 0) / 60_000 }),
      (zone, minute) => {
        const instant = new Date(minute * 60_000);
        const local = localTimeOf(instant, zone).slice(0, 16);
        const found = instantsAt(local, zone);
        expect(found).toContainEqual(instant);
        expect(found.map((each) => localTimeOf(each, zone).slice(0, 16))).toEqual(
          found.map(() => local),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});

test.for([
  ['2026-06-01 19:30', 'Europe/Berlin', ['2026-06-01T17:30']],
  ['2026-03-29 02:30', 'Europe/Berlin', []],
  ['2026-03-29 02:00', 'Europe/Berlin', []],
  ['2026-03-29 03:00', 'Europe/Berlin', ['2026-03-29T01:00']],
  ['2026-10-25 02:00', 'Europe/Berlin', ['2026-10-25T00:00', '2026-10-25T01:00']],
  ['2026-10-25 03:00', 'Europe/Berlin', ['2026-10-25T02:00']],
  ['2011-12-30 12:00', 'Pacific/Apia', []],
  ['2027-04-04 01:45', 'Australia/Lord_Howe', ['2027-04-03T14:45', '2027-04-03T15:15']],
] as const)('%s in %s is at %j', ([local, zone, expected]) => {
  const found = instantsAt(local, zone).map((each) => each.toISOString().slice(0, 16));
  expect(found).toEqual(expected);
});
