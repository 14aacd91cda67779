import { describe, expect, test } from 'vitest';
import { localTime, minutesAndSeconds } from './output/time.ts';
import { instantOf, instantsOf, withOffset } from './wall-time.ts';

const iso = (instants: Date[]) => instants.map((instant) => instant.toISOString());

describe('local times', () => {
  test('are usually one instant', () => {
    expect(iso(instantsOf('2026-07-04', '20:00', 'Europe/Paris'))).toEqual([
      '2026-07-04T18:00:00.000Z',
    ]);
    expect(iso(instantsOf('2026-12-24', '00:30', 'Asia/Kolkata'))).toEqual([
      '2026-12-23T19:00:00.000Z',
    ]);
  });

  test('are none in the hour that the clocks skip', () => {
    expect(instantsOf('2027-03-14', '02:30', 'America/New_York')).toEqual([]);
    expect(() => instantOf('2027-03-14', '02:30', 'America/New_York')).toThrow(
      '2027-03-14 02:30 does not exist',
    );
  });

  test('are two in the hour that the clocks repeat', () => {
    const both = instantsOf('2026-10-25', '02:30', 'Europe/Paris');
    expect(iso(both)).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
    expect(both.map((instant) => withOffset(instant, 'Europe/Paris'))).toEqual([
      '2026-10-25T02:30+02:00',
      '2026-10-25T02:30+01:00',
    ]);
    expect(() => instantOf('2026-10-25', '02:30', 'Europe/Paris')).toThrow('occurs twice');
  });

  test('also where the clocks move by half an hour', () => {
    expect(instantsOf('2026-10-04', '02:15', 'Australia/Lord_Howe')).toEqual([]);
    expect(instantsOf('2026-04-05', '01:45', 'Australia/Lord_Howe')).toHaveLength(2);
  });

  test('are none on a day that does not exist', () => {
    expect(instantsOf('2026-02-30', '20:00', 'UTC')).toEqual([]);
    expect(instantsOf('nonsense', '20:00', 'UTC')).toEqual([]);
  });
});

test('reads an unknown zone as UTC', () => {
  expect(localTime(new Date('2026-07-04T18:00:00Z'), 'Mars/Olympus')).toBe('Sat 2026-07-04 18:00');
});

test('counts down', () => {
  expect(minutesAndSeconds(600_000)).toBe('10:00');
  expect(minutesAndSeconds(59_001)).toBe('1:00');
  expect(minutesAndSeconds(900)).toBe('0:01');
  expect(minutesAndSeconds(-5)).toBe('0:00');
});
