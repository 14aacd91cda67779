import { createCanvas } from '@napi-rs/canvas';
import jsQR from 'jsqr';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/* Readers of PDF and of QR codes that others have written. */

/** Its types describe an ES module, and it is none. */
const readQr = jsQR as unknown as typeof jsQR.default;

/** A PDF file as pdf.js reads it. */
export function openPdf(file: Uint8Array) {
  return getDocument({ data: Uint8Array.from(file), verbosity: 0 }).promise;
}

/** What the QR code of a page says, in version 7 as in any; undefined when it cannot be read. */
export async function decodePage(file: Uint8Array, pageNumber = 1, background = '#ffffff') {
  const page = await (await openPdf(file)).getPage(pageNumber);
  const viewport = page.getViewport({ scale: 2 });
  const canvas = createCanvas(viewport.width, viewport.height);
  const context = canvas.getContext('2d');
  const target = { canvas: null, canvasContext: context as never, viewport, background };
  await page.render(target).promise;
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  return decodePixels(data, width, height);
}

/** What the QR code of a picture says: four bytes for each pixel. */
export function decodePixels(data: ArrayLike<number>, width: number, height: number) {
  return readQr(Uint8ClampedArray.from(data), width, height);
}
