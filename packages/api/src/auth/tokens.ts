import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { JwtHeader } from 'jsonwebtoken';
import { z } from 'zod';
import { BoundedMap } from '../bounded-map.ts';
import { AuthenticationError } from '../errors.ts';

const seconds = z.int().min(0);

const commonClaims = {
  user_id: z.uuid(),
  email: z.string(),
  role: z.string(),
  /** The session. */
  sid: z.uuid(),
  /** Seconds since 1970. */
  iat: seconds,
  exp: seconds,
};

const issuer = 'matinee';
const audience = 'matinee-api';

const Header = z.strictObject({
  alg: z.literal('HS256'),
  typ: z.literal('at+jwt'),
  kid: z.string(),
});
const Payload = z.strictObject({
  ...commonClaims,
  iss: z.literal(issuer),
  aud: z.literal(audience),
});

/** Tokens of release 0.1, which named neither their kind nor their key. */
const OldHeader = z.strictObject({ alg: z.literal('HS256'), typ: z.literal('JWT') });
const OldPayload = z.strictObject(commonClaims);

/** The claims of an access token (RFC 9068): the source design's three, and the session. */
export type Claims = z.infer<typeof OldPayload>;

export interface TokenOptions {
  /** Signs new tokens. */
  secret: string;
  /** Secrets of before: what they signed is accepted until it expires. */
  previousSecrets: readonly string[];
  /** The life of a token, and of a guest's. A token that claims a longer one is refused. */
  lifeSeconds: number;
  guestSeconds: number;
  clock: () => Date;
}

interface Key {
  readonly id: string;
  readonly secret: KeyObject;
}

/** Verified tokens that are kept: some 5 MB, and the callers of an hour at a busy cinema. */
const mostKept = 10_000;
/** Clocks of two servers may differ by so much. */
const skewSeconds = 60;

/** Makes access tokens and reads them (HS256). */
export class Tokens {
  readonly #current: Key;
  /** The current key first. */
  readonly #keys: readonly Key[];
  readonly #lifeSeconds: number;
  readonly #guestSeconds: number;
  readonly #clock: () => Date;
  /** Only tokens whose signature was right, so forged ones cannot displace them. */
  readonly #verified = new BoundedMap<string, Claims>(mostKept);

  constructor({ secret, previousSecrets, lifeSeconds, guestSeconds, clock }: TokenOptions) {
    this.#current = toKey(secret);
    this.#keys = [this.#current, ...previousSecrets.map(toKey)];
    this.#lifeSeconds = lifeSeconds;
    this.#guestSeconds = guestSeconds;
    this.#clock = clock;
  }

  sign(claims: Claims): string {
    const payload = { ...claims, iss: issuer, aud: audience };
    const header = { alg: 'HS256', typ: 'at+jwt', kid: this.#current.id };
    return jwt.sign(payload, this.#current.secret, { algorithm: 'HS256', header });
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
    if (!claims || !this.#isPlausible(claims)) {
      throw new AuthenticationError('TOKEN_INVALID');
    }
    this.#verified.set(token, claims);
    return claims;
  }

  #verify(token: string): Claims | undefined {
    const header = jwt.decode(token, { complete: true })?.header;
    if (header === undefined) {
      return undefined;
    }
    const isOld = OldHeader.safeParse(header).success;
    if (!isOld && !Header.safeParse(header).success) {
      return undefined;
    }
    const payload = this.#payloadOf(token, header);
    if (isOld) {
      return OldPayload.safeParse(payload).data;
    }
    const { iss: _iss, aud: _aud, ...claims } = Payload.safeParse(payload).data ?? {};
    return OldPayload.safeParse(claims).data;
  }

  /** What one of our keys has signed; an old token may be of any of them. */
  #payloadOf(token: string, { kid }: JwtHeader): unknown {
    const keys = this.#keys.filter(({ id }) => kid === undefined || kid === id);
    for (const { secret } of keys) {
      try {
        return jwt.verify(token, secret, { algorithms: ['HS256'], ignoreExpiration: true });
      } catch {
        // The next key may be the right one.
      }
    }
    return undefined;
  }

  /** No token of ours comes from the future, or lives longer than the setting. */
  #isPlausible({ iat, exp, role }: Claims): boolean {
    const latest = this.#clock().getTime() / 1000 + skewSeconds;
    const longest = role === 'guest' ? this.#guestSeconds : this.#lifeSeconds;
    return iat <= latest && exp - iat <= longest;
  }
}

/** The id names the key in a token's header and reveals nothing of it. */
function toKey(secret: string): Key {
  const id = createHmac('sha256', secret).update('key id').digest('base64url').slice(0, 12);
  return { id, secret: createSecretKey(Buffer.from(secret)) };
}
