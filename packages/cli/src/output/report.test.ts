import { describe, expect, test } from 'vitest';
import { csv } from './csv.ts';
import { noPaint } from './paint.ts';
import { reportCsv } from './report-rows.ts';
import type { Report } from './report-rows.ts';
import { showReport } from './report.ts';
import { widthOf } from './text.ts';

const days = { from: '2026-12-01', to: '2026-12-03', currency: 'EUR' };
const options = { paint: noPaint, width: undefined };

const byDate: Report = {
  ...days,
  groupBy: 'date',
  rows: [
    { date: '2026-12-01', showtimes: 2, seatsSold: 50, seatsTotal: 100, share: 0.5 },
    { date: '2026-12-02', showtimes: 0, seatsSold: 0, seatsTotal: 0, share: 0 },
    { date: '2026-12-03', showtimes: 1, seatsSold: 50, seatsTotal: 50, share: 1 },
  ],
  totals: { showtimes: 3, seatsSold: 100, seatsTotal: 150, share: 0.6667 },
};

const byMovie: Report = {
  ...days,
  groupBy: 'movie',
  rows: [
    {
      movieId: 'm1',
      title: '=七人の侍',
      revenue: '1000.50',
      reservations: 3,
      seats: 9,
      averagePerSeat: '111.17',
    },
    {
      movieId: 'm2',
      title: 'Heat',
      revenue: '0.00',
      reservations: 0,
      seats: 0,
      averagePerSeat: null,
    },
  ],
  totals: { revenue: '1000.50', reservations: 3, seats: 9, averagePerSeat: '111.17' },
};

describe('report', () => {
  test('draws a series of days with bars, a sparkline and totals', () => {
    expect(showReport(byDate, { ...options, name: 'capacity' }).split('\n')).toEqual([
      'Capacity by date, 2026-12-01 to 2026-12-03',
      '',
      '2026-12-01 ▅▁█ 2026-12-03',
      '',
      'DATE        SHOWS  SOLD  SEATS   SHARE',
      '2026-12-01      2    50    100   50.0%  ██████████',
      '2026-12-02      0     0      0    0.0%',
      '2026-12-03      1    50     50  100.0%  ████████████████████',
      '────────────────────────────────────────────────────────────',
      'Total           3   100    150   66.7%',
    ]);
  });

  test('shows money with its currency, and a dash where there is no average', () => {
    const text = showReport(byMovie, { ...options, name: 'revenue' });
    expect(text).toContain('REVENUE (EUR)');
    expect(text).toContain('1000.50');
    expect(text).toMatch(/Heat .* –/);
  });

  test('names the currencies that it leaves out', () => {
    const report = { ...byMovie, otherCurrencies: ['CHF', 'USD'] };
    const shown = showReport(report, { ...options, name: 'revenue' });
    expect(shown.split('\n').slice(-2)).toEqual([
      '',
      'Sales in CHF, USD count as seats, not as money.',
    ]);
    const only = showReport({ ...byMovie, otherCurrencies: [] }, { ...options, name: 'revenue' });
    expect(only).not.toContain('Sales in');
  });

  test('fits the terminal', () => {
    const lines = showReport(byMovie, { ...options, name: 'revenue', width: 60 }).split('\n');
    expect(lines.every((line) => widthOf(line) <= 60)).toBe(true);
  });

  test('shows the start of a show in the zone of its theater', () => {
    const startTime = new Date('2026-12-01T19:30:00Z');
    const show = { showtimeId: 's1', startTime, movieTitle: 'Heat', theaterName: 'One' };
    const key = { ...show, timezone: 'Europe/Paris' };
    const figures = { showtimes: 1, seatsSold: 1, seatsTotal: 2, share: 0.5 };
    const rows = [{ ...key, ...figures }];
    const report = { ...days, groupBy: 'showtime', rows, totals: figures };
    const shown = showReport(report, { ...options, name: 'capacity' });
    expect(shown).toContain('Tue 2026-12-01 20:30  Heat');
    expect(csv(reportCsv('capacity', 'showtime'), rows)).toContain(
      's1,2026-12-01T19:30:00.000Z,Heat,One,Europe/Paris,',
    );
  });

  test('names the zones if there are several', () => {
    const startTime = new Date('2026-12-01T19:30:00Z');
    const figures = { showtimes: 1, seatsSold: 1, seatsTotal: 2, share: 0.5 };
    const rows = ['Europe/Paris', 'America/New_York'].map((timezone) => ({
      ...{ showtimeId: 's1', startTime, movieTitle: 'Heat', theaterName: 'One', timezone },
      ...figures,
    }));
    const report = { ...days, groupBy: 'showtime', rows, totals: figures };
    const shown = showReport(report, { ...options, name: 'capacity' });
    expect(shown).toContain('Tue 2026-12-01 20:30 CET  Heat');
    expect(shown).toContain('Tue 2026-12-01 14:30 EST  Heat');
  });

  test('says that the totals of a ranking are those of all movies', () => {
    const rows = byMovie.rows.map((row, index) => ({ ...row, rank: index + 1 }));
    const shown = showReport({ ...byMovie, rows }, { ...options, name: 'popular-movies' });
    expect(shown.split('\n').at(-1)).toMatch(/^ +All movies +3 +9 +1000\.50$/);
  });

  test('omits figures before a title is unreadable', () => {
    const title = 'Dr. Strangelove or: How I Learned to Stop Worrying';
    const report = { ...byMovie, rows: [{ ...byMovie.rows[0], title }] };
    const shown = showReport(report, { ...options, name: 'revenue', width: 60 });
    expect(shown).toContain('Dr. Strange…');
    expect(shown).not.toContain('PER SEAT');
  });

  test('reports that there is no data', () => {
    const empty = { ...byMovie, rows: [] };
    expect(showReport(empty, { ...options, name: 'revenue' })).toContain('No data for these days.');
  });

  test('names weekdays and hours', () => {
    const figures = { showtimes: 1, averageShare: 0.5 };
    const report = (groupBy: string, rows: Report['rows']) =>
      showReport({ ...days, groupBy, rows, totals: figures }, { ...options, name: 'occupancy' });
    expect(report('weekday', [{ weekday: 7, ...figures }])).toContain('Sunday');
    expect(report('hour', [{ hour: 9, ...figures }])).toContain('09:00');
  });
});

describe('report as csv', () => {
  test('has the names of the API, no totals, and no formulas', () => {
    expect(csv(reportCsv('revenue', 'movie'), byMovie.rows)).toBe(
      'movieId,title,revenue,reservations,seats,averagePerSeat\n' +
        "m1,'=七人の侍,1000.50,3,9,111.17\n" +
        'm2,Heat,0.00,0,0,\n',
    );
  });

  test('has the rank of popular movies', () => {
    expect(csv(reportCsv('popular-movies', 'movie'), [])).toBe(
      'rank,movieId,title,reservations,seats,revenue\n',
    );
  });
});
