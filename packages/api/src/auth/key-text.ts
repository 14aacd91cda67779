import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Scanners for secrets know keys by it. */
const prefix = 'mk_';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 bytes in base 62, and four bytes of checksum. */
const secretLength = 43;
const checksumLength = 6;
const shape = new RegExp(`^${prefix}[0-9A-Za-z]{${secretLength + checksumLength}}$`);

/** Characters at the end of a key that a list shows. */
export const shownCharacters = 6;

/**
 * Writes an API key: `mk_`, the secret in base 62, and a CRC-32 of both in base 62, 52 characters in
 * all. By the checksum a typing error is refused without the database, and scanners for secrets tell
 * a key from other text.
 *
 * @param secret 32 bytes
 */
export function writeKey(secret: Buffer): string {
  const body = prefix + base62(BigInt(`0x${secret.toString('hex')}`), secretLength);
  return body + checksumOf(body);
}

/** Whether a text is an API key, or tries to be one. */
export function looksLikeKey(token: string): boolean {
  return token.slice(0, prefix.length).toLowerCase() === prefix;
}

/** What is stored of a key instead of it; undefined for a text that cannot be a key. */
export function digestOfKey(token: string): Buffer | undefined {
  const body = token.slice(0, -checksumLength);
  return shape.test(token) && token.endsWith(checksumOf(body))
    ? // Plain: there are 2^256 secrets, so a search for one fails without a key of the server's as well.
      createHash('sha256').update(token).digest()
    : undefined;
}

function checksumOf(body: string): string {
  return base62(BigInt(crc32(body)), checksumLength);
}

/** A number in base 62, with zeros in front. */
function base62(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; rest > 0n; rest /= 62n) {
    text = (digits[Number(rest % 62n)] ?? '') + text;
  }
  return text.padStart(length, '0');
}
