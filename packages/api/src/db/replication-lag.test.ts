import { expect, test } from 'vitest';
import { ReplicationLag } from './replication-lag.ts';

/** The primary wrote up to 100 at second 0, nothing until second 10, and up to 300 by second 12. */
function history(): ReplicationLag {
  const lag = new ReplicationLag();
  for (const [seconds, position] of [
    [0, 100],
    [10, 100],
    [11, 200],
    [12, 300],
  ] as const) {
    lag.note(position, seconds * 1_000);
  }
  return lag;
}

test.each([
  ['has everything', 300, 0],
  ['is ahead of what the primary was seen at', 310, 0],
  ['lacks the last step', 200, 3],
  ['lacks a part of the step before', 150, 4],
  ['has stood still while nothing was written', 100, 4],
])('a replica that %s', (_name, position, seconds) => {
  expect(history().secondsOf({ position, sinceTransaction: 600 }, 15_000)).toBe(seconds);
});

test('what a replica lacked from the beginning is as old as its newest transaction', () => {
  const lag = history();
  expect(lag.secondsOf({ position: 50, sinceTransaction: 600 }, 15_000)).toBe(600);
  expect(lag.secondsOf({ position: 50, sinceTransaction: null }, 15_000)).toBe(15);
});

test('a new primary that has less than the old one is the measure', () => {
  const lag = history();
  lag.note(150, 20_000);
  expect(lag.secondsOf({ position: 150, sinceTransaction: 1 }, 21_000)).toBe(0);
});

test('knows nothing before the first look', () => {
  expect(new ReplicationLag().secondsOf({ position: 1, sinceTransaction: 9 }, 0)).toBe(0);
});
