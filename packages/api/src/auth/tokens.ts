import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { BoundedMap } from '../bounded-map.ts';
import { AuthenticationError } from '../errors.ts';

/** The claims of an access token: the source design's three, and the session. */
export interface Claims {
  user_id: string;
  email: string;
  role: string;
  sid: string;
  /** Seconds since 1970. */
  exp: number;
}

/** Verified tokens that are kept: some 5 MB, and the callers of an hour at a busy cinema. */
const mostKept = 10_000;

/** Makes access tokens and reads them (HS256). */
export class Tokens {
  readonly #key: KeyObject;
  /** Only tokens whose signature was right, so forged ones cannot displace them. */
  readonly #verified = new BoundedMap<string, Claims>(mostKept);

  constructor(secret: Buffer) {
    this.#key = createSecretKey(secret);
  }

  sign(claims: Claims & { iat: number }): string {
    return jwt.sign(claims, this.#key, { algorithm: 'HS256' });
  }

  /**
   * The claims of an `Authorization` header. Whether the token has expired is not decided here, but
   * by the session's row and the database's clock.
   *
   * @throws AuthenticationError `TOKEN_INVALID` for anything but a token of ours
   */
  read(authorization: string): Claims {
    const token = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1] ?? '';
    const known = this.#verified.get(token);
    if (known) {
      return known;
    }
    const claims = this.#verify(token);
    this.#verified.set(token, claims);
    return claims;
  }

  #verify(token: string): Claims {
    try {
      const options = { algorithms: ['HS256' as const], ignoreExpiration: true };
      const claims = jwt.verify(token, this.#key, options) as Partial<Claims>;
      if (typeof claims.exp === 'number' && typeof claims.user_id === 'string') {
        const [userId, sid] = [idOrNone(claims.user_id), idOrNone(claims.sid)];
        return { ...(claims as Claims), user_id: userId, sid };
      }
    } catch {
      // Falls through: it is not a token of ours.
    }
    throw new AuthenticationError('TOKEN_INVALID');
  }
}

/** An id that nobody and nothing has. */
const none = '00000000-0000-0000-0000-000000000000';

function idOrNone(value: unknown): string {
  const isId =
    typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
  return isId ? value : none;
}
