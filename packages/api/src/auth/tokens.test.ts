import jwt from 'jsonwebtoken';
import { expect, test, vi } from 'vitest';
import { AuthenticationError } from '../errors.ts';
import { Tokens } from './tokens.ts';

const secret = Buffer.from('only-for-tests-'.repeat(3));
const claims = {
  user_id: '01a2209b-c0a7-7264-8bc4-4bd0e2ab4f54',
  email: 'ada@example.com',
  role: 'user',
  sid: '01a2209b-c0a7-7264-8bc4-4bd0e2ab4f55',
  iat: 1_000,
  exp: 2_000,
};

test('verifies the signature of a token once, and reads an expired one too', () => {
  const verify = vi.spyOn(jwt, 'verify').mockClear();
  const tokens = new Tokens(secret);
  const token = tokens.sign(claims);

  expect(tokens.read(`Bearer ${token}`)).toMatchObject(claims);
  expect(tokens.read(`bearer   ${token} `)).toMatchObject(claims);
  expect(verify).toHaveBeenCalledTimes(1);
});

test('refuses every token that it has not signed, each time', () => {
  const tokens = new Tokens(secret);
  const [head = '', body = '', signature = ''] = tokens.sign(claims).split('.');
  const other = Buffer.from(JSON.stringify({ ...claims, role: 'admin' })).toString('base64url');
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
  const forged = [
    `Bearer ${head}.${other}.${signature}`,
    `Bearer ${none}.${body}.`,
    `Bearer ${new Tokens(Buffer.from('another secret, as long as this')).sign(claims)}`,
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

test('keeps the newest 10,000 tokens; forged ones displace none', () => {
  const tokens = new Tokens(secret);
  const signed = Array.from({ length: 10_001 }, (_, iat) => tokens.sign({ ...claims, iat }));
  const read = (token: string) => tokens.read(`Bearer ${token}`);
  signed.forEach(read);
  expect(() => read(`${signed[0]}x`)).toThrow(AuthenticationError);
  const verify = vi.spyOn(jwt, 'verify').mockClear();

  signed.slice(1).forEach(read);
  expect(verify).not.toHaveBeenCalled();
  read(signed[0] ?? '');
  expect(verify).toHaveBeenCalledTimes(1);
});
