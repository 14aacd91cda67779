/** How a secret begins; its bytes in base64 follow. */
const prefix = 'whsec_';

/** @param secret as `admin.webhooks.create` has shown it. @throws TypeError when it is none */
export async function keyOf(secret: string) {
  const bytes = bytesOf(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret);
  if (!bytes || bytes.length === 0) {
    throw new TypeError('The secret of a webhook is whsec_ and base64.');
  }
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
}

/** What is signed: id, seconds and body with a dot between two. */
export function signedContent(
  id: string,
  timestamp: string,
  body: string,
): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${id}.${timestamp}.${body}`);
}

/** The bytes of a text in base64; undefined when it is none. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
  } catch {
    return undefined;
  }
}
