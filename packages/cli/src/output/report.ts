import { bar, sparkline } from './bars.ts';
import type { Paint } from './paint.ts';
import { plot } from './plot.ts';
import {
  captionOf,
  figureOf,
  figuresOf,
  highestOf,
  isSeries,
  isTotal,
  measuresOf,
  reportStyles,
  rowName,
  startOf,
} from './report-rows.ts';
import type { Report, ReportName, ReportRow, ReportStyle } from './report-rows.ts';
import { omittedColumns, table } from './table.ts';
import type { Column } from './table.ts';
import { count, widthOf } from './text.ts';
import { hasSeveral } from './time.ts';

export interface ReportOptions {
  name: ReportName;
  paint: Paint;
  width: number | undefined;
}

/** Formats a report with totals, a bar for each row, and a plot of a series. */
export function showReport(report: Report, options: ReportOptions): string {
  const { name, paint, width } = options;
  const style = reportStyles[name];
  const head = paint.bold(captionOf(report, name));
  if (report.rows.length === 0) {
    return `${head}\n\nNo data for these days.`;
  }
  const columns = [...reportColumns(report, options), barColumn(report, style, options)];
  const body = table(columns, report.rows, { paint, width, totals: [report.totals] });
  const note = currencyNote(report);
  const picture = isSeries(report.groupBy) ? [...seriesPicture(report, style, options), ''] : [];
  return [head, '', ...picture, body, ...(note === undefined ? [] : ['', note])].join('\n');
}

/** The titles of the figures that a terminal is too narrow for. */
export function omittedFigures(report: Report, options: ReportOptions): string[] {
  const columns = [
    ...reportColumns(report, options),
    barColumn(report, reportStyles[options.name], options),
  ];
  const rows = [...report.rows, report.totals];
  return omittedColumns(columns, rows, options.width).filter((title) => title !== '');
}

/** What a report leaves out, if it leaves out money. */
export function currencyNote({ otherCurrencies = [] }: Report): string | undefined {
  return otherCurrencies.length === 0
    ? undefined
    : `Sales in ${otherCurrencies.join(', ')} count as seats, not as money.`;
}

/** The columns of a report: its keys, then its figures. */
export function reportColumns(
  report: Report,
  options: Pick<ReportOptions, 'name'>,
): Column<ReportRow>[] {
  return [
    ...keyColumns(report, options),
    ...figuresOf(report, options.name).map((figure) => figureColumn(figure, report.currency)),
  ];
}

const figureTitles: Partial<Record<keyof ReportRow, string>> = {
  showtimes: 'SHOWS',
  seatsSold: 'SOLD',
  seatsTotal: 'SEATS',
  share: 'SHARE',
  admitted: 'CAME',
  noShows: 'NO-SHOWS',
  revenue: 'REVENUE',
  reservations: 'RESERVATIONS',
  seats: 'SEATS',
  averagePerSeat: 'PER SEAT',
  averageShare: 'AVERAGE',
};

/** The figures that a narrow terminal omits, the lowest number first. The bars are number 2. */
const figureRanks: Partial<Record<keyof ReportRow, number>> = {
  noShows: 0,
  admitted: 0,
  averagePerSeat: 1,
  seatsTotal: 3,
  reservations: 4,
};

function keyColumns(
  { groupBy, rows }: Report,
  { name }: Pick<ReportOptions, 'name'>,
): Column<ReportRow>[] {
  if (groupBy === 'showtime') {
    const withZone = hasSeveral(rows.map(({ timezone }) => timezone));
    return [
      { title: 'START', value: (row) => (isTotal(row) ? 'Total' : startOf(row, withZone)) },
      { title: 'MOVIE', value: (row) => row.movieTitle ?? showsOf(row), shrinks: true },
      { title: 'THEATER', value: (row) => row.theaterName, shrinks: 'in the middle', drops: 5 },
    ];
  }
  const isRanking = name === 'popular-movies';
  // The totals of a ranking include the movies below its last row.
  const total = isRanking ? 'All movies' : 'Total';
  const rank: Column<ReportRow> = { title: '#', value: (row) => row.rank, align: 'right' };
  const key: Column<ReportRow> = {
    title: groupBy.toUpperCase(),
    value: (row) => (isTotal(row) ? total : rowName(row, groupBy)),
    shrinks: groupBy === 'theater' ? 'in the middle' : !isSeries(groupBy),
  };
  return isRanking ? [rank, key] : [key];
}

function showsOf({ showtimes }: ReportRow): string {
  return showtimes === undefined ? '' : count(showtimes, 'show');
}

function figureColumn(figure: keyof ReportRow, currency: string): Column<ReportRow> {
  const isMoney = figure === 'revenue' || figure === 'averagePerSeat';
  const title = figureTitles[figure] ?? figure;
  const rank = figureRanks[figure];
  return {
    title: isMoney ? `${title} (${currency})` : title,
    value: (row) => figureOf(row, figure),
    align: 'right',
    ...(rank === undefined ? {} : { drops: rank }),
  };
}

function barColumn(
  report: Report,
  style: ReportStyle,
  { paint, width }: ReportOptions,
): Column<ReportRow> {
  const room = width === undefined || width >= 100 ? 20 : 10;
  const measures = measuresOf(report, style);
  const bars = new Map(report.rows.map((row, index) => [row, bar(measures[index] ?? 0, room)]));
  return { title: '', value: (row) => bars.get(row), paint: (text) => paint.cyan(text), drops: 2 };
}

/** A longer series gets a plot instead of a sparkline. */
const mostForOneLine = 14;
/** The width of a plot in a mail or a file. */
const usualWidth = 80;

function seriesPicture(
  report: Report,
  style: ReportStyle,
  { paint, width = usualWidth }: ReportOptions,
): string[] {
  const values = measuresOf(report, style);
  const first = rowName(report.rows[0] ?? {}, report.groupBy);
  const last = rowName(report.rows.at(-1) ?? {}, report.groupBy);
  if (values.length > mostForOneLine) {
    const highest = highestOf(report, style);
    return plot(values, { width, highest, ends: [first, last] }).map(paint.cyan);
  }
  const room = Math.max(1, width - widthOf(first) - widthOf(last) - 2);
  return [`${paint.dim(first)} ${paint.cyan(sparkline(values, room))} ${paint.dim(last)}`];
}
