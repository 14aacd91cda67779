import { describe, expect, test } from 'vitest';
import { reportHtml } from './report-html.ts';

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

  test('has a chart, the rows and the totals', () => {
    const page = reportHtml(report, { name: 'revenue' });
    expect(page).toContain('<title>Revenue by movie, 2026-12-01 to 2026-12-31</title>');
    expect(page).toMatch(/<svg .*<rect .*20\.00<\/text><\/svg>/);
    expect(page).toMatch(/<tfoot><tr><td>Total<\/td><td class="number">20\.00<\/td>/);
  });

  test('runs nothing and loads nothing, whatever a title holds', () => {
    const page = reportHtml(report, { name: 'revenue' });
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<img|<link|src=["']|url\(|https?:/);
    expect(page.match(/<[a-z]+/g)?.every((tag) => !['<script', '<img'].includes(tag))).toBe(true);
  });

  test('draws a year of days', () => {
    const share = { showtimes: 1, averageShare: 0.5 };
    const rows = Array.from({ length: 365 }, (_, index) => ({ date: `day ${index}`, ...share }));
    const year = { ...days, groupBy: 'date', rows, totals: share };
    const page = reportHtml(year, { name: 'occupancy' });
    expect(page.match(/<rect /g)).toHaveLength(365);
    expect(page.match(/<text /g)?.length).toBeLessThan(20);
    expect(page).toContain('<title>day 364: 50.0%</title>');
  });

  test('reports that there is no data', () => {
    const empty = { ...report, rows: [] };
    expect(reportHtml(empty, { name: 'revenue' })).toContain('No data for these days.');
  });
});
