import { bar, percent, sparkline } from './bars.ts';
import type { CsvColumn } from './csv.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';
import type { Cell, Column } from './table.ts';
import { widthOf } from './text.ts';
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

const figureTitles: Partial<Record<keyof ReportRow, string>> = {
  showtimes: 'SHOWS',
  seatsSold: 'SOLD',
  seatsTotal: 'SEATS',
  share: 'SHARE',
  revenue: 'REVENUE',
  reservations: 'RESERVATIONS',
  seats: 'SEATS',
  averagePerSeat: 'PER SEAT',
  averageShare: 'AVERAGE',
};

export interface ReportOptions {
  name: ReportName;
  paint: Paint;
  width: number | undefined;
  /** The time zones of theaters by name. */
  zones: ReadonlyMap<string, string>;
}

/** The report with its totals, a bar for each row and a sparkline for a series. */
export function showReport(report: Report, options: ReportOptions): string {
  const { name, paint, width } = options;
  const style = reportStyles[name];
  const head = paint.bold(captionOf(report, name));
  if (report.rows.length === 0) {
    return `${head}\n\nNothing in these days.`;
  }
  const columns = [
    ...keyColumns(report.groupBy, options),
    ...style.figures.map((figure) => figureColumn(figure, report.currency)),
    barColumn(report, style, options),
  ];
  const body = table(columns, report.rows, { paint, width, totals: report.totals });
  const line = isSeries(report.groupBy) ? [seriesLine(report, style, options), ''] : [];
  return [head, '', ...line, body].join('\n');
}

/** `Revenue by movie, 2026-10-24 to 2026-11-22`. */
export function captionOf(report: Report, name: ReportName): string {
  const by = name === 'popular-movies' ? '' : ` by ${report.groupBy}`;
  return `${reportStyles[name].title}${by}, ${report.from} to ${report.to}`;
}

/** The report for a spreadsheet, under the API's own names. Totals would be summed again there. */
export function reportCsv(name: ReportName, groupBy: string): CsvColumn<ReportRow>[] {
  const keys: readonly (keyof ReportRow)[] =
    name === 'popular-movies' ? ['rank', 'movieId', 'title'] : (csvKeys[groupBy] ?? []);
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
  const isShare = measure === 'share' || measure === 'averageShare';
  const highest = isShare ? 1 : Math.max(0, ...values);
  return values.map((value) => (highest > 0 ? value / highest : 0));
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

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const csvKeys: Record<string, readonly (keyof ReportRow)[]> = {
  showtime: ['showtimeId', 'startTime', 'movieTitle', 'theaterName'],
  movie: ['movieId', 'title'],
  theater: ['theaterId', 'name'],
  date: ['date'],
  weekday: ['weekday'],
  hour: ['hour'],
};

function keyColumns(groupBy: string, { name, zones }: ReportOptions): Column<ReportRow>[] {
  const isTotal = (row: ReportRow) => !Object.keys(row).some((key) => keyNames.has(key));
  if (groupBy === 'showtime') {
    return [
      { title: 'START', value: (row) => (isTotal(row) ? 'Total' : startOf(row, zones)) },
      { title: 'MOVIE', value: (row) => row.movieTitle, shrinks: true },
      { title: 'THEATER', value: (row) => row.theaterName, shrinks: true },
    ];
  }
  const rank: Column<ReportRow> = { title: '#', value: (row) => row.rank, align: 'right' };
  const key: Column<ReportRow> = {
    title: groupBy.toUpperCase(),
    value: (row) => (isTotal(row) ? 'Total' : rowName(row, groupBy)),
    shrinks: !isSeries(groupBy),
  };
  return name === 'popular-movies' ? [rank, key] : [key];
}

const keyNames = new Set(Object.values(csvKeys).flat() as string[]);

function figureColumn(figure: keyof ReportRow, currency: string): Column<ReportRow> {
  const isMoney = figure === 'revenue' || figure === 'averagePerSeat';
  const title = figureTitles[figure] ?? figure;
  return {
    title: isMoney ? `${title} (${currency})` : title,
    value: (row) => figureCell(figure, row[figure]),
    align: 'right',
  };
}

function figureCell(figure: keyof ReportRow, value: Cell): Cell {
  const isShare = figure === 'share' || figure === 'averageShare';
  return isShare && typeof value === 'number' ? percent(value) : (value ?? '–');
}

function barColumn(
  report: Report,
  style: ReportStyle,
  { paint, width }: ReportOptions,
): Column<ReportRow> {
  const room = width === undefined || width >= 100 ? 20 : 10;
  const measures = measuresOf(report, style);
  const bars = new Map(report.rows.map((row, index) => [row, bar(measures[index] ?? 0, room)]));
  return { title: '', value: (row) => bars.get(row), paint: (text) => paint.cyan(text) };
}

function seriesLine(
  report: Report,
  style: ReportStyle,
  { paint, width }: ReportOptions,
): string {
  const first = rowName(report.rows[0] ?? {}, report.groupBy);
  const last = rowName(report.rows.at(-1) ?? {}, report.groupBy);
  const room = (width ?? Infinity) - widthOf(first) - widthOf(last) - 2;
  const line = sparkline(measuresOf(report, style), Math.max(1, room));
  return `${paint.dim(first)} ${paint.cyan(line)} ${paint.dim(last)}`;
}

function startOf(row: ReportRow, zones: ReadonlyMap<string, string>): string {
  const zone = zones.get(row.theaterName ?? '');
  const time = row.startTime ? localTime(row.startTime, zone ?? 'UTC') : '';
  return zone ? time : `${time} UTC`;
}
