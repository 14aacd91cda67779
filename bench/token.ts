import { createHmac, randomBytes } from 'node:crypto';

/** Signs the tokens of one run; the product is started with it. */
export const jwtSecret = randomBytes(48).toString('base64');

/** An access token as the product makes it, for a session that is in the database. */
export function signToken(user: { id: string; email: string; sessionId: string }): string {
  const iat = Math.floor(Date.now() / 1000);
  const header = encode({ alg: 'HS256', typ: 'JWT' });
  const claims = encode({
    user_id: user.id,
    email: user.email,
    role: 'user',
    sid: user.sessionId,
    iat,
    exp: iat + 86_400,
  });
  const signature = createHmac('sha256', jwtSecret).update(`${header}.${claims}`);
  return `${header}.${claims}.${signature.digest('base64url')}`;
}

/** The session a token names. The reference servers believe it: the row is what they look up. */
export function sessionOf(authorization: string | undefined): string {
  const [, claims = ''] = authorization?.split('.') ?? [];
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sid: string }).sid;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
