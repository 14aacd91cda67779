import type { TicketFont, TicketFonts } from './fonts.ts';

/** A part of a text that one font draws. */
export interface Span {
  text: string;
  font: TicketFont;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * A text in one line as the fonts can draw it. What no font has is replaced by "�", and joiners and
 * selectors that no font knows are left out.
 */
export function printable(text: string, fonts: TicketFonts): string {
  const line = oneLine(text);
  return covers(line, fonts) ? line : mapGraphemes(line, (one) => replaced(one, fonts));
}

/** Whether the fonts have every character of a text. */
export function covers(text: string, { regular }: TicketFonts): boolean {
  return splitGraphemes(text).every((one) => regular.some((font) => has(font, one)));
}

/** Divides a part of a text among fonts. */
export type Divide = (part: string) => Span[];

/**
 * Chooses fonts for a text. A letter and its marks stay together. Of two fonts that have a
 * character, the one is taken that has more of this text, so that a title is drawn in one style.
 */
export function dividerFor(text: string, fonts: TicketFonts): Divide {
  const order = orderFor(text, fonts);
  return (part) => {
    const spans: Span[] = [];
    for (const grapheme of splitGraphemes(part)) {
      const font = order.find((one) => has(one, grapheme)) ?? fonts.base;
      const last = spans.at(-1);
      if (last?.font === font) {
        last.text += grapheme;
      } else {
        spans.push({ text: grapheme, font });
      }
    }
    return spans;
  };
}

/** The letters of a text as readers count them. */
export function splitGraphemes(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** Composed letters, and spaces in place of line breaks. */
function oneLine(text: string): string {
  const composed = text.toWellFormed().normalize('NFC');
  // The spaces that do not break are part of dates and amounts.
  return composed
    .replaceAll(/[^\S\u00a0\u202f]+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .trim();
}

const mapGraphemes = (text: string, change: (grapheme: string) => string) =>
  splitGraphemes(text).map(change).join('');

function replaced(grapheme: string, fonts: TicketFonts): string {
  const bare = grapheme.replaceAll(invisible, '');
  const choices = [grapheme, bare, '\ufffd'];
  return choices.find((choice) => covers(choice, fonts)) ?? '?';
}

function has({ font }: TicketFont, grapheme: string): boolean {
  return Array.from(grapheme).every((one) => font.hasGlyphForCodePoint(one.codePointAt(0) ?? 0));
}

function orderFor(text: string, { base, regular }: TicketFonts): TicketFont[] {
  const letters = [...new Set(splitGraphemes(text))].filter((one) => !has(base, one));
  const counted = regular.map((font) => ({
    font,
    count: font === base ? Infinity : letters.filter((one) => has(font, one)).length,
  }));
  // Subtracting Infinity from itself gives no number.
  return counted
    .toSorted((a, b) => (a.count === b.count ? 0 : b.count - a.count))
    .map(({ font }) => font);
}
