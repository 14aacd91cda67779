import { createHmac } from 'node:crypto';

/** The prefix of a secret, as receivers are given it: then 32 bytes in base64. */
const prefix = 'whsec_';

/** A secret as a receiver is given it. */
export function writtenSecret(secret: Buffer): string {
  return `${prefix}${secret.toString('base64')}`;
}

/** An event that is to be signed. */
interface Message {
  id: string;
  /** Of the attempt. */
  at: Date;
  body: string;
}

/**
 * The headers of Standard Webhooks 1.0.0: the id, the time of the attempt in seconds, and one signature
 * for each secret.
 */
export function signedHeaders(
  { id, at, body }: Message,
  secrets: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const content = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
