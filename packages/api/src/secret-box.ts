import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';

/** Bytes of the nonce and of the tag, in front of the text. */
const [nonceBytes, tagBytes] = [12, 16];

/**
 * Encrypts secrets that are kept in the database, with a key that is not: AES-256-GCM, and a key that is
 * derived from a secret of the configuration.
 */
export class SecretBox {
  /** The current one first. */
  readonly #keys: readonly Buffer[];

  /**
   * @param purpose what is encrypted; a box for another purpose cannot open it
   * @param secrets the secret that encrypts, and those of before
   */
  constructor(purpose: 'webhook secret' | 'second factor', secrets: readonly string[]) {
    this.#keys = secrets.map((secret) => createHmac('sha256', secret).update(purpose).digest());
  }

  /** The bytes, encrypted, in base64url. @param about what they belong to; needed to open them */
  seal(content: Buffer, about: string): string {
    const [key = Buffer.alloc(0)] = this.#keys;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(about));
    const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /**
   * The bytes that were sealed, and whether a secret of before had sealed them; undefined when no secret
   * of the configuration opens them.
   */
  open(sealed: string, about: string): { content: Buffer; isOld: boolean } | undefined {
    for (const [place, key] of this.#keys.entries()) {
      const content = decrypted(Buffer.from(sealed, 'base64url'), { key, about });
      if (content) {
        return { content, isOld: place > 0 };
      }
    }
    return undefined;
  }
}

function decrypted(
  bytes: Buffer,
  { key, about }: { key: Buffer; about: string },
): Buffer | undefined {
  const nonce = bytes.subarray(0, nonceBytes);
  try {
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
      .setAAD(Buffer.from(about))
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([
      decipher.update(bytes.subarray(nonceBytes + tagBytes)),
      decipher.final(),
    ]);
  } catch {
    return undefined;
  }
}
