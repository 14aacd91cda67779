import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { openSync } from 'fontkit';
import type { Font } from 'fontkit';
import { rootDir } from '../root-dir.ts';
import { mendShaping } from './shaping.ts';

/** A font that is ready to draw. */
export interface TicketFont {
  /** The name under which pdfkit knows it. */
  family: string;
  font: Font;
}

/** The fonts of one process. */
export interface TicketFonts {
  /** Noto Sans, which has all that tickets contain besides names. */
  base: TicketFont;
  /** Has the same characters as the base. */
  bold: TicketFont;
  /** In the order in which they are asked for a character; the base is the first. */
  regular: readonly TicketFont[];
}

/** A file that no font could be read from. */
export interface UnreadableFont {
  file: string;
  reason: string;
}

const shippedDir = path.join(rootDir, 'apps', 'server', 'fonts');

/** Besides Noto Sans itself, which has Latin, Greek, Cyrillic and Devanagari. */
const otherScripts = ['Arabic', 'Hebrew', 'Thai'];

/** Opens the fonts that are shipped, and those of a folder. */
export function openFonts(fontsDir?: string): {
  fonts: TicketFonts;
  unreadable: UnreadableFont[];
} {
  const base = openShipped('NotoSans-Regular');
  const bold = openShipped('NotoSans-Bold');
  const others = otherScripts.map((script) => openShipped(`NotoSans${script}-Regular`));
  const { found, unreadable } = openFolder(fontsDir);
  return { fonts: { base, bold, regular: [base, ...others, ...found] }, unreadable };
}

const openShipped = (name: string) => open(path.join(shippedDir, `${name}.ttf`));

function openFolder(fontsDir?: string) {
  const found: TicketFont[] = [];
  const unreadable: UnreadableFont[] = [];
  for (const file of fontsDir === undefined ? [] : fontFiles(fontsDir)) {
    try {
      found.push(open(file));
    } catch (error) {
      unreadable.push({ file, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { found: found.toSorted(byWeight), unreadable };
}

const fontFiles = (folder: string) =>
  readdirSync(folder)
    .filter((file) => /\.(ttf|otf)$/i.test(file))
    .toSorted()
    .map((file) => path.join(folder, file));

/** A folder with all weights of a font is not a reason to print in the boldest. */
function byWeight(one: TicketFont, other: TicketFont): number {
  return distanceFromRegular(one) - distanceFromRegular(other);
}

const distanceFromRegular = ({ font }: TicketFont) => Math.abs(font['OS/2'].usWeightClass - 400);

function open(file: string): TicketFont {
  const font = openSync(file);
  if (!('layout' in font)) {
    throw new Error('It contains several fonts.');
  }
  assertComplete(font, statSync(file).size);
  mendShaping(font);
  font.layout('A');
  return { family: file, font };
}

/** A truncated file opens, and fails only when a glyph is drawn. */
function assertComplete(font: Font, size: number): void {
  const { directory } = font as Font & {
    directory: { tables: Record<string, { offset: number; length: number }> };
  };
  for (const { offset, length } of Object.values(directory.tables)) {
    if (offset + length > size) {
      throw new Error('The file is incomplete.');
    }
  }
}
