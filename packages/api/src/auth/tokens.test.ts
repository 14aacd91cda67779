import jwt from 'jsonwebtoken';
import { describe, expect, test, vi } from 'vitest';
import { AuthenticationError } from '../errors.ts';
import { Tokens } from './tokens.ts';
import type { TokenOptions } from './tokens.ts';

const secret = 'only-for-tests-'.repeat(3);
const otherSecret = 'another-secret-'.repeat(3);
const claims = {
  user_id: '01a2209b-c0a7-7264-8bc4-4bd0e2ab4f54',
  email: 'ada@example.com',
  role: 'user',
  sid: '01a2209b-c0a7-7264-8bc4-4bd0e2ab4f55',
  iat: 1_000,
  exp: 2_000,
};

/** Tokens at 1,500 seconds after 1970. */
function theTokens(options: Partial<TokenOptions> = {}): Tokens {
  const clock = () => new Date(1_500_000);
  const lives = { lifeSeconds: 1_000, guestSeconds: 5_000 };
  return new Tokens({ secret, previousSecrets: [], ...lives, clock, ...options });
}

function isAccepted(tokens: Tokens, token: string): boolean {
  try {
    return tokens.read(`Bearer ${token}`).sid === claims.sid;
  } catch (error) {
    if (error instanceof AuthenticationError) {
      return false;
    }
    throw error;
  }
}

test('verifies the signature of a token once, and reads an expired one too', () => {
  const verify = vi.spyOn(jwt, 'verify').mockClear();
  const tokens = theTokens();
  const token = tokens.sign(claims);

  expect(tokens.read(`Bearer ${token}`)).toEqual(claims);
  expect(tokens.read(`bearer   ${token} `)).toEqual(claims);
  expect(verify).toHaveBeenCalledTimes(1);
});

test('refuses every token that it has not signed, each time', () => {
  const tokens = theTokens();
  const [head = '', body = '', signature = ''] = tokens.sign(claims).split('.');
  const other = Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url');
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
  const forged = [
    `Bearer ${head}.${other}.${signature}`,
    `Bearer ${none}.${body}.`,
    `Bearer ${theTokens({ secret: otherSecret }).sign(claims)}`,
    `Bearer ${jwt.sign(claims, secret, { algorithm: 'HS512' })}`,
    `${head}.${body}.${signature}`,
    'Bearer ',
    '',
  ];
  tokens.read(`Bearer ${head}.${body}.${signature}`);

  for (const authorization of [...forged, ...forged]) {
    expect(() => tokens.read(authorization)).toThrow(AuthenticationError);
  }
});

describe('a token that the key has signed', () => {
  const tokens = theTokens();
  const { header, payload } = jwt.decode(tokens.sign(claims), { complete: true }) as {
    header: jwt.JwtHeader;
    payload: object;
  };
  const signed = (change: { header?: object; payload?: object }) =>
    jwt.sign({ ...payload, ...change.payload }, secret, {
      header: { ...header, ...change.header },
    });

  test.each<[string, object]>([
    ['as they are made', {}],
    ['of a clock that is a little ahead', { payload: { iat: 1_560, exp: 2_500 } }],
    ['for a guest, with an address of none', { payload: { role: 'guest', email: '', exp: 6_000 } }],
  ])('is accepted %s', (_what, change) => {
    expect(isAccepted(tokens, signed(change))).toBe(true);
  });

  test.each<[string, object]>([
    ['of another kind', { header: { typ: 'refresh' } }],
    ['of a kind that is a number', { header: { typ: 1 } }],
    ['of no kind', { header: { typ: undefined } }],
    ['with a critical extension', { header: { crit: ['exp2'], exp2: 1 } }],
    ['with an extension', { header: { b64: false } }],
    ['of a key that we do not have', { header: { kid: 'another' } }],
    ['of another issuer', { payload: { iss: 'elsewhere' } }],
    ['for another audience', { payload: { aud: 'elsewhere' } }],
    ['for several audiences', { payload: { aud: ['matinee-api', 'elsewhere'] } }],
    ['with a claim too many', { payload: { scope: 'admin' } }],
    ['that begins tomorrow', { payload: { iat: 87_900, exp: 88_000 } }],
    ['that begins at no instant', { payload: { iat: 1_000.5 } }],
    ['that never ends', { payload: { exp: 1e308 } }],
    ['that lives longer than the setting', { payload: { exp: 2_001 } }],
    ['of a guest that lives longer than a guest’s', { payload: { role: 'guest', exp: 6_001 } }],
  ])('is refused %s', (_what, change) => {
    expect(isAccepted(tokens, signed(change))).toBe(false);
  });

  test('is refused with an infinite end, which JSON can write', () => {
    const text = JSON.stringify(payload).replace('"exp":2000', '"exp":1e999');
    expect(text).toContain('1e999');
    expect(isAccepted(tokens, jwt.sign(text, secret, { header }))).toBe(false);
  });
});

describe('a token of release 0.1', () => {
  const old = (change: object = {}) => jwt.sign({ ...claims, ...change }, secret);

  test('is accepted, of a previous secret too', () => {
    expect(isAccepted(theTokens(), old())).toBe(true);
    const rotated = theTokens({ secret: otherSecret, previousSecrets: [secret] });
    expect(isAccepted(rotated, old())).toBe(true);
  });

  test.each<[string, object]>([
    ['a claim too many', { iss: 'matinee' }],
    ['no session', { sid: undefined }],
    ['a life that is too long', { exp: 2_001 }],
  ])('is refused with %s', (_what, change) => {
    expect(isAccepted(theTokens(), old(change))).toBe(false);
  });
});

test('a new secret signs nobody out', () => {
  const before = theTokens();
  const after = theTokens({ secret: otherSecret, previousSecrets: [secret] });

  expect(isAccepted(after, before.sign(claims))).toBe(true);
  expect(isAccepted(after, after.sign(claims))).toBe(true);
  expect(isAccepted(before, after.sign(claims))).toBe(false);
  expect(isAccepted(theTokens({ secret: otherSecret }), before.sign(claims))).toBe(false);
});

test('keeps the newest 10,000 tokens; forged ones displace none', () => {
  const tokens = theTokens({ lifeSeconds: 10_000, clock: () => new Date(20_000_000) });
  const signed = Array.from({ length: 10_001 }, (_, index) =>
    tokens.sign({ ...claims, iat: index + 1, exp: index + 2 }),
  );
  const read = (token: string) => tokens.read(`Bearer ${token}`);
  signed.forEach(read);
  expect(() => read(`${signed[0]}x`)).toThrow(AuthenticationError);
  const verify = vi.spyOn(jwt, 'verify').mockClear();

  signed.slice(1).forEach(read);
  expect(verify).not.toHaveBeenCalled();
  read(signed[0] ?? '');
  expect(verify).toHaveBeenCalledTimes(1);
});
