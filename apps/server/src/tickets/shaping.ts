import type { Font, Glyph, GlyphPosition, GlyphRun, Subset } from 'fontkit';

/*
 * fontkit names a glyph after the first letters that were shaped with it, so copied text is wrong where
 * letters share a glyph, and pdfkit writes down one name for each. Here each letter has a copy of its
 * own. What was shaped once is kept: labels, films and theaters come again on the next ticket.
 */

/** The letters whose lines begin at the right. */
export const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Numbers of glyphs have 16 bits; the bits above distinguish copies of one glyph. */
const copyStep = 0x1_0000;

/** Stands in copied text for a part of a letter, such as a dot. Viewers ignore it. */
const joiner = 0x200d;

/** Texts that a font remembers. */
const mostShaped = 2_000;

/** Glyphs from left to right, and where they are. */
interface Shaped {
  glyphs: Glyph[];
  positions: GlyphPosition[];
  advanceWidth: number;
}

/** Makes a font shape texts of one script each, and write down which letters each glyph stands for. */
export function mendShaping(font: Font): void {
  const layout = font.layout.bind(font);
  const copies = new Map<string, Glyph>();
  const shaped = new Map<string, Shaped>();
  separateGlyphs(font);
  const shape = (text: string): Shaped => {
    const direction = rightToLeft.test(text) ? 'rtl' : 'ltr';
    const run = layout(thaiOrder(text), undefined, undefined, undefined, direction);
    const glyphs = lettersOf(run.glyphs).map((glyph) => copyOf(glyph, copies));
    return { glyphs, positions: run.positions, advanceWidth: run.advanceWidth };
  };
  font.layout = (text) => {
    const run = shaped.get(text) ?? shape(text);
    if (shaped.size >= mostShaped) {
      shaped.clear();
    }
    shaped.set(text, run);
    // pdfkit scales the positions in place.
    return { ...run, positions: run.positions.map((one) => ({ ...one })) } as GlyphRun;
  };
  acceptCopies(font);
}

/**
 * The vowel of น้ำ is a circle above the consonant and a letter after it. The tone mark belongs
 * above the circle, and fontkit leaves it below.
 */
const thaiOrder = (text: string) => text.replaceAll(/([\u0e48-\u0e4b])\u0e33/g, '\u0e4d$1\u0e32');

/** Writes down the circle and the letter as the one vowel that they are. */
function lettersOf(glyphs: readonly Glyph[]): Glyph[] {
  const letters = glyphs.map(({ codePoints }) => String.fromCodePoint(...codePoints)).join('\t');
  if (!letters.includes('\u0e4d\t')) {
    return [...glyphs];
  }
  const whole = letters.replaceAll(/\u0e4d(\t[\u0e48-\u0e4b]\t)\u0e32/g, '$1\u0e33').split('\t');
  return glyphs.map((glyph, index) =>
    changed(glyph, {
      codePoints: Array.from(whole[index] ?? '', (one) => one.codePointAt(0) ?? 0),
    }),
  );
}

/** fontkit keeps one object per glyph, with the letters of its first use. */
function separateGlyphs(font: Font): void {
  const getGlyph = font.getGlyph.bind(font);
  font.getGlyph = (id, codePoints) => {
    const glyph = getGlyph(id, codePoints);
    return codePoints ? changed(glyph, { codePoints }) : glyph;
  };
}

/** A glyph under a number of its own for each sequence of letters that it stands for. */
function copyOf(glyph: Glyph, copies: Map<string, Glyph>): Glyph {
  const codePoints = glyph.codePoints.length === 0 ? [joiner] : glyph.codePoints;
  const key = `${glyph.id}:${codePoints.join()}`;
  let copy = copies.get(key);
  if (!copy) {
    const id = glyph.id + (copies.size + 1) * copyStep;
    copy = changed(glyph, { id, codePoints, advanceWidth: glyph.advanceWidth });
    copies.set(key, copy);
  }
  return copy;
}

function changed(glyph: Glyph, values: Partial<Glyph>): Glyph {
  return Object.create(glyph, Object.getOwnPropertyDescriptors(values)) as Glyph;
}

/** The font in the file has a glyph once for each copy. */
function acceptCopies(font: Font): void {
  const createSubset = font.createSubset.bind(font);
  font.createSubset = () => {
    const subset = createSubset() as unknown as NumberedSubset;
    const included = new Map<number, number>();
    const includeGlyph = subset.includeGlyph.bind(subset);
    subset.includeGlyph = (glyph) => {
      if (glyph < copyStep) {
        return includeGlyph(glyph);
      }
      const index = included.get(glyph) ?? subset.glyphs.push(glyph % copyStep) - 1;
      included.set(glyph, index);
      return index;
    };
    return subset as unknown as Subset;
  };
}

/** As it is; the types of fontkit 2.0.8 differ. */
interface NumberedSubset {
  /** Glyphs of the font, in the order of the subset. */
  glyphs: number[];
  includeGlyph(glyph: number): number;
}
