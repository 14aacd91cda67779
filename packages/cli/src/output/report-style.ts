/** The style sheet of a report: for a desk, a phone and paper, light and dark. */
export const reportStyle = `
:root { --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --page: #fff; --card: #f3f5f7;
  --bar: #2f6f9f; }
@media screen and (prefers-color-scheme: dark) {
  :root { --text: #e8eaed; --quiet: #a9b1ba; --line: #3a4149; --page: #15181c; --card: #1f2429;
    --bar: #6cb2e2; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
  margin: 2rem auto; max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .2rem 0; }
header p, footer, caption, small { color: var(--quiet); }
header p { margin: 0; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem;
  margin: 1.5rem 0; }
dl div { background: var(--card); border-radius: .5rem; padding: .75rem 1rem; }
dt { color: var(--quiet); font-size: .85rem; }
dd { margin: 0; font-size: 1.15rem; font-weight: 600; line-height: 1.3; }
figure { margin: 1.5rem 0; }
figcaption, caption { font-weight: 600; text-align: left; margin-bottom: .5rem; }
svg { display: block; max-width: 100%; height: auto; }
.wide svg { width: 100%; }
svg text { font: 13px system-ui, sans-serif; fill: var(--text); }
svg rect { fill: var(--bar); }
svg line { stroke: var(--line); }
.narrow { display: none; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td, thead th { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 400; }
thead th { font-size: .85rem; color: var(--quiet); }
thead th:first-child { text-align: left; }
:is(th, td):first-child { padding-left: 0; }
:is(th, td):last-child { padding-right: 0; }
.none :is(th, td) { color: var(--quiet); }
tfoot :is(th, td) { font-weight: 600; border-top: 2px solid var(--text); border-bottom: 0; }
small { display: block; font-size: .85rem; }
footer { font-size: .85rem; margin-top: 2rem; }
@media screen and (max-width: 47rem) {
  body { margin: 1rem auto; }
  .wide { display: none; }
  .narrow { display: block; }
  tr { display: grid; padding: .4rem 0; border-bottom: 1px solid var(--line);
    grid-template-columns: minmax(0, 1.3fr) repeat(calc(var(--figures) - 1), minmax(0, 1fr)); }
  dl div:last-child:nth-child(odd) { grid-column: 1 / -1; }
  tr { column-gap: .5rem; }
  th, td { border: 0; padding: 0; }
  td, thead th { text-align: left; font-size: .85rem; white-space: normal; }
  thead th { font-size: .75rem; }
  tbody th, tfoot th, .none td { grid-column: 1 / -1; }
  thead th:first-child { display: none; }
  tfoot tr { border-top: 2px solid var(--text); border-bottom: 0; }
  tfoot :is(th, td) { border: 0; }
}
@media print {
  body { margin: 0; max-width: none; padding: 0; font-size: 12px; }
  svg rect, dl div { print-color-adjust: exact; }
  figure, tr, dl div { break-inside: avoid; }
}
`;
