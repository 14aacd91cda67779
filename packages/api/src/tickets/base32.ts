/** Crockford's alphabet: digits and capitals without I, L, O and U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const bitsPerCharacter = 5;

/** Bytes as base32 by Crockford, without padding: 8 characters for 5 bytes. */
export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= bitsPerCharacter) {
      bits -= bitsPerCharacter;
      text += alphabet.charAt((value >>> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet.charAt((value << (bitsPerCharacter - bits)) & 31) : text;
}

/**
 * The bytes of a base32 text in capitals; undefined for other characters, and for bits behind the last
 * byte that are not zero: bytes have one spelling.
 */
export function fromBase32(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let value = 0;
  let bits = 0;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) {
      return undefined;
    }
    value = (value << bitsPerCharacter) | digit;
    bits += bitsPerCharacter;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >>> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  return bits < bitsPerCharacter && value === 0 ? Buffer.from(bytes) : undefined;
}
