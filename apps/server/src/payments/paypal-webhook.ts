import { ProviderError, WebhookRefused } from '@matinee/api';
import type { ProviderEvent, RawWebhook } from '@matinee/api';
import { z } from 'zod';
import type { PayPalClient } from './paypal-client.ts';

/** What PayPal's call that verifies a message needs, and the header that has it. */
const signed = {
  auth_algo: 'paypal-auth-algo',
  cert_url: 'paypal-cert-url',
  transmission_id: 'paypal-transmission-id',
  transmission_sig: 'paypal-transmission-sig',
  transmission_time: 'paypal-transmission-time',
};

const Event = z.object({
  id: z.string(),
  event_type: z.string(),
  resource: z.looseObject({}),
});
type Event = z.infer<typeof Event>;

/**
 * Asks PayPal whether it signed a message, and reads which order it is about. The age of a message is not limited:
 * PayPal repeats it for three days, always with the time of the first attempt.
 *
 * @throws WebhookRefused
 * @throws ProviderError `unavailable` if PayPal cannot be asked: it should send the message again
 */
export async function parsePayPalWebhook(
  call: PayPalClient,
  webhookId: string,
  { body, headers }: RawWebhook,
): Promise<ProviderEvent> {
  const raw = body.toString('utf8');
  const event = eventOf(raw);
  const fields = Object.entries(signed).map(([name, header]) => {
    const value = headers[header];
    if (value === undefined) {
      throw new WebhookRefused(`The message has no header ${header}.`);
    }
    return [name, value] as const;
  });
  await verify(call, { ...Object.fromEntries(fields), webhook_id: webhookId }, raw);
  return { eventId: event.id, kind: event.event_type, ref: await orderIdOf(call, event) };
}

function eventOf(raw: string): Event {
  try {
    return Event.parse(JSON.parse(raw));
  } catch {
    throw new WebhookRefused('The message is not an event.');
  }
}

const Verdict = z.object({ verification_status: z.string() });

/** The signature covers the bytes of the event, so they are sent as they came. */
async function verify(call: PayPalClient, fields: object, raw: string): Promise<void> {
  const body = `${JSON.stringify(fields).slice(0, -1)},"webhook_event":${raw}}`;
  const path = '/v1/notifications/verify-webhook-signature';
  const { json } = await call({ method: 'POST', path, body }).catch((error: unknown) => {
    const isMalformed = error instanceof ProviderError && error.kind === 'declined';
    throw isMalformed ? new WebhookRefused(error.message) : error;
  });
  if (Verdict.parse(json).verification_status !== 'SUCCESS') {
    throw new WebhookRefused('PayPal has not signed the message.');
  }
}

const Related = z.object({
  id: z.string().optional(),
  order_id: z.string().optional(),
  supplementary_data: z
    .object({ related_ids: z.object({ order_id: z.string().optional() }).optional() })
    .optional(),
  links: z.array(z.object({ rel: z.string(), href: z.string() })).optional(),
  disputed_transactions: z
    .array(z.object({ seller_transaction_id: z.string().optional() }))
    .optional(),
});
type Related = z.infer<typeof Related>;

/** The order of an event: its resource, the one that its resource names, or that of the capture it names. */
async function orderIdOf(call: PayPalClient, event: Event): Promise<string | null> {
  const { data: resource } = Related.safeParse(event.resource);
  const [family, subject] = event.event_type.split('.');
  if (!resource) {
    return null;
  }
  if (family === 'CHECKOUT') {
    return (subject === 'ORDER' ? resource.id : resource.order_id) ?? null;
  }
  const isAboutMoney = family === 'PAYMENT' && (subject === 'CAPTURE' || subject === 'REFUND');
  if (!isAboutMoney && `${family}.${subject}` !== 'CUSTOMER.DISPUTE') {
    return null;
  }
  const captureId =
    resource.disputed_transactions?.[0]?.seller_transaction_id ?? linkedId(resource, 'captures');
  return namedOrder(resource) ?? (captureId === null ? null : await orderOf(call, captureId));
}

function namedOrder(resource: Related): string | null {
  return resource.supplementary_data?.related_ids?.order_id ?? linkedId(resource, 'orders');
}

/** The id in the link to what a resource belongs to. */
function linkedId({ links = [] }: Related, kind: 'captures' | 'orders'): string | null {
  const up = links.find(({ rel }) => rel === 'up')?.href ?? '';
  return new RegExp(`/${kind}/([A-Za-z0-9]+)$`).exec(up)?.[1] ?? null;
}

/** The order of a capture; null if PayPal has no such capture, or it belongs to no order. @throws ProviderError */
export async function orderOf(call: PayPalClient, captureId: string): Promise<string | null> {
  const path = `/v2/payments/captures/${encodeURIComponent(captureId)}`;
  try {
    const { json } = await call({ method: 'GET', path });
    return namedOrder(Related.parse(json));
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'not_found') {
      return null;
    }
    throw error;
  }
}
