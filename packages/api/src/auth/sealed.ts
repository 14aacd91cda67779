import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const [ivBytes, tagBytes] = [12, 16];

/** Encrypts secrets that the server has to read again (AES-256-GCM), under keys of one purpose. */
export class Sealed {
  /** The current one first. */
  readonly #keys: readonly Buffer[];

  /** @param secrets the secret that encrypts, and those of before */
  constructor(purpose: 'second factor', secrets: readonly string[]) {
    this.#keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));
  }

  /**
   * A text in base64url.
   *
   * @param owner whose it is: it cannot be opened as another's
   */
  seal(secret: Buffer, owner: string): string {
    const [key = Buffer.alloc(0)] = this.#keys;
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(owner));
    const parts = [iv, cipher.update(secret), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(parts).toString('base64url');
  }

  /** What was sealed, and whether under the current key; undefined if no key opens it. */
  open(sealed: string, owner: string): { secret: Buffer; isCurrent: boolean } | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    const [iv, content, tag] = [
      bytes.subarray(0, ivBytes),
      bytes.subarray(ivBytes, -tagBytes),
      bytes.subarray(-tagBytes),
    ];
    for (const [place, key] of this.#keys.entries()) {
      try {
        const decipher = createDecipheriv(algorithm, key, iv).setAAD(Buffer.from(owner));
        decipher.setAuthTag(tag);
        const secret = Buffer.concat([decipher.update(content), decipher.final()]);
        return { secret, isCurrent: place === 0 };
      } catch {
        // The next key may be the right one.
      }
    }
    return undefined;
  }
}
