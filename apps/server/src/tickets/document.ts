import { buffer } from 'node:stream/consumers';
import { qrPath } from '@matinee/api/qr-path';
import Pdf from 'pdfkit';
import type { Span } from './coverage.ts';
import type { TicketFont, TicketFonts } from './fonts.ts';
import { fitText, lineHeight, widthOf } from './lines.ts';
import type { TextBox } from './lines.ts';
import { runsOf } from './runs.ts';
import { rightToLeft } from './shaping.ts';
import type { TicketTexts } from './texts.ts';

/** What is in the properties of the file. */
export interface DocumentProperties {
  title: string;
  /** A BCP 47 tag. */
  language: string;
}

/** Lengths are in points, 72 to the inch. A5 is 419.5 by 595.3. */
const pageWidth = 419.5;
const pageHeight = 595.3;
const margin = 32;
const width = pageWidth - 2 * margin;

/** One millimetre for each module of a code of 45 modules, and four of quiet zone at each side. */
const qrWidth = (53 * 72) / 25.4;

const ink = '#1b1d28';
const soft = '#636779';
const perforation = '#a5a8b6';
const frame = '#f1f2f7';
const night = '#1d2140';
const glow = '#b9c0e8';

/** Draws one page of A5 for each seat. Each text has its fixed place and shrinks to fit into it. */
export async function drawTickets(
  pages: readonly TicketTexts[],
  { title, language }: DocumentProperties,
  fonts: TicketFonts,
): Promise<Uint8Array> {
  const document = new Pdf({
    size: [pageWidth, pageHeight],
    margin: 0,
    autoFirstPage: false,
    lang: language,
    info: { Title: title, Producer: 'Matinee', Creator: 'Matinee' },
    font: asSource(fonts.base),
  });
  const file = buffer(document);
  const sheet = { document, write: penOf(document, fonts) };
  for (const texts of pages) {
    document.addPage();
    head(texts, sheet);
    when(texts, sheet);
    where(texts, sheet);
    seatOf(texts, sheet);
    foot(texts, sheet);
  }
  document.end();
  return new Uint8Array(await file);
}

/** pdfkit takes open fonts as well; its types know of files alone. */
const asSource = ({ font }: TicketFont) => font as unknown as string;

/** What a page is drawn on, and with. */
interface Sheet {
  document: PDFKit.PDFDocument;
  write: Pen;
}

/** A text at a place of the page. */
interface Place extends TextBox {
  left: number;
  top: number;
  color?: string;
  /** Centered between top and bottom, and at the right if its script begins there. */
  isTitle?: boolean;
}

type Pen = (text: string, place: Place) => void;

function head({ site, movie }: TicketTexts, { document, write }: Sheet): void {
  document.rect(0, 0, pageWidth, 150).fill(night);
  write(site, { left: margin, top: 22, width, height: 15, size: 10, minSize: 7, color: glow });
  write(movie, {
    left: margin,
    top: 40,
    width,
    height: 98,
    size: 27,
    minSize: 9,
    bold: true,
    color: '#ffffff',
    isTitle: true,
  });
}

function when({ labels, date, time, zone }: TicketTexts, { write }: Sheet): void {
  const right = margin + 190;
  label(labels.date, { left: margin, top: 166 }, write);
  write(date, { ...value, left: margin, top: 178, width: 178, height: 34 });
  label(labels.time, { left: right, top: 166 }, write);
  write(time, { ...value, left: right, top: 178, width: width - 190, height: 18 });
  write(zone, { ...small, left: right, top: 197, width: width - 190, height: 24 });
}

function where({ labels, theater, site, address }: TicketTexts, { write }: Sheet): void {
  const right = margin + 190;
  label(labels.theater, { left: margin, top: 228 }, write);
  write(theater, { ...value, left: margin, top: 240, width: 178, height: 36 });
  label(labels.site, { left: right, top: 228 }, write);
  write(site, { ...value, left: right, top: 240, width: width - 190, height: 18 });
  write(address ?? '', { ...small, left: right, top: 259, width: width - 190, height: 24 });
}

