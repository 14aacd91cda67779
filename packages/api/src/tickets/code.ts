import { sign, verify as verifyWithCallback } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { parse, stringify } from 'uuid';
import { fromBase32, toBase32 } from './base32.ts';

/** What the code of a ticket says. */
export interface TicketCode {
  /** The id of the key that signed it, 1 to 255. */
  kid: number;
  reservationId: string;
  seatId: string;
  /** The first eight hexadecimal digits of the showtime's id. */
  showtimePrefix: string;
  /** When the show was to begin as the code was made; a show that moves keeps its codes. */
  startTime: Date;
  /** 1 to 255: see `codeVersion`. */
  version: number;
}

/** A key that signs, with its id. */
export interface SigningKey {
  kid: number;
  privateKey: KeyObject;
}

/** In Node's thread pool: an upload has five hundred signatures. */
const verify = promisify(verifyWithCallback);

const prefix = 'MT1-';
const scheme = 1;
/** scheme 1, key 1, reservation 16, seat 16, showtime 4, start 4, version 1. */
const contentBytes = 43;
const signatureBytes = 64;
const minuteMs = 60_000;

/** Versions of tickets grow without end; a code has one byte for them, from 1 to 255. */
export function codeVersion(ticketVersion: number): number {
  return ((ticketVersion - 1) % 255) + 1;
}

/**
 * Signs the code of a ticket: `MT1-` and 172 characters of base32 by Crockford, for 43 bytes of content
 * and their Ed25519 signature. As a QR code in alphanumeric mode that is version 7 at level M. The same
 * content always has the same code.
 *
 * @param showtimeId the whole id of the showtime
 */
export function signCode(
  {
    showtimeId,
    ...ticket
  }: Omit<TicketCode, 'kid' | 'showtimePrefix'> & {
    showtimeId: string;
  },
  { kid, privateKey }: SigningKey,
): string {
  const numbers = Buffer.alloc(9);
  Buffer.from(parse(showtimeId)).copy(numbers, 0, 0, 4);
  numbers.writeUInt32BE(Math.floor(ticket.startTime.getTime() / minuteMs), 4);
  numbers.writeUInt8(ticket.version, 8);
  const content = Buffer.concat([
    Buffer.from([scheme, kid]),
    parse(ticket.reservationId),
    parse(ticket.seatId),
    numbers,
  ]);
  const signature = sign(null, content, privateKey);
  return prefix + toBase32(Buffer.concat([content, signature]));
}

/**
 * Reads a code, and checks its signature. Scanners that type may change the case of letters.
 *
 * @param keyOf the public key with an id
 * @returns undefined for a text that no key of ours has signed
 */
export async function readCode(
  code: string,
  keyOf: (kid: number) => Promise<KeyObject | undefined>,
): Promise<TicketCode | undefined> {
  const text = code.trim().toUpperCase();
  const bytes = text.startsWith(prefix) ? fromBase32(text.slice(prefix.length)) : undefined;
  if (bytes?.length !== contentBytes + signatureBytes || bytes[0] !== scheme) {
    return undefined;
  }
  const content = bytes.subarray(0, contentBytes);
  const kid = content.readUInt8(1);
  const key = await keyOf(kid);
  if (!key || !(await verify(null, content, key, bytes.subarray(contentBytes)))) {
    return undefined;
  }
  return {
    kid,
    reservationId: stringify(content.subarray(2, 18)),
    seatId: stringify(content.subarray(18, 34)),
    showtimePrefix: content.toString('hex', 34, 38),
    startTime: new Date(content.readUInt32BE(38) * minuteMs),
    version: content.readUInt8(42),
  };
}
