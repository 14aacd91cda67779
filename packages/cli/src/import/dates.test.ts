import { describe, expect, test } from 'vitest';
import { firstDay, readDate } from './dates.ts';

function dateOf(text: unknown): unknown {
  const faults: string[] = [];
  const date = readDate(text, faults);
  return faults[0] ?? date;
}

describe('a release date', () => {
  test.each([
    '1998-06-12',
    '1998-6-12',
    '1998/06/12',
    '1998.6.12',
    '19980612',
    '1998-06-12 00:00:00',
    '1998-06-12 23:59:59.999+02',
    '1998-06-12T00:00:00Z',
    '1998-06-12T23:00:00.000-05:00',
    'Jun 12 1998',
    'jun  12  1998',
    'Jun. 12, 1998',
    'Jun 12, 1998',
    'JUNE 12, 1998',
    'June 12th, 1998',
    'Fri Jun 12 1998 00:00:00 GMT+0000',
    'Friday, June 12, 1998',
    '12 Jun 1998',
    '12 June 1998',
    '12. June 1998',
    '12-Jun-1998',
    'Fri, 12 Jun 1998 00:00:00 GMT',
    'Fri Jun 12 1998 00:00:00 GMT+0200 (Central European Summer Time)',
    '1998-06-12 7:30 PM',
    ' 12 Jun 1998 ',
  ])('may be written as %j', (text) => {
    expect(dateOf(text)).toBe('1998-06-12');
  });

  test.each([
    ['06/25/1998', '1998-06-25'],
    ['25/06/1998', '1998-06-25'],
    ['25.6.1998', '1998-06-25'],
    ['6-25-1998 00:00', '1998-06-25'],
    ['06/06/1998', '1998-06-06'],
  ])('may be %j, which has one meaning', (text, date) => {
    expect(dateOf(text)).toBe(date);
  });

  test.each(['1998-06-12 25:99', '1998-06-12 10:00 rubbish', '12 Jun 1998 10:60'])(
    'is refused with what is no time behind it: %j',
    (text) => {
      expect(dateOf(text)).toContain('must be a date');
    },
  );

  test('is refused if it has two meanings', () => {
    expect(dateOf('06/12/1998')).toBe(
      'release date "06/12/1998" means 1998-12-06 or 1998-06-12: write YYYY-MM-DD',
    );
    expect(dateOf('6.12.1998')).toContain('means 1998-12-06 or 1998-06-12');
  });

  test.each([
    [1998, '1998'],
    ['1998.0', '1998'],
    ['1998-06', '1998-06'],
    ['1998-6', '1998-06'],
    ['Jun 1998', '1998-06'],
    ['September 1998', '1998-09'],
    ['Sept 1998', '1998-09'],
  ])('may be less precise: %j', (text, date) => {
    expect(dateOf(text)).toBe(date);
  });

  test.each([
    '1998-02-30',
    '31 Jun 1998',
    '1998-13',
    '13/13/1998',
    '12 Jun 98',
    '06/12/98',
    '1799',
    '2200',
    'Foo 12 1998',
    'TBD',
    '1998-06-12x',
    '35958',
    '1998–2001',
  ])('is refused if it is %j', (text) => {
    expect(dateOf(text)).toBe(`release date "${text}" must be a date: YYYY-MM-DD or Mon D YYYY`);
  });

  test('of a year or a month is stored as its first day', () => {
    expect(['1998', '1998-06', '1998-06-12'].map(firstDay)).toEqual([
      '1998-01-01',
      '1998-06-01',
      '1998-06-12',
    ]);
  });
});
