import { percent } from './bars.ts';
import { escapeHtml } from './escape-html.ts';
import { isSeries, measuresOf, reportStyles, rowName } from './report-rows.ts';
import type { Report, ReportName, ReportRow } from './report-rows.ts';
import { cut } from './text.ts';

/** Pixels of the drawing; the page scales it to the paper. */
const width = 900;
/** More bars than this are no picture any more; the table has the rest. */
const mostBars = 30;

/** A picture of the report (SVG): columns for what has an order, bars for the rest. */
export function reportChart(report: Report, name: ReportName): string {
  const { measure } = reportStyles[name];
  const measures = measuresOf(report, reportStyles[name]);
  const marks = report.rows.map((row, index) => ({
    label: rowName(row, report.groupBy),
    value: valueOf(row, measure),
    share: measures[index] ?? 0,
  }));
  return isSeries(report.groupBy) ? columns(marks, highestOf(marks, measure)) : bars(marks);
}

interface Mark {
  label: string;
  value: string;
  /** Of the whole length, 0 to 1. */
  share: number;
}

/** What the upper line stands for. */
function highestOf(marks: readonly Mark[], measure: keyof ReportRow): string {
  const isShare = measure === 'share' || measure === 'averageShare';
  return isShare ? percent(1) : (marks.find(({ share }) => share === 1)?.value ?? '');
}

function columns(marks: readonly Mark[], highest: string): string {
  const height = 270;
  const floor = height - 24;
  const ceiling = 20;
  const step = width / marks.length;
  // A label for each column would run into its neighbours.
  const every = Math.ceil(marks.length / 12);
  const drawn = marks.map(({ label, value, share }, index) => {
    const x = round(index * step + step * 0.1);
    const tall = round(share * (floor - ceiling));
    const place = `x="${x}" y="${round(floor - tall)}"`;
    const column = `<rect ${place} width="${round(step * 0.8)}" height="${tall}">`;
    const tip = `<title>${escapeHtml(`${label}: ${value}`)}</title></rect>`;
    return column + tip + (index % every === 0 ? text(x, height - 6, label) : '');
  });
  const lines = [floor, ceiling].map((y) => `<line x1="0" x2="${width}" y1="${y}" y2="${y}"/>`);
  return svg(height, [...lines, text(0, ceiling - 6, highest), ...drawn]);
}

function bars(marks: readonly Mark[]): string {
  const rowHeight = 24;
  const labelWidth = 260;
  const room = width - labelWidth - 90;
  const drawn = marks.slice(0, mostBars).map(({ label, value, share }, index) => {
    const y = index * rowHeight;
    const long = round(share * room);
    const bar = `<rect x="${labelWidth}" y="${y + 4}" width="${long}" height="16"/>`;
    return text(0, y + 16, cut(label, 38)) + bar + text(labelWidth + long + 6, y + 16, value);
  });
  return svg(drawn.length * rowHeight, drawn);
}

function svg(height: number, parts: string[]): string {
  const box = `viewBox="0 0 ${width} ${height}"`;
  return `<svg ${box} role="img" aria-label="The table below as a picture">${parts.join('')}</svg>`;
}

function text(x: number, y: number, content: string): string {
  return `<text x="${round(x)}" y="${y}">${escapeHtml(content)}</text>`;
}

function valueOf(row: ReportRow, measure: keyof ReportRow): string {
  const value = row[measure];
  const isShare = measure === 'share' || measure === 'averageShare';
  return isShare && typeof value === 'number' ? percent(value) : String(value ?? '');
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
