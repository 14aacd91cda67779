import { qrPath } from '@matinee/api/qr-path';
import { Document, Page, Path, Rect, Svg, Text, View } from '@react-pdf/renderer';
import { createElement } from 'react';
import type { ReactElement } from 'react';
import type { Span } from './coverage.ts';
import type { TicketFont, TicketFonts } from './fonts.ts';
import { fitText, lineHeight, widthOf } from './lines.ts';
import type { TextBox } from './lines.ts';
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

/** All is at a fixed place, so nothing else gives the page its height. */
const sheetStyle = { width: pageWidth, height: pageHeight };

const ink = '#1b1d28';
const soft = '#636779';
const perforation = '#a5a8b6';
const night = '#1d2140';
const glow = '#b9c0e8';

/** Draws one page of A5 for each seat. Each text has its fixed place and shrinks to fit into it. */
export function ticketDocument(
  pages: readonly TicketTexts[],
  properties: DocumentProperties,
  fonts: TicketFonts,
): ReactElement<object, typeof Document> {
  const props = { ...properties, producer: 'Matinee', creator: 'Matinee' };
  return createElement(
    Document,
    props,
    ...pages.map((texts) =>
      createElement(Page, { size: 'A5', style: sheetStyle }, ...page(texts, pen(fonts))),
    ),
  ) as ReactElement<object, typeof Document>;
}

/** A text at a place of the page. */
interface Place extends TextBox {
  left: number;
  top: number;
  color?: string;
  /** Centered between top and bottom, and at the right if its script begins there. */
  isTitle?: boolean;
}

type Pen = (text: string, place: Place) => ReactElement[];

function page(texts: TicketTexts, write: Pen): ReactElement[] {
  return [
    ...head(texts, write),
    ...when(texts, write),
    ...where(texts, write),
    ...seatOf(texts, write),
    ...foot(texts, write),
  ];
}

function head({ site, movie }: TicketTexts, write: Pen): ReactElement[] {
  return [
    area({ left: 0, top: 0, width: pageWidth, height: 150, backgroundColor: night }),
    ...write(site, { left: margin, top: 22, width, height: 15, size: 10, minSize: 7, color: glow }),
    ...write(movie, {
      left: margin,
      top: 40,
      width,
      height: 98,
      size: 27,
      minSize: 9,
      bold: true,
      color: '#ffffff',
      isTitle: true,
    }),
  ];
}

function when({ labels, date, time, zone }: TicketTexts, write: Pen): ReactElement[] {
  const right = margin + 190;
  return [
    ...label(labels.date, { left: margin, top: 166 }, write),
    ...write(date, { ...value, left: margin, top: 178, width: 178, height: 34 }),
    ...label(labels.time, { left: right, top: 166 }, write),
    ...write(time, { ...value, left: right, top: 178, width: width - 190, height: 18 }),
    ...write(zone, { ...small, left: right, top: 197, width: width - 190, height: 24 }),
  ];
}

function where({ labels, theater, site, address }: TicketTexts, write: Pen): ReactElement[] {
  const right = margin + 190;
  return [
    ...label(labels.theater, { left: margin, top: 228 }, write),
    ...write(theater, { ...value, left: margin, top: 240, width: 178, height: 36 }),
    ...label(labels.site, { left: right, top: 228 }, write),
    ...write(site, { ...value, left: right, top: 240, width: width - 190, height: 18 }),
    ...write(address ?? '', { ...small, left: right, top: 259, width: width - 190, height: 24 }),
  ];
}

function seatOf({ labels, row, seat, ticketType, price }: TicketTexts, write: Pen): ReactElement[] {
  const right = margin + 190;
  const big = { height: 46, size: 34, minSize: 8, bold: true, color: ink };
  const frame = { top: 296, width: 85, height: 76, backgroundColor: '#f1f2f7', borderRadius: 6 };
  return [
    area({ ...frame, left: margin }),
    area({ ...frame, left: margin + 93 }),
    ...label(labels.row, { left: margin + 10, top: 304 }, write),
    ...write(row, { ...big, left: margin + 10, top: 317, width: 65 }),
    ...label(labels.seat, { left: margin + 103, top: 304 }, write),
    ...write(seat, { ...big, left: margin + 103, top: 317, width: 65 }),
    ...label(labels.ticketType, { left: right, top: 296 }, write),
    ...write(ticketType, { ...value, left: right, top: 308, width: width - 190, height: 34 }),
    ...label(labels.price, { left: right, top: 343 }, write),
    ...write(price, { ...value, left: right, top: 354, width: width - 190, height: 18 }),
  ];
}

