import { encode } from 'uqr';

/** A QR code as one path of SVG. The unit is a module. */
export interface QrPath {
  /** Modules of a side, without the quiet zone: 45 for the codes of tickets, at level M. */
  size: number;
  /** Rectangles of dark modules; those of a row that touch are one. */
  path: string;
}

/** Draws a text as a QR code. Imports nothing of the product: the process that draws tickets loads it. */
export function qrPath(text: string): QrPath {
  const { size, data } = encode(text, { ecc: 'M', border: 0 });
  return { size, path: data.map(rowPath).join('') };
}

function rowPath(row: readonly boolean[], y: number): string {
  const modules = row.map((isDark) => (isDark ? '1' : '0')).join('');
  return Array.from(
    modules.matchAll(/1+/g),
    ({ index, 0: { length } }) => `M${index} ${y}h${length}v1h-${length}z`,
  ).join('');
}
