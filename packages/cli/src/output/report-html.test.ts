import { describe, expect, test } from 'vitest';
import { reportHtml } from './report-html.ts';

const page = {
  name: 'revenue',
  house: 'Grand & Studio',
  server: 'https://tickets.example.com',
  filters: ['Only the movie Heat'],
  madeAt: new Date('2027-01-01T09:05:00Z'),
} as const;

const days = { from: '2026-12-01', to: '2026-12-31', currency: 'EUR' };

describe('report as a page', () => {
  const figures = { revenue: '20.00', reservations: 1, seats: 1, averagePerSeat: '20.00' };
  const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;
  const report = {
    ...days,
    groupBy: 'movie',
    rows: [{ movieId: 'm1', title: hostile, ...figures }],
    totals: figures,
  };

  test('names the house, the period, the filters, the server and the date', () => {
    const html = reportHtml(report, page);
    expect(html).toContain('<title>Revenue by movie, 2026-12-01 to 2026-12-31</title>');
    expect(html).toContain('<p>Grand &#38; Studio</p>\n<h1>Revenue by movie</h1>');
    expect(html).toContain(
      '<p>Tue 1 December 2026 to Thu 31 December 2026<br>Only the movie Heat</p>',
    );
    expect(html).toMatch(/Made on 1 January 2027, 09:05 UTC from https:\/\/tickets\.example\.com/);
  });

  test('has headline figures, a chart with a title, the rows and the totals', () => {
    const totals = { ...figures, revenue: '1234567.50', reservations: 12_345 };
    const html = reportHtml({ ...report, totals }, page);
    expect(html).toContain('<dt>Revenue</dt><dd>€1,234,567.50</dd>');
    expect(html).toContain('<dt>Average per seat</dt><dd>€20.00</dd>');
    expect(html).toContain('<figcaption>Revenue by movie</figcaption>');
    expect(html).toMatch(/<svg .*<rect .*€20\.00<\/text><\/svg>/);
    expect(html).toMatch(
      /<tfoot><tr><th scope="row">Total<\/th><td>€1,234,567\.50<\/td><td>12,345<\/td>/,
    );
  });

  test('names the best row if there is a choice', () => {
    const rows = [
      { movieId: 'm1', title: 'Heat', ...figures },
      { movieId: 'm2', title: 'Laura', ...figures, revenue: '30.00' },
    ];
    expect(reportHtml({ ...report, rows }, page)).toContain(
      '<dt>Best movie</dt><dd>Laura <small>€30.00</small></dd>',
    );
    expect(reportHtml(report, page)).not.toContain('Best movie');
  });

  test('the total of the popular movies is over all movies', () => {
    const rows = [{ rank: 1, movieId: 'm1', title: 'Heat', ...figures }];
    const html = reportHtml({ ...report, rows }, { ...page, name: 'popular-movies' });
    expect(html).toContain('<th scope="row">1. Heat</th>');
    expect(html).toContain('<th scope="row">All movies</th>');
  });

  test('folds neighbouring days without revenue', () => {
    const none = { revenue: '0.00', reservations: 0, seats: 0, averagePerSeat: null };
    const rows = [figures, none, none, none, figures, none].map((each, index) => ({
      date: `2026-12-0${index + 1}`,
      ...each,
    }));
    const html = reportHtml({ ...report, groupBy: 'date', rows }, page);
    const heads = [...html.matchAll(/<th scope="row">(.*?)<\/th>/g)].map(([, head]) => head);
    expect(heads).toEqual([
      'Tue 1 December 2026',
      'Wed 2 December 2026 to Fri 4 December 2026',
      'Sat 5 December 2026',
      'Sun 6 December 2026',
      'Total',
    ]);
    expect(html).toContain('<td colspan="4">3 days without revenue</td>');
    expect(html.match(/<rect /g)).toHaveLength(2 * rows.length);
  });

  test('runs nothing and loads nothing, whatever a title holds', () => {
    const html = reportHtml(report, { ...page, house: hostile, filters: [hostile] });
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|<img|<link|src=["']|url\(/);
    expect(html.match(/<[a-z]+/g)?.every((tag) => !['<script', '<img'].includes(tag))).toBe(true);
  });

  test('draws a year of days', () => {
    const share = { showtimes: 1, averageShare: 0.5 };
    const rows = Array.from({ length: 365 }, (_, index) => ({
      date: new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10),
      ...share,
    }));
    const year = { ...days, groupBy: 'date', rows, totals: share };
    const html = reportHtml(year, { ...page, name: 'occupancy' });
    expect(html.match(/<rect /g)).toHaveLength(2 * 365);
    expect(html.match(/<text /g)?.length).toBeLessThan(25);
    expect(html).toContain('<title>31 Dec: 50.0%</title>');
  });

  test('reports that there is no data', () => {
    const empty = { ...report, rows: [] };
    expect(reportHtml(empty, page)).toContain('No data for these days.');
  });
});
