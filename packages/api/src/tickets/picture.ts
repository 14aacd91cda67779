import { encode } from 'uqr';

/** Modules of white around a QR code (ISO/IEC 18004). */
const quietZone = 4;

/** A QR code as rows of modules; true is dark. Codes of tickets have 45 × 45 modules, at level M. */
export function qrCode(text: string): boolean[][] {
  return encode(text, { ecc: 'M', border: 0, boostEcc: false }).data;
}

/** The QR code of a ticket as an SVG picture, black on white, with its quiet zone. */
export function pictureOf(code: string, title: string): string {
  const rows = qrCode(code);
  const side = rows.length + 2 * quietZone;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" role="img"`,
    ` width="${side * 8}" height="${side * 8}" shape-rendering="crispEdges">`,
    `<title>${escaped(title)}</title>`,
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/>`,
    `<path d="${darkModules(rows)}"/>`,
    '</svg>\n',
  ].join('');
}

/** One rectangle for each run of dark modules. */
function darkModules(rows: readonly (readonly boolean[])[]): string {
  return rows
    .flatMap((row, y) =>
      row.map((isDark, x) => {
        if (!isDark || row[x - 1] === true) {
          return '';
        }
        const end = row.indexOf(false, x);
        const width = (end < 0 ? row.length : end) - x;
        return `M${x + quietZone} ${y + quietZone}h${width}v1h-${width}z`;
      }),
    )
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
