import { randomInt } from 'node:crypto';

/** Without 0, O, 1 and I, which sound or look like something else. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const length = 8;

/** A reservation's reference: eight characters that one can say aloud, 2^40 of them. */
export function newReference(): string {
  let reference = '';
  while (reference.length < length) {
    reference += alphabet.charAt(randomInt(alphabet.length));
  }
  return reference;
}
