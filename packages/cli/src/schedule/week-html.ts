import { escapeHtml } from '../output/escape-html.ts';
import { reportStyle } from '../output/report-style.ts';
import type { Week, WeekDay, WeekLine, WeekShow } from './week.ts';

/** The facts that the head of the page adds to the picture. */
export interface WeekPage {
  /** The cinema, or its theaters. */
  house: string;
  /** The address of the server. */
  server: string;
  /** When it was made, as text. */
  madeAt: string;
}

const style = `
.day { margin: 1.5rem 0; break-inside: avoid; }
.day h2 { font-size: 1.05rem; margin: 0 0 .4rem; }
.line { display: grid; grid-template-columns: 8rem 1fr; gap: .5rem; align-items: center;
  border-top: 1px solid var(--line); padding: .3rem 0; }
.line > span { overflow: hidden; text-overflow: ellipsis; }
.track { position: relative; height: 3.1rem; }
.show { position: absolute; top: 0; bottom: 0; overflow: hidden; border-radius: .3rem; padding: .1rem .35rem;
  background: var(--card); border: 1px solid var(--line); border-left: .25rem solid var(--bar);
  font-size: .75rem; line-height: 1.15; box-sizing: border-box; print-color-adjust: exact; }
.show b { display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.show span { display: block; }
.show.full { border-style: double; border-width: 3px; }
@media screen and (max-width: 47rem) {
  .line { grid-template-columns: 1fr; }
  .track { height: auto; display: grid; gap: .25rem; }
  .show { position: static; width: auto !important; }
  .show span { display: inline; }
}
`;

/** A week as one HTML page to mail, print or hang up. It has no scripts and loads nothing. */
export function weekHtml(week: Week, page: WeekPage): string {
  const [first, last] = [week.days[0]?.date ?? '', week.days.at(-1)?.date ?? ''];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`Schedule, ${first} to ${last}`)}</title>
<style>${reportStyle}${style}</style>
</head>
<body>
<header>
<p>${escapeHtml(page.house)}</p>
<h1>Schedule</h1>
<p>${escapeHtml(`${first} to ${last}`)}</p>
</header>
<main>
${week.days.map((day) => dayOf(day, week)).join('\n')}
</main>
<footer>Made on ${escapeHtml(page.madeAt)} from ${escapeHtml(page.server)}. Times are local to each theater.
Shows after midnight are at the end of the evening before. Cancelled shows are left out.</footer>
</body>
</html>
`;
}

function dayOf({ date, weekday, lines }: WeekDay, week: Week): string {
  const body =
    lines.length === 0 ? '<p>No shows.</p>' : lines.map((line) => lineOf(line, week)).join('\n');
  return `<section class="day">
<h2>${escapeHtml(`${weekday} ${date}`)}</h2>
${body}
</section>`;
}

function lineOf({ theater, shows }: WeekLine, week: Week): string {
  return `<div class="line"><span>${escapeHtml(theater)}</span><div class="track">${shows
    .map((show) => showOf(show, week))
    .join('')}</div></div>`;
}

function showOf({ title, time, from, until, taken }: WeekShow, { opens, closes }: Week): string {
  const share = (minutes: number) => ((100 * minutes) / ((closes - opens) * 60)).toFixed(2);
  const place = `left:${share(from - opens * 60)}%;width:${share(until - from)}%`;
  const state = taken >= 1 ? 'sold out' : `${Math.round(taken * 100)}% taken`;
  return (
    `<div class="show${taken >= 1 ? ' full' : ''}" style="${place}">` +
    `<b>${escapeHtml(title)}</b><span>${escapeHtml(time)}</span> <span>${state}</span></div>`
  );
}
