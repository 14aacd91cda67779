import { percent } from './bars.ts';
import type { CsvColumn } from './csv.ts';
import type { Cell } from './table.ts';
import { localTime, zoneName } from './time.ts';

/** A row of any report. Its keys depend on the report and on `groupBy`. */
export interface ReportRow {
  showtimeId?: string | undefined;
  startTime?: Date | undefined;
  movieTitle?: string | undefined;
  theaterName?: string | undefined;
  timezone?: string | undefined;
  movieId?: string | undefined;
  title?: string | undefined;
  theaterId?: string | undefined;
  name?: string | undefined;
  date?: string | undefined;
  weekday?: number | undefined;
  hour?: number | undefined;
  rank?: number | undefined;
  showtimes?: number;
  seatsSold?: number;
  seatsTotal?: number;
  /** Older servers do not say. */
  admitted?: number;
  noShows?: number;
  share?: number;
  revenue?: string;
  reservations?: number;
  seats?: number;
  averagePerSeat?: string | null;
  averageShare?: number;
}

export interface Report {
  from: string;
  to: string;
  groupBy: string;
  currency: string;
  /** Of shows whose money is not in the report. Older servers do not say. */
  otherCurrencies?: string[];
  rows: ReportRow[];
  totals: ReportRow;
}

export type ReportName = 'capacity' | 'revenue' | 'popular-movies' | 'occupancy';

/** The presentation of a report. */
export interface ReportStyle {
  title: string;
  figures: readonly (keyof ReportRow)[];
  /** The figure that bars and sparklines show. */
  measure: keyof ReportRow;
}

export const reportStyles: Record<ReportName, ReportStyle> = {
  capacity: {
    title: 'Capacity',
    figures: ['showtimes', 'seatsSold', 'seatsTotal', 'share', 'admitted', 'noShows'],
    measure: 'share',
  },
  revenue: {
    title: 'Revenue',
    figures: ['revenue', 'reservations', 'seats', 'averagePerSeat'],
    measure: 'revenue',
  },
  'popular-movies': {
    title: 'Popular movies',
    figures: ['reservations', 'seats', 'revenue'],
    measure: 'seats',
  },
  occupancy: {
    title: 'Occupancy',
    figures: ['showtimes', 'averageShare'],
    measure: 'averageShare',
  },
};

/** `Revenue by movie, 2026-10-24 to 2026-11-22`. */
export function captionOf(report: Report, name: ReportName): string {
  const by = name === 'popular-movies' ? '' : ` by ${report.groupBy}`;
  return `${reportStyles[name].title}${by}, ${report.from} to ${report.to}`;
}

/** The columns of a report as CSV, with the names of the API. Spreadsheets compute totals. */
export function reportCsv(name: ReportName, groupBy: string): CsvColumn<ReportRow>[] {
  const keys: readonly (keyof ReportRow)[] =
    name === 'popular-movies' ? ['rank', 'movieId', 'title'] : (keysOf[groupBy] ?? []);
  return [...keys, ...reportStyles[name].figures].map((key) => ({
    name: key,
    value: (row) => row[key],
  }));
}

/** Days, weekdays and hours are a series, which can be plotted. */
export function isSeries(groupBy: string): boolean {
  return ['date', 'weekday', 'hour'].includes(groupBy);
}

/** The measure of each row, relative to the highest row. Shares are absolute. */
export function measuresOf(report: Report, { measure }: ReportStyle): number[] {
  const values = report.rows.map((row) => Number(row[measure] ?? 0));
  const highest = isShare(measure) ? 1 : Math.max(0, ...values);
  return values.map((value) => (highest > 0 ? value / highest : 0));
}

/** Formats a figure. */
export function figureOf(row: ReportRow, figure: keyof ReportRow): Cell {
  const value = row[figure];
  return isShare(figure) && typeof value === 'number' ? percent(value) : (value ?? '–');
}

/** The label of the highest value. */
export function highestOf(report: Report, { measure }: ReportStyle): string {
  const [highest] = report.rows.toSorted((a, b) => Number(b[measure]) - Number(a[measure]));
  return highest ? String(figureOf(highest, measure)) : '';
}

/** The start of a show in local time, with its zone if the report has several. */
export function startOf({ startTime, timezone }: ReportRow, withZone = false): string {
  if (!startTime || timezone === undefined) {
    return '';
  }
  const start = localTime(startTime, timezone);
  return withZone ? `${start} ${zoneName(startTime, timezone)}` : start;
}

/** The figures of a report that its server tells. */
export function toldFigures({ totals }: Report, name: ReportName): (keyof ReportRow)[] {
  return reportStyles[name].figures.filter((figure) => totals[figure] !== undefined);
}

/** The figures of each row. By show, each row is one show, so a count of shows is not needed. */
export function figuresOf(report: Report, name: ReportName): (keyof ReportRow)[] {
  const isOneShow = report.groupBy === 'showtime';
  return toldFigures(report, name).filter((figure) => !isOneShow || figure !== 'showtimes');
}

/** Totals have figures and no keys. */
export function isTotal(row: ReportRow): boolean {
  return !Object.keys(row).some((key) => keyNames.has(key));
}

/** The name of a row. */
export function rowName(row: ReportRow, groupBy: string): string {
  switch (groupBy) {
    case 'weekday':
      return weekdays[(row.weekday ?? 1) - 1] ?? '';
    case 'hour':
      return `${String(row.hour ?? 0).padStart(2, '0')}:00`;
    case 'date':
      return row.date ?? '';
    default:
      return row.title ?? row.name ?? row.movieTitle ?? '';
  }
}

function isShare(figure: keyof ReportRow): boolean {
  return figure === 'share' || figure === 'averageShare';
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const keysOf: Record<string, readonly (keyof ReportRow)[]> = {
  showtime: ['showtimeId', 'startTime', 'movieTitle', 'theaterName', 'timezone'],
  movie: ['movieId', 'title'],
  theater: ['theaterId', 'name'],
  date: ['date'],
  weekday: ['weekday'],
  hour: ['hour'],
};

const keyNames = new Set(Object.values(keysOf).flat() as string[]);