function seatOf(texts: TicketTexts, { document, write }: Sheet): void {
  const { labels, row, seat, ticketType, price } = texts;
  const right = margin + 190;
  const big = { height: 46, size: 34, minSize: 8, bold: true, color: ink };
  for (const left of [margin, margin + 93]) {
    document.roundedRect(left, 296, 85, 76, 6).fill(frame);
  }
  label(labels.row, { left: margin + 10, top: 304 }, write);
  write(row, { ...big, left: margin + 10, top: 317, width: 65 });
  label(labels.seat, { left: margin + 103, top: 304 }, write);
  write(seat, { ...big, left: margin + 103, top: 317, width: 65 });
  label(labels.ticketType, { left: right, top: 296 }, write);
  write(ticketType, { ...value, left: right, top: 308, width: width - 190, height: 34 });
  label(labels.price, { left: right, top: 343 }, write);
  write(price, { ...value, left: right, top: 354, width: width - 190, height: 18 });
}

function foot(texts: TicketTexts, { document, write }: Sheet): void {
  const { labels, reference, age, proof, code } = texts;
  const left = margin + qrWidth + 12;
  const note = {
    ...value,
    size: 10.5,
    minSize: 7,
    left,
    width: margin + width - left,
    bold: false,
  };
  document.moveTo(margin, 392.5).lineTo(margin + width, 392.5);
  document.dash(2, { space: 1.2 }).stroke(perforation).undash();
  qrCode(code, { left: margin - 10, top: 412 }, document);
  label(labels.reference, { left, top: 424 }, write);
  write(reference, { ...note, top: 436, height: 28, size: 19, bold: true });
  write(labels.scan, { ...note, top: 470, height: 30, color: soft });
  write([age, proof].filter((text) => text !== null).join(' '), {
    ...note,
    top: 504,
    height: 60,
    bold: true,
  });
}

const value = { size: 13, minSize: 7, bold: true, color: ink };
const small = { size: 8.5, minSize: 6, color: soft };

function label(text: string, at: { left: number; top: number }, write: Pen): void {
  write(text, { ...at, ...small, size: 8, width: 160, height: 12 });
}

function qrCode(
  code: string,
  { left, top }: { left: number; top: number },
  document: PDFKit.PDFDocument,
): void {
  const { size, path } = qrPath(code);
  const quiet = 4;
  // Viewers in the dark show pages on other paper.
  document.rect(left, top, qrWidth, qrWidth).fill('#ffffff');
  document.save();
  document.translate(left, top).scale(qrWidth / (size + 2 * quiet));
  document.translate(quiet, quiet).path(path).fill('#000000');
  document.restore();
}

function penOf(document: PDFKit.PDFDocument, fonts: TicketFonts): Pen {
  const ascent = fonts.base.font.ascent / fonts.base.font.unitsPerEm;
  return (text, place) => {
    if (text === '') {
      return;
    }
    const { size, lines } = fitText(text, place, fonts);
    const height = size * lineHeight;
    const slack = place.isTitle ? Math.max(0, place.height - lines.length * height) / 2 : 0;
    const direction = directionOf(text);
    document.fillColor(place.color ?? ink);
    for (const [index, spans] of lines.entries()) {
      let left = place.left + (place.isTitle ? indent(spans, { ...place, size, direction }) : 0);
      // Lines of different fonts have their baseline in the same place.
      const baseline = place.top + slack + index * height + size * ascent;
      for (const run of runsOf(spans, direction)) {
        document.font(asSource(run.font), run.font.family, size);
        document.text(run.text, left, baseline, inOnePiece);
        left += size * widthOf([run]);
      }
    }
  };
}

/** pdfkit shapes a text with features as a whole, and others word by word. */
const inOnePiece: PDFKit.Mixins.TextOptions = {
  baseline: 'alphabetic',
  lineBreak: false,
  features: [],
};

/** A title begins where its script begins. All else begins under its label, which is in English. */
function indent(
  spans: readonly Span[],
  { size, width: available, direction }: { size: number; width: number; direction: string },
): number {
  return direction === 'rtl' ? available - size * widthOf(spans) : 0;
}

/** The direction of the first letter or mark of direction, as in a web page with `dir="auto"`. */
function directionOf(text: string): 'ltr' | 'rtl' {
  const first = /[\p{L}\u200e\u200f]/u.exec(text)?.[0] ?? '';
  return first === '\u200f' || rightToLeft.test(first) ? 'rtl' : 'ltr';
}
