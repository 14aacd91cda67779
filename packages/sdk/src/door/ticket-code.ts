import type { TicketKey } from '../types.ts';

/** What the code of a ticket says. */
export interface TicketCode {
  /** The id of the key that signed it. */
  kid: number;
  reservationId: string;
  seatId: string;
  /** The first eight hexadecimal digits of the showtime's id. */
  showtimePrefix: string;
  /** When the show was to begin as the code was made. */
  startTime: Date;
  version: number;
}

const prefix = 'MT1-';
/** scheme 1, key 1, reservation 16, seat 16, showtime 4, start 4, version 1; then the signature. */
const contentBytes = 43;
const signatureBytes = 64;
const digestBytes = 12;
const minuteMs = 60_000;

/**
 * Reads a code, and verifies its signature with public keys: no server is asked.
 *
 * @param keys what `tickets.keys` or a manifest has
 * @returns undefined for a text that none of these keys has signed
 */
export async function readTicketCode(
  code: string,
  keys: readonly TicketKey[],
): Promise<TicketCode | undefined> {
  const bytes = bytesOf(code);
  const key = keys.find(({ kid }) => kid === bytes?.[1]);
  if (!bytes || !key || !(await isSigned(bytes, key))) {
    return undefined;
  }
  const view = new DataView(bytes.buffer);
  return {
    kid: key.kid,
    reservationId: uuidOf(bytes.subarray(2, 18)),
    seatId: uuidOf(bytes.subarray(18, 34)),
    showtimePrefix: hexOf(bytes.subarray(34, 38)),
    startTime: new Date(view.getUint32(38) * minuteMs),
    version: view.getUint8(42),
  };
}

/** What a manifest calls the ticket of a code, whose signature was verified before. */
export async function ticketIdOf(code: string): Promise<string> {
  const bytes = bytesOf(code) ?? new Uint8Array(contentBytes);
  const named = new Uint8Array(33);
  named.set(bytes.subarray(2, 34));
  named.set(bytes.subarray(42, 43), 32);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', named));
  return base64Url(digest.subarray(0, digestBytes));
}

async function isSigned(
  bytes: Uint8Array<ArrayBuffer>,
  { publicKey }: TicketKey,
): Promise<boolean> {
  const key = await crypto.subtle.importKey('jwk', { ...publicKey }, 'Ed25519', false, ['verify']);
  const [content, signature] = [bytes.slice(0, contentBytes), bytes.slice(contentBytes)];
  return crypto.subtle.verify('Ed25519', key, signature, content);
}

/** The bytes of a code; undefined for anything that is no code. */
function bytesOf(code: string): Uint8Array<ArrayBuffer> | undefined {
  const text = code.trim().toUpperCase();
  const bytes = text.startsWith(prefix) ? fromBase32(text.slice(prefix.length)) : undefined;
  return bytes?.length === contentBytes + signatureBytes && bytes[0] === 1 ? bytes : undefined;
}

/** Crockford's alphabet. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function fromBase32(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let [value, bits, at] = [0, 0, 0];
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) {
      return undefined;
    }
    value = (value << 5) | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (value >>> bits) & 255;
      at += 1;
      value &= (1 << bits) - 1;
    }
  }
  return bits < 5 && value === 0 ? bytes : undefined;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function uuidOf(bytes: Uint8Array): string {
  return hexOf(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
