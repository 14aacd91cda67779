import { stepAt, totpCode } from '../src/auth/totp.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * An authenticator app that knows a secret, in base32.
 *
 * @returns the code of a step, counted from the present one
 */
export function appOf(secret: string, clock = () => new Date()): (steps?: number) => string {
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  const key = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
  return (steps = 0) => totpCode(key, stepAt(clock()) + steps);
}
