import { reportChart } from './chart.ts';
import { escapeHtml } from './escape-html.ts';
import { captionOf } from './report-rows.ts';
import type { Report, ReportName, ReportRow } from './report-rows.ts';
import { reportColumns } from './report.ts';
import { showCell } from './table.ts';
import type { Column } from './table.ts';

/**
 * The report as one HTML page with a chart and a table, to mail or print. It has no scripts and loads
 * nothing. Its content security policy forbids both, so a title cannot add them.
 */
export function reportHtml(report: Report, options: { name: ReportName }): string {
  const columns = reportColumns(report, options);
  const caption = escapeHtml(captionOf(report, options.name));
  const head = columns.map((column) => cell('th', column, column.title)).join('');
  const body = report.rows.map((row) => tableRow(columns, row)).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${caption}</title>
<style>${style}</style>
</head>
<body>
<h1>${caption}</h1>
${report.rows.length === 0 ? '<p>No data for these days.</p>' : reportChart(report, options)}
<table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody>
<tfoot>${tableRow(columns, report.totals)}</tfoot>
</table>
</body>
</html>
`;
}

function tableRow(columns: readonly Column<ReportRow>[], row: ReportRow): string {
  const cells = columns.map((column) => cell('td', column, showCell(column.value(row))));
  return `<tr>${cells.join('')}</tr>`;
}

function cell(tag: 'td' | 'th', column: Column<ReportRow>, text: string): string {
  const name = column.align === 'right' ? 'number' : column.shrinks ? '' : 'whole';
  const kind = name && ` class="${name}"`;
  return `<${tag}${kind}>${escapeHtml(text)}</${tag}>`;
}

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; margin: 2rem auto; max-width: 60rem;
  padding: 0 1rem; }
h1 { font-size: 1.4rem; }
svg { width: 100%; height: auto; margin: 1rem 0; }
svg text { font: 12px system-ui, sans-serif; fill: #57606a; }
svg rect { fill: #2f6f9f; }
svg line { stroke: #d0d7de; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-size: .75rem; letter-spacing: .04em; color: #57606a; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #d0d7de; vertical-align: top; }
:is(th, td):first-child { padding-left: 0; }
:is(th, td):last-child { padding-right: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.number, .whole { white-space: nowrap; }
tfoot td { font-weight: 600; border-top: 2px solid #1b1f24; border-bottom: 0; }
@media print {
  body { margin: 0; max-width: none; font-size: 12px; }
  svg rect { print-color-adjust: exact; }
  svg, tr { break-inside: avoid; }
}
`;
