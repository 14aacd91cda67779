import { reportChart } from './chart.ts';
import { escapeHtml } from './escape-html.ts';
import {
  figureTitle,
  groupNames,
  headlinesOf,
  htmlRowName,
  isEmptyRow,
  showDate,
  showFigure,
  showInstant,
} from './report-figures.ts';
import type { Headline } from './report-figures.ts';
import { figuresOf, reportStyles, startOf } from './report-rows.ts';
import type { Report, ReportName, ReportRow } from './report-rows.ts';
import { reportStyle } from './report-style.ts';
import { count } from './text.ts';

/** The facts that the head of the page adds to the report. */
export interface ReportPage {
  name: ReportName;
  /** The cinema: the names of its theaters. */
  house: string;
  /** The address of the server. */
  server: string;
  /** Filters in words, such as `Movie: Heat`. */
  filters: readonly string[];
  madeAt: Date;
}

/** Widths of the chart in pixels: for a desk or paper, and for a phone. */
const chartWidths = { wide: 900, narrow: 358 } as const;

/**
 * The report as one HTML page with headline figures, a chart and a table, to mail or print. It has no
 * scripts and loads nothing. Its content security policy forbids both, so a title cannot add them.
 */
export function reportHtml(report: Report, page: ReportPage): string {
  const title = titleOf(report, page.name);
  const period = `${showDate(report.from)} to ${showDate(report.to)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`${title}, ${report.from} to ${report.to}`)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<p>${escapeHtml(page.house)}</p>
<h1>${escapeHtml(title)}</h1>
<p>${[period, ...page.filters].map(escapeHtml).join('<br>')}</p>
</header>
<main>
${report.rows.length === 0 ? '<p>No data for these days.</p>' : content(report, page)}
</main>
<footer>Made on ${escapeHtml(showInstant(page.madeAt))} from ${escapeHtml(page.server)}.
A booking counts on the local day of its show. Cancelled bookings and shows do not count.</footer>
</body>
</html>
`;
}

/** `Revenue by day`. */
function titleOf({ groupBy }: Report, name: ReportName): string {
  const { title } = reportStyles[name];
  return name === 'popular-movies' ? title : `${title} by ${groupNames[groupBy] ?? groupBy}`;
}

function content(report: Report, { name }: ReportPage): string {
  const headlines = headlinesOf(report, name);
  return `<dl>
${headlines.map(headline).join('\n')}
</dl>
<figure>
<figcaption>${escapeHtml(chartTitle(report, name))}</figcaption>
${charts(report, name, headlines)}
</figure>
${table(report, name)}`;
}

function headline({ label, value, note }: Headline): string {
  const small = note === undefined ? '' : ` <small>${escapeHtml(note)}</small>`;
  return `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}${small}</dd></div>`;
}

/** `Seats sold by movie`. */
function chartTitle({ groupBy }: Report, name: ReportName): string {
  const { measure } = reportStyles[name];
  return `${figureTitle(measure)} by ${groupNames[groupBy] ?? groupBy}`;
}

function charts(report: Report, name: ReportName, headlines: readonly Headline[]): string {
  const summary = headlines
    .map(({ label, value, note }) => `${label}: ${value}${note === undefined ? '' : ` (${note})`}`)
    .join('. ');
  const description = `${chartTitle(report, name)}. ${summary}. The table has all values.`;
  return Object.entries(chartWidths)
    .map(([size, width]) => {
      const chart = reportChart(report, { name, width, description });
      return `<div class="${size}">${chart}</div>`;
    })
    .join('\n');
}

function table(report: Report, name: ReportName): string {
  const figures = figuresOf(report, name);
  const head = ['', ...figures.map(figureTitle)].map(headCell(report));
  const total = name === 'popular-movies' ? 'All movies' : 'Total';
  return `<table style="--figures:${figures.length}">
<caption>${escapeHtml(`${titleOf(report, name)}, all values`)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${bodyRows(report, name).join('\n')}
</tbody>
<tfoot>${tableRow(escapeHtml(total), report.totals, { report, name })}</tfoot>
</table>`;
}

function headCell({ groupBy }: Report): (title: string, index: number) => string {
  const group = groupNames[groupBy] ?? groupBy;
  return (title, index) => {
    const text = index === 0 ? `${group.charAt(0).toUpperCase()}${group.slice(1)}` : title;
    return `<th scope="col">${escapeHtml(text)}</th>`;
  };
}

/** The rows of the table. Neighbouring days without figures share a row. */
function bodyRows(report: Report, name: ReportName): string[] {
  return runsOf(report, name).map((run) => {
    const [first = {}] = run;
    return run.length > 1
      ? foldedRow(run, { report, name })
      : tableRow(rowHead(first, report.groupBy), first, { report, name });
  });
}

function runsOf({ rows, groupBy }: Report, name: ReportName): ReportRow[][] {
  const runs: ReportRow[][] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    const folds = groupBy === 'date' && before && isEmptyRow(before, name) && isEmptyRow(row, name);
    if (folds) {
      last?.push(row);
    } else {
      runs.push([row]);
    }
  }
  return runs;
}

interface Shown {
  report: Report;
  name: ReportName;
}

function foldedRow(run: readonly ReportRow[], { report, name }: Shown): string {
  const [first = '', last = ''] = [run[0], run.at(-1)].map((row) =>
    htmlRowName(row ?? {}, report.groupBy),
  );
  const what = name === 'revenue' ? 'revenue' : 'shows';
  const figures = figuresOf(report, name).length;
  return `<tr class="none"><th scope="row">${escapeHtml(`${first} to ${last}`)}</th><td colspan="${figures}">${count(run.length, 'day')} without ${what}</td></tr>`;
}

function tableRow(head: string, row: ReportRow, { report, name }: Shown): string {
  const cells = figuresOf(report, name).map(
    (figure) => `<td>${escapeHtml(showFigure(row, figure, report.currency))}</td>`,
  );
  return `<tr><th scope="row">${head}</th>${cells.join('')}</tr>`;
}

function rowHead(row: ReportRow, groupBy: string): string {
  const title = escapeHtml(htmlRowName(row, groupBy));
  if (groupBy === 'showtime') {
    return `${title} <small>${escapeHtml(`${startOf(row)}, ${row.theaterName ?? ''}`)}</small>`;
  }
  return row.rank === undefined ? title : `${row.rank}. ${title}`;
}
