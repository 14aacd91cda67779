/*
 * Databases, spreadsheets and scripts have many spellings of an empty cell: `\N` in files of IMDb
 * and of COPY, `NULL`, `N/A`, `#N/A`, `NaN`, a dash. None of them is a genre or a description.
 */

/** Spellings in lower case. Runs of dashes and of spaces are not among them. */
const marks = new Set(
  [
    // Databases and their tools; the last one is a date in MySQL.
    String.raw`\n \\n null (null) <null> [null] {null} #null! nil (nil) 0000-00-00`,
    // Languages and their libraries for data.
    `none (none) <none> undefined nan -nan +nan nat <na> <nan> 1.#ind -1.#ind 1.#qnan -1.#qnan`,
    `[] {} () "" '' ? . .. ... …`,
    // Spreadsheets: `#N/A`, also in German and French, and errors in place of a value.
    `#n/a #na #nv #n/d #ref! #value! #name? #num! #div/0! #spill! #calc! #getting_data`,
    `(blank) (empty) (leer) (vide)`,
    // People.
    `n/a na n.a. n.a n/k`,
  ]
    .flatMap((line) => line.split(' '))
    .concat('0000-00-00 00:00:00', '#n/a n/a', 'not available', 'not applicable'),
);

/** Marks that are also words, or titles of movies. */
const words = new Set(
  'none null nil nan na nat ? . .. ... …'.split(' ').concat('not available', 'not applicable'),
);
/** The spellings of these words that programs write, and lists of movies do not. */
const programs = new Set(['NULL', 'null', 'nil', 'NaN', 'nan', 'NA', 'NaT']);

/** Spaces, and characters without a width. */
const invisible = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u;
const dashes = /^[-_\u2010-\u2015\u2212]+$/;

/** Whether a cell is empty, or text that stands for an empty cell. */
export function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.length === 0;
  }
  return value === null || value === undefined || (typeof value === 'string' && isMark(value));
}

/**
 * Whether a title stands for an empty cell. `None`, `Null` and `?` are titles of movies; `NULL`,
 * `null`, `NaN` and `N/A` are not.
 */
export function isNoTitle(value: unknown): boolean {
  const text = typeof value === 'string' ? value.trim() : '';
  const isTitle = words.has(text.toLowerCase()) && !programs.has(text);
  return isNothing(value) && !isTitle;
}

function isMark(text: string): boolean {
  const mark = text.trim();
  return marks.has(mark.toLowerCase()) || dashes.test(mark) || invisible.test(mark);
}
