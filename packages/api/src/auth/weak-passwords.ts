import { dictionary } from '@zxcvbn-ts/language-common';
import { ValidationError } from '../errors.ts';

/** 18,000 passwords of 8 characters or more that people use, most frequent first, in lower case. */
const common = new Set(dictionary['passwords-common'].filter((each) => each.length >= 8));

/** What the product is about comes first to whoever attacks it. */
const ofTheProduct = ['matinee', 'demo', 'cinema', 'movie', 'moviepass', 'ticket', 'tickets'];
/** One of these words alone says too little about the product. */
const harmless = new Set(['demo', 'movie', 'ticket', 'tickets']);

/** Letters and digits as alphabets and keyboards have them, twice: a run may begin anywhere. */
const rows = ['abcdefghijklmnopqrstuvwxyz', '1234567890', 'qwertyuiopasdfghjklzxcvbnm'].flatMap(
  (row) => [row.repeat(2), row.split('').toReversed().join('').repeat(2)],
);

/** Longer passwords are no guess, even if they are a shorter one over and over. */
const longestRepetition = 20;

/** Whether a password is one of those that are tried first. */
export function isCommon(password: string): boolean {
  const plain = password.toLowerCase();
  const letters = lettersOf(plain);
  return (
    common.has(plain) ||
    (isMadeOf(letters, ofTheProduct) && !harmless.has(letters)) ||
    readings(plain).some((text) => isMadeOf(text, ['matinee', 'cinema'])) ||
    rows.some((row) => row.includes(plain)) ||
    isRepetition(plain) ||
    // One or two characters, repeated.
    new Set(plain).size < 3
  );
}

/**
 * Whether a password is a common one with digits and signs around it, or in place of its letters. Asked of
 * administrators' alone.
 */
export function isCommonInside(password: string): boolean {
  const plain = password.toLowerCase();
  return [bare(plain), lettersOf(plain), ...readings(plain)].some((text) => common.has(text));
}

/** The letters of a password whose signs and digits stand for letters, but for those at its end. */
function readings(plain: string): string[] {
  const from = plain.search(/[^\p{Letter}]*$/u);
  const lengths = Array.from({ length: plain.length - from + 1 }, (_, more) => from + more);
  return lengths.map((length) => lettersOf(unmasked(plain.slice(0, length))));
}

/** Without what stands around the letters. */
function bare(text: string): string {
  return text.replace(/^[^\p{Letter}]+|[^\p{Letter}]+$/gu, '');
}

/** Signs and digits that stand for letters. */
const masks: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
};

function unmasked(plain: string): string {
  return plain.replace(/[@4310!$5]/g, (sign) => masks[sign] ?? sign);
}

/** Whether a text is a shorter one, over and over: `abcabcabc`. Signs between do not count. */
function isRepetition(plain: string): boolean {
  const text = plain.replace(/[^\p{Letter}\p{Number}]/gu, '');
  const isShort = text.length <= longestRepetition;
  return isShort && text.length >= 6 && /^(.{2,})\1+$/su.test(text);
}

/**
 * Whether letters are nothing but these words, one behind another. No pattern: with words that overlap, as
 * an owner's names may, one would try every way to split the letters.
 */
function isMadeOf(letters: string, words: readonly string[]): boolean {
  const parts = words.filter((word) => word.length >= 3);
  const ends = new Set([0]);
  // It also visits what is added meanwhile.
  for (const end of ends) {
    for (const part of parts.filter((each) => letters.startsWith(each, end))) {
      ends.add(end + part.length);
    }
  }
  return letters !== '' && ends.has(letters.length);
}

/** Whose password it is to be. */
interface Owner {
  email: string;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
}

/**
 * Refuses a password that is its owner's e-mail address or name, with digits and signs or without.
 *
 * @param field where the password stands in the input
 * @throws ValidationError
 */
export function assertNotOwn(
  password: string,
  { email, firstName, lastName }: Owner,
  field: string,
): void {
  const [first, last] = [firstName ?? '', lastName ?? ''];
  const [local = ''] = email.split('@', 1);
  const own = [email, local, first, last, first + last, last + first].map(lettersOf);
  const parts = [...email.split(/[^\p{Letter}]+/u).slice(0, -1), first, last].map(lettersOf);
  const letters = lettersOf(password);
  const isAddress = password.normalize('NFC').toLowerCase() === email.toLowerCase();
  const isOwn = letters !== '' && own.includes(letters);
  if (isAddress || isOwn || isMadeOf(letters, parts)) {
    const message = 'must not be your own e-mail address or name';
    throw new ValidationError([{ path: [field], message }]);
  }
}

function lettersOf(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{Letter}]/gu, '');
}
