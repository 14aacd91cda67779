import { bound, figure, isMet } from './bench.ts';
import type { Finding, Verdict } from './bench.ts';

const width = 860;
const lineHeight = 26;
const labelWidth = 400;
const barWidth = 300;

/** Every figure as a bar; the line is its target. A bar left of it is short of what was asked. */
export function plot(findings: Finding[]): string {
  const bars = findings.flatMap(({ target, verdicts }) =>
    verdicts.map((verdict) => ({ label: `${target} ${verdict.what}`, verdict })),
  );
  const height = bars.length * lineHeight + 20;
  const lines = bars.map(({ label, verdict }, index) => {
    return bar(label, verdict, index * lineHeight + 10);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
      `height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function bar(label: string, verdict: Verdict, y: number): string {
  const score = scoreOf(verdict);
  const length = Math.round((Math.min(score, 2) / 2) * barWidth);
  const colour = isMet(verdict) ? '#2f7d4f' : '#b3372f';
  const target = labelWidth + barWidth / 2;
  const middle = y + 14;
  return [
    `<text x="${labelWidth - 10}" y="${middle}" text-anchor="end">${escape(label)}</text>`,
    `<rect x="${labelWidth}" y="${y + 2}" width="${length}" height="16" fill="${colour}"/>`,
    `<line x1="${target}" x2="${target}" y1="${y}" y2="${y + 20}" stroke="#222"/>`,
    `<text x="${labelWidth + barWidth + 10}" y="${middle}">` +
      `${escape(`${figure(verdict)} (${bound(verdict)})`)}</text>`,
  ].join('\n');
}

/** 1 is exactly what was asked for, 2 and more is twice as good. */
function scoreOf({ value, target, moreIsBetter }: Verdict): number {
  if (target === 0) {
    return value === 0 ? 1 : 0;
  }
  return moreIsBetter ? value / target : value === 0 ? 2 : target / value;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
