import { isList } from '../import/genres.ts';
import { isNothing } from '../import/nothing.ts';

/*
 * A spreadsheet runs a cell that starts like a formula, and a title may do so. `--csv` writes an
 * apostrophe before such a cell, which makes it text, and the import removes it. The same is true of
 * a movie whose title is `NULL`, which the import would take for an empty cell, and of a genre that is
 * written like a list. A text that looks like this after apostrophes gets one more, so that each text comes
 * back as it was.
 */

/** The text with an apostrophe before a formula. */
export function guardFormula(text: string): string {
  return isFormula(text) ? `'${text}` : text;
}

/** The text with an apostrophe if the import would read another value. Formulas are left alone. */
export function guardMeaning(text: string): string;
export function guardMeaning(text: string | null): string | null;
export function guardMeaning(text: string | null): string | null {
  return text !== null && !isFormula(text) && looksOther(text) ? `'${text}` : text;
}

/** The text without the apostrophe of the guards. Undefined if it has none. */
export function unguarded(cell: string): string | undefined {
  const text = cell.slice(1);
  return cell.startsWith("'") && (isFormula(text) || looksOther(text)) ? text : undefined;
}

function isFormula(text: string): boolean {
  return /^'*[=+\-@\t\r\n＝＋－＠]/.test(text);
}

/** Whether the import takes a text for an empty cell or for a list. */
export function meansAnother(text: string): boolean {
  return isNothing(text) || isList(text);
}

/** Whether a text means something else after apostrophes. Two of them do so alone. */
function looksOther(text: string): boolean {
  const rest = text.replace(/^'+/, '');
  return rest.trim() === '' ? text.startsWith("''") : meansAnother(rest);
}
