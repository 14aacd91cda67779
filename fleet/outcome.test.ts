import { expect, test } from 'vitest';
import { countFailures, longestHole } from './answers.ts';
import type { Attempt } from './crowd.ts';
import { verdictsOf } from './outcome.ts';
import { assertSafe } from './programs.ts';

function missedOf(fault: string, figures: Parameters<typeof verdictsOf>[0]['figures']): string[] {
  return verdictsOf({ fault, figures })
    .filter(({ isMet }) => !isMet)
    .map(({ says }) => says);
}

test('a good failover meets every target that it has figures for', () => {
  const figures = { newPrimary: 30, firstBooking: 5, lost: 0, doubles: 0, exited: 0 };
  const verdicts = verdictsOf({ fault: 'kill-primary', figures });
  expect(verdicts).toHaveLength(5);
  expect(verdicts.every(({ isMet }) => isMet)).toBe(true);
});

test.each([
  ['newPrimary', 30.1],
  ['newPrimary', Number.NaN],
  ['firstBooking', 5.1],
  ['lost', 1],
  ['doubles', 1],
  ['broken', 1],
  ['exited', 1],
  ['viewersBack', 2.1],
  ['jobsBack', Number.NaN],
  ['ready', 7],
])('%s of %d is a target missed', (figure, value) => {
  expect(missedOf('kill-primary', { [figure]: value })).toHaveLength(1);
});

test('requests may fail while a primary is lost, and not while servers are replaced', () => {
  expect(missedOf('kill-primary', { failed: 12 })).toEqual([]);
  expect(missedOf('upgrade', { failed: 1 })).toEqual(['requests failed']);
});

test('a server of this version ends in ten seconds', () => {
  expect(missedOf('stop', { exit: 10.1 })).toEqual(['from SIGTERM to the exit']);
  expect(missedOf('stop', { exit: 10 })).toEqual([]);
  expect(missedOf('upgrade', { exit: 10.1 })).toEqual([]);
});

test('failures are counted by who answered and whether they say when to come back', () => {
  const refused = { call: 'lock', at: 0, status: 503, code: 'UNAVAILABLE' } as const;
  const attempts: Attempt[] = [
    { ...refused, ms: 10, by: 'server', retryAfter: true },
    { ...refused, ms: 30, by: 'server', retryAfter: true },
    { ...refused, ms: 20, by: 'server', retryAfter: true },
    { ...refused, ms: 1, by: 'proxy', retryAfter: false },
    { ...refused, ms: 1, status: 409, code: 'SEATS_UNAVAILABLE', by: 'server', retryAfter: false },
  ];
  expect(countFailures(attempts)).toEqual([
    {
      status: 503,
      code: 'UNAVAILABLE',
      retryAfter: true,
      by: 'server',
      count: 3,
      medianMs: 20,
      maxMs: 30,
    },
    {
      status: 503,
      code: 'UNAVAILABLE',
      retryAfter: false,
      by: 'proxy',
      count: 1,
      medianMs: 1,
      maxMs: 1,
    },
  ]);
});

test('the time before the first and after the last instant is a hole too', () => {
  expect(longestHole([2_000, 3_000], 0, 4_000)).toBe(2);
  expect(longestHole([1_000, 2_000], 0, 9_000)).toBe(7);
  expect(longestHole([], 0, 9_000)).toBe(9);
});

test('Patroni that overwrites the key of a new primary is refused', () => {
  expect(() => assertSafe('etcd3', 'patroni 3.0.2')).toThrow('loses acknowledged bookings');
  expect(() => assertSafe('etcd3', 'patroni 2.1.4')).toThrow();
  expect(() => assertSafe('etcd', 'patroni 3.0.2')).not.toThrow();
  expect(() => assertSafe('etcd3', 'patroni 3.0.3')).not.toThrow();
  expect(() => assertSafe('etcd3', 'patroni 3.1.0')).not.toThrow();
  expect(() => assertSafe('etcd3', 'patroni 4.0.4')).not.toThrow();
});
