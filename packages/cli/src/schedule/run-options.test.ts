import { expect, test } from 'vitest';
import { isRun, readRun } from './run-options.ts';

test('flags of a run are recognised', () => {
  expect(isRun({})).toBe(false);
  expect(isRun({ dst: 'skip' })).toBe(false);
  expect(isRun({ times: '20:00' })).toBe(true);
});

test('flags of a run become the input of the server', () => {
  const flags = { from: '2026-12-01', times: '20:00, 9:30,20:00', weekdays: 'Sat,sunday,sat' };
  expect(readRun(flags)).toEqual({
    from: '2026-12-01',
    to: '2026-12-01',
    times: ['09:30', '20:00'],
    weekdays: [6, 7],
    dst: 'reject',
  });
  expect(
    readRun({ ...flags, dst: 'skip', except: '2026-12-24, 2026-12-31', onlyFree: true }),
  ).toMatchObject({
    dst: 'skip',
    exceptDates: ['2026-12-24', '2026-12-31'],
    onlyFree: true,
  });
});

test('flags of a run that cannot be read are refused', () => {
  const read = (flags: Parameters<typeof readRun>[0]) => () => readRun(flags);
  expect(read({ times: '20:00' })).toThrow('needs --from and --times');
  expect(read({ from: '2026-12-01', times: '25:00' })).toThrow('is not a time of day');
  expect(read({ from: '2026-12-01', times: '20:00', weekdays: 'fry' })).toThrow('not a weekday');
});