function foot({ labels, reference, age, proof, code }: TicketTexts, write: Pen): ReactElement[] {
  const left = margin + qrWidth + 12;
  const note = {
    ...value,
    size: 10.5,
    minSize: 7,
    left,
    width: margin + width - left,
    bold: false,
  };
  return [
    area({ left: margin, top: 392, width, height: 0, borderTop: `1 dashed ${perforation}` }),
    qrCode(code, { left: margin - 10, top: 412 }),
    ...label(labels.reference, { left, top: 424 }, write),
    ...write(reference, { ...note, top: 436, height: 28, size: 19, bold: true }),
    ...write(labels.scan, { ...note, top: 470, height: 30, color: soft }),
    ...write([age, proof].filter((text) => text !== null).join(' '), {
      ...note,
      top: 504,
      height: 60,
      bold: true,
    }),
  ];
}

const value = { size: 13, minSize: 7, bold: true, color: ink };
const small = { size: 8.5, minSize: 6, color: soft };

function label(text: string, at: { left: number; top: number }, write: Pen): ReactElement[] {
  return write(text, { ...at, ...small, size: 8, width: 160, height: 12 });
}

const area = (style: object) => createElement(View, { style: { position: 'absolute', ...style } });

function qrCode(code: string, at: { left: number; top: number }): ReactElement {
  const { size, path } = qrPath(code);
  const side = size + 8;
  const style = { position: 'absolute', ...at } as const;
  return createElement(
    Svg,
    { style, width: qrWidth, height: qrWidth, viewBox: `-4 -4 ${side} ${side}` },
    createElement(Rect, { x: -4, y: -4, width: side, height: side, fill: '#ffffff' }),
    createElement(Path, { d: path, fill: '#000000' }),
  );
}

function pen(fonts: TicketFonts): Pen {
  return (text, place) => {
    const { size, lines } = text === '' ? { size: 0, lines: [] } : fitText(text, place, fonts);
    const height = size * lineHeight;
    const slack = place.isTitle ? Math.max(0, place.height - lines.length * height) / 2 : 0;
    const direction = directionOf(text);
    return lines.map((spans, index) =>
      textLine(spans, {
        direction,
        fontSize: size,
        color: place.color ?? ink,
        left: place.left + (place.isTitle ? indent(spans, { ...place, size, direction }) : 0),
        top: place.top + slack + index * height + size * sink(spans, fonts),
      }),
    );
  };
}

interface LineStyle {
  direction: 'ltr' | 'rtl';
  fontSize: number;
  color: string;
  left: number;
  top: number;
}

/** Wider than any line: react-pdf has nothing to break. It counts a width once for each word. */
const room = 500_000;

function textLine(spans: readonly Span[], style: LineStyle): ReactElement {
  const { direction } = style;
  const own = { position: 'absolute', width: room, textAlign: 'left' } as const;
  return createElement(
    Text,
    { style: { ...own, ...style } },
    ...spans.map(({ text, font: { family } }) =>
      createElement(Text, { style: { fontFamily: family, direction, textAlign: 'left' } }, text),
    ),
  );
}

/** A title begins where its script begins. All else begins under its label, which is in English. */
function indent(
  spans: readonly Span[],
  { size, width: available, direction }: { size: number; width: number; direction: string },
): number {
  return direction === 'rtl' ? available - size * widthOf(spans) : 0;
}

/** Lines of different fonts have their baseline in the same place. */
const sink = (spans: readonly Span[], { base }: TicketFonts) =>
  ascentOf(base) - Math.max(...spans.map(({ font }) => ascentOf(font)));

const ascentOf = ({ font }: TicketFont) => font.ascent / font.unitsPerEm;

/** The direction of the first letter or mark of direction, as in a web page with `dir="auto"`. */
function directionOf(text: string): 'ltr' | 'rtl' {
  const first = /[\p{L}\u200e\u200f]/u.exec(text)?.[0] ?? '';
  return first === '\u200f' || rightToLeft.test(first) ? 'rtl' : 'ltr';
}
