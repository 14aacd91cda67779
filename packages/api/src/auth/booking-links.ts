import { SignedTokens } from './signed-tokens.ts';

/** What a link to a guest's booking stands for. */
export interface BookingLink {
  reservationId: string;
  /** Rounded to a second. */
  expiresAt: Date;
}

/** Makes and reads the tokens of mailed links to bookings. */
export class BookingLinks {
  readonly #tokens: SignedTokens;

  /**
   * @param purpose what its links open; those of another purpose do not
   * @param secrets the secret that signs, and those of before
   */
  constructor(purpose: 'booking link' | 'ticket files', secrets: readonly string[]) {
    this.#tokens = new SignedTokens(purpose, secrets);
  }

  /** The token of a link, in base64url. */
  sign({ reservationId, expiresAt }: BookingLink): string {
    return this.#tokens.sign({ id: reservationId, expiresAt });
  }

  /** What a token stands for, whether it has expired or not; undefined unless it is one of ours. */
  read(token: string): BookingLink | undefined {
    const read = this.#tokens.read(token);
    return read && { reservationId: read.id, expiresAt: read.expiresAt };
  }
}
