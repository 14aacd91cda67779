import { keyOf, signedContent } from './signature.ts';

/** An event that is to be signed. */
export interface NewWebhookMessage {
  id: string;
  /** Of the attempt; by default now. */
  at?: Date;
  /** JSON. */
  body: string;
}

/**
 * Signs an event as the server does: for the tests of a receiver, and for passing events on.
 *
 * @param secret as `admin.webhooks.create` has shown it
 * @returns the three headers
 */
export async function signWebhook(
  { id, at = new Date(), body }: NewWebhookMessage,
  secret: string,
): Promise<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const content = signedContent(id, timestamp, body);
  const signature = await crypto.subtle.sign('HMAC', await keyOf(secret), content);
  const base64 = btoa(String.fromCodePoint(...new Uint8Array(signature)));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${base64}`,
  };
}
