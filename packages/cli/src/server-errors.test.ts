import { MatineeError } from '@matinee/sdk';
import { describe as group, expect, test } from 'vitest';
import { describe } from './server-errors.ts';
import type { CommandParts } from './server-errors.ts';

const parts = (operands: string, flags: string): CommandParts => ({
  operands: operands.split(' ').filter(Boolean),
  flags: new Set(flags.split(' ')),
});

function linesOf(code: string, details: object, of?: CommandParts): string[] {
  const facts = { code, details, status: 400, message: 'The message.' };
  const error = new MatineeError(facts as unknown as ConstructorParameters<typeof MatineeError>[0]);
  return describe(error, of);
}

group('problems of the input', () => {
  const name = (path: (string | number)[], of?: CommandParts) =>
    linesOf('VALIDATION_ERROR', { issues: [{ path, message: 'must be other' }] }, of);

  test('name the flag', () => {
    const create = parts('', '--duration-minutes --title --data');
    expect(name(['durationMinutes'], create)).toEqual(['--duration-minutes must be other']);
  });

  test('name the flag inside which the value is', () => {
    expect(name(['rows', 0, 'seats'], parts('', '--rows'))).toEqual([
      '--rows.0.seats must be other',
    ]);
    const prices = parts('', '--seat-type-prices --vip-price');
    expect(name(['seatTypePrices', 'vip'], prices)).toEqual(['--vip-price must be other']);
    expect(name(['seatTypePrices', 'child'], prices)).toEqual([
      '--seat-type-prices.child must be other',
    ]);
    expect(name(['seatTypePrices'], prices)).toEqual(['--seat-type-prices must be other']);
  });

  test('name the argument', () => {
    expect(name(['movieId'], parts('id', '--json'))).toEqual(['<id> must be other']);
    expect(name(['userId'], parts('user', '--json'))).toEqual(['<user> must be other']);
    expect(name(['file'], parts('id file', '--json'))).toEqual(['<file> must be other']);
    const update = parts('id', '--theater-id');
    expect(name(['theaterId'], update)).toEqual(['--theater-id must be other']);
  });

  test('name the path of a value that came another way', () => {
    const create = parts('', '--title --data');
    expect(name(['titel'], create)).toEqual(['titel must be other']);
    expect(name(['rows', 0, 'seats'], create)).toEqual(['rows.0.seats must be other']);
    expect(name(['rows', 0, 'seats'])).toEqual(['rows.0.seats must be other']);
    expect(name([], create)).toEqual(['The input must be other']);
  });

  test('have a line each, below the first', () => {
    const issues = [
      { path: ['title'], message: 'must not be empty' },
      { path: ['genre'], message: 'is required' },
    ];
    expect(linesOf('VALIDATION_ERROR', { issues }, parts('', '--title --genre'))).toEqual([
      '--title must not be empty',
      '       --genre is required',
    ]);
  });

  test('leave the message if there are none', () => {
    expect(linesOf('VALIDATION_ERROR', { issues: [] })).toEqual(['The message.']);
    expect(linesOf('VALIDATION_ERROR', {})).toEqual(['The message.']);
  });
});

group('details', () => {
  test.each([
    ['SEATS_UNAVAILABLE', { seats: [{ seatId: 's1', reason: 'blocked' }] }, ['s1: out of order']],
    ['LOCK_EXPIRED', { seats: [{ seatId: 's1', reason: 'not_locked' }] }, ['s1: not locked']],
    [
      'SHOWTIME_OVERLAP',
      { conflictingShowtimeIds: ['t1', 't2'] },
      ['conflicts with t1', 'conflicts with t2'],
    ],
    [
      'IN_USE',
      { showtimes: 1, lockedSeats: 0, reservedSeats: 2 },
      ['1 showtime', '2 reserved seats'],
    ],
    ['EDIT_CONFLICT', { revision: 4 }, ['The current revision is 4.']],
    [
      'SEAT_LIMIT_EXCEEDED',
      { limit: 10, locked: 9, requested: 2 },
      ['The limit is 10. You have locked 9 and asked for 2 more.'],
    ],
    ['RATE_LIMITED', { retryAfterSeconds: 60 }, ['The next attempt is possible in 60 seconds.']],
    ['RATE_LIMITED', { retryAfterSeconds: 841 }, ['The next attempt is possible in 15 minutes.']],
    [
      'LOCK_EXTENSION_LIMIT',
      { maxExpiresAt: '2026-12-24T19:30:00.000Z' },
      ['The seat lock ends at 2026-12-24T19:30:00.000Z at the latest.'],
    ],
    [
      'SHOWTIME_STARTED',
      { startTime: '2026-12-24T19:30:00.000Z' },
      ['It started at 2026-12-24T19:30:00.000Z.'],
    ],
    ['NOT_FOUND', { seatIds: ['s1'] }, ['seat s1']],
    ['NOT_FOUND', { field: 'movieId' }, ['Check --movie-id.']],
  ])('of %s', (code, details, expected) => {
    const lines = linesOf(code, details, parts('id', '--movie-id'));
    expect(lines).toEqual(['The message.', ...expected.map((line) => `  ${line}`)]);
  });

  test.each([
    'SEATS_UNAVAILABLE',
    'SHOWTIME_OVERLAP',
    'IN_USE',
    'SEAT_LIMIT_EXCEEDED',
    'RATE_LIMITED',
  ])('of %s may be missing', (code) => {
    expect(linesOf(code, {})).toEqual(['The message.']);
  });
});
