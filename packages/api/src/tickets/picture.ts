import { encode } from 'uqr';
import { qrPath } from './qr-path.ts';

/** Modules of white around a QR code (ISO/IEC 18004). */
const quietZone = 4;

/** A QR code as rows of modules; true is dark. */
export function qrCode(text: string): boolean[][] {
  return encode(text, { ecc: 'M', border: 0 }).data;
}

/** The QR code of a ticket as an SVG picture, black on white, with its quiet zone. */
export function pictureOf(code: string, title: string): string {
  const { size, path } = qrPath(code);
  const side = size + 2 * quietZone;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" role="img"`,
    ` width="${side * 8}" height="${side * 8}" shape-rendering="crispEdges">`,
    `<title>${escaped(title)}</title>`,
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/>`,
    `<path transform="translate(${quietZone} ${quietZone})" d="${path}"/>`,
    '</svg>\n',
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
