import { encode } from 'uqr';

/** Modules of light around a code, without which scanners do not find it. */
const quietZone = 4;

/** Black on white out of the colours that no theme changes. */
const [dark, light, end] = ['\u001b[38;5;16m', '\u001b[48;5;231m', '\u001b[0m'];

/** How a code is drawn. */
export interface QrDrawing {
  /** Below the code, in its middle. */
  label: string;
  /** Whether escape sequences are understood. */
  hasColours: boolean;
}

/**
 * Draws a text as a QR code, two rows of modules in each line. Without colours the light modules are
 * drawn, as terminals are mostly dark.
 */
export function qrLines(text: string, { label, hasColours }: QrDrawing): string[] {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone });
  const rows = hasColours ? data : data.map((row) => row.map((isDark) => !isDark));
  const lines = Array.from({ length: Math.ceil(size / 2) }, (_none, index) => {
    const [upper = [], lower = []] = [rows[2 * index], rows[2 * index + 1]];
    return upper.map((isDrawn, column) => half(isDrawn, lower[column] ?? false)).join('');
  });
  const caption = label.padStart(Math.ceil((size + label.length) / 2));
  const painted = lines.map((line) => `${light}${dark}${line}${end}`);
  return [...(hasColours ? painted : lines), caption];
}

function half(isUpper: boolean, isLower: boolean): string {
  if (isUpper) {
    return isLower ? '█' : '▀';
  }
  return isLower ? '▄' : ' ';
}
