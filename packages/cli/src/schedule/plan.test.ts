import { describe, expect, test } from 'vitest';
import { planRun } from './plan.ts';
import { isRun, readRun } from './run-options.ts';

const theater = { timezone: 'Europe/Paris', turnaroundMinutes: 15 };
const stage = { theater, durationMinutes: 120, present: [] };

describe('a run of shows', () => {
  test('keeps its local time over daylight saving', () => {
    const run = readRun({ from: '2027-03-27', to: '2027-03-28', times: '20:30' });
    const starts = planRun(run, stage).map(({ startTime }) => startTime?.toISOString());
    expect(starts).toEqual(['2027-03-27T19:30:00.000Z', '2027-03-28T18:30:00.000Z']);
  });

  test('has the weekdays that were asked for', () => {
    const days = { from: '2026-12-01', to: '2026-12-14' };
    const run = readRun({ ...days, times: '20:00', weekdays: 'Sat,sunday' });
    expect(planRun(run, stage).map(({ date }) => date)).toEqual([
      '2026-12-05',
      '2026-12-06',
      '2026-12-12',
      '2026-12-13',
    ]);
  });

  test('reports times that the clocks skip or repeat', () => {
    const run = readRun({ from: '2027-03-28', times: '02:30' });
    expect(planRun(run, stage)).toEqual([
      { date: '2027-03-28', time: '02:30', problems: ['the clocks skip this time'] },
    ]);
    const twice = planRun(readRun({ from: '2026-10-25', times: '02:30' }), stage);
    expect(twice[0]?.problems[0]).toContain('occurs twice');
  });

  test('reports every conflict, including cleaning', () => {
    const present = {
      movie: { id: 'm', title: 'Heat', durationMinutes: 120, posterUrl: null },
      startTime: new Date('2026-12-01T20:00:00Z'),
      endTime: new Date('2026-12-01T22:00:00Z'),
      cancelledAt: null,
    };
    const problems = (times: string, cancelledAt: Date | null = null) =>
      planRun(readRun({ from: '2026-12-01', times }), {
        ...stage,
        present: [{ ...present, cancelledAt }],
      }).map((show) => show.problems);
    // 20:00 UTC is 21:00 in Paris; the show before has to be over and cleaned by then.
    expect(problems('18:45')).toEqual([[]]);
    expect(problems('18:46')).toEqual([['conflicts with "Heat"']]);
    expect(problems('23:14')).toEqual([['conflicts with "Heat"']]);
    expect(problems('23:15')).toEqual([[]]);
    expect(problems('21:00', new Date())).toEqual([[]]);
  });

  test('reports shows of its own that are too close', () => {
    const run = readRun({ from: '2026-12-01', times: '18:00,20:00' });
    expect(planRun(run, stage).map(({ problems }) => problems)).toEqual([
      ['too close to 2026-12-01 20:00'],
      ['too close to 2026-12-01 18:00'],
    ]);
  });
});

describe('flags of a run', () => {
  test('are recognised', () => {
    expect(isRun({})).toBe(false);
    expect(isRun({ times: '20:00' })).toBe(true);
  });

  test('are refused if they make no sense', () => {
    const read = (flags: Parameters<typeof readRun>[0]) => () => readRun(flags);
    expect(read({ times: '20:00' })).toThrow('needs --from and --times');
    expect(read({ from: '2026-02-30', times: '20:00' })).toThrow('is not a date');
    expect(read({ from: '2026-12-01', times: '25:00' })).toThrow('is not a time of day');
    expect(read({ from: '2026-12-01', times: '20:00', weekdays: 'fry' })).toThrow('not a weekday');
    expect(read({ from: '2026-12-02', to: '2026-12-01', times: '20:00' })).toThrow('has 0 shows');
    expect(read({ from: '2020-01-01', to: '2029-01-01', times: '20:00' })).toThrow('1 to 500');
  });

  test('have their times in order, once', () => {
    expect(readRun({ from: '2026-12-01', times: '20:00, 9:30,20:00' }).times).toEqual([
      '09:30',
      '20:00',
    ]);
  });
});
