import { dictionary } from '@zxcvbn-ts/language-common';
import { ValidationError } from '../errors.ts';

/** 18,000 passwords of 8 characters or more that people use, most frequent first, in lower case. */
const common = new Set(dictionary['passwords-common'].filter((each) => each.length >= 8));

/** What the product is about comes first to whoever attacks it. */
const ofTheProduct = new Set(['matinee', 'matineedemo', 'cinema', 'moviepass']);

/** Whether a password is one of those that are tried first. */
export function isCommon(password: string): boolean {
  const plain = password.toLowerCase();
  return (
    common.has(plain) ||
    ofTheProduct.has(plain.replace(/[^\p{Letter}]/gu, '')) ||
    // One or two characters, repeated.
    new Set(plain).size < 3
  );
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
  const letters = lettersOf(password);
  const isAddress = password.normalize('NFC').toLowerCase() === email.toLowerCase();
  if (isAddress || (letters !== '' && own.includes(letters))) {
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
