import { dividerFor, splitGraphemes } from './coverage.ts';
import type { Divide, Span } from './coverage.ts';
import type { TicketFonts } from './fonts.ts';

/** Where a text has to fit, in points. */
export interface TextBox {
  width: number;
  /** The text has as many lines as fit. */
  height: number;
  /** The largest size of the font, which is tried first. */
  size: number;
  /** Below this size, the text is cut. */
  minSize: number;
  bold?: boolean;
}

/** A text that fits into its box. */
export interface FittedText {
  size: number;
  lines: readonly (readonly Span[])[];
}

/** The height of a line of Noto Sans in relation to the size of the font. */
export const lineHeight = 1.36;

/**
 * Breaks a text into lines that fit into a box, at the largest size that makes this possible. Only
 * at the smallest size are words divided and the rest cut off.
 *
 * The lines are broken here since pdfkit knows no other place than a space. Japanese, Chinese and Thai
 * have no spaces between words.
 */
export function fitText(text: string, box: TextBox, fonts: TicketFonts): FittedText {
  const divide = dividerIn(text, box, fonts);
  const pieces = piecesOf(text).map((piece) => measured(piece, divide));
  const widest = Math.max(...pieces.map(({ inkWidth }) => inkWidth));
  for (let { size } = box; size > box.minSize; size *= 0.94) {
    const lines = fill(pieces, box.width / size);
    if (widest * size <= box.width && lines.length <= linesIn(box, size)) {
      return { size, lines: lines.map(divide) };
    }
  }
  return cut(pieces, box, divide);
}

/** The width of a line in a font of the size 1. */
export function widthOf(spans: readonly Span[]): number {
  return spans.reduce(
    (sum, { text, font: { font } }) => sum + font.layout(text).advanceWidth / font.unitsPerEm,
    0,
  );
}

/** A part of a text that stays on one line. Widths are those of a font of the size 1. */
interface Piece {
  text: string;
  /** With the space at the end. */
  width: number;
  inkWidth: number;
}

function measured(text: string, divide: Divide): Piece {
  return { text, width: widthOf(divide(text)), inkWidth: widthOf(divide(text.trimEnd())) };
}

const linesIn = ({ height }: TextBox, size: number) =>
  Math.max(1, Math.floor(height / (size * lineHeight) + 0.01));

/** All of a text is bold, or nothing: half a title in bold looks like a mistake. */
function dividerIn(text: string, { bold = false }: TextBox, fonts: TicketFonts): Divide {
  const divide = dividerFor(text, fonts);
  const isBold = bold && divide(text).every(({ font }) => font === fonts.base);
  return isBold ? (part) => [{ text: part, font: fonts.bold }] : divide;
}

/** Puts as many pieces on each line as fit; a piece that is too wide gets a line of its own. */
function fill(pieces: readonly Piece[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let filled = 0;
  for (const piece of pieces) {
    if (line !== '' && filled + piece.inkWidth > width) {
      lines.push(line.trimEnd());
      line = '';
      filled = 0;
    }
    line += piece.text;
    filled += piece.width;
  }
  return [...lines, line.trimEnd()];
}

function cut(pieces: readonly Piece[], box: TextBox, divide: Divide): FittedText {
  const size = box.minSize;
  // Letters that are measured one by one are a little wider side by side.
  const width = (0.96 * box.width) / size;
  const parts = pieces.flatMap((piece) =>
    piece.inkWidth > width
      ? splitGraphemes(piece.text).map((letter) => measured(letter, divide))
      : [piece],
  );
  const lines = fill(parts, width);
  const kept = lines.slice(0, linesIn(box, size));
  if (kept.length < lines.length) {
    kept.push(shortened(kept.pop() ?? '', width, divide));
  }
  return { size, lines: kept.map(divide) };
}

/** Ends a line with an ellipsis. */
function shortened(line: string, width: number, divide: Divide): string {
  const letters = splitGraphemes(line);
  while (letters.length > 0 && widthOf(divide(`${letters.join('')}…`)) > width) {
    letters.pop();
  }
  return `${letters.join('').trimEnd()}…`;
}

const words = new Intl.Segmenter('en', { granularity: 'word' });

const withoutSpaces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** What may not begin a line. */
const clinging = /^[\p{Pe}\p{Pf}\p{Po}\p{M}\p{Lm}\s]/u;

/** What may not end a line. */
const opening = /[\p{Ps}\p{Pi}]$/u;

/** The parts between which a line may end. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const { segment } of words.segment(text)) {
    const last = pieces.at(-1);
    if (last !== undefined && !mayBreak(last, segment)) {
      pieces[pieces.length - 1] = last + segment;
    } else {
      pieces.push(segment);
    }
  }
  return pieces;
}

function mayBreak(before: string, after: string): boolean {
  if (clinging.test(after) || opening.test(before)) {
    return false;
  }
  return before.endsWith(' ') || withoutSpaces.test(before.slice(-1)) || withoutSpaces.test(after);
}
