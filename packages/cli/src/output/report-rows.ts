import { percent } from './bars.ts';
import type { CsvColumn } from './csv.ts';
import type { Cell } from './table.ts';
import { localTime } from './time.ts';

/** A row of any report; which keys are there depends on the report and on what it is divided by. */
export interface ReportRow {
  showtimeId?: string | undefined;
  startTime?: Date | undefined;
  movieTitle?: string | undefined;
  theaterName?: string | undefined;
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
  rows: ReportRow[];
  totals: ReportRow;
}

export type ReportName = 'capacity' | 'revenue' | 'popular-movies' | 'occupancy';

/** How one report is shown. */
export interface ReportStyle {
  title: string;
  figures: readonly (keyof ReportRow)[];
  /** What bars and sparklines are drawn from. */
  measure: keyof ReportRow;
}

export const reportStyles: Record<ReportName, ReportStyle> = {
  capacity: {
    title: 'Capacity',
    figures: ['showtimes', 'seatsSold', 'seatsTotal', 'share'],
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

/** The report for a spreadsheet, under the API's own names. Totals would be summed again there. */
export function reportCsv(name: ReportName, groupBy: string): CsvColumn<ReportRow>[] {
  const keys: readonly (keyof ReportRow)[] =
    name === 'popular-movies' ? ['rank', 'movieId', 'title'] : (keysOf[groupBy] ?? []);
  return [...keys, ...reportStyles[name].figures].map((key) => ({
    name: key,
    value: (row) => row[key],
  }));
}

/** Days, weekdays and hours follow each other: they have a shape. */
export function isSeries(groupBy: string): boolean {
  return ['date', 'weekday', 'hour'].includes(groupBy);
}

/** The number that a row is drawn by, as a share of the highest; shares stand for themselves. */
export function measuresOf(report: Report, { measure }: ReportStyle): number[] {
  const values = report.rows.map((row) => Number(row[measure] ?? 0));
  const highest = isShare(measure) ? 1 : Math.max(0, ...values);
  return values.map((value) => (highest > 0 ? value / highest : 0));
}

/** A figure as a person reads it. */
export function figureOf(row: ReportRow, figure: keyof ReportRow): Cell {
  const value = row[figure];
  return isShare(figure) && typeof value === 'number' ? percent(value) : (value ?? '–');
}

/** What the tallest mark of a picture stands for. */
export function highestOf(report: Report, { measure }: ReportStyle): string {
  const [highest] = report.rows.toSorted((a, b) => Number(b[measure]) - Number(a[measure]));
  return highest ? String(figureOf(highest, measure)) : '';
}

/** When a show starts, where it is; its theater's zone may not be known any more. */
export function startOf(row: ReportRow, zones: ReadonlyMap<string, string>): string {
  const zone = zones.get(row.theaterName ?? '');
  const time = row.startTime ? localTime(row.startTime, zone ?? 'UTC') : '';
  return zone ? time : `${time} UTC`;
}

/** Totals have figures and are about nothing in particular. */
export function isTotal(row: ReportRow): boolean {
  return !Object.keys(row).some((key) => keyNames.has(key));
}

/** What a row is about, in words. */
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
  showtime: ['showtimeId', 'startTime', 'movieTitle', 'theaterName'],
  movie: ['movieId', 'title'],
  theater: ['theaterId', 'name'],
  date: ['date'],
  weekday: ['weekday'],
  hour: ['hour'],
};

const keyNames = new Set(Object.values(keysOf).flat() as string[]);
