import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'uuid';

/** What a link to a guest's booking stands for. */
export interface BookingLink {
  reservationId: string;
  expiresAt: Date;
}

/** Bytes of the id, of the end in seconds since 1970, and of the signature. */
const [idBytes, endBytes, signatureBytes] = [16, 6, 32];

/**
 * Makes and reads the tokens of mailed links to bookings. A token is signed and not stored: it holds the
 * id of the reservation and its end, and an HMAC-SHA256 of both.
 */
export class BookingLinks {
  /** The current one first. */
  readonly #keys: readonly Buffer[];

  /**
   * @param purpose what its links open; those of another purpose do not
   * @param secrets the secret that signs, and those of before
   */
  constructor(purpose: 'booking link' | 'ticket files', secrets: readonly string[]) {
    // Keys of their own: a link must not help to forge a session's token, or the other way round.
    this.#keys = secrets.map((secret) => createHmac('sha256', secret).update(purpose).digest());
  }

  /** The token of a link, in base64url; its end is rounded to a second. */
  sign({ reservationId, expiresAt }: BookingLink): string {
    const [key = Buffer.alloc(0)] = this.#keys;
    const end = Buffer.alloc(endBytes);
    end.writeUIntBE(Math.floor(expiresAt.getTime() / 1000), 0, endBytes);
    const content = Buffer.concat([parse(reservationId), end]);
    return Buffer.concat([content, signatureOf(content, key)]).toString('base64url');
  }

  /** What a token stands for, whether it has expired or not; undefined unless it is one of ours. */
  read(token: string): BookingLink | undefined {
    const bytes = Buffer.from(token, 'base64url');
    const content = bytes.subarray(0, idBytes + endBytes);
    const signature = bytes.subarray(idBytes + endBytes);
    // One token has one spelling.
    const isWhole = signature.length === signatureBytes && bytes.toString('base64url') === token;
    if (
      !isWhole ||
      !this.#keys.some((key) => timingSafeEqual(signatureOf(content, key), signature))
    ) {
      return undefined;
    }
    const seconds = content.readUIntBE(idBytes, endBytes);
    const reservationId = stringify(content.subarray(0, idBytes));
    return { reservationId, expiresAt: new Date(seconds * 1000) };
  }
}

function signatureOf(content: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
