import { expect, test } from 'vitest';
import {
  base32,
  totpCode,
  fittingStep,
  otpauthUrl,
  placeOfRecoveryCode,
  recoveryCodesOf,
  stepAt,
} from './totp.ts';

const secret = Buffer.from('12345678901234567890');

// The last six of the eight digits in appendix B of RFC 6238.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('the code at second %i is %s', (seconds, code) => {
  const instant = new Date(seconds * 1_000);
  expect(totpCode(secret, stepAt(instant))).toBe(code);
  expect(fittingStep(secret, code, instant)).toBe(stepAt(instant));
});

test('a code fits half a minute early and late, and no longer', () => {
  const instant = new Date(1_234_567_890_000);
  const at = (steps: number) => totpCode(secret, stepAt(instant) + steps);
  const fits = [-2, -1, 0, 1, 2].map((steps) => fittingStep(secret, at(steps), instant));
  expect(fits.map((step) => step !== undefined)).toEqual([false, true, true, true, false]);
});

test.each(['', '28708', '2870821', 'abcdef', ' 87082'])('%j is no code', (typed) => {
  expect(fittingStep(secret, typed, new Date(59_000))).toBeUndefined();
});

// Section 10 of RFC 4648, without padding.
test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('%j in base32 is %s', (text, written) => {
  expect(base32(Buffer.from(text))).toBe(written);
});

test('an app reads issuer, account and secret from the address', () => {
  const url = new URL(otpauthUrl(secret, 'ada+häuser@example.com'));
  expect(`${url.protocol}${url.host}`).toBe('otpauth:totp');
  expect(decodeURIComponent(url.pathname)).toBe('/Matinee:ada+häuser@example.com');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    secret: base32(secret),
    issuer: 'Matinee',
  });
});

test('ten recovery codes belong to a secret, however they are typed', () => {
  const codes = recoveryCodesOf(secret);
  expect(new Set(codes).size).toBe(10);
  expect(codes.every((code) => /^[A-Z2-7]{5}-[A-Z2-7]{5}$/.test(code))).toBe(true);
  const [, second = ''] = codes;
  for (const typed of [second, second.toLowerCase(), ` ${second.replace('-', ' ')} `]) {
    expect(placeOfRecoveryCode(secret, typed)).toBe(1);
  }
  expect(placeOfRecoveryCode(Buffer.from('another'), second)).toBeUndefined();
});
