import { dictionary } from '@zxcvbn-ts/language-common';

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

/** Whether a password is its owner's e-mail address or name, with digits and signs or without. */
export function isOwn(password: string, { email, firstName, lastName }: Owner): boolean {
  const [first, last] = [firstName ?? '', lastName ?? ''];
  const [local = ''] = email.split('@', 1);
  const own = [email, local, first, last, first + last, last + first].map(lettersOf);
  const letters = lettersOf(password);
  return (
    password.toLowerCase() === email.toLowerCase() || (letters !== '' && own.includes(letters))
  );
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{Letter}]/gu, '');
}
