import type { Font, Glyph, GlyphPosition, GlyphRun, Subset } from 'fontkit';

/*
 * react-pdf 4.9 draws letters that consist of several glyphs wrongly. It loses the vertical offset
 * of each mark, shrinks the horizontal one to nothing, and drops the first glyph of such a letter
 * at the beginning of a line. The dots of Arabic letters are marks in Noto Sans Arabic, so words
 * change. react-pdf also names a glyph after the first letter that was drawn with it, which makes
 * copied text wrong where letters share a glyph. All of this is mended here, at the font.
 */

/** The letters whose lines begin at the right. */
export const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Numbers of glyphs have 16 bits; the bits above distinguish copies of one glyph. */
const copyStep = 0x1_0000;

/** Stands in copied text for a part of a letter, such as a dot. Viewers ignore it. */
const joiner = 0x200d;

/**
 * Makes react-pdf draw the texts of a font with all glyphs in their places, and write down which
 * letters each glyph stands for. The texts must not be broken into lines.
 */
export function mendShaping(font: Font): void {
  const layout = font.layout.bind(font);
  const copies = new Map<string, Glyph>();
  separateGlyphs(font);
  font.layout = (text, features) => {
    const isRightToLeft = rightToLeft.test(text);
    const direction = isRightToLeft ? 'rtl' : 'ltr';
    const run = layout(thaiOrder(text), features, undefined, undefined, direction);
    if (isRightToLeft) {
      // react-pdf expects the order of the letters, and turns the run round itself.
      run.glyphs.reverse();
      run.positions.reverse();
    }
    run.glyphs = undivided(lettersOf(run.glyphs).map((glyph) => copyOf(glyph, copies)));
    keepOffsets(run, 1000 / font.unitsPerEm);
    return run;
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

/** react-pdf miscounts where a line begins and ends. Here, a line is the whole text. */
function undivided<T>(list: T[]): T[] {
  return Object.assign(list, { slice: () => [...list] });
}

/** react-pdf maps the positions once, and then overwrites the offsets of the results. */
function keepOffsets({ positions }: GlyphRun, scale: number): void {
  const map = positions.map.bind(positions);
  const mapAndKeep = (change: (position: GlyphPosition, index: number) => object) =>
    undivided(
      map((position, index) =>
        Object.defineProperties(change(position, index), {
          xOffset: constant(position.xOffset * scale),
          yOffset: constant(position.yOffset * scale),
        }),
      ),
    );
  Object.assign(positions, { map: mapAndKeep });
}

const constant = (value: number): PropertyDescriptor => ({
  enumerable: true,
  get: () => value,
  set: () => {},
});

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
