import { escapeHtml } from './escape-html.ts';
import {
  figureOf,
  highestOf,
  isSeries,
  measuresOf,
  reportStyles,
  rowName,
  startOf,
} from './report-rows.ts';
import type { Report, ReportName, ReportRow } from './report-rows.ts';
import { cut } from './text.ts';

/** The width of the drawing in pixels. The page scales it. */
const width = 900;
/** The most bars of a chart. The table has the other rows. */
const mostBars = 30;

/** The report as SVG: columns for a series, bars for other reports. */
export function reportChart(report: Report, { name }: { name: ReportName }): string {
  const style = reportStyles[name];
  const measures = measuresOf(report, style);
  const marks = report.rows.map((row, index) => ({
    label: labelOf(row, report.groupBy),
    value: String(figureOf(row, style.measure)),
    share: measures[index] ?? 0,
  }));
  return isSeries(report.groupBy) ? columns(marks, highestOf(report, style)) : bars(marks);
}

interface Mark {
  label: string;
  value: string;
  /** The part of the whole length, 0 to 1. */
  share: number;
}

/** The shows of one movie differ by their start. */
function labelOf(row: ReportRow, groupBy: string): string {
  const name = rowName(row, groupBy);
  return groupBy === 'showtime' ? `${startOf(row)}  ${name}` : name;
}

function columns(marks: readonly Mark[], highest: string): string {
  const height = 270;
  const floor = height - 24;
  const ceiling = 20;
  const step = width / marks.length;
  const tallest = Math.max(0, ...marks.map(({ share }) => share)) || 1;
  // Labels of all columns would overlap.
  const every = Math.ceil(marks.length / 12);
  const drawn = marks.map(({ label, value, share }, index) => {
    const x = round(index * step + step * 0.1);
    const tall = round((share / tallest) * (floor - ceiling));
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
  const labelWidth = 280;
  const room = width - labelWidth - 90;
  const drawn = marks.slice(0, mostBars).map(({ label, value, share }, index) => {
    const y = index * rowHeight;
    const long = round(share * room);
    const bar = `<rect x="${labelWidth}" y="${y + 4}" width="${long}" height="16"/>`;
    return text(0, y + 16, cut(label, 40)) + bar + text(labelWidth + long + 6, y + 16, value);
  });
  return svg(drawn.length * rowHeight, drawn);
}

function svg(height: number, parts: string[]): string {
  const box = `viewBox="0 0 ${width} ${height}"`;
  return `<svg ${box} role="img" aria-label="Chart of the table below">${parts.join('')}</svg>`;
}

function text(x: number, y: number, content: string): string {
  return `<text x="${round(x)}" y="${y}">${escapeHtml(content)}</text>`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
