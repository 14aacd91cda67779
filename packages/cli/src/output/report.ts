import { bar, percent, sparkline } from './bars.ts';
import type { Paint } from './paint.ts';
import {
  captionOf,
  isSeries,
  isTotal,
  measuresOf,
  reportStyles,
  rowName,
} from './report-rows.ts';
import type { Report, ReportName, ReportRow, ReportStyle } from './report-rows.ts';
import { table } from './table.ts';
import type { Cell, Column } from './table.ts';
import { widthOf } from './text.ts';
import { localTime } from './time.ts';

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
  const columns = [...reportColumns(report, options), barColumn(report, style, options)];
  const body = table(columns, report.rows, { paint, width, totals: report.totals });
  const line = isSeries(report.groupBy) ? [seriesLine(report, style, options), ''] : [];
  return [head, '', ...line, body].join('\n');
}

/** What every row tells: what it is about, then its figures. */
export function reportColumns(
  report: Report,
  options: Pick<ReportOptions, 'name' | 'zones'>,
): Column<ReportRow>[] {
  const { figures } = reportStyles[options.name];
  return [
    ...keyColumns(report.groupBy, options),
    ...figures.map((figure) => figureColumn(figure, report.currency)),
  ];
}

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

function keyColumns(
  groupBy: string,
  { name, zones }: Pick<ReportOptions, 'name' | 'zones'>,
): Column<ReportRow>[] {
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
