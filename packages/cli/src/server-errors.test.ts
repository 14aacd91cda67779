import { MatineeError } from '@matinee/sdk';
import { describe as group, expect, test } from 'vitest';
import { describe } from './server-errors.ts';
import type { CommandParts } from './server-errors.ts';

const parts = (
  operands: string,
  flags: string,
  more: Partial<CommandParts> = {},
): CommandParts => ({
  operands: operands.split(' ').filter(Boolean),
  flags: new Set(flags.split(' ')),
  given: new Map(),
  ...more,
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
    expect(name(['checkInId'], parts('check-in', '--json'))).toEqual(['<check-in> must be other']);
    expect(name(['q'], parts('showtime text', ''))).toEqual(['<text> must be other']);
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

  const problem = (path: string, message: string, of: CommandParts) =>
    linesOf('VALIDATION_ERROR', { issues: [{ path: [path], message }] }, of);

  test('quote a date, and show how to write it', () => {
    const report = parts('', '--from', { given: new Map([['--from', 'yesterweek']]) });
    expect(problem('from', 'must be a date, such as 2026-12-24', report)).toEqual([
      '--from "yesterweek" is not a date; write it as 2026-12-24',
    ]);
    const start = parts('', '--start-time', { given: new Map([['--start-time', 'at eight']]) });
    expect(problem('startTime', 'must be an instant with a time zone', start)).toEqual([
      '--start-time "at eight" is not a time; write it as 2026-12-24T20:30',
    ]);
  });

  test('quote an id, and name the list', () => {
    const get = parts('id', '--json', { given: new Map([['<id>', 'nope']]) });
    expect(problem('movieId', 'must be a UUID', get)).toEqual([
      '"nope" is not the id of a movie; list them with `matinee movies list`',
    ]);
    const create = parts('', '--theater-id', { given: new Map([['--theater-id', 'One']]) });
    expect(problem('theaterId', 'must be a UUID', create)).toEqual([
      '--theater-id "One" is not the id of a theater; list them with `matinee theaters list`',
    ]);
    const drop = parts('id', '', { given: new Map([['<id>', '3']]), group: 'outbox' });
    expect(problem('id', 'must be a UUID', drop)).toEqual([
      '"3" is not the id of a delivery; list them with `matinee outbox list`',
    ]);
  });

  test('are one for each field', () => {
    const issues = [
      { path: ['from'], message: 'must be other' },
      { path: ['from'], message: 'must be between 1800 and 2199' },
      { path: ['to'], message: 'must be other' },
    ];
    expect(linesOf('VALIDATION_ERROR', { issues }, parts('', '--from --to'))).toEqual([
      '--from must be other',
      '       --to must be other',
    ]);
  });

  test('leave the message if there are none', () => {
    expect(linesOf('VALIDATION_ERROR', { issues: [] })).toEqual(['The message.']);
    expect(linesOf('VALIDATION_ERROR', {})).toEqual(['The message.']);
  });
});

group('details', () => {
  test.each([
    ['SEATS_UNAVAILABLE', { seats: [{ seatId: 's1', reason: 'blocked' }] }, ['s1: not for sale']],
    [
      'SEATS_SOLD',
      { reservations: [{ id: 'r1', reference: 'K7WQ3MXA', seatIds: ['s1', 's2'] }] },
      ['reservation K7WQ3MXA: 2 seats'],
    ],
    [
      'PAID_SHOWS_AHEAD',
      { reservations: [{ id: 'r1', reference: 'K7WQ3MXA' }] },
      ['reservation K7WQ3MXA'],
    ],
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
    ['SEAT_RULE', { rule: 'pair_split', seatIds: ['s1'] }, ['A love seat is sold as a whole.']],
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
    ['PAYMENT_FAILED', { reason: 'Account closed.', mayRetry: false }, ['Account closed.']],
    ['PRICE_CHANGED', { expected: '20.00', actual: '10.00' }, ['It was 20.00, and is 10.00 now.']],
    ['REFUND_TOO_LARGE', { remaining: '15.00' }, ['15.00 is left.']],
    ['NOT_REFUNDABLE', { blockReason: 'disputed' }, ['The customer disputes the payment.']],
    ['AMOUNT_TOO_SMALL', { minimum: '0.50', currency: 'EUR' }, ['The least is 0.50 EUR.']],
  ])('of %s', (code, details, expected) => {
    const lines = linesOf(code, details, parts('id', '--movie-id'));
    expect(lines).toEqual(['The message.', ...expected.map((line) => `  ${line}`)]);
  });

  test('of an id that nothing has name the list', () => {
    const get = parts('id', '', { given: new Map([['<id>', 'm1']]), group: 'movies' });
    expect(linesOf('NOT_FOUND', {}, get)).toEqual([
      'The message.',
      '  `matinee movies list` shows the ids.',
    ]);
    const create = parts('', '--movie-id', { given: new Map([['--movie-id', 'm1']]) });
    expect(linesOf('NOT_FOUND', { field: 'movieId' }, create)).toEqual([
      'The message.',
      '  Check --movie-id.',
      '  `matinee movies list` shows the ids.',
    ]);
  });

  test.each([
    'SEATS_UNAVAILABLE',
    'SEATS_SOLD',
    'PAID_SHOWS_AHEAD',
    'SHOWTIME_OVERLAP',
    'IN_USE',
    'SEAT_LIMIT_EXCEEDED',
    'SEAT_RULE',
    'RATE_LIMITED',
    'PAYMENT_FAILED',
    'PRICE_CHANGED',
    'REFUND_TOO_LARGE',
    'NOT_REFUNDABLE',
    'AMOUNT_TOO_SMALL',
  ])('of %s may be missing', (code) => {
    expect(linesOf(code, {})).toEqual(['The message.']);
  });
});

test('what is prompted for, and links of mails, are explained without names of the server', () => {
  const issues = [{ path: ['newPassword'], message: 'is too common' }];
  expect(linesOf('VALIDATION_ERROR', { issues })).toEqual(['The new password is too common']);
  for (const [reason, said] of [
    ['unknown', 'Copy it from the mail again, and check that it is complete.'],
    ['used', 'It has been used. Ask for a new one.'],
    ['expired', 'It has expired. Ask for a new one.'],
  ]) {
    expect(linesOf('LINK_INVALID', { reason })).toContain(`  ${said}`);
  }
});
