import { escapeHtml } from './escape-html.ts';
import { chartLabel, showFigure } from './report-figures.ts';
import { isSeries, measuresOf, reportStyles } from './report-rows.ts';
import type { Report, ReportName } from './report-rows.ts';
import { cut } from './text.ts';

/** The most bars of a chart. The table has the other rows. */
const mostBars = 30;

/** Space for a label below a column, in pixels. */
const labelRoom = 76;

/** Space for a value beside a bar, in pixels. */
const valueRoom = 110;

/** Below this width, the label of a bar is above the bar. */
const narrow = 600;

export interface ChartOptions {
  name: ReportName;
  /** The width of the drawing in pixels, at which its letters have their intended size. */
  width: number;
  /** The text for people who do not see the chart. */
  description: string;
}

/** The report as SVG: columns for a series, bars for other reports. */
export function reportChart(report: Report, { name, width, description }: ChartOptions): string {
  const { measure } = reportStyles[name];
  const measures = measuresOf(report, reportStyles[name]);
  const marks = report.rows.map((row, index) => ({
    label: chartLabel(row, report.groupBy),
    value: showFigure(row, measure, report.currency),
    share: measures[index] ?? 0,
  }));
  const { height, parts } = isSeries(report.groupBy) ? columns(marks, width) : bars(marks, width);
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const label = `role="img" aria-label="${escapeHtml(description)}"`;
  return `<svg ${size} ${label}>${parts.join('')}</svg>`;
}

interface Mark {
  label: string;
  value: string;
  /** The part of the whole length, 0 to 1. */
  share: number;
}

interface Drawing {
  height: number;
  parts: string[];
}

function columns(marks: readonly Mark[], width: number): Drawing {
  const height = 270;
  const floor = height - 26;
  const ceiling = 22;
  const step = width / marks.length;
  const highest = marks.reduce((best, mark) => (mark.share > best.share ? mark : best));
  const tallest = highest.share || 1;
  const every = Math.ceil((marks.length * labelRoom) / width);
  const drawn = marks.map(({ label, value, share }, index) => {
    const x = round(index * step + step * 0.1);
    const tall = round((share / tallest) * (floor - ceiling));
    const place = `x="${x}" y="${round(floor - tall)}"`;
    const column = `<rect ${place} width="${round(step * 0.8)}" height="${tall}">`;
    const tip = `<title>${escapeHtml(`${label}: ${value}`)}</title></rect>`;
    const middle = clamp((index + 0.5) * step, labelRoom / 2, width - labelRoom / 2);
    return column + tip + (index % every === 0 ? centred(text(middle, height - 7, label)) : '');
  });
  const lines = [floor, ceiling].map((y) => `<line x1="0" x2="${width}" y1="${y}" y2="${y}"/>`);
  return { height, parts: [...lines, text(0, ceiling - 7, highest.value), ...drawn] };
}

function bars(marks: readonly Mark[], width: number): Drawing {
  const isNarrow = width < narrow;
  const rowHeight = isNarrow ? 44 : 26;
  const start = isNarrow ? 0 : 280;
  const top = isNarrow ? 20 : 5;
  const parts = marks.slice(0, mostBars).map(({ label, value, share }, index) => {
    const y = index * rowHeight;
    const long = round(share * (width - start - valueRoom));
    const bar = `<rect x="${start}" y="${y + top}" width="${long}" height="16"/>`;
    const name = text(0, isNarrow ? y + 14 : y + top + 13, cut(label, 40));
    return name + bar + text(start + long + 6, y + top + 13, value);
  });
  return { height: parts.length * rowHeight, parts };
}

function text(x: number, y: number, content: string): string {
  return `<text x="${round(x)}" y="${y}">${escapeHtml(content)}</text>`;
}

function centred(label: string): string {
  return label.replace('<text ', '<text text-anchor="middle" ');
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
