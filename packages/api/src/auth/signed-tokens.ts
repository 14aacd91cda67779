import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'uuid';

/** What a token stands for. */
interface Signed {
  /** A UUID. */
  id: string;
  /** Rounded to a second. */
  expiresAt: Date;
  /** What has to be the same when the token is used, such as a password's hash; not in the token itself. */
  about?: string;
}

/** A token that is one of ours, whether it has expired or not. */
export interface ReadToken {
  id: string;
  expiresAt: Date;
  /** Whether the token was made about this. */
  isAbout(about: string): boolean;
}

/** What a token opens. */
type Purpose =
  | 'booking link'
  | 'ticket files'
  | 'password reset'
  | 'email proof'
  | 'session renewal'
  | 'unsubscription';

/** Bytes of the id, of the end in seconds since 1970, of what it is about, and of the signature. */
const [idBytes, endBytes, aboutBytes, signatureBytes] = [16, 6, 8, 32];

/**
 * Makes and reads the tokens of links in mails, and those that renew sessions. A token is signed and not stored: it holds an id, its end,
 * a digest of what it is about, if anything, and an HMAC-SHA256 of them all.
 */
export class SignedTokens {
  /** The current one first. */
  readonly #keys: readonly Buffer[];
  readonly #contentBytes: number;

  /**
   * @param purpose what they open; those of another purpose do not
   * @param secrets the secret that signs, and those of before
   */
  constructor(
    purpose: Purpose,
    secrets: readonly string[],
    { isAbout = false }: { isAbout?: boolean } = {},
  ) {
    // Keys of their own: a link must not help to forge a session's token, or the other way round.
    this.#keys = secrets.map((secret) => createHmac('sha256', secret).update(purpose).digest());
    this.#contentBytes = idBytes + endBytes + (isAbout ? aboutBytes : 0);
  }

  /** A token in base64url. */
  sign({ id, expiresAt, about }: Signed): string {
    const [key = Buffer.alloc(0)] = this.#keys;
    const end = Buffer.alloc(endBytes);
    end.writeUIntBE(Math.floor(expiresAt.getTime() / 1000), 0, endBytes);
    const digest = about === undefined ? Buffer.alloc(0) : aboutDigest(about, key);
    const content = Buffer.concat([parse(id), end, digest]);
    return Buffer.concat([content, hmac(content, key)]).toString('base64url');
  }

  /** What a token stands for; undefined unless it is one of ours. */
  read(token: string): ReadToken | undefined {
    const bytes = Buffer.from(token, 'base64url');
    const content = bytes.subarray(0, this.#contentBytes);
    const signature = bytes.subarray(this.#contentBytes);
    // One token has one spelling.
    const isWhole = signature.length === signatureBytes && bytes.toString('base64url') === token;
    const key = isWhole
      ? this.#keys.find((each) => timingSafeEqual(hmac(content, each), signature))
      : undefined;
    if (key === undefined) {
      return undefined;
    }
    const seconds = content.readUIntBE(idBytes, endBytes);
    return {
      id: stringify(content.subarray(0, idBytes)),
      expiresAt: new Date(seconds * 1000),
      isAbout: (about) => aboutDigest(about, key).equals(content.subarray(idBytes + endBytes)),
    };
  }
}

function hmac(content: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest();
}

function aboutDigest(about: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update('about ').update(about).digest().subarray(0, aboutBytes);
}
