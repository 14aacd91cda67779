import { percent } from './bars.ts';
import { reportStyles, rowName, startOf, toldFigures } from './report-rows.ts';
import type { Report, ReportName, ReportRow } from './report-rows.ts';

/** A figure of a report with its label, for people. */
export interface Headline {
  label: string;
  value: string;
  /** Belongs to the value, and is less important. */
  note?: string;
}

/** The totals of a report and its best row. */
export function headlinesOf(report: Report, name: ReportName): Headline[] {
  const totals = toldFigures(report, name).map((figure) => ({
    label: headlineLabels[figure] ?? figure,
    value: showFigure(report.totals, figure, report.currency),
  }));
  const best = bestRow(report, name);
  if (!best) {
    return totals;
  }
  const { groupBy, currency } = report;
  const figure = showFigure(best, reportStyles[name].measure, currency);
  const headline = {
    label: `Best ${groupNames[groupBy] ?? groupBy}`,
    value: htmlRowName(best, groupBy),
    note: groupBy === 'showtime' ? `${figure}, ${startOf(best)}` : figure,
  };
  return [...totals, headline];
}

/** Formats a figure for people: `€1,250.00`, `1,250`, `12.5%`. */
export function showFigure(row: ReportRow, figure: keyof ReportRow, currency: string): string {
  const value = row[figure];
  if (value === null || value === undefined) {
    return '–';
  }
  if (figure === 'revenue' || figure === 'averagePerSeat') {
    return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(Number(value));
  }
  if (figure === 'share' || figure === 'averageShare') {
    return percent(Number(value));
  }
  return new Intl.NumberFormat('en-US').format(Number(value));
}

/** The name of a row: a title, a name, `Sat 14 March 2031`. */
export function htmlRowName(row: ReportRow, groupBy: string): string {
  const name = rowName(row, groupBy);
  return groupBy === 'date' && name ? showDate(name) : name;
}

/** An instant for people: `28 November 2026, 20:14 UTC`. */
export function showInstant(instant: Date): string {
  const text = instant.toISOString();
  const date = formatDate(text.slice(0, 10), { day: 'numeric', month: 'long', year: 'numeric' });
  return `${date}, ${text.slice(11, 16)} UTC`;
}

/** A calendar date for people: `Sat 14 March 2031`. */
export function showDate(date: string): string {
  return formatDate(date, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });
}

/** The name of a row in a chart. The shows of one movie differ by their start. */
export function chartLabel(row: ReportRow, groupBy: string): string {
  const name = rowName(row, groupBy);
  switch (groupBy) {
    case 'showtime':
      return `${startOf(row)}  ${name}`;
    case 'date':
      return formatDate(name, { day: 'numeric', month: 'short' });
    case 'weekday':
      return name.slice(0, 3);
    default:
      return name;
  }
}

/** Days without a show, or without revenue, have no figure. */
export function isEmptyRow(row: ReportRow, name: ReportName): boolean {
  return reportStyles[name].figures.every((figure) => Number(row[figure] ?? 0) === 0);
}

/** The row with the highest measure, if there are rows to compare. */
function bestRow({ rows }: Report, name: ReportName): ReportRow | undefined {
  const { measure } = reportStyles[name];
  const [best] = rows.toSorted((a, b) => Number(b[measure]) - Number(a[measure]));
  return rows.length > 1 && best && Number(best[measure]) > 0 ? best : undefined;
}

function formatDate(date: string, options: Intl.DateTimeFormatOptions): string {
  const instant = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(instant.getTime())
    ? date
    : new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
        .format(instant)
        .replace(',', '');
}

/** The words for a group, in a title and in front of its best row. */
export const groupNames: Partial<Record<string, string>> = { date: 'day', showtime: 'show' };

const headlineLabels: Partial<Record<keyof ReportRow, string>> = {
  showtimes: 'Shows',
  seatsSold: 'Seats sold',
  seatsTotal: 'Seats offered',
  share: 'Share sold',
  admitted: 'Came',
  noShows: 'No-shows',
  revenue: 'Revenue',
  reservations: 'Reservations',
  seats: 'Seats sold',
  averagePerSeat: 'Average per seat',
  averageShare: 'Average occupancy',
};

/** The title of a figure in the head of a table. */
export function figureTitle(figure: keyof ReportRow): string {
  return headlineLabels[figure] ?? figure;
}
