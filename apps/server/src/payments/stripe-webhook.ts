import { WebhookRefused } from '@matinee/api';
import type { ProviderEvent, RawWebhook } from '@matinee/api';
import type { Stripe } from 'stripe';
import { z } from 'zod';

/** Seconds by which the timestamp of a message may differ from this server's clock. */
const toleranceSeconds = 300;

/**
 * Verifies a message of Stripe and reads which payment it is about.
 *
 * @param secrets any of them may have signed: two while the secret is being replaced
 * @throws WebhookRefused
 */
export function parseStripeWebhook(
  stripe: Stripe,
  secrets: readonly string[],
  { body, headers }: RawWebhook,
): ProviderEvent {
  const signature = headers['stripe-signature'];
  if (signature === undefined || body.length === 0) {
    throw new WebhookRefused('The message has no signature or no body.');
  }
  refuseTheFuture(signature);
  for (const secret of secrets) {
    const event = verified(stripe, { body, signature, secret });
    if (event) {
      return { eventId: event.id, kind: event.type, ref: refOf(event) };
    }
  }
  throw new WebhookRefused('The signature does not match, or the message is too old.');
}

/** Stripe's library refuses old messages only. */
function refuseTheFuture(signature: string): void {
  const latest = Math.floor(Date.now() / 1000) + toleranceSeconds;
  const times = signature.split(',').filter((part) => part.startsWith('t='));
  if (times.some((part) => !(Number(part.slice(2)) <= latest))) {
    throw new WebhookRefused('The timestamp of the message is in the future.');
  }
}

interface Signed {
  body: Buffer;
  signature: string;
  secret: string;
}

/** The part of an event that is the same in all versions of the API. */
const Event = z.object({
  id: z.string(),
  type: z.string(),
  data: z.object({ object: z.looseObject({ id: z.string().optional() }) }),
});
type Event = z.infer<typeof Event>;

/** The event; undefined if this secret has not signed it. */
function verified(stripe: Stripe, { body, signature, secret }: Signed): Event | undefined {
  try {
    return Event.parse(stripe.webhooks.constructEvent(body, signature, secret, toleranceSeconds));
  } catch (error) {
    if (error instanceof Error && 'rawType' in error) {
      return undefined;
    }
    throw new WebhookRefused('The message is signed, but it is not an event.');
  }
}

/** The PaymentIntent of an event: its object, or the one that its object names. */
function refOf({ type, data: { object } }: Event): string | null {
  if (type.startsWith('payment_intent.')) {
    return idOf(object);
  }
  const names = /^(charge\.refunded$|refund\.|charge\.dispute\.)/.test(type);
  return names ? idOf(object.payment_intent) : null;
}

/** The id of an object that may be expanded. */
function idOf(named: unknown): string | null {
  if (typeof named === 'string') {
    return named;
  }
  const isObject = typeof named === 'object' && named !== null && 'id' in named;
  return isObject && typeof named.id === 'string' ? named.id : null;
}
