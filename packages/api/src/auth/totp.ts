import { createHmac, timingSafeEqual } from 'node:crypto';

/*
 * Time-based one-time passwords (RFC 6238) as authenticator apps make them by default: HMAC-SHA-1, six
 * digits, a new one each 30 seconds.
 */

const [stepSeconds, digits] = [30, 6];

/** Steps before and after the present one whose codes fit: clocks differ, and people type slowly. */
const tolerance = 1;

/** The number of a step: seconds since 1970, in thirties. */
export function stepAt(instant: Date): number {
  return Math.floor(instant.getTime() / 1000 / stepSeconds);
}

/** The code of a step (RFC 4226, section 5.3). */
export function totpCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) % 16;
  const number = digest.readUInt32BE(offset) % 2 ** 31;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The step that a code is of, among those that fit at an instant. */
export function fittingStep(secret: Buffer, code: string, instant: Date): number | undefined {
  const present = stepAt(instant);
  const steps = Array.from(
    { length: 2 * tolerance + 1 },
    (_, index) => present + index - tolerance,
  );
  return steps.find((step) => isSame(totpCode(secret, step), code));
}

/** The codes that replace a device that was lost: ten, each ten letters and digits in two groups. */
export function recoveryCodesOf(secret: Buffer): string[] {
  return Array.from({ length: 10 }, (_, index) => {
    const digest = createHmac('sha256', secret).update(`recovery code ${index}`).digest();
    const text = base32(digest).slice(0, 10);
    return `${text.slice(0, 5)}-${text.slice(5)}`;
  });
}

/** The place of a recovery code, however it was typed; undefined if it is none. */
export function placeOfRecoveryCode(secret: Buffer, typed: string): number | undefined {
  const place = recoveryCodesOf(secret).findIndex((code) => isSame(plain(code), plain(typed)));
  return place === -1 ? undefined : place;
}

/** What an authenticator app reads from a QR code. */
export function otpauthUrl(secret: Buffer, account: string): string {
  const issuer = 'Matinee';
  const label = `${issuer}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${issuer}`;
}

/** RFC 4648, section 6, without padding: what apps take when it is typed. */
export function base32(bytes: Buffer): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

function plain(code: string): string {
  return code.replaceAll(/[\s-]/g, '').toUpperCase();
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
