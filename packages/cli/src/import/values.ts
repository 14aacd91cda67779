import { hasUnseen, hasUnseenBesideBreaks } from './characters.ts';
import { ageRules } from './columns.ts';
import type { AgeRule } from './columns.ts';
import { excerpt } from './excerpt.ts';
import { joinedGenres } from './genres.ts';
import { isNothing } from './nothing.ts';

/** The bounds of the server, so that `--dry-run` reports the same refusals. */
const longest = { title: 255, genre: 100, description: 5_000, contentRating: 20 } as const;

/** A cell that is text, although without its apostrophe it would be a formula or mean nothing. */
export class Verbatim {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** Reads text within its bounds, in NFC as the server keeps it. Adds a problem to the faults. */
export function readText(
  key: keyof typeof longest,
  value: unknown,
  faults: string[],
): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const what = key === 'contentRating' ? 'content rating' : key;
  if (typeof value === 'object' && !(value instanceof Verbatim)) {
    faults.push(`${what} must be text`);
    return undefined;
  }
  if (typeof value === 'number' && !isExact(value)) {
    faults.push(`${what} is a number that cannot be read exactly: write it in quotes`);
    return undefined;
  }
  const text = String(value).normalize('NFC').trim();
  if (text.length > longest[key]) {
    faults.push(`${what} must have at most ${longest[key]} characters, and has ${text.length}`);
    return undefined;
  }
  if (!text.isWellFormed()) {
    faults.push(`${what} contains characters that cannot be stored`);
    return undefined;
  }
  if (key === 'description' ? hasUnseenBesideBreaks(text) : hasUnseen(text)) {
    faults.push(`${what} must not contain control or invisible characters`);
    return undefined;
  }
  return text;
}

/** Whether a number of JSON has the digits that the file has: 15 digits always do. */
function isExact(value: number): boolean {
  return String(value).replace(/\D/g, '').length <= 15;
}

/** Reads the genre. A movie has one text for it, so the names of a list are joined. */
export function readGenre(value: unknown, faults: string[]): string | undefined {
  if (value instanceof Verbatim) {
    return readText('genre', value, faults);
  }
  try {
    const joined = joinedGenres(value);
    return isNothing(joined ?? value) ? undefined : readText('genre', joined ?? value, faults);
  } catch {
    faults.push('genre must be text, or a list of names');
    return undefined;
  }
}

/** Reads an age of 1 to 99 years. */
export function readMinimumAge(value: unknown, faults: string[]): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = String(value).trim();
  if (!/^[1-9]\d?(\.0+)?$/.test(text)) {
    faults.push(`minimum age "${excerpt(text)}" must be 1 to 99 whole years`);
    return undefined;
  }
  return Number(text);
}

/** Reads what the minimum age means, in any case. */
export function readAgeRule(value: unknown, faults: string[]): AgeRule | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = String(value).trim();
  const rule = ageRules.find((each) => each === text.toLowerCase());
  if (rule === undefined) {
    faults.push(`age rule "${excerpt(text)}" must be one of ${ageRules.join(', ')}`);
  }
  return rule;
}
