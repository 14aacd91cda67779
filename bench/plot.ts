import { bound, figure, isMet } from './bench.ts';
import type { Finding, Line, Verdict } from './bench.ts';

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

const lineHeightTotal = 280;
const margin = { left: 60, right: 160, top: 20, bottom: 40 };
const colours = ['#2f5d8a', '#b3372f', '#2f7d4f'];

/** Figures over the minutes of a run, from zero on. */
export function plotLines(lines: readonly Line[]): string {
  const all = lines.flatMap(({ points }) => points);
  const [minutes, most] = [
    ceiling(all.map(({ minute }) => minute)),
    ceiling(all.map(({ value }) => value)),
  ];
  const [right, bottom] = [width - margin.right, lineHeightTotal - margin.bottom];
  const x = (minute: number) => margin.left + (minute / minutes) * (right - margin.left);
  const y = (value: number) => bottom - (value / most) * (bottom - margin.top);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${lineHeightTotal}" width="${width}" ` +
      `height="${lineHeightTotal}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${width}" height="${lineHeightTotal}" fill="#fff"/>`,
    ...ticks.map(
      (part) =>
        `<line x1="${margin.left}" x2="${right}" y1="${y(part * most)}" y2="${y(part * most)}" stroke="#ddd"/>` +
        `<text x="${margin.left - 8}" y="${y(part * most) + 4}" text-anchor="end">${part * most}</text>` +
        `<text x="${x(part * minutes)}" y="${bottom + 18}" text-anchor="middle">${part * minutes}</text>`,
    ),
    `<text x="${right}" y="${bottom + 34}" text-anchor="end">minutes</text>`,
    ...lines.map(({ name, points }, index) => {
      const colour = colours[index % colours.length];
      const path = points.map(
        ({ minute, value }) => `${x(minute).toFixed(1)},${y(value).toFixed(1)}`,
      );
      const end = y(points.at(-1)?.value ?? 0) + 4;
      return (
        `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>` +
        `<text x="${right + 8}" y="${end}" fill="${colour}">${escape(name)}</text>`
      );
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** The end of an axis: a multiple of four in its leading digits, so that quarters are round. */
function ceiling(values: number[]): number {
  const most = Math.max(1, ...values);
  const unit = 4 * 10 ** Math.max(0, Math.floor(Math.log10(most)) - 1);
  return Math.ceil(most / unit) * unit;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
