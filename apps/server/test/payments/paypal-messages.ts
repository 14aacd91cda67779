import { createHmac } from 'node:crypto';
import type { PayPalEvent, PayPalSwitches } from './paypal-objects.ts';

/** What became of one message. `status` is null when the server was not reached. */
export interface PayPalDelivery {
  id: string;
  type: string;
  status: number | null;
}

/** Signs the bytes of an event. Only the stand-in can verify it, as only PayPal can verify its own. */
export function paypalSignature(raw: string, { id, time, webhookId }: Transmission): string {
  return createHmac('sha256', 'paypal').update(`${id}|${time}|${webhookId}|${raw}`).digest('hex');
}

interface Transmission {
  id: string;
  time: string;
  webhookId: string;
}

/** The headers of a message of PayPal. */
export function paypalHeaders(raw: string, webhookId: string): Record<string, string> {
  const [id, time] = ['transmission-1', new Date().toISOString()];
  return {
    'paypal-auth-algo': 'SHA256withRSA',
    'paypal-cert-url': 'https://api.paypal.com/v1/notifications/certs/CERT-1',
    'paypal-transmission-id': id,
    'paypal-transmission-time': time,
    'paypal-transmission-sig': paypalSignature(raw, { id, time, webhookId }),
  };
}

/** Messages of the stand-in for PayPal: written when something happens, sent when a test says so. */
export class PayPalMessages {
  /** All that were ever written, oldest first. */
  readonly all: PayPalEvent[] = [];
  url: string | null = null;
  readonly #switches: PayPalSwitches;
  readonly #webhookId: string;
  readonly #tag: string;
  #waiting: PayPalEvent[] = [];

  constructor(switches: PayPalSwitches, webhookId: string, tag: string) {
    this.#switches = switches;
    this.#webhookId = webhookId;
    this.#tag = tag;
  }

  readonly write = (type: string, resource: object): void => {
    const event: PayPalEvent = {
      id: `WH-${this.#tag}${this.all.length + 1}`,
      event_type: type,
      create_time: new Date().toISOString(),
      resource: structuredClone(resource),
    };
    this.all.push(event);
    this.#waiting.push(event);
  };

  /** Sends what waits, as the switches say. A message that is not answered with 2xx waits for the next time. */
  async deliver(): Promise<PayPalDelivery[]> {
    const { dropped, reordered, duplicate } = this.#switches;
    const taken = this.#waiting;
    this.#waiting = [];
    if (dropped) {
      return [];
    }
    const ordered = reordered ? taken.toReversed() : taken;
    const deliveries: PayPalDelivery[] = [];
    for (const event of ordered.flatMap((each) => (duplicate ? [each, each] : [each]))) {
      deliveries.push(await this.send(event));
    }
    const isReceived = ({ status }: PayPalDelivery) => status !== null && status < 300;
    const failed = deliveries.filter((each) => !isReceived(each)).map(({ id }) => id);
    this.#waiting.unshift(...taken.filter(({ id }) => failed.includes(id)));
    return deliveries;
  }

  /** Sends one message, for example an old one again. */
  async send(event: PayPalEvent): Promise<PayPalDelivery> {
    if (this.url === null) {
      throw new Error('The stand-in has no address for its messages');
    }
    // With spaces, so that a receiver that writes the JSON anew breaks the signature.
    const body = JSON.stringify(event, null, 1);
    const signed = paypalHeaders(body, this.#webhookId);
    const headers = { 'content-type': 'application/json', ...signed };
    const response = await fetch(this.url, { method: 'POST', headers, body }).catch(() => null);
    await response?.arrayBuffer();
    return { id: event.id, type: event.event_type, status: response?.status ?? null };
  }
}
