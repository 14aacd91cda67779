/*
 * How a picture of seats looks. Each state has a shape and a mark of its own, so that colours only repeat what can be
 * seen without them. A page into which a picture is written can set the custom properties, which have the names
 * and the values of the SDK's seat picker.
 */

const colours = {
  surface: ['#ffffff', '#1d1b26'],
  text: ['#1c1b22', '#f2f0f7'],
  muted: ['#5b5966', '#b9b6c6'],
  line: ['#6f6d7a', '#8d8a9c'],
  aisle: ['#f0eff3', '#292634'],
  regular: ['#d9f0e3', '#1f5138'],
  premium: ['#d8e6fb', '#1f4470'],
  vip: ['#e9defa', '#4b2f7a'],
  locked: ['#ffdf8a', '#6b4f00'],
  taken: ['#c9c7d1', '#45424f'],
} as const;

const light = customProperties(0);
const dark = customProperties(1);

/** `--m-…` is what the picture uses: what the page has set as `--matinee-…`, or else our own. */
function customProperties(scheme: 0 | 1): string {
  return Object.entries(colours)
    .map(([name, values]) => `--m-${name}:var(--matinee-${name},${values[scheme]})`)
    .join(';');
}

/** All selectors are below the class: a page has the rules of every picture that is written into it. */
const rules = [
  `{${light};max-width:100%;height:auto;font:11px system-ui,sans-serif;direction:ltr;` +
    'stroke:var(--m-line);stroke-width:1.5;color:var(--m-text)}',
  ' text{fill:var(--m-text);stroke:none;text-anchor:middle;dominant-baseline:central}',
  ' .m-paper{fill:var(--m-surface);stroke:none}',
  ' .m-aisle{fill:var(--m-aisle);stroke:none}',
  ' .m-screen{fill:none;stroke:var(--m-line);stroke-width:3;stroke-linecap:round}',
  ' .m-row,.matinee-seats .m-muted{fill:var(--m-muted)}',
  ' .m-legend text{text-anchor:start}',
  ' .m-regular{fill:var(--m-regular)}',
  ' .m-premium{fill:var(--m-premium)}',
  ' .m-vip{fill:var(--m-vip)}',
  ' .m-locked{fill:var(--m-locked)}',
  ' .m-reserved{fill:var(--m-taken);stroke:var(--m-taken)}',
  ' .m-blocked,.matinee-seats .m-outOfOrder{fill:var(--m-surface);color:var(--m-muted)}',
  ' .m-badge{fill:var(--m-surface);stroke:var(--m-text);stroke-width:1.2;color:var(--m-text)}',
].map((rule) => `.matinee-seats${rule}`);

const darkRule = `@media(prefers-color-scheme:dark){.matinee-seats{${dark}}}`;
export const style = `<style>${rules.join('')}${darkRule}</style>`;

const box = '<rect x="-12" y="-12" width="24" height="24" rx="6"/>';
const mark = (d: string, width = 2) =>
  `<path d="${d}" fill="none" stroke="currentColor" stroke-width="${width}" stroke-linecap="round"/>`;
const head = '<circle cx="0" cy="-3.2" r="1.2" fill="currentColor" stroke="none"/>';
const disc = '<circle r="7"/>';

/** Shapes around their own centre. What they do not set comes from the seat. */
const shapes: Record<string, string> = {
  regular: box,
  premium: box + mark('M-5 8.5H5', 1.5),
  vip: box + mark('M-5 7H5M-5 9.8H5', 1.5),
  locked: `<circle r="12"/>${mark('M0-7V0L4.5 3')}`,
  reserved: `<rect x="-9" y="-9" width="18" height="18" rx="3"/>${mark('M-5-5L5 5M5-5L-5 5')}`,
  blocked: box + mark('M-6 0H6', 3),
  outOfOrder:
    '<rect x="-12" y="-12" width="24" height="24" rx="6" stroke-dasharray="3 2.5"/>' +
    mark('M-7 7L7-7'),
  wheelchair: disc + head + mark('M0-1.5V1.5H2.8L4 4M-1.2.2A2.6 2.6 0 1 0 2.2 3.6', 1.1),
  companion:
    `${disc}<circle cx="0" cy="-2.2" r="1.8" fill="currentColor" stroke="none"/>` +
    mark('M-3.4 4A3.4 3.4 0 0 1 3.4 4', 1.4),
  pair:
    `${disc}<path fill="currentColor" stroke="none" ` +
    'd="M0 4C-6 0-3.6-4.4 0-1.6C3.6-4.4 6 0 0 4Z"/>',
  restrictedView: disc + mark('M-4.2 0Q0-4 4.2 0Q0 4-4.2 0ZM-3.6 3.6L3.6-3.6', 1.1),
};

export const definitions = `<defs>${Object.entries(shapes)
  .map(([name, shape]) => `<g id="m-${name}">${shape}</g>`)
  .join('')}</defs>`;
